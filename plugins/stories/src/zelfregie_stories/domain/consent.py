"""The words to which an author agrees. Kept with each story as they were shown."""

from django.utils.translation import gettext_lazy as _

#: Raise this when the text changes.
CONSENT_VERSION = "2026-1"
CONSENT_TEXT = _(
    "Ik wil dat mijn verhaal op deze site komt. Ik weet dat iedereen het dan kan lezen. Ik weet dat een moderator het "
    "eerst leest en namen, adressen en data kan weghalen. Ik kan mijn verhaal altijd laten weghalen, zonder uitleg."
)


def consent_text() -> str:
    """The text in the language that the visitor reads now."""
    return str(CONSENT_TEXT)
