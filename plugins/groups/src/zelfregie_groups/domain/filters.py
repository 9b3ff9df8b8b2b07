"""The filters of the finder as a form shows them: each value with how many groups it leaves, and what is chosen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_groups.domain.finder import Found
from zelfregie_groups.domain.query import (
    DAYPARTS,
    DISTANCES,
    FORMS,
    WEEKDAYS,
    GroupQuery,
    distance_choices,
    sort_choices,
)
from zelfregie_groups.models.choices import Audience, Form, Language


@dataclass(frozen=True)
class Choice:
    """A value of a filter.

    :param count: how many groups are found when it is chosen and the other filters stay; None when not counted.
    """

    value: str
    label: str
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class Filter:
    """One question of the form.

    :param name: of the parameter.
    :param several: whether several values can be chosen.
    """

    name: str
    legend: str
    choices: tuple[Choice, ...]
    several: bool = True


@dataclass(frozen=True)
class Chip:
    """Something that was chosen, with the search without it."""

    label: str
    without: GroupQuery


@dataclass(frozen=True)
class FilterForm:
    """All filters of a search.

    :param number_chosen: how many of them are on; the usual distance is no choice.
    """

    filters: tuple[Filter, ...]
    sorts: tuple[Choice, ...]
    chips: tuple[Chip, ...] = field(default=())
    number_chosen: int = 0


def filter_form(found: Found, default_distance: int) -> FilterForm:
    """Return the filters for what was found. Pure: the search counted already."""
    query, counts = found.query, found.results.counts

    def choices(
        counted: str, labels: Mapping[Any, str], chosen: Iterable[Any], keep: Callable[[Any, int], bool] | None = None
    ) -> tuple[Choice, ...]:
        known = counts.get(counted) or {}
        wanted = set(chosen)
        made = (
            Choice(str(value), label, int(known.get(value, 0)) if counts else None, value in wanted)
            for value, label in labels.items()
            if keep is None or value in wanted or keep(value, int(known.get(value, 0)))
        )
        return tuple(made)

    filters = []
    if found.is_near_a_place:
        labels = {
            distance: _("tot %(distance)s km") % {"distance": distance}
            for distance in distance_choices(default_distance, query.distance_km)
        }
        filters.append(Filter("afstand", _("Hoe ver mag het zijn?"), tuple(_within(found, labels)), several=False))
    any_form = Choice("", _("maakt niet uit"), None, not query.form)
    form_labels = {form: str(Form(form).label) for form in FORMS}
    forms = (any_form, *choices("forms", form_labels, [query.form]))
    language_labels = {code: str(Language(code).label) for code in Language.values}
    filters += [
        Filter("dag", _("Op welke dag?"), choices("weekdays", weekday_labels(), query.weekdays)),
        Filter("dagdeel", _("Welk deel van de dag?"), choices("dayparts", daypart_labels(), query.dayparts)),
        Filter("vorm", _("Bij elkaar of online?"), forms, several=False),
        Filter("voor", _("Voor wie?"), choices("audience", audience_labels(), query.audience)),
        # Languages that nobody speaks here are left out: the list would be long and say little.
        Filter("taal", _("In welke taal?"), choices("languages", language_labels, query.languages, _is_spoken)),
        Filter("toegankelijk", _("Toegankelijk"), _one(counts, "accessible", _("met een rolstoel"), query.accessible)),
        Filter("plek", _("Ruimte"), _one(counts, "has_room", _("er is plek"), query.has_room)),
    ]
    number = sum(
        any(choice.is_chosen and choice.value for choice in part.choices)
        for part in filters
        if part.name != "afstand" or query.distance_km != default_distance
    )
    return FilterForm(tuple(filters), _sorts(found), tuple(chips(found, default_distance)), number)


def chips(found: Found, default_distance: int) -> Iterable[Chip]:
    """Yield what was chosen as short texts, in the order of the form, each with the search without it."""
    query = found.query
    if query.text:
        yield Chip(f"“{query.text}”", query.changed(text=""))
    if query.theme:
        yield Chip(found.theme.name if found.theme else query.theme, query.changed(theme=""))
    if query.place:
        label = query.place
        if found.is_near_a_place:
            label = _("%(place)s, tot %(distance)s km") % {"place": query.place, "distance": query.distance_km}
        yield Chip(label, query.changed(place="", distance_km=default_distance))
    for day in query.weekdays:
        rest = tuple(other for other in query.weekdays if other != day)
        yield Chip(weekday_labels()[day], query.changed(weekdays=rest))
    for part in query.dayparts:
        yield Chip(daypart_labels()[part], query.changed(dayparts=tuple(x for x in query.dayparts if x != part)))
    if query.form:
        yield Chip(str(Form(query.form).label), query.changed(form=""))
    for code in query.audience:
        yield Chip(audience_labels()[code], query.changed(audience=tuple(x for x in query.audience if x != code)))
    for code in query.languages:
        label = str(Language(code).label)
        yield Chip(label, query.changed(languages=tuple(x for x in query.languages if x != code)))
    if query.accessible:
        yield Chip(_("toegankelijk met een rolstoel"), query.changed(accessible=False))
    if query.has_room:
        yield Chip(_("er is plek"), query.changed(has_room=False))


def weekday_labels() -> dict[int, str]:
    """ISO number of a day to its name."""
    names = (_("maandag"), _("dinsdag"), _("woensdag"), _("donderdag"), _("vrijdag"), _("zaterdag"), _("zondag"))
    return dict(zip(WEEKDAYS, names, strict=True))


def daypart_labels() -> dict[str, str]:
    """Code of a part of the day to its name."""
    return dict(zip(DAYPARTS, (_("ochtend"), _("middag"), _("avond")), strict=True))


def audience_labels() -> dict[str, str]:
    """Code of for whom a group is to its label."""
    return {code: str(Audience(code).label) for code in Audience.values}


def _within(found: Found, labels: Mapping[int, str]) -> Iterable[Choice]:
    """The distances. The search counts within the usual ones; within the chosen one it found what it found."""
    known = found.results.counts.get("distance_km") or {}
    for distance, label in labels.items():
        if distance == found.query.distance_km:
            yield Choice(str(distance), label, found.total, is_chosen=True)
        else:
            yield Choice(str(distance), label, int(known.get(distance, 0)) if distance in DISTANCES else None)


def _sorts(found: Found) -> tuple[Choice, ...]:
    labels = {
        "dichtbij": _("dichtstbij"),
        "passend": _("beste match"),
        "datum": _("eerstvolgende bijeenkomst"),
        "naam": _("naam"),
    }
    near = found.is_near_a_place
    order = found.query.order(near)
    return tuple(Choice(value, labels[value], None, value == order) for value in sort_choices(found.query, near))


def _is_spoken(code: str, count: int) -> bool:
    return count > 0 or code == Language.NL


def _one(counts: Mapping[str, Mapping[Any, int]], counted: str, label: str, is_chosen: bool) -> tuple[Choice, ...]:
    number = int((counts.get(counted) or {}).get(True, 0)) if counts else None
    return (Choice("1", label, number, is_chosen),)
