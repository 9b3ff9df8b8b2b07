"""The address and the menu item of the import."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from zelfregie_groups.interfaces.import_wizard import run_views, source_views
from zelfregie_groups.interfaces.import_wizard.base import may_import


class ImportMenuItem(MenuItem):
    """Shown to who may make and change groups."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_import(request.user)


class ImportViewSet(ViewSet):
    """``/admin/groepen-importeren/``: all pages of the import."""

    name = "groups_import"
    url_prefix = "groepen-importeren"
    icon = "upload"
    menu_label = _("Lijsten importeren")
    menu_name = "groups_import"
    menu_order = 201
    add_to_admin_menu = True
    menu_item_class = ImportMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("", source_views.IndexView, "index"),
            ("nieuw/", source_views.NewListView, "new"),
            ("lijst/<int:pk>/", source_views.SourceDetailView, "source"),
            ("lijst/<int:pk>/verwijderen/", source_views.SourceDeleteView, "delete"),
            ("import/<int:pk>/", run_views.RunDetailView, "run"),
            ("import/<int:pk>/kolommen/", run_views.ColumnsView, "columns"),
            ("import/<int:pk>/verwerken/", run_views.ApplyView, "apply"),
            ("import/<int:pk>/terugdraaien/", run_views.UndoView, "undo"),
            ("import/<int:pk>/weggooien/", run_views.DiscardView, "discard"),
            ("import/<int:pk>/verbeteren.csv", run_views.WrongRowsView, "wrong"),
        ]
        return [path(route, view.as_view(), name=name) for route, view, name in pages]


import_viewset = ImportViewSet()
