"""The filters of the editors' list of groups."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from zelfregie_core.models import Theme
from zelfregie_groups.domain.completeness import CONFIRMED_FOR
from zelfregie_groups.domain.duplicates import groups_in_pairs
from zelfregie_groups.models import Group, ImportSource

#: Below this score a group counts as incomplete.
COMPLETE_ENOUGH = 70

INCOMPLETE, NEVER_CONFIRMED, OUTDATED, NO_POINT, DUPLICATE = (
    "incomplete", "never_confirmed", "outdated", "no_point", "duplicate",
)  # fmt: skip
ATTENTION = (
    (INCOMPLETE, _("er ontbreekt veel")),
    (NEVER_CONFIRMED, _("nooit nagekeken")),
    (OUTDATED, _("langer dan een jaar geleden nagekeken")),
    (NO_POINT, _("staat niet op de kaart")),
    (DUPLICATE, _("misschien dubbel")),
)


def city_choices() -> list[tuple[str, str]]:
    """Return the cities in which there are groups."""
    cities = Group.objects.exclude(city="").order_by("city").values_list("city", flat=True).distinct()
    return [(city, city) for city in cities]


class GroupFilterSet(WagtailFilterSet):
    """What an editor can narrow the list to. Several choices of "Let op" all have to be true."""

    attention = django_filters.MultipleChoiceFilter(
        label=_("Let op"), choices=ATTENTION, widget=forms.CheckboxSelectMultiple, method="filter_attention"
    )
    themes = django_filters.ModelMultipleChoiceFilter(
        label=_("Thema"),
        queryset=Theme.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        method="filter_themes",
    )
    city = django_filters.ChoiceFilter(label=_("Plaats"), choices=city_choices, empty_label=_("Alle plaatsen"))
    status = django_filters.MultipleChoiceFilter(
        label=_("Stand"), choices=Group.Status.choices, widget=forms.CheckboxSelectMultiple
    )
    form = django_filters.MultipleChoiceFilter(
        label=_("Vorm"), choices=Group.Form.choices, widget=forms.CheckboxSelectMultiple
    )
    published = django_filters.ChoiceFilter(
        label=_("Op de site"),
        choices=[("true", _("ja")), ("false", _("nee"))],
        widget=forms.RadioSelect,
        empty_label=_("Alles"),
        method="filter_published",
    )
    languages = django_filters.ChoiceFilter(
        label=_("Taal"), choices=Group.Language.choices, empty_label=_("Alle talen"),
        method="filter_language",
    )  # fmt: skip
    imported_from = django_filters.ModelChoiceFilter(
        label=_("Lijst"), queryset=ImportSource.objects.order_by("name"), empty_label=_("Alle lijsten")
    )

    class Meta:
        model = Group
        fields: Sequence[str] = ()

    def filter_attention(self, groups: QuerySet[Group], name: str, values: Sequence[str]) -> QuerySet[Group]:
        """Narrow to the groups that need what is chosen."""
        wanted: dict[str, Any] = {
            INCOMPLETE: lambda: Q(completeness__lt=COMPLETE_ENOUGH),
            NEVER_CONFIRMED: lambda: Q(confirmed_on__isnull=True),
            OUTDATED: lambda: Q(confirmed_on__lt=_a_year_ago()),
            NO_POINT: lambda: Q(latitude__isnull=True) & ~Q(form=Group.Form.ONLINE),
            DUPLICATE: lambda: Q(pk__in=groups_in_pairs()),
        }
        for value in values:
            groups = groups.filter(wanted[value]())
        return groups

    def filter_themes(self, groups: QuerySet[Group], name: str, themes: Sequence[Theme]) -> QuerySet[Group]:
        """Narrow to the groups about any of the themes."""
        if not themes:
            return groups
        about = Group.themes.through.objects.filter(theme__in=themes).values("group_id")
        return groups.filter(pk__in=about)

    def filter_published(self, groups: QuerySet[Group], name: str, value: str) -> QuerySet[Group]:
        """Narrow to the groups that are, or are not, on the site."""
        return groups.filter(published=value == "true")

    def filter_language(self, groups: QuerySet[Group], name: str, value: str) -> QuerySet[Group]:
        """Narrow to the groups in which a language is spoken."""
        return groups.filter(languages__contains=[value])


def _a_year_ago() -> dt.date:
    return timezone.localdate() - CONFIRMED_FOR
