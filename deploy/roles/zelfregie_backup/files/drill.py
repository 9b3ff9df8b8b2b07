"""Prove that a backup restores: bring it up beside the running PostgreSQL, and compare every row.

A point in time is marked in the running database, and what all tables hold is taken down right before and right after
it. Then the backup and the archived changes up to that point are restored into a cluster of its own, which nobody can
reach and which sends nothing to the archive. Each table must hold there what it held then: as many rows, and the same
checksum. A table that changed in that moment, between before and after, cannot be compared, and is named as such.

Runs as the user postgres on the host of the database. Exits with 0 when it is proven, 1 when it is not, 2 when it could
not be tried. Says numbers and names of tables, and nothing that stands in them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

SOCKETS = "/var/run/postgresql"
PORT = 5499
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2
"""
#: The sum does not depend on the order of rows, and no row leaves PostgreSQL.
CONTENT = "SELECT count(*), coalesce(sum(hashtextextended(whole_row::text, 0)), 0)::text FROM {} AS whole_row"
#: The same text for the same row, on both sides.
SAME_TEXT = "-c DateStyle=ISO -c TimeZone=UTC -c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=1"

Contents = dict[tuple[str, str], tuple[int, str]]


class NotTried(Exception):
    """The drill could not be held: this says nothing about the backup."""


class NotProven(Exception):
    """The backup does not restore, or not what was there."""


@dataclass
class Outcome:
    """What a drill came to."""

    tables: int
    rows: int
    moved: list[str]
    restore_seconds: float


def main() -> int:
    """Hold the drill, and tell people and monitoring how it went."""
    options = argparse.ArgumentParser(description="Prove that a backup restores.")
    options.add_argument("--stanza", required=True)
    options.add_argument("--database", required=True)
    options.add_argument("--folder", type=Path, required=True, help="is removed at the end")
    options.add_argument("--figures", type=Path, required=True, help="the folder that the node exporter reads")
    asked = options.parse_args()
    started = time.time()
    try:
        outcome = drill(asked.stanza, asked.database, asked.folder)
    except NotTried as error:
        print(f"No drill was held: {error}", file=sys.stderr)
        return 2
    except NotProven as error:
        print(f"NOT PROVEN: {error}", file=sys.stderr)
        tell(asked.figures, None)
        return 1
    finally:
        shutil.rmtree(asked.folder, ignore_errors=True)
    tell(asked.figures, outcome)
    print(
        json.dumps(
            {
                "proven": True,
                "tables": outcome.tables,
                "rows": outcome.rows,
                "tables that changed in that moment": outcome.moved,
                "seconds of the restore": round(outcome.restore_seconds, 1),
                "seconds in all": round(time.time() - started, 1),
            }
        )
    )
    return 0


def drill(stanza: str, database: str, folder: Path) -> Outcome:
    """Hold the drill; raises NotTried or NotProven."""
    prepare(folder, database)
    live = connect(SOCKETS, 5432, database)
    ((version,),) = ask(live, "SHOW server_version_num")
    point = f"zelfregie-drill-{int(time.time())}"
    before, after = connect(SOCKETS, 5432, database), connect(SOCKETS, 5432, database)
    for session in (before, after):
        session.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
    ask(before, "SELECT 1")
    ((segment,),) = ask(live, "SELECT pg_walfile_name(pg_create_restore_point(%s))", point)
    ask(after, "SELECT 1")
    # The archive gets the point at once, and not when its time has come.
    ask(live, "SELECT pg_switch_wal()")
    was, became = contents(before), contents(after)
    before.close()
    after.close()
    moved = sorted(".".join(table) for table in was.keys() | became.keys() if was.get(table) != became.get(table))
    wait_for_archive(live, segment)
    live.close()

    started = time.monotonic()
    target = folder / "data"
    target.mkdir(mode=0o700)
    command = ["pgbackrest", f"--stanza={stanza}", f"--pg1-path={target}", "--type=name", f"--target={point}"]
    # Or the copy would write into the archive of the original.
    command += ["--target-action=promote", "--archive-mode=off", "--log-level-console=warn", "restore"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotProven(f"pgbackrest restore ended with {done.returncode}: {done.stdout}{done.stderr}")
    with RunningCopy(Path(f"/usr/lib/postgresql/{int(version) // 10000}/bin"), target, folder):
        copy = wait_for_copy(folder, database, folder / "log")
        seconds = time.monotonic() - started
        restored = contents(copy)
        copy.close()
    compare(was, restored, set(moved))
    return Outcome(len(restored), sum(rows for rows, _ in restored.values()), moved, seconds)


def compare(was: Contents, restored: Contents, moved: set[str]) -> None:
    """Raise NotProven when a table that stood still is not what it was."""
    wrong = []
    for table in sorted(was.keys() | restored.keys()):
        name = ".".join(table)
        if name not in moved and was.get(table) != restored.get(table):
            rows = [str(side[table][0]) if table in side else "no table" for side in (was, restored)]
            wrong.append(f"{name}: {rows[0]} rows then, {rows[1]} in the backup")
    if wrong:
        raise NotProven(f"{len(wrong)} tables differ. {'; '.join(wrong[:20])}")
    if not was:
        raise NotProven("The database has no tables, so nothing was proven.")


def prepare(folder: Path, database: str) -> None:
    """Make an empty folder, with room for the database; raises NotTried."""
    if folder.exists():
        # Of a drill that was cut off. Its PostgreSQL goes first.
        stop_leftover(folder / "data")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    try:
        live = connect(SOCKETS, 5432, database)
    except psycopg2.OperationalError as error:
        raise NotTried(f"PostgreSQL does not answer: {error}") from error
    ((size,),) = ask(live, "SELECT sum(pg_database_size(oid)) FROM pg_database")
    live.close()
    free = shutil.disk_usage(folder).free
    if free < float(size) * 1.2 + 512 * 2**20:
        raise NotTried(f"{folder} has {free >> 20} MB, and the database is {int(size) >> 20} MB: make room.")


def wait_for_archive(live: psycopg2.extensions.connection, segment: str, seconds: float = 300) -> None:
    """Wait until the changes up to the point are in the archive; raises NotProven when they do not get there."""
    until = time.monotonic() + seconds
    while True:
        ((archived, failing),) = ask(
            live, "SELECT coalesce(last_archived_wal, ''), last_failed_wal IS NOT NULL FROM pg_stat_archiver"
        )
        if archived[8:] >= segment[8:]:  # without the number of the timeline
            return
        if time.monotonic() > until:
            raise NotProven(
                f"The archive has {archived or 'nothing'}, and not {segment}{': sending failed' if failing else ''}."
            )
        time.sleep(0.5)


class RunningCopy:
    """A PostgreSQL on a restored folder that nobody else reaches, while this lasts."""

    def __init__(self, programs: Path, data: Path, folder: Path) -> None:
        self._data, self._folder = data, folder
        access = folder / "access.conf"
        access.write_text("local all postgres peer\n")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "port": PORT,
            "hba_file": str(access),
            "ident_file": "/dev/null",
            "external_pid_file": "",
            "ssl": "off",
            "archive_mode": "off",
            # A copy for looking: no reader before it is whole, and no disk is waited for.
            "hot_standby": "off",
            "fsync": "off",
            "autovacuum": "off",
            "shared_buffers": "64MB",
            "max_connections": 20,
            "max_wal_senders": 0,
            "max_locks_per_transaction": 512,
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        # The settings of Debian stand outside of the folder, so the copy has none of them.
        (data / "postgresql.conf").write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        self._command = [str(programs / "postgres"), "-D", str(data)]

    def __enter__(self) -> None:
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=subprocess.STDOUT)

    def __exit__(self, *error: object) -> None:
        self._process.send_signal(2)  # a fast end
        try:
            self._process.wait(120)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def stop_leftover(data: Path) -> None:
    """End the PostgreSQL that a drill left which was killed."""
    try:
        number = int((data / "postmaster.pid").read_text().split()[0])
        if str(data) in Path(f"/proc/{number}/cmdline").read_text():
            os.kill(number, 3)
            time.sleep(2)
    except (OSError, ValueError, IndexError):
        return


def wait_for_copy(folder: Path, database: str, log: Path, seconds: float = 6 * 3600) -> psycopg2.extensions.connection:
    """A connection to the copy, when it has got to the point; raises NotProven when it does not get there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        said = log.read_text(errors="replace")
        if "FATAL" in said.replace("FATAL:  the database system is", "") or "shut down" in said.splitlines()[-1:]:
            break
        try:
            copy = connect(str(folder), PORT, database)
        except psycopg2.OperationalError:
            time.sleep(0.5)
            continue
        if ask(copy, "SELECT pg_is_in_recovery()") == [(False,)]:
            return copy
        copy.close()
        time.sleep(0.5)
    end = " ".join(log.read_text(errors="replace").split()[-80:])
    raise NotProven(f"The restored PostgreSQL does not start: {end}")


def contents(connection: psycopg2.extensions.connection) -> Contents:
    """How many rows each table has, and their checksum."""
    found: Contents = {}
    for schema, table in ask(connection, TABLES):
        query = sql.SQL(CONTENT).format(sql.Identifier(schema, table))
        (found[schema, table],) = ask(connection, query)
    return found


def connect(host: str, port: int, database: str) -> psycopg2.extensions.connection:
    """A session as the user postgres; each statement stands for itself."""
    connection = psycopg2.connect(host=host, port=port, dbname=database, options=SAME_TEXT, connect_timeout=10)
    connection.autocommit = True
    return connection


def ask(connection: psycopg2.extensions.connection, query: str | sql.Composed, *values: object) -> list[tuple]:
    """The rows of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


def tell(figures: Path, outcome: Outcome | None) -> None:
    """Write for monitoring whether it was proven, and when the last time; without an outcome that stays as it was."""
    path = figures / "zelfregie_drill.prom"
    name = "zelfregie_drill_proven_timestamp_seconds"
    if outcome:
        proven = f"# TYPE {name} gauge\n{name} {time.time():.0f}\n"
        for part, value in (
            ("restore_seconds", outcome.restore_seconds),
            ("rows", outcome.rows),
            ("tables", outcome.tables),
        ):
            proven += f"# TYPE zelfregie_drill_{part} gauge\nzelfregie_drill_{part} {value:.0f}\n"
    else:
        old = path.read_text().splitlines(keepends=True) if path.exists() else []
        proven = "".join(line for line in old if "zelfregie_drill_ok" not in line)
    new = path.with_suffix(".new")
    new.write_text(f"{proven}# TYPE zelfregie_drill_ok gauge\nzelfregie_drill_ok {int(outcome is not None)}\n")
    new.chmod(0o644)
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main())
