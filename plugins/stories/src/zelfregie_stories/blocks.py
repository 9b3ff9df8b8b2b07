"""The block with which editors put stories on a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from zelfregie_core.models import Theme

MAX_STORIES = 3


def theme_choices() -> list[tuple[str, str]]:
    """The themes of the current region. Called each time the editor opens, because every region has its own."""
    return [(theme.slug, theme.name) for theme in Theme.objects.all()]


class StoriesTeaserBlock(blocks.StructBlock):
    """The newest stories, of one theme or of all."""

    title = blocks.CharBlock(label=_("Titel"), default="Verhalen", max_length=120)
    theme = blocks.ChoiceBlock(
        choices=theme_choices, label=_("Thema"), required=False, help_text=_("Leeg: over alle thema's.")
    )
    number = blocks.IntegerBlock(label=_("Aantal"), default=MAX_STORIES, min_value=1, max_value=MAX_STORIES)

    class Meta:
        icon = "openquote"
        label = _("Verhalen")
        template = "zelfregie_stories/blocks/stories_teaser.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        from zelfregie_stories.domain.published import index_url, published_stories  # noqa: PLC0415 -- needs models

        context = super().get_context(value, parent_context=parent_context)
        url = index_url((parent_context or {}).get("request"))
        theme = Theme.objects.filter(slug=value["theme"]).first() if value["theme"] else None
        wanted = url is not None and (theme is not None or not value["theme"])
        number = value["number"] or MAX_STORIES
        return {
            **context,
            "stories": list(published_stories(theme)[:number]) if wanted else [],
            "index_url": url,
            "theme": theme,
        }
