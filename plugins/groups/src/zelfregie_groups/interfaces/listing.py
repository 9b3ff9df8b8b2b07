"""The editors' list of groups."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button

from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.name_search import matching_words
from zelfregie_groups.domain.schedule_text import long_date
from zelfregie_groups.interfaces.bulk_actions import bulk_buttons
from zelfregie_groups.interfaces.list_filters import COMPLETE_ENOUGH
from zelfregie_groups.models import Group


def theme_names(group: Group) -> str:
    """Return the themes of a group for the list."""
    return ", ".join(theme.name for theme in group.themes.all())


def next_date(group: Group) -> str:
    """Return when a group meets next, from what is stored; empty when that is not known."""
    now = timezone.now()
    start = next((start for start in group.upcoming if start >= now), None)
    return long_date(timezone.localtime(start).date(), year=False) if start else ""


def completeness_text(group: Group) -> str:
    """Return the score, with a word beside it: a colour alone tells some people nothing."""
    if group.completeness < COMPLETE_ENOUGH:
        return gettext("%(score)s, mist veel") % {"score": group.completeness}
    return str(group.completeness)


def published_text(group: Group) -> str:
    """Return whether visitors see a group."""
    return gettext("ja") if group.published else gettext("nee")


COLUMNS = [
    "name",
    Column("city", label=gettext_lazy("Plaats"), accessor="city", sort_key="city"),
    Column("themes", label=gettext_lazy("Thema's"), accessor=theme_names),
    Column("status", label=gettext_lazy("Stand"), accessor="get_status_display", sort_key="status"),
    Column("next", label=gettext_lazy("Volgende keer"), accessor=next_date, sort_key="upcoming"),
    Column("completeness", label=gettext_lazy("Compleet (0-100)"), accessor=completeness_text, sort_key="completeness"),
    Column("confirmed_on", label=gettext_lazy("Nagekeken op"), accessor="confirmed_on", sort_key="confirmed_on"),
    Column("published", label=gettext_lazy("Op de site"), accessor=published_text, sort_key="published"),
]


class GroupIndexView(IndexView):
    """The list: search, filters, and what can be done with many groups at once."""

    template_name = "zelfregie_groups/admin/group_list.html"
    results_template_name = "zelfregie_groups/admin/group_list_results.html"
    default_ordering = "name"

    @cached_property
    def columns(self) -> list[Any]:
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type="group"), *super().columns]

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        return super()._get_title_column(*args, **kwargs, get_title_id=lambda group: f"group_{group.pk}_title")

    def get_base_queryset(self) -> QuerySet[Group]:
        return super().get_base_queryset().defer("host_email", "search_text", "description").prefetch_related("themes")

    def order_queryset(self, queryset: QuerySet[Group]) -> QuerySet[Group]:
        """Sort; what is not known stands last, whichever way the list is turned."""
        wanted = self.ordering or self.default_ordering
        column, is_down = wanted.removeprefix("-"), wanted.startswith("-")
        field = {"name": "sort_name", "upcoming": "upcoming__0"}.get(column, column)
        order = F(field).desc(nulls_last=True) if is_down else F(field).asc(nulls_last=True)
        return queryset.order_by(order, "sort_name", "pk")

    def search_queryset(self, queryset: QuerySet[Group]) -> QuerySet[Group]:
        return matching_words(queryset, self.search_query) if self.is_searching else queryset

    @cached_property
    def site_url(self) -> str | None:
        """The address of the finder: asked once, not once per row."""
        return finder_url(self.request)

    def get_list_more_buttons(self, instance: Group) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        history = reverse("groups_group:history", args=[instance.pk])
        buttons.append(Button(gettext("Geschiedenis"), url=history, icon_name="history", priority=17))
        if instance.published and self.site_url:
            url = f"{self.site_url}{instance.slug}/"
            buttons.append(Button(gettext("Bekijk op de site"), url=url, icon_name="view", priority=15))
        return buttons

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = list(super().header_more_buttons)
        if self.user_has_permission("change"):
            url = reverse("groups_group:duplicates")
            buttons.append(Button(gettext("Misschien dubbel"), url=url, icon_name="copy", priority=40))
            for label, name in ((gettext("Download voor Excel"), "excel"), (gettext("Download als CSV"), "csv")):
                url = reverse(f"groups:export_all_{name}")
                buttons.append(Button(label, url=url, icon_name="download", priority=50))
        if self.site_url:
            url = reverse("groups:widget_example")
            buttons.append(Button(gettext("Groepen op een andere website"), url=url, icon_name="code", priority=60))
        return buttons

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(*args, **kwargs),
            "bulk_buttons": bulk_buttons(self.request.user),
        }
