"""Where the pages of groups live in the current region."""

from collections.abc import Sequence

from django.http import HttpRequest
from wagtail.models import Site

from zelfregie_core.domain.published import published
from zelfregie_core.models import ContentPage

#: Slugs under which a region may have a page about the first time in a group.
FIRST_TIME_SLUGS = ("de-eerste-keer", "wat-gebeurt-er-de-eerste-keer", "eerste-keer")
START_A_GROUP_SLUG = "een-groep-beginnen"


def finder_url(request: HttpRequest) -> str | None:
    """Return the address of the finder, or None when the region has no published one. One query per request."""
    if not hasattr(request, "_groups_finder_url"):
        from zelfregie_groups.models.finder_page import GroupFinderPage  # noqa: PLC0415 -- its views import this module

        page = None
        if Site.find_for_request(request) is not None:
            page = published(GroupFinderPage).first()
        request._groups_finder_url = page.get_url(request) if page else None  # type: ignore[attr-defined]
    return request._groups_finder_url  # type: ignore[attr-defined]


def start_a_group_url(request: HttpRequest) -> str:
    """Return the address of the region's page about starting a group, or an empty string."""
    return _url_of_content(request, (START_A_GROUP_SLUG,))


def first_time_url(request: HttpRequest) -> str:
    """Return the address of the region's page about the first time in a group, or an empty string."""
    return _url_of_content(request, FIRST_TIME_SLUGS)


def _url_of_content(request: HttpRequest, slugs: Sequence[str]) -> str:
    page = published(ContentPage).filter(slug__in=slugs).first()
    return (page.get_url(request) or "") if page else ""
