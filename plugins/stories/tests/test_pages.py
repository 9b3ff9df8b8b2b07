"""The pages that visitors read."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zelfregie_core.models import HomePage, Theme
from zelfregie_stories.models import StoryIndexPage


def titles(response: Any) -> list[str]:
    return [story.title for story in response.context["stories"]]


def test_index_shows_published_stories_newest_first(client: Any, index_page: Any, make_story: Any) -> None:
    for title, status in [("Een", "published"), ("Twee", "published"), ("Wacht", "submitted")]:
        make_story(title, status)
    make_story("Weg", "withdrawn")
    make_story("Nee", "rejected")

    response = client.get("/verhalen/")

    assert titles(response) == ["Twee", "Een"]
    assert 'href="/verhalen/een/"' in response.content.decode()


def test_index_shows_one_theme(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Over rouw", theme="rouw")
    make_story("Over schulden", theme="schulden")

    response = client.get("/verhalen/", {"thema": "rouw"})

    assert titles(response) == ["Over rouw"]
    assert [theme.slug for theme in response.context["themes"]] == ["schulden", "rouw"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "Er zijn nog geen verhalen"),
        ({"thema": "rouw"}, "is er nog geen verhaal"),
        ({"thema": "x\x00y"}, "Dit thema kennen we niet"),
    ],
)
def test_index_says_kindly_that_there_is_nothing(
    client: Any, index_page: Any, query: dict[str, str], words: str
) -> None:
    response = client.get("/verhalen/", query)

    assert response.status_code == 200
    assert words in response.content.decode()


def test_index_pages_by_twelve_and_keeps_the_theme(client: Any, index_page: Any, make_story: Any) -> None:
    for number in range(13):
        make_story(f"Verhaal {number}", theme="rouw")

    first = client.get("/verhalen/", {"thema": "rouw"})
    last = client.get("/verhalen/", {"thema": "rouw", "p": "99"})

    assert (len(titles(first)), titles(last)) == (12, ["Verhaal 0"])
    assert "?thema=rouw&amp;p=2" in first.content.decode()


def test_index_asks_the_database_equally_often_for_more_stories(client: Any, index_page: Any, make_story: Any) -> None:
    counts = []
    for number in range(3):
        make_story(f"Verhaal {number}", theme="rouw")
        client.get("/verhalen/")  # Wagtail looks up the addresses of pages once
        with CaptureQueriesContext(connection) as queries:
            client.get("/verhalen/")
        counts.append(len(queries))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 25


def test_story_page_shows_the_paragraphs_and_escapes_html(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("<b>Na</b> de klap", body="Eén <script>x</script>\r\nregel twee\r\n\r\n\r\nTwee")

    text = client.get("/verhalen/bnab-de-klap/").content.decode()

    assert "<p>Eén &lt;script&gt;x&lt;/script&gt;<br>regel twee</p><p>Twee</p>" in text
    assert "&lt;b&gt;Na&lt;/b&gt; de klap" in text


def test_story_page_shows_others_of_the_same_theme(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Deze", theme="rouw")
    make_story("Ook rouw", theme="rouw")
    make_story("Schulden", theme="schulden")

    response = client.get("/verhalen/deze/")

    assert [story.title for story in response.context["others"]] == ["Ook rouw"]


def test_story_page_survives_the_end_of_its_theme(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Deze", theme="rouw")
    Theme.objects.get(slug="rouw").delete()

    assert client.get("/verhalen/deze/").status_code == 200


@pytest.mark.parametrize("status", ["submitted", "rejected", "withdrawn"])
def test_story_page_of_an_unpublished_story_is_not_found(
    client: Any, index_page: Any, make_story: Any, status: str
) -> None:
    make_story("Deze", status)

    assert client.get("/verhalen/deze/").status_code == 404


def test_stories_with_the_same_title_get_their_own_address(client: Any, index_page: Any, make_story: Any) -> None:
    slugs = [make_story("Het leven gaat door").slug, make_story("Het leven gaat door").slug, make_story("???").slug]

    assert slugs == ["het-leven-gaat-door", "het-leven-gaat-door-2", "verhaal"]


def test_long_titles_and_names_fit(client: Any, index_page: Any, make_story: Any) -> None:
    long = "Arbeidsongeschiktheidsverzekeringsmaatschappij" * 2
    story = make_story((long + " en meer " + long)[:120], author_name="N" * 60)

    response = client.get(f"/verhalen/{story.slug}/")

    assert (response.status_code, len(story.slug) <= 120) == (200, True)


def test_off_plugin_serves_neither_the_index_nor_a_story(
    client: Any, noord: Any, index_page: Any, make_story: Any
) -> None:
    from zelfregie_tenants.domain.plugins import set_plugin_enabled

    make_story("Deze")
    set_plugin_enabled(noord, "stories", enabled=False)
    off = [client.get(path).status_code for path in ("/verhalen/", "/verhalen/deze/", "/-/stories/insturen/")]
    set_plugin_enabled(noord, "stories", enabled=True)
    on = [client.get(path).status_code for path in ("/verhalen/", "/verhalen/deze/", "/-/stories/insturen/")]

    assert (off, on) == ([404, 404, 404], [200, 200, 200])


def test_sitemap_names_published_stories(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Deze")
    make_story("Wacht", "submitted")

    text = client.get("/sitemap.xml").content.decode()

    assert "<loc>http://noord.test/verhalen/deze/</loc>" in text
    assert "wacht" not in text


def test_home_page_shows_one_story_and_the_invitation(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Oud")
    make_story("Nieuw")

    text = client.get("/").content.decode()

    assert ('href="/verhalen/nieuw/"' in text, 'href="/verhalen/oud/"' in text) == (True, False)
    assert 'href="/-/stories/insturen/"' in text


def test_home_page_without_an_index_page_shows_no_story(client: Any, make_story: Any) -> None:
    make_story("Deze")

    text = client.get("/").content.decode()

    assert "Een verhaal" not in text


def test_theme_section_shows_the_stories_of_the_theme(rf: Any, index_page: Any, make_story: Any) -> None:
    from zelfregie_stories.hooks import theme_sections

    for number in range(4):
        make_story(f"Rouw {number}", theme="rouw")
    request = rf.get("/", headers={"host": "noord.test"})

    (rouw,) = theme_sections(request, Theme.objects.get(slug="rouw"))
    (schulden,) = theme_sections(request, Theme.objects.get(slug="schulden"))

    assert [story.title for story in rouw.context["stories"]] == ["Rouw 3", "Rouw 2", "Rouw 1"]
    assert rouw.more_url.endswith("/verhalen/?thema=rouw")
    assert (schulden.is_empty, schulden.more_url) == (True, "")


def test_search_finds_published_stories_by_word_forms(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Verlies", body="Mijn vader overleed. In groepen werd erover gepraat.")
    make_story("Wacht", "submitted", body="groep")

    response = client.get("/zoeken/", {"q": "groep"})

    found = [(result.title, str(result.kind)) for result in response.context["results"]]
    assert found == [("Verlies", "Verhaal")]


def test_search_finds_stories_of_a_theme_after_those_with_the_word(
    client: Any, index_page: Any, make_story: Any
) -> None:
    make_story("De lege stoel", theme="rouw")
    make_story("Rouw is ook boos zijn")
    make_story("De brief van de bank", theme="schulden")

    results = client.get("/zoeken/", {"q": "rouw"}).context["results"]

    stories = [result.title for result in results if result.kind == "Verhaal"]
    assert stories == ["Rouw is ook boos zijn", "De lege stoel"]


def test_search_ignores_operators_and_odd_signs(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Verlies")

    for query in ("' OR 1=1 --", '"', "a & | !", "%", "🙂" * 40):
        assert client.get("/zoeken/", {"q": query}).status_code == 200


def test_teaser_block_shows_stories_of_its_theme(client: Any, index_page: Any, make_story: Any) -> None:
    make_story("Over rouw", theme="rouw")
    make_story("Over schulden", theme="schulden")
    home = HomePage.objects.get()
    value = {"title": "Uit de buurt", "theme": "rouw", "number": 3}
    home.body = [("stories_teaser", value)]
    home.save()

    stories = client.get("/").content.decode().split("Uit de buurt")[1]

    assert ("Over rouw" in stories, "Over schulden" in stories) == (True, False)


def test_teaser_block_offers_the_themes_of_its_own_region(noord: Any, zuid: Any, in_region: Any) -> None:
    from zelfregie_stories.blocks import StoriesTeaserBlock

    Theme.objects.create(slug="alleen-noord", name="Alleen noord")
    block = StoriesTeaserBlock()

    here = dict(block.child_blocks["theme"].field.choices)
    with in_region(zuid):
        there = dict(block.child_blocks["theme"].field.choices)

    assert set(here) - set(there) == {"alleen-noord"}


def test_index_page_is_made_once(index_page: Any) -> None:
    assert StoryIndexPage.can_create_at(HomePage.objects.get()) is False
