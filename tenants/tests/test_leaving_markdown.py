"""Rich text that leaves as Markdown reads back as the same text, whatever characters are in it."""

from __future__ import annotations

import re

import pytest

from zelfregie_tenants.blueprint import template_folder
from zelfregie_tenants.domain.leaving.markdown import body_as_markdown, html_as_markdown
from zelfregie_tenants.domain.leaving.references import Inward, Outward, mapped_html
from zelfregie_tenants.domain.page_blocks import normal_blocks, normal_html, raw_blocks
from zelfregie_tenants.manifest.markdown import read_blocks
from zelfregie_tenants.manifest.problems import Problems


@pytest.mark.parametrize(
    "html",
    [
        "<p>Een <b>vet</b> woord.</p><p>Twee<br/>regels</p>",
        "<ul><li>a</li><li>b<ul><li>diep</li></ul></li></ul><p>na</p>",
        "<ol><li>een</li><li>twee <b>v</b></li></ol>",
        "<p># geen kop</p><p>- geen lijst</p><p>2) ook niet</p><p>+ x</p><p>===</p><p>---</p><p>1986. Jaar</p>",
        "<p>a * b _ c `d` [e](f) &lt;b&gt; &amp;amp; ~~x~~ | y \\ z</p><p>&gt; geen citaat</p>",
        '<h3>Kop</h3><p><a href="https://x.nl/a_(b)?q=1&amp;r=2">link <i>i</i></a></p><h4>Kleiner</h4>',
        '<p><a href="https://x.nl"><b>k</b></a>, https://x.nl/ kaal en a@b.nl</p>',
        '<p><a href="/over-ons/">van de site zelf</a></p>',
    ],
)
def test_rich_text_reads_back_the_same(html):
    problems = Problems()

    blocks = read_blocks(html_as_markdown(html), 1, "pagina.md", problems)

    assert (len(problems), [block.kind for block in blocks]) == (0, ["paragraph"])
    assert normal_html(blocks[0].value) == normal_html(html)


def test_every_page_of_the_blueprint_and_its_examples_reads_back_the_same():
    """What a region is launched with can be made into a folder again, word for word."""
    paths = sorted(template_folder().parent.glob("**/content/*.md"))
    lost = []
    for path in paths:
        body = re.sub(r"\{[{%].*?[}%]\}", "x", path.read_text(encoding="utf-8").split("\n---\n", 1)[1])
        problems = Problems()
        blocks = normal_blocks(raw_blocks(read_blocks(body, 1, path.name, problems)))
        again = normal_blocks(raw_blocks(read_blocks(body_as_markdown(blocks), 1, path.name, problems)))
        if again != blocks or len(problems):
            lost.append(path)

    assert (len(paths) > 50, lost) == (True, [])


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p><b> spatie </b>x</p>", " **spatie** x"),
        ("<p><b>vet</b><b>nog</b></p>", "**vetnog**"),
        ("<p><b></b>leeg</p>", "leeg"),
        ('<p>naar <a linktype="page" id="3">een pagina</a></p>', "naar een pagina"),
    ],
)
def test_what_markdown_cannot_say_keeps_its_words(html, markdown):
    assert html_as_markdown(html) == markdown


def test_blocks_of_plugins_are_left_to_the_json():
    body = [
        {"type": "heading", "value": "Kop"},
        {"type": "proef_blok", "value": {"a": 1}},
        {"type": "contact", "value": None},
    ]

    assert body_as_markdown(body) == "## Kop\n"


def test_links_travel_by_name_and_lose_no_words():
    lost = '<a linktype="document" id="9">d</a>'
    html = f'<p><a linktype="page" id="3">a &amp; b</a> <a href="https://x.nl">c</a> {lost}</p>'
    out = Outward({"page": {3: "over-ons/"}, "document": {}})
    away = mapped_html(html, out)

    back = mapped_html(away, Inward({"page": {"over-ons/": 41}}))

    assert back == '<p><a linktype="page" id="41">a &amp; b</a> <a href="https://x.nl">c</a> <a>d</a></p>'
    assert out.lost == ["document 9"]
