"""Contrast between two colours, as WCAG 2.2 defines it. Pure functions on `#rrggbb`.

Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance and #dfn-contrast-ratio.
"""

import colorsys
import re

AA_TEXT = 4.5  # success criterion 1.4.3, text of normal size
AA_LARGE = 3.0  # success criteria 1.4.3 (large text) and 1.4.11 (borders and icons)

_COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def parse_colour(value: str) -> tuple[int, int, int]:
    """Return red, green and blue (0-255) of `#rgb` or `#rrggbb`.

    :raises ValueError: when the text is not such a colour.
    """
    found = _COLOUR.fullmatch(value.strip())
    if not found:
        raise ValueError(f"not a colour: {value!r}")
    digits = found.group(1)
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def relative_luminance(colour: str) -> float:
    """Return how light a colour is, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in parse_colour(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21; the order does not matter."""
    darker, lighter = sorted((relative_luminance(first), relative_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def passes(first: str, second: str, ratio: float = AA_TEXT) -> bool:
    """Whether two colours have at least this contrast. Not rounded: 4.499 is not 4.5."""
    return contrast_ratio(first, second) >= ratio


def nearest_passing(colour: str, against: str, ratio: float = AA_TEXT) -> str:
    """Return the colour of the same hue and saturation that passes, as near in lightness as there is.

    Both darker and lighter are tried; the smaller step wins. Black or white when no shade of the hue passes.
    """
    if passes(colour, against, ratio):
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in parse_colour(colour)))
    for step in range(1, 1001):
        for candidate in (lightness - step / 1000, lightness + step / 1000):
            if 0 <= candidate <= 1:
                found = _to_hex(colorsys.hls_to_rgb(hue, candidate, saturation))
                if passes(found, against, ratio):
                    return found
    return max("#000000", "#ffffff", key=lambda extreme: contrast_ratio(extreme, against))


def text_colour_on(surface: str, dark: str = "#1a1a1a", light: str = "#ffffff") -> str:
    """Return which of two text colours reads best on a surface."""
    return max(dark, light, key=lambda colour: contrast_ratio(colour, surface))


def _linear(channel: float) -> float:
    # 0.04045 is the threshold of the sRGB standard, which WCAG 2.2 follows; older texts say 0.03928.
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _to_hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
