"""Tags of the finder: `{% load groups_finder %}`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zelfregie_groups.domain.cards import Card

register = template.Library()


@register.simple_tag
def theme_options(themes: Iterable[Any]) -> SafeString:
    """The options of a datalist: names of themes, and their synonyms with the theme they mean."""
    names = [(theme.name, "") for theme in themes]
    words = {
        synonym: theme.name
        for theme in themes
        for synonym in theme.synonyms
        if synonym.casefold() != theme.name.casefold()
    }
    return format_html("{}{}", _options(names), _options(words.items()))


@register.simple_tag
def point_of(card: Card) -> SafeString:
    """The attribute by which the map knows where a group is; nothing for one that stands on no map."""
    if not card.has_point:
        return SafeString("")
    return format_html(
        ' data-groups-point="{},{}" data-groups-place="{}"', f"{card.latitude:.5f}", f"{card.longitude:.5f}", card.place
    )


def _options(pairs: Iterable[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', pairs)
