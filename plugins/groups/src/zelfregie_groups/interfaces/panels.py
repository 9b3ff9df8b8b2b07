"""How the form of a group is laid out: five tabs, in the order in which somebody tells about a group."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)

from zelfregie_groups.interfaces.forms import GroupForm
from zelfregie_groups.interfaces.schedule_forms import ExceptionForm, ScheduleForm


class FormInlinePanel(InlinePanel):
    """An ``InlinePanel`` whose rows have a form of their own, which checks them."""

    def __init__(self, *args: Any, child_form: type[forms.ModelForm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child_form = child_form

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "child_form": self.child_form}

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = self.child_form
        return options


THE_GROUP = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("description"),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [
                FieldPanel("audience"),
                FieldPanel("gender", widget=forms.RadioSelect),
                FieldRowPanel([FieldPanel("age_from"), FieldPanel("age_to")]),
                FieldPanel("languages"),
            ],
            heading=_("Voor wie"),
        ),
        MultiFieldPanel(
            [FieldPanel("joining"), FieldPanel("size"), FieldPanel("cost")], heading=_("Meedoen"),
        ),
        FieldRowPanel([FieldPanel("status"), FieldPanel("published")], heading=_("Stand")),
    ],
    heading=_("De groep"),
)  # fmt: skip

WHEN = ObjectList(
    [
        FormInlinePanel(
            "schedules",
            [
                FieldRowPanel([FieldPanel("frequency"), FieldPanel("interval")]),
                FieldPanel("weekdays"),
                FieldPanel("weeks"),
                FieldPanel("day_of_month"),
                FieldRowPanel([FieldPanel("start_time"), FieldPanel("end_time")]),
                FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")]),
                FieldPanel("note"),
            ],
            heading=_("Vaste tijden"),
            label=_("vaste tijd"),
            help_text=_(
                "Komt de groep op verschillende manieren bijeen, bijvoorbeeld elke maandag en ook de eerste zaterdag "
                "van de maand? Voeg dan twee vaste tijden toe."
            ),
            child_form=ScheduleForm,
        ),
        FormInlinePanel(
            "exceptions",
            [
                FieldRowPanel([FieldPanel("date"), FieldPanel("last_date")], heading=_("Niet op")),
                FieldRowPanel(
                    [FieldPanel("new_date"), FieldPanel("new_start_time"), FieldPanel("new_end_time")],
                    heading=_("Verplaatst? Vul dan in wat er anders is"),
                ),
                FieldPanel("new_location"),
                FieldPanel("note"),
            ],
            heading=_("Uitzonderingen"),
            label=_("uitzondering"),
            help_text=_(
                "Niet op een dag: vul alleen de datum in. Zomerstop: vul ook ‘tot en met’ in. Verplaatst: vul de "
                "gewone datum in, en daaronder de nieuwe datum, tijd of plek."
            ),
            child_form=ExceptionForm,
        ),
    ],
    heading=_("Wanneer"),
)

WHERE = ObjectList(
    [
        FieldPanel("form", widget=forms.RadioSelect),
        MultiFieldPanel(
            [
                FieldPanel("location_name"),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
            ],
            heading=_("Plek"),
        ),
        MultiFieldPanel([FieldPanel("public_transport"), FieldPanel("parking")], heading=_("Hoe kom je er?")),
        MultiFieldPanel(
            [FieldPanel("wheelchair"), FieldPanel("accessible_toilet"), FieldPanel("induction_loop")],
            heading=_("Toegankelijk?"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")])],
            heading=_("Op de kaart"),
            classname="collapsed",
        ),
    ],
    heading=_("Waar"),
)

FIRST_TIME = ObjectList(
    [
        HelpPanel(template="zelfregie_groups/admin/first_time_help.html"),
        FieldPanel("bring_someone"),
        FieldPanel("speaking"),
        FieldPanel("welcomed_by"),
        FieldPanel("contact_first"),
        FieldPanel("first_time_note"),
    ],
    heading=_("De eerste keer"),
)

HOST = ObjectList(
    [
        MultiFieldPanel([FieldPanel("host_name"), FieldPanel("host_email")], heading=_("Begeleider")),
        MultiFieldPanel([FieldPanel("confirmed_on"), FieldPanel("slug"), FieldPanel("source_id")], heading=_("Beheer")),
    ],
    heading=_("Begeleider en beheer"),
)


def group_edit_handler() -> TabbedInterface:
    """Return the form of a group; not yet bound to the model."""
    return TabbedInterface([THE_GROUP, WHEN, WHERE, FIRST_TIME, HOST], base_form_class=GroupForm)
