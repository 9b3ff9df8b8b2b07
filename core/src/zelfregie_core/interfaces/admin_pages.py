"""What pages in the admin have in common that belong to no model: an import, a wizard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.generic.base import View
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


class AdminPage(WagtailAdminTemplateMixin, View):
    """A page of a task with several; `zelfregie_core/admin/steps.html` and `css/wizard.css` show where one is.

    Such pages show what people are still working on, so none is kept by a browser or a proxy.
    """

    def is_allowed(self) -> bool:
        """Whether who asks may see the page. Default deny: each task says so itself."""
        return False

    def trail(self) -> list[tuple[str, Any]]:
        """Return the pages above this one, the outermost first: address and label."""
        return []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse who may not."""
        if not self.is_allowed():
            return permission_denied(request)
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def page(self, **context: Any) -> HttpResponse:
        """Answer with the page itself; `status` is that of the answer."""
        status = context.pop("status", 200)
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way back."""
        above = [{"url": url, "label": label} for url, label in self.trail()]
        return [*self.breadcrumbs_items, *above, {"url": "", "label": self.get_page_title()}]
