"""What referral cards hold of people: of practices an address, of patients nothing."""

from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.plugins import Erasure, LegalGround, NotPersonal, Person, PersonalData
from zelfregie_referrals.domain.cards import remove_old_cards
from zelfregie_referrals.models import Practice

#: In the place of an address that was erased. It is not what the list says, so no import brings that back by itself.
ERASED = "(gewist)"


def _kept() -> Any:
    days = settings_of("referrals")
    sentence = _("Een kaart: {days} dagen nadat hij verlopen is. Daarna blijven alleen aantallen per maand over.")
    return format_lazy(sentence, days=days.keep_expired_days)


def _erase_addresses(practices: list[Any], person: Person) -> None:
    for practice in practices:
        practice.email = ""
        if practice.imported_values.get("email"):
            practice.imported_values = {**practice.imported_values, "email": ERASED}
        practice.save(update_fields=["email", "imported_values"])


DECLARED: Sequence[PersonalData | NotPersonal] = (
    PersonalData(
        key="referrals_practices",
        title=_("Praktijken die verwijskaarten meegeven"),
        model="zelfregie_referrals.Practice",
        fields=("name", "postal_code", "city", "email", "imported_values"),
        subjects=_("Praktijken en hun medewerkers"),
        purpose=_("Een praktijk haar eigen link sturen, waarmee zij kaarten maakt."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_("Zolang de praktijk meedoet. Daarna haalt een beheerder haar weg."),
        find=lambda person: Practice.objects.filter(person.q("email")),
        export=lambda row, person: {_("Praktijk"): row.name, _("Plaats"): row.city, _("E-mailadres"): row.email},
        erasure=Erasure.ANONYMISE,
        erase=_erase_addresses,
        reason=_(
            "De praktijk zelf blijft: dat is geen persoon. Staat het adres nog in practices.csv of in een eigen lijst, "
            "haal het daar dan ook weg."
        ),
        what=_("Naam, postcode, plaats en het algemene e-mailadres van de praktijk."),
    ),
    PersonalData(
        key="referrals_cards",
        title=_("Verwijskaarten"),
        model="zelfregie_referrals.ReferralCard",
        fields=("code",),
        subjects=_("Mensen die van een zorgverlener een kaart kregen"),
        purpose=_("Iemand bij een groep brengen die een zorgverlener aanraadt, zonder te weten wie het is."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_kept,
        # Nothing on a card says whose it is: tests/test_no_patient_data.py.
        find=lambda person: (),
        enforce=remove_old_cards,
        erasure=Erasure.DELETE,
        what=_("Een code, de groep en de praktijk. Niets over wie de kaart kreeg."),
    ),
)
