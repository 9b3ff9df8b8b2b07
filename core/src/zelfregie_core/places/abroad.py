"""Postcodes and places of the neighbours, to tell a visitor that this is not the Netherlands."""

import re
from typing import Literal

from zelfregie_core.places.lookup import MAX_LENGTH, locate
from zelfregie_core.places.text import fold

Country = Literal["be", "de"]

# Belgium has four digits, as the Netherlands has without its letters; Germany has five.
_MARKED = re.compile(r"^(?:(?P<be>be?l?)|(?P<de>d|de|ger))[\s-]+\d{4,5}\b", re.IGNORECASE)
_GERMAN = re.compile(r"^\d{5}(?!\d)")
_BELGIAN = re.compile(r"^[1-9]\d{3}\b")
_COUNTRIES: dict[str, Country] = {
    "belgie": "be", "belgium": "be", "belgique": "be", "vlaanderen": "be",
    "duitsland": "de", "deutschland": "de", "germany": "de",
}  # fmt: skip
#: Places just over the border and the large ones, for who leaves the postcode out or adds it to one.
_BELGIAN_PLACES = frozenset({
    "aalst", "achel", "antwerpen", "arendonk", "arlon", "aubel", "beringen", "bilzen", "blankenberge", "bocholt",
    "brasschaat", "bree", "brugge", "brussel", "bruxelles", "charleroi", "deinze", "dendermonde", "diest", "dilsen",
    "eeklo", "eupen", "genk", "gent", "geraardsbergen", "hamont", "hasselt", "hechtel", "herstal", "hoogstraten",
    "houthalen", "kapellen", "kelmis", "kinrooi", "knokke", "knokke heist", "kontich", "kortrijk", "lanaken", "leuven",
    "liege", "lier", "lokeren", "lommel", "luik", "maaseik", "maasmechelen", "maldegem", "mechelen", "mol", "namen",
    "namur", "neerpelt", "oostende", "oudsbergen", "overpelt", "peer", "pelt", "plombieres", "ravels", "riemst",
    "roeselare", "sint niklaas", "sint truiden", "stekene", "tienen", "tongeren", "turnhout", "verviers", "vise",
    "voeren", "wachtebeke", "zelzate", "zonhoven",
})  # fmt: skip
_GERMAN_PLACES = frozenset({
    "aachen", "aken", "ahaus", "alsdorf", "bad bentheim", "bocholt", "borken", "bruggen", "dinslaken", "duisburg",
    "dusseldorf", "emden", "emmerich", "erkelenz", "eschweiler", "gangelt", "geilenkirchen", "geldern", "goch",
    "gronau", "heinsberg", "herzogenrath", "keulen", "kleef", "kleve", "koln", "krefeld", "leer", "lingen", "meppen",
    "monchengladbach", "munster", "nettetal", "nordhorn", "papenburg", "rees", "rheine", "selfkant", "straelen",
    "stolberg", "vreden", "wassenberg", "wegberg", "wesel", "wurselen",
})  # fmt: skip


def country_abroad(text: str) -> Country | None:
    """Return of which neighbour a postcode or a place is, or None when it may be Dutch or is not known.

    Four digits alone ("3600") may be Dutch and count as such; with "Genk" or "België" behind them, or "B-" in front,
    they are Belgian. What ``locate`` knows is Dutch.
    """
    text = text.strip()
    if not text or len(text) > MAX_LENGTH or locate(text) is not None:
        return None
    folded = fold(text)
    for word in folded.split():
        if word in _COUNTRIES:
            return _COUNTRIES[word]
    if marked := _MARKED.match(text):
        return "be" if marked["be"] else "de"
    if _GERMAN.match(text):
        return "de"
    name = re.sub(r"^\d+\s*", "", folded)
    if name in _BELGIAN_PLACES and (name not in _GERMAN_PLACES or _BELGIAN.match(text)):
        return "be"
    if name in _GERMAN_PLACES and not _BELGIAN.match(text):
        return "de"
    return None
