"""The history of a group: what changed, two versions side by side, and back to an earlier one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.utils.timestamps import render_timestamp

from zelfregie_groups.domain.editing import StaleVersionError, version_token
from zelfregie_groups.domain.history import content_now, entries, version
from zelfregie_groups.domain.history_text import differences
from zelfregie_groups.domain.reverting import revert, what_reverting_changes
from zelfregie_groups.interfaces.gone import ExplainsGoneMixin
from zelfregie_groups.models import Group

PER_PAGE = 25
#: In an address: the group as it is now, instead of a version.
NOW = "nu"


class GroupPage(ExplainsGoneMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of the admin about one group."""

    model = Group
    permission_required = "change"
    header_icon = "history"

    @cached_property
    def group(self) -> Group:
        return get_object_or_404(Group, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.group)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("groups_group:index"), "label": _("Groepen")},
            {"url": reverse("groups_group:edit", args=[self.group.pk]), "label": str(self.group)},
            *self.crumbs(),
            {"url": "", "label": self.get_page_title()},
        ]

    def crumbs(self) -> list[dict[str, Any]]:
        """The pages between the group and this page."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(group=self.group, **kwargs)

    def content_of(self, number: str) -> tuple[str, dict[str, Any]]:
        """Return what a version is called, and what it says. 404 for one that this group does not have."""
        if number == NOW:
            return _("Zoals het nu is"), content_now(self.group)
        found = version(self.group, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
        if found is None:
            raise Http404("no such version")
        return _("Versie van %(when)s") % {"when": render_timestamp(found[0].created_at)}, found[1]


class HistoryView(GroupPage):
    """Who changed what and when, newest first."""

    page_title = gettext_lazy("Geschiedenis")
    template_name = "zelfregie_groups/admin/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(entries(self.group), PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page,
            newest=self.group.latest_revision_id,
            compare_url=reverse("groups_group:compare", args=[self.group.pk]),
            merged=self.group.former_keys.order_by("-merged_at"),
            **kwargs,
        )


class CompareView(GroupPage):
    """Two versions side by side, only what differs."""

    page_title = gettext_lazy("Vergelijk")
    template_name = "zelfregie_groups/admin/compare.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("groups_group:history", args=[self.group.pk]), "label": _("Geschiedenis")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        older, newer = self.request.GET.get("oud", ""), self.request.GET.get("nieuw", NOW)
        if older.isdigit() and newer.isdigit() and int(older) > int(newer):
            older, newer = newer, older
        (old_label, old), (new_label, new) = self.content_of(older), self.content_of(newer)
        return super().get_context_data(
            old_label=old_label,
            new_label=new_label,
            changes=differences(old, new),
            revert_url=reverse("groups_group:revert", args=[self.group.pk, int(older)]) if older != NOW else "",
            **kwargs,
        )


class RevertView(GroupPage):
    """What would change, and the button that makes it so."""

    page_title = gettext_lazy("Zet terug")
    template_name = "zelfregie_groups/admin/revert.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("groups_group:history", args=[self.group.pk]), "label": _("Geschiedenis")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        label, content = self.content_of(str(self.kwargs["revision"]))
        # The token first: who changes the group from now on is noticed when this page is sent.
        token = version_token(self.group.pk)
        changes = what_reverting_changes(self.group, content)
        return super().get_context_data(label=label, changes=changes, token=token, **kwargs)

    def post(self, request: HttpRequest, pk: int, revision: int) -> HttpResponse:
        """Put the group back, unless it changed since the page was shown."""
        try:
            revert(self.group, revision, request.user, seen=request.POST.get("seen", ""))
        except LookupError as error:
            raise Http404("no such version") from error
        except StaleVersionError:
            messages.error(
                request,
                _(
                    "Er is nog niets teruggezet: iemand heeft deze groep intussen gewijzigd. "
                    "Kijk nog eens wat er verandert."
                ),
            )
            return redirect("groups_group:revert", pk, revision)
        messages.success(request, _("‘%(name)s’ is teruggezet.") % {"name": self.group})
        return redirect("groups_group:history", pk)
