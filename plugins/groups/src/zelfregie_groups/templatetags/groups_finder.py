"""Tags of the finder: `{% load groups_finder %}`."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zelfregie_groups.domain.cards import Card

register = template.Library()


@register.simple_tag
def theme_options(themes: Iterable[Any]) -> SafeString:
    """The options of a datalist: names of themes, and their synonyms with the theme they mean."""
    return _options(tuple((theme.name, tuple(theme.synonyms)) for theme in themes))


@register.simple_tag
def point_of(card: Card) -> SafeString:
    """The attribute by which the map knows where a group is; nothing for one that stands on no map."""
    if not card.has_point:
        return SafeString("")
    return format_html(
        ' data-groups-point="{},{}" data-groups-place="{}"', f"{card.latitude:.5f}", f"{card.longitude:.5f}", card.place
    )


@lru_cache(maxsize=64)
def _options(themes: tuple[tuple[str, tuple[str, ...]], ...]) -> SafeString:
    """The same themes always give the same hundreds of options, whichever region has them."""
    words = {synonym: name for name, synonyms in themes for synonym in synonyms}
    pairs = [*((name, "") for name, _synonyms in themes), *words.items()]
    return format_html_join("", '<option value="{}">{}</option>', pairs)
