"""What stories hold of the people who wrote them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.plugins import Erasure, HealthGround, LegalGround, NotPersonal, Person, PersonalData
from zelfregie_stories.domain.retention import erase_old_stories, erase_story
from zelfregie_stories.models import Story


def _kept() -> Any:
    days = settings_of("stories").keep_days
    term = ngettext("%(number)s dag", "%(number)s dagen", days) % {"number": days}
    sentence = gettext_lazy(
        "Een verhaal dat wacht: tot een moderator het gelezen heeft. Een verhaal op de site: tot de schrijver het "
        "terugtrekt. Een verhaal dat niet geplaatst of teruggetrokken is: "
        "{term}. Het e-mailadres: tot {term} na plaatsen."
    )
    return format_lazy(sentence, term=term)


def _of(person: Person) -> list[Story]:
    """The stories that were sent in with an address of this person. It is encrypted, so each is looked at."""
    ids = [story.pk for story in Story.objects.only("contact_email") if person.is_named_by(story.contact_email)]
    return list(Story.objects.filter(pk__in=ids).select_related("theme").order_by("pk"))


def _as_read(story: Story, person: Person) -> Mapping[Any, Any]:
    return {
        _("Titel"): story.title,
        _("Naam bij het verhaal"): story.author_name,
        _("Verhaal"): story.body,
        _("Thema"): story.theme.name if story.theme else "",
        _("E-mailadres"): story.contact_email,
        _("Stand"): story.get_status_display(),
        _("Ingestuurd op"): story.submitted_at,
        _("Geplaatst op"): story.published_at,
        _("Waarmee je instemde"): story.consent_text,
        _("Toestemming gegeven op"): story.consent_at,
        _("Uitleg van de moderator"): story.moderation_note,
    }


def _erase(stories: list[Story], person: Person) -> None:
    for story in stories:
        erase_story(story)
    indicators_changed()


DECLARED: Sequence[PersonalData | NotPersonal] = (
    PersonalData(
        key="stories_sent_in",
        title=gettext_lazy("Verhalen van bezoekers"),
        model="zelfregie_stories.Story",
        fields=("title", "author_name", "body", "contact_email", "moderation_note", "consent_text", "search_text"),
        subjects=gettext_lazy("Bezoekers die een verhaal insturen"),
        purpose=gettext_lazy(
            "Een verhaal lezen, plaatsen en weer weghalen, en de schrijver laten weten wat ermee gebeurt."
        ),
        ground=LegalGround.CONSENT,
        health=HealthGround.EXPLICIT_CONSENT,
        kept=_kept,
        receivers=gettext_lazy("Iedereen, voor een verhaal dat geplaatst is. Het e-mailadres: niemand."),
        find=_of,
        enforce=lambda: sum(erase_old_stories()),
        export=_as_read,
        erasure=Erasure.DELETE,
        erase=_erase,
        what=gettext_lazy(
            "Het verhaal met titel en naam, het e-mailadres, de toestemming en wat de moderator antwoordde."
        ),
    ),
)
