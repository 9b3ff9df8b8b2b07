"""Settings say in one sentence what is missing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from zelfregie_tenants.settings import environment

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "ZELFREGIE_SECRET_KEY": "x" * 50,
    "ZELFREGIE_ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "DATABASE_URL": "postgresql://user:secret@db.example:5432/zelfregie",
    "ZELFREGIE_MEDIA_ROOT": "/srv/media",
    "ZELFREGIE_STATIC_ROOT": "/srv/static",
    "ZELFREGIE_FROM_EMAIL": "noreply@example.nl",
}
PROGRAM = """
from django.core.exceptions import ImproperlyConfigured
try:
    from zelfregie_tenants.settings import production as s
except ImproperlyConfigured as error:
    print(error)
else:
    host = s.DATABASES["default"]["HOST"]
    print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_NAME, host, s.SECURE_HSTS_SECONDS)
    print("proxies:", s.ZELFREGIE_TRUSTED_PROXIES)
"""


def load_production(**changes):
    variables = {name: value for name, value in (COMPLETE | changes).items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PATH": "/usr/bin"} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_production_is_strict():
    assert load_production() == "False True __Host-sessionid db.example 31536000\nproxies: 1"


def test_production_counts_the_proxies_that_the_environment_names():
    assert load_production(ZELFREGIE_TRUSTED_PROXIES="2").splitlines()[1] == "proxies: 2"


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_production_names_what_is_missing(name):
    assert load_production(**{name: None}).startswith(f"Set {name} (or {name}_FILE")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ZELFREGIE_SECRET_KEY": "kort"}, "ZELFREGIE_SECRET_KEY is too short: use at least 50 random characters."),
        (
            {"DATABASE_URL": "mysql://x"},
            "DATABASE_URL must start with postgresql://, because Zelfregie needs PostgreSQL.",
        ),
        (
            {"ZELFREGIE_CACHE": "schijf"},
            "ZELFREGIE_CACHE is “schijf”; give files (one machine), or database or redis (several).",
        ),
        (
            {"ZELFREGIE_CACHE": "redis"},
            "Set ZELFREGIE_REDIS_URL (or ZELFREGIE_REDIS_URL_FILE, the path of a file that holds it): it is the Valkey "
            "or Redis server, as redis://:password@host:6379/0.",
        ),
        ({"ZELFREGIE_LOG_FORMAT": "xml"}, "ZELFREGIE_LOG_FORMAT is “xml”; give plain or json."),
        ({"ZELFREGIE_PAGE_CACHE_SECONDS": "lang"}, "ZELFREGIE_PAGE_CACHE_SECONDS is “lang”; give a whole number."),
        ({"ZELFREGIE_EMAIL_PORT": "smtp"}, "ZELFREGIE_EMAIL_PORT is “smtp”; give a whole number."),
        ({"ZELFREGIE_EMAIL_TLS": "misschien"}, "ZELFREGIE_EMAIL_TLS is “misschien”; give 1 or 0."),
    ],
)
def test_production_says_what_is_wrong(changes, sentence):
    assert load_production(**changes) == sentence


def test_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "sleutel").write_text("geheim\n")
    monkeypatch.setenv("PROEF_FILE", str(tmp_path / "sleutel"))

    assert environment.required("PROEF", "a test") == "geheim"


def test_secret_file_that_cannot_be_read_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PROEF_FILE", str(tmp_path / "weg"))

    with pytest.raises(ImproperlyConfigured, match="cannot be read: No such file"):
        environment.text("PROEF")


def test_every_variable_of_the_environment_is_in_the_reference():
    """Both ways: what the code reads is described, and what is described is read."""
    code = [*(ROOT / "tenants/src").rglob("*.py"), *(ROOT / "core/src").rglob("*.py")]
    reading = re.compile(
        r"""(?:environment\.\w+|environ\.get|environ\.setdefault|environ\[|getenv)[(\[]?\s*"([A-Z_]+)\""""
    )
    read = {name for path in code for name in reading.findall(path.read_text(encoding="utf-8"))}
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")

    described = set(re.findall(r"`((?:[A-Z]+_)*[A-Z]+)`", page)) - {"NAME_FILE", "PORT"}

    from_a_request = {"HTTP_HOST", "PATH_INFO", "REQUEST_METHOD"}
    assert sorted(described) == sorted(read - from_a_request - {"ZELFREGIE_TEST_ENCRYPTION_KEYS"})
