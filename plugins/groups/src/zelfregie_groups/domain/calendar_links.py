"""Addresses of the calendar feeds, for pages that offer them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def calendar_url(group: Any = None, theme: Any = None, parameters: str = "") -> str:
    """Return the path of a feed: of one group, of one theme, or of the whole region.

    :param parameters: a search of the finder (``GroupQuery.parameters``); only for the whole region.
    """
    if group is not None:
        return reverse("groups:group_calendar", kwargs={"slug": group.slug})
    if theme is not None:
        return reverse("groups:theme_calendar", kwargs={"slug": theme.slug})
    path = reverse("groups:calendar")
    return f"{path}?{parameters}" if parameters else path


def subscribe_url(request: HttpRequest, path: str) -> str:
    """Return the ``webcal:`` address of a feed: a phone or a calendar program that opens it offers to subscribe."""
    return f"webcal://{request.build_absolute_uri(path).partition('://')[2]}"
