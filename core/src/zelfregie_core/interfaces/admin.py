"""Core's part of the Wagtail admin: themes, and menu items that plugins contribute as data."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import DeleteView
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


class ThemeDeleteView(DeleteView):
    """Wagtail asks its index whether something needs a theme; that may lag behind, the database never does."""

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(self.request, _("Dit thema heeft een eigen pagina. Verwijder eerst die pagina."))
            return redirect(self.get_success_url())


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
    delete_view_class = ThemeDeleteView


theme_viewset = ThemeViewSet()
