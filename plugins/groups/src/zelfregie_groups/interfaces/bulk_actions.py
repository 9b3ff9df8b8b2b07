"""What editors do to many groups at once: choose, look once more, do it.

Wagtail's own look and script, but views of ours below the list's address: the guard of plugins then covers them, and
the permission is checked on the server for each action, whatever button was shown.
"""

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import ListingButton

from zelfregie_groups.domain.name_search import matching_words
from zelfregie_groups.interfaces.bulk_kinds import KINDS, BulkKind
from zelfregie_groups.interfaces.list_filters import GroupFilterSet
from zelfregie_groups.models import Group

#: Names that the confirmation shows; of more it tells the number.
SHOWN = 50
MERGE = "merge"
#: In the address instead of ids: all that the list showed.
ALL = "all"
#: Name of the hidden field that holds which groups the page showed.
SEEN = "seen"


def bulk_buttons(user: Any) -> list[ListingButton]:
    """Return the buttons below the list for what this person may do."""
    kinds = [kind for kind in KINDS.values() if user.has_perm(f"zelfregie_groups.{kind.permission}_group")]
    buttons = [_button(kind.slug, str(kind.label), str(kind.aria_label), kind.classname) for kind in kinds]
    if user.has_perm("zelfregie_groups.delete_group"):
        buttons.append(_button(MERGE, _("Voeg samen"), _("Voeg twee gekozen groepen samen")))
    return buttons


def _button(slug: str, label: str, aria_label: str, classname: str = "") -> ListingButton:
    return ListingButton(
        label,
        reverse("groups_group:bulk", args=[slug]),
        attrs={"aria-label": aria_label, "data-bulk-action-button": ""},
        classname=f"bulk-action-btn {classname}".strip(),
    )


def chosen_groups(request: HttpRequest) -> QuerySet[Group]:
    """Return the groups that the address names: by id, or with ``id=all`` all that the list showed."""
    wanted = request.GET.getlist("id")
    if ALL not in wanted:
        ids = [int(value) for value in wanted if value.isascii() and value.isdigit() and len(value) < 19]
        return Group.objects.filter(pk__in=ids)
    groups = Group.objects.all()
    filters = GroupFilterSet(request.GET, queryset=groups, request=request)
    if not filters.is_valid():
        # Never do to all groups what somebody wanted for some.
        return Group.objects.none()
    return matching_words(filters.qs, request.GET.get("q", ""))


class BulkView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """One page that says what will happen to how many groups, and which; then it happens to all or to none."""

    model = Group
    any_permission_required = ("change", "delete")
    template_name = "zelfregie_groups/admin/bulk.html"
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["action"] == MERGE:
            return self._merge(request)
        if not self.user_has_permission(self.kind.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def kind(self) -> BulkKind:
        """What is done."""
        if self.kwargs["action"] not in KINDS:
            raise Http404("no such action")
        return KINDS[self.kwargs["action"]]

    @cached_property
    def groups(self) -> list[Group]:
        """The chosen groups, by name."""
        found = chosen_groups(self.request).order_by("sort_name", "pk")
        return list(found.only("pk", "name", "city"))

    @property
    def seen(self) -> str:
        """Which groups these are, in a few characters."""
        keys = ",".join(str(pk) for pk in sorted(group.pk for group in self.groups))
        return hashlib.sha256(keys.encode()).hexdigest()[:32]

    @property
    def next_url(self) -> str:
        """Where to go afterwards: the list as it was."""
        return get_valid_next_url_from_request(self.request) or reverse("groups_group:index")

    def get_form_class(self) -> type[forms.Form]:
        return self.kind.form_class

    def get_page_title(self) -> str:
        return str(self.kind.label)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("groups_group:index"), "label": _("Groepen")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kind=self.kind,
            question=self.kind.question(len(self.groups)),
            groups=self.groups[:SHOWN],
            more=max(0, len(self.groups) - SHOWN),
            seen_name=SEEN,
            seen=self.seen,
            next_url=self.next_url,
            submit_url=self.request.get_full_path(),
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Do it, unless a search finds others by now than the page showed: that may be far more."""
        if self.groups and ALL in self.request.GET.getlist("id") and self.request.POST.get(SEEN) != self.seen:
            messages.error(
                self.request,
                _("Er is nog niets veranderd: intussen vindt je zoekopdracht andere groepen. Kijk nog eens welke."),
            )
            return self.render_to_response(self.get_context_data(form=form))
        self.kind.execute([group.pk for group in self.groups], form.cleaned_data, self.request.user)
        messages.success(self.request, self.kind.done(len(self.groups)))
        return HttpResponseRedirect(self.next_url)

    def _merge(self, request: HttpRequest) -> HttpResponse:
        if not self.user_has_permission("delete"):
            raise PermissionDenied
        ids = list(chosen_groups(request).order_by("pk").values_list("pk", flat=True)[:3])
        if len(ids) != 2:
            messages.error(request, _("Kies precies twee groepen om samen te voegen."))
            return redirect(self.next_url)
        return redirect("groups_group:merge", *ids)
