"""The platform's own readiness checks: people, addresses, mail, backups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zelfregie_core.domain.readiness.pages import settings_link
from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.domain.second_factor import users_with_second_factor
from zelfregie_core.models import SiteSettings
from zelfregie_core.plugins import Finding, ReadinessCheck
from zelfregie_tenants.domain.backup.records import recent_backups, was_restored_once
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.readiness import outside

#: One falls ill, and the other still answers within 24 hours.
ENOUGH_MODERATORS = 2
BACKUP_MAX_AGE = dt.timedelta(days=7)


def two_moderators() -> Sequence[Finding]:
    """Two active moderators or administrators sign in with a second factor; who has one has chosen a password."""
    roles = [GROUP_NAMES[Role.MODERATOR], GROUP_NAMES[Role.ADMINISTRATOR]]
    people = get_user_model().objects.filter(is_active=True, groups__name__in=roles).distinct()
    ready = users_with_second_factor().filter(pk__in=people.values("pk")).count()
    if ready >= ENOUGH_MODERATORS:
        return [Finding.ok(_("%(number)d mensen kunnen modereren en loggen in met een code.") % {"number": ready})]
    count = people.count()
    sentence = ngettext(
        "Er is %(people)d moderator of beheerder.", "Er zijn %(people)d moderatoren en beheerders.", count
    ) % {"people": count}
    sentence += " " + ngettext(
        "%(ready)d daarvan heeft een wachtwoord gekozen en inloggen met een code aangezet.",
        "%(ready)d daarvan hebben een wachtwoord gekozen en inloggen met een code aangezet.",
        ready,
    ) % {"ready": ready}
    sentence += " " + _("Het moeten er minstens %(wanted)d zijn.") % {"wanted": ENOUGH_MODERATORS}
    return [Finding.wrong(sentence, reverse("wagtailusers_users:index"))]


def no_demo_data() -> Sequence[Finding]:
    """The site does not say that it is an example: neither the folder nor the site's details."""
    region = current_region()
    if region is not None and region.is_demo:
        return [Finding.wrong(_("Deze site is gemaakt als voorbeeld: in de map staat demo = true."))]
    if SiteSettings.load().is_demo:
        return [Finding.wrong(_("Op elke pagina staat dat dit een voorbeeld is. Zet dat uit."), settings_link())]
    return [Finding.ok(_("Dit is geen voorbeeldsite."))]


def backup_made() -> Sequence[Finding]:
    """A backup of this region was made in the last seven days, and read back, or encrypted for another's key.

    The platform's own record says so: the file may be out of reach of the server that asks.
    """
    region = current_region()
    if region is not None and recent_backups(BACKUP_MAX_AGE).filter(region=region).exists():
        return [Finding.ok(_("Er is een reservekopie van de afgelopen week."))]
    return [
        Finding.wrong(
            _("Er is geen reservekopie van de afgelopen week. Vraag de beheerder van het platform om er een te maken.")
        )
    ]


def backup_restored() -> Sequence[Finding]:
    """A region was once made from a backup of this one."""
    region = current_region()
    if region is not None and was_restored_once(region):
        return [Finding.ok(_("Een reservekopie is een keer teruggezet, en dat lukte."))]
    return [
        Finding.wrong(
            _(
                "Er is nog nooit een reservekopie teruggezet. Vraag de beheerder van het platform om dat een keer te "
                "proberen, onder een andere naam."
            )
        )
    ]


CHECKS = (
    ReadinessCheck(
        key="two_moderators",
        title=gettext_lazy("Twee moderatoren"),
        why=gettext_lazy(
            "Iedereen krijgt binnen een dag antwoord, ook als er iemand ziek is. De code houdt vreemden buiten."
        ),
        check=two_moderators,
        blocking=True,
    ),
    ReadinessCheck(
        key="no_demo_data",
        title=gettext_lazy("Geen voorbeeldsite"),
        why=gettext_lazy("Iemand in nood mag niet bij een groep terechtkomen die niet bestaat."),
        check=no_demo_data,
        blocking=True,
    ),
    ReadinessCheck(
        key="backup_made",
        title=gettext_lazy("Reservekopie"),
        why=gettext_lazy("Wat mensen aan jullie toevertrouwen, kan niemand opnieuw schrijven."),
        check=backup_made,
        blocking=True,
    ),
    ReadinessCheck(
        key="domain_resolves",
        title=gettext_lazy("Webadres"),
        why=gettext_lazy("Anders ziet iemand die het adres intypt, een foutmelding."),
        check=outside.domain_resolves,
        blocking=True,
        outside=True,
    ),
    ReadinessCheck(
        key="domain_answers",
        title=gettext_lazy("Veilige verbinding"),
        why=gettext_lazy("Zonder geldig certificaat schrikt de browser bezoekers af, en kan iemand meelezen."),
        check=outside.domain_answers,
        blocking=True,
        outside=True,
    ),
    ReadinessCheck(
        key="mail_sender",
        title=gettext_lazy("Mail die aankomt"),
        why=gettext_lazy("Antwoorden die bij de ongewenste mail komen, leest niemand."),
        check=outside.mail_sender,
        outside=True,
    ),
    ReadinessCheck(
        key="backup_restored",
        title=gettext_lazy("Proef met terugzetten"),
        why=gettext_lazy("Pas wie het heeft geprobeerd, weet dat het lukt."),
        check=backup_restored,
    ),
)
