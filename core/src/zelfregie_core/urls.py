"""URLs of a region's site: the admin, core's own pages, the plugins under /-/, and Wagtail's pages for the rest."""

from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from wagtail import urls as wagtail_urls
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from zelfregie_core.interfaces import login, views
from zelfregie_core.plugins.manager import get_plugins


def plugin_urlpatterns() -> list:
    """Each plugin's URLs at ``/-/<slug>/``, in the namespace ``<slug>``; always mounted, guarded per request."""
    by_plugin: dict[str, list] = {}
    for contributed in get_plugins().contributed("register_urls"):
        by_plugin.setdefault(contributed.plugin, []).append(contributed.item)
    return [path(f"{slug}/", include((patterns, slug), namespace=slug)) for slug, patterns in by_plugin.items()]


core_patterns = (
    [
        path("merk.css", views.brand_css, name="brand_css"),
        path("zoeken/", views.search, name="search"),
        path("robots.txt", views.robots, name="robots"),
        path("sitemap.xml", views.sitemap, name="sitemap"),
    ],
    "zelfregie_core",
)

urlpatterns = [
    # In front of Wagtail's own pages at these addresses, which know of no second factor.
    path("admin/login/", never_cache(login.RegionLoginView.as_view()), name="wagtailadmin_login"),
    path("_util/login/", login.to_login, name="wagtailcore_login"),
    path("admin/login/code/", never_cache(login.LoginCodeView.as_view()), name="zelfregie_login_code"),
    path("admin/", include(wagtailadmin_urls)),
    path("documenten/", include(wagtaildocs_urls)),
    path("", include(core_patterns, namespace="zelfregie_core")),
    path("-/", include(plugin_urlpatterns())),
    # The password of a closed page is sent here; our own view of pages would take the address for one of them.
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    re_path(wagtail_urls.serve_pattern, views.serve),
    path("", include(wagtail_urls)),
]
