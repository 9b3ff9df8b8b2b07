"""Checks that ask the network: does the address lead here, safely, and does mail from here arrive."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from zelfregie_core.domain.readiness.pages import settings_link
from zelfregie_core.models import SiteSettings
from zelfregie_core.plugins import Finding
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.readiness.network import BadAnswer, Network, NotKnown, is_local, network
from zelfregie_tenants.models import Domain


def domain_resolves() -> Sequence[Finding]:
    """Every address of the region is in the DNS and leads to a server that visitors can reach."""
    return [_resolves(host, network()) for host in _hosts()] or [_no_address()]


def domain_answers() -> Sequence[Finding]:
    """This region's site answers at its address over TLS, with a certificate that browsers trust, within five seconds.

    Only the first address is asked; the others lead to it.
    """
    hosts = _hosts()
    return [_answers(hosts[0], network())] if hosts else [_no_address()]


def mail_sender() -> Sequence[Finding]:
    """The domain of the sender has SPF that names the platform's mail server, its DKIM key, and DMARC."""
    sender = SiteSettings.load().sender_email or settings.DEFAULT_FROM_EMAIL
    domain = sender.rpartition("@")[2].strip("> ").lower()
    if is_local(domain):
        return [_local(domain)]
    asked = network()
    try:
        return [_spf(domain, asked), _dkim(domain, asked), _dmarc(domain, asked)]
    except NotKnown:
        return [_silent_servers(domain)]


def _hosts() -> list[str]:
    """Return the region's host names, its own first."""
    region = current_region()
    rows = Domain.objects.filter(tenant_id=region.pk).order_by("-is_primary", "domain") if region else []
    return [row.domain for row in rows]


def _resolves(host: str, asked: Network) -> Finding:
    if is_local(host):
        return _local(host)
    try:
        addresses = asked.addresses(host)
    except NotKnown:
        return _silent_servers(host)
    if not addresses:
        return Finding.wrong(
            _("%(host)s bestaat nog niet. Vraag wie jullie domein beheert om het naar het platform te laten wijzen.")
            % {"host": host}
        )
    inside = [address for address in addresses if not asked.is_reachable(address)]
    if inside:
        return Finding.wrong(
            _("%(host)s wijst naar %(address)s. Dat is een adres van een eigen netwerk: bezoekers komen daar niet.")
            % {"host": host, "address": inside[0]}
        )
    return Finding.ok(_("%(host)s bestaat.") % {"host": host})


def _answers(host: str, asked: Network) -> Finding:
    region = current_region()
    if is_local(host):
        return _local(host)
    try:
        addresses = [address for address in asked.addresses(host) if asked.is_reachable(address)]
        if not addresses:
            return Finding.wrong(_("%(host)s leidt nog nergens heen.") % {"host": host})
        slug = asked.who_answers(host, addresses[0])
    except NotKnown:
        return Finding.unknown(
            _("Vanaf het platform was %(host)s nu niet te bereiken, dus dit is niet nagekeken.") % {"host": host}
        )
    except BadAnswer as error:
        return Finding.wrong(_bad_answers()[error.reason] % {"host": host})
    if region is None or slug != region.slug:
        return Finding.wrong(_bad_answers()["other_site"] % {"host": host})
    return Finding.ok(_("https://%(host)s antwoordt, met een geldig certificaat.") % {"host": host})


def _bad_answers() -> dict[str, str]:
    return {
        "refused": _("Op https://%(host)s antwoordt niemand. Wijst het domein naar het platform?"),
        "silent": _("https://%(host)s gaf binnen vijf seconden geen antwoord. Wijst het domein naar het platform?"),
        "expired": _("Het certificaat van %(host)s is verlopen of nog niet geldig. Browsers waarschuwen bezoekers."),
        "other_name": _("Het certificaat op %(host)s is van een andere naam. Browsers waarschuwen bezoekers."),
        "not_trusted": _("Het certificaat van %(host)s wordt door browsers niet vertrouwd."),
        "no_tls": _("Op %(host)s is geen veilige verbinding (https) mogelijk."),
        "other_site": _("Op https://%(host)s antwoordt een andere site. Het domein wijst niet naar het platform."),
    }


def _spf(domain: str, asked: Network) -> Finding:
    records = [text for text in asked.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    given = {"domain": domain, "include": settings.ZELFREGIE_MAIL_SPF_INCLUDE}
    if not records:
        return Finding.wrong(
            _("%(domain)s heeft geen SPF-record. Mail van de site komt dan vaak bij de ongewenste mail.") % given,
            settings_link(),
        )
    if len(records) > 1:
        return Finding.wrong(_("%(domain)s heeft meer dan één SPF-record. Dan telt er geen.") % given, settings_link())
    parts = records[0].lower().split()
    if "+all" in parts or "all" in parts:
        return Finding.wrong(_("Het SPF-record van %(domain)s staat iedereen toe om mail te sturen.") % given)
    wanted = settings.ZELFREGIE_MAIL_SPF_INCLUDE.lower()
    if wanted and not {f"include:{wanted}", f"+include:{wanted}", f"redirect={wanted}"} & set(parts):
        return Finding.wrong(
            _("In het SPF-record van %(domain)s staat niet “include:%(include)s”. Vraag je domeinbeheerder erom.")
            % given,
            settings_link(),
        )
    return Finding.ok(_("Het SPF-record van %(domain)s klopt.") % given)


def _dkim(domain: str, asked: Network) -> Finding:
    selector = settings.ZELFREGIE_MAIL_DKIM_SELECTOR
    if not selector:
        return Finding.unknown(_("DKIM is niet nagekeken: het platform heeft er geen sleutel voor opgegeven."))
    name = f"{selector}._domainkey.{domain}"
    tags = [tag.strip() for text in asked.texts(name) for tag in text.split(";")]
    if not any(tag.startswith("p=") and len(tag) > 2 for tag in tags):
        return Finding.wrong(
            _("Op %(name)s staat geen DKIM-sleutel. Vraag je domeinbeheerder erom.") % {"name": name}, settings_link()
        )
    return Finding.ok(_("De DKIM-sleutel van %(domain)s is er.") % {"domain": domain})


def _dmarc(domain: str, asked: Network) -> Finding:
    """A name without a record of its own has that of the domain above it."""
    labels = domain.split(".")
    for name in dict.fromkeys((domain, ".".join(labels[-2:]))):
        if any(text.lower().replace(" ", "").startswith("v=dmarc1") for text in asked.texts(f"_dmarc.{name}")):
            return Finding.ok(_("%(domain)s heeft een DMARC-record.") % {"domain": name})
    return Finding.wrong(
        _("%(domain)s heeft geen DMARC-record. Anderen kunnen dan mail sturen in jullie naam.") % {"domain": domain},
        settings_link(),
    )


def _local(host: str) -> Finding:
    return Finding.unknown(
        _("%(host)s is een naam voor een eigen computer of om mee te proberen. Er valt niets na te kijken.")
        % {"host": host}
    )


def _silent_servers(host: str) -> Finding:
    return Finding.unknown(
        _("De naamservers gaven nu geen antwoord over %(host)s. Controleer het straks opnieuw.") % {"host": host}
    )


def _no_address() -> Finding:
    return Finding.wrong(_("De regio heeft nog geen webadres."))
