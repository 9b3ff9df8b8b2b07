"""Switching a plugin off loses nothing, and works in every process at once."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from zelfregie_core.models import ContentPage, HomePage

TEASER = {"type": "stories_teaser", "id": "0b3f1c58-0000-4000-8000-000000000001"}
VALUE = {"title": "Verhalen", "theme": "rouw", "number": 2}
HEADING = {"type": "heading", "value": "Kop", "id": "0b3f1c58-0000-4000-8000-000000000002"}


@pytest.fixture
def page_with_block(home: HomePage) -> ContentPage:
    body = json.dumps([{**TEASER, "value": VALUE}, HEADING])
    return home.add_child(instance=ContentPage(title="Over ons", slug="over-ons", body=body))


def raw(page: ContentPage) -> list[dict[str, Any]]:
    return list(ContentPage.objects.get(pk=page.pk).body.raw_data)


def edit_form(client: Any, page: ContentPage) -> str:
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def save_in_the_editor(client: Any, page: ContentPage, heading: str) -> Any:
    """What the browser sends when an editor changes the heading and publishes."""
    body = streamfield(
        [
            ("stories_teaser", {"title": VALUE["title"], "theme": VALUE["theme"], "number": "2"}),
            ("heading", heading),
        ]
    )
    body["0"]["id"], body["1"]["id"] = TEASER["id"], HEADING["id"]
    data = {"title": page.title, "slug": page.slug, "intro": "", "body": body, "action-publish": "1"}
    data |= {"comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}}
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(data))


@pytest.mark.django_db
def test_page_saved_while_the_plugin_is_off_keeps_its_block(
    client: Any, administrator: Any, page_with_block: ContentPage, switch: Any
) -> None:
    client.force_login(administrator)
    switch("stories", enabled=False)

    response = save_in_the_editor(client, page_with_block, "Andere kop")

    assert response.status_code == 302
    assert raw(page_with_block) == [{**TEASER, "value": VALUE}, {**HEADING, "value": "Andere kop"}]


@pytest.mark.django_db
def test_block_of_an_off_plugin_is_not_shown_and_comes_back(
    client: Any, page_with_block: ContentPage, switch: Any
) -> None:
    from zelfregie_core.models import Theme
    from zelfregie_stories.domain.moderation import publish_story
    from zelfregie_stories.models import Story, StoryIndexPage

    HomePage.objects.get().add_child(instance=StoryIndexPage(title="Alle verhalen", slug="verhalen"))
    theme = Theme.objects.get(slug="rouw")
    publish_story(Story.objects.create(title="Een bijzonder verhaal", author_name="K", body="Tekst", theme=theme))
    shown = []
    for enabled in (True, False, True):
        switch("stories", enabled=enabled)
        text = client.get("/over-ons/").content.decode()
        shown.append(("Een bijzonder verhaal" in text, "Kop" in text))

    assert shown == [(True, True), (False, True), (True, True)]


@pytest.mark.django_db
def test_block_of_an_off_plugin_is_not_offered_but_stays_editable(
    client: Any, administrator: Any, page_with_block: ContentPage, switch: Any
) -> None:
    client.force_login(administrator)
    not_offered = "&quot;notOffered&quot;: [&quot;stories_teaser&quot;]"
    found = []
    for enabled in (True, False, True):
        switch("stories", enabled=enabled)
        text = edit_form(client, page_with_block)
        found.append((not_offered in text, "stories_teaser" in text))

    assert found == [(False, True), (True, True), (False, True)]


@pytest.mark.django_db
def test_block_is_offered_per_region(
    client: Any, administrator: Any, page_with_block: ContentPage, zuid: Any, switch: Any
) -> None:
    client.force_login(administrator)
    switch("stories", enabled=False, region=zuid)

    assert "&quot;notOffered&quot;: []" in edit_form(client, page_with_block)


@pytest.mark.django_db
def test_rows_and_pages_are_back_as_they_were(client: Any, home: HomePage, switch: Any) -> None:
    from zelfregie_stories.domain.moderation import publish_story
    from zelfregie_stories.models import Story, StoryIndexPage

    page = home.add_child(instance=StoryIndexPage(title="Verhalen", slug="verhalen"))
    story = publish_story(Story.objects.create(title="Deze", author_name="K", body="Tekst"))
    before = client.get("/verhalen/deze/").content

    switch("stories", enabled=False)
    switch("stories", enabled=True)

    assert (Story.objects.get(), StoryIndexPage.objects.get()) == (story, page)
    assert client.get("/verhalen/deze/").content == before


OTHER_PROCESS = """
import sys
import django
django.setup()
from django.test import Client
for line in sys.stdin:
    host = line.strip()
    print(Client(SERVER_NAME=host).get("/-/stories/insturen/").status_code, flush=True)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_switch_works_in_every_process_without_a_restart(
    client: Any, zuid: Any, region_client: Any, switch: Any
) -> None:
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}&port={database['PORT']}"
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
            "DATABASE_URL": url.removesuffix("&port="),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(host: str) -> str:
        other.stdin.write(f"{host}\n")
        other.stdin.flush()
        return other.stdout.readline().strip()

    try:
        seen = []
        for enabled in (True, False, True):
            switch("stories", enabled=enabled)
            switch("stories", enabled=not enabled, region=zuid)
            here = [visitor.get("/-/stories/insturen/").status_code for visitor in (client, region_client(zuid))]
            seen.append((here, [ask("noord.test"), ask("zuid.test")]))
    finally:
        other.stdin.close()
        other.wait(timeout=30)
        other.stdout.close()

    on_and_off = ([200, 404], ["200", "404"])
    off_and_on = ([404, 200], ["404", "200"])
    assert seen == [on_and_off, off_and_on, on_and_off]
