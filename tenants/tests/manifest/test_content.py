"""The pages of an instance folder: Markdown with front matter."""

import pytest

HOME = "content/home.md"
RESULT_HOME = [
    ("paragraph", "<p>Welkom.</p>"),
    ("heading", "Tips"),
    (
        "paragraph",
        "<ul>\n<li>Kom <em>eens</em> kijken</li>\n<li>Neem iemand mee</li>\n</ul>\n<h3>Meer</h3>\n<p>Bel ons.</p>",
    ),
]


def test_manifest_turns_markdown_into_blocks(read):
    pages = {page.path: page for page in read().content}

    home = pages["content/home.md"]
    assert [(block.kind, block.value) for block in home.blocks] == RESULT_HOME
    assert home.intro == "Samen sta je sterker: kom langs."
    assert list(pages) == ["content/privacy.md", "content/home.md", "content/rouw.md"]
    assert (pages["content/rouw.md"].slug, pages["content/rouw.md"].theme) == ("rouw", "rouw")


def test_manifest_cleans_links_in_markdown(read, edit):
    edit("Bel ons.", "[a](javascript:alert(1)) [b](/groepen/) [c](https://example.nl)", HOME)

    (home,) = (page for page in read().content if page.type == "home")

    assert home.blocks[-1].value.splitlines()[-1] == (
        '<p>[a](javascript:alert(1)) <a href="/groepen/">b</a> <a href="https://example.nl">c</a></p>'
    )


def test_manifest_turns_a_quotation_into_a_block(read, edit):
    edit("Bel ons.", "Bel ons.\n\n> Ik was *niet* alleen.\n> Nooit meer.\n\nTot ziens.", HOME)

    (home,) = (page for page in read().content if page.type == "home")

    assert [(block.kind, block.value) for block in home.blocks[-2:]] == [
        ("quote", "Ik was niet alleen. Nooit meer."),
        ("paragraph", "<p>Tot ziens.</p>"),
    ]


def test_manifest_turns_a_table_into_text(read, edit):
    table = "| Wat | Waarom | Hoe lang |\n|---|---|---|\n| Je *verhaal* | om te delen | een jaar |\n"
    edit("Bel ons.", table, HOME)

    (home,) = (page for page in read().content if page.type == "home")

    assert home.blocks[-1].value.splitlines()[-3:] == [
        "<h3>Je <em>verhaal</em></h3>",
        "<p><strong>Waarom:</strong> om te delen<br>",
        "<strong>Hoe lang:</strong> een jaar</p>",
    ]


CONTENT = "---\ntitle: A\ntype: content\n"
THEME = "---\ntitle: A\ntype: theme\n"
HAS_H1 = "has a heading of level 1 in its body."


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Zomaar tekst", "content/a.md:1", "has no front matter."),
        ("---\ntitle: A\n", "content/a.md:1", "has front matter without an end."),
        (
            "---\ntitle: A: b\n---\n",
            "content/a.md:2",
            "has front matter that is not YAML: mapping values are not allowed here.",
        ),
        (
            "---\ntitle: A\ntitle: B\ntype: content\n---\n",
            "content/a.md:3",
            "has front matter that is not YAML: title is given twice.",
        ),
        ("---\n- a\n---\n", "content/a.md:1", "has front matter without keys."),
        ("---\ntitle: A\ntype: pagina\n---\n", "content/a.md:3 type", 'is "pagina", which is not known.'),
        (CONTENT + "menu: misschien\n---\n", "content/a.md:4 menu", "must be true or false, not text."),
        (CONTENT + "slug: A B\n---\n", "content/a.md:4 slug", '"A B" cannot be part of an address.'),
        (CONTENT + "sulg: a\n---\n", "content/a.md:4 sulg", "is not a known key."),
        (THEME + "---\n", "content/a.md theme", "is missing on a theme page."),
        (THEME + "theme: burnout\n---\n", "content/a.md:4 theme", '"burnout" is not a known theme.'),
        ("---\ntitle: A\ntype: legal\n---\n", "content/a.md legal", "is missing on a legal page."),
        (CONTENT + "---\nx\n\n# Kop\n", "content/a.md:7", HAS_H1),
        (CONTENT + "---\n![x](y.png)\n", "content/a.md:5", "has an image in its text."),
        (CONTENT + "---\nx <b>y</b>\n", "content/a.md:5", "has HTML in its text."),
        (THEME + "theme: rouw\n---\n", "content/rouw.md", 'has the same address as content/a.md: "rouw".'),
        ("---\ntitle: A\ntype: home\n---\n", "content/home.md", 'has the same address as content/a.md: "/".'),
    ],
)  # fmt: skip
def test_content_that_is_wrong_says_where(folder, text, place, message, problems):
    (folder / "content/a.md").write_text(text, encoding="utf-8")

    assert problems(folder)[0][:2] == (place, message)


def test_content_without_a_home_page_is_refused(folder, problems):
    (folder / "content/home.md").unlink()

    assert problems(folder) == [("content", "has no home page.", 'Add a file with "type: home" in its front matter.')]
