"""The register of processing activities (GDPR, article 30) of the current region, from what is declared."""

import datetime as dt
from dataclasses import dataclass

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.domain.privacy.declared import Declared, concerns_region, declarations, text_now
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_core.plugins.calls import plugin_is_enabled
from zelfregie_core.plugins.personal_data import Erasure, HealthGround, LegalGround

GROUNDS = {
    LegalGround.CONSENT: gettext_lazy("toestemming (AVG artikel 6, lid 1, onder a)"),
    LegalGround.CONTRACT: gettext_lazy("een overeenkomst (AVG artikel 6, lid 1, onder b)"),
    LegalGround.LEGAL_DUTY: gettext_lazy("een wettelijke plicht (AVG artikel 6, lid 1, onder c)"),
    LegalGround.PUBLIC_TASK: gettext_lazy("een taak van algemeen belang (AVG artikel 6, lid 1, onder e)"),
    LegalGround.LEGITIMATE_INTEREST: gettext_lazy("gerechtvaardigd belang (AVG artikel 6, lid 1, onder f)"),
}
HEALTH_GROUNDS = {
    HealthGround.EXPLICIT_CONSENT: gettext_lazy("uitdrukkelijke toestemming (AVG artikel 9, lid 2, onder a)"),
    HealthGround.MADE_PUBLIC: gettext_lazy("door de persoon zelf openbaar gemaakt (AVG artikel 9, lid 2, onder e)"),
}
ERASURES = {
    Erasure.DELETE: gettext_lazy("Alles wordt gewist."),
    Erasure.ANONYMISE: gettext_lazy("De persoon wordt eruit gehaald."),
    Erasure.REFUSE: gettext_lazy("Dit blijft staan."),
}


@dataclass(frozen=True)
class Activity:
    """One processing activity, in words.

    :param facts: (label, text), in the order in which people read them.
    :param is_off: the module is off here; its data are still there.
    """

    key: str
    title: str
    facts: tuple[tuple[str, str], ...]
    is_off: bool = False
    is_health: bool = False


@dataclass(frozen=True)
class Register:
    """The whole register: who is responsible, what is done with data, and how they are kept safe."""

    site: str
    organisation: str
    contact: str
    contact_email: str
    made_on: dt.date
    activities: tuple[Activity, ...]
    measures: tuple[str, ...]


def register_of_activities() -> Register:
    """Write the register of the current region as it is today: of plugins that are on, and that still hold data."""
    details, brand = SiteSettings.load(), Branding.load()
    activities = [_activity(declared) for declared in declarations() if concerns_region(declared)]
    # What is about health, and about visitors, is what a reader looks for: the house's own comes last.
    activities.sort(key=lambda activity: (not activity.is_health, activity.is_off))
    return Register(
        site=brand.site_name,
        organisation=details.organisation_name,
        contact=details.privacy_name,
        contact_email=details.privacy_email,
        made_on=localdate(),
        activities=tuple(activities),
        measures=(
            _("Teksten over gezondheid en adressen die niet op de site staan, worden versleuteld bewaard."),
            _("Elke regio heeft haar eigen deel van de database. Geen regio kan bij de gegevens van een andere."),
            _("Wie aan de site werkt, ziet alleen wat bij de eigen rol hoort, en kan een tweede stap bij inloggen "
              "instellen."),
            _("Elke nacht wordt gewist wat lang genoeg bewaard is."),
            _("Reservekopieën bevatten ook wat later gewist is, tot ze zelf worden weggehaald."),
        ),
    )  # fmt: skip


def _activity(declared: Declared) -> Activity:
    item = declared.item
    fields = [declared.model._meta.get_field(name) for name in item.fields]
    facts = [
        (_("Over wie"), item.subjects),
        (_("Waarvoor"), item.purpose),
        (_("Grondslag"), GROUNDS[item.ground]),
    ]
    if item.health:
        facts.append((_("Gegevens over gezondheid"), HEALTH_GROUNDS[item.health]))
    names = dict.fromkeys(str(getattr(field, "verbose_name", "") or field.name) for field in fields)
    facts += [
        (_("Welke gegevens"), item.what or ", ".join(names)),
        (_("Wie ze krijgt"), item.receivers or _("Alleen wie aan de site werkt en daar het recht toe heeft.")),
        (_("Hoe lang"), text_now(item.kept)),
        (_("Als iemand vraagt om te wissen"), " ".join(str(text) for text in (ERASURES[item.erasure], item.reason))),
    ]
    return Activity(
        key=item.key,
        title=str(item.title),
        facts=tuple((str(label), str(text).strip()) for label, text in facts),
        is_off=not plugin_is_enabled(declared.plugin),
        is_health=item.health is not None,
    )
