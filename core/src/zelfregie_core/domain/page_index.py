"""The search index of pages that were written in bulk."""

from collections.abc import Sequence

from wagtail.models import Page
from wagtail.search.backends import get_search_backends


def index_pages(pks: Sequence[int]) -> None:
    """Make pages findable, type by type. Pages that are gone by now are passed over.

    :param pks: primary keys of pages of the current region.
    """
    pages = list(Page.objects.filter(pk__in=pks).specific())
    for model in dict.fromkeys(type(page) for page in pages):
        same = [page for page in pages if type(page) is model]
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, same)
