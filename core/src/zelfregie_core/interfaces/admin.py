"""Core's part of the Wagtail admin: themes, and menu items that plugins contribute as data."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from zelfregie_core.models import Theme
from zelfregie_core.plugins.contributions import AdminMenuItem


class PluginMenuItem(MenuItem):
    """A menu item made from data; shown to users with its permission."""

    def __init__(self, item: AdminMenuItem) -> None:
        super().__init__(item.label, reverse_lazy(item.url_name), name=item.name, icon_name=item.icon, order=item.order)
        self.permission = item.permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class ThemeViewSet(ModelViewSet):
    """Themes in the admin."""

    model = Theme
    name = "core_themes"
    icon = "tag"
    menu_label = _("Thema's")
    menu_order = 250
    add_to_admin_menu = True
    form_fields = ["name", "slug", "synonyms", "icon"]
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    search_backend_name = None
    copy_view_enabled = False


theme_viewset = ThemeViewSet()
