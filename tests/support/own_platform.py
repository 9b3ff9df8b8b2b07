"""A platform of its own for tests that kill: another process, a copy of the tests' database, no pause points."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from zelfregie_tenants.testing.database import TEMPLATE_PREFIX, code_fingerprint

PATIENCE = 180


class Platform:
    """A database of its own, and the command on it as another process."""

    def __init__(self, where: dict[str, str], name: str, environment: dict[str, str]) -> None:
        """Use this database of the tests' server."""
        self.dsn = make_conninfo(dbname=name, **where)
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql:///{name}?{urlencode(where)}",
            "DJANGO_SETTINGS_MODULE": "zelfregie_tenants.settings.test",
            **environment,
        }

    def start(self, *words: str) -> subprocess.Popen:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "zelfregie_tenants.cli", *words],
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

    def kill_after(self, has_begun: Callable[[], bool], *words: str, delay: float) -> float | None:
        """Start a command and kill it (-9) so long after it began its work; return None when it was killed.

        Returns:
            how long it went on after that, if it ended before.
        """
        process = self.start(*words)
        limit = time.monotonic() + PATIENCE
        while not has_begun() and process.poll() is None:
            assert time.monotonic() < limit
            time.sleep(0.02)
        begun = time.monotonic()
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        lasted = time.monotonic() - begun
        output = process.communicate()[0]
        assert process.returncode in {0, -signal.SIGKILL}, output
        self.wait_for_silence(limit)
        return None if process.returncode == -signal.SIGKILL else lasted

    def wait_for_silence(self, limit: float) -> None:
        """Wait until the server noticed that nobody listens any more, and rolled back."""
        while self.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ):
            assert time.monotonic() < limit
            time.sleep(0.02)

    def query(self, text: str, *values: object) -> list[tuple]:
        """Ask the database, outside Django."""
        with psycopg.connect(self.dsn, autocommit=True) as session:
            return session.execute(text, values).fetchall()

    def execute(self, script: str) -> None:
        """Let the database do something, outside Django."""
        with psycopg.connect(self.dsn, autocommit=True) as session:
            session.execute(script)

    def state(self, slug: str) -> tuple[str | None, bool, int]:
        """Return the region's state, whether its schema is there, and how many domains lead to it."""
        rows = self.query("SELECT id, state FROM zelfregie_tenants_region WHERE slug = %s", slug)
        schema = f"region_{slug}"
        there = self.query("SELECT count(*) FROM pg_namespace WHERE nspname = %s", schema)[0][0] == 1
        if not rows:
            return None, there, 0
        domains = self.query("SELECT count(*) FROM zelfregie_tenants_domain WHERE tenant_id = %s", rows[0][0])
        return rows[0][1], there, domains[0][0]


@contextmanager
def own_platform(label: str, **environment: str) -> Iterator[Platform]:
    """Yield a platform on a copy of the tests' database that other processes may write to; dropped afterwards.

    Args:
        label: tells the databases of several tests apart.
        environment: more variables for its commands.
    """
    parameters = connection.get_connection_params()
    where = {key: str(parameters[key]) for key in ("host", "port", "user", "password") if parameters.get(key)}
    name = f"zelfregie_test_run_{os.getpid()}_{label}"
    source = TEMPLATE_PREFIX + code_fingerprint()  # the newest one may be that of other plugins
    _admin(where, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    _admin(where, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
    try:
        yield Platform(where, name, environment)
    finally:
        _admin(where, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def moments(length: float, rounds: int) -> Iterator[float]:
    """Yield a moment out of each equal part of a length: early, in the middle and late, at any speed."""
    for number in range(rounds):
        yield length * (number + random.random()) / rounds


def _admin(where: dict[str, str], statement: str | sql.Composed) -> list[tuple]:
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as session:
        cursor = session.execute(statement)
        return cursor.fetchall() if cursor.description else []
