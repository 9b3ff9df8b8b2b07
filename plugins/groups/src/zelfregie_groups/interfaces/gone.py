"""What an editor is told of a group that somebody else removed or merged while they were looking at it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from zelfregie_groups.domain.history import who_removed
from zelfregie_groups.models import FormerKey, Group


def successor(pk: int) -> Group | None:
    """Return the group into which another was merged; None when that did not happen."""
    former = FormerKey.objects.filter(former_id=pk).select_related("group").first()
    return former.group if former else None


def group_id(text: object) -> int | None:
    """Return the key in an address; None when it can be none."""
    number = str(text)
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def explained(request: HttpRequest, ids: Iterable[int | None]) -> HttpResponse | None:
    """Tell what became of the first of these groups that is gone, and lead to what there is instead.

    :return: None when none of them is gone, or ever was there.
    """
    wanted = [pk for pk in ids if pk is not None]
    there = set(Group.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for pk in wanted:
        if pk in there:
            continue
        if group := successor(pk):
            messages.warning(
                request,
                _("Iemand heeft deze groep intussen samengevoegd met ‘%(name)s’. Die groep zie je hier.")
                % {"name": group.name},
            )
            return redirect("groups_group:edit", group.pk)
        if who := who_removed(pk):
            messages.error(
                request, _("Deze groep bestaat niet meer: %(who)s heeft de groep verwijderd.") % {"who": who}
            )
            return redirect("groups_group:index")
    return None


class ExplainsGoneMixin(PermissionCheckedMixin, View):
    """Tells what became of a group, where another page would only say that it is not there."""

    permission_required: str
    _not_found: Http404 | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        try:
            super().setup(request, *args, **kwargs)
        except Http404 as error:
            # Some views of Wagtail's look for their object before anybody asked who wants to see it.
            self._not_found = error

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            if self._not_found is not None:
                raise self._not_found
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if not self.user_has_permission(self.permission_required):
                raise PermissionDenied from None
            asked = (kwargs[name] for name in ("pk", "first", "second") if name in kwargs)
            response = explained(request, map(group_id, asked))
            if response is None:
                raise
            return response
