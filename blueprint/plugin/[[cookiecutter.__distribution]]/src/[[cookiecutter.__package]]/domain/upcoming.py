"""Reading what is still to come."""

from django.db.models import QuerySet
from django.http import HttpRequest

from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]], [[ cookiecutter.model ]]IndexPage
from zelfregie_core.domain.published import published


def index_url(request: HttpRequest | None) -> str | None:
    """The address of the page with all of them, or None when the region has no such page."""
    page = published([[ cookiecutter.model ]]IndexPage).order_by("path").first()
    return page.get_url(request) if page else None


def search(query: str) -> QuerySet:
    """Those with these words in their title."""
    return [[ cookiecutter.model ]].objects.upcoming().filter(title__icontains=query)
