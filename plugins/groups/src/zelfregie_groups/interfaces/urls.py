"""Public addresses, below ``/-/groups/``. Dutch, because people read and type them."""

from django.urls import URLPattern, URLResolver

from zelfregie_groups.interfaces import open_data_urls

urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns += open_data_urls.urlpatterns
