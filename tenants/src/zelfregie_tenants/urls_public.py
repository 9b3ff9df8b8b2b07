"""URLs of a host at which no region lives: health, permission for certificates, and an honest page for the rest."""

from django.urls import path, re_path

from zelfregie_tenants import views_public

urlpatterns = [
    path("healthz", views_public.health, name="health"),
    path("readyz", views_public.ready, name="ready"),
    path("tls/ask", views_public.tls_ask, name="tls_ask"),
    re_path(r"^.*$", views_public.no_region, name="no_region"),
]
