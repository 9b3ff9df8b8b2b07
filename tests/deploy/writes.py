"""Runs on a host: writes numbered rows to the database for so many seconds, and looks afterwards what became of each.

    python writes.py SECONDS

DATABASE_URL says where, as the application has it. Four writers, each with a connection of its own, write a row, wait
until it is acknowledged, and write the next. A writer whose connection breaks makes a new one and goes on with the next
number: whether the row at hand was written it does not know. Prints a line of JSON.
"""

import itertools
import json
import os
import sys
import threading
import time

import psycopg

WRITE = "INSERT INTO proof_of_writes.row (writer, number) VALUES (%s, %s)"


class Writers:
    """What was acknowledged, and when."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.acknowledged: list[tuple[int, int, float]] = []
        self.broken: dict[str, int] = {}
        self.lock = threading.Lock()

    def write(self, writer: int) -> None:
        """Write until the time is over."""
        number, connection = 0, None
        while time.monotonic() < self.until:
            number += 1
            try:
                if connection is None:
                    connection = connect()
                connection.execute(WRITE, [writer, number])
            except psycopg.Error as error:
                with self.lock:
                    self.broken[type(error).__name__] = self.broken.get(type(error).__name__, 0) + 1
                if connection is not None:
                    connection.close()
                connection = None
                time.sleep(0.1)
                continue
            with self.lock:
                self.acknowledged.append((writer, number, time.monotonic()))
            time.sleep(0.01)


def connect() -> psycopg.Connection:
    """A connection to whoever takes writes, with the patience of the application."""
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def main(seconds: float) -> None:
    """Write, and tell."""
    with connect() as first:
        first.execute("CREATE SCHEMA IF NOT EXISTS proof_of_writes")
        first.execute("DROP TABLE IF EXISTS proof_of_writes.row")
        first.execute("CREATE TABLE proof_of_writes.row (writer int, number int)")
    writers = Writers(seconds)
    threads = [threading.Thread(target=writers.write, args=(number,)) for number in range(4)]
    sys.stderr.write("writing\n")
    sys.stderr.flush()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connect() as last:
        there = set(last.execute("SELECT writer, number FROM proof_of_writes.row"))
        last.execute("DROP SCHEMA proof_of_writes CASCADE")
    times = sorted(moment for _writer, _number, moment in writers.acknowledged)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    said = {(writer, number) for writer, number, _moment in writers.acknowledged}
    found = {
        "acknowledged": len(said),
        "lost": len(said - there),
        "longest_pause": round(max(gaps), 2),
        "a_second": round(len(said) / seconds, 1),
        "broken": writers.broken,
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]))
