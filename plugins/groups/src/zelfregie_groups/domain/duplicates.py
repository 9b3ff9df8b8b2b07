"""Groups that may be one group, entered twice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from zelfregie_groups.domain.text import NOISE, fold_words
from zelfregie_groups.models.former_slug import DistinctPair
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.schedule import Schedule

#: Out of 100, of the words that say something. "Rouwgroep Heerlen" and "Rouwgroep Heerle" are alike, "Rouwcafé" is not.
ALIKE = 88
#: A name that differs in one of these names another group: the Tuesday group is not the Thursday group.
TELLING = frozenset(
    (
        *("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "ochtend", "middag", "avond"),
        *("mannen", "vrouwen", "jongeren", "ouderen", "partners", "naasten", "ouders", "online"),
        *("i", "ii", "iii", "iv", "noord", "oost", "zuid", "west"),
    )
)


@dataclass(frozen=True)
class Pair:
    """Two groups that look alike; ``first`` is the smaller key.

    :param reasons: why, in words.
    """

    first: int
    second: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    pk: int
    name: str
    words: str
    city: str
    address: str
    telling: frozenset[str]
    times: set[tuple[int, object]] = field(default_factory=set, compare=False)


def find_pairs() -> list[Pair]:
    """Return the pairs of this region's groups that look alike, without those of which an editor said they are two.

    Four queries; the comparing itself happens per city.
    """
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    groups = _read_groups()
    for pair in _same_name(groups):
        reasons[pair].append(_("dezelfde naam en plaats"))
    for pair in set(_similar_name(groups)):
        if pair not in reasons:
            reasons[pair].append(_("bijna dezelfde naam, in dezelfde plaats"))
    for pair in _same_moment(groups):
        reasons[pair].append(_("hetzelfde adres, dezelfde dag en tijd"))
    for pair in DistinctPair.objects.values_list("first_id", "second_id"):
        reasons.pop(pair, None)
    return [Pair(*pair, tuple(why)) for pair, why in sorted(reasons.items())]


def groups_in_pairs() -> set[int]:
    """Return the ids of the groups that look like another."""
    return {pk for pair in find_pairs() for pk in (pair.first, pair.second)}


def call_distinct(one: int, other: int) -> None:
    """Remember that two groups that look alike are two groups."""
    first, second = sorted((one, other))
    DistinctPair.objects.get_or_create(first_id=first, second_id=second)


def _read_groups() -> list[_Group]:
    found: dict[int, _Group] = {}
    rows = Group.objects.order_by("pk").values_list("pk", "name", "city", "address", "postal_code", "form")
    for pk, name, city, address, postal_code, form in rows:
        folded = fold_words(name)
        words = folded.split()
        place = fold_words(city) if form != Group.Form.ONLINE else "online"
        street = " ".join((fold_words(address), fold_words(postal_code) or place)) if address else ""
        telling = frozenset(word for word in words if word in TELLING or any(mark.isdigit() for mark in word))
        city_words = set(place.split())
        rest = " ".join(word for word in words if word not in NOISE and word not in city_words)
        found[pk] = _Group(pk, folded.replace(" ", ""), rest or folded, place, street, telling)
    for pk, days, start in Schedule.objects.values_list("group_id", "weekdays", "start_time"):
        if start is not None and pk in found:
            found[pk].times.update((day, start) for day in days)
    return list(found.values())


def _same_name(groups: Iterable[_Group]) -> Iterator[tuple[int, int]]:
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for group in groups:
        if group.name:
            by_name[group.name, group.city].append(group.pk)
    for keys in by_name.values():
        yield from combinations(keys, 2)


def _similar_name(groups: Iterable[_Group]) -> Iterator[tuple[int, int]]:
    by_city: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        if group.city and group.words:
            by_city[group.city].append(group)
    for members in by_city.values():
        yield from _alike(members)


def _alike(members: Sequence[_Group]) -> Iterator[tuple[int, int]]:
    """Pairs whose words are alike in any order, or whose letters are: "Rouw Café" is written "Rouwcafé" too."""
    for texts, scorer in (
        ([group.words for group in members], fuzz.token_sort_ratio),
        ([group.words.replace(" ", "") for group in members], fuzz.ratio),
    ):
        for number, one in enumerate(members):
            found = process.extract(texts[number], texts[number + 1 :], scorer=scorer, score_cutoff=ALIKE, limit=None)
            for _text, _score, place in found:
                other = members[number + 1 + place]
                if one.telling == other.telling:
                    yield one.pk, other.pk


def _same_moment(groups: Iterable[_Group]) -> Iterator[tuple[int, int]]:
    by_address: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        if group.address and group.times:
            by_address[group.address].append(group)
    for members in by_address.values():
        for one, other in combinations(members, 2):
            if one.times & other.times:
                yield one.pk, other.pk
