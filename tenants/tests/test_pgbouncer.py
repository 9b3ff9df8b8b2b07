"""The refusal of a pooler that mixes sessions up, before a real PgBouncer."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from zelfregie_tenants.domain.pooling import plain_connection, shares_sessions

PROGRAM = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed (Debian has it)"),
]


@pytest.fixture
def relay():
    """A port that leads to the socket of the tests' own PostgreSQL, whose folder only its user may enter."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=let_in, args=(door, socket_of_the_server()), daemon=True).start()
        yield door.getsockname()[1]


def socket_of_the_server() -> str:
    return str(next(Path(connection.settings_dict["HOST"]).glob(".s.PGSQL.*[0-9]")))


def let_in(door: socket.socket, path: str) -> None:
    """Join everybody who comes to the socket, until the door is closed."""
    with suppress(OSError):
        while True:
            visitor, _address = door.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(path)
            for source, target in ((visitor, server), (server, visitor)):
                threading.Thread(target=pass_on, args=(source, target), daemon=True).start()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), source, target:
        while data := source.recv(65536):
            target.sendall(data)


@pytest.fixture
def pooler(relay):
    """Return what starts PgBouncer in a mode, in front of the database of the test; gives its port."""
    running, folder = [], tempfile.mkdtemp()  # not below pytest's own, which only its user may enter
    server = connection.settings_dict

    def start(mode: str) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = Path(folder) / f"{mode}.ini"
        config.write_text(
            f"[databases]\nproef = host=127.0.0.1 port={relay} dbname={server['NAME']} user={server['USER']}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = {mode}\ndefault_pool_size = 3\n"
        )
        command = [PROGRAM, str(config)]
        if os.geteuid() == 0:  # as which it does not run
            shutil.chown(folder, "nobody")
            command += ["-u", "nobody"]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.05)
        pytest.fail("PgBouncer does not start.")

    yield start
    for process in running:
        process.terminate()
        process.wait(20)
    shutil.rmtree(folder)


@pytest.mark.parametrize(("mode", "refused"), [("session", False), ("transaction", True), ("statement", None)])
def test_mode_of_a_real_pooler_is_recognised(pooler, mode, refused):
    connect = partial(plain_connection, host="127.0.0.1", port=pooler(mode), dbname="proef")

    if refused is None:  # there not even a transaction is possible
        with pytest.raises(psycopg.Error):
            shares_sessions(connect)
    else:
        assert shares_sessions(connect) is refused
