"""Core's own readiness checks: what every site needs, whatever its plugins."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.domain.brand import brand_problems
from zelfregie_core.domain.readiness import pages
from zelfregie_core.domain.readiness.leftovers import leftovers
from zelfregie_core.models import Branding, SiteSettings
from zelfregie_core.plugins import Finding, ReadinessCheck


def brand_contrast() -> Sequence[Finding]:
    """The two colours can be read. Saving checks that too; a launch, an import and an older release may not have."""
    brand = Branding.load()
    problems = brand_problems(brand.primary, brand.accent)
    if problems:
        return [Finding.wrong(problem, pages.settings_link("branding")) for problem in problems.values()]
    return [Finding.ok(_("De kleuren steken genoeg af."))]


def logo_and_icon() -> Sequence[Finding]:
    """Logo and favicon are chosen, and their files are there."""
    brand = Branding.load()
    found = []
    for file, name in ((brand.logo, _("logo")), (brand.favicon, _("icoon in de browser"))):
        if not file:
            found.append(Finding.wrong(_("Er is nog geen %(name)s.") % {"name": name}, pages.settings_link("branding")))
        elif not file.storage.exists(file.name):
            found.append(
                Finding.wrong(
                    _("Het bestand van het %(name)s is er niet meer. Kies het opnieuw.") % {"name": name},
                    pages.settings_link("branding"),
                )
            )
    return found or [Finding.ok(_("Logo en icoon zijn er."))]


def privacy_contact() -> Sequence[Finding]:
    """The site says which organisation is responsible, and how to reach it about personal data."""
    details = SiteSettings.load()
    found = []
    if not details.organisation_name.strip():
        found.append(_("Er staat niet welke organisatie verantwoordelijk is."))
    if not details.privacy_email.strip():
        found.append(_("Er staat geen e-mailadres voor vragen over privacy."))
    elif leftovers(details.privacy_email):
        found.append(
            _("Het e-mailadres voor privacy is een voorbeeld: %(address)s.") % {"address": details.privacy_email}
        )
    if found:
        return [Finding.wrong(sentence, pages.settings_link()) for sentence in found]
    return [Finding.ok(_("De organisatie en het e-mailadres voor privacy zijn ingevuld."))]


CHECKS = (
    ReadinessCheck(
        key="privacy_contact",
        title=gettext_lazy("Contact voor privacy"),
        why=gettext_lazy("De wet wil dat mensen weten wie hun gegevens heeft en bij wie ze terechtkunnen."),
        check=privacy_contact,
        blocking=True,
        may_be_overridden=False,
    ),
    ReadinessCheck(
        key="privacy_statement",
        title=gettext_lazy("Privacyverklaring"),
        why=gettext_lazy("Mensen vertellen hier over hun gezondheid. Ze moeten kunnen lezen wat ermee gebeurt."),
        check=pages.privacy_statement,
        blocking=True,
        may_be_overridden=False,
    ),
    ReadinessCheck(
        key="crisis_help",
        title=gettext_lazy("Hulp bij crisis"),
        why=gettext_lazy("Wie hier komt, kan in nood zijn. 112 en 113 moeten altijd één tik ver weg zijn."),
        check=pages.crisis_help,
        blocking=True,
    ),
    ReadinessCheck(
        key="accessibility_statement",
        title=gettext_lazy("Verklaring over toegankelijkheid"),
        why=gettext_lazy("Iemand die de site niet kan gebruiken, moet weten waar hij dat kan melden."),
        check=pages.accessibility_statement,
        blocking=True,
    ),
    ReadinessCheck(
        key="no_empty_page",
        title=gettext_lazy("Geen lege pagina's"),
        why=gettext_lazy("Op een lege pagina haakt een bezoeker af, en komt niet terug."),
        check=pages.no_empty_page,
        blocking=True,
    ),
    ReadinessCheck(
        key="brand_contrast",
        title=gettext_lazy("Leesbare kleuren"),
        why=gettext_lazy("Met te weinig contrast kunnen mensen die slecht zien de site niet lezen."),
        check=brand_contrast,
        blocking=True,
    ),
    ReadinessCheck(
        key="logo_and_icon",
        title=gettext_lazy("Logo en icoon"),
        why=gettext_lazy("Zo herkennen mensen jullie site, ook tussen de tabbladen van hun browser."),
        check=logo_and_icon,
    ),
)
