"""URLs of a region's site: core's, and the region's own files."""

from django.urls import include, path

from zelfregie_tenants import media, views

urlpatterns = [
    path(".well-known/zelfregie", views.who, name="who"),
    path("media/<path:path>", media.serve, name="media"),
    path("", include("zelfregie_core.urls")),
]
