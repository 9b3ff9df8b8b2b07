"""The embedded PostgreSQL: one server per data folder, shared by every process that asks for it.

Each user of the server holds a shared lock on `users.lock`; the kernel drops it when the process ends,
however it ends. Whoever stops last finds nobody else holding it and stops the server, so no process has to
own it.
"""

import atexit
import fcntl
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from zelfregie_tenants.embedded import binaries
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.postmaster import Postmaster, remove_stale_pid_file
from zelfregie_tenants.embedded.sockets import socket_directory

DATABASE = "zelfregie"
ROLE = "zelfregie"
# Modest, because it shares a laptop with the rest. A commit may be lost when the power fails, never torn.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "96MB",
    "max_connections": "80",
    "synchronous_commit": "off",
    "max_locks_per_transaction": "256",  # one transaction launches a schema: hundreds of tables and indexes
    "jit": "off",
    "log_checkpoints": "off",
    "io_method": "sync",  # no helper processes
    "timezone": "UTC",
}
START_TIMEOUT = 60

logger = logging.getLogger(__name__)
_running: dict[Path, "EmbeddedPostgres"] = {}


class EmbeddedPostgres:
    """A use of the running server. Leave it by `stop()`, by a `with` block, or by ending the process."""

    def __init__(self, data_dir: Path, runtime_dir: Path, socket_dir: Path, users_lock: int) -> None:
        """Made by `start()`; `users_lock` is the descriptor that holds this process's shared lock."""
        self.data_dir = data_dir
        self.runtime_dir = runtime_dir
        self.socket_dir = socket_dir
        self._users_lock = users_lock
        self._owner = os.getpid()

    @property
    def bin_dir(self) -> Path:
        """The folder with pg_dump, psql and the other programs of this server's version."""
        return binaries.binaries_directory()

    @property
    def dsn(self) -> str:
        """The URL of the database, with the role that may do everything in it."""
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        """The URL of another database on this server."""
        return f"postgresql:///{quote(database)}?host={quote(str(self.socket_dir))}&user={ROLE}"

    @property
    def log_path(self) -> Path:
        """The server's log."""
        return self.runtime_dir / "postgres.log"

    def stop(self) -> None:
        """End this use; the server stops when nobody else uses it. Doing it twice does no harm.

        Raises EmbeddedError when the server does not stop.
        """
        # A forked child shares the lock's descriptor but is no user of its own.
        if self._users_lock < 0 or os.getpid() != self._owner:
            return
        os.close(self._users_lock)
        self._users_lock = -1
        _running.pop(self.data_dir, None)
        atexit.unregister(self.stop)
        _stop_unless_used(self.data_dir, self.runtime_dir)

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End this use, whatever happened inside."""
        self.stop()


def start(data_dir: Path, runtime_dir: Path | None = None) -> EmbeddedPostgres:
    """Make the server of `data_dir` run, or join it when it does, and return this process's use of it.

    `runtime_dir` holds the locks, the log and, when its path is short enough, the socket; it defaults to
    `run` beside the data. Calling it again in one process returns the same object.

    Raises EmbeddedError, with the remedy, when the folder belongs to somebody else, holds another PostgreSQL
    version, the disk is full, or the server does not start.
    """
    data_dir = data_dir.absolute()
    if (known := _running.get(data_dir)) and known._owner == os.getpid():
        return known
    runtime_dir = (runtime_dir or data_dir.parent / "run").absolute()
    with _plain_errors(runtime_dir):
        _make_private(runtime_dir)
        users_lock = _open_lock(runtime_dir / "users.lock")
        try:
            fcntl.flock(users_lock, fcntl.LOCK_SH)
            with _exclusive(runtime_dir / "start.lock"):
                socket_dir = _ensure_running(data_dir, runtime_dir)
        except BaseException:
            os.close(users_lock)
            _stop_unless_used(data_dir, runtime_dir)
            raise
    server = EmbeddedPostgres(data_dir, runtime_dir, socket_dir, users_lock)
    _running[data_dir] = server
    atexit.register(server.stop)
    return server


def is_running(data_dir: Path) -> bool:
    """True iff a server answers for this data folder."""
    postmaster = Postmaster.read(data_dir.absolute())
    return postmaster is not None and postmaster.answers()


def _ensure_running(data_dir: Path, runtime_dir: Path) -> Path:
    """Under the start lock: make, start and fill what is missing; return the socket's folder."""
    postmaster = Postmaster.read(data_dir)
    if postmaster and postmaster.answers():
        return postmaster.socket_dir
    _check_version(data_dir)
    if not (data_dir / "PG_VERSION").exists():
        _initialise(data_dir)
    remove_stale_pid_file(data_dir)
    folder = socket_directory(data_dir, runtime_dir)
    binaries.give_to_database(folder)
    _start_server(data_dir, runtime_dir, folder)
    with psycopg.connect(dbname="postgres", host=str(folder), user=ROLE, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
    return folder


def _check_version(data_dir: Path) -> None:
    version_file = data_dir / "PG_VERSION"
    if version_file.exists() and (found := version_file.read_text().strip()) != binaries.MAJOR:
        raise EmbeddedError(
            f"{data_dir} was made by PostgreSQL {found} and this is PostgreSQL {binaries.MAJOR}: "
            "start over with `make demo-reset`, or move the folder away."
        )
    if data_dir.exists() and not version_file.exists() and any(data_dir.iterdir()):
        raise EmbeddedError(f"{data_dir} is not empty and holds no database: move it away or run `make demo-reset`.")


def _initialise(data_dir: Path) -> None:
    """Make a data folder: beside its place first, so that a killed initdb leaves nothing half-made there."""
    for left_over in data_dir.parent.glob(f"{data_dir.name}.new-*"):
        shutil.rmtree(left_over)
    fresh = data_dir.with_name(f"{data_dir.name}.new-{os.getpid()}")
    fresh.mkdir(mode=0o700, parents=True)
    binaries.give_to_database(fresh)
    # The built-in locale sorts and folds alike on every system, unlike the C library's.
    arguments = ["-D", str(fresh), "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    arguments += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    result = binaries.run("initdb", arguments)
    if result.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise EmbeddedError(_explain("The database could not be made", result.stderr or result.stdout))
    if data_dir.exists():
        data_dir.rmdir()
    fresh.rename(data_dir)


def _start_server(data_dir: Path, runtime_dir: Path, folder: Path) -> None:
    log = runtime_dir / "postgres.log"
    log.unlink(missing_ok=True)
    log.touch(mode=0o600)
    binaries.give_to_database(log)
    # pg_ctl hands these to a shell; no value of ours needs quoting but the folder.
    options = [f"-c {name}={value}" for name, value in SERVER_SETTINGS.items()]
    options.append(f"-k {_shell_quote(str(folder))}")
    arguments = ["-w", "-t", str(START_TIMEOUT), "-D", str(data_dir), "-l", str(log)]
    arguments += ["-o", " ".join(options), "start"]
    # After kill -9 of the server its children need a moment to notice and let go of the shared memory.
    for attempt in range(20):
        result = binaries.run("pg_ctl", arguments, timeout=START_TIMEOUT + 10)
        if result.returncode == 0:
            return
        output = log.read_text(errors="replace")
        if "pre-existing shared memory block" not in output or attempt == 19:
            break
        log.write_text("")
        time.sleep(0.25)
    raise EmbeddedError(_explain("The database does not start", output or result.stderr or result.stdout))


def _stop_unless_used(data_dir: Path, runtime_dir: Path) -> None:
    lock = _open_lock(runtime_dir / "users.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _stop_server(data_dir)
    except BlockingIOError:
        logger.debug("The embedded PostgreSQL stays up: another process uses it.")
    finally:
        os.close(lock)


def _stop_server(data_dir: Path) -> None:
    if Postmaster.read(data_dir) is None:
        return
    result = binaries.run("pg_ctl", ["-w", "-m", "fast", "-t", "30", "-D", str(data_dir), "stop"])
    if result.returncode and Postmaster.read(data_dir) is not None and is_running(data_dir):
        raise EmbeddedError(_explain("The database does not stop", result.stderr or result.stdout))


def _shell_quote(text: str) -> str:
    """Quote for the shell of `pg_ctl -o`, which postgres's own option splitting then sees as one word."""
    return "'" + text.replace("'", "'\\''") + "'"


def _explain(what: str, output: str) -> str:
    """One sentence out of a program's output, with the remedy where it is known."""
    if "No space left on device" in output:
        return f"{what}: the disk is full. Free about 500 MB and try again."
    lines = output.splitlines()
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error", "ERROR"))]
    return f"{what}: {(telling or lines or ['no reason given'])[-1].strip()}"


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file alone, waiting for whoever has it."""
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _plain_errors(runtime_dir: Path) -> Iterator[None]:
    """Turn the file system's refusals into sentences."""
    try:
        yield
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename or runtime_dir} belongs to another user: work as that user, or point "
            "ZELFREGIE_VAR at a folder of your own."
        ) from error
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise EmbeddedError("The disk is full: free about 500 MB and try again.") from error
        raise
