"""Runs on a host as the user postgres: writes rows, and says of each when and where it was acknowledged.

    python3 row_writer.py FILE

Each line of FILE is the number of a row, the time, and the position in the log of changes after it.
"""

import sys
import time
from pathlib import Path

import psycopg2


def main(path: str) -> None:
    """Write ten rows a second."""
    connection = psycopg2.connect("host=/run/postgresql dbname=zelfregie")
    connection.autocommit = True
    with connection.cursor() as cursor, Path(path).open("w", buffering=1) as file:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS proof_of_restore")
        cursor.execute("CREATE TABLE IF NOT EXISTS proof_of_restore.row (number bigint PRIMARY KEY)")
        cursor.execute("SELECT coalesce(max(number), 0) FROM proof_of_restore.row")
        number = cursor.fetchone()[0]
        while True:
            number += 1
            cursor.execute("INSERT INTO proof_of_restore.row VALUES (%s) RETURNING 1", [number])
            acknowledged = time.time()
            cursor.execute("SELECT pg_current_wal_lsn() - '0/0'")
            file.write(f"{number} {acknowledged} {cursor.fetchone()[0]}\n")
            time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
