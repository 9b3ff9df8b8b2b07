"""A launch that is killed (-9) at any moment, for real: another process, a database of its own, no pause points."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROUNDS = 3
PATIENCE = 180


class Platform:
    """A database of its own, and the command on it as another process."""

    def __init__(self, where: dict[str, str], name: str) -> None:
        """Use this database of the tests' server."""
        self.dsn = make_conninfo(dbname=name, **where)
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql:///{name}?{urlencode(where)}",
            "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
        }

    def start(self, *words: str) -> subprocess.Popen:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "zelfregie_tenants.cli", "region", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Run a command to its end; return exit code and output."""
        process = self.start(*words)
        output, _none = process.communicate(timeout=PATIENCE)
        return process.returncode, output

    def kill_after_draft(self, slug: str, *words: str, delay: float) -> float | None:
        """Start a command and kill it so long after the draft appeared; return None when it had ended by then.

        Returns:
            how long it went on after the draft appeared, if it was not killed.
        """
        process = self.start(*words)
        limit = time.monotonic() + PATIENCE
        while not self.query("SELECT 1 FROM zelfregie_tenants_region WHERE slug = %s", slug):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < limit
            time.sleep(0.02)
        drafted = time.monotonic()
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        lasted = time.monotonic() - drafted
        process.communicate()
        while self.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ):
            assert time.monotonic() < limit
            time.sleep(0.02)  # the server finishes its statement, notices that nobody listens, and rolls back
        return None if process.returncode == -signal.SIGKILL else lasted

    def query(self, text: str, *values: object) -> list[tuple]:
        """Ask the database, outside Django."""
        with psycopg.connect(self.dsn, autocommit=True) as session:
            return session.execute(text, values).fetchall()

    def state(self, slug: str) -> tuple[str | None, bool, int]:
        """Return the region's state, whether its schema is there, and how many domains lead to it."""
        rows = self.query("SELECT id, state FROM zelfregie_tenants_region WHERE slug = %s", slug)
        schema = f"region_{slug}"
        there = self.query("SELECT count(*) FROM pg_namespace WHERE nspname = %s", schema)[0][0] == 1
        if not rows:
            return None, there, 0
        domains = self.query("SELECT count(*) FROM zelfregie_tenants_domain WHERE tenant_id = %s", rows[0][0])
        return rows[0][1], there, domains[0][0]


@pytest.fixture
def platform():
    """A copy of the tests' database that other processes may write to; dropped afterwards."""
    parameters = connection.get_connection_params()
    where = {key: str(parameters[key]) for key in ("host", "port", "user", "password") if parameters.get(key)}
    name = f"zelfregie_test_run_{os.getpid()}_killed"
    source = next(
        database
        for (database,) in _admin(where, "SELECT datname FROM pg_database ORDER BY oid DESC")
        if database.startswith("zelfregie_test_template_")
    )
    _admin(where, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    _admin(where, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    yield Platform(where, name)
    _admin(where, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(where: dict[str, str], statement: str | sql.Composed) -> list[tuple]:
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as session:
        cursor = session.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_launch_killed_at_any_moment_is_completed_by_the_next_one(platform, make_instance):
    whole = make_instance("heel")
    length = platform.kill_after_draft("heel", "launch", str(whole.folder), "--no-invite", delay=PATIENCE)
    assert platform.state("heel") == ("launched", True, 1)

    for number in range(ROUNDS):
        slug = f"gedood{number}"
        folder = str(make_instance(slug).folder)
        # One early, one in the middle of the work, one late: whatever the speed of this machine.
        delay = length * (number + random.random()) / ROUNDS

        platform.kill_after_draft(slug, "launch", folder, "--no-invite", delay=delay)

        assert platform.state(slug) in {("draft", False, 0), ("launched", True, 1)}
        code, output = platform.run("launch", folder, "--no-invite")
        assert (code, platform.state(slug)) == (0, ("launched", True, 1)), output
        code, output = platform.run("plan", folder)
        assert re.fullmatch(r"0 to create, 0 to update, \d+ as they should be, 0 changed by hand\.\n", output), output
