"""By construction: there is no place in the database or in a form where anything about a patient could go.

Every field is listed here. Adding one fails this test; add it only when it says nothing about who got a card.
"""

from django import forms
from django.apps import apps

from zelfregie_referrals import forms as referral_forms
from zelfregie_referrals.interfaces.viewsets import PracticeViewSet, ReferralCardViewSet

FIELDS = {
    "Practice": {
        "id", "source_id", "name", "kind", "postal_code", "city", "email", "active", "link_key", "link_sent_at",
        "created_at", "imported_values",
    },
    "ReferralCard": {
        "id", "code", "practice", "target_key", "target_title", "created_at", "expires_at", "opened_on", "redeemed_on",
    },
    "CardPage": {"page_ptr", "intro", "body"},
    "MonthlyCount": {"id", "practice", "month", "made", "opened", "used"},
}  # fmt: skip
FORM_FIELDS = {"CodeForm": {"code"}, "TargetForm": {"target"}, "LinkRequestForm": {"email"}}


def test_models_have_no_field_for_a_patient():
    found = {
        model.__name__: {field.name for field in model._meta.local_fields + model._meta.local_many_to_many}
        for model in apps.get_app_config("zelfregie_referrals").get_models()
    }

    assert found == FIELDS


def test_nothing_but_cards_and_counts_points_at_a_practice_and_nothing_at_a_card():
    related = {
        name: {
            relation.related_model.__name__
            for relation in apps.get_model("zelfregie_referrals", name)._meta.related_objects
        }
        for name in ("Practice", "ReferralCard")
    }

    assert related == {"Practice": {"ReferralCard", "MonthlyCount"}, "ReferralCard": set()}


def test_forms_ask_nothing_about_a_patient():
    found = {
        name: set(form.base_fields)
        for name, form in vars(referral_forms).items()
        if isinstance(form, type) and issubclass(form, forms.BaseForm)
    }

    assert found == FORM_FIELDS


def test_admin_forms_ask_nothing_about_a_patient():
    assert set(PracticeViewSet.form_fields) <= FIELDS["Practice"]
    assert ReferralCardViewSet.form_fields == []


def test_moments_of_a_visitor_are_kept_per_day_only():
    card = apps.get_model("zelfregie_referrals", "ReferralCard")

    assert {card._meta.get_field(name).get_internal_type() for name in ("opened_on", "redeemed_on")} == {"DateField"}
