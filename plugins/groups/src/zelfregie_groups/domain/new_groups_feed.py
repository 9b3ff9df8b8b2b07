"""The newest groups as an RSS feed, made with Django's feed generator."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zelfregie_groups.domain.calendar_feed import plain

#: How many groups the feed holds.
NEWEST = 30
DESCRIPTION_LENGTH = 600


def new_groups_feed(
    groups: Iterable[Any], *, site_name: str, site_url: str, feed_url: str, page_url: Callable[[Any], str]
) -> bytes:
    """Return the newest groups as RSS 2.0.

    :param groups: published ones, the newest first, with ``themes`` and ``schedules`` prefetched.
    :param page_url: from a group to the absolute address of its page.
    """
    feed = Rss201rev2Feed(
        title=_("Nieuwe groepen: %(site)s") % {"site": plain(site_name)},
        link=site_url,
        description=_("De nieuwste zelfhulpgroepen op deze site."),
        language=get_language() or "nl",
        feed_url=feed_url,
    )
    for group in groups:
        address = page_url(group)
        feed.add_item(
            title=plain(group.name),
            link=address,
            description=_description(group),
            unique_id=address,
            unique_id_is_permalink=True,
            pubdate=group.created_at,
            categories=[plain(theme.name) for theme in group.themes.all()],
        )
    return feed.writeString("utf-8").encode()


def _description(group: Any) -> str:
    """When and where, then what the group says about itself."""
    when = next((line.text for line in group.schedules.all() if line.text), "")
    where = _("Online") if not group.meets_in_person else group.city
    facts = ", ".join(part for part in (where, when) if part)
    text = " ".join(group.description.split())
    if len(text) > DESCRIPTION_LENGTH:
        text = text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + " …"
    return plain(". ".join(part for part in (facts, text) if part))
