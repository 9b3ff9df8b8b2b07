"""Addresses of the open data: the read API, the downloads and the widget."""

from django.urls import path

from zelfregie_groups.interfaces import api, export, widget

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
    path("open-data/", export.open_data_page, name="open_data"),
    path("export/groepen.csv", export.groups_table, {"extension": "csv"}, name="export_csv"),
    path("export/groepen.xlsx", export.groups_table, {"extension": "xlsx"}, name="export_excel"),
    path("export/alle-groepen.csv", export.all_groups_table, {"extension": "csv"}, name="export_all_csv"),
    path("export/alle-groepen.xlsx", export.all_groups_table, {"extension": "xlsx"}, name="export_all_excel"),
    path("export/hsds.json", export.hsds_json, name="export_hsds_json"),
    path("export/hsds.zip", export.hsds_zip, name="export_hsds_zip"),
    path("meeting-guide.json", export.meeting_guide, name="meeting_guide"),
    path("widget.js", widget.widget_script, name="widget_script"),
    path("widget/", widget.widget, name="widget"),
    path("widget/voorbeeld/", widget.widget_example, name="widget_example"),
]
