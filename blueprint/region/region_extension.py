"""What the blueprint computes from the answers: slug, municipality codes, postcodes, colours, logo, and what is wrong.

Loaded by cookiecutter as a Jinja extension. Runs where cookiecutter runs; when Zelfregie is installed there too, names
of municipalities are looked up in its bundled table, otherwise only CBS codes are accepted.
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension

SLUG = re.compile(r"[a-z](?:-?[a-z0-9]){1,39}")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
EMAIL = re.compile(r"[^@\s<>\"]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
EDITOR = re.compile(r"\s*(?P<name>[^<>;]+?)\s*<(?P<email>[^<>;]+)>\s*(?P<role>[a-z]+)\s*")
# Letters that would end a quoted text or start a tag in one of the files.
UNFIT = re.compile(r"[\"\\<>{}\x00-\x1f\x7f]")

# Pairs that pass WCAG AA with white (primary) and with the dark shade of the primary (accent).
COLOURS = (
    ("#7a1f5c", "#f2b544"),
    ("#0b5d4e", "#f49f6c"),
    ("#1f4e8c", "#8fd0c8"),
    ("#8a3324", "#f3c98b"),
    ("#3d5a1e", "#f0c94d"),
    ("#5b2a86", "#f7a9a0"),
    ("#005f73", "#e9d8a6"),
    ("#8b1e3f", "#f4b6c2"),
)
#: Answers and choices that are kept in the instance, so that it can be baked again from a newer blueprint.
DERIVED = {"__problems", "__codes"}


class RegionExtension(Extension):
    """Adds the filters below to the template."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters.update(
            region_slug=region_slug,
            municipality_codes=municipality_codes,
            municipality_names=municipality_names,
            postcode_ranges=postcode_ranges,
            primary_colour=primary_colour,
            accent_colour=accent_colour,
            region_problems=region_problems,
            editors=editors,
            words=words,
            quoted=quoted,
            kept_answers=kept_answers,
            logo=logo,
        )


def region_slug(name: str) -> str:
    """Return the slug of a region's name: “Zuid-Limburg” gives “zuid-limburg”."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    # Never empty: cookiecutter makes the folder of this name before the hook can refuse it.
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "regio"


def words(text: str) -> list[str]:
    """Split a list with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def quoted(value: str) -> str:
    """Return a text between double quotes, for TOML, YAML and JSON alike."""
    return json.dumps(value, ensure_ascii=False)


def municipality_codes(text: str) -> str:
    """Return the CBS codes of names or codes, with commas; what is not known stays as it is."""
    return ",".join(_code(word) or word for word in words(text))


def municipality_names(codes: str) -> list[str]:
    """Return the names of CBS codes; a code that is not known stays as it is."""
    known = _municipalities() or {}
    return [known.get(code, code) for code in words(codes)]


def postcode_ranges(codes: str) -> str:
    """Return the four-digit postcodes of municipalities as ranges, with commas; "" where the table is not there.

    A range may run over numbers that are not in use, never over a postcode of another municipality.
    """
    if not _zelfregie_is_installed():
        return ""
    wanted = set(words(codes))
    found: list[list[int]] = []
    previous_is_ours = False
    tables = import_module("zelfregie_core.places.tables")
    for number, municipality in sorted((int(code), row.municipality) for code, row in tables.postcodes().items()):
        if municipality not in wanted:
            previous_is_ours = False
        elif previous_is_ours:
            found[-1][1] = number
        else:
            found.append([number, number])
            previous_is_ours = True
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def primary_colour(slug: str) -> str:
    """Return the main colour that a region starts with; always the same for the same slug."""
    return COLOURS[_digest(slug)[0] % len(COLOURS)][0]


def accent_colour(slug: str) -> str:
    """Return the second colour that a region starts with."""
    return COLOURS[_digest(slug)[0] % len(COLOURS)][1]


def editors(text: str) -> list[dict[str, str]]:
    """Read “Naam <adres> rol; …”."""
    return [found.groupdict() for part in text.split(";") if (found := EDITOR.fullmatch(part))]


def kept_answers(answers: Mapping[str, Any]) -> str:
    """Return as JSON what the instance was baked from, without what belongs to this machine."""
    kept = {
        key: value
        for key, value in answers.items()
        if key not in DERIVED and (key.startswith("__") or not key.startswith("_"))
    }
    return json.dumps({"blueprint": answers["_blueprint"], "answers": kept}, ensure_ascii=False, indent=2)


def logo(slug: str, primary: str, accent: str) -> str:
    """Return the shapes of a logo: people in a circle, as many and turned as the slug says."""
    digest = _digest(slug)
    people, turn = 5 + digest[1] % 4, digest[2] * 360 / 256
    shapes = []
    for person in range(people):
        angle = math.radians(turn + person * 360 / people)
        x, y = 32 + 17 * math.cos(angle), 32 + 17 * math.sin(angle)
        colour = accent if person % 2 else primary
        shapes.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="11.5" fill="{colour}" fill-opacity="0.85"/>')
    return "\n  ".join(shapes)


def region_problems(answers: Mapping[str, Any]) -> str:
    """Return as JSON what is wrong with the answers, in Dutch; "[]" when all is well."""
    problems = [
        *_text_problems(answers),
        *_address_problems(answers),
        *_area_problems(answers),
        *_hosting_problems(answers),
    ]
    # The hook holds this in a raw text between three double quotes; JSON never has three of those in a row.
    return json.dumps(problems)


def _text_problems(answers: Mapping[str, Any]) -> list[str]:
    problems = []
    for key, label, limit in (("region_name", "De naam van de regio", 60), ("organisation", "De organisatie", 100)):
        value = str(answers[key])
        if not value.strip():
            problems.append(f"{label} is leeg. Vul een naam in.")
        elif len(value) > limit:
            problems.append(f"{label} is te lang: {len(value)} tekens. Gebruik er hooguit {limit}.")
        if found := UNFIT.search(value):
            problems.append(f"{label} bevat het teken {found.group()!r}. Laat dat weg.")
    return problems


def _address_problems(answers: Mapping[str, Any]) -> list[str]:
    problems = []
    slug, domain, email = (str(answers[key]) for key in ("slug", "domain", "email"))
    if len(slug) > 40 or not SLUG.fullmatch(slug):
        problems.append(
            f"De korte naam “{slug}” kan niet. Gebruik 2 tot 40 kleine letters, cijfers en losse streepjes, "
            f"en begin met een letter. Bijvoorbeeld: {region_slug(slug)}."
        )
    if "://" in domain or "/" in domain:
        problems.append(
            f"Het domein “{domain}” heeft https:// of een pad. Geef alleen de naam, zonder schuine strepen."
        )
    elif ":" in domain:
        problems.append(f"Het domein “{domain}” heeft een poort. Laat de dubbele punt en het getal weg.")
    elif "_" in domain:
        problems.append(f"Het domein “{domain}” heeft een liggend streepje (_). Gebruik een gewoon streepje.")
    elif domain != domain.lower():
        problems.append(f"Schrijf het domein in kleine letters: {domain.lower()}.")
    elif len(domain) > 253 or "." not in domain or not all(LABEL.fullmatch(label) for label in domain.split(".")):
        problems.append(f"“{domain}” is geen domein. Geef een naam zoals heuvelland.example.nl.")
    if not EMAIL.fullmatch(email):
        problems.append(f"“{email}” is geen e-mailadres. Geef een adres zoals info@example.nl.")
    return problems


def _hosting_problems(answers: Mapping[str, Any]) -> list[str]:
    hosting = str(answers.get("__hosting", "shared"))
    if hosting in {"shared", "own"}:
        return []
    return [f"Een site op “{hosting}” bestaat niet. Geef shared (het gedeelde platform) of own (een eigen server)."]


def _area_problems(answers: Mapping[str, Any]) -> list[str]:
    if answers["__kind"] == "national":
        return []
    given = words(str(answers["municipalities"]))
    if not given:
        return ["Er is geen gemeente genoemd. Geef er minstens één."]
    known = _municipalities()
    problems = []
    for word in given:
        if known is None and not re.fullmatch(r"\d{4}", word):
            problems.append(
                f"De gemeente “{word}” kan niet worden opgezocht, omdat Zelfregie hier niet is geïnstalleerd. Geef de "
                "CBS-code van vier cijfers, of start cookiecutter in de omgeving waarin Zelfregie staat."
            )
        elif known is not None and _code(word) is None:
            near = get_close_matches(word.title(), list(known.values()), n=1, cutoff=0.6)
            hint = f"Bedoel je {near[0]}?" if near else "Kijk de naam na, of geef de CBS-code van vier cijfers."
            problems.append(f"De gemeente “{word}” bestaat niet. {hint}")
    codes = [_code(word) or word for word in given]
    problems += [
        f"De gemeente “{word}” staat er twee keer. Laat er één weg."
        for position, word in enumerate(given)
        if codes[position] in codes[:position]
    ]
    return problems


def _code(word: str) -> str | None:
    """Return the code of a municipality's name or code; None when there is no such municipality."""
    known = _municipalities()
    if known is None:
        return word if re.fullmatch(r"\d{4}", word) else None
    if word in known:
        return word
    fold = import_module("zelfregie_core.places").fold
    by_name = {fold(name): code for code, name in known.items()}
    short = {fold(name.split(" (")[0]): code for code, name in known.items()}
    return by_name.get(fold(word)) or short.get(fold(word))


def _municipalities() -> dict[str, str] | None:
    """Return names by code; None when Zelfregie is not installed beside cookiecutter."""
    if not _zelfregie_is_installed():
        return None
    found = import_module("zelfregie_core.places").municipalities()
    return {code: municipality.name for code, municipality in found.items()}


def _zelfregie_is_installed() -> bool:
    return find_spec("zelfregie_core") is not None


def _digest(slug: str) -> bytes:
    return sha256(slug.encode()).digest()
