"""Groups that may be one group: the list, two side by side, and making one of them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from zelfregie_groups.domain.duplicates import call_distinct, find_pairs
from zelfregie_groups.domain.editing import StaleVersionError
from zelfregie_groups.domain.merging import merge_groups
from zelfregie_groups.interfaces.gone import ExplainsGoneMixin, explained
from zelfregie_groups.interfaces.merge_form import MergeForm, part_rows
from zelfregie_groups.models import Group

PER_PAGE = 20


class DuplicatesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """The pairs that look alike, with why."""

    model = Group
    permission_required = "change"
    page_title = gettext_lazy("Misschien dubbel")
    header_icon = "copy"
    template_name = "zelfregie_groups/admin/duplicates.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("groups_group:index"), "label": _("Groepen")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(find_pairs(), PER_PAGE).get_page(self.request.GET.get("p"))
        ids = {pk for pair in page for pk in (pair.first, pair.second)}
        groups = Group.objects.filter(pk__in=ids).defer("search_text").prefetch_related(
            "themes", "schedules", "exceptions"
        )  # fmt: skip
        known = {group.pk: group for group in groups}
        pairs = [
            {"first": known[pair.first], "second": known[pair.second], "reasons": pair.reasons,
             "rows": [row for row in part_rows(known[pair.first], known[pair.second]) if row.differs]}
            for pair in page
            if pair.first in known and pair.second in known
        ]  # fmt: skip
        return super().get_context_data(page=page, pairs=pairs, can_merge=self.user_has_permission("delete"), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remember that two groups are two groups."""
        ids = [request.POST.get("first", ""), request.POST.get("second", "")]
        if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in ids) or ids[0] == ids[1]:
            raise Http404("no such pair")
        groups = list(Group.objects.filter(pk__in=ids).order_by("pk").only("pk", "name"))
        if len(groups) != 2:
            response = explained(request, map(int, ids))
            if response is None:
                raise Http404("no such pair")
            return response
        call_distinct(groups[0].pk, groups[1].pk)
        messages.success(
            request,
            _("Onthouden: ‘%(first)s’ en ‘%(second)s’ zijn twee groepen.")
            % {"first": groups[0].name, "second": groups[1].name},
        )
        return redirect("groups_group:duplicates")


class MergeView(ExplainsGoneMixin, WagtailAdminTemplateMixin, TemplateView):
    """Two groups side by side; per field, which of the two values stays. Works without JavaScript."""

    model = Group
    permission_required = "delete"
    page_title = gettext_lazy("Voeg samen")
    header_icon = "copy"
    template_name = "zelfregie_groups/admin/merge.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Merging changes one group and removes the other: both must be allowed.
        if not self.user_has_permission("change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def pair(self) -> tuple[Group, Group]:
        """Both groups; the first of the address is the first column."""
        wanted = (self.kwargs["first"], self.kwargs["second"])
        rows = Group.objects.filter(pk__in=wanted).prefetch_related("themes", "schedules", "exceptions")
        found = {group.pk: group for group in rows}
        if wanted[0] == wanted[1] or len(found) != 2:
            raise Http404("no such pair")
        return found[wanted[0]], found[wanted[1]]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("groups_group:index"), "label": _("Groepen")},
            {"url": reverse("groups_group:duplicates"), "label": _("Misschien dubbel")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", MergeForm(*self.pair))
        # The address gives the keys under these names; the page wants the groups.
        return super().get_context_data(**{**kwargs, "first": self.pair[0], "second": self.pair[1]})

    def post(self, request: HttpRequest, first: int, second: int) -> HttpResponse:
        """Merge, unless one of the two changed since the page was shown."""
        form = MergeForm(*self.pair, data=request.POST)
        if not form.is_valid():
            return self._refused(form)
        kept, removed = form.kept_and_removed()
        try:
            merged = merge_groups(kept.pk, removed.pk, form.choice(), request.user, seen=form.token)
        except StaleVersionError:
            # Between the check and the lock. With the groups as they are now, the form says what is wrong.
            del self.pair
            form = MergeForm(*self.pair, data=request.POST)
            form.full_clean()
            return self._refused(form)
        except LookupError as error:
            raise Http404("no such pair") from error
        messages.success(
            request,
            _("‘%(removed)s’ is samengevoegd met ‘%(kept)s’. Oude links werken nog.")
            % {"removed": removed.name, "kept": merged.name},
        )
        return redirect("groups_group:edit", merged.pk)

    def _refused(self, form: MergeForm) -> HttpResponse:
        messages.error(self.request, _("De groepen zijn nog niet samengevoegd. Kijk hieronder wat er mis is."))
        return self.render_to_response(self.get_context_data(form=form))
