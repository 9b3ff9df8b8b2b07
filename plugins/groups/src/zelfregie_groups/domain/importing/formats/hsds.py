"""HSDS 3.0 (docs.openreferral.org): services, as an API lists them, as one package, or as tables.

A service becomes a group; at several locations, a group for each. Contacts, phones and e-mail addresses are not read.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_groups.domain.importing.formats.canonical import paragraphs, rules_cell, text, used
from zelfregie_groups.domain.importing.formats.hsds_schedules import rules_of
from zelfregie_groups.domain.importing.formats.hsds_tables import read_folder, read_zip
from zelfregie_groups.domain.importing.formats.source_table import SourceTable
from zelfregie_groups.domain.importing.problems import ImportProblem
from zelfregie_groups.models.choices import Audience, Form, Gender

COLUMNS = (
    "source_id", "name", "themes", "description", "audience", "form", "location_name", "address", "postal_code", "city",
    "latitude", "longitude", "schedules", "status", "languages", "cost", "gender", "age_from", "age_to",
    "public_transport", "wheelchair", "accessible_toilet", "induction_loop", "confirmed_on",
)  # fmt: skip
_LISTS = ("contents", "services", "service")
_MOST_TERMS = 12
#: Words in a description of how a place can be used, and our field for it.
_ACCESS = {
    "wheelchair": re.compile(r"rolstoel|wheelchair", re.IGNORECASE),
    "accessible_toilet": re.compile(r"toilet|\bwc\b|restroom|bathroom", re.IGNORECASE),
    "induction_loop": re.compile(r"ringleiding|induction loop|hearing loop|t-coil", re.IGNORECASE),
}
_NO = re.compile(r"^\s*(?:nee|no|geen|niet|none|not)\b", re.IGNORECASE)
_STATUSES = {"temporarily closed": "paused", "inactive": "paused", "defunct": "defunct", "active": ""}


def is_hsds(document: Any) -> bool:
    """Whether a document looks like services of HSDS."""
    services = _services(document)
    return services is not None and (
        not services or any(isinstance(one, Mapping) and "name" in one for one in services)
    )


def read_tables(source: Path | bytes) -> SourceTable:
    """Return the groups of a zip or a folder with tables.

    :raises ImportProblem: when a table that is needed is missing or cannot be read.
    """
    notices: list[str] = []
    is_folder = isinstance(source, Path) and source.is_dir()
    package = read_folder(source, notices) if is_folder else read_zip(source, notices)  # type: ignore[arg-type]
    return read(package, notices)


def read(document: Any, notices: list[str]) -> SourceTable:
    """Return the groups of a document: a page of services, a list of them, one service, or a whole package.

    :raises ImportProblem: when there is none in it.
    """
    services = _services(document) or []
    shared = _shared(document)
    rows: list[tuple[int, dict[str, str]]] = []
    skipped, broken = 0, 0
    for number, service in enumerate(services, 1):
        if not isinstance(service, Mapping) or not text(service.get("name")):
            skipped += 1
            continue
        if _STATUSES.get(text(service.get("status")).lower()) == "defunct":
            continue
        for cells, unread in _rows(service, shared):
            rows.append((number, cells))
            broken += unread
    if not rows:
        raise ImportProblem(_("De lijst is leeg: er staat geen enkele dienst in."))
    if skipped:
        notices.append(
            ngettext(
                "%(number)s dienst heeft geen naam en is overgeslagen.",
                "%(number)s diensten hebben geen naam en zijn overgeslagen.",
                skipped,
            )
            % {"number": skipped}
        )
    if broken:
        notices.append(
            ngettext(
                "%(number)s tijd konden we niet als regel lezen; zij staat als toelichting bij de groep.",
                "%(number)s tijden konden we niet als regel lezen; zij staan als toelichting bij de groep.",
                broken,
            )
            % {"number": broken}
        )
    if isinstance(document, Mapping) and document.get("last_page") is False:
        notices.append(
            _("Dit is één bladzijde van een langere lijst. Vraag de hele lijst, bijvoorbeeld met ?per_page=1000.")
        )
    columns = used(COLUMNS, [cells for _number, cells in rows])
    return SourceTable(
        columns, iter((number, {name: cells.get(name, "") for name in columns}) for number, cells in rows), notices
    )


def _services(document: Any) -> list[Any] | None:
    if isinstance(document, list):
        return document
    if not isinstance(document, Mapping):
        return None
    found = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    if found is not None:
        return found
    organizations = document.get("organizations") or document.get("organisations")
    if isinstance(organizations, list):
        return [
            service
            for one in organizations
            if isinstance(one, Mapping) and isinstance(one.get("services"), list)
            for service in one["services"]
        ]
    return [document] if {"organization", "service_at_locations", "organization_id"} & set(document) else None


def _shared(document: Any) -> dict[str, Any]:
    """What a package keeps beside its services, by id."""
    shared: dict[str, Any] = {"locations": {}, "ties": {}}
    if not isinstance(document, Mapping):
        return shared
    for one in _maps(document.get("locations")):
        shared["locations"][text(one.get("id"))] = one
    for one in _maps(document.get("service_at_locations")):
        service = one.get("service")
        key = text(one.get("service_id")) or (text(service.get("id")) if isinstance(service, Mapping) else "")
        shared["ties"].setdefault(key, []).append(one)
    return shared


def _rows(service: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], int]]:
    """A row for each place of a service, and how many of its schedules are no rule."""
    ties = _maps(service.get("service_at_locations")) or shared["ties"].get(text(service.get("id")), [])
    places: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    for tie in ties:
        place = tie.get("location")
        if not isinstance(place, Mapping):
            place = shared["locations"].get(text(tie.get("location_id")), {})
        places.append((tie, place))
    physical = [pair for pair in places if text(pair[1].get("location_type")).lower() != "virtual"]
    is_virtual = len(physical) < len(places)
    common = _common(service)
    for at, (tie, place) in enumerate(physical or [({}, {})]):
        schedules = _maps(tie.get("schedules")) or _maps(service.get("schedules")) or _maps(place.get("schedules"))
        rules, unread = rules_of(schedules)
        number = text(service.get("id"))
        if len(physical) > 1 and at:
            number = text(tie.get("id")) or f"{number}-{text(place.get('id'))}"
        yield (
            {
                **common,
                "source_id": number[:80],
                "form": common["form"] or ("" if not places else _form(bool(physical), is_virtual)),
                **_place(place),
                "schedules": rules_cell(rules),
            },
            unread,
        )


def _form(is_physical: bool, is_virtual: bool) -> str:
    if is_physical:
        return "hybrid" if is_virtual else "in_person"
    return "online"


def _common(service: Mapping[str, Any]) -> dict[str, str]:
    """What is the same for each place of a service."""
    terms = [
        (text(one.get("link_type")).lower(), one["taxonomy_term"])
        for one in _maps(service.get("attributes"))
        if isinstance(one.get("taxonomy_term"), Mapping)
    ]
    ours = {(kind, text(term.get("code"))) for kind, term in terms}
    themes = [
        text(term.get("name")) for kind, term in terms if kind not in {"audience", "form"} and text(term.get("name"))
    ]
    status = _STATUSES.get(text(service.get("status")).lower(), "")
    gender = [code for code in (Gender.WOMEN, Gender.MEN) if ("audience", code) in ours]
    return {
        "name": text(service.get("name")),
        "themes": ";".join(dict.fromkeys(name.replace(";", " ") for name in themes[:_MOST_TERMS])),
        "description": paragraphs(text(service.get("description")), text(service.get("alert"))),
        "audience": ";".join(code for code in Audience.values if ("audience", code) in ours),
        "form": next((code for code in Form.values if ("form", code) in ours), ""),
        "gender": gender[0] if len(gender) == 1 else "",
        "status": status,
        "languages": ";".join(
            text(one.get("code")) or text(one.get("name")).lower() for one in _maps(service.get("languages"))
        ),
        "cost": _cost(service),
        "age_from": _age(service.get("minimum_age")),
        "age_to": _age(service.get("maximum_age")),
        "confirmed_on": text(service.get("assured_date"))[:10],
    }


def _cost(service: Mapping[str, Any]) -> str:
    """What it costs, in words; empty means free, on our side too."""
    for option in _maps(service.get("cost_options")):
        words = text(option.get("amount_description")) or text(option.get("option"))
        amount = text(option.get("amount"))
        if amount in {"0", "0.0", "0.00"}:
            return ""
        if words:
            return words[:120]
        if amount:
            return f"{'€' if text(option.get('currency')).upper() in {'', 'EUR'} else option['currency']} {amount}"[
                :120
            ]
    fees = text(service.get("fees_description"))
    return "" if fees.lower() in {"gratis", "free", "none", "geen"} else fees[:120]


def _age(value: Any) -> str:
    """A whole number of years; 0 and more than people live means that it does not matter."""
    try:
        years = int(float(text(value)))
    except (ValueError, OverflowError):
        return ""
    return str(years) if 0 < years < 100 else ""


def _place(place: Mapping[str, Any]) -> dict[str, str]:
    addresses = _maps(place.get("addresses"))
    chosen = next((one for one in addresses if text(one.get("address_type")).lower() == "physical"), None)
    address = chosen or (addresses[0] if addresses else {})
    lines = [text(address.get(name)) for name in ("address_1", "address_2")]
    latitude, longitude = text(place.get("latitude")), text(place.get("longitude"))
    return {
        "location_name": text(place.get("name"))[:120],
        "address": ", ".join(filter(None, lines))[:120],
        "postal_code": text(address.get("postal_code")),
        "city": text(address.get("city"))[:80],
        "latitude": latitude if latitude not in {"0", "0.0"} or longitude not in {"0", "0.0"} else "",
        "longitude": longitude if latitude not in {"0", "0.0"} or longitude not in {"0", "0.0"} else "",
        "public_transport": text(place.get("transportation"))[:200],
        **_access(place),
    }


def _access(place: Mapping[str, Any]) -> dict[str, str]:
    """What is said about getting in: yes, no, or nothing at all."""
    answers = dict.fromkeys(_ACCESS, "")
    for one in _maps(place.get("accessibility")):
        description, details = text(one.get("description")), text(one.get("details"))
        for name, words in _ACCESS.items():
            if words.search(description) or words.search(details):
                answers[name] = "nee" if _NO.match(description) or _NO.match(details) else "ja"
    return answers


def _maps(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; nothing when it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
