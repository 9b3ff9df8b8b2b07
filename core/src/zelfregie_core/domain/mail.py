"""Sending e-mail in a region's name."""

from collections.abc import Sequence
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage

from zelfregie_core.models import Branding, SiteSettings


def send_region_mail(subject: str, body: str, to: Sequence[str], reply_to: Sequence[str] = ()) -> int:
    """Send a plain-text message from the current region: its name and its sender address.

    The reply goes to the organisation unless ``reply_to`` says otherwise.

    :return: the number of messages sent.
    :raises OSError: when the mail server cannot be reached within EMAIL_TIMEOUT; call this from a task, which retries.
    """
    brand, details = Branding.load(), SiteSettings.load()
    sender = formataddr((brand.site_name, details.sender_email or settings.DEFAULT_FROM_EMAIL))
    replies = list(reply_to) or ([details.email] if details.email else [])
    # A line break in a subject would add headers; Django refuses it, a region's name must not break sending.
    return EmailMessage(" ".join(subject.split()), body, sender, list(to), reply_to=replies).send()
