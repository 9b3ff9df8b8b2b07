"""Stories in the Wagtail admin: the queue, the text, and a page on which a moderator decides."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, StatusFlagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from zelfregie_stories.domain.moderation import can_change_text, refresh_search_text
from zelfregie_stories.interfaces.review import StoryReviewView
from zelfregie_stories.models import Story


class StoryIndexView(generic.IndexView):
    """All stories, those that wait first; the title leads to the page on which to decide."""

    def get_base_queryset(self) -> QuerySet[Story]:
        return Story.objects.in_queue_order().select_related("theme")

    def order_queryset(self, queryset: QuerySet[Story]) -> QuerySet[Story]:
        return super().order_queryset(queryset) if self.is_explicitly_ordered else queryset

    def get_edit_url(self, instance: Story) -> str | None:
        return super().get_edit_url(instance) if can_change_text(self.request.user, instance) else None


class StoryWaitingView(StoryIndexView):
    """The stories that wait for a moderator, longest waiting first."""

    page_title = _("Nieuwe verhalen")

    def get_base_queryset(self) -> QuerySet[Story]:
        return Story.objects.waiting().select_related("theme")


class StoryEditView(generic.EditView):
    """Changing the text. A published story only by who may publish."""

    def get_object(self, queryset: QuerySet[Story] | None = None) -> Story:
        story = super().get_object(queryset)
        if not can_change_text(self.request.user, story):
            raise PermissionDenied
        return story

    def save_instance(self) -> Story:
        refresh_search_text(self.form.instance)
        return super().save_instance()

    def get_success_url(self) -> str:
        return reverse("stories_moderation:inspect", args=[self.object.pk])


class StoryViewSet(ModelViewSet):
    """``/admin/stories_moderation/``. Stories come from the form on the site or from a file, so none is added here;
    none is deleted here either, because that follows from the term for keeping."""

    model = Story
    name = "stories_moderation"
    icon = "openquote"
    menu_label = _("Verhalen")
    menu_order = 204
    add_to_admin_menu = True
    # Nothing refers to a story; without this every save would queue a task.
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = StoryReviewView
    inspect_view_fields = ["title"]
    index_view_class = StoryIndexView
    edit_view_class = StoryEditView
    form_fields = ["title", "author_name", "theme", "body"]
    list_filter = ["status", "theme"]
    # Encrypted texts cannot be searched: this finds what is on the site.
    search_fields = ["search_text"]
    search_backend_name = None
    list_per_page = 25
    list_display = [
        TitleColumn(
            "title",
            label=_("Titel"),
            get_url=lambda story: reverse("stories_moderation:inspect", args=[story.pk]),
        ),
        Column("author_name", label=_("Naam")),
        Column("theme", label=_("Thema")),
        Column("get_status_display", label=_("Stand"), sort_key="status"),
        # Only a yes is shown: a red cross for each story that is well would draw the eye to nothing.
        StatusFlagColumn("needs_care", label=_("Let op"), true_label=_("vraagt aandacht")),
        DateColumn("submitted_at", label=_("Ingestuurd"), sort_key="submitted_at"),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        without = {"add_url_name": None, "delete_url_name": None, "usage_url_name": None}
        return super().get_common_view_kwargs(**{**without, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        unwanted = {"add", "delete", "usage"}
        patterns = [pattern for pattern in super().get_urlpatterns() if pattern.name not in unwanted]
        return [*patterns, path("wachtrij/", self.waiting_view, name="waiting")]

    @property
    def waiting_view(self) -> Any:
        return self.construct_view(StoryWaitingView, **self.get_index_view_kwargs(list_filter=["theme"]))


story_viewset = StoryViewSet()
