"""From DATABASE_URL to Django's settings."""

import pytest

from zelfregie_tenants.embedded import EmbeddedError, database_settings, embedded_database_url


def test_database_settings_of_a_server() -> None:
    settings = database_settings("postgresql://an%40na:s%2Fecret@db.example.nl:5433/zelfregie?sslmode=require")

    assert settings == {
        "NAME": "zelfregie",
        "USER": "an@na",
        "PASSWORD": "s/ecret",
        "HOST": "db.example.nl",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_settings_of_a_socket() -> None:
    settings = database_settings("postgresql:///zelfregie?host=/a%20folder/run/pg&user=zelfregie")

    assert settings == {
        "NAME": "zelfregie",
        "USER": "zelfregie",
        "PASSWORD": "",
        "HOST": "/a folder/run/pg",
        "PORT": "",
        "OPTIONS": {},
    }


@pytest.mark.parametrize(
    ("url", "hosts", "ports", "options"),
    [
        ("postgresql://u@one:5432,two:5433/z", "one,two", "5432,5433", {"target_session_attrs": "read-write"}),
        ("postgresql://u@one,two/z", "one,two", "", {"target_session_attrs": "read-write"}),
        ("postgresql://u@[::1]:5,two/z?target_session_attrs=any", "::1,two", "5,", {"target_session_attrs": "any"}),
        ("postgresql:///z?host=one,two", "one,two", "", {"target_session_attrs": "read-write"}),
    ],
)
def test_several_hosts_are_tried_for_the_one_that_takes_writes(url, hosts, ports, options) -> None:
    settings = database_settings(url)

    assert (settings["HOST"], settings["PORT"], settings["OPTIONS"]) == (hosts, ports, options)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://localhost/zelfregie", "must start with postgresql://"),
        ("postgresql://localhost/", "names no database"),
        ("postgresql://localhost:x/zelfregie", "cannot be read"),
    ],
)
def test_database_settings_explains_what_is_wrong(url: str, message: str) -> None:
    with pytest.raises(EmbeddedError, match=message):
        database_settings(url)


def test_embedded_database_url_prefers_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/zelfregie")

    assert embedded_database_url() == "postgresql://elsewhere/zelfregie"
