"""Which images may stand on a public page."""

import io

import pytest
from PIL import Image

from zelfregie_core.domain.images import check_image, check_raster, check_svg

XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SVG = f'<svg {XMLNS} viewBox="0 0 9 9">%s</svg>'
CAN_RUN = ", which can run code or load other files"


def _png(size=(8, 8), kind="PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize(
    "inside",
    [
        '<circle cx="4" cy="4" r="3" fill="#7a1f5c"/>',
        '<defs><linearGradient id="a"/></defs><rect fill="url(#a)" width="9" height="9"/>',
        '<style>.a{fill:#fff} .b{fill:url("#a")}</style><use xlink:href="#a"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<metadata xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:RDF/></metadata>',
        "<title>Hart &amp; ziel</title>",
    ],
    ids=["circle", "gradient", "style", "embedded-png", "metadata", "title"],
)
def test_svg_that_only_draws_is_accepted(inside):
    assert check_svg((SVG % inside).encode()) == []


def test_svg_with_a_plain_doctype_and_bom_is_accepted():
    doctype = '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'

    assert check_svg(b"\xef\xbb\xbf" + (doctype + SVG % "<path d='M0 0'/>").encode()) == []


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        (
            "<script>alert(1)</script>",
            "contains the element <script>" + CAN_RUN,
        ),
        ('<path onclick="alert(1)"/>', "has the event handler onclick on <path>"),
        ('<path ONLOAD="alert(1)"/>', "has the event handler ONLOAD on <path>"),
        (
            '<image href="https://example.org/a.png"/>',
            "refers to something outside the file: href=https://example.org/a.png on <image>",
        ),
        (
            '<use xlink:href="other.svg#a"/>',
            "refers to something outside the file: href=other.svg#a on <use>",
        ),
        (
            '<image href="data:image/svg+xml;base64,AAAA"/>',
            "refers to something outside the file: href=data:image/svg+xml;base64,AAAA on <image>",
        ),
        (
            "<style>@import 'https://example.org/a.css'</style>",
            "loads or runs something from its style sheet: @import",
        ),
        (
            '<rect style="fill:url(//example.org/a)"/>',
            "refers to something outside the file: url(//example.org/a) in style on <rect>",
        ),
        (
            '<rect fill="url( &quot;http://example.org/a&quot; )"/>',
            "refers to something outside the file: url(http://example.org/a) in fill on <rect>",
        ),
        ('<rect style="fill:u\\72l(//x)"/>', "uses a backslash in style on <rect>, which can hide a link"),
        (
            "<foreignObject/>",
            "contains the element <foreignObject>" + CAN_RUN,
        ),
        (
            '<b:script xmlns:b="http://www.w3.org/1999/xhtml"/>',
            "contains the element <script>" + CAN_RUN,
        ),
        (
            '<set attributeName="href" to="javascript:1"/>',
            "contains the element <set>" + CAN_RUN,
        ),
        ("<?xml-stylesheet href='a.css'?>", "contains the processing instruction <?xml-stylesheet …?>"),
    ],
)
def test_svg_that_does_more_than_draw_is_refused(inside, problem):
    assert check_svg((SVG % inside).encode()) == [problem]


def test_svg_with_an_entity_is_refused():
    svg = '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG % "<title>&a;</title>"

    assert check_svg(svg.encode()) == ["declares entities in its DOCTYPE, which can hide or blow up its content"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is not well-formed XML (no element found: line 1, column 0)"),
        (b"\xff\xfe<\x00", "is not UTF-8 text"),
        (b"<html/>", "starts with <html> instead of <svg>"),
        (
            b"<svg/>",
            'lacks xmlns="http://www.w3.org/2000/svg" on <svg>, so browsers do not draw it',
        ),
    ],
)
def test_svg_that_is_none_is_refused(data, problem):
    assert check_svg(data) == [problem]


def test_svg_with_an_unknown_encoding_is_refused():
    problems = check_svg(b'<?xml version="1.0" encoding="zoo"?>' + (SVG % "").encode())

    assert len(problems) == 1
    assert problems[0].startswith("is not ")


def test_raster_is_judged_by_its_content_not_its_name():
    assert check_image(_png(), ".png") == []
    assert check_raster(_png(kind="JPEG"), ".png") == ["is a JPEG image, not what its name says (.png)"]
    assert check_raster(b"hello", ".png") == ["is not an image"]
    assert check_raster(_png((5000, 5000)), ".png") == ["is 5000 by 5000 pixels; at most 4096 by 4096 fits"]


def test_raster_that_is_cut_off_is_refused():
    problems = check_raster(_png((200, 200))[:-30], ".png")

    assert len(problems) == 1
    assert problems[0].startswith("is a damaged image")
