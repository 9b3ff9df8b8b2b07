"""Making, changing, removing and checking one group."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.views.generic import CreateView, DeleteView, EditView
from wagtail.admin.views.generic.mixins import CreateEditViewOptionalFeaturesMixin
from wagtail.admin.widgets.button import Button
from wagtail.utils.timestamps import render_timestamp

from zelfregie_core.templatetags.zelfregie import time_range
from zelfregie_groups.domain import audit
from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.domain.completeness import completeness
from zelfregie_groups.domain.editing import (
    StaleVersionError,
    confirm_today,
    delete_groups,
    keep_former_slug,
    lock,
    refuse_stale,
    version_token,
    written,
)
from zelfregie_groups.domain.history import Entry, entries, record_changes, remember
from zelfregie_groups.domain.recurrence import Meeting, next_meetings
from zelfregie_groups.domain.schedule_text import long_date
from zelfregie_groups.interfaces.gone import ExplainsGoneMixin, group_id, successor
from zelfregie_groups.models import Group

#: Name of the hidden field that holds which version of the group the editor has before them.
TOKEN = "seen"  # noqa: S105 -- the name of a field


class GroupCreateView(CreateView):
    """A new group."""

    template_name = "zelfregie_groups/admin/group_form.html"
    page_title = gettext_lazy("Nieuwe groep")
    success_message = gettext_lazy("De groep ‘%(object)s’ is gemaakt.")
    error_message = gettext_lazy("De groep is nog niet bewaard. Hieronder staat bij elk veld wat er mis is.")

    def save_instance(self) -> Group:
        with collected_changes():
            group: Group = self.form.save()
            record_changes([group.pk], audit.CREATE, self.request.user, secret=_secret(self.form), always=True)
        warn_without_point(self.request, group)
        return group


class GroupEditView(ExplainsGoneMixin, CreateEditViewOptionalFeaturesMixin, EditView):
    """A group. Wagtail shows who else has it open; a save over somebody else's save is stopped here."""

    view_name = "edit"
    was_merged = False
    template_name = "zelfregie_groups/admin/group_form.html"
    success_message = gettext_lazy("De groep ‘%(object)s’ is bewaard.")
    error_message = gettext_lazy("De groep is nog niet bewaard. Hieronder staat bij elk veld wat er mis is.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # A group has no drafts: what is saved by itself would stand half typed on the site.
        self.autosave_enabled = False

    def get_object(self, queryset: Any = None) -> Group:
        """The group. What was typed about one that was merged meanwhile is shown with the group that it became."""
        try:
            group: Group = super().get_object(queryset)
        except Http404:
            kept = successor(pk) if self.request.method == "POST" and (pk := group_id(self.object_pk)) else None
            if kept is None:
                raise
            self.was_merged = True
            return kept
        return group

    def get_success_message(self, instance: Group | None = None) -> str:
        return str(self.success_message) % {"object": instance or self.object}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Take a line that somebody else removed in the meantime, and that is sent again, for a new one."""
        kwargs = super().get_form_kwargs()
        if kwargs.get("data") is not None:
            kwargs["data"] = kwargs["data"].copy()
            for relation in ("schedules", "exceptions"):
                known = {str(pk) for pk in getattr(self.object, relation).values_list("pk", flat=True)}
                for name, value in kwargs["data"].items():
                    if name.startswith(f"{relation}-") and name.endswith("-id") and value not in known:
                        kwargs["data"][name] = ""
        return kwargs

    def is_valid(self, form: Any) -> bool:
        if self.request.POST.get(TOKEN, "") != version_token(self.object.pk):
            self._refuse_stale()
            return False
        return bool(super().is_valid(form))

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except StaleVersionError:
            self._refuse_stale()
            return self.form_invalid(form)

    def save_instance(self) -> Group:
        self.new_revision = None
        pk = self.object.pk
        with collected_changes():
            lock([pk])
            refuse_stale(self.request.POST.get(TOKEN, ""), pk)
            remember([pk])
            former, version = Group.objects.values_list("slug", "latest_revision_id").get(pk=pk)
            self.form.instance.latest_revision_id = version
            group: Group = self.form.save()
            keep_former_slug(group, former)
            record_changes([pk], audit.EDIT, self.request.user, secret=_secret(self.form))
            written([pk])
        warn_without_point(self.request, group)
        return group

    def _refuse_stale(self) -> None:
        """Say who changed what in the meantime, and what to do now."""
        self.produced_error_code = "invalid_revision"
        if not Group.objects.filter(pk=self.object.pk).exists():
            raise Http404("removed at this very moment")
        newest = next(iter(entries(Group.objects.get(pk=self.object.pk))), None)
        edit_url = reverse("groups_group:edit", args=[self.object.pk])
        tell = merged_message if self.was_merged else stale_message
        self.produced_error_message = tell(newest, edit_url)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = list(super().header_more_buttons)
        if self.object.published and (base := finder_url(self.request)):
            url = f"{base}{self.live_slug}/"
            buttons.append(Button(_("Bekijk op de site"), url=url, icon_name="view", priority=5))
        return buttons

    @cached_property
    def live_slug(self) -> str:
        """The address in the database: the one in the form may be refused."""
        return Group.objects.values_list("slug", flat=True).get(pk=self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        saved = Group.objects.prefetch_related("themes", "schedules", "exceptions").get(pk=self.object.pk)
        return {
            **super().get_context_data(**kwargs),
            "token_name": TOKEN,
            "token": version_token(self.object.pk),
            "group": saved,
            "completeness": completeness(saved),
            "next_meetings": [meeting_text(meeting) for meeting in next_meetings(saved)],
            "confirm_url": reverse("groups_group:confirm", args=[self.object.pk]),
        }


class GroupDeleteView(ExplainsGoneMixin, DeleteView):
    """Removing a group; an import will not bring it back."""

    success_message = gettext_lazy("De groep ‘%(object)s’ is verwijderd.")

    def delete_action(self) -> None:
        delete_groups([self.object.pk], self.request.user)


class ConfirmView(ExplainsGoneMixin, View):
    """The button "Nagekeken vandaag"."""

    model = Group
    permission_required = "change"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        group = get_object_or_404(Group, pk=pk)
        confirm_today([group.pk], request.user)
        messages.success(request, _("Genoteerd: ‘%(name)s’ is vandaag nagekeken.") % {"name": group.name})
        return redirect("groups_group:edit", group.pk)


def stale_message(newest: Entry | None, edit_url: str) -> str:
    """Return who saved a group while somebody else was typing, what changed, and what to do."""
    who = newest.who if newest else _("iemand anders")
    when = render_timestamp(newest.when) if newest else ""
    fields = ", ".join(change.label.lower() for change in newest.changes) if newest else ""
    return format_html(
        "{} {} {}",
        _("Je wijziging is nog niet bewaard: %(who)s heeft deze groep intussen ook gewijzigd (%(when)s).")
        % {"who": who, "when": when},
        _("Gewijzigd: %(fields)s.") % {"fields": fields} if fields else "",
        format_html(
            '{} <a href="{}" target="_blank" rel="noopener">{}</a>. {}',
            _("Wat je typte staat hieronder nog. Bekijk eerst"),
            edit_url,
            _("de nieuwe versie in een ander venster"),
            _("Klopt jouw versie? Bewaar dan nog een keer; jouw versie komt er dan overheen."),
        ),
    )


def merged_message(newest: Entry | None, edit_url: str) -> str:
    """Return what became of a group into which somebody typed while somebody else merged it."""
    return format_html(
        '{} <a href="{}" target="_blank" rel="noopener">{}</a>. {}',
        _("Je wijziging is nog niet bewaard: %(who)s heeft deze groep intussen samengevoegd met een andere.")
        % {"who": newest.who if newest else _("iemand anders")},
        edit_url,
        _("Bekijk eerst de samengevoegde groep in een ander venster"),
        _("Wat je typte staat hieronder nog. Bewaar je nog een keer, dan komt het over die groep heen."),
    )


def meeting_text(meeting: Meeting) -> str:
    """Return a meeting in words: "dinsdag 3 maart, 19.30 tot 21.00 uur, Wijkhuis De Brug"."""
    start = timezone.localtime(meeting.start)
    end = timezone.localtime(meeting.end).time() if meeting.end else None
    hours = str(time_range(start.time(), end)) if meeting.has_time else ""
    parts = [long_date(start.date(), year=False), hours, meeting.location, meeting.note]
    return ", ".join(part for part in parts if part)


def warn_without_point(request: HttpRequest, group: Group) -> None:
    """Tell that a group cannot be found near a place, when its place is not known."""
    if group.meets_in_person and not group.has_point:
        messages.warning(
            request,
            _("‘%(name)s’ staat nog niet op de kaart: we kennen deze postcode of plaats niet. Kijk ze na.")
            % {"name": group.name},
        )


def _secret(form: Any) -> list[str]:
    return ["host_email"] if "host_email" in form.changed_data else []
