"""Groups in the Wagtail admin: which view answers where. The views themselves stand in files per topic.

A ``ModelViewSet``, not a ``SnippetViewSet``: see docs/adr/0008-groups-keep-their-own-history.md.
"""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from zelfregie_groups.interfaces.bulk_actions import BulkView
from zelfregie_groups.interfaces.duplicates import DuplicatesView, MergeView
from zelfregie_groups.interfaces.group_views import ConfirmView, GroupCreateView, GroupDeleteView, GroupEditView
from zelfregie_groups.interfaces.history import CompareView, HistoryView, RevertView
from zelfregie_groups.interfaces.list_filters import GroupFilterSet
from zelfregie_groups.interfaces.listing import COLUMNS, GroupIndexView
from zelfregie_groups.interfaces.panels import group_edit_handler
from zelfregie_groups.models import Group


class GroupViewSet(ModelViewSet):
    """Groups in the admin. The URL is Dutch: Wagtail's own groups of users have ``/admin/groups/``."""

    model = Group
    name = "groups_group"
    url_prefix = "groepen"
    icon = "group"
    menu_label = _("Groepen")
    menu_name = "groups_group"
    menu_order = 200
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = GroupIndexView
    add_view_class = GroupCreateView
    edit_view_class = GroupEditView
    delete_view_class = GroupDeleteView
    index_template_name = GroupIndexView.template_name
    index_results_template_name = GroupIndexView.results_template_name
    list_display = COLUMNS
    filterset_class = GroupFilterSet
    list_per_page = 50
    search_fields = ["name"]
    search_backend_name = None
    export_filename = "groepen"
    edit_handler = group_edit_handler()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Groups are in no reference index: "usage" would say that nothing points at them, which is not so.
        return super().get_common_view_kwargs(**{"usage_url_name": None, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        replaced = {"usage", "history", "history_results"}
        patterns = [pattern for pattern in super().get_urlpatterns() if pattern.name not in replaced]
        return [
            *patterns,
            path("history/<int:pk>/", self.construct_view(HistoryView), name="history"),
            path("history/<int:pk>/vergelijk/", self.construct_view(CompareView), name="compare"),
            path("history/<int:pk>/terug/<int:revision>/", self.construct_view(RevertView), name="revert"),
            path("nagekeken/<int:pk>/", self.construct_view(ConfirmView), name="confirm"),
            path("bulk/<slug:action>/", self.construct_view(BulkView), name="bulk"),
            path("dubbel/", self.construct_view(DuplicatesView), name="duplicates"),
            path("samenvoegen/<int:first>/<int:second>/", self.construct_view(MergeView), name="merge"),
        ]


group_viewset = GroupViewSet()
