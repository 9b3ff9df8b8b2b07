"""The models of referral cards. None of them knows a patient: tests/test_no_patient_data.py holds it."""

from zelfregie_referrals.models.card import ReferralCard
from zelfregie_referrals.models.card_page import CardPage
from zelfregie_referrals.models.monthly_count import MonthlyCount
from zelfregie_referrals.models.practice import Practice

__all__ = ["CardPage", "MonthlyCount", "Practice", "ReferralCard"]
