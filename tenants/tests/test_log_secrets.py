"""No personal link, code or signed value reaches a log, whoever wrote the view, and however the address was broken."""

import io
import logging
from types import ModuleType

import pytest
from django.core import signing
from django.http import Http404, HttpResponseBadRequest
from django.urls import include, path

import zelfregie_tenants.urls
from zelfregie_core.encryption import encrypt
from zelfregie_tenants.log_secrets import discreet, discreet_address
from zelfregie_tenants.logs import DiscreetFormatter, RegionFilter
from zelfregie_tenants.settings.base import LOGGING
from zelfregie_tenants.testing.client import RegionClient

pytestmark = pytest.mark.django_db
#: In the forms in which a link may hold one; the last is a word, as no generator makes it.
SIGNED = "9f86d081884c7d65:9aTqX0hYw4bU1u8l8c3Zl4uKk0M6b9w0u5d8r1n2p3s"
SECRETS = (
    "K7QX-2M9P",
    "2345abcd",
    SIGNED,
    "482913",
    "wachtwoord",
)


def fails(request, token):
    try:
        raise KeyError(token)
    except KeyError as error:
        raise ValueError(f"Bij {token} ging het mis op {request.path}") from error


def says_no(request, token):
    raise Http404(f"geen {token}")


def refuses(request, token):
    return HttpResponseBadRequest(token)


@pytest.fixture
def written():
    """What is written of everything, as on a server."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(DiscreetFormatter(LOGGING["formatters"]["plain"]["format"]))
    handler.addFilter(RegionFilter())
    logging.root.addHandler(handler)
    yield out.getvalue
    logging.root.removeHandler(handler)


@pytest.fixture
def visitor(noord, temporary_plugin, settings):
    """Somebody in noord, where a plugin has views of which its author thought of nothing."""
    temporary_plugin("proef")
    views = [path(f"{view.__name__}/<str:token>/", view) for view in (fails, says_no, refuses)]
    module = ModuleType("proef_urls")
    module.urlpatterns = [
        path("-/proef/", include((views, "proef"), namespace="proef")),
        *zelfregie_tenants.urls.urlpatterns,
    ]
    settings.ROOT_URLCONF = module
    return RegionClient(noord, raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("/-/proef/says_no/{}/", "WARNING [region_noord] django.request: Not Found: /-/proef/says_no/…/"),
        ("/-/proef/refuses/{}/", "WARNING [region_noord] django.request: Bad Request: /-/proef/refuses/…/"),
        ("/-/proef/fails/{}/", "ERROR [region_noord] django.request: Internal Server Error: /-/proef/fails/…/"),
        ("/-/proef/says_no/{}", None),
        ("/-/proef/says_no/{}/?t={}", "WARNING [region_noord] django.request: Not Found: /-/proef/says_no/…/"),
        # As mail programs and people break them.
        ("/-/proef/says_no/{}%20/", "WARNING [region_noord] django.request: Not Found: /-/proef/says_no/…/"),
        ("/-/proef/says_no/{}%0a{}/", "WARNING [region_noord] django.request: Not Found: /-/proef/says_no/…/"),
        ("/-/says_no/proef/een%20{}", "WARNING [region_noord] django.request: Not Found: /-/says_no/proef/…"),
        ("/-/proef/says_no/{}>/erbij", "WARNING [region_noord] django.request: Not Found: /-/proef/says_no/…/…"),
    ],
)
def test_line_about_an_answer_shows_the_place_and_not_the_secret(visitor, written, address, line, secret):
    visitor.get(address.format(secret, secret))

    text = written()
    assert secret not in text
    assert line is None or line in text


def test_trace_and_refused_form_hold_no_secret(visitor, written):
    visitor.get(f"/-/proef/fails/{SIGNED}/")
    visitor.post(f"/-/proef/fails/{SIGNED}/")

    text = written()
    assert SIGNED not in text
    assert "builtins.ValueError, raised through:" in text
    assert "WARNING [region_noord] django.security.csrf: Forbidden (CSRF cookie not set.): /-/proef/fails/…/" in text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/-/stories/intrekken/{}/", "/-/stories/intrekken/…/"),
        ("/-/stories/bedankt/{}/", "/-/stories/bedankt/…/"),
        ("/-/referrals/k/{}/gebruiken/", "/-/referrals/k/…/gebruiken/"),
        ("/-/referrals/praktijk/{}/kaart/{}/a5/", "/-/referrals/praktijk/…/kaart/…/…/"),
        ("/admin/password_reset/confirm/MQ/cxz1b2-{}/", "/admin/password_reset/confirm/…/…/"),
        ("/stories/intrekken/x{}", "/stories/intrekken/…"),
    ],
)
@pytest.mark.parametrize("secret", SECRETS[:3])
def test_addresses_of_ours_show_no_secret(address, shown, secret):
    assert discreet_address(address.format(secret, secret)) == shown


@pytest.mark.parametrize(
    "address",
    ["/", "/er-is-niets/", "/groepen/rouw-2/", "/admin/pages/7001/edit/", "/-/groups/export/groepen.csv", "/robots.txt",
     "/nieuws/2026/herfst/", "/-/groups/hsds/services", "/media/foto.original.jpg"],
)  # fmt: skip
def test_addresses_without_a_secret_stay_as_they_are(address):
    assert discreet_address(address) == address


def test_signed_and_encrypted_values_are_taken_out_anywhere(db):
    values = [signing.dumps({"pk": 1}), signing.Signer().sign("x"), signing.TimestampSigner().sign("12"), encrypt("a")]

    assert [discreet(f"Kreeg {value} terug") for value in values] == ["Kreeg … terug"] * 4


@pytest.mark.parametrize(
    "line",
    [
        "Task 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed (zelfregie_groups.tasks.refresh_groups_task) failed",
        "Plugin 'aaa' failed in hook home_sections with ValueError at /usr/lib/Python3/hooks.py:12; it was left out.",
        "Tile 8/132/85: 404", "Terms kept: stories_sent_in 4", "and/or", "GET groups:export_csv 200 12 ms",
    ],
)  # fmt: skip
def test_other_lines_stay_as_they_are(line):
    assert discreet(line) == line


def test_line_that_cannot_be_put_together_does_not_show_its_values(written, capsys):
    logging.getLogger("proef").warning("Een %s en %s", SECRETS[0])

    assert written().endswith("WARNING [region_noord] proef: This line could not be put together: Een %s en %s\n")
    assert SECRETS[0] not in "".join(capsys.readouterr())
