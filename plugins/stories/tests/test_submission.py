"""Sending in a story."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import SiteSettings, Theme
from zelfregie_stories.domain.consent import CONSENT_DETAILS, CONSENT_LABEL, CONSENT_VERSION, consent_text
from zelfregie_stories.domain.crisis import has_crisis_words
from zelfregie_stories.domain.links import thanks_path, withdraw_path
from zelfregie_stories.models import Story

SUBMIT = "/-/stories/insturen/"


def test_submit_keeps_the_story_for_the_moderators(client: Any, answers: dict[str, str]) -> None:
    response = client.post(SUBMIT, answers)

    story = Story.objects.get()
    assert (response.status_code, response["Location"]) == (302, thanks_path(story))
    assert (story.title, story.author_name, story.theme.slug) == ("Na de klap", "Karin", "rouw")
    assert story.body == "Ik viel stil.\n\nEn toen kwam ik hier."
    assert (story.status, story.slug, story.search_text) == ("submitted", None, "")
    assert (story.consent_text, story.consent_version) == (consent_text(), CONSENT_VERSION)
    assert story.consent_text == f"{CONSENT_LABEL} {CONSENT_DETAILS}"
    assert story.consent_at is not None
    assert story.needs_care is False


def test_submit_stores_the_text_and_the_address_encrypted(client: Any, answers: dict[str, str]) -> None:
    client.post(SUBMIT, answers)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM zelfregie_stories_story")
        stored = str(cursor.fetchall())
    told = ("viel stil", "karin@example.nl", "Na de klap", "Karin")
    assert [text for text in told if text in stored] == []


def test_form_shows_the_consent_text_and_how_long_things_are_kept(client: Any) -> None:
    page = client.get(SUBMIT)

    text = page.content.decode()
    assert str(CONSENT_LABEL) in text
    assert str(CONSENT_DETAILS) in text
    assert "Dan wissen we het na 30 dagen" in text
    assert page["Cache-Control"] == "no-store"


def test_form_chooses_the_theme_that_the_link_names(client: Any) -> None:
    page = client.get(SUBMIT, {"thema": "rouw"})

    assert page.context["form"]["theme"].value() == Theme.objects.get(slug="rouw").pk


def test_form_ignores_an_unknown_theme_in_the_link(client: Any) -> None:
    page = client.get(SUBMIT, {"thema": "bestaat-niet\x00"})

    assert page.context["form"]["theme"].value() is None


def test_submit_loses_nothing_when_something_is_missing(client: Any, answers: dict[str, str]) -> None:
    del answers["consent"]
    answers["contact_email"] = "geen adres"

    page = client.post(SUBMIT, answers)

    form = page.context["form"]
    assert Story.objects.count() == 0
    assert set(form.errors) == {"consent", "contact_email"}
    assert [form[name].value() for name in ("title", "author_name", "theme", "body", "contact_email", "stamp")] == [
        answers[name] for name in ("title", "author_name", "theme", "body", "contact_email", "stamp")
    ]
    assert "Ik viel stil." in page.content.decode()


@pytest.mark.parametrize("name", ["title", "author_name", "body"])
def test_submit_asks_for_what_is_empty(client: Any, answers: dict[str, str], name: str) -> None:
    page = client.post(SUBMIT, {**answers, name: "  \n "})

    assert list(page.context["form"].errors) == [name]


def test_submit_accepts_exactly_the_longest_text_with_line_breaks(client: Any, answers: dict[str, str]) -> None:
    client.post(SUBMIT, {**answers, "body": "a" * 19_999 + "\r\n" + "b"})
    client.post(SUBMIT, {**answers, "body": "a" * 19_998 + "\r\n" + "b"})

    assert [len(story.body) for story in Story.objects.all()] == [20_000]


def test_submit_asks_a_program_that_fills_in_the_trap_to_send_again(client: Any, answers: dict[str, str]) -> None:
    page = client.post(SUBMIT, {**answers, "website": "https://spam.example"})
    form = page.context["form"]

    again = {name: form[name].value() or "" for name in form.fields}
    response = client.post(SUBMIT, {**again, "consent": "on"})

    assert (form.non_field_errors().as_data()[0].code, form["website"].value()) == ("doubtful", "")
    assert (response.status_code, Story.objects.count()) == (302, 1)


def test_submit_asks_who_is_faster_than_people_to_wait(
    client: Any, answers: dict[str, str], time_machine_seconds: Any
) -> None:
    stamp = client.get(SUBMIT).context["form"]["stamp"].value()

    too_fast = client.post(SUBMIT, {**answers, "stamp": stamp})
    time_machine_seconds(5)
    response = client.post(SUBMIT, {**answers, "stamp": stamp})

    assert too_fast.context["form"].non_field_errors().as_data()[0].code == "doubtful"
    assert (response.status_code, Story.objects.count()) == (302, 1)


@pytest.mark.parametrize("stamp", ["", "verzonnen", "e30:1abc:xyz"])
def test_submit_gives_a_form_without_a_right_stamp_a_new_one(client: Any, answers: dict[str, str], stamp: str) -> None:
    page = client.post(SUBMIT, {**answers, "stamp": stamp})

    assert Story.objects.count() == 0
    assert page.context["form"]["stamp"].value() not in ("", stamp)


def test_submit_twice_makes_one_story(client: Any, answers: dict[str, str]) -> None:
    first = client.post(SUBMIT, answers)
    second = client.post(SUBMIT, answers)

    assert Story.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_submit_again_with_another_text_makes_another_story(client: Any, answers: dict[str, str]) -> None:
    client.post(SUBMIT, answers)
    client.post(SUBMIT, {**answers, "body": "Een heel ander verhaal."})

    assert Story.objects.count() == 2


def test_submit_is_limited_per_address_and_loses_nothing(client: Any, answers: dict[str, str]) -> None:
    for number in range(5):
        client.post(SUBMIT, {**answers, "title": f"Verhaal {number}"}, REMOTE_ADDR="192.0.2.7")

    page = client.post(SUBMIT, {**answers, "title": "De zesde"}, REMOTE_ADDR="192.0.2.7")
    other = client.post(SUBMIT, {**answers, "title": "Van een ander"}, REMOTE_ADDR="192.0.2.8")

    assert (page.status_code, page.context["form"]["title"].value()) == (429, "De zesde")
    assert (other.status_code, Story.objects.count()) == (302, 6)


def test_rate_limit_keeps_no_address(client: Any, answers: dict[str, str]) -> None:
    from django.core.cache import cache

    client.post(SUBMIT, answers, REMOTE_ADDR="192.0.2.7")

    keys = [key for key in cache._cache if "stories:submit:" in key]
    assert len(keys) == 2
    assert [key for key in keys if "192.0.2.7" in key] == []
    assert all(key.split(":")[1] == "region_noord" or "region_noord" in key for key in keys)


@pytest.mark.parametrize(
    "text",
    [
        "Ik dacht aan zelfmoordgedachten.",
        "Ik wilde niet meer leven",
        "SUÏCIDE",
        "suïcidaal",
        "Ik wil  dood",
        "Ik wil doodgaan.",
        "een eind aan\nmijn leven",
    ],
)
def test_crisis_words_are_found(text: str) -> None:
    assert has_crisis_words(text) is True


@pytest.mark.parametrize("text", ["", "Mijn man is dood.", "Het leven is goed."])
def test_crisis_words_are_not_found_elsewhere(text: str) -> None:
    assert has_crisis_words("", text) is False


def test_submit_shows_help_at_once_and_never_blocks(client: Any, answers: dict[str, str]) -> None:
    response = client.post(SUBMIT, {**answers, "body": "Ik wilde niet meer leven."}, follow=True)

    text = response.content.decode()
    assert Story.objects.get().needs_care is True
    assert ('id="nu-hulp"' in text, 'href="tel:112"' in text, "Bel je huisarts" in text) == (True, True, True)


def test_thanks_page_without_crisis_words_shows_no_alarm(client: Any, answers: dict[str, str]) -> None:
    text = client.post(SUBMIT, answers, follow=True).content.decode()

    assert 'id="nu-hulp"' not in text
    assert f"http://noord.test{withdraw_path(Story.objects.get())}" in text


def test_submit_mails_the_author_and_the_moderators(
    client: Any, answers: dict[str, str], user_with_role: Any, django_capture_on_commit_callbacks: Any
) -> None:
    for role in Role:
        user_with_role(role)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(SUBMIT, answers)

    story = Story.objects.get()
    author, moderators = mail.outbox
    assert (author.to, author.subject) == (["karin@example.nl"], "We hebben je verhaal ontvangen")
    assert f"http://noord.test{withdraw_path(story)}" in author.body
    assert moderators.to == ["administrator@noord.test", "moderator@noord.test"]
    assert moderators.subject == "Er wacht een nieuw verhaal"
    assert f"http://noord.test/admin/stories_moderation/inspect/{story.pk}/" in moderators.body
    for message in mail.outbox:
        assert [word for word in ("Na de klap", "viel stil", "toen kwam") if word in str(message.message())] == []


def test_mail_asks_moderators_to_look_today_when_there_are_crisis_words(
    client: Any, answers: dict[str, str], django_capture_on_commit_callbacks: Any
) -> None:
    details = SiteSettings.load()
    details.email = "info@noord.test"
    details.save()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(SUBMIT, {**answers, "contact_email": "", "title": "Over zelfmoord"})

    (message,) = mail.outbox
    assert (message.to, message.subject) == (["info@noord.test"], "Nieuw verhaal: wil je vandaag kijken?")


def test_submit_without_moderators_or_organisation_sends_no_mail(
    client: Any, answers: dict[str, str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(SUBMIT, {**answers, "contact_email": ""})

    assert mail.outbox == []


def test_mail_with_a_line_break_in_the_name_of_the_region_is_sent(
    client: Any, answers: dict[str, str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(SUBMIT, {**answers, "author_name": "Karin\r\nBcc: alle@example.nl"})

    assert Story.objects.get().author_name == "Karin Bcc: alle@example.nl"
    assert [message.recipients() for message in mail.outbox] == [["karin@example.nl"]]
