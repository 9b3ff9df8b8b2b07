"""Nothing of one region works in another, also when the rows have the same number."""

import pytest
from django.urls import reverse

from zelfregie_core.plugins import DirectoryEntry
from zelfregie_referrals.domain import cards, links
from zelfregie_referrals.models import Practice, ReferralCard
from zelfregie_tenants.domain.plugins import set_plugin_enabled

ENTRY = DirectoryEntry("proef:12", "Samen rouwen in Heerlen", "/groepen/samen-rouwen/", "")


@pytest.fixture
def both(noord, zuid, groups, in_region):
    """A practice with a card in each region, with the same primary keys."""
    set_plugin_enabled(zuid, "proef", enabled=True)
    made = {}
    for region in (noord, zuid):
        with in_region(region):
            practice = Practice.objects.create(pk=7, name=f"Praktijk {region.slug}")
            card = cards.make_card(practice, ENTRY)
            ReferralCard.objects.filter(pk=card.pk).update(id=7)
            made[region.slug] = (practice, cards.find_card(card.code))
    return made


def test_code_of_one_region_is_worthless_in_another(both, noord, zuid, region_client, in_region):
    _practice, card = both["zuid"]
    here, there = region_client(noord), region_client(zuid)

    assert here.get(reverse("referrals:card", args=[card.code])).status_code == 404
    assert here.post(reverse("referrals:use_card", args=[card.code])).status_code == 404
    assert there.get(reverse("referrals:card", args=[card.code])).status_code == 200
    with in_region(noord):
        assert ReferralCard.objects.get(pk=7).redeemed_on is None


def test_link_of_one_region_is_worthless_in_another(both, noord, zuid, region_client):
    practice, _card = both["zuid"]
    address = reverse("referrals:practice", args=[links.token_of(practice)])

    assert region_client(noord).get(address).status_code == 404
    assert "Praktijk zuid" in region_client(zuid).get(address).content.decode()


def test_brake_of_one_region_does_not_stop_another(both, noord, zuid, region_client):
    for _guess in range(25):
        region_client(noord).get(reverse("referrals:card", args=["XXXX"]))

    _practice, card = both["zuid"]
    assert region_client(zuid).get(reverse("referrals:card", args=[card.code])).status_code == 200


def test_plugin_that_is_off_answers_nothing_and_loses_nothing(both, noord, region_client):
    practice, card = both["noord"]
    browser = region_client(noord)
    addresses = [
        reverse("referrals:card", args=[card.code]),
        reverse("referrals:practice", args=[links.token_of(practice)]),
        reverse("referrals:enter_code"),
    ]

    set_plugin_enabled(noord, "referrals", enabled=False)
    off = [browser.get(address).status_code for address in addresses]
    home = browser.get("/").content.decode()
    set_plugin_enabled(noord, "referrals", enabled=True)

    assert off == [404, 404, 404]
    assert "verwijskaart" not in home
    assert [browser.get(address).status_code for address in addresses] == [200, 200, 200]
