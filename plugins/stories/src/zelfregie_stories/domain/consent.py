"""The words to which an author agrees. Kept with each story as they were shown."""

from django.utils.translation import gettext_lazy as _

#: Raise this when the text changes.
CONSENT_VERSION = "2026-1"
CONSENT_LABEL = _("Ja, ik wil dat mijn verhaal op deze site komt.")
CONSENT_DETAILS = _(
    "Iedereen kan het dan lezen. Een moderator leest het eerst, en kan namen, adressen en data weghalen. "
    "Ik kan mijn verhaal altijd laten weghalen, zonder uitleg."
)


def consent_text() -> str:
    """The whole text, in the language that the visitor reads now."""
    return f"{CONSENT_LABEL} {CONSENT_DETAILS}"
