"""How completely a group tells what a visitor needs to decide, and what is missing. Pure functions.

The rule: what decides weighs most. First when and where, then the first time (its four questions together weigh more
than anything else, because shame and prejudice keep people at the door), then getting there, what the group is about,
and whether somebody has checked it lately. What has a good default (cost, language, for everybody) does not count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.rule import Rule

#: After this a visitor can no longer rely on what was checked.
CONFIRMED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Missing:
    """Something that a group does not tell yet.

    :param field: name of the field of ``Group``, or ``schedules``.
    :param label: what it is, for people.
    :param why: what it would do for a visitor, in a sentence.
    """

    field: str
    label: str
    why: str


@dataclass(frozen=True)
class Completeness:
    """How complete a group is.

    :param score: 0 (nothing known) to 100 (everything that applies to this group).
    :param missing: what to fill in, what helps visitors most first.
    """

    score: int
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class _Part:
    """A thing that a group can tell, with its weight, and how to see whether it does."""

    field: str
    weight: int
    label: Promise
    why: Promise
    is_known: Callable[[Any, date], bool]
    only_in_person: bool = False


def completeness(group: Any, today: date | None = None) -> Completeness:
    """Return how complete a group is. No query when its themes and schedules are fetched and no field is deferred.

    :param group: a ``Group``.
    :param today: for what grows old; None for the region's today.
    """
    score, missing = _measure(group, today or localdate())
    ordered = sorted(missing, key=lambda part: -part.weight)
    return Completeness(score, tuple(Missing(part.field, str(part.label), str(part.why)) for part in ordered))


def completeness_score(group: Any, today: date | None = None) -> int:
    """Return only how complete a group is, 0 to 100, without a sentence for people: an import asks for thousands."""
    return _measure(group, today or localdate())[0]


def _measure(group: Any, today: date) -> tuple[int, list["_Part"]]:
    """The score, and the parts that the group lacks."""
    in_person = group.meets_in_person
    parts = [part for part in _PARTS if in_person or not part.only_in_person]
    missing = [part for part in parts if not part.is_known(group, today)]
    total = sum(part.weight for part in parts)
    lacking = sum(part.weight for part in missing)
    # Rounded down, so that 100 means: nothing is missing.
    return (total - lacking) * 100 // total, missing


def is_recently_confirmed(confirmed_on: date | None, today: date | None = None) -> bool:
    """Whether somebody checked a group within the last year."""
    return confirmed_on is not None and (today or localdate()) - confirmed_on <= CONFIRMED_FOR


def _has(field: str) -> Callable[[Any, date], bool]:
    """Whether a field of text, a number, a list or an answer is filled in. False is an answer."""

    def is_known(group: Any, today: date) -> bool:
        value = getattr(group, field)
        return value is not None and (bool(value) or value is False)

    return is_known


def _has_dates(group: Any, today: date) -> bool:
    return any(Rule.of(schedule).gives_dates for schedule in parts_of(group, "schedules"))


def _has_time(group: Any, today: date) -> bool:
    return any(schedule.start_time is not None for schedule in parts_of(group, "schedules"))


def _has_address(group: Any, today: date) -> bool:
    return bool(group.address or group.location_name)


_PARTS = (
    _Part(
        "schedules",
        14,
        _("de dagen van de bijeenkomsten"),
        _("Zonder dag weet niemand wanneer de volgende bijeenkomst is."),
        _has_dates,
    ),
    _Part(
        "schedules",
        6,
        _("hoe laat het begint"),
        _("Wie te laat of te vroeg komt, durft vaak niet nog een keer te komen."),
        _has_time,
    ),
    _Part(
        "city",
        10,
        _("de plaats"),
        _("Mensen zoeken een groep dichtbij. Zonder plaats vinden ze deze groep niet."),
        _has("city"),
        only_in_person=True,
    ),
    _Part(
        "address",
        6,
        _("het adres"),
        _("Met een adres kunnen mensen uitzoeken hoe ze er komen."),
        _has_address,
        only_in_person=True,
    ),
    _Part(
        "speaking",
        7,
        _("moet je iets vertellen?"),
        _("Mensen durven eerder te komen als ze weten of ze iets moeten vertellen."),
        _has("speaking"),
    ),
    _Part(
        "welcomed_by",
        7,
        _("wie wacht je op?"),
        _("Het is fijn om te weten dat er iemand op je let als je binnenkomt."),
        _has("welcomed_by"),
    ),
    _Part(
        "bring_someone",
        6,
        _("mag je iemand meenemen?"),
        _("Voor veel mensen is de drempel lager als er iemand mee mag."),
        _has("bring_someone"),
    ),
    _Part(
        "contact_first",
        6,
        _("moet je je eerst melden?"),
        _("Wie dit niet weet, belt niet en komt ook niet."),
        _has("contact_first"),
    ),
    _Part(
        "first_time_note",
        3,
        _("hoe gaat de eerste keer?"),
        _("Een paar zinnen over het begin en het einde nemen spanning weg."),
        lambda group, today: bool(group.first_time_note.strip()),
    ),
    _Part(
        "description",
        8,
        _("de beschrijving"),
        _("In een paar zinnen zien mensen of ze zich hier thuis zullen voelen."),
        lambda group, today: bool(group.description.strip()),
    ),
    _Part(
        "themes",
        7,
        _("het thema"),
        _("Op thema zoeken de meeste mensen."),
        lambda group, today: bool(parts_of(group, "themes")),
    ),
    _Part("audience", 3, _("voor wie"), _("Een naaste zoekt een andere groep dan iemand zelf."), _has("audience")),
    _Part(
        "confirmed_on",
        8,
        _("nagekeken in het afgelopen jaar"),
        _("Als iemand de gegevens pas heeft nagekeken, kunnen mensen erop vertrouwen."),
        lambda group, today: is_recently_confirmed(group.confirmed_on, today),
    ),
    _Part(
        "wheelchair",
        4,
        _("toegankelijk met een rolstoel"),
        _("Ook “nee” helpt: dan komt niemand voor een trap te staan."),
        _has("wheelchair"),
        only_in_person=True,
    ),
    _Part(
        "public_transport",
        3,
        _("openbaar vervoer"),
        _("Niet iedereen heeft een auto. Noem de bus of de halte."),
        _has("public_transport"),
        only_in_person=True,
    ),
    _Part(
        "parking",
        2,
        _("parkeren"),
        _("Zoeken naar een plek kost tijd en moed."),
        _has("parking"),
        only_in_person=True,
    ),
    _Part(
        "accessible_toilet",
        2,
        _("aangepast toilet"),
        _("Wie dit nodig heeft, komt niet als het er niet staat."),
        _has("accessible_toilet"),
        only_in_person=True,
    ),
    _Part(
        "induction_loop",
        2,
        _("ringleiding"),
        _("Wie slecht hoort, kiest een plek met een ringleiding."),
        _has("induction_loop"),
        only_in_person=True,
    ),
    _Part(
        "host_name",
        4,
        _("voornaam van de begeleider"),
        _("Een naam maakt het persoonlijk: je weet naar wie je vraagt."),
        _has("host_name"),
    ),
    _Part(
        "host_email",
        4,
        _("e-mailadres van de begeleider"),
        _("Daarmee kan de redactie vragen of alles nog klopt. Het staat nooit op de site."),
        _has("host_email"),
    ),
    _Part("size", 3, _("met hoeveel mensen"), _("Een kleine groep voelt anders dan een grote."), _has("size")),
    _Part(
        "joining",
        3,
        _("instappen"),
        _("Mensen willen weten of ze meteen kunnen komen, of pas als een nieuwe groep begint."),
        _has("joining"),
    ),
)
