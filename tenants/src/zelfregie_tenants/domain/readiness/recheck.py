"""Looking again, every week: what turned wrong is told to the administrators, once."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zelfregie_core.domain.mail import send_region_mail
from zelfregie_core.domain.readiness.running import Status
from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_tenants.domain.domains import region_url
from zelfregie_tenants.domain.readiness.results import Entry, check_region
from zelfregie_tenants.models import ReadinessResult, Region

ADMIN_PAGE = "readiness:index"


def recheck(region: Region) -> list[Entry]:
    """Check a live region again and mail its administrators about what turned wrong since they were last told.

    A live region is never closed by this. A demonstration is left alone: nothing in it has to be ready for visitors.
    Runs inside the region, outside any transaction.

    Returns:
        what they were told of.

    Raises:
        OSError: the mail server cannot be reached; done again, the mail is sent as if for the first time.
    """
    if region.is_demo or region.state != Region.State.LAUNCHED:
        return []
    entries = {entry.key: entry for entry in check_region(region)}
    wrong = ReadinessResult.objects.filter(
        region_id=region.pk, status__in=[Status.WRONG.value, Status.BROKEN.value], reported_at=None
    )
    news = [entries[row.key] for row in wrong.order_by("-blocking", "key") if row.key in entries]
    if news:
        _send(*_news_mail(region, news))
        ReadinessResult.objects.filter(region_id=region.pk, key__in=[entry.key for entry in news]).update(
            reported_at=timezone.now()
        )
    return news


def tell_opened(region: Region) -> None:
    """Mail the administrators that their site is open, and what still deserves attention. Runs inside the region.

    Raises:
        OSError: the mail server cannot be reached.
    """
    rows = ReadinessResult.objects.filter(region_id=region.pk, status=Status.WRONG.value)
    body = _(
        "Hallo,\n\n"
        "De site van %(region)s is open. Iedereen kan hem nu bezoeken:\n\n"
        "%(url)s/\n\n"
        "We kijken elke week na of alles in orde blijft. Is er iets, dan krijg je een bericht.\n"
    ) % {"region": region.name, "url": region_url(region)}
    if number := rows.count():
        body += "\n" + ngettext(
            "Er is nog %(number)d ding dat beter kan. Kijk op:\n\n%(page)s\n",
            "Er zijn nog %(number)d dingen die beter kunnen. Kijk op:\n\n%(page)s\n",
            number,
        ) % {"number": number, "page": _page(region)}
    _send(_("De site van %(region)s is open") % {"region": region.name}, body)


def _news_mail(region: Region, news: list[Entry]) -> tuple[str, str]:
    subject = _("Kijk even naar de site van %(region)s") % {"region": region.name}
    lines = []
    for entry in news:
        lines.append(f"* {entry.check.title}")
        lines += [f"  {finding.message}" for finding in entry.findings if finding.status != Status.OK]
    body = _(
        "Hallo,\n\n"
        "We kijken elke week of alles op de site van %(region)s in orde is. Dit is nieuw:\n\n"
        "%(list)s\n\n"
        "De site blijft gewoon open. Wat je kunt doen, lees je hier:\n\n"
        "%(page)s\n\n"
        "Je krijgt hier één keer bericht over.\n"
    ) % {"region": region.name, "list": "\n".join(lines), "page": _page(region)}
    return subject, body


def _send(subject: str, body: str) -> None:
    """Send each administrator a message of their own: none of them needs the others' addresses."""
    people = get_user_model().objects.filter(is_active=True, groups__name=GROUP_NAMES[Role.ADMINISTRATOR])
    for address in people.exclude(email="").order_by("pk").values_list("email", flat=True):
        send_region_mail(subject, body, [address])


def _page(region: Region) -> str:
    return region_url(region) + reverse(ADMIN_PAGE)
