"""What the checks find on the network: good, slow, refusing and lying servers, on this machine's own sockets."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from network_stand_in import HERE, Authority, free_port, name_server, site

from zelfregie_core.models import SiteSettings
from zelfregie_core.plugins import Outcome
from zelfregie_tenants.domain.readiness import outside
from zelfregie_tenants.domain.readiness.network import is_local
from zelfregie_tenants.models import Domain

pytestmark = pytest.mark.django_db
HOST = "noord.zelfhulp.nl"
ADDRESS = {(HOST, "A"): [HERE]}
SHORT = 0.3


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stand_in(noord, settings, authority):
    """Return what puts a name server and a site in place of the network."""
    Domain.objects.filter(tenant=noord).update(domain=HOST)
    SiteSettings.objects.update_or_create(pk=1, defaults={"sender_email": f"hallo@{HOST}"})
    with ExitStack() as servers:

        def start(records=ADDRESS, tls_port=0, answers=True, **given):
            settings.ZELFREGIE_READINESS_NETWORK = {
                "nameservers": (HERE,),
                "dns_port": servers.enter_context(name_server(records, answers=answers)),
                "tls_port": tls_port,
                "ca_file": authority.ca_file,
                "dns_seconds": SHORT if not answers else 2.0,
                "allow_private": True,
                **given,
            }

        start.servers = servers
        yield start


def _said(findings) -> list[tuple[Outcome, str]]:
    return [(finding.outcome, str(finding.message)) for finding in findings]


@pytest.mark.parametrize(
    ("given", "outcome", "words"),
    [
        ({}, "ok", f"{HOST} bestaat."),
        ({"records": {}}, "wrong", "bestaat nog niet"),
        ({"answers": False}, "unknown", "De naamservers gaven nu geen antwoord"),
        ({"allow_private": False}, "wrong", "een adres van een eigen netwerk"),
    ],
)
def test_name(stand_in, given, outcome, words):
    stand_in(**given)

    ((found, message),) = _said(outside.domain_resolves())

    assert (found, words in message) == (outcome, True)


def _good(authority):
    return site(authority.certificate(HOST))


def _expired(authority):
    return site(authority.certificate(HOST, days=-1))


def _other_name(authority):
    return site(authority.certificate("elders.nl"))


def _not_trusted(authority):
    return site(authority.certificate(HOST, trusted=False))


def _no_tls(authority):
    return site(None)


def _other_region(authority):
    return site(authority.certificate(HOST), slug="zuid")


def _parked(authority):
    return site(authority.certificate(HOST), body=b"<h1>Dit domein is te koop</h1> {}")


def _silent(authority):
    return site(authority.certificate(HOST), silent=True)


@pytest.mark.parametrize(
    ("server", "outcome", "words"),
    [
        (_good, "ok", "antwoordt, met een geldig certificaat"),
        (_expired, "wrong", "verlopen"),
        (_other_name, "wrong", "van een andere naam"),
        (_not_trusted, "wrong", "niet vertrouwd"),
        (_no_tls, "wrong", "geen veilige verbinding"),
        (_other_region, "wrong", "een andere site"),
        (_parked, "wrong", "een andere site"),
        (_silent, "wrong", "geen antwoord"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_site(stand_in, authority, server, outcome, words):
    port = stand_in.servers.enter_context(server(authority))
    stand_in(tls_port=port, **({"tls_seconds": SHORT} if server is _silent else {}))

    ((found, message),) = _said(outside.domain_answers())

    assert (found, words in message) == (outcome, True), message


def test_nobody_listens(stand_in):
    stand_in(tls_port=free_port())

    assert _said(outside.domain_answers()) == [
        ("wrong", f"Op https://{HOST} antwoordt niemand. Wijst het domein naar het platform?")
    ]


SPF = {(HOST, "TXT"): ['"v=spf1 include:_spf.platform.nl -all"']}
DKIM = {(f"een._domainkey.{HOST}", "TXT"): ['"v=DKIM1; k=rsa; p=MIGf" "MA0G"']}
DMARC = {("_dmarc.zelfhulp.nl", "TXT"): ['"v=DMARC1; p=reject"']}


@pytest.mark.parametrize(
    ("records", "outcomes"),
    [
        ({**SPF, **DKIM, **DMARC}, ["ok", "ok", "ok"]),
        ({}, ["wrong", "wrong", "wrong"]),
        ({**SPF, (HOST, "TXT"): ['"v=spf1 -all"', '"iets anders"']}, ["wrong", "wrong", "wrong"]),
        ({**DKIM, **DMARC, (HOST, "TXT"): ['"v=spf1 include:_spf.platform.nl +all"']}, ["wrong", "ok", "ok"]),
        ({**DKIM, **DMARC, (HOST, "TXT"): [*SPF[HOST, "TXT"], '"v=spf1 mx -all"']}, ["wrong", "ok", "ok"]),
        ({**SPF, **DMARC, (f"een._domainkey.{HOST}", "TXT"): ['"v=DKIM1; p="']}, ["ok", "wrong", "ok"]),
    ],
)
def test_mail(stand_in, settings, records, outcomes):
    settings.ZELFREGIE_MAIL_SPF_INCLUDE, settings.ZELFREGIE_MAIL_DKIM_SELECTOR = "_spf.platform.nl", "een"
    stand_in(records)

    assert [outcome for outcome, _message in _said(outside.mail_sender())] == outcomes


def test_mail_of_a_platform_without_a_key_and_with_name_servers_that_say_nothing(stand_in, settings):
    settings.ZELFREGIE_MAIL_DKIM_SELECTOR = settings.ZELFREGIE_MAIL_SPF_INCLUDE = ""
    stand_in({**SPF, **DMARC})
    without_key = [outcome for outcome, _message in _said(outside.mail_sender())]

    stand_in(answers=False)

    assert without_key == ["ok", "unknown", "ok"]
    assert [outcome for outcome, _message in _said(outside.mail_sender())] == ["unknown"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("noord.localhost", True), ("localhost", True), ("noord.test", True), ("10.0.0.1", True), ("::1", True),
        ("noord.zelfhulp.nl", False), ("test.nl", False),
    ],
)  # fmt: skip
def test_names_of_ones_own_machine(host, expected):
    assert is_local(host) is expected


def test_site_says_which_region_it_is_also_before_it_is_open(noord, client, region_client, zuid):
    noord.state, noord.launched_at = noord.State.PREPARED, None
    noord.save()

    answers = [visitor.get("/.well-known/zelfregie").json() for visitor in (client, region_client(zuid))]

    assert (client.get("/").status_code, answers) == (503, [{"region": "noord"}, {"region": "zuid"}])
