"""Reading an instance folder: what is fine, and every way in which it can be wrong."""

import io
from pathlib import Path

import pytest
from PIL import Image

from zelfregie_tenants.manifest import Editor, ManifestError, PluginChoice, read_manifest

PLUGINS = {"groups", "stories", "referrals"}
THEMES = {"burn-out", "rouw", "mantelzorg"}

TOML = """\
blueprint = 1

[region]
slug = "heuvelland"
name = "Zelfregie Heuvelland"
tagline = "Vind mensen die hetzelfde meemaken."
domains = ["heuvelland.localhost", "heuvelland.example.nl"]

[area]
municipalities = ["0917", "0928"]
postcodes = ["6400-6479", "6360"]

[brand]
primary = "#7a1f5c"
accent = "#f2b544"
logo = "brand/logo.svg"

[organisation]
name = "Stichting Heuvelland"
email = "info@example.nl"
privacy_name = "Anna Voorbeeld"
privacy_email = "privacy@example.nl"
sender_email = "noreply@example.nl"

[[editors]]
email = "Anna@Example.nl"
name = "Anna Voorbeeld"
role = "administrator"

[[editors]]
email = "bram@example.nl"
name = "Bram Voorbeeld"
role = "moderator"

[plugins.groups]
radius = 10
[plugins.stories]
enabled = false
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
HOME = """\
---
title: Zelfregie Heuvelland
type: home
intro: "Samen sta je sterker: kom langs."
---
Welkom.

## Tips

- Kom *eens* kijken
- Neem iemand mee

### Meer

Bel ons.
"""
RESULT_HOME = [
    ("paragraph", "<p>Welkom.</p>"),
    ("heading", "Tips"),
    (
        "paragraph",
        "<ul>\n<li>Kom <em>eens</em> kijken</li>\n<li>Neem iemand mee</li>\n</ul>\n<h3>Meer</h3>\n<p>Bel ons.</p>",
    ),
]


def _page(title: str, **values: object) -> str:
    lines = [f"title: {title}", *(f"{key}: {value}" for key, value in values.items())]
    return "---\n" + "\n".join(lines) + "\n---\nTekst.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole, good instance."""
    (tmp_path / "brand").mkdir()
    (tmp_path / "content").mkdir()
    (tmp_path / "region.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "brand/logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "content/home.md").write_text(HOME, encoding="utf-8")
    (tmp_path / "content/rouw.md").write_text(_page("Rouw", type="theme", theme="rouw"), encoding="utf-8")
    (tmp_path / "content/privacy.md").write_text(
        _page("Privacy", type="legal", legal="privacy", order=5), encoding="utf-8"
    )
    (tmp_path / "groups.csv").write_text("source_id,name\n", encoding="utf-8")
    return tmp_path


def _read(folder: Path):
    return read_manifest(folder, plugins=PLUGINS, themes=THEMES)


def _edit(folder: Path, old: str, new: str) -> None:
    path = folder / "region.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _problems(folder: Path) -> list[tuple[str, str, str]]:
    """Return what is wrong as (place, message, remedy)."""
    with pytest.raises(ManifestError) as caught:
        _read(folder)
    return [(problem.place, problem.message, problem.remedy) for problem in caught.value.problems]


def test_manifest_reads_everything(folder):
    manifest = _read(folder)

    assert manifest.region.schema_name == "region_heuvelland"
    assert manifest.region.primary_domain == "heuvelland.localhost"
    assert (manifest.region.kind, manifest.region.languages) == ("region", ("nl",))
    assert manifest.area.municipalities == ("0917", "0928")
    assert manifest.area.postcodes == ((6360, 6360), (6400, 6479))
    assert manifest.brand.logo == folder / "brand/logo.svg"
    assert manifest.brand.favicon is None
    assert manifest.editors[0] == Editor("anna@example.nl", "Anna Voorbeeld", "administrator")
    assert manifest.plugins == (
        PluginChoice("groups", True, {"radius": 10}),
        PluginChoice("stories", False, {}),
    )
    assert manifest.enabled_plugins == ("groups",)
    assert dict(manifest.files) == {"groups.csv": folder / "groups.csv"}
    assert (manifest.hosting.platform, manifest.hosting.demo) == ("shared", False)


def test_manifest_turns_markdown_into_blocks(folder):
    pages = {page.path: page for page in _read(folder).content}

    home = pages["content/home.md"]
    assert [(block.kind, block.value) for block in home.blocks] == RESULT_HOME
    assert home.intro == "Samen sta je sterker: kom langs."
    assert list(pages) == ["content/privacy.md", "content/home.md", "content/rouw.md"]
    assert (pages["content/rouw.md"].slug, pages["content/rouw.md"].theme) == ("rouw", "rouw")


def test_manifest_cleans_links_in_markdown(folder):
    text = HOME.replace("Bel ons.", "[a](javascript:alert(1)) [b](/groepen/) [c](https://example.nl)")
    (folder / "content/home.md").write_text(text, encoding="utf-8")

    (home,) = (page for page in _read(folder).content if page.type == "home")

    assert home.blocks[-1].value.splitlines()[-1] == (
        '<p>[a](javascript:alert(1)) <a href="/groepen/">b</a> <a href="https://example.nl">c</a></p>'
    )


def test_manifest_accepts_windows_line_ends_and_a_byte_order_mark(folder):
    path = folder / "region.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode())

    assert _read(folder).region.slug == "heuvelland"


def test_manifest_of_the_national_hub_has_no_area(folder):
    _edit(folder, 'name = "Zelfregie', 'kind = "national"\nname = "Zelfregie')
    _edit(folder, '[area]\nmunicipalities = ["0917", "0928"]\npostcodes = ["6400-6479", "6360"]\n', "")
    _edit(folder, 'role = "moderator"', 'role = "coordinator"')

    manifest = _read(folder)

    assert manifest.area.municipalities == ()
    assert manifest.editors[1].role == "coordinator"


BAD_KEYS = {
    "unknown-key": (
        "tagline =",
        "tagllne =",
        [
            ("region.toml:3 region.tagline", "is missing.", "Add it."),
            ("region.toml:6 region.tagllne", "is not a known key.", 'Did you mean "tagline"?'),
        ],
    ),
    "unknown-table": (
        "[organisation]",
        "[organization]",
        [
            ("region.toml organisation", "is missing.", "Add it."),
        ],
    ),
    "number-for-text": (
        'name = "Zelfregie Heuvelland"',
        "name = 12",
        [("region.toml:5 region.name", "must be text, not a whole number.", 'Write name = "12".')],
    ),
    "text-for-list": (
        'domains = ["heuvelland.localhost", "heuvelland.example.nl"]',
        'domains = "heuvelland.localhost"',
        [
            (
                "region.toml:7 region.domains",
                "must be a list, not text.",
                'List at least one, such as ["heuvelland.localhost"].',
            )
        ],
    ),
    "numbers-in-list": (
        '["0917", "0928"]',
        '[917, "0928"]',
        [
            (
                "region.toml:10 area.municipalities",
                "has a whole number at position 1: 917.",
                'Put each item between quotes, as in ["0917"].',
            )
        ],
    ),
    "text-for-boolean": (
        "enabled = false",
        'enabled = "nee"',
        [
            (
                "region.toml:38 plugins.stories.enabled",
                "must be true or false, not text.",
                "Write true or false here.",
            )
        ],
    ),
    "blueprint-too-new": (
        "blueprint = 1",
        "blueprint = 9",
        [
            (
                "region.toml:1 blueprint",
                "is 9, newer than this Zelfregie understands (1).",
                "Upgrade Zelfregie.",
            )
        ],
    ),
    "no-colour": (
        '"#7a1f5c"',
        '"paars"',
        [
            (
                "region.toml:14 brand.primary",
                'is "paars", which is not a colour.',
                'Write # and six hex digits: "#7a1f5c".',
            )
        ],
    ),
    "low-contrast": (
        '"#7a1f5c"',
        '"#777777"',
        [
            (
                "region.toml:14 brand.primary",
                "#777777 has a contrast of 4.47 to #ffffff; white text on it, and it on white, needs 4.5.",
                'The nearest colour that passes is "#767676".',
            )
        ],
    ),
    "domain-underscore": (
        '"heuvelland.example.nl"',
        '"heuvel_land.example.nl"',
        [
            (
                "region.toml:7 region.domains",
                '"heuvel_land.example.nl" has an underscore, which host names cannot have.',
                "Use a hyphen instead.",
            )
        ],
    ),
    "domain-scheme": (
        '"heuvelland.example.nl"',
        '"https://heuvelland.example.nl:443/x"',
        [
            (
                "region.toml:7 region.domains",
                '"https://heuvelland.example.nl:443/x" starts with a scheme.',
                'Write only the name: "heuvelland.example.nl".',
            )
        ],
    ),
    "domain-port": (
        '"heuvelland.example.nl"',
        '"heuvelland.example.nl:8000"',
        [
            (
                "region.toml:7 region.domains",
                '"heuvelland.example.nl:8000" has a port.',
                'Write only the name: "heuvelland.example.nl".',
            )
        ],
    ),
    "domain-twice": (
        '"heuvelland.example.nl"',
        '"heuvelland.localhost"',
        [("region.toml:7 region.domains", 'lists "heuvelland.localhost" twice.', "Remove one.")],
    ),
    "unknown-plugin": (
        "[plugins.stories]",
        "[plugins.storys]",
        [
            (
                "region.toml:37 plugins.storys",
                "is not an installed plugin.",
                'Did you mean "stories"? Or install the distribution that brings it.',
            )
        ],
    ),
    "unknown-municipality": (
        '"0928"',
        '"Heerlenn"',
        [
            (
                "region.toml:10 area.municipalities",
                '"Heerlenn" is not a municipality code.',
                'Write "0917" (Heerlen).',
            )
        ],
    ),
    "municipality-without-zero": (
        '"0928"',
        '"928"',
        [
            (
                "region.toml:10 area.municipalities",
                '"928" is not a municipality code.',
                'Write "0928" (Kerkrade).',
            )
        ],
    ),
    "postcode-range": (
        '"6360"',
        '"6399-6360"',
        [("region.toml:11 area.postcodes", '"6399-6360" is not a range that exists.', 'Write "6360-6399".')],
    ),
    "postcode-letters": (
        '"6360"',
        '"6360 AB"',
        [
            (
                "region.toml:11 area.postcodes",
                '"6360 AB" is not a range of postcodes.',
                'Write four digits: "6400-6479".',
            )
        ],
    ),
    "postcode-overlap": (
        '"6360"',
        '"6470-6490"',
        [
            (
                "region.toml:11 area.postcodes",
                '"6470-6490" overlaps "6400-6479".',
                "Make it one range, or remove one.",
            )
        ],
    ),
    "slug-underscore": (
        'slug = "heuvelland"',
        'slug = "heuvel_land"',
        [("region.toml:4 region.slug", '"heuvel_land" has an underscore.', 'Use a hyphen: "heuvel-land".')],
    ),
    "email": (
        '"info@example.nl"',
        '"info@example"',
        [
            (
                "region.toml:20 organisation.email",
                '"info@example" is not an e-mail address.',
                'Write one such as "info@example.nl".',
            )
        ],
    ),
    "no-privacy-contact": (
        'privacy_name = "Anna Voorbeeld"\nprivacy_email = "privacy@example.nl"\n',
        "",
        [
            (
                "region.toml:18 organisation.privacy_name",
                "is missing.",
                "The law wants a contact for privacy questions: give a name and an address.",
            ),
            (
                "region.toml:18 organisation.privacy_email",
                "is missing.",
                "The law wants a contact for privacy questions: give a name and an address.",
            ),
        ],
    ),
    "editor-twice": (
        '"bram@example.nl"',
        '"ANNA@example.nl"',
        [
            (
                "region.toml:31 editors[1].email",
                '"anna@example.nl" is already an editor.',
                "Remove one of the two.",
            )
        ],
    ),
    "coordinator-in-a-region": (
        'role = "moderator"',
        'role = "coordinator"',
        [
            (
                "region.toml:33 editors[1].role",
                "is coordinator, a role of the national hub.",
                "Choose administrator.",
            )
        ],
    ),
    "no-administrator": (
        'role = "administrator"',
        'role = "editor"',
        [
            (
                "region.toml editors",
                "has no administrator, so nobody could manage the site.",
                'Give at least one [[editors]] with role = "administrator".',
            )
        ],
    ),
    "logo-outside": (
        '"brand/logo.svg"',
        '"../logo.svg"',
        [
            (
                "region.toml:16 brand.logo",
                '"../logo.svg" lies outside the instance folder.',
                "Copy the file into brand/.",
            )
        ],
    ),
    "logo-missing": (
        '"brand/logo.svg"',
        '"brand/logos.svg"',
        [
            (
                "region.toml:16 brand.logo",
                '"brand/logos.svg" is missing.',
                "Put the file there, or take the key out.",
            )
        ],
    ),
    "broken-toml": (
        'slug = "heuvelland"',
        'slug = "heuvelland',
        [
            (
                "region.toml:4",
                "is not TOML: illegal character '\\n'.",
                'Look at that line: text stands between quotes, a list between [ and ], a table is "[name]".',
            )
        ],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_manifest_that_is_wrong_says_where_and_what_to_do(folder, old, new, expected):
    _edit(folder, old, new)

    found = _problems(folder)

    assert found[: len(expected)] == expected


def test_manifest_reports_all_problems_at_once(folder):
    _edit(folder, 'slug = "heuvelland"', 'slug = "Heuvelland!"')
    _edit(folder, '"#7a1f5c"', '"paars"')
    _edit(folder, '"0917"', '"0001"')
    (folder / "content/rouw.md").write_text(_page("Rouw", type="theme", theme="rauw"), encoding="utf-8")

    assert [place for place, _message, _remedy in _problems(folder)] == [
        "region.toml:4 region.slug",
        "region.toml:10 area.municipalities",
        "region.toml:14 brand.primary",
        "content/rouw.md:4 theme",
    ]


def _png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, "PNG")
    return target.getvalue()


def test_manifest_turns_a_quotation_into_a_block(folder):
    text = HOME.replace("Bel ons.", "Bel ons.\n\n> Ik was *niet* alleen.\n> Nooit meer.\n\nTot ziens.")
    (folder / "content/home.md").write_text(text, encoding="utf-8")

    (home,) = (page for page in _read(folder).content if page.type == "home")

    assert [(block.kind, block.value) for block in home.blocks[-2:]] == [
        ("quote", "Ik was niet alleen. Nooit meer."),
        ("paragraph", "<p>Tot ziens.</p>"),
    ]


def test_manifest_turns_a_table_into_text(folder):
    table = "| Wat | Waarom | Hoe lang |\n|---|---|---|\n| Je *verhaal* | om te delen | een jaar |\n"
    (folder / "content/home.md").write_text(HOME.replace("Bel ons.", table), encoding="utf-8")

    (home,) = (page for page in _read(folder).content if page.type == "home")

    assert home.blocks[-1].value.splitlines()[-3:] == [
        "<h3>Je <em>verhaal</em></h3>",
        "<p><strong>Waarom:</strong> om te delen<br>",
        "<strong>Hoe lang:</strong> een jaar</p>",
    ]


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
def test_manifest_with_a_bad_logo_is_refused(folder, name, data, message):
    _edit(folder, "brand/logo.svg", f"brand/{name}")
    (folder / "brand" / name).write_bytes(data)

    assert [(place, found) for place, found, _remedy in _problems(folder)] == [("region.toml:16 brand.logo", message)]


def test_manifest_with_a_folder_as_logo_is_refused(folder):
    (folder / "brand/logo.svg").unlink()
    (folder / "brand/logo.svg").mkdir()

    assert _problems(folder) == [
        ("region.toml:16 brand.logo", '"brand/logo.svg" is a folder, not a file.', "Name the image in it.")
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
def test_content_that_is_wrong_says_where(folder, text, place, message):
    (folder / "content/a.md").write_text(text, encoding="utf-8")

    assert _problems(folder)[0][:2] == (place, message)


def test_content_without_a_home_page_is_refused(folder):
    (folder / "content/home.md").unlink()

    assert _problems(folder) == [("content", "has no home page.", 'Add a file with "type: home" in its front matter.')]


def test_files_that_are_not_utf8_are_refused_with_the_line(folder):
    (folder / "content/home.md").write_bytes(b"---\ntitle: Caf\xe9\n---\n")

    assert _problems(folder) == [
        (
            "content/home.md:2",
            "is not UTF-8 text.",
            "Save it as UTF-8: in most editors “Save as”, then choose the encoding.",
        )
    ]


@pytest.mark.parametrize(
    ("name", "place", "message"),
    [("nergens", "nergens", "does not exist."), ("leeg", "region.toml", "is missing.")],
)
def test_folder_that_is_no_instance_is_refused(tmp_path, name, place, message):
    (tmp_path / "leeg").mkdir()

    (problem,) = _problems(tmp_path / name)

    assert problem[0].endswith(place)
    assert problem[1] == message


@pytest.mark.parametrize("value", ["1", '"x"', "[]", "true", "1979-05-27", "{}"])
@pytest.mark.parametrize("key", ["region", "area", "brand", "organisation", "editors", "plugins", "hosting", "crisis"])
def test_manifest_with_any_type_anywhere_never_crashes(folder, key, value):
    kept = [part for part in ("\n" + TOML).split("\n[") if not part.lstrip("[").startswith(key)]
    text = f"{key} = {value}\n" + "\n[".join(kept).lstrip("\n")
    (folder / "region.toml").write_text(text, encoding="utf-8")

    try:
        _read(folder)
    except ManifestError as error:
        assert all(problem.message and problem.remedy for problem in error.problems)  # noqa: PT017 -- may be fine too
