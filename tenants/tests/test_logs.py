"""A log line says in which region, and nothing about a person."""

import io
import logging

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from zelfregie_tenants.logs import DiscreetFormatter, RegionFilter
from zelfregie_tenants.settings.base import LOGGING


@pytest.fixture
def log():
    """A logger wired as in production, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter(LOGGING["formatters"]["plain"]["format"]))
    handler.addFilter(RegionFilter())
    logger = logging.getLogger("proef")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)
    logger.propagate = True


def test_line_names_the_region_in_which_it_arose(log, noord, zuid):
    logger, written = log

    logger.info("een")
    with tenant_context(zuid):
        logger.info("twee")
    connection.set_schema_to_public()
    logger.info("drie")

    lines = [line.split(" ", 2)[2] for line in written.getvalue().splitlines()]
    assert lines == ["INFO [region_noord] proef: een", "INFO [region_zuid] proef: twee", "INFO [public] proef: drie"]


def test_error_is_written_without_its_words(log):
    logger, written = log
    try:
        try:
            raise KeyError("anna@example.nl")
        except KeyError as error:
            raise ValueError("Key (email)=(anna@example.nl) already exists") from error
    except ValueError:
        logger.exception("Dat ging mis.")

    text = written.getvalue()
    assert "anna" not in text
    assert [line for line in text.splitlines() if line.endswith("raised through:")] == [
        "builtins.ValueError, raised through:",
        "builtins.KeyError, raised through:",
    ]
    assert "test_logs.py" in text


def test_error_is_written_in_full_on_a_developers_machine(log, settings):
    settings.DEBUG = True
    logger, written = log
    try:
        raise ValueError("woorden")
    except ValueError:
        logger.exception("Dat ging mis.")

    assert "ValueError: woorden" in written.getvalue()


def test_failing_page_is_logged_with_its_region(client, noord, caplog, settings):
    """Django's own handlers, which write and mail everything, are gone."""
    assert LOGGING["loggers"]["django"]["handlers"] == []
    assert [type(handler).__name__ for handler in logging.getLogger("django").handlers] == []


def test_line_about_an_answer_names_the_region_of_the_request(log, zuid, region_client, caplog):
    """Django writes it when the request has left its region again."""
    region_client(zuid).get("/er-is-niets/")

    record = next(record for record in caplog.records if record.getMessage() == "Not Found: /er-is-niets/")
    log[0].handle(record)
    assert log[1].getvalue().split(" ", 2)[2] == "WARNING [region_zuid] django.request: Not Found: /er-is-niets/\n"
