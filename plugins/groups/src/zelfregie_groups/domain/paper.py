"""Groups on paper: what a printed list and a booklet say about each, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from zelfregie_groups.domain.cards import Card
from zelfregie_groups.domain.finder import Found, find_for_list
from zelfregie_groups.domain.first_time import Answer, first_time_answers
from zelfregie_groups.domain.group_facts import Fact, access_facts, place_lines
from zelfregie_groups.domain.qr import qr_svg
from zelfregie_groups.domain.query import PLUGIN, GroupQuery
from zelfregie_groups.domain.text import sort_key
from zelfregie_groups.models.group import Group

#: How a list is arranged; the value of ``indeling`` in its address.
BY_THEME, BY_PLACE, BY_SEARCH = "thema", "plaats", "zoeken"
ARRANGEMENTS = (BY_THEME, BY_PLACE, BY_SEARCH)
#: A description on paper is no longer: two groups fit on a page of a booklet.
WORDS = 40


@dataclass(frozen=True)
class Entry:
    """A group on paper.

    :param address: of its page, absolute: what the QR code leads to.
    :param where: lines of the place; of a group in another region only its name and city.
    :param answers: what the group itself says about the first time.
    """

    card: Card
    address: str
    where: tuple[str, ...]
    description: str = ""
    host_name: str = ""
    answers: tuple[Answer, ...] = ()
    access: tuple[Fact, ...] = ()

    @property
    def short_address(self) -> str:
        """The address as people type it."""
        return self.address.partition("://")[2].rstrip("/")

    @property
    def way(self) -> str:
        """How to get there and in, in a few words: "Parkeren: op het plein. Rolstoel: goed te bereiken."."""
        return " ".join(f"{fact.label}: {fact.value.rstrip('. ')}." for fact in self.access)

    @property
    def qr(self) -> SafeString:
        """The code for beside the address itself: hidden from who listens to the page."""
        return qr_svg(self.address)

    @property
    def labelled_qr(self) -> SafeString:
        """The code with a text in place of it."""
        return qr_svg(self.address, _("QR-code naar de pagina van %(name)s") % {"name": self.card.title})


@dataclass(frozen=True)
class Chapter:
    """Groups below one heading; without a title there is no heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Paper:
    """What goes on paper.

    :param total: how many groups were found; more than there are entries when they do not fit.
    """

    query: GroupQuery
    found: Found
    arrangement: str
    chapters: tuple[Chapter, ...]
    total: int

    @property
    def count(self) -> int:
        return sum(len(chapter.entries) for chapter in self.chapters)

    @property
    def left_out(self) -> int:
        return max(0, self.total - self.count)


def gather(request: HttpRequest, query: GroupQuery, arrangement: str = "", *, most: int) -> Paper:
    """Return the groups of a search, or the selection of a visitor, for paper. Four queries besides the search.

    :param arrangement: one of ``ARRANGEMENTS``; anything else gives what fits the search.
    :param most: how many groups there is room for.
    """
    found = find_for_list(query, request, most=most)
    entries = _entries(request, found.cards)
    if arrangement not in ARRANGEMENTS:
        arrangement = BY_SEARCH if found.is_near_a_place else BY_THEME
    return Paper(query, found, arrangement, arrange(entries, arrangement, found), max(found.total, len(entries)))


def arrange(entries: Sequence[Entry], arrangement: str, found: Found | None = None) -> tuple[Chapter, ...]:
    """Return entries below headings: by theme, by place, or as the search sorted them. Each group stands there once.

    :param found: the search: when it asked for one theme, that is where its groups belong.
    """
    if not entries:
        return ()
    if arrangement == BY_SEARCH:
        return (Chapter("", tuple(entries)),)
    chosen = found.theme.slug if found and found.theme else ""

    def heading(entry: Entry) -> str:
        if arrangement == BY_PLACE:
            return entry.card.place if entry.card.meets_in_person else ""
        themes = sorted(entry.card.themes, key=lambda theme: (theme.slug != chosen, sort_key(theme.name)))
        return themes[0].name if themes else ""

    last = _("Online") if arrangement == BY_PLACE else _("Andere thema's")
    # What has no heading comes last, below one that says so.
    ordered = sorted(
        entries, key=lambda entry: (not heading(entry), sort_key(heading(entry)), sort_key(entry.card.title))
    )
    return tuple(Chapter(title or last, tuple(group)) for title, group in groupby(ordered, key=heading))


def _entries(request: HttpRequest, cards: Iterable[Card]) -> list[Entry]:
    """The cards with what only the own database knows. Three queries for the groups of this region."""
    cards = list(cards)
    ids = [int(card.key.removeprefix(f"{PLUGIN}:")) for card in cards if not card.region]
    groups = Group.objects.published().for_cards().in_bulk(ids)
    entries = []
    for card in cards:
        address = request.build_absolute_uri(card.url)
        if card.region:
            where = dict.fromkeys(line for line in (card.location_name, card.place) if line)
            entries.append(Entry(card, address, tuple(where), description=_short(card.summary)))
            continue
        group = groups.get(int(card.key.removeprefix(f"{PLUGIN}:")))
        # Unpublished since the directory was asked: not on paper.
        if group is not None:
            entries.append(_entry(card, address, group))
    return entries


def _entry(card: Card, address: str, group: Group) -> Entry:
    return Entry(
        card,
        address,
        tuple(place_lines(group)),
        description=_short(group.description),
        host_name=group.host_name,
        answers=tuple(answer for answer in first_time_answers(group) if answer.is_own),
        access=tuple(access_facts(group)),
    )


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).words(WORDS)
