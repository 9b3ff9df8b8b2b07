"""The e-mails about stories. No e-mail carries a story, and no subject says what one is about."""

from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from zelfregie_core.domain.mail import send_region_mail
from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_stories.domain.links import withdraw_path
from zelfregie_stories.domain.published import index_url
from zelfregie_stories.models import Story


def mail_author(kind: str, story: Story, base_url: str) -> bool:
    """Tell the author what happened: ``received``, ``published`` or ``rejected``.

    :return: False when the author left no address, or the story has moved on in the meantime.
    """
    subjects = {
        "received": (_("We hebben je verhaal ontvangen"), None),
        "published": (_("Je verhaal staat op de site"), Story.Status.PUBLISHED),
        "rejected": (_("Je verhaal komt niet op de site"), Story.Status.REJECTED),
    }
    subject, expected = subjects[kind]
    if not story.contact_email or expected not in (None, story.status):
        return False
    page = index_url(None)
    context = {
        "story": story,
        "site_name": Branding.load().site_name,
        "keep_days": settings_of("stories").keep_days,
        "withdraw_url": base_url + withdraw_path(story),
        "story_url": f"{base_url}{_path(page)}{story.slug}/" if page and story.slug else "",
    }
    body = render_to_string(f"zelfregie_stories/mail/{kind}.txt", context)
    return bool(send_region_mail(subject, body, [story.contact_email]))


def mail_moderators(story: Story, base_url: str) -> bool:
    """Ask those who may publish to read a new story; without any, the organisation.

    :return: False when there is nobody to ask, or the story no longer waits.
    """
    to = moderator_addresses()
    if not to or not story.is_waiting:
        return False
    subject = _("Nieuw verhaal: wil je vandaag kijken?") if story.needs_care else _("Er wacht een nieuw verhaal")
    context = {
        "story": story,
        "site_name": Branding.load().site_name,
        "review_url": base_url + reverse("stories_moderation:inspect", args=[story.pk]),
    }
    return bool(send_region_mail(subject, render_to_string("zelfregie_stories/mail/moderators.txt", context), to))


def moderator_addresses() -> list[str]:
    """The e-mail addresses of the people who may publish stories, or else of the organisation."""
    users = get_user_model().objects.with_perm(
        "zelfregie_stories.publish_story",
        is_active=True,
        include_superusers=False,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    addresses = sorted({user.email for user in users if user.email})
    details = SiteSettings.load()
    return addresses or ([details.email] if details.email else [])


def _path(url: str) -> str:
    """The path of a page's address, which Wagtail gives with or without the host."""
    return "/" + url.split("://", 1)[1].partition("/")[2] if "://" in url else url
