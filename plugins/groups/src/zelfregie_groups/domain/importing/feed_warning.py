"""The e-mail about a list that has failed for long."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zelfregie_core.domain.mail import send_region_mail
from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_groups.domain.importing.feeds import must_warn
from zelfregie_groups.models import ImportSource


def warn_about(source: ImportSource) -> bool:
    """E-mail the administrators of the region that a list has failed for three days.

    :return: False when they know already, when it works again, or when there is nobody to tell.
    :raises OSError: when the mail server does not answer; then nothing is remembered, and the task tries again.
    """
    to = administrator_addresses()
    if not to or not must_warn(source):
        return False
    context = {
        "source": source,
        "site_name": Branding.load().site_name,
        "url": str(settings.WAGTAILADMIN_BASE_URL).rstrip("/") + reverse("groups_import:source", args=[source.pk]),
    }
    subject = _("De lijst '%(name)s' kan niet worden opgehaald") % {"name": source.name}
    send_region_mail(subject, render_to_string("zelfregie_groups/mail/feed_fails.txt", context), to)
    source.warned_at = timezone.now()
    source.save(update_fields=["warned_at"])
    return True


def administrator_addresses() -> list[str]:
    """Return the e-mail addresses of the region's administrators, or else of the organisation."""
    users = get_user_model().objects.filter(is_active=True, groups__name=GROUP_NAMES[Role.ADMINISTRATOR])
    addresses = sorted({user.email for user in users if user.email})
    details = SiteSettings.load()
    return addresses or ([details.email] if details.email else [])
