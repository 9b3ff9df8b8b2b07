"""Under which of a few names a request is counted: never a path, so never a person, a page or a region."""

from __future__ import annotations

from django.http import HttpRequest

from zelfregie_core.plugins.manager import get_plugins

#: The view of Wagtail's pages; it has no name of its own.
PAGE_VIEW = "zelfregie_core.interfaces.views.serve"
#: Names of views and of the apps that answer, to the group under which they are counted.
VIEWS = {
    "media": "media",
    "wagtailcore_login": "login",
    "wagtailadmin_login": "login",
    "zelfregie_login_code": "login",
    "wagtaildocs_serve": "documents",
    PAGE_VIEW: "pages",
}
PREFIXES = (("/static/", "static"), ("/admin/", "admin"), ("/media/", "media"), ("/documenten/", "documents"))
#: Every name there can be besides one per installed plugin; so the figures stay few, whoever asks for what.
GROUPS = ("pages", "platform", "login", "admin", "media", "documents", "static", "core", "other")


def view_group(request: HttpRequest) -> str:
    """Return the group of a request that was answered: `pages`, `admin`, `plugin-groups` and so on."""
    kept: str | None = getattr(request, "view_group", None)
    if kept is not None:
        return kept
    match = request.resolver_match
    if match is None:
        return _by_path(request)
    if getattr(request, "region", None) is None:
        return "platform"
    if match.namespaces and match.namespaces[0] in get_plugins().slugs():
        return f"plugin-{match.namespaces[0]}"
    if match.view_name in VIEWS:
        return VIEWS[match.view_name]
    if request.path_info.startswith("/admin/"):
        return "admin"
    return "core" if match.namespaces[:1] == ["zelfregie_core"] else "other"


def _by_path(request: HttpRequest) -> str:
    """For what was answered before a view was looked for: static files, unknown hosts, regions that are closed."""
    if getattr(request, "region", None) is None and not request.path_info.startswith("/static/"):
        return "platform"
    return next((group for prefix, group in PREFIXES if request.path_info.startswith(prefix)), "other")
