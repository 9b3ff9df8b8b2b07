"""What happens the first time: the questions that keep people at the door, with the group's own answers. Pure.

Where a group says nothing, a sentence tells how it usually goes. It never promises what the group did not say.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_groups.models.choices import Status


@dataclass(frozen=True)
class Answer:
    """A question about the first time with its answer.

    :param is_own: whether the group itself says this; else it is how it usually goes.
    """

    question: str
    text: str
    is_own: bool


def first_time_answers(group: Any) -> tuple[Answer, ...]:
    """Return the four questions with what the group answers, or how it usually goes.

    :param group: a ``Group``.
    """
    return (_reporting(group), _welcome(group), _speaking(group), _company(group))


def _reporting(group: Any) -> Answer:
    question = _("Moet je je eerst melden?")
    # Who walks in at a group that has no room stands at a closed door, whatever the group said in better times.
    if group.status == Status.PAUSED:
        return Answer(question, _("Ja, want de groep heeft nu pauze. Vraag wanneer het weer begint."), is_own=False)
    if group.status in (Status.FULL, Status.WAITING_LIST):
        return Answer(question, _("Ja, want de groep is nu vol. Vraag wanneer er weer plek is."), is_own=False)
    if group.contact_first:
        return Answer(question, _sentence(group.get_contact_first_display()), is_own=True)
    return Answer(
        question, _("Laat liever even weten dat je komt. Dan weten ze dat je er voor het eerst bent."), is_own=False
    )


def _welcome(group: Any) -> Answer:
    question = _("Wie wacht je op?")
    if group.welcomed_by:
        return Answer(question, _sentence(group.welcomed_by), is_own=True)
    if group.host_name:
        text = _("Vraag naar %(name)s. Zeg gerust dat je er voor het eerst bent.") % {"name": group.host_name}
        return Answer(question, text, is_own=False)
    return Answer(question, _("Meestal let iemand van de groep op wie er nieuw is, en stelt je voor."), is_own=False)


def _speaking(group: Any) -> Answer:
    question = _("Moet je iets vertellen?")
    if group.speaking:
        return Answer(question, _sentence(group.get_speaking_display()), is_own=True)
    return Answer(question, _("Je vertelt alleen wat je zelf wilt. Alleen luisteren mag meestal ook."), is_own=False)


def _company(group: Any) -> Answer:
    question = _("Mag je iemand meenemen?")
    if group.bring_someone:
        return Answer(question, _sentence(group.get_bring_someone_display()), is_own=True)
    return Answer(question, _("Vaak mag dat. Vraag het even van tevoren."), is_own=False)


def _sentence(words: Any) -> str:
    """Words as a sentence: a capital in front, an end behind it."""
    text = str(words).strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
