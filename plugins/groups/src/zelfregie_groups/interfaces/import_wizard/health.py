"""How a list is doing, in words."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.feeds import is_settled, next_attempt
from zelfregie_groups.models import ImportSource


@dataclass(frozen=True)
class Health:
    """What an editor sees of a list that is fetched.

    :param tone: the class of Wagtail's status tag: ``primary`` is well, ``critical`` asks for something.
    """

    label: str
    tone: str
    next_at: dt.datetime | None = None
    failing: bool = False


def health_of(source: ImportSource) -> Health:
    """Return how a list is doing."""
    if not source.url:
        return Health(_("je uploadt hem zelf"), "")
    if not source.is_active:
        return Health(_("ophalen staat op pauze"), "")
    if source.failing_since:
        return Health(_("ophalen mislukt"), "w-status--critical", next_attempt(source), failing=True)
    if not is_settled(source):
        return Health(_("wacht op je eerste import"), "")
    return Health(_("gaat goed"), "w-status--primary", next_attempt(source))
