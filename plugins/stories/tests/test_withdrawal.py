"""An author takes a story back."""

from http.cookies import SimpleCookie
from typing import Any

from zelfregie_core.models import HomePage
from zelfregie_stories.domain.links import author_token, find_by_token, thanks_path, withdraw_path
from zelfregie_stories.domain.moderation import publish_story
from zelfregie_stories.models import Story, StoryIndexPage


def test_withdraw_page_asks_first_and_is_private(client: Any, make_story: Any) -> None:
    story = make_story("Deze")

    page = client.get(withdraw_path(story))

    story.refresh_from_db()
    assert story.status == "published"
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "same-origin")
    assert '<meta name="robots" content="noindex, nofollow">' in page.content.decode()


def test_thanks_page_is_private(client: Any, make_story: Any) -> None:
    page = client.get(thanks_path(make_story("Deze", "submitted")))

    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.content.decode()


def test_withdraw_takes_the_story_off_every_page_at_once(client: Any, index_page: Any, make_story: Any) -> None:
    story = make_story("Een bijzondere titel", theme="rouw")
    pages = ["/", "/verhalen/", "/verhalen/?thema=rouw", "/zoeken/?q=bijzondere+titel", "/sitemap.xml"]
    before = ["een-bijzondere-titel" in client.get(path).content.decode() for path in pages]

    response = client.post(withdraw_path(story), follow=True)

    after = ["een-bijzondere-titel" in client.get(path).content.decode() for path in pages]
    assert (before, after) == ([True] * 5, [False] * 5)
    assert client.get("/verhalen/een-bijzondere-titel/").status_code == 404
    assert "Je verhaal is weg" in response.content.decode()


def test_withdraw_twice_says_it_is_gone(client: Any, make_story: Any) -> None:
    story = make_story("Deze")

    client.post(withdraw_path(story))
    closed_at = Story.objects.get().closed_at
    again = client.post(withdraw_path(story), follow=True)

    assert ("Je verhaal is weg" in again.content.decode(), Story.objects.get().closed_at) == (True, closed_at)


def test_link_that_was_changed_or_is_of_an_erased_story_does_not_work(client: Any, make_story: Any) -> None:
    story = make_story("Deze")
    path, token = withdraw_path(story), author_token(story)
    story.delete()

    for wrong in (path, path.replace(token, token[:-1]), path.replace(token, "x"), path.replace(token, ":")):
        page = client.post(wrong)
        assert (page.status_code, page["Cache-Control"]) == (404, "no-store")
        assert "Deze link werkt niet" in page.content.decode()


def test_link_of_one_region_is_worth_nothing_in_another(
    client: Any, zuid: Any, in_region: Any, region_client: Any, make_story: Any
) -> None:
    story = make_story("Van noord", pk=4711)
    with in_region(zuid):
        other = make_story("Van zuid", pk=4711)

    response = region_client(zuid).post(withdraw_path(story))

    with in_region(zuid):
        other.refresh_from_db()
        found = find_by_token(author_token(story))
    story.refresh_from_db()
    assert (response.status_code, found) == (404, None)
    assert (story.status, other.status) == ("published", "published")


def test_regions_show_their_own_stories(
    client: Any, zuid: Any, in_region: Any, region_client: Any, make_story: Any
) -> None:
    _index_and_story(make_story, "Van noord")
    with in_region(zuid):
        _index_and_story(make_story, "Van zuid")

    north, south = client.get("/verhalen/"), region_client(zuid).get("/verhalen/")

    assert [story.title for story in north.context["stories"]] == ["Van noord"]
    assert [story.title for story in south.context["stories"]] == ["Van zuid"]


def test_moderator_of_one_region_cannot_decide_in_another(
    client: Any, zuid: Any, in_region: Any, region_client: Any, make_story: Any, user_with_role: Any
) -> None:
    from zelfregie_core.domain.roles import Role

    make_story("Van noord", "submitted", pk=4711)
    with in_region(zuid):
        make_story("Van zuid", "submitted", pk=4711)
    client.force_login(user_with_role(Role.MODERATOR))
    stranger = region_client(zuid)
    stranger.cookies = SimpleCookie({name: cookie.value for name, cookie in client.cookies.items()})

    stranger.post("/admin/stories_moderation/inspect/4711/", {"decision": "publish"})
    client.post("/admin/stories_moderation/inspect/4711/", {"decision": "publish"})

    with in_region(zuid):
        there = Story.objects.get(pk=4711).status
    assert (Story.objects.get(pk=4711).status, there) == ("published", "submitted")


def _index_and_story(make_story: Any, title: str) -> None:
    HomePage.objects.get().add_child(instance=StoryIndexPage(title="Verhalen", slug="verhalen"))
    story = make_story(title, "submitted", pk=4711)
    publish_story(story)
