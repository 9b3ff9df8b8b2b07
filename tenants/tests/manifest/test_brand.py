"""The images of an instance folder."""

import io

import pytest
from PIL import Image

LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'


def _png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("logo.svg", b"", '"brand/logo.svg" is empty.'),
        (
            "logo.svg",
            LOGO.replace("<circle", "<script/><circle").encode(),
            '"brand/logo.svg" contains the element <script>, which can run code or load other files.',
        ),
        (
            "logo.svg",
            b"<!DOCTYPE svg [<!ENTITY x 'y'>]>" + LOGO.encode(),
            '"brand/logo.svg" declares entities in its DOCTYPE, which can hide or blow up its content.',
        ),
        ("logo.svg", b" " * 600_000, '"brand/logo.svg" is 585 kB; at most 512 kB fits.'),
        ("logo.png", b"GIF89a", '"brand/logo.png" is not an image.'),
        ("logo.webp", _png(), '"brand/logo.webp" is a PNG image, not what its name says (.webp).'),
        ("logo.gif", b"GIF89a", '"brand/logo.gif" is not one of .svg, .png, .webp.'),
    ],
)
def test_manifest_with_a_bad_logo_is_refused(folder, name, data, message, edit, problems):
    edit("brand/logo.svg", f"brand/{name}")
    (folder / "brand" / name).write_bytes(data)

    assert [(place, found) for place, found, _remedy in problems(folder)] == [("region.toml:16 brand.logo", message)]


def test_manifest_with_a_folder_as_logo_is_refused(folder, problems):
    (folder / "brand/logo.svg").unlink()
    (folder / "brand/logo.svg").mkdir()

    assert problems(folder) == [
        ("region.toml:16 brand.logo", '"brand/logo.svg" is a folder, not a file.', "Name the image in it.")
    ]
