"""Core's middleware: who asks, the plugin guard, the content security policy and compression."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse

from zelfregie_core.interfaces.sessions import guard_user, must_set_up
from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.guard import plugin_of_match
from zelfregie_core.plugins.running import Answer


class SecondFactorMiddleware:
    """Makes a user with a second factor nobody until the session has shown it (``zelfregie_core.interfaces.sessions``).

    Who must have one and has none gets one page of the admin: where it is set up.
    """

    #: What stays open to them: that page, leaving, and what the pages of the login themselves load.
    OPEN = frozenset(
        {
            "zelfregie_second_factor", "wagtailadmin_logout", "wagtailadmin_login", "zelfregie_login_code",
            "wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_password_reset",
            "wagtailadmin_password_reset_done", "wagtailadmin_password_reset_confirm",
            "wagtailadmin_password_reset_complete",
        }
    )  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guard_user(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not request.path_info.startswith(reverse("wagtailadmin_home")) or (match and match.view_name in self.OPEN):
            return None
        return redirect("zelfregie_second_factor") if must_set_up(request.user) else None


class PluginGuardMiddleware:
    """Answers 404 for every URL of a plugin that is off in this region. Default deny: views need not ask.

    It also ends an answer that takes too long: every public one, and those of plugins in the admin. What the house does
    in the admin is left alone: to stop there halfway may leave half.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = Answer()
        request._zelfregie_answer = answer  # type: ignore[attr-defined]
        return answer.wait_for(lambda: self.get_response(request))

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        plugin = plugin_of_match(match) if match else None
        if plugin is not None and not plugin_is_enabled(plugin, request):
            raise Http404(f"plugin {plugin} is off in this region")
        if plugin is not None or not request.path_info.startswith("/admin/"):
            request._zelfregie_answer.start(plugin or "core")  # type: ignore[attr-defined]


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of public pages; the Wagtail admin gets the looser one that it needs, and only the admin."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return super().process_response(request, response)


class PermissionsPolicyMiddleware:
    """Says on every answer what a page may ask of a visitor's device: where they are, and that only for our own script.

    Camera, microphone and all else that a browser knows stay closed, also to what an editor embeds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = ", ".join(f"{feature}=({who})" for feature, who in settings.PERMISSIONS_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.policy)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses text on its way to the browser: public pages, and static files that are not compressed on disk.

    Compression can give away a secret to who may put text of their own beside it and see the size of the answer
    (BREACH). So the admin is left out, and every page that says `no-store`: those with a personal link. On the pages
    that are left the only secret is the CSRF token, which Django masks anew each time; Django also adds a random
    number of bytes.
    """

    TEXT = ("text/", "image/svg+xml", "application/javascript", "application/json", "application/xml")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_text = response.headers.get("Content-Type", "").startswith(self.TEXT)
        is_part = response.status_code == 206
        is_secret = request.path.startswith("/admin/") or "no-store" in response.headers.get("Cache-Control", "")
        if is_secret or is_part or not is_text:
            return response
        return super().process_response(request, response)
