"""A region's site as a visitor meets it: pages, navigation, search, and what it sends along."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction, Site

from zelfregie_core.domain.site_search import search_site
from zelfregie_core.models import ContentPage, HomePage, LegalPage, SiteSettings, Theme, ThemeIndexPage, ThemePage
from zelfregie_core.plugins import SearchResult, hookimpl

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(noord) -> HomePage:
    return HomePage.objects.get()


def add(parent: Page, page: Page) -> Page:
    parent.add_child(instance=page)
    return page


@pytest.fixture
def theme_page(home: HomePage) -> ThemePage:
    index = add(home, ThemeIndexPage(title="Thema's", slug="themas", show_in_menus=True))
    theme = Theme.objects.get(slug="burn-out")
    return add(index, ThemePage(title="Burn-out", slug="burn-out", theme=theme, intro="Alles is op."))


@pytest.fixture
def legal_pages(home: HomePage) -> list[LegalPage]:
    kinds = LegalPage.Kind
    return [add(home, LegalPage(title=kind.label.capitalize(), slug=kind.value, kind=kind)) for kind in kinds]


def test_home_page_answers_with_its_own_name_and_one_search_form(client, home: HomePage) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert response.context["brand"].site_name == "Zelfregie Noord"
    assert response.content.decode().count('name="plaats"') == 1


def test_navigation_follows_the_page_tree_and_leaves_drafts_out(client, home: HomePage, theme_page) -> None:
    add(home, ContentPage(title="Wat is zelfhulp?", slug="wat-is-zelfhulp", show_in_menus=True))
    add(home, ContentPage(title="Nog niet klaar", slug="concept", show_in_menus=True, live=False))
    add(home, ContentPage(title="Niet in het menu", slug="los", show_in_menus=False))

    response = client.get("/themas/")

    links = [(link.title, link.url, link.is_current) for link in response.context["navigation"]]
    assert links == [("Thema's", "/themas/", True), ("Wat is zelfhulp?", "/wat-is-zelfhulp/", False)]


def test_footer_links_to_the_legal_pages_in_a_fixed_order(client, home, legal_pages) -> None:
    response = client.get("/")

    assert [link.url for link in response.context["footer_links"]] == [
        "/about/",
        "/privacy/",
        "/accessibility/",
        "/crisis/",
    ]
    assert response.context["crisis_url"] == "/crisis/"


@pytest.mark.parametrize("path", ["/", "/themas/", "/themas/burn-out/", "/privacy/", "/zoeken/", "/zoeken/?q=rouw"])
def test_crisis_help_is_on_every_page(client, home, theme_page, legal_pages, path: str) -> None:
    html = client.get(path).content.decode()

    assert 'href="/crisis/"' in html
    assert "113" in html


def test_unknown_page_helps_on(client, home) -> None:
    response = client.get("/bestaat-niet/")

    assert response.status_code == 404
    assert "Deze pagina" in response.content.decode()


def test_theme_page_without_groups_or_stories_says_so(client, theme_page) -> None:
    response = client.get("/themas/burn-out/")

    assert response.context["all_empty"] is True


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("burn-out", ["Burn-out"]),
        ("overspannen", ["Burn-out"]),
        ("ik ben opgebrand", ["Burn-out"]),
        ("wandelende", ["Wandelen helpt"]),
        ("qwertyuiop", []),
        ("", []),
        ("   ", []),
        ("%_'\";--\x00", []),
    ],
)
def test_search_finds_by_word_stem_and_synonym(rf, home, theme_page, query: str, found: list[str]) -> None:
    add(home, ContentPage(title="Wandelen helpt", slug="wandelen", intro="Samen wandelen met anderen."))
    add(home, ContentPage(title="Concept over wandelen", slug="concept", live=False))
    request = rf.get("/zoeken/", SERVER_NAME="noord.test")

    outcome = search_site(request, query)

    assert [result.title for result in outcome.results] == found


def test_search_shows_results_of_plugins_first(rf, home, theme_page, temporary_plugin) -> None:
    @hookimpl
    def search_results(request, query):
        return [SearchResult(f"Groep {query}", "/groepen/x/", "Elke week", "Groep")]

    temporary_plugin("proef", search_results=search_results)
    request = rf.get("/zoeken/", SERVER_NAME="noord.test")

    outcome = search_site(request, "burn-out")

    titles = [result.title for result in outcome.results]
    assert titles.index("Groep burn-out") < titles.index("Burn-out")


def test_very_long_search_is_cut(client, home) -> None:
    response = client.get("/zoeken/", {"q": "a" * 5000})

    assert response.context["query"] == "a" * 100


def test_public_pages_allow_no_inline_code_and_no_other_host(client, home) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_every_answer_says_what_it_may_ask_of_a_device(client, home) -> None:
    policies = [client.get(path).headers["Permissions-Policy"] for path in ("/", "/niets-hier/", "/admin/login/")]

    features = dict(part.split("=", 1) for part in policies[0].split(", "))
    assert len(set(policies)) == 1
    assert {name for name, who in features.items() if who == "(self)"} == {"autoplay", "geolocation"}
    assert {features[name] for name in ("camera", "microphone", "payment", "usb")} == {"()"}


def test_brand_stylesheet_is_the_regions_own(client, home) -> None:
    response = client.get("/merk.css")

    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.content.decode().startswith(":root {\n  --zr-primary: #7a1f5c;")


def test_sitemap_and_robots_name_this_region_only(client, home, theme_page) -> None:
    sitemap = client.get("/sitemap.xml").content.decode()
    robots = client.get("/robots.txt").content.decode()

    assert "<loc>http://noord.test/themas/burn-out/</loc>" in sitemap
    assert "zuid" not in sitemap
    assert robots.splitlines()[-1] == "Sitemap: http://noord.test/sitemap.xml"


def test_demo_data_is_marked_on_every_page(client, home) -> None:
    details = SiteSettings.load()
    details.is_demo = True
    details.save()

    assert client.get("/").context["is_demo"] == True  # noqa: E712 -- a lazy object
    assert "voorbeeld" in client.get("/").content.decode().lower()


def test_body_blocks_render_their_text_and_escape_it(client, home) -> None:
    body = [
        {"type": "heading", "value": "Kop <script>"},
        {"type": "paragraph", "value": "<p>Een alinea met <b>nadruk</b>.</p>"},
        {"type": "quote", "value": {"text": "Ik ben niet alleen", "author": "Jo"}},
        {"type": "tips", "value": {"title": "Tips", "items": ["Slaap", "Wandel"]}},
        {"type": "faq", "value": {"items": [{"question": "Moet ik praten?", "answer": "<p>Nee.</p>"}]}},
        {
            "type": "call_to_action",
            "value": {"text": "Verder", "label": "Zoek", "page": None, "url": "https://example.org/"},
        },
        {"type": "contact", "value": None},
    ]
    add(home, ContentPage(title="Blokken", slug="blokken", body=json.dumps(body)))

    html = client.get("/blokken/").content.decode()

    assert "Kop &lt;script&gt;" in html
    for text in ["<b>nadruk</b>", "Ik ben niet alleen", "Wandel", "Moet ik praten?", "Zoek"]:
        assert text in html


def test_site_follows_the_primary_domain(noord) -> None:
    assert Site.objects.get(is_default_site=True).hostname == "noord.test"


def test_menu_and_footer_leave_out_what_is_restricted_and_ask_once(client, home, legal_pages) -> None:
    shown = add(home, ContentPage(title="Wat is zelfhulp?", slug="wat-is-zelfhulp", show_in_menus=True))
    closed = add(home, ContentPage(title="Besloten", slug="besloten", show_in_menus=True))
    for page in (closed, legal_pages[0]):
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    with CaptureQueriesContext(connection) as queries:
        context = client.get(shown.url).context

    assert [link.title for link in context["navigation"]] == ["Wat is zelfhulp?"]
    assert len(context["footer_links"]) == len(legal_pages) - 1
    assert sum('AS "legal_kind"' in query["sql"] for query in queries) == 1


@pytest.mark.parametrize("on", ["itself", "above", "source", "source above"])
def test_restricted_page_and_its_aliases_ask_for_the_password(client, home, on: str) -> None:
    parent = add(home, ContentPage(title="Boven", slug="boven"))
    page = add(parent, ContentPage(title="Eronder", slug="eronder"))
    alias = parent.create_alias(update_slug="kopie", parent=home, recursive=True)
    restricted = {"itself": page, "above": parent, "source": page, "source above": parent}[on]
    PageViewRestriction.objects.create(page=restricted, restriction_type="password", password="geheim")
    served = alias.get_children().get() if on.startswith("source") else page

    response = client.get(served.url)

    assert response.templates[0].name == "wagtailcore/password_required.html"


def test_password_of_a_closed_page_opens_it(client, home) -> None:
    page = add(home, ContentPage(title="Besloten", slug="besloten", intro="Voor wie het weet."))
    closed = PageViewRestriction.objects.create(page=page, restriction_type="password", password="geheim")
    address = reverse("wagtailcore_authenticate_with_password", args=[closed.pk, page.pk])

    answers = [client.post(address, {"password": word, "return_url": page.url}) for word in ("mis", "geheim")]

    assert [answer.status_code for answer in answers] == [200, 302]
    assert "Voor wie het weet." in client.get(page.url).content.decode()


def test_page_below_the_home_page_is_served_without_reading_the_home_pages_text(client, home) -> None:
    page = add(home, ContentPage(title="Wat is zelfhulp?", slug="wat-is-zelfhulp"))

    with CaptureQueriesContext(connection) as queries:
        response = client.get(page.url)

    assert response.status_code == 200
    assert [query["sql"] for query in queries if "zelfregie_core_homepage" in query["sql"]] == []
