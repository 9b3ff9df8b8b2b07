"""Groups that may be the same although their names or days differ a little."""

from collections import defaultdict
from collections.abc import Container

from rapidfuzz import fuzz

from zelfregie_groups.domain.duplicates import TELLING
from zelfregie_groups.domain.importing.records import Record
from zelfregie_groups.domain.importing.site import KnownGroup, Site, meeting_of
from zelfregie_groups.domain.text import NOISE, fold_words

#: How alike two names are, of 100: "Rouwcafé Heerlen" and "Rouw café", not "Rouwgroep" and "Burn-outgroep".
ALIKE = 84
#: Enough for two groups that have the same number already.
RELATED = 60
#: Names in one place are all compared up to this many; in a larger place only those that share the start of a word.
COMPARED_ALL = 400
MOST_CANDIDATES = 3


class Alike:
    """Finds possible duplicates among the groups of the site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.names: dict[str, dict[int, str]] = defaultdict(dict)
        for group in site.groups.values():
            for place in {fold_words(group.city), group.postal_code[:4]} - {""} or {""}:
                self.names[place][group.pk] = bare_name(group.name, group.city)
        self.starts: dict[str, dict[str, list[int]]] = {
            place: _by_start(names) for place, names in self.names.items() if len(names) > COMPARED_ALL
        }

    def candidates(self, record: Record, taken: Container[int]) -> list[int]:
        """Return the keys of groups that may be the same as a row, most alike first.

        :param taken: groups that other rows of the list are.
        """
        values = record.values
        city, code = values.get("city") or "", values.get("postal_code") or ""
        name = bare_name(values["name"], city)
        scores: dict[int, float] = {}
        for place in {fold_words(city), code[:4]} - {""} or {""}:
            for pk in self._near(place, name):
                score = likeness(name, self.names[place][pk])
                if score >= ALIKE and pk not in taken:
                    scores[pk] = max(score, scores.get(pk, 0))
        line = next(iter(values.get("schedules") or []), {})
        day = next(iter(line.get("weekdays") or []), None)
        meeting = meeting_of(values.get("address") or "", code, city, day, line.get("start_time", ""))
        for pk in self.site.by_meeting.get(meeting, ()) if meeting else ():
            if pk not in taken:
                scores[pk] = max(ALIKE, scores.get(pk, 0))
        return sorted(scores, key=lambda pk: (-scores[pk], pk))[:MOST_CANDIDATES]

    def _near(self, place: str, name: str) -> list[int]:
        if place not in self.starts:
            return list(self.names.get(place, ()))
        starts = {word[:4] for word in name.split()}
        return list({pk for start in starts for pk in self.starts[place].get(start, ())})


def bare_name(name: str, city: str) -> str:
    """Return a name without the words that say nothing: "Zelfhulpgroep Rouw Heerlen" is "rouw"."""
    folded = fold_words(name)
    idle = NOISE | set(fold_words(city).split())
    return " ".join(word for word in folded.split() if word not in idle) or folded or name


def likeness(first: str, second: str) -> float:
    """Return how alike two bare names are, 0 to 100, also when words are joined or in another order.

    The women's group is not the men's group, and group 2 is not group 1.
    """
    if _telling(first) != _telling(second):
        return 0
    joined = fuzz.ratio(first.replace(" ", ""), second.replace(" ", ""))
    return max(joined, fuzz.token_sort_ratio(first, second))


def _telling(name: str) -> set[str]:
    return {word for word in name.split() if word in TELLING or any(mark.isdigit() for mark in word)}


def same_group(first: KnownGroup, name: str, city: str) -> bool:
    """Whether a group with the same number in another list can be the group of a row."""
    names = bare_name(first.name, first.city), bare_name(name, city)
    return fold_words(first.city) == fold_words(city) or likeness(*names) >= RELATED


def _by_start(names: dict[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for pk, name in names.items():
        for start in {word[:4] for word in name.split()}:
            found[start].append(pk)
    return found
