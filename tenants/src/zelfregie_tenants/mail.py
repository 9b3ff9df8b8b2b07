"""E-mail that Wagtail sends by itself, in the name of the region it is about."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from zelfregie_core.models import Branding, SiteSettings
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.models import Region

logger = logging.getLogger("zelfregie.mail")
CLOSED_STATES = frozenset({Region.State.SUSPENDED, Region.State.ARCHIVED})


class RegionEmailBackend(EmailBackend):
    """SMTP; a message without a sender of its own gets the name and the sender address of the current region.

    Wagtail's invitations, password links and notices come from `DEFAULT_FROM_EMAIL`, which no reader knows.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send the messages and return how many went out: none from a region that is closed."""
        region = current_region()
        if region is not None and region.state in CLOSED_STATES:
            logger.warning("%s is %s: %s messages were not sent.", region.slug, region.state, len(email_messages))
            return 0
        if region is not None:
            for message in email_messages:
                if message.from_email in {settings.DEFAULT_FROM_EMAIL, "webmaster@localhost", ""}:
                    message.from_email = region_sender()
        return super().send_messages(email_messages) or 0


def region_sender() -> str:
    """Return the sender of the current region: its name, and its address or else the platform's."""
    return formataddr((Branding.load().site_name, SiteSettings.load().sender_email or settings.DEFAULT_FROM_EMAIL))
