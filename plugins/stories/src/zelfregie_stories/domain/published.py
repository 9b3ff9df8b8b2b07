"""Reading published stories."""

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from zelfregie_core.domain.published import published
from zelfregie_core.domain.themes import themes_named
from zelfregie_core.models import Theme
from zelfregie_stories.models import Story, StoryIndexPage

NOT_SHOWN = ("contact_email", "consent_text", "moderation_note", "search_text")


def published_stories(theme: Theme | None = None) -> QuerySet[Story]:
    """Published stories with their theme, newest first; of one theme when given."""
    # What a page does not show is not read, and not decrypted.
    stories = Story.objects.published().select_related("theme").defer(*NOT_SHOWN)
    return stories if theme is None else stories.filter(theme=theme)


def search_stories(query: str, limit: int = 20) -> list[Story]:
    """Published stories with these words, best first, and then those about a theme that the search names.

    Dutch word forms count as the same word.
    """
    search = SearchQuery(query, search_type="websearch", config="dutch")
    vector = SearchVector("search_text", config="dutch")
    found = Story.objects.filter(status=Story.Status.PUBLISHED).annotate(vector=vector)
    found = found.filter(Q(vector=search) | Q(theme__in=themes_named(query)))
    return list(found.annotate(rank=SearchRank(vector, search)).order_by("-rank", "-published_at")[:limit])


def themes_with_stories() -> QuerySet[Theme]:
    """The themes about which there is a published story, by name."""
    return Theme.objects.filter(stories__status=Story.Status.PUBLISHED).distinct().order_by("name")


def index_url(request: HttpRequest | None) -> str | None:
    """The address of the page with all stories, or None when the region has none."""
    page = published(StoryIndexPage).order_by("path").first()
    return page.get_url(request) if page else None
