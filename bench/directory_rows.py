"""Made-up groups for measuring the directory: the same for every contender, from one seed. Without Django."""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from zelfregie_core.places.distance import distance_km
from zelfregie_core.places.tables import Place, places
from zelfregie_core.search.words import NOISE

REGIONS = 400
SEED = 20_261_122
DAYPARTS = ("morning", "afternoon", "evening")
NAMES = ("{theme} {city}", "Lotgenoten {theme}", "Praatgroep {theme}", "Samen met {theme}", "Inloop {location}")
LOCATIONS = ("Buurthuis", "De Brug", "Wijkcentrum", "Bibliotheek", "Het Anker", "De Linde", "Gezondheidscentrum")


@dataclass(frozen=True)
class Group:
    """A group as every contender gets it."""

    number: int
    region: int
    title: str
    description: str
    themes: tuple[str, ...]
    theme_names: tuple[str, ...]
    synonyms: tuple[str, ...]
    city: str
    location: str
    latitude: float | None
    longitude: float | None
    form: str
    status: str
    audience: tuple[str, ...]
    weekday: int
    daypart: str
    accessible: bool


@dataclass(frozen=True)
class Search:
    """A search of a visitor: words, a theme, a place with a distance, and two filters."""

    text: str
    theme: str
    latitude: float
    longitude: float
    distance_km: float
    form: str
    has_room: bool
    weekday: int


def themes() -> list[dict]:
    """The national list of themes, with its Dutch sentences."""
    text = resources.files("zelfregie_core").joinpath("data", "themes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["theme"]


def cities() -> list[Place]:
    """Places, largest first."""
    return sorted((place for _name, place in places()), key=lambda place: -place.population)


def regions() -> list[Place]:
    """The centre of each region: its largest place."""
    return cities()[:REGIONS]


def groups(number: int) -> Iterator[Group]:
    """So many groups, more of them where more people live."""
    chance = random.Random(SEED)
    known, centres, towns = themes(), regions(), cities()
    weights = [max(town.population, 300) for town in towns]
    nearest = {town: _nearest(town, centres) for town in towns}
    sentences = [[*re.findall(r"[^.?!]+[.?!]", theme["intro"]), *theme.get("tips", ())] for theme in known]
    for index, town in enumerate(chance.choices(towns, weights, k=number), start=1):
        chosen = chance.sample(range(len(known)), 1 if chance.random() < 0.7 else 2)
        own = [sentence for theme in chosen for sentence in sentences[theme]]
        strange = chance.choices(sentences[chance.randrange(len(known))], k=2)
        text = " ".join(sentence.strip() for sentence in [*chance.sample(own, min(5, len(own))), *strange])
        form = chance.choices(("in_person", "online", "hybrid"), (80, 8, 12))[0]
        location = f"{chance.choice(LOCATIONS)} {chance.choice(LOCATIONS)}"
        name = known[chosen[0]]["name"].lower()
        is_placed = form != "online"
        yield Group(
            number=index,
            region=nearest[town],
            title=chance.choice(NAMES).format(theme=name, city=town.name, location=location),
            description=text,
            themes=tuple(known[theme]["slug"] for theme in chosen),
            theme_names=tuple(known[theme]["name"] for theme in chosen),
            synonyms=tuple(word for theme in chosen for word in known[theme].get("synonyms", ())),
            city=town.name if is_placed else "",
            location=location,
            latitude=town.latitude + chance.uniform(-0.02, 0.02) if is_placed else None,
            longitude=town.longitude + chance.uniform(-0.03, 0.03) if is_placed else None,
            form=form,
            status=chance.choices(("active", "waiting_list", "full", "paused"), (75, 5, 12, 8))[0],
            audience=(chance.choices(("self", "relative", "bereaved"), (75, 20, 5))[0],),
            weekday=chance.randint(1, 7),
            daypart=chance.choice(DAYPARTS),
            accessible=chance.random() < 0.4,
        )


def searches(number: int) -> list[Search]:
    """So many searches: words that stand in the theme's own texts, around places where people live."""
    chance = random.Random(SEED + 1)
    known, towns = themes(), cities()
    weights = [max(town.population, 300) for town in towns]
    found = []
    for town in chance.choices(towns, weights, k=number):
        theme = chance.choice(known)
        sentences = " ".join([theme["intro"], *theme.get("tips", ())]).lower()
        words = [word for word in re.findall(r"[a-z]{6,}", sentences) if word not in NOISE]
        found.append(
            Search(
                text=chance.choice([chance.choice(words), chance.choice(theme["synonyms"] or words)]),
                theme=theme["slug"],
                latitude=town.latitude,
                longitude=town.longitude,
                distance_km=chance.choice((10, 15, 25, 50)),
                form="in_person",
                has_room=True,
                weekday=chance.randint(1, 7),
            )
        )
    return found


def _nearest(town: Place, centres: list[Place]) -> int:
    distances = [distance_km(town.latitude, town.longitude, centre.latitude, centre.longitude) for centre in centres]
    return distances.index(min(distances))
