"""What a card of a group shows in a list: of our own database, or of the directory across regions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from zelfregie_core.plugins import ListingHit
from zelfregie_core.templatetags.zelfregie import dutch_date, dutch_time
from zelfregie_groups.domain.labels import audience_text, languages_text
from zelfregie_groups.domain.recurrence import Rule
from zelfregie_groups.domain.schedule_text import schedule_text
from zelfregie_groups.models.choices import Form
from zelfregie_groups.models.group import Group

#: How many dates a card shows.
DATES = 3
#: The time of a meeting of which only the date is known.
MIDNIGHT = dt.time()


@dataclass(frozen=True)
class CardTheme:
    """A theme on a card; ``icon`` is what the region chose, empty for the usual one."""

    slug: str
    name: str
    icon: str = ""


@dataclass(frozen=True)
class Card:
    """A group in a list, from whichever region. Codes as in ``models.choices``.

    :param key: what ``keuze`` in an address says for it.
    :param place: city, or else the name of the location; empty when it only meets online.
    :param schedules: when it meets, in words.
    :param dates: the next moments, soonest first, aware.
    :param audience: for whom, in words.
    :param languages: in words; empty when it is Dutch only.
    :param region: slug of the other region that it lives in; empty for an own group. Likewise ``region_name``.
    """

    key: str
    title: str
    url: str
    themes: tuple[CardTheme, ...] = ()
    summary: str = ""
    place: str = ""
    location_name: str = ""
    form: str = Form.IN_PERSON.value
    status: str = ""
    schedules: tuple[str, ...] = ()
    dates: tuple[dt.datetime, ...] = ()
    audience: str = ""
    languages: str = ""
    accessible: bool = False
    cost: str = ""
    joining: str = ""
    size: int | None = None
    distance_km: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    region: str = ""
    region_name: str = ""
    confirmed_on: dt.date | None = None

    @property
    def meets_in_person(self) -> bool:
        return self.form != Form.ONLINE

    @property
    def is_online(self) -> bool:
        return self.form != Form.IN_PERSON

    @property
    def has_point(self) -> bool:
        """Whether it stands on the map."""
        return self.latitude is not None and self.longitude is not None and self.meets_in_person

    @property
    def next_date(self) -> dt.datetime | None:
        return self.dates[0] if self.dates else None

    @cached_property
    def next_text(self) -> str:
        """The next date in words: "dinsdag 3 maart, 19.30 uur"; without the time when that is not known."""
        moment = self.next_date
        if moment is None:
            return ""
        parts = [dutch_date(moment)]
        if timezone.localtime(moment).time() != MIDNIGHT:
            parts.append(dutch_time(moment))
        return ", ".join(parts)

    @cached_property
    def later_text(self) -> str:
        """The dates after it: "daarna 10 mrt en 17 mrt"; empty when there are none."""
        later = [dutch_date(moment, "short") for moment in self.dates[1:]]
        if not later:
            return ""
        return _("daarna %(dates)s") % {"dates": get_text_list(later, _("en"))}

    @cached_property
    def where(self) -> str:
        """The place in words, on one line: "Heerlen", "Heerlen, ook online" or "Online"."""
        if not self.meets_in_person:
            return _("Online")
        if not self.is_online:
            return self.place
        return _("%(place)s, ook online") % {"place": self.place} if self.place else _("Bij elkaar en online")


def card_of_hit(hit: ListingHit, icons: Mapping[str, str] | None = None) -> Card:
    """Return the card of a group that the directory found.

    :param icons: slug of a theme to the icon that this region chose for it.
    """
    listing, card = hit.listing, hit.listing.card
    names = card.get("theme_names") or {}
    return Card(
        key=listing.key if hit.is_own else f"{hit.region}/{listing.key}",
        title=listing.title,
        url=hit.url,
        themes=tuple(CardTheme(slug, names.get(slug, slug), (icons or {}).get(slug, "")) for slug in listing.themes),
        summary=listing.summary,
        place=listing.city or card.get("location_name") or "",
        location_name=card.get("location_name") or "",
        form=listing.form,
        status=listing.status,
        schedules=_texts(schedule_text(Rule.from_json(rule)) for rule in card.get("schedules") or ()),
        dates=_to_come(listing.upcoming),
        audience=audience_text(listing.audience, card.get("gender") or "", card.get("age_from"), card.get("age_to")),
        languages=languages_text(listing.languages),
        accessible=listing.accessible,
        cost=card.get("cost") or "",
        joining=card.get("joining") or "",
        size=card.get("size"),
        distance_km=hit.distance_km,
        latitude=listing.latitude,
        longitude=listing.longitude,
        region="" if hit.is_own else hit.region,
        region_name="" if hit.is_own else hit.region_name,
        confirmed_on=_date(card.get("confirmed_on")),
    )


def card_of_group(group: Group, base: str) -> Card:
    """Return the card of a group of this region.

    :param group: with themes and schedules fetched, see ``GroupQuerySet.for_cards``.
    :param base: address of the finder.
    """
    return Card(
        key=f"groups:{group.pk}",
        title=group.name,
        url=f"{base}{group.slug}/",
        themes=tuple(CardTheme(theme.slug, theme.name, theme.icon) for theme in group.themes.all()),
        place=group.city or group.location_name,
        location_name=group.location_name,
        form=group.form,
        status=group.status,
        schedules=_texts(schedule_text(schedule) for schedule in group.schedules.all()),
        dates=_to_come(group.upcoming),
        audience=audience_text(group.audience, group.gender, group.age_from, group.age_to),
        languages=languages_text(group.languages),
        accessible=group.wheelchair is True,
        cost=group.cost,
        joining=group.joining,
        size=group.size,
        latitude=group.latitude,
        longitude=group.longitude,
        confirmed_on=group.confirmed_on,
    )


def _texts(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in lines if line))


def _to_come(moments: Iterable[dt.datetime]) -> tuple[dt.datetime, ...]:
    """The first moments that are still to come: those stored were computed some time ago."""
    now = timezone.now()
    return tuple(moment for moment in moments if moment >= now or _is_today(moment, now))[:DATES]


def _is_today(moment: dt.datetime, now: dt.datetime) -> bool:
    """Whether only the date of a meeting is known, and it is today."""
    local = timezone.localtime(moment)
    return local.time() == MIDNIGHT and local.date() == timezone.localdate(now)


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
