"""Whoever got a card types the code, sees the group, and uses the card once."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from zelfregie_referrals.codes import new_code
from zelfregie_referrals.domain import cards, links
from zelfregie_referrals.domain.limits import WRONG_CODES
from zelfregie_referrals.models import CardPage, ReferralCard


@pytest.fixture
def card(practice, groups):
    return cards.make_card(practice, groups.entries[1])


def url(name, card):
    return reverse(f"referrals:{name}", args=[card.code])


def test_typed_code_leads_to_the_group(client, card):
    typed = f" {card.code[:4].lower()} - {card.code[4:].lower()} "

    answer = client.get(reverse("referrals:enter_code"), {"code": typed}, follow=True)

    assert answer.redirect_chain == [(url("card", card), 302)]
    assert "Samen rouwen in Heerlen" in answer.content.decode()


def test_code_with_a_typing_error_is_explained(client, card):
    wrong = card.code[:-1] + ("0" if card.code[-1] != "0" else "1")

    page = client.get(reverse("referrals:enter_code"), {"code": wrong}).content.decode()

    assert "Deze code klopt nog niet" in page
    assert f'value="{wrong}"' in page


def test_code_written_otherwise_gets_the_one_address(client, card):
    answer = client.get(reverse("referrals:card", args=[card.shown_code.lower()]))

    assert (answer.status_code, answer.url) == (302, url("card", card))


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_never_uses_the_card(client, card, method):
    for name in ("card", "use_card", "card_used"):
        getattr(client, method)(url(name, card))

    card.refresh_from_db()
    assert card.redeemed_on is None


def test_only_a_real_look_counts_as_opened(client, card):
    client.head(url("card", card))
    card.refresh_from_db()
    assert card.opened_on is None

    client.get(url("card", card))
    card.refresh_from_db()
    assert card.opened_on == timezone.localdate()


def test_button_uses_the_card_once(client, card, practice):
    first = client.post(url("use_card", card))
    second = client.post(url("use_card", card))

    assert (first.status_code, first.url) == (302, url("card_used", card))
    assert "Deze kaart is al gebruikt" in second.content.decode()
    assert practice.monthly_counts.get().used == 1
    assert "je gaat het proberen" in client.get(url("card_used", card)).content.decode()


def test_using_a_card_needs_our_own_form(card, noord, region_client):
    assert region_client(noord, enforce_csrf_checks=True).post(url("use_card", card)).status_code == 403


def test_visitor_is_not_asked_for_anything(client, card):
    page = client.get(url("card", card)).content.decode()

    assert page.count("<input") == 1  # the token against forged requests
    assert "csrfmiddlewaretoken" in page


def expire(card, groups):
    ReferralCard.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))


def use(card, groups):
    cards.redeem(card)


def stop(card, groups):
    groups.entries = []


def fill(card, groups):
    groups.entries = [groups.entries[0].__class__(**{**vars(groups.entries[1]), "is_open": False})]


@pytest.mark.parametrize(
    ("change", "heading"),
    [
        (expire, "Deze kaart is verlopen"),
        (use, "Deze kaart is al gebruikt"),
        (stop, "Deze groep is er niet meer"),
        (fill, "Deze groep neemt nu niemand aan"),
    ],
)
def test_card_that_cannot_be_used_says_why_and_where_to_go(client, card, groups, change, heading):
    change(card, groups)

    page = client.get(url("card", card)).content.decode()

    assert heading in page
    assert 'href="/zoek-een-groep/"' in page
    assert "<form" not in page


def test_unknown_code_says_what_to_do(client, groups):
    answer = client.get(reverse("referrals:card", args=[new_code()]))

    assert answer.status_code == 404
    assert 'href="/zoek-een-groep/"' in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "heading"), [(stop, "Deze groep is er niet meer"), (fill, "Deze groep neemt nu niemand aan")]
)
def test_card_stays_unused_when_its_group_takes_nobody(client, card, groups, change, heading):
    change(card, groups)

    answer = client.post(url("use_card", card))

    card.refresh_from_db()
    assert card.redeemed_on is None
    assert heading in answer.content.decode()


def test_without_a_finder_the_way_on_is_the_search_of_the_site(client, card, groups):
    groups.entries, groups.finder = [], None

    assert f'href="{reverse("zelfregie_core:search")}"' in client.get(url("card", card)).content.decode()


def test_guessing_is_stopped_for_who_guesses_only(client, card, noord, region_client):
    answers = [client.get(reverse("referrals:card", args=[new_code()])).status_code for _guess in range(21)]
    blocked = client.get(url("card", card))
    neighbour = region_client(noord, REMOTE_ADDR="192.0.2.7").get(url("card", card))

    assert answers == [404] * WRONG_CODES.tries + [429]
    assert (blocked.status_code, neighbour.status_code) == (429, 200)


def test_brake_keeps_no_address(client, groups):
    client.get(reverse("referrals:card", args=[new_code()]), REMOTE_ADDR="192.0.2.77")

    stored = repr(cache._cache)
    assert "referrals:code:" in stored
    assert "192.0.2.77" not in stored


def test_pages_of_a_card_keep_their_address_to_themselves(client, card):
    answers = [client.get(url("card", card)), client.get(reverse("referrals:enter_code"))]

    assert [answer["Referrer-Policy"] for answer in answers] == ["same-origin", "no-referrer"]
    assert {answer["X-Robots-Tag"] for answer in answers} == {"noindex, nofollow"}
    assert ["no-store" in answer["Cache-Control"] for answer in answers] == [True, True]


def test_short_page_takes_the_code_and_is_printed_on_cards(client, card, practice):
    from wagtail.models import Site

    before = client.get("/").content.decode()
    Site.objects.get().root_page.add_child(instance=CardPage(title="Ik heb een verwijskaart", slug="kaart"))
    after = client.get("/").content.decode()
    printed = client.get(reverse("referrals:print_card", args=[links.token_of(practice), card.code, "a6"]))

    assert f'action="{reverse("referrals:enter_code")}"' in client.get("/kaart/").content.decode()
    assert ">noord.test/kaart/<" in printed.content.decode()
    assert ['href="/kaart/"' in page for page in (before, after)] == [False, True]


def test_home_page_offers_the_card_and_the_page_for_professionals(client, groups):
    from wagtail.models import Site

    from zelfregie_core.models import ContentPage

    before = client.get("/").content.decode()
    Site.objects.get().root_page.add_child(instance=ContentPage(title="Zorgverleners", slug="voor-zorgverleners"))
    after = client.get("/").content.decode()

    assert reverse("referrals:enter_code") in before
    assert ["/voor-zorgverleners/" in page for page in (before, after)] == [False, True]
