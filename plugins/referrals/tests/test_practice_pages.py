"""A practice makes a card in three clicks, behind its personal link."""

import re

import pytest
from django.urls import reverse

from zelfregie_referrals.domain import cards, links
from zelfregie_referrals.models import Practice, ReferralCard


def url(name, practice, *args):
    return reverse(f"referrals:{name}", args=[links.token_of(practice), *args])


def test_three_clicks_from_search_to_a_printed_card(client, practice, groups):
    found = client.get(url("practice", practice), {"q": "rouw"})
    key = re.search(r'name="target" value="([^"]+)"', found.content.decode())[1]
    made = client.post(url("make_card", practice), {"target": key}, follow=True)
    card = ReferralCard.objects.get()
    printed = client.get(url("print_card", practice, card.code, "a6"))

    assert made.redirect_chain == [(url("practice_card", practice, card.code), 302)]
    assert (card.practice, card.target_key, card.target_title) == (practice, "proef:12", "Samen rouwen in Heerlen")
    for page in (made.content.decode(), printed.content.decode()):
        assert card.shown_code in page
        assert "dinsdag 19.30 uur" in page
        assert "<svg aria-hidden" in page
    assert "print-a6.css" in printed.content.decode()


def test_group_that_takes_nobody_cannot_be_chosen(client, practice, groups):
    page = client.get(url("practice", practice))
    answer = client.post(url("make_card", practice), {"target": "proef:13"})

    assert page.content.decode().count('name="target"') == 1
    assert answer.url == url("practice", practice) + "?weg=1"
    assert ReferralCard.objects.count() == 0


@pytest.mark.parametrize("target", ["", "proef:99", "x" * 5000, "proef:12\x00"])
def test_make_card_refuses_what_is_no_group(client, practice, groups, target):
    answer = client.post(url("make_card", practice), {"target": target})

    assert answer.url == url("practice", practice) + "?weg=1"


def test_search_without_groups_says_so(client, practice, groups):
    groups.entries = []

    assert "Niets gevonden voor" in client.get(url("practice", practice), {"q": "rouw\x00"}).content.decode()
    assert "nog geen groepen" in client.get(url("practice", practice)).content.decode()


def test_wrong_link_is_answered_with_what_to_do(client, practice, groups):
    good = links.token_of(practice)
    other = Practice.objects.create(name="Andere praktijk")
    wrong = ["x", good[:-1] + ("A" if good[-1] != "A" else "Q"), other.link_key + good[16:], good + "a"]

    answers = [client.get(reverse("referrals:practice", args=[token])) for token in wrong]

    assert {answer.status_code for answer in answers} == {404}
    assert "Vraag de link opnieuw aan" in answers[0].content.decode()


def test_link_of_a_practice_that_is_off_does_not_work(client, practice, groups):
    practice.active = False
    practice.save()

    assert client.get(url("practice", practice)).status_code == 404


def test_renewed_link_replaces_the_old_one(client, practice, groups):
    old = url("practice", practice)

    links.renew_link(practice)

    assert client.get(old).status_code == 404
    assert client.get(url("practice", practice)).status_code == 200


def test_link_still_works_after_the_secret_was_rotated(practice, settings):
    token = links.token_of(practice)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert links.practice_of(token) == practice
    settings.SECRET_KEY_FALLBACKS = []
    assert links.practice_of(token) is None


def test_database_alone_does_not_give_the_link(practice):
    row = Practice.objects.filter(pk=practice.pk).values().get()

    assert links.token_of(practice) not in repr(row)
    assert links.token_of(practice)[16:] not in repr(row)


def test_card_of_another_practice_is_not_shown(client, practice, groups):
    card = cards.make_card(Practice.objects.create(name="Andere praktijk"), groups.entries[1])

    assert client.get(url("practice_card", practice, card.code)).status_code == 404


def test_unknown_paper_is_not_found(client, practice, groups):
    card = cards.make_card(practice, groups.entries[1])

    assert client.get(url("print_card", practice, card.code, "a0")).status_code == 404


def test_pages_of_a_practice_keep_their_address_to_themselves(client, practice, groups):
    card = cards.make_card(practice, groups.entries[1])
    pages = {
        client.get(url("practice", practice)): "same-origin",
        client.get(url("practice_card", practice, card.code)): "no-referrer",
        client.get(url("print_card", practice, card.code, "a5")): "no-referrer",
        client.get(url("practice_overview", practice)): "no-referrer",
    }

    for answer, policy in pages.items():
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == policy


def test_overview_shows_numbers_and_no_groups(client, practice, groups):
    for _card in range(5):
        card = cards.make_card(practice, groups.entries[1])
    cards.redeem(card)

    page = client.get(url("practice_overview", practice)).content.decode()

    assert re.findall(r"<td[^>]*>(\d+)</td>", page) == ["5", "1", "1"]
    assert "rouwen" not in page


def test_overview_without_cards_says_so(client, practice, groups):
    assert "Nog geen kaarten" in client.get(url("practice_overview", practice)).content.decode()


def test_make_card_needs_a_form_of_our_own(practice, groups, noord, region_client):
    strict = region_client(noord, enforce_csrf_checks=True)

    assert strict.post(url("make_card", practice), {"target": "proef:12"}).status_code == 403


def test_practice_asks_for_its_link(client, practice, mailbox):
    answer = client.post(reverse("referrals:request_link"), {"email": "BALIE@markt.example"})
    (message,) = mailbox()

    assert answer.url == reverse("referrals:link_requested")
    assert message["To"] == "balie@markt.example"
    assert f"http://noord.test{url('practice', practice)}" in message.get_content()
    practice.refresh_from_db()
    assert practice.link_sent_at is not None


def test_asking_for_a_link_does_not_tell_who_is_known(client, practice, mailbox):
    known = client.post(reverse("referrals:request_link"), {"email": "balie@markt.example"})
    unknown = client.post(reverse("referrals:request_link"), {"email": "vreemd@markt.example"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mailbox()) == 1


def test_asking_for_a_link_again_and_again_is_stopped(client, practice, mailbox):
    answers = [client.post(reverse("referrals:request_link"), {"email": "balie@markt.example"}) for _try in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert len(mailbox()) == 5


def test_asking_for_a_link_with_no_address_says_what_is_wrong(client, practice):
    page = client.post(reverse("referrals:request_link"), {"email": ""}).content.decode()

    assert "Vul het e-mailadres van de praktijk in." in page


def test_practice_page_asks_as_many_queries_for_many_groups_as_for_one(
    client, practice, groups, django_assert_num_queries
):
    address = url("practice", practice)
    client.get(address)

    with django_assert_num_queries(13) as once:
        client.get(address)
    groups.entries = groups.entries * 25
    with django_assert_num_queries(len(once)):
        client.get(address)
