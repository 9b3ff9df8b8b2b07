"""What codes of a group are called in a sentence. Pure functions, for groups and for listings of other regions."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zelfregie_groups.models.choices import Audience, Form, Gender, Language, Status


def audience_text(
    audience: Sequence[str], gender: str = "", age_from: int | None = None, age_to: int | None = None
) -> str:
    """Return for whom a group is, as "voor naasten, voor vrouwen, van 18 tot en met 30 jaar"; empty when not known."""
    parts = [str(Audience(code).label) for code in audience if code in Audience.values]
    if gender in (Gender.WOMEN, Gender.MEN):
        parts.append(str(Gender(gender).label))
    parts.append(age_text(age_from, age_to))
    return ", ".join(part for part in parts if part)


def age_text(age_from: int | None, age_to: int | None) -> str:
    """Return an age range in words; empty when there is none."""
    if age_from is not None and age_to is not None:
        return _("van %(first)s tot en met %(last)s jaar") % {"first": age_from, "last": age_to}
    if age_from is not None:
        return _("vanaf %(age)s jaar") % {"age": age_from}
    if age_to is not None:
        return _("tot en met %(age)s jaar") % {"age": age_to}
    return ""


def languages_text(languages: Sequence[str]) -> str:
    """Return what is spoken, when it is not Dutch only."""
    if list(languages) in ([], [Language.NL.value]):
        return ""
    return ", ".join(str(Language(code).label) for code in languages if code in Language.values)


def form_label(form: str) -> str:
    """Return "bij elkaar", "online" or both; empty for a code that we do not know."""
    return str(Form(form).label) if form in Form.values else ""


def status_label(status: str) -> str:
    """Return "er is plek" and so on; empty for a code that we do not know."""
    return str(Status(status).label) if status in Status.values else ""
