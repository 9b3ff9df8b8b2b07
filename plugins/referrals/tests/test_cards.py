"""The life of a card."""

import datetime as dt

import pytest
from django.utils import timezone

from zelfregie_core.plugins import DirectoryEntry
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.tasks import keep_terms_task
from zelfregie_referrals.domain import cards, counts
from zelfregie_referrals.models import MonthlyCount, ReferralCard
from zelfregie_referrals.plugin_settings import ReferralSettings

ENTRY = DirectoryEntry("proef:12", "Samen rouwen", "/groepen/12/", "Voor wie iemand verloor.")


def figures(practice):
    return [(row.made, row.opened, row.used) for row in practice.monthly_counts.all()]


def test_make_card_keeps_the_group_and_counts(practice):
    card = cards.make_card(practice, ENTRY)

    assert (card.target_key, card.target_title, card.status) == ("proef:12", "Samen rouwen", "made")
    assert (card.expires_at - card.created_at).days == 90
    assert figures(practice) == [(1, 0, 0)]


def test_opening_counts_once(practice):
    card = cards.make_card(practice, ENTRY)

    cards.mark_opened(card)
    cards.mark_opened(cards.find_card(card.code))

    assert cards.find_card(card.code).status == "opened"
    assert figures(practice) == [(1, 1, 0)]


def test_redeem_works_once_and_counts_as_opened_too(practice):
    card = cards.make_card(practice, ENTRY)

    outcomes = [cards.redeem(cards.find_card(card.code)) for _attempt in range(2)]

    assert outcomes == [True, False]
    assert cards.find_card(card.code).status == "used"
    assert figures(practice) == [(1, 1, 1)]


def test_redeem_refuses_an_expired_card(practice):
    card = cards.make_card(practice, ENTRY)
    ReferralCard.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))

    assert cards.redeem(card) is False
    assert cards.find_card(card.code).status == "expired"


def test_make_card_takes_another_code_when_one_is_taken(practice, monkeypatch):
    taken = cards.make_card(practice, ENTRY).code
    codes = iter([taken, "00000000"])
    monkeypatch.setattr(cards, "new_code", lambda: next(codes))

    assert cards.make_card(practice, ENTRY).code == "00000000"


def test_remove_old_cards_keeps_the_counts_and_recent_cards(practice):
    old, late, fresh = (cards.make_card(practice, ENTRY) for _card in range(3))
    now = timezone.now()
    ReferralCard.objects.filter(pk=old.pk).update(expires_at=now - dt.timedelta(days=31))
    ReferralCard.objects.filter(pk=late.pk).update(expires_at=now - dt.timedelta(days=29))

    keep_terms_task.enqueue()

    assert set(ReferralCard.objects.values_list("pk", flat=True)) == {late.pk, fresh.pk}
    assert figures(practice) == [(3, 0, 0)]


def test_practice_sees_no_use_of_fewer_cards_than_it_can_remember(practice):
    month = dt.date(2026, 11, 1)
    MonthlyCount.objects.create(practice=practice, month=month, made=4, opened=1, used=1)
    MonthlyCount.objects.create(practice=practice, month=dt.date(2026, 10, 1), made=5, opened=4, used=3)

    months = counts.months_of(practice, dt.date(2026, 11, 22))

    assert [(row.made, row.opened, row.used) for row in months] == [(4, None, None), (5, 4, 3)]
    assert (counts.total_of(practice).made, counts.total_of(practice).used) == (9, 4)


def test_months_reach_one_year_back(practice):
    for year, month in ((2025, 11), (2025, 12), (2026, 11)):
        MonthlyCount.objects.create(practice=practice, month=dt.date(year, month, 1), made=9)

    months = counts.months_of(practice, dt.date(2026, 11, 22))

    assert [row.month for row in months] == [dt.date(2026, 11, 1), dt.date(2025, 12, 1)]


@pytest.mark.parametrize(
    "values", [{"card_days": 6}, {"card_days": 366}, {"keep_expired_days": -1}, {"keep_expired_days": 91}]
)
def test_settings_refuse_what_would_not_work(values):
    with pytest.raises(ValueError, match="must be"):
        ReferralSettings(**values)


def test_indicators_count_practices_and_cards_in_one_query_each(practice, django_assert_num_queries):
    practice.__class__.objects.create(name="Gestopt", active=False)
    used, _made = cards.make_card(practice, ENTRY), cards.make_card(practice, ENTRY)
    cards.redeem(used)
    indicators = [e.item for e in get_plugins().contributed("register_indicators") if e.plugin == "referrals"]

    with django_assert_num_queries(3):
        found = {indicator.key: indicator.count() for indicator in indicators}

    assert found == {"practices": 1, "cards_made": 2, "cards_used": 1}
