"""Public addresses, below ``/-/groups/``. Dutch, because people read and type them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
