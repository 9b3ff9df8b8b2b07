"""Core's middleware: the plugin guard and the content security policy."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.guard import plugin_of_match


class PluginGuardMiddleware:
    """Answers 404 for every URL of a plugin that is off in this region. Default deny: views need not ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        plugin = plugin_of_match(match) if match else None
        if plugin is not None and not plugin_is_enabled(plugin, request):
            raise Http404(f"plugin {plugin} is off in this region")


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of public pages; the Wagtail admin gets the looser one that it needs, and only the admin."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return super().process_response(request, response)
