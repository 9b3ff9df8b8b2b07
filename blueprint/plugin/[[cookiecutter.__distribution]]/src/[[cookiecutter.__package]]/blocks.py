"""The block with which editors put them on any page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

MAX_ITEMS = 6


class UpcomingBlock(blocks.StructBlock):
    """The first ones that are still to come."""

    title = blocks.CharBlock(label=_("Titel"), default="[[ cookiecutter.title ]]", max_length=120)
    number = blocks.IntegerBlock(label=_("Aantal"), default=3, min_value=1, max_value=MAX_ITEMS)

    class Meta:
        icon = "calendar"
        label = _("[[ cookiecutter.title ]]")
        template = "[[ cookiecutter.__package ]]/block.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        from [[ cookiecutter.__package ]].domain.upcoming import index_url  # noqa: PLC0415 -- needs models
        from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]]  # noqa: PLC0415 -- as above

        context = super().get_context(value, parent_context=parent_context)
        url = index_url((parent_context or {}).get("request"))
        number = min(value["number"] or 3, MAX_ITEMS)
        return {**context, "items": list([[ cookiecutter.model ]].objects.upcoming()[:number]) if url else [], "index_url": url}
