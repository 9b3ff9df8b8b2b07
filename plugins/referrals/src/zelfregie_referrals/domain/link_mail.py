"""Sending a practice its personal link."""

from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_core.domain.mail import send_region_mail
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_referrals.domain.links import token_of
from zelfregie_referrals.models import Practice


def practice_path(practice: Practice) -> str:
    """The path of a practice's own page, with its secret."""
    return reverse("referrals:practice", args=[token_of(practice)])


def send_link(practice_id: int, base_url: str) -> bool:
    """Mail a practice its personal link.

    :param base_url: the address of the region's site; a task has no request to take it from.
    :return: False when the practice is gone, switched off or has no address.
    :raises OSError: when the mail server cannot be reached; the task that calls this is tried again.
    """
    practice = Practice.objects.active().filter(pk=practice_id).exclude(email="").first()
    if practice is None:
        return False
    context = {
        "practice": practice,
        "url": urljoin(base_url, practice_path(practice)),
        "brand": Branding.load(),
        "details": SiteSettings.load(),
    }
    body = render_to_string("zelfregie_referrals/mail/link.txt", context)
    send_region_mail(_("Jullie link om verwijskaarten te maken"), body, [practice.email])
    practice.link_sent_at = timezone.now()
    practice.save(update_fields=["link_sent_at"])
    return True
