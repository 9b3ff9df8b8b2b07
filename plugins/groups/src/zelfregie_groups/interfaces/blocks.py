"""The block with which editors show groups on a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from zelfregie_core.models import Theme
from zelfregie_groups.domain.addresses import finder_url
from zelfregie_groups.domain.page_context import cards_with_room
from zelfregie_groups.domain.query import GroupQuery
from zelfregie_groups.domain.settings import groups_settings


def theme_choices() -> list[tuple[str, str]]:
    """Return the themes of the current region. Asked each time, because regions differ."""
    return list(Theme.objects.values_list("slug", "name"))


class GroupsTeaserBlock(blocks.StructBlock):
    """The newest groups that have room, of one theme or of all."""

    title = blocks.CharBlock(label=_("Kop"), required=False, max_length=120)
    theme = blocks.ChoiceBlock(
        choices=theme_choices, label=_("Thema"), required=False, help_text=_("Leeg: groepen over alle thema's.")
    )
    number = blocks.IntegerBlock(label=_("Hoeveel"), default=3, min_value=1, max_value=6)

    class Meta:
        icon = "group"
        label = _("Groepen")
        template = "zelfregie_groups/blocks/groups_teaser.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        request = context.get("request")
        base = finder_url(request) if request is not None else None
        slug = value.get("theme") or ""
        context["cards"] = cards_with_room(base, value.get("number") or 3, slug) if base else []
        context["finder_url"] = base
        if base:
            context["more_url"] = GroupQuery(theme=slug).address(base, groups_settings(request).distance_km)
        return context
