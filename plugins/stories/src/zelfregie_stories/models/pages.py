"""The page on which all stories of a region stand, and each of them below it."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.search import index

from zelfregie_core.models import BodyMixin, PluginPage, Theme

STORIES_PER_PAGE = 12


class StoryIndexPage(RoutablePageMixin, BodyMixin, PluginPage):
    """``/verhalen/`` with all published stories, newest first, ``/verhalen/?thema=rouw`` with those of one theme, and
    ``/verhalen/<slug>/`` with one story."""

    template = "zelfregie_stories/story_index_page.html"
    max_count = 1
    subpage_types: list[str] = []
    content_panels = [*PluginPage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*PluginPage.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        verbose_name = _("overzicht van verhalen")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from zelfregie_stories.domain.published import (  # noqa: PLC0415 -- the domain imports this model
            published_stories,
            themes_with_stories,
        )

        slug = request.GET.get("thema", "").replace("\x00", "")
        theme = Theme.objects.filter(slug=slug).first() if slug else None
        stories = published_stories(theme)
        return {
            **super().get_context(request, *args, **kwargs),
            "stories": Paginator(stories, STORIES_PER_PAGE).get_page(request.GET.get("p")),
            "themes": themes_with_stories(),
            "theme": theme,
            "unknown_theme": bool(slug) and theme is None,
            "index_url": self.get_url(request),
        }

    @path("<slug:slug>/", name="story")
    def story(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One story; 404 when it is not, or no longer, published."""
        from zelfregie_stories.domain.published import published_stories  # noqa: PLC0415 -- as above

        story = published_stories().filter(slug=slug).first()
        if story is None:
            raise Http404(f"no published story {slug}")
        others = published_stories(story.theme).exclude(pk=story.pk)[:3] if story.theme else []
        return self.render(
            request,
            template="zelfregie_stories/story.html",
            context_overrides={"story": story, "others": list(others), "index_url": self.get_url(request)},
        )

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> Sequence[dict[str, Any]]:
        """The page itself and every published story."""
        from zelfregie_stories.domain.published import published_stories  # noqa: PLC0415 -- as above

        own = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        stories = published_stories().values_list("slug", "published_at")
        return [*own, *({"location": f"{base}{slug}/", "lastmod": day} for slug, day in stories)]
