"""The only bridge from the plugin hooks to Wagtail's: everything a plugin adds to the admin passes here, guarded."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from zelfregie_core.domain import second_factor_record
from zelfregie_core.interfaces import privacy, second_factor
from zelfregie_core.interfaces.admin import PluginMenuItem, theme_viewset
from zelfregie_core.models import PluginPage
from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.guard import guard_menu_item, guard_viewset
from zelfregie_core.plugins.manager import get_plugins


@hooks.register("insert_global_admin_css")
def link_admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("zelfregie_core/css/admin.css"))


@hooks.register("register_admin_urls")
def register_core_urls() -> list[Any]:
    return second_factor.admin_urls()


@hooks.register("register_account_settings_panel")
def show_second_factor_on_the_account_page(request: HttpRequest, user: Any, profile: Any) -> Any:
    return second_factor.SecondFactorPanel(request, user, profile)


@hooks.register("register_user_listing_buttons")
def offer_to_switch_off_second_factor(user: Any, request_user: Any) -> list[Any]:
    button = second_factor.reset_button(user, request_user)
    return [button] if button else []


@hooks.register("register_log_actions")
def register_core_log_actions(actions: Any) -> None:
    second_factor_record.register_actions(actions)
    privacy.register_actions(actions)


@hooks.register("register_admin_viewset")
def register_core_viewsets() -> list[Any]:
    return [theme_viewset, privacy.privacy_viewset]


@hooks.register("register_settings_menu_item")
def register_privacy_menu_item() -> MenuItem:
    return privacy.menu_item()


@hooks.register("register_admin_viewset")
def register_plugin_viewsets() -> list[Any]:
    return [guard_viewset(entry.item, entry.plugin) for entry in get_plugins().contributed("register_viewsets")]


def _register_menu_items() -> None:
    for entry in get_plugins().contributed("register_menu_items"):

        @hooks.register("register_admin_menu_item")
        def register(item: Any = entry.item, plugin: str = entry.plugin) -> MenuItem:
            return guard_menu_item(PluginMenuItem(item), plugin)


_register_menu_items()


@hooks.register("before_serve_page", order=-100)
def refuse_to_serve_pages_of_plugins_that_are_off(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """404 for a page of a plugin that is off, however it was routed: RoutablePageMixin finds its own sub-pages
    without asking ``PluginPage.route``."""
    plugin = page.plugin() if isinstance(page, PluginPage) else None
    if isinstance(page, PluginPage) and (plugin is None or not plugin_is_enabled(plugin, request)):
        raise Http404(f"plugin {plugin} is off in this region")


@hooks.register("before_edit_page")
def refuse_pages_of_plugins_that_are_off(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page of a plugin that is off stays as it is until the plugin is on again."""
    plugin = page.specific_class.plugin() if issubclass(page.specific_class or Page, PluginPage) else None
    if plugin is None or plugin_is_enabled(plugin, request):
        return None
    messages.warning(
        request, _("Deze pagina hoort bij een module die uit staat. Zet de module aan om haar te bewerken.")
    )
    parent = page.get_parent()
    return redirect(reverse("wagtailadmin_explore", args=[parent.pk if parent else page.pk]))
