"""Addresses of the open data: the read API, the downloads and the widget."""

from django.urls import path

from zelfregie_groups.interfaces import api

urlpatterns = [
    path("hsds/", api.about, name="api"),
    path("hsds/openapi.json", api.openapi, name="api_openapi"),
    path("hsds/services", api.services, name="api_services"),
    path("hsds/services/<str:identifier>", api.service, name="api_service"),
    path("hsds/taxonomies", api.taxonomies, name="api_taxonomies"),
    path("hsds/taxonomies/<str:identifier>", api.taxonomy, name="api_taxonomy"),
    path("hsds/taxonomy_terms", api.taxonomy_terms, name="api_taxonomy_terms"),
    path("hsds/taxonomy_terms/<str:identifier>", api.taxonomy_term, name="api_taxonomy_term"),
    path("hsds/organizations", api.organizations, name="api_organizations"),
    path("hsds/organizations/<str:identifier>", api.organization, name="api_organization"),
    path("hsds/service_at_locations", api.service_at_locations, name="api_service_at_locations"),
    path("hsds/service_at_locations/<str:identifier>", api.service_at_location, name="api_service_at_location"),
]
