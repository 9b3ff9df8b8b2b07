"""Inline SVG: icons from the one vendored set, and the drawing of people in a circle.

No template library by itself: ``zelfregie`` registers what is here. Everything is drawn with classes and
presentation attributes, because the content security policy forbids inline styles.
"""

import math
import re
from functools import lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICON_FOLDER = Path(__file__).resolve().parent.parent / "static/zelfregie_core/vendor/tabler-icons"

DEFAULT_THEME_ICON = "users-group"

# One icon per theme slug: what fits without frightening. A theme with its own `icon` overrides this.
THEME_ICONS = {
    "adhd": "bolt",
    "angst": "wind",
    "angst-en-paniek": "wind",
    "autisme": "infinity",
    "bipolair": "wave-sine",
    "bipolaire-stoornis": "wave-sine",
    "borderline": "ripple",
    "burn-out": "battery-1",
    "chronisch-ziek": "pill",
    "chronische-pijn": "bandage",
    "copd": "lungs",
    "cva": "brain",
    "dementie": "photo-heart",
    "depressie": "cloud-rain",
    "diabetes": "droplet",
    "dwang": "refresh",
    "eenzaamheid": "user-circle",
    "eetproblemen": "salad",
    "eetstoornis": "salad",
    "fibromyalgie": "activity",
    "geldzorgen": "wallet",
    "gokken": "link-off",
    "gokken-en-gamen": "device-gamepad",
    "hart-en-vaat": "heartbeat",
    "hart-en-vaten": "heartbeat",
    "hartfalen": "heartbeat",
    "hersenletsel": "brain",
    "herstel": "seedling",
    "hooggevoeligheid": "feather",
    "huiselijk-geweld": "home-heart",
    "jongeren": "star",
    "kanker": "ribbon-health",
    "leefstijl": "apple",
    "levend-verlies": "leaf",
    "lgbti": "rainbow",
    "lhbti": "rainbow",
    "long-covid": "lungs",
    "longziekten": "lungs",
    "mantelzorg": "heart-handshake",
    "migratie": "world",
    "ms": "affiliate",
    "naasten-ggz": "user-heart",
    "naasten-nah": "user-heart",
    "naasten-verslaving": "hearts",
    "nabestaanden-zelfdoding": "candle",
    "nah": "brain",
    "narcisme": "masks-theater",
    "narcisme-relaties": "heart-broken",
    "niet-aangeboren-hersenletsel": "brain",
    "ongewenst-kinderloos": "leaf",
    "opvoeden": "mood-kid",
    "ouder-worden": "sunrise",
    "ouderschap": "baby-carriage",
    "overgang": "flower",
    "overgewicht": "barbell",
    "parkinson": "walk",
    "psychose": "spiral",
    "reuma": "bone",
    "roken": "smoking-no",
    "rouw": "candle",
    "rouw-kind": "butterfly",
    "scheiding": "arrows-split-2",
    "schulden": "coin-euro",
    "seksueel-geweld": "shield-heart",
    "slaap": "moon-stars",
    "slechthorend": "ear-off",
    "slechtziend": "eye-off",
    "stemmen-horen": "ear",
    "stress": "activity",
    "suicidaliteit": "lifebuoy",
    "suicide-nabestaanden": "candle",
    "trauma": "umbrella",
    "verlies": "candle",
    "verslaving": "link-off",
    "veteranen": "award",
    "werk": "briefcase",
    "werk-en-ziekte": "briefcase",
    "werkloosheid": "compass",
    "zelfbeeld": "sparkles",
    "zelfbeschadiging": "first-aid-kit",
    "zelfdoding": "candle",
    "zelfvertrouwen": "sun",
    "zingeving": "sun",
}

INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """The names of all vendored icons, sorted; for choices and checks."""
    return tuple(sorted(path.stem for path in ICON_FOLDER.glob("*.svg")))


@lru_cache(maxsize=256)
def _paths(name: str) -> SafeString:
    """The inside of the SVG file of an icon. Raises ValueError for a name that is not vendored."""
    if name not in icon_names():
        raise ValueError(f"There is no icon {name!r}; add it to vendor/tabler-icons/icons.txt.")
    content = INNER.search((ICON_FOLDER / f"{name}.svg").read_text("utf-8")).group(1)
    return mark_safe(" ".join(content.split()))  # noqa: S308 -- our own vendored file


def render_icon(name: str, label: str = "", css_class: str = "") -> SafeString:
    """The icon as inline SVG; decorative unless it has a label. Raises ValueError for an unknown name."""
    # A list of twenty groups asks for two hundred of them, nearly all without a label.
    return _labelled(name, label, css_class) if label else _decorative(name, css_class)


@lru_cache(maxsize=512)
def _decorative(name: str, css_class: str) -> SafeString:
    return _labelled(name, "", css_class)


def _labelled(name: str, label: str, css_class: str) -> SafeString:
    hidden = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="zr-icon{}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        f" {css_class}" if css_class else "",
        hidden,
        _paths(name),
    )


def theme_icon_name(slug: str, chosen: str = "") -> str:
    """The icon of a theme.

    `chosen` is what an editor filled in: the name of an icon, or the slug of a theme that has one. Without a
    usable choice it is the icon of the theme's own slug, and else people in a group.
    """
    if chosen in icon_names():
        return chosen
    return THEME_ICONS.get(chosen) or THEME_ICONS.get(slug, DEFAULT_THEME_ICON)


# Six drawings, so that two regions side by side differ in shape as well as in colour:
# number of places, rotation in degrees, the place that is free, and how far neighbours overlap (1 = they touch).
VARIANTS = {
    1: (7, -12, 1, 1.3),
    2: (6, 30, 5, 1.22),
    3: (8, 8, 7, 1.45),
    4: (5, -18, 1, 1.18),
    5: (9, 24, 1, 1.55),
    6: (6, 0, 1, 1.5),
}
TONES = ("primary", "accent", "tint")
HALF = 200


@lru_cache(maxsize=32)
def render_people_circle(variant: int, kind: str = "drawing") -> SafeString:
    """People in a circle: soft overlapping shapes around an open middle, one place still free.

    `variant` is 1..6; others wrap around. `kind` is "drawing", or "mark" for the small sign beside a name.
    """
    variant = (int(variant) - 1) % len(VARIANTS) + 1
    places, rotation, free, overlap = VARIANTS[variant]
    # All of it just fits: the ring plus the radius of one shape is half the drawing, less a margin for the line.
    spread = math.sin(math.pi / places) * overlap
    ring = (HALF - 8) / (1 + spread)
    radius = ring * spread
    taken, empty = [], ""
    for place in range(places):
        angle = math.radians(rotation + place * 360 / places)
        x, y = HALF + ring * math.sin(angle), HALF - ring * math.cos(angle)
        circle = f'cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"/>'
        if place == free:
            empty = f'<circle class="zr-shape zr-shape--free" {circle}'
        else:
            tone = TONES[(place + variant) % len(TONES)]
            taken.append(f'<circle class="zr-shape zr-shape--{tone}" {circle}')
    return format_html(
        '<svg class="zr-people{}" viewBox="0 0 400 400" aria-hidden="true" focusable="false">{}</svg>',
        " zr-people--mark" if kind == "mark" else "",
        mark_safe("".join(taken) + empty),  # noqa: S308 -- numbers and our own class names only
    )
