"""The hooks that the stories plugin implements."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_core.models import Theme
from zelfregie_core.plugins import (
    Action,
    AdminMenuItem,
    Block,
    ExportFile,
    Indicator,
    InstanceFile,
    NotPersonal,
    PermissionSet,
    PersonalData,
    SearchResult,
    Section,
    Settings,
    StarterPage,
    hookimpl,
)
from zelfregie_stories.blocks import StoriesTeaserBlock
from zelfregie_stories.domain import leaving, privacy
from zelfregie_stories.domain.importing import import_stories
from zelfregie_stories.domain.moderation import PUBLISH_PERMISSION
from zelfregie_stories.domain.published import index_url, published_stories, search_stories
from zelfregie_stories.interfaces.urls import urlpatterns
from zelfregie_stories.interfaces.viewsets import story_viewset
from zelfregie_stories.models import Story
from zelfregie_stories.plugin_settings import StoriesSettings

STORIES_ON_A_THEME_PAGE = 3
TEXT_PERMISSIONS = ("zelfregie_stories.view_story", "zelfregie_stories.change_story")


@hookimpl
def register_urls() -> Sequence[URLPattern]:
    return urlpatterns


@hookimpl
def register_blocks() -> Sequence[Block]:
    return [Block("stories_teaser", StoriesTeaserBlock())]


@hookimpl
def register_viewsets() -> Sequence[ViewSet]:
    return [story_viewset]


@hookimpl
def register_menu_items() -> Sequence[AdminMenuItem]:
    return [
        AdminMenuItem(
            name="stories-waiting",
            label=_("Nieuwe verhalen"),
            url_name="stories_moderation:waiting",
            icon="openquote",
            order=205,
            permission=PUBLISH_PERMISSION,
        )
    ]


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    return [
        PermissionSet("editor", TEXT_PERMISSIONS),
        PermissionSet("moderator", (*TEXT_PERMISSIONS, PUBLISH_PERMISSION)),
        PermissionSet("administrator", (*TEXT_PERMISSIONS, PUBLISH_PERMISSION)),
    ]


@hookimpl
def register_starter_content() -> Sequence[StarterPage]:
    return [
        StarterPage(
            model="zelfregie_stories.StoryIndexPage",
            slug="verhalen",
            title=_("Verhalen"),
            order=30,
            fields={
                "intro": _(
                    "Mensen uit de buurt vertellen wat ze meemaakten en wat hen hielp. Misschien herken je er iets in."
                )
            },
        )
    ]


@hookimpl
def register_instance_files() -> Sequence[InstanceFile]:
    return [InstanceFile("stories.csv", import_stories)]


@hookimpl
def register_indicators() -> Sequence[Indicator]:
    return [
        Indicator(
            key="published",
            label=_("Verhalen"),
            definition=_("Het aantal ervaringsverhalen dat nu op de site van de regio staat."),
            version=1,
            count=lambda: Story.objects.published().count(),
        )
    ]


@hookimpl
def register_personal_data() -> Sequence[PersonalData | NotPersonal]:
    return privacy.DECLARED


@hookimpl
def register_settings() -> Sequence[Settings]:
    return [Settings(StoriesSettings)]


@hookimpl
def home_sections(request: HttpRequest) -> Sequence[Section]:
    url = index_url(request)
    story = published_stories().first() if url else None
    if story is None:
        return []
    return [
        Section(
            title=_("Een verhaal"),
            template="zelfregie_stories/sections/one_story.html",
            context={"story": story, "index_url": url},
            order=50,
            more_url=url or "",
            more_label=_("Alle verhalen"),
        )
    ]


@hookimpl
def home_actions(request: HttpRequest) -> Sequence[Action]:
    return [
        Action(
            label=_("Deel je verhaal"),
            url=reverse("stories:submit"),
            description=_("Wat jij meemaakte, kan een ander verder helpen. Je eigen naam hoeft er niet bij."),
            icon="feather",
            order=60,
        )
    ]


@hookimpl
def theme_sections(request: HttpRequest, theme: Theme) -> Sequence[Section]:
    url = index_url(request)
    stories = list(published_stories(theme)[:STORIES_ON_A_THEME_PAGE]) if url else []
    return [
        Section(
            title=_("Verhalen"),
            template="zelfregie_stories/sections/stories.html",
            context={"stories": stories, "index_url": url},
            order=40,
            more_url=f"{url}?thema={theme.slug}" if stories else "",
            more_label=_("Alle verhalen over dit thema"),
            is_empty=not stories,
        )
    ]


@hookimpl
def search_results(request: HttpRequest, query: str) -> Sequence[SearchResult]:
    url = index_url(request)
    if url is None:
        return []
    return [
        SearchResult(story.title, f"{url}{story.slug}/", Truncator(story.excerpt).words(30), _("Verhaal"))
        for story in search_stories(query)
    ]


@hookimpl
def region_export() -> Sequence[ExportFile]:
    return leaving.export_files()
