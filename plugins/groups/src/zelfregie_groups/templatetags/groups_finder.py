"""Tags of the finder: `{% load groups_finder %}`.

A page shows twenty cards and forty values of filters. What each of them repeats is written here: as nodes of a template
it cost more time than all the rest of the page.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zelfregie_core.templatetags.zelfregie import distance, icon, theme_icon
from zelfregie_groups.domain.cards import Card
from zelfregie_groups.domain.filters import Filter
from zelfregie_groups.models.choices import Status

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


@register.simple_tag
def card_themes(card: Card) -> SafeString:
    """The themes of a group, by name."""
    if not card.themes:
        return SafeString("")
    names = ", ".join(theme.name for theme in card.themes)
    return format_html('<p class="zr-group-card__themes">{}{}</p>', _unseen("theme", get_language()), names)


@register.simple_tag
def card_icon(card: Card) -> SafeString:
    """The icon of the first theme of a group."""
    return theme_icon(card.themes[0].slug, card.themes[0].icon) if card.themes else theme_icon("")


@register.simple_tag
def card_facts(card: Card) -> SafeString:
    """Where and when a group meets and for whom it is, as items of a list."""
    language = get_language()
    rows = (f"<li>{icon(sign)}<span>{_unseen(kind, language)}{said}</span></li>" for sign, kind, said in _facts(card))
    return mark_safe("\n".join(rows))  # noqa: S308 -- each part is ours or escaped


@register.simple_tag
def card_badges(card: Card) -> SafeString:
    """Whether there is room, and of which other region a group is, as items of a list."""
    badge = status_badge(card.status)
    return badge + _region_badge(card.region_name, get_language()) if card.region_name else badge


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """Whether there is room, as an item of a list of badges; nothing for a status that we do not know."""
    return _status_badge(str(status), get_language())


@register.simple_tag
def filter_choices(part: Filter) -> SafeString:
    """The answers to one question of the form, each with how many groups it leaves."""
    kind, name = "checkbox" if part.several else "radio", part.name
    return format_html_join(
        "",
        '<label class="groups-filter__choice" for="f-{0}-{1}">'
        '<input type="{2}" id="f-{0}-{1}" name="{0}" value="{1}"{3}><span>{4}{5}</span></label>',
        (
            (name, choice.value, kind, _checked(choice.is_chosen), choice.label, _count(choice.count))
            for choice in part.choices
        ),
    )


def _facts(card: Card) -> Iterator[tuple[str, str, str]]:
    """What is known of a group: an icon, what the line is about, and the line as safe HTML."""
    if card.where:
        far = ""
        if card.distance_km is not None and card.meets_in_person:
            about = _("ongeveer %(distance)s") % {"distance": distance(card.distance_km)}
            far = f' <span class="zr-group-card__distance">({conditional_escape(about)})</span>'
        yield "map-pin" if card.meets_in_person else "video", "where", conditional_escape(card.where) + far
    if card.next_date:
        later = card.later_text and f' <span class="zr-group-card__later">{conditional_escape(card.later_text)}</span>'
        yield "calendar-event", "next", f"<strong>{conditional_escape(card.next_text)}</strong>{later}"
    for line in card.schedules:
        yield "clock", "when", conditional_escape(line)
    if card.audience:
        yield "users", "audience", conditional_escape(card.audience)
    if card.languages:
        yield "language", "languages", conditional_escape(card.languages)
    if card.accessible:
        yield "wheelchair", "", conditional_escape(_("toegankelijk met een rolstoel"))


@lru_cache(maxsize=64)
def _unseen(kind: str, _language: str | None) -> SafeString:
    """What a line is about, for who cannot see its icon."""
    words = {
        "theme": _("Thema"),
        "where": _("Waar"),
        "next": _("Eerstvolgende bijeenkomst"),
        "when": _("Wanneer"),
        "audience": _("Voor wie"),
        "languages": _("Taal"),
    }
    return format_html('<span class="zr-visually-hidden">{}: </span>', words[kind]) if kind else SafeString("")


@lru_cache(maxsize=64)
def _status_badge(status: str, _language: str | None) -> SafeString:
    words = {
        Status.ACTIVE.value: _("Er is plek"),
        Status.WAITING_LIST.value: _("Wachtlijst"),
        Status.FULL.value: _("Nu vol"),
        Status.PAUSED.value: _("Pauze"),
    }
    if status not in words:
        return SafeString("")
    tone, sign = ("ok", icon("circle-check")) if status == Status.ACTIVE else ("warn", "")
    return format_html('<li><span class="zr-badge zr-badge--{}">{}{}</span></li>', tone, sign, words[status])


@lru_cache(maxsize=512)
def _region_badge(name: str, _language: str | None) -> SafeString:
    return format_html(
        '<li><span class="zr-badge zr-badge--accent">{}{}<span class="zr-visually-hidden">. {}</span></span></li>',
        icon("external-link"),
        _("Van %(name)s") % {"name": name},
        _("De link gaat naar hun eigen site."),
    )


def _checked(is_chosen: bool) -> SafeString:
    return SafeString(" checked" if is_chosen else "")


@lru_cache(maxsize=1024)
def _count(number: int | None) -> SafeString:
    if number is None:
        return SafeString("")
    return format_html(' <span class="groups-filter__count">({})</span>', number)


@lru_cache(maxsize=64)
def _options(themes: tuple[tuple[str, tuple[str, ...]], ...]) -> SafeString:
    """The same themes always give the same hundreds of options, whichever region has them."""
    words = {synonym: name for name, synonyms in themes for synonym in synonyms}
    pairs = [*((name, "") for name, _synonyms in themes), *words.items()]
    return format_html_join("", '<option value="{}">{}</option>', pairs)
