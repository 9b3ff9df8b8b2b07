"""Inviting people: a link by e-mail with which they choose their own password."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from zelfregie_core.domain.mail import send_region_mail
from zelfregie_tenants.domain.domains import region_url
from zelfregie_tenants.models import AppliedItem, Region

logger = logging.getLogger("zelfregie.launch")
KIND = "invitation"


@dataclass(frozen=True)
class Invitation:
    """A link for one person. `sent` is false when the mail server did not take the message."""

    email: str
    link: str
    sent: bool


def invite_waiting(region: Region) -> list[Invitation]:
    """Invite everybody whose account a launch made and who was not invited yet. Runs inside the region's schema.

    What cannot be sent is tried again by the next launch.
    """
    made = AppliedItem.objects.filter(region_id=region.pk, kind="editor").values_list("key", flat=True)
    invited = AppliedItem.objects.filter(region_id=region.pk, kind=KIND).values_list("key", flat=True)
    waiting = set(made) - set(invited)
    users = get_user_model().objects.filter(username__in=waiting, last_login=None, is_active=True)
    return [_invite(region, user) for user in users.order_by("username")]


def mark_invited(region: Region, emails: list[str]) -> None:
    """Remember that these people need no invitation (any more)."""
    AppliedItem.objects.bulk_create(
        [AppliedItem(region=region, kind=KIND, key=email) for email in emails], ignore_conflicts=True
    )


def _invite(region: Region, user: AbstractUser) -> Invitation:
    link = region_url(region) + reverse(
        "wagtailadmin_password_reset_confirm",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    subject = _("Je account voor %(site)s") % {"site": region.name}
    body = _(
        "Hallo %(name)s,\n\n"
        "Er is een account voor je gemaakt op de site van %(site)s. Kies met deze link zelf een wachtwoord:\n\n"
        "%(link)s\n\n"
        "De link werkt drie dagen. Te laat? Kies op de inlogpagina “wachtwoord vergeten”.\n"
        "Ken je deze site niet? Dan hoef je niets te doen.\n"
    ) % {"name": user.first_name, "site": region.name, "link": link}
    try:
        sent = bool(send_region_mail(subject, body, [user.email]))
    except OSError as error:  # smtplib's errors and refused connections alike
        logger.warning("An invitation could not be sent (%s); the next launch tries again.", type(error).__name__)
        sent = False
    if sent:
        mark_invited(region, [user.get_username()])
    return Invitation(user.email, link, sent)
