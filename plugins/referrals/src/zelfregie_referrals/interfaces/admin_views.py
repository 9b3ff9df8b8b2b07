"""The admin page of a practice's personal link."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from zelfregie_referrals.domain.link_mail import practice_path
from zelfregie_referrals.domain.links import renew_link
from zelfregie_referrals.models import Practice
from zelfregie_referrals.tasks import send_practice_link


class PracticeLinkView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Mail a practice its link, or make a new one when the old got into other hands."""

    model = Practice
    permission_required = "change"
    template_name = "zelfregie_referrals/admin/practice_link.html"
    page_title = gettext_lazy("Persoonlijke link")
    header_icon = "link"
    index_url_name = ""
    edit_url_name = ""

    @cached_property
    def practice(self) -> Practice:
        return get_object_or_404(Practice, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = self.render_to_response(self.get_context_data())
        add_never_cache_headers(response)
        return response

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the button says: ``mail`` or ``renew``."""
        practice = self.practice
        if request.POST.get("action") == "renew":
            renew_link(practice)
            messages.success(request, _("Er is een nieuwe link. De oude werkt niet meer."))
        elif not practice.email:
            messages.error(request, _("Vul eerst het e-mailadres van de praktijk in."))
        elif not practice.active:
            messages.error(request, _("Deze praktijk doet niet mee. Zet “doet mee” aan; dan werkt de link."))
        else:
            send_practice_link.enqueue(practice.pk, request.build_absolute_uri("/"))
            messages.success(request, _("We mailen de link naar %(email)s.") % {"email": practice.email})
        return redirect(request.path)

    def get_page_subtitle(self) -> str:
        return self.practice.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Praktijken")},
            {"url": reverse(self.edit_url_name, args=[self.practice.pk]), "label": self.practice.name},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        link = self.request.build_absolute_uri(practice_path(self.practice))
        return super().get_context_data(practice=self.practice, link=link, **kwargs)
