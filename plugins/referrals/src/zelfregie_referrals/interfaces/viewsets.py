"""Practices and cards in the Wagtail admin."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, NumberColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from zelfregie_referrals.interfaces.admin_views import PracticeLinkView
from zelfregie_referrals.models import Practice, ReferralCard

LINK_LABEL = _("Persoonlijke link")


class PracticeIndexView(IndexView):
    """Practices with their counts, in one query however many there are."""

    link_url_name = ""

    def get_base_queryset(self) -> QuerySet[Practice]:
        return Practice.objects.with_counts()

    def get_list_more_buttons(self, instance: Practice) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            url = reverse(self.link_url_name, args=[instance.pk])
            buttons.append(MenuItem(LINK_LABEL, url=url, icon_name="link", priority=15))
        return buttons


class PracticeEditView(EditView):
    """A practice, with a way to its personal link."""

    link_url_name = ""

    @property
    def header_buttons(self) -> list[Any]:
        url = reverse(self.link_url_name, args=[self.object.pk])
        return [HeaderButton(gettext("Persoonlijke link"), url=url, icon_name="link")]


class PracticeViewSet(ModelViewSet):
    """Practices: add, change, switch off, send the link."""

    model = Practice
    name = "referrals_practices"
    icon = "group"
    menu_label = _("Praktijken")
    menu_order = 1
    index_view_class = PracticeIndexView
    edit_view_class = PracticeEditView
    copy_view_enabled = False
    form_fields = ["name", "kind", "postal_code", "city", "email", "active", "source_id"]
    list_display = [
        "name",
        "kind",
        "city",
        NumberColumn("made", label=_("Kaarten gemaakt"), sort_key="made"),
        NumberColumn("used", label=_("Kaarten gebruikt"), sort_key="used"),
        DateColumn("link_sent_at", label=_("Link verstuurd"), sort_key="link_sent_at"),
        BooleanColumn("active", label=_("Doet mee"), sort_key="active"),
    ]
    # Counting groups the rows, and Django drops a model's own order then.
    ordering = "name"
    list_filter = ["kind", "active"]
    list_export = ["name", "kind", "postal_code", "city", "active", "made", "opened", "used"]
    search_fields = ["name", "city", "postal_code"]
    search_backend_name = None

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(link_url_name=self.get_url_name("link"), **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        link_view = self.construct_view(PracticeLinkView)
        return [*super().get_urlpatterns(), path("link/<int:pk>/", link_view, name="link")]


def _day(moment: dt.datetime) -> str:
    """A moment as a date: Wagtail's own column says "just now" of what is still to come."""
    return date_format(timezone.localtime(moment), "j F Y")


class CardIndexView(IndexView):
    """Cards as they stand."""

    def get_base_queryset(self) -> QuerySet[ReferralCard]:
        return ReferralCard.objects.select_related("practice")


class ReferralCardViewSet(ModelViewSet):
    """Cards, to look at only: they are made by practices and used by visitors."""

    model = ReferralCard
    name = "referrals_cards"
    icon = "tag"
    menu_label = _("Kaarten")
    menu_order = 2
    index_view_class = CardIndexView
    copy_view_enabled = False
    form_fields: list[str] = []
    list_display = [
        Column("target_title", label=_("Groep"), sort_key="target_title"),
        Column("practice", label=_("Praktijk"), sort_key="practice__name"),
        Column("status.label", label=_("Stand")),
        Column("created_at", label=_("Gemaakt"), sort_key="created_at", accessor=lambda card: _day(card.created_at)),
        Column("expires_at", label=_("Geldig tot"), sort_key="expires_at", accessor=lambda card: _day(card.expires_at)),
    ]
    list_filter = ["practice"]
    search_fields = ["target_title", "practice__name"]
    search_backend_name = None

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = ("add", "edit", "delete", "history", "usage")
        return super().get_common_view_kwargs(**{f"{name}_url_name": None for name in names}, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def register_admin_url_finder(self) -> None:
        """There is no page to edit a card."""


class ReferralsViewSetGroup(ViewSetGroup):
    """The menu item that holds both."""

    menu_label = _("Verwijskaarten")
    menu_icon = "tag"
    menu_name = "referrals"
    menu_order = 330
    items = (PracticeViewSet, ReferralCardViewSet)
