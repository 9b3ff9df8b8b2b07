"""Groups in the Wagtail admin."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from zelfregie_core.domain.indicators import indicators_changed
from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.name_search import matching_words
from zelfregie_groups.domain.placing import place_group
from zelfregie_groups.models import Group


class GroupForm(WagtailAdminModelForm):
    """Checks what an editor typed, and finds the coordinates when the place changed."""

    audience = forms.MultipleChoiceField(
        label=_("Voor wie"), choices=Group.Audience.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Taal"), choices=Group.Language.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    host_email = forms.EmailField(
        label=_("E-mailadres van de begeleider"),
        required=False,
        max_length=254,
        help_text=_("Staat nooit op de site en wordt versleuteld bewaard."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        point = cleaned.get("latitude"), cleaned.get("longitude")
        if (point[0] is None) != (point[1] is None) and not {"latitude", "longitude"} & set(self.errors):
            self.add_error(
                "latitude" if point[0] is None else "longitude",
                _("Vul beide getallen in, of maak ze allebei leeg."),
            )
        return cleaned

    def save(self, commit: bool = True) -> Group:
        point_is_given = {"latitude", "longitude"} & set(self.changed_data)
        place_changed = {"postal_code", "city", "form"} & set(self.changed_data)
        if (place_changed and not point_is_given) or not self.instance.has_point:
            place_group(self.instance)
        return super().save(commit=commit)


class GroupIndexView(IndexView):
    """The list, with the search of the site."""

    def get_base_queryset(self) -> QuerySet[Group]:
        return super().get_base_queryset().defer("host_email", "search_text").prefetch_related("themes")

    def search_queryset(self, queryset: QuerySet[Group]) -> QuerySet[Group]:
        if not self.is_searching:
            return queryset
        return matching_words(queryset, self.search_query)

    def get_list_more_buttons(self, instance: Group) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if instance.published and (base := finder_url(self.request)):
            buttons.append(Button(_("Bekijk op de site"), url=f"{base}{instance.slug}/", icon_name="view", priority=15))
        return buttons


class CountingMixin:
    """Lets the region's figures be counted again after a change."""

    def save_instance(self) -> Group:
        instance = super().save_instance()  # type: ignore[misc]
        indicators_changed()
        return instance


class GroupCreateView(CountingMixin, CreateView):
    """A new group."""


class GroupEditView(CountingMixin, EditView):
    """A group, with the way to its page."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = list(super().header_more_buttons)
        if self.object.published and (base := finder_url(self.request)):
            buttons.append(
                Button(_("Bekijk op de site"), url=f"{base}{self.object.slug}/", icon_name="view", priority=5)
            )
        return buttons


class GroupDeleteView(DeleteView):
    """Removing a group; an import will not bring it back."""

    def delete_action(self) -> Any:
        outcome = super().delete_action()
        indicators_changed()
        return outcome


def theme_names(group: Group) -> str:
    """Return the themes of a group for the list."""
    return ", ".join(theme.name for theme in group.themes.all())


class GroupViewSet(ModelViewSet):
    """Groups in the admin. The URL is Dutch: Wagtail's own groups of users have ``/admin/groups/``."""

    model = Group
    name = "groups_group"
    url_prefix = "groepen"
    icon = "group"
    menu_label = _("Groepen")
    menu_name = "groups_group"
    menu_order = 200
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = GroupIndexView
    add_view_class = GroupCreateView
    edit_view_class = GroupEditView
    delete_view_class = GroupDeleteView
    list_display = [
        "name",
        "city",
        Column("themes", label=_("Thema's"), accessor=theme_names),
        "form",
        "status",
        BooleanColumn("published", label=_("Op de site"), sort_key="published"),
        Column("changed_at", label=_("Gewijzigd"), sort_key="changed_at"),
    ]
    list_filter = ["status", "form", "published", "themes"]
    list_per_page = 50
    ordering = "sort_name"
    search_fields = ["name"]
    search_backend_name = None
    export_filename = "groepen"

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("name"),
                    FieldPanel("description"),
                    MultiFieldPanel(
                        [FieldPanel("audience"), FieldPanel("languages"), FieldPanel("cost")], heading=_("Voor wie")
                    ),
                    FieldRowPanel([FieldPanel("status"), FieldPanel("published")], heading=_("Stand")),
                    FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
                ],
                heading=_("De groep"),
            ),
            ObjectList(
                [
                    FieldPanel("form"),
                    InlinePanel(
                        "schedules",
                        [
                            FieldRowPanel([FieldPanel("weekdays"), FieldPanel("frequency")]),
                            FieldRowPanel([FieldPanel("start_time"), FieldPanel("end_time")]),
                            FieldPanel("note"),
                        ],
                        heading=_("Wanneer"),
                        label=_("tijd"),
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("location_name"),
                            FieldPanel("address"),
                            FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
                            FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                        ],
                        heading=_("Waar"),
                    ),
                ],
                heading=_("Waar en wanneer"),
            ),
            ObjectList(
                [
                    MultiFieldPanel([FieldPanel("host_name"), FieldPanel("host_email")], heading=_("Begeleider")),
                    MultiFieldPanel([FieldPanel("slug"), FieldPanel("source_id")], heading=_("Beheer")),
                ],
                heading=_("Begeleider en beheer"),
            ),
        ],
        base_form_class=GroupForm,
    )


group_viewset = GroupViewSet()
