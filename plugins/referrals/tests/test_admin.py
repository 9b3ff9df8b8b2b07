"""Practices and cards in the admin: who may do what."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.plugins import DirectoryEntry
from zelfregie_referrals.domain import cards, links
from zelfregie_referrals.models import Practice

ENTRY = DirectoryEntry("proef:12", "Samen rouwen in Heerlen", "/groepen/samen-rouwen/", "")


@pytest.fixture
def as_role(noord, region_client):
    def login(role):
        user = User.objects.create_user(f"{role}@noord.test", f"{role}@noord.test", "wachtwoord")
        user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
        browser = region_client(noord)
        browser.force_login(user)
        return browser

    return login


def pages(practice):
    return {
        "index": reverse("referrals_practices:index"),
        "add": reverse("referrals_practices:add"),
        "edit": reverse("referrals_practices:edit", args=[practice.pk]),
        "link": reverse("referrals_practices:link", args=[practice.pk]),
        "delete": reverse("referrals_practices:delete", args=[practice.pk]),
        "cards": reverse("referrals_cards:index"),
    }


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.EDITOR, {"index", "cards"}),
        (Role.MODERATOR, {"index", "add", "edit", "link", "cards"}),
        (Role.ADMINISTRATOR, {"index", "add", "edit", "link", "delete", "cards"}),
        (Role.COORDINATOR, set()),
    ],
)
def test_each_role_opens_what_it_may(as_role, practice, role, allowed):
    browser = as_role(role)

    assert {name for name, url in pages(practice).items() if browser.get(url).status_code == 200} == allowed


def test_practice_list_counts_without_a_query_per_practice(
    as_role, practice, django_assert_num_queries, django_assert_max_num_queries
):
    browser = as_role(Role.ADMINISTRATOR)
    card = cards.make_card(practice, ENTRY)
    cards.make_card(practice, ENTRY)
    cards.redeem(card)
    url = pages(practice)["index"]
    page = browser.get(url)
    assert [(row.made, row.used) for row in page.context["object_list"]] == [(2, 1)]

    with django_assert_max_num_queries(20) as one:
        browser.get(url)
    for number in range(3):
        cards.make_card(Practice.objects.create(name=f"Praktijk {number}"), ENTRY)
    with django_assert_num_queries(len(one)):
        browser.get(url)


def test_practices_stand_in_order_of_name(as_role, practice):
    Practice.objects.create(name="Apotheek")
    Practice.objects.create(name="Zorgpunt")

    page = as_role(Role.EDITOR).get(reverse("referrals_practices:index"))

    assert [row.name for row in page.context["object_list"]] == ["Apotheek", "Huisartsen aan de Markt", "Zorgpunt"]


def test_card_list_shows_no_code_and_cannot_be_edited(as_role, practice):
    card = cards.make_card(practice, ENTRY)

    page = as_role(Role.ADMINISTRATOR).get(reverse("referrals_cards:index")).content.decode()

    assert "Samen rouwen in Heerlen" in page
    assert card.code not in page
    assert "/edit/" not in page


def test_moderator_mails_the_link(as_role, practice, mailbox):
    as_role(Role.MODERATOR).post(pages(practice)["link"], {"action": "mail"})
    (message,) = mailbox()

    assert links.token_of(practice) in message.get_content()


def test_moderator_renews_the_link(as_role, practice):
    before = links.token_of(practice)
    browser = as_role(Role.MODERATOR)

    browser.post(pages(practice)["link"], {"action": "renew"})

    practice.refresh_from_db()
    assert links.practice_of(before) is None
    assert links.token_of(practice) in browser.get(pages(practice)["link"]).content.decode()


@pytest.mark.parametrize("change", [{"email": ""}, {"active": False}])
def test_link_is_not_mailed_where_it_would_not_arrive_or_work(as_role, practice, mailbox, change):
    Practice.objects.update(**change)

    as_role(Role.MODERATOR).post(pages(practice)["link"], {"action": "mail"})

    assert mailbox() == []


def test_administrator_adds_a_practice(as_role, db):
    as_role(Role.ADMINISTRATOR).post(
        reverse("referrals_practices:add"),
        {"name": "Nieuwe praktijk", "kind": "huisarts", "email": "", "active": "on", "source_id": ""},
    )

    assert Practice.objects.get().name == "Nieuwe praktijk"
