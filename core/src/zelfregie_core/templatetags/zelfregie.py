"""Template tags and filters of the front end: `{% load zelfregie %}`; see docs/reference/front-end.md."""

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zelfregie_core.plugins.calls import log_failure
from zelfregie_core.plugins.running import run_plugin_code
from zelfregie_core.templatetags.zelfregie_icons import render_icon, render_people_circle, theme_icon_name

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css_class: str = "") -> SafeString:
    """`{% icon "clock" %}`: an inline SVG icon, hidden from screen readers unless it has a label."""
    return render_icon(name, label, css_class)


@register.simple_tag
def theme_icon(slug: str, chosen: str = "", css_class: str = "") -> SafeString:
    """`{% theme_icon theme.slug theme.icon %}`: the icon of a theme; never fails on an unknown name."""
    return render_icon(theme_icon_name(slug or "", chosen or ""), css_class=css_class)


@register.simple_tag
def people_circle(variant: int | str | None = 1, kind: str = "drawing") -> SafeString:
    """`{% people_circle brand.shape_variant %}`: the drawing of a region; with "mark" the small sign."""
    return render_people_circle(int(variant or 1), kind)


@register.simple_tag(takes_context=True)
def render_section(context: Context, section: Any) -> SafeString:
    """Render a section of a plugin: its template, with its context on top of the page's.

    Empty when that fails, which is logged with the plugin's name: one plugin does not take the page down.
    """
    try:
        section_template = context.template.engine.get_template(section.template)
        with context.push(**{"section": section, **section.context}):
            return run_plugin_code(section.plugin, f"section {section.template}", section_template.render, context)
    except Exception as error:
        if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
            raise
        log_failure(section.plugin, f"section {section.template}", error)
        return SafeString("")


@register.simple_tag
def crumbs_of(page: Any) -> list[Any]:
    """The pages above this one, below the home page, for breadcrumbs.html."""
    return list(page.get_ancestors().filter(depth__gt=2).live())


@register.simple_tag(takes_context=True)
def page_query(context: Context, parameter: str, number: int) -> str:
    """The query string of this request with one parameter replaced; keeps the filters while paging."""
    query = context["request"].GET.copy()
    query[parameter] = number
    return f"?{query.urlencode()}"


def _day(value: dt.date) -> dt.date:
    """The calendar day in the region's time zone."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value).date()
    return value


def _is_dutch() -> bool:
    return (translation.get_language() or "nl").startswith("nl")


@register.filter
def dutch_date(value: dt.date | None, style: str = "") -> str:
    """`dinsdag 3 maart`, with the year when it is another one. `:"year"`: always; `:"short"`: `3 mrt` (`3 Mar`)."""
    if not value:
        return ""
    day = _day(value)
    if style == "short":
        return _written(day, "j b" if _is_dutch() else "j M", translation.get_language())
    year = style == "year" or day.year != timezone.localdate().year
    return _written(day, "l j F Y" if year else "l j F", translation.get_language())


@lru_cache(maxsize=2048)
def _written(day: dt.date, form: str, _language: str | None) -> str:
    """A list of groups says the same days again and again."""
    return format_date(day, form)


@register.filter
def dutch_time(value: dt.time | dt.datetime | None) -> str:
    """`19.30 uur` (in English `19:30`)."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if _is_dutch():
        return _("%(time)s uur") % {"time": f"{value.hour}.{value.minute:02d}"}
    return f"{value.hour}:{value.minute:02d}"


@register.simple_tag
def time_range(start: dt.time | None, end: dt.time | None = None) -> str:
    """`19.30 tot 21.30 uur`; only the start when there is no end; empty without a start."""
    if not start:
        return ""
    if not end:
        return dutch_time(start)
    separator = "." if _is_dutch() else ":"
    first = f"{start.hour}{separator}{start.minute:02d}"
    return _("%(start)s tot %(end)s") % {"start": first, "end": dutch_time(end)}


@register.filter
def distance(kilometres: float | None) -> str:
    """`800 m` below a kilometre, `2,3 km` below ten, `14 km` above."""
    if kilometres is None or kilometres == "":
        return ""
    if kilometres < 0.95:
        return _("%(metres)s m") % {"metres": max(100, round(kilometres * 10) * 100)}
    places = 1 if kilometres < 9.95 else 0
    return _("%(kilometres)s km") % {"kilometres": number_format(round(kilometres, places), places)}


@register.filter
def phone_href(value: str | None) -> str:
    """A phone number as people write it, turned into a `tel:` address; the (0) of +31 (0)45 is not dialled."""
    digits = re.sub(r"[^\d+]", "", (value or "").replace("(0)", ""))
    return f"tel:{digits}"


@register.filter
def control_kind(field: BoundField) -> str:
    """How field.html lays a field out: `choice` (one checkbox), `group` (a fieldset) or `text`."""
    if field.widget_type in {"checkbox"}:
        return "choice"
    return "group" if field.use_fieldset else "text"


CONTROL_CLASSES = {"textarea": "utrecht-textarea", "select": "utrecht-select", "checkbox": "zr-choice__input"}


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field with the design system's classes; Django adds the ARIA attributes."""
    kind = field.widget_type
    base = CONTROL_CLASSES.get(kind, "utrecht-textbox")
    names = [base, *field.field.widget.attrs.get("class", "").split()]
    if base.startswith("utrecht-"):
        names.insert(1, f"{base}--html-{ {'utrecht-textbox': 'input'}.get(base, kind) }")
        if field.errors:
            names.append(f"{base}--invalid")
    if field.use_fieldset:
        return field.as_widget()
    return field.as_widget(attrs={"class": " ".join(names)})


@register.filter
def error_target(field: BoundField) -> str:
    """The id that a link in the error summary goes to: the control, or the first of a group."""
    return field.id_for_label or f"{field.auto_id}_0"
