"""What the readers of other people's formats have in common: our own columns, and rules as the import reads them."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zelfregie_groups.domain.rule import Rule

_NAMES = re.compile(
    r"^(?:nl|nederland|the netherlands|netherlands|holland|de|duitsland|deutschland|germany|be|belgi[eë]|belgium|"
    r"us|usa|united states|uk|gb|united kingdom)$",
    re.IGNORECASE,
)
_DUTCH = re.compile(r"\b([1-9]\d{3})\s?([A-Z]{2})\b(?!\w)", re.IGNORECASE)
_CODE = re.compile(r"\b(?:[A-Z]{1,3}[- ]?)?\d{4,5}(?:-\d{4})?\b")
_STATE = re.compile(r"^[A-Z]{2}$")


def text(value: Any) -> str:
    """Return a value of JSON as the text of a cell; a list as its items, anything else that is no value as nothing."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, list):
        return "; ".join(filter(None, map(text, value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def rules_cell(rules: Iterable[Rule]) -> str:
    """Return rules as the column ``schedules`` holds them; empty without any."""
    lines = [rule.to_json() for rule in rules]
    return json.dumps(lines) if lines else ""


def paragraphs(*parts: str) -> str:
    """Return texts below each other, once each."""
    return "\n\n".join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def address_parts(address: str) -> dict[str, str]:
    """Return street, postcode and town of an address on one line: "Molenberglaan 12, 6416 EL Heerlen, Nederland"."""
    parts = [part.strip() for part in re.split(r"[,\n]", address) if part.strip()]
    while len(parts) > 1 and _NAMES.match(parts[-1]):
        parts.pop()
    for at, part in enumerate(parts):
        for pattern in (_DUTCH, _CODE):
            found = pattern.search(part)
            # A number without anything in front of the first part is the number of a house.
            if found is None or (at == 0 and len(parts) > 1 and pattern is _CODE):
                continue
            code = f"{found[1]} {found[2].upper()}" if pattern is _DUTCH else found[0]
            city = " ".join((part[: found.start()] + " " + part[found.end() :]).split()).strip(" -")
            before = parts[:at]
            if _STATE.match(city) or not city:
                # "Rehoboth Beach, DE 19971": the town stands in the part before, or in the one after.
                city = before.pop() if before else next(iter(parts[at + 1 :]), "")
            return {"address": ", ".join(before), "postal_code": code[:10], "city": city}
    if not parts:
        return {"address": "", "postal_code": "", "city": ""}
    if len(parts) > 1 and _STATE.match(parts[-1]):
        parts.pop()
    return {"address": ", ".join(parts[:-1]), "postal_code": "", "city": parts[-1]}


def used(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the columns in which any row has something: what a list never says is not emptied on the site."""
    return [name for name in columns if any(row.get(name) for row in rows)]
