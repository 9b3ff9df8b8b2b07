"""QR codes, drawn here: no other host is asked."""

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str, label: str = "") -> SafeString:
    """Return an address as inline SVG, black on white with the quiet zone that scanners need, without inline styles.

    :param label: what it is, for who cannot see it; without one it is hidden from them, for beside a link.
    """
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(border=4, light="#fff", omitsize=True, svgclass="groups-qr", lineclass=None)
    inside = drawing.removeprefix("<svg ")
    if label:
        head, _end, rest = inside.partition(">")
        inside = f"{head}><title>{escape(label)}</title>{rest}"
    seen = 'role="img"' if label else 'aria-hidden="true" focusable="false"'
    # segno writes only numbers and the names given here; the address is in the drawing, not in the text.
    return mark_safe(f"<svg {seen} {inside}")  # noqa: S308 -- see above; the label is escaped
