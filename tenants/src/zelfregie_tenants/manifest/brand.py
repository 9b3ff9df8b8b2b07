"""Read `[brand]`: colours that can be read by everyone, images that are safe."""

import re
from pathlib import Path

from zelfregie_core.domain.brand import TEXT_RATIO, WHITE, shade
from zelfregie_core.domain.contrast import contrast_ratio, nearest_passing
from zelfregie_core.domain.images import check_image

from .files import inside
from .model import Brand
from .table import Table

MAX_IMAGE_BYTES = 512 * 1024
LOGO_SUFFIXES = (".svg", ".png", ".webp")
FAVICON_SUFFIXES = (".svg", ".png")

# Stands in for a colour that could not be read, so that the other one can still be judged.
_FALLBACK = {"primary": "#7a1f5c", "accent": "#f2b544"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SHORT_COLOUR = re.compile(r"#[0-9a-fA-F]{3}")


def read_brand(table: Table, folder: Path) -> Brand:
    """Read `[brand]` of the instance in `folder`."""
    primary = _colour(table, "primary", against=WHITE, purpose="white text on it, and it on white,")
    brand = Brand(
        primary=primary,
        # The site writes the dark shade of the primary colour on it (zelfregie_core.domain.brand).
        accent=_colour(table, "accent", against=shade(primary), purpose="the dark shade of the primary on it"),
        logo=_image(table, "logo", folder, LOGO_SUFFIXES),
        favicon=_image(table, "favicon", folder, FAVICON_SUFFIXES),
    )
    table.finish()
    return brand


def _colour(table: Table, key: str, *, against: str, purpose: str) -> str:
    before = len(table.problems)
    value = table.text(key, limit=40, remedy='Give a colour such as "#7a1f5c".')
    if len(table.problems) > before:
        return _FALLBACK[key]
    if _SHORT_COLOUR.fullmatch(value):
        value = "#" + "".join(2 * digit for digit in value[1:])
    if not _COLOUR.fullmatch(value):
        table.problem(key, f'is "{value}", which is not a colour.', 'Write # and six hex digits: "#7a1f5c".')
        return _FALLBACK[key]
    value = value.lower()
    ratio = contrast_ratio(value, against)
    if ratio < TEXT_RATIO:
        better = nearest_passing(value, against, TEXT_RATIO)
        # Cut, not rounded: 4.46 must never read as the 4.5 that it is not.
        shown = int(ratio * 100) / 100
        table.problem(
            key,
            f"{value} has a contrast of {shown:.2f} to {against}; {purpose} needs {TEXT_RATIO}.",
            f'The nearest colour that passes is "{better}".',
        )
        return better
    return value


def _image(table: Table, key: str, folder: Path, suffixes: tuple[str, ...]) -> Path | None:
    name = table.text(key, default="", limit=200)
    if not name:
        return None
    kinds = ", ".join(suffixes)
    path = inside(folder, name)
    if path is None:
        table.problem(key, f'"{name}" lies outside the instance folder.', "Copy the file into brand/.")
        return None
    if path.suffix.lower() not in suffixes:
        table.problem(key, f'"{name}" is not one of {kinds}.', f"Save it as one of {kinds}.")
        return None
    problem, remedy = _read_problem(path, name)
    if problem:
        table.problem(key, problem, remedy)
        return None
    for clause in check_image(path.read_bytes(), path.suffix):
        table.problem(key, f'"{name}" {clause}.', _image_remedy(path.suffix))
    return path


def _read_problem(path: Path, name: str) -> tuple[str, str]:
    """Return what keeps this file from being read, and the remedy; two empty texts when nothing does."""
    if path.is_dir():
        return f'"{name}" is a folder, not a file.', "Name the image in it."
    if not path.exists():
        return f'"{name}" is missing.', "Put the file there, or take the key out."
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        return f'"{name}" cannot be read: {error.strerror}.', "Check its permissions."
    if size > MAX_IMAGE_BYTES:
        return f'"{name}" is {size // 1024} kB; at most 512 kB fits.', "Export it smaller."
    return ("", "") if size else (f'"{name}" is empty.', "Export it again.")


def _image_remedy(suffix: str) -> str:
    if suffix.lower() == ".svg":
        return "Export it as a plain SVG without scripts, links or embedded pages."
    return "Export it again from the program that made it."
