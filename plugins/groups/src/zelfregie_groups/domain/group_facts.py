"""What decides whether a group fits, as facts that people read. Pure: no query when what a card needs is fetched."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zelfregie_groups.domain.labels import audience_text, languages_text
from zelfregie_groups.domain.schedule_text import all_of
from zelfregie_groups.models.choices import Joining
from zelfregie_groups.models.group import Group


@dataclass(frozen=True)
class Fact:
    """One thing that decides whether a group fits; see core's component ``facts.html``."""

    icon: str
    label: str
    value: str


def group_facts(group: Group, *, with_schedule: bool = True) -> list[Fact]:
    """Return what decides about a group in the order in which people ask: when, for whom, language, cost, host."""
    facts = []
    if with_schedule:
        facts += [Fact("calendar-event", _("Wanneer"), line.text) for line in group.schedules.all() if line.text]
    for_whom = audience_text(group.audience, group.gender, group.age_from, group.age_to)
    facts.append(Fact("users", _("Voor wie"), for_whom))
    facts.append(Fact("language", _("Taal"), languages_text(group.languages)))
    facts.append(Fact("coin-euro", _("Kosten"), group.cost or _("gratis")))
    if group.size:
        facts.append(Fact("users-group", _("Hoeveel mensen"), _("meestal %(size)s mensen") % {"size": group.size}))
    if group.joining:
        icon = "lock" if group.joining == Joining.CLOSED else "repeat"
        facts.append(Fact(icon, _("Instappen"), str(Joining(group.joining).label)))
    facts.append(Fact("user-heart", _("Begeleider"), group.host_name))
    return [fact for fact in facts if fact.value]


def place_lines(group: Group) -> list[str]:
    """Return where a group meets, one line per part; empty for a group that is only online."""
    if not group.meets_in_person:
        return []
    lines = (group.location_name, group.address, f"{group.postal_code} {group.city}".strip())
    return [line for line in lines if line]


def access_facts(group: Group) -> list[Fact]:
    """Return what is known about getting there and getting in."""
    if not group.meets_in_person:
        return []
    facts = [
        Fact("compass", _("Openbaar vervoer"), group.public_transport),
        Fact("map-pin", _("Parkeren"), group.parking),
        Fact("wheelchair", _("Rolstoel"), _known(group.wheelchair, _("goed te bereiken"), _("niet te bereiken"))),
        Fact("accessible", _("Aangepast toilet"), _known(group.accessible_toilet, _("aanwezig"), _("niet aanwezig"))),
        Fact("ear", _("Ringleiding"), _known(group.induction_loop, _("aanwezig"), _("niet aanwezig"))),
    ]
    return [fact for fact in facts if fact.value]


def unknown_access(group: Group) -> str:
    """Return what is not known about getting there, as words in a row; empty when all is, or nothing needs to be."""
    if not group.meets_in_person:
        return ""
    questions = [
        (group.public_transport == "", _("openbaar vervoer")),
        (group.parking == "", _("parkeren")),
        (group.wheelchair is None, _("rolstoel")),
        (group.accessible_toilet is None, _("aangepast toilet")),
        (group.induction_loop is None, _("ringleiding")),
    ]
    return all_of([name for is_unknown, name in questions if is_unknown])


def _known(answer: bool | None, yes: str, no: str) -> str:
    return "" if answer is None else yes if answer else no
