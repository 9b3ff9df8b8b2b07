"""A region's brand from two colours: the derived colours, their contrast, and the stylesheet."""

from hashlib import sha256

from django.utils.translation import gettext as _

from zelfregie_core.domain.contrast import contrast_ratio, nearest_passing

WHITE = "#ffffff"
#: WCAG 2.2, success criterion 1.4.3 (AA): contrast of text.
TEXT_RATIO = 4.5
#: How many drawings of overlapping shapes there are (static/zelfregie_core).
SHAPE_VARIANTS = 6


def brand_problems(primary: str, accent: str) -> dict[str, str]:
    """What is unreadable about a pair of colours, per field, with the nearest colour that passes.

    The pairs are those that the site uses for text: the primary colour and white, on each other; and the dark shade of
    the primary colour on the accent colour.

    :param primary: ``#rrggbb``.
    :param accent: ``#rrggbb``.
    :return: ``{"primary": sentence, "accent": sentence}``, empty when all is well.
    """
    problems = {}
    on_white = contrast_ratio(primary, WHITE)
    if on_white < TEXT_RATIO:
        better = nearest_passing(primary, WHITE, TEXT_RATIO)
        problems["primary"] = _(
            "Deze kleur is te licht voor letters op wit: het contrast is %(ratio)s en moet minstens 4,5 zijn. "
            "De kleur die er het dichtst bij ligt en wel kan, is %(better)s."
        ) % {"ratio": _number(on_white), "better": better}
        primary = better
    dark = shade(primary)
    on_accent = contrast_ratio(accent, dark)
    if on_accent < TEXT_RATIO:
        problems["accent"] = _(
            "Donkere letters zijn op deze steunkleur niet goed te lezen: het contrast is %(ratio)s en moet minstens "
            "4,5 zijn. De kleur die er het dichtst bij ligt en wel kan, is %(better)s."
        ) % {"ratio": _number(on_accent), "better": nearest_passing(accent, dark, TEXT_RATIO)}
    return problems


def brand_css(primary: str, accent: str) -> str:
    """The region's stylesheet: custom properties only, on top of the design system's own.

    :return: CSS text; the names are documented in docs/reference/front-end.md.
    """
    properties = {
        "--zr-primary": primary,
        "--zr-primary-contrast": WHITE,
        "--zr-primary-dark": shade(primary),
        "--zr-primary-soft": tint(primary, 0.92),
        "--zr-accent": accent,
        "--zr-accent-contrast": shade(primary),
        "--zr-accent-soft": tint(accent, 0.75),
    }
    lines = "".join(f"  {name}: {value};\n" for name, value in properties.items())
    return f":root {{\n{lines}}}\n"


def shade(colour: str, amount: float = 0.45) -> str:
    """A colour mixed with black. ``amount`` is the share of black, from 0 to 1."""
    return _mix(colour, (0, 0, 0), amount)


def tint(colour: str, amount: float) -> str:
    """A colour mixed with white. ``amount`` is the share of white, from 0 to 1."""
    return _mix(colour, (255, 255, 255), amount)


def shape_variant(name: str) -> int:
    """Which drawing of shapes a region gets: always the same for the same name, from 1 to ``SHAPE_VARIANTS``."""
    return sha256(name.encode()).digest()[0] % SHAPE_VARIANTS + 1


def _mix(colour: str, with_colour: tuple[int, int, int], amount: float) -> str:
    channels = [int(colour[position : position + 2], 16) for position in (1, 3, 5)]
    mixed = [round(own * (1 - amount) + other * amount) for own, other in zip(channels, with_colour, strict=True)]
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _number(ratio: float) -> str:
    """A ratio as Dutch people write it. Cut, not rounded: 4.46 must not read as the 4.5 that it misses."""
    return f"{int(ratio * 10) / 10:.1f}".replace(".", ",")
