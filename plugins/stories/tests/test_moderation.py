"""What moderators and editors do in the admin."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from zelfregie_core.domain.roles import Role
from zelfregie_stories.domain.errors import StoryStateError
from zelfregie_stories.domain.hints import hint_pieces
from zelfregie_stories.domain.links import withdraw_path
from zelfregie_stories.domain.moderation import publish_story, reject_story, take_offline, withdraw_story
from zelfregie_stories.models import Story


def review_url(story: Story) -> str:
    return reverse("stories_moderation:inspect", args=[story.pk])


def edit_url(story: Story) -> str:
    return reverse("stories_moderation:edit", args=[story.pk])


def log_lines(story: Story) -> list[tuple[str, str, str | None]]:
    entries = ModelLogEntry.objects.for_instance(story).order_by("timestamp", "pk")
    return [(entry.action, entry.label, entry.user and entry.user.username) for entry in entries]


def test_queue_shows_waiting_stories_first(client: Any, make_story: Any, user_with_role: Any) -> None:
    make_story("Geplaatst")
    make_story("Wacht lang", "submitted")
    make_story("Wacht kort", "submitted")
    make_story("Vraagt zorg", "submitted", needs_care=True)
    client.force_login(user_with_role(Role.MODERATOR))

    everything = client.get(reverse("stories_moderation:index"))
    waiting = client.get(reverse("stories_moderation:waiting"))

    assert [story.title for story in everything.context["object_list"]] == [
        "Vraagt zorg",
        "Wacht kort",
        "Wacht lang",
        "Geplaatst",
    ]
    assert [story.title for story in waiting.context["object_list"]] == ["Vraagt zorg", "Wacht lang", "Wacht kort"]


def test_queue_can_be_searched_filtered_and_sorted(client: Any, make_story: Any, user_with_role: Any) -> None:
    make_story("Appel")
    make_story("Peer", "submitted")
    client.force_login(user_with_role(Role.MODERATOR))
    url = reverse("stories_moderation:index")

    found = [
        [story.title for story in client.get(url, query).context["object_list"]]
        for query in ({"q": "app"}, {"status": "submitted"}, {"ordering": "submitted_at"})
    ]

    assert found == [["Appel"], ["Peer"], ["Appel", "Peer"]]


def test_queue_asks_the_database_equally_often_for_more_stories(
    client: Any, make_story: Any, user_with_role: Any
) -> None:
    client.force_login(user_with_role(Role.MODERATOR))
    counts = []
    for number in range(3):
        make_story(f"Verhaal {number}", "submitted", theme="rouw")
        client.get(reverse("stories_moderation:index"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("stories_moderation:index"))
        counts.append(len(queries))

    assert counts == [counts[0]] * 3


def test_review_shows_everything_with_hints(client: Any, make_story: Any, user_with_role: Any) -> None:
    story = make_story("Met Jan Jansen", "submitted", body="Bel 06-12345678.", contact_email="karin@example.nl")
    client.force_login(user_with_role(Role.MODERATOR))

    text = client.get(review_url(story)).content.decode()

    assert '<mark title="voor- en achternaam">Met Jan Jansen</mark>' in text or ">Jan Jansen</mark>" in text
    assert '<mark title="telefoonnummer">06-12345678</mark>' in text
    assert "karin@example.nl" in text


def test_hints_mark_what_gives_a_person_away() -> None:
    text = (
        "Op 3 maart 2024 belde Piet van der Berg (piet@example.nl, 06 12 34 56 78) uit 6411 AB. "
        "Ik woon in Heerlen en ben 45."
    )

    pieces = hint_pieces(text)

    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.kind) for piece in pieces if piece.kind] == [
        ("3 maart 2024", "date"),
        ("Piet van der Berg", "name"),
        ("piet@example.nl", "email"),
        ("06 12 34 56 78", "phone"),
        ("6411 AB", "postcode"),
    ]


def test_publish_puts_the_story_on_the_site(
    client: Any, index_page: Any, make_story: Any, user_with_role: Any, django_capture_on_commit_callbacks: Any
) -> None:
    story = make_story("Na de klap", "submitted", contact_email="karin@example.nl")
    client.force_login(user_with_role(Role.MODERATOR))

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(review_url(story), {"decision": "publish"})

    story.refresh_from_db()
    assert response.status_code == 302
    assert (story.status, story.slug) == ("published", "na-de-klap")
    assert client.get("/verhalen/na-de-klap/").status_code == 200
    assert log_lines(story) == [("zelfregie_stories.publish", f"Verhaal {story.pk}", "moderator")]
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["karin@example.nl"], "Je verhaal staat op de site")
    assert "http://noord.test/verhalen/na-de-klap/" in message.body
    assert f"http://noord.test{withdraw_path(story)}" in message.body


def test_reject_needs_a_reason_and_tells_the_author(
    client: Any, make_story: Any, user_with_role: Any, django_capture_on_commit_callbacks: Any
) -> None:
    story = make_story("Na de klap", "submitted", contact_email="karin@example.nl")
    client.force_login(user_with_role(Role.MODERATOR))

    refused = client.post(review_url(story), {"decision": "reject", "reason": " "})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(review_url(story), {"decision": "reject", "reason": "Er staan namen in."})

    story.refresh_from_db()
    assert "Schrijf in een of twee zinnen waarom" in refused.content.decode()
    assert (story.status, story.moderation_note) == ("rejected", "Er staan namen in.")
    assert log_lines(story) == [("zelfregie_stories.reject", f"Verhaal {story.pk}", "moderator")]
    (message,) = mail.outbox
    assert ("Er staan namen in." in message.body, "Na de klap" in message.body) == (True, False)


def test_take_offline_makes_the_story_wait_again(
    client: Any, index_page: Any, make_story: Any, user_with_role: Any
) -> None:
    story = make_story("Na de klap")
    client.force_login(user_with_role(Role.ADMINISTRATOR))

    client.post(review_url(story), {"decision": "take_offline"})

    story.refresh_from_db()
    assert (story.status, story.slug, story.search_text) == ("submitted", None, "")
    assert client.get("/verhalen/na-de-klap/").status_code == 404


@pytest.mark.parametrize("decision", ["publish", "reject", "take_offline"])
def test_editor_may_not_decide(client: Any, make_story: Any, user_with_role: Any, decision: str) -> None:
    story = make_story("Deze", "published" if decision == "take_offline" else "submitted")
    client.force_login(user_with_role(Role.EDITOR))

    response = client.post(review_url(story), {"decision": decision, "reason": "Omdat."})

    before = story.status
    story.refresh_from_db()
    assert response.status_code in (302, 403)
    assert story.status == before


def test_editor_reads_without_the_address_and_without_buttons(
    client: Any, make_story: Any, user_with_role: Any
) -> None:
    story = make_story("Deze", "submitted", contact_email="karin@example.nl")
    client.force_login(user_with_role(Role.EDITOR))

    text = client.get(review_url(story)).content.decode()

    assert ("Ik viel stil." in text, "karin@example.nl" in text, 'name="decision"' in text) == (True, False, False)


def test_editor_changes_the_text_of_a_waiting_story(client: Any, make_story: Any, user_with_role: Any) -> None:
    story = make_story("Deze", "submitted")
    client.force_login(user_with_role(Role.EDITOR))

    client.post(edit_url(story), {"title": "Beter", "author_name": "K.", "theme": "", "body": "Nieuw."})

    story.refresh_from_db()
    assert (story.title, story.author_name, story.body, story.status) == ("Beter", "K.", "Nieuw.", "submitted")
    assert log_lines(story) == [("wagtail.edit", f"Verhaal {story.pk}", "editor")]


def test_editor_may_not_change_a_published_story(client: Any, make_story: Any, user_with_role: Any) -> None:
    story = make_story("Deze")
    client.force_login(user_with_role(Role.EDITOR))

    client.post(edit_url(story), {"title": "Anders", "author_name": "K.", "theme": "", "body": "Nieuw."})

    story.refresh_from_db()
    assert story.title == "Deze"


def test_moderator_changes_a_published_story_and_search_follows(
    client: Any, index_page: Any, make_story: Any, user_with_role: Any
) -> None:
    story = make_story("Deze", body="Over Jan Jansen.")
    client.force_login(user_with_role(Role.MODERATOR))

    client.post(edit_url(story), {"title": "Deze", "author_name": "K.", "theme": "", "body": "Over hem."})

    story.refresh_from_db()
    assert (story.status, story.search_text) == ("published", "Deze\nK.\nOver hem.")


@pytest.mark.parametrize("name", ["index", "waiting"])
def test_coordinator_and_visitor_see_no_stories_in_the_admin(
    client: Any, make_story: Any, user_with_role: Any, name: str
) -> None:
    visitor = client.get(reverse(f"stories_moderation:{name}"))
    client.force_login(user_with_role(Role.COORDINATOR))
    coordinator = client.get(reverse(f"stories_moderation:{name}"))

    assert visitor["Location"].startswith("/admin/login/")
    assert coordinator.status_code == 302


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.EDITOR, (True, False)),
        (Role.MODERATOR, (True, True)),
        (Role.ADMINISTRATOR, (True, True)),
        (Role.COORDINATOR, (False, False)),
    ],
)
def test_menu_follows_the_permissions(client: Any, user_with_role: Any, role: Role, shown: tuple[bool, bool]) -> None:
    client.force_login(user_with_role(role))

    text = client.get("/admin/").content.decode()

    assert ("/admin/stories_moderation/&quot;" in text or '/admin/stories_moderation/"' in text) is shown[0]
    assert ("/admin/stories_moderation/wachtrij/" in text) is shown[1]


@pytest.mark.parametrize("path", ["new/", "delete/1/", "usage/1/"])
def test_stories_are_neither_added_nor_deleted_in_the_admin(client: Any, admin_user: Any, path: str) -> None:
    client.force_login(admin_user)

    assert client.get(f"/admin/stories_moderation/{path}").status_code == 404


def test_publish_refuses_what_its_author_withdrew(make_story: Any) -> None:
    story = make_story("Deze", "submitted")
    withdraw_story(story)

    with pytest.raises(StoryStateError, match="teruggetrokken"):
        publish_story(story)


def test_publish_twice_is_refused(make_story: Any) -> None:
    with pytest.raises(StoryStateError, match="al op de site"):
        publish_story(make_story("Deze"))


def test_reject_and_take_offline_refuse_the_wrong_state(make_story: Any) -> None:
    with pytest.raises(StoryStateError, match="Haal het eerst van de site"):
        reject_story(make_story("Deze"), "Omdat.")
    with pytest.raises(StoryStateError, match="staat niet op de site"):
        take_offline(make_story("Die", "submitted"))


def test_rejected_story_may_still_be_published(make_story: Any) -> None:
    story = publish_story(reject_story(make_story("Deze", "submitted"), "Een vergissing."))

    assert (story.status, story.closed_at, story.moderation_note) == ("published", None, "")


def test_history_says_what_happened_in_dutch(client: Any, make_story: Any, user_with_role: Any) -> None:
    story = make_story("Deze")
    take_offline(story)
    client.force_login(user_with_role(Role.MODERATOR))

    text = client.get(reverse("stories_moderation:history", args=[story.pk])).content.decode()

    assert ("Verhaal geplaatst" in text, "Verhaal van de site gehaald" in text) == (True, True)
