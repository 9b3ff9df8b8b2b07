"""Which pages anybody may read."""

from typing import TypeVar

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Page, PageViewRestriction

P = TypeVar("P", bound=Page)


def published(pages: type[P] | QuerySet[P]) -> QuerySet[P]:
    """The pages that are published and not restricted, nor below a page that is.

    The same as Wagtail's ``live().public()``, within the query itself: Wagtail asks for the restrictions first, every
    time, and a page such as the home page asks eight times.

    :param pages: a page type, or a queryset of one.
    """
    queryset = pages if isinstance(pages, QuerySet) else pages._default_manager.all()
    # A page's path starts with the paths of all pages above it.
    restricted = PageViewRestriction.objects.alias(
        below=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(below__startswith=F("page__path"))
    return queryset.filter(~Exists(restricted), live=True)


def may_be_restricted(page: Page) -> bool:
    """Whether a page, or one above it, is restricted or is an alias, which is restricted as its source is. One query.

    Wagtail asks twice for every page that is served, and nearly always nothing is restricted.
    """
    paths = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    restricted = PageViewRestriction.objects.filter(page=OuterRef("pk"))
    above = Page.objects.filter(path__in=paths).filter(Q(alias_of__isnull=False) | Exists(restricted))
    return page.alias_of_id is not None or above.exists()
