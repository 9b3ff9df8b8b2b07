"""An editor who chooses English sees English, and so does the visitor of an English region."""

import importlib.util
import re
from html import unescape
from pathlib import Path

import polib
import pytest
from django.contrib.auth.models import User
from wagtail.users.models import UserProfile

from zelfregie_core.models import HomePage
from zelfregie_groups.models import Group, GroupFinderPage, Schedule
from zelfregie_national.models import RegionsPage
from zelfregie_referrals.models import CardPage, Practice
from zelfregie_stories.models import Story, StoryIndexPage

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


def _dutch_texts() -> set[str]:
    """The Dutch texts without placeholders whose English differs. Short words may be data: names, slugs, values."""
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    catalogs = [polib.pofile(str(package / tool.CATALOG)) for package in tool.PACKAGES]
    entries = [entry for catalog in catalogs for entry in catalog if not entry.msgid_plural]
    return {entry.msgid for entry in entries if entry.msgstr != entry.msgid and len(entry.msgid) > 3}


DUTCH = _dutch_texts()
#: A language calls itself by its own name in a list of languages.
ENDONYMS = {"Nederlands"}


def _dutch_in(page: str) -> set[str]:
    """What a reader meets in a page, word for word as in our Dutch: text, and the attributes that are read aloud."""
    page = unescape(re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S))
    pieces = re.findall(r">([^<>]+)<", page) + re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]+)"', page)
    return {" ".join(piece.split()).rstrip(":* ") for piece in pieces} & DUTCH - ENDONYMS


def _add_pages() -> list[str]:
    home = HomePage.objects.get()
    pages = [
        GroupFinderPage(title="Groups", slug="groups", show_in_menus=True),
        StoryIndexPage(title="Stories", slug="stories"),
        CardPage(title="Card", slug="card"),
    ]
    return [home.add_child(instance=page).url for page in pages]


def _add_content() -> tuple[Group, Story, Practice]:
    group = Group.objects.create(name="Grief café", languages=["nl", "ar"], city="Heerlen", status="full")
    Schedule.objects.create(group=group, weekdays=[2], start_time="19:30", end_time="21:00")
    story = Story.objects.create(title="After the blow", author_name="Sam", body="It was hard.", status="submitted")
    practice = Practice.objects.create(name="Practice on the square", email="info@voorbeeld.nl", active=True)
    return group, story, practice


def test_editor_who_chooses_english_sees_no_dutch(client) -> None:
    user = User.objects.create_superuser("editor@voorbeeld.nl", password="x")
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    _add_pages()
    group, story, practice = _add_content()
    home = HomePage.objects.get()

    menu = re.findall(r'"url": ?"(/admin/[^"?]*)"', unescape(client.get("/admin/").content.decode()))
    kinds = client.get(f"/admin/pages/{home.pk}/add_subpage/").content.decode()
    addresses = {
        *menu,
        *re.findall(r'href="(/admin/pages/add/[^"?]*)"', kinds),
        *(f"/admin/pages/{page.pk}/edit/" for page in home.get_children()),
        f"/admin/pages/{home.pk}/edit/",
        "/admin/groepen/new/",
        f"/admin/groepen/edit/{group.pk}/",
        f"/admin/stories_moderation/inspect/{story.pk}/",
        f"/admin/stories_moderation/edit/{story.pk}/",
        f"/admin/referrals_practices/edit/{practice.pk}/",
        f"/admin/referrals_practices/link/{practice.pk}/",
    }
    answers = {address: client.get(address, follow=True) for address in sorted(addresses)}

    assert "/admin/referrals_practices/" in menu
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    found = {address: _dutch_in(answer.content.decode()) for address, answer in answers.items()}
    assert {address: texts for address, texts in found.items() if texts} == {}


def test_english_region_shows_no_dutch(client, noord) -> None:
    noord.languages = ["en"]
    noord.save()
    finder, stories, card = _add_pages()
    group, _story, _practice = _add_content()

    addresses = ["/", "/zoeken/?q=zzz", "/zoeken/?q=grief", "/nergens/", finder, f"{finder}?q=zzz&plaats=zzz"]
    addresses += [f"{finder}{group.slug}/", stories, card, "/-/stories/insturen/", "/-/referrals/praktijk/"]
    answers = {address: client.get(address, follow=True) for address in addresses}

    assert [address for address in addresses if answers[address].status_code != 200] == ["/nergens/"]
    found = {address: _dutch_in(answer.content.decode()) for address, answer in answers.items()}
    assert 'lang="en"' in answers["/"].content.decode()
    assert {address: texts for address, texts in found.items() if texts} == {}


def test_english_hub_shows_no_dutch(region_client, hub, in_region) -> None:
    with in_region(hub):
        hub.languages = ["en"]
        hub.save()
        page = HomePage.objects.get().add_child(instance=RegionsPage(title="Regions", slug="regions"))
        address = page.url
    visitor = region_client(hub)

    pages = {path: visitor.get(path).content.decode() for path in (address, f"{address}?plaats=Zwolle")}

    found = {path: _dutch_in(page) for path, page in pages.items()}
    assert "Find your region" in pages[address]
    assert {path: texts for path, texts in found.items() if texts} == {}
