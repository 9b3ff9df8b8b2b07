"""Exact coordinates of an address from PDOK's Locatieserver, when it is switched on; else from the bundled tables.

The service is public and free, of the Dutch government, with the official register of addresses (BAG). It is asked for
addresses of groups, which are on the site anyway; never for what a visitor types. It may be slow, broken or wrong:
what it says is believed only when it lies where the postcode or the place of the address lies.
"""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from zelfregie_core.domain.outside import Breaker, OutsideError, ask
from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.lookup import find_places, locate
from zelfregie_core.places.nearest import is_in_box
from zelfregie_core.places.tables import Location, Precision
from zelfregie_core.places.text import fold

logger = logging.getLogger(__name__)

MAX_LENGTH = 300
MOST_BYTES = 200_000
KEEP_FOUND = 30 * 24 * 3600
KEEP_NOT_FOUND = 24 * 3600
#: How far an answer may lie from the middle of the postcode area or place that the address names.
MOST_KM = {"postcode4": 10.0, "place": 15.0, "area": 25.0}
_FIELDS = "type,weergavenaam,centroide_ll,postcode,woonplaatsnaam,gemeentecode"
_PRECISIONS: Mapping[str, Precision] = {"adres": "address", "postcode": "postcode6", "weg": "street"}
_POINT = re.compile(r"^POINT\((-?\d{1,3}(?:\.\d+)?) (-?\d{1,3}(?:\.\d+)?)\)$")
_POSTCODE = re.compile(r"\b([1-9]\d{3})\s?([A-Za-z]{2})\b")
_STREET = re.compile(r"[^\W\d_]{2}.*\d|\d.*[^\W\d_]{3}")

breaker = Breaker()


@dataclass(frozen=True)
class Address:
    """An address, taken apart as far as we can."""

    text: str
    postcode: str
    rough: Location | None

    @property
    def is_full(self) -> bool:
        """Whether it says more than a place: only then the service knows it better than the tables."""
        rest = _POSTCODE.sub("", self.text)
        return bool(self.postcode or _STREET.search(rest))


def locate_address(text: str) -> Location | None:
    """Return where an address lies: "Molenlaan 12, 6411 AB Heerlen", "6411 AB Heerlen" or "Heerlen".

    A full address is looked up with the service when ``ZELFREGIE_LOCATIESERVER_URL`` is set, at most once in 30 days;
    without an answer, and for everything else, the tables tell. Never takes longer than two seconds, never raises.
    """
    address = read_address(text)
    if address is None:
        return None
    exact = _ask_service(address) if settings.ZELFREGIE_LOCATIESERVER_URL and address.is_full else None
    return exact or address.rough


def read_address(text: str) -> Address | None:
    """Return an address with the rough place that the tables know; None for nothing or far too much."""
    text = " ".join(text.split())
    if not text or len(text) > MAX_LENGTH:
        return None
    found = _POSTCODE.search(text)
    postcode = f"{found[1]} {found[2].upper()}" if found else ""
    rough = locate(text)
    if rough is None and found:
        # With the place behind it: a postcode and a place that contradict each other say nothing.
        place = " ".join(text[found.end() :].strip(" ,").split(",")[:1])
        rough = locate(f"{postcode} {place}") if place and not re.search(r"\d", place) else locate(postcode)
    if rough is None and not found and "," in text:
        rough = locate(text.rpartition(",")[2].strip())
    return Address(text, postcode, rough)


def _ask_service(address: Address) -> Location | None:
    key = "locatieserver:" + hashlib.sha256(address.text.casefold().encode()).hexdigest()
    known = cache.get(key)
    if isinstance(known, dict):
        return Location(**known["found"]) if known.get("found") else None
    if breaker.is_open:
        return None
    try:
        documents = _search(address.text)
    except (OutsideError, ValueError) as error:
        # Not the address: it says where somebody's group meets, and the log is read by others.
        logger.warning("The Locatieserver did not help: %s", error)
        breaker.note(ok=False)
        return None
    breaker.note(ok=True)
    found = next((place for place in map(_location, documents) if place and _is_credible(place, address)), None)
    cache.set(key, {"found": asdict(found) if found else None}, KEEP_FOUND if found else KEEP_NOT_FOUND)
    return found


def _search(text: str) -> list[Any]:
    parameters = {"q": text, "fq": "type:(adres OR postcode OR weg)", "rows": 5, "fl": _FIELDS}
    base = settings.ZELFREGIE_LOCATIESERVER_URL.rstrip("/")
    answer = ask(f"{base}/search/v3_1/free?{urlencode(parameters)}", most_bytes=MOST_BYTES, accept="application/json")
    try:
        found = json.loads(answer.body)["response"]["docs"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("not an answer of the Locatieserver") from error
    if not isinstance(found, list):
        raise ValueError("not an answer of the Locatieserver")
    return found


def _location(document: Any) -> Location | None:
    """The place of one result, or None when anything about it is strange."""
    if not isinstance(document, dict):
        return None
    precision = _PRECISIONS.get(str(document.get("type")))
    point = _POINT.match(str(document.get("centroide_ll")))
    label = document.get("weergavenaam")
    if precision is None or point is None or not isinstance(label, str) or not label.strip():
        return None
    longitude, latitude = float(point[1]), float(point[2])
    if not is_in_box(latitude, longitude):
        return None
    code = document.get("gemeentecode")
    municipality = code if isinstance(code, str) and re.fullmatch(r"\d{4}", code) else None
    return Location(label.strip()[:200], round(latitude, 6), round(longitude, 6), precision, municipality)


def _is_credible(found: Location, address: Address) -> bool:
    """Whether an answer is about this address: the same postcode, and near what the tables know of it."""
    said = _POSTCODE.search(found.label)
    if address.postcode and said and f"{said[1]} {said[2].upper()}" != address.postcode:
        return False
    if address.rough is not None:
        away = distance_km(found.latitude, found.longitude, address.rough.latitude, address.rough.longitude)
        return away <= MOST_KM[address.rough.precision]
    # We know nothing of the place: then its name must be in what was asked, and lie where we have it.
    name = found.label.rpartition(",")[2]
    name = fold(_POSTCODE.sub("", name))
    if not name or f" {name} " not in f" {fold(address.text)} ":
        return False
    return any(
        fold(place.name) == name
        and distance_km(found.latitude, found.longitude, place.latitude, place.longitude) <= MOST_KM["place"]
        for place in find_places(name)
    )
