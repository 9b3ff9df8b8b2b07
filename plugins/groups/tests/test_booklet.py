"""The booklet of groups: a tagged PDF, made of what is in the house, and calm where it cannot be made."""

import re
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from pdf_files import page_count, pdf_source, strings_of, tags_of
from PIL import Image

from zelfregie_core.domain.images import check_raster
from zelfregie_core.models import Branding, SiteSettings, Theme
from zelfregie_groups.domain import booklet
from zelfregie_groups.interfaces import booklet as views
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
BOOKLET = "/-/groups/boekje.pdf"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="#123456"/></svg>'
needs_pango = pytest.mark.skipif(
    not booklet.can_make_booklets(), reason="libpango is not installed (on Debian: apt-get install libpangoft2-1.0-0)"
)


@pytest.fixture(scope="module")
def finder(shared_rows, create_finder):
    return create_finder()


@pytest.fixture(scope="module", autouse=True)
def _site(finder):
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies"})
    Branding.objects.update_or_create(defaults={"site_name": "Zelfregie Noord"})
    settings = SiteSettings.load()
    settings.organisation_name, settings.email, settings.phone = "Stichting Noord", "info@noord.test", "045 123"
    settings.save()


def fetch(client, query=""):
    response = client.get(f"{BOOKLET}?{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return pdf_source(response.content)


@needs_pango
def test_booklet_is_tagged_and_says_what_it_is(client, finder, create_group):
    create_group("Rouwcafé", weekday=2, description="Koffie.", speaking="listen", **HEERLEN)

    source = fetch(client)

    assert b"/StructTreeRoot" in source
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true\s*>>", source)
    assert strings_of(source, "Lang")[0] == "nl"
    assert "Zelfhulpgroepen van Zelfregie Noord" in strings_of(source, "Title")
    assert b'pdfuaid:part="1"' in source or b"<pdfuaid:part>1</pdfuaid:part>" in source
    assert b"/DisplayDocTitle true" in source
    assert {"Document", "H1", "H2", "H3", "P", "L", "LI", "Link", "Figure", "Art", "Sect"} <= tags_of(source)


@needs_pango
def test_booklet_leaves_the_check_of_uploaded_images_as_strict_as_it_was(client, finder, create_group):
    create_group("Rouwcafé")
    booklet_of_all = client.get("/-/groups/boekje.pdf")

    whole = BytesIO()
    Image.new("RGB", (200, 200)).save(whole, "PNG")

    assert booklet_of_all.status_code == 200
    assert [problem[:18] for problem in check_raster(whole.getvalue()[:-30], ".png")] == ["is a damaged image"]


def test_every_figure_in_the_booklet_has_a_text(client, finder, create_group):
    create_group("Rouwcafé")
    create_group("Tweede")
    brand = Branding.load()
    brand.logo.save("logo.svg", ContentFile(LOGO))

    source = fetch(client)

    assert source.count(b"/S /Figure") == 3
    assert sorted(strings_of(source, "Alt")) == [
        "Logo van Zelfregie Noord",
        "QR-code naar de pagina van Rouwcafé",
        "QR-code naar de pagina van Tweede",
    ]


@needs_pango
def test_booklet_has_bookmarks_and_links(client, finder, create_group):
    create_group("Rouwcafé", slug="rouwcafe")

    source = fetch(client)

    titles = strings_of(source, "Title")
    assert [name for name in ("Over dit boekje", "Rouw en verlies", "Rouwcafé", "Hulp als het nu niet gaat")
            if name not in titles] == []  # fmt: skip
    assert "http://noord.test/groepen/rouwcafe/" in strings_of(source, "URI")
    assert {"tel:113", "tel:112", "mailto:info@noord.test"} <= set(strings_of(source, "URI"))
    assert page_count(source) >= 4


@needs_pango
def test_booklet_is_set_in_our_own_letter(client, finder, create_group):
    create_group("Rouwcafé")

    source = fetch(client)

    letters = {name.split(b"+")[-1].decode() for name in re.findall(rb"/FontName /([^\s/]+)", source)}
    assert letters == {"Atkinson-Hyperlegible-Next", "Atkinson-Hyperlegible-Next-Bold"}


@needs_pango
def test_booklet_takes_any_text(client, finder, create_group):
    create_group("🌻 مجموعة " + "lang" * 40, description="<script>x</script> &amp; Óver ştrange", city="<b>", size=8)
    create_group("<img src=https://elders.example/x.png>", themes=())

    source = fetch(client)

    assert "QR-code naar de pagina van <img src=https://elders.example/x.png>" in strings_of(source, "Alt")
    assert [uri for uri in strings_of(source, "URI") if "elders.example" in uri] == []


@needs_pango
def test_booklet_that_is_full_says_so(client, finder, create_group, monkeypatch):
    monkeypatch.setattr(views, "MOST_IN_A_BOOKLET", 2)
    for number in range(3):
        create_group(f"Groep {number}")

    source = fetch(client)

    assert len([text for text in strings_of(source, "Alt") if text.startswith("QR")]) == 2


def test_booklet_of_nothing_is_not_made(client, finder):
    response = client.get(f"{BOOKLET}?q=qwxz")

    assert response.status_code == 404
    assert "Er is geen groep gevonden om in het boekje te zetten." in response.content.decode()


@needs_pango
def test_booklet_is_kept_and_made_again_when_a_group_changes(client, finder, create_group):
    group = create_group("Rouwcafé")
    first = client.get(BOOKLET).content
    again = client.get(BOOKLET).content
    group.name = "Rouwgroep"
    group.save()

    changed = client.get(BOOKLET).content

    # A new one would have another moment and number inside.
    assert first == again
    assert "QR-code naar de pagina van Rouwgroep" in strings_of(pdf_source(changed), "Alt")


@needs_pango
def test_booklets_are_throttled_but_not_the_ones_that_are_kept(client, finder, create_group):
    for name in ("Een", "Twee"):
        create_group(name)
    most = views.LIMITS[0].tries
    kept = client.get(f"{BOOKLET}?q=een")
    for number in range(most - 1):
        views.allow(kept.wsgi_request, *views.LIMITS)
        assert number < most

    refused = client.get(f"{BOOKLET}?q=twee")
    from_cache = client.get(f"{BOOKLET}?q=een")

    assert (kept.status_code, refused.status_code, from_cache.status_code) == (200, 429, 200)
    assert refused["Retry-After"] == "600"
    assert 'href="/-/groups/lijst/?q=twee"' in refused.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x.png",
        "https://example.com/static/zelfregie_groups/booklet.css",
        "https://booklet.invalid@example.com/people.svg",
        "https://booklet.invalid:8000/people.svg",
        "http://booklet.invalid/people.svg",
        "file:///etc/passwd",
        "file:///static/zelfregie_groups/booklet.css",
        "ftp://booklet.invalid/people.svg",
        "https://booklet.invalid/static/../../../../../../etc/passwd",
        "https://booklet.invalid/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd.css",
        "https://booklet.invalid/static//etc/passwd.css",
        "https://booklet.invalid/static/zelfregie_groups/../../settings.css",
        "https://booklet.invalid/static/zelfregie_groups/group_page.js",
        "https://booklet.invalid/media/merk/logo.svg",
        "https://booklet.invalid/logo",
        "data:text/plain,x",
        "",
    ],
)
def test_layout_reads_nothing_that_is_not_ours(url):
    with pytest.raises(ValueError, match="booklet"):
        booklet.read_own(url, {"/people.svg": (b"<svg/>", "image/svg+xml")})


def test_layout_reads_our_styles_fonts_and_the_regions_own_files():
    files = {"/people.svg": (b"<svg/>", "image/svg+xml")}
    base = "https://booklet.invalid/static/"
    font = "zelfregie_core/vendor/atkinson-hyperlegible-next/atkinson-hyperlegible-next-latin-400-normal.woff2"

    assert booklet.read_own("https://booklet.invalid/people.svg", files) == (b"<svg/>", "image/svg+xml")
    assert booklet.read_own(f"{base}zelfregie_groups/booklet.css", files)[0].startswith(b"/* The booklet")
    assert booklet.read_own(f"{base}{font}", files)[0].startswith(b"wOF2")


@needs_pango
def test_layout_asks_only_our_own_reader(noord, caplog):
    """An address of elsewhere in the text of a booklet is refused by the reader; nothing else gets to see it."""
    page = '<html lang="nl"><title>x</title><img src="https://elders.example/x.png" alt="x"><p>Tekst</p></html>'

    pdf = booklet.make_booklet(page, Branding.load())

    assert pdf.startswith(b"%PDF")
    assert "a booklet fetches nothing from elsewhere: https://elders.example/x.png" in caplog.text


def test_a_logo_that_is_gone_does_not_matter(noord):
    brand = Branding.load()
    brand.logo = "merk/weg.svg"

    assert sorted(booklet.own_files(brand)) == ["/people.svg"]


def test_drawing_has_the_regions_own_colours(noord):
    brand = Branding(site_name="Noord", primary="#112233", accent="#aabbcc")

    drawing = booklet.people_drawing(brand)

    assert 'fill="#112233"' in drawing
    assert 'fill="#aabbcc"' in drawing
    assert 'class="zr-shape' not in drawing


def test_booklet_takes_only_reading(client, finder):
    assert client.post(BOOKLET).status_code == 405
    assert Group.objects.count() == 0
