"""Being the only demonstration in a folder, cleaning up after a killed one, and starting over."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from zelfregie_tenants.embedded import postgres
from zelfregie_tenants.embedded.demo_files import DemoFiles
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.processes import kill_group, started_at

FREE_SPACE = 300 * 1024 * 1024
STORED = ("postgres", "mail", "media", "static", "cache")


@contextmanager
def only_demonstration(files: DemoFiles, port: int | None = None) -> Iterator[bool]:
    """Be the only demonstration in this folder; what a killed one left running is stopped first.

    Gives True when there was something to stop.

    Raises EmbeddedError when there is another, the disk is full, or the folder is not ours.
    """
    try:
        files.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(files.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename} belongs to another user: work as that user, or point ZELFREGIE_VAR at a folder of "
            "your own."
        ) from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise EmbeddedError(f"{error.filename} is in the way: move it away and try again.") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid, _, where = os.read(lock, 100).decode().partition(" ")
            raise EmbeddedError(
                f"The demonstration is already running here (process {pid}, port {where}): stop it first, with Ctrl-C."
            ) from error
        if port is not None and shutil.disk_usage(files.var).free < FREE_SPACE:
            raise EmbeddedError(f"The disk of {files.var} is full: free about 500 MB and try again.")
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()} {port or '-'}".encode())
        yield stop_left_over(files)
    finally:
        os.close(lock)


def stop_left_over(files: DemoFiles) -> bool:
    """Stop the children of a demonstration that was killed: exactly those, by number and starting time.

    Returns True when there were any.
    """
    try:
        known = json.loads(files.children.read_text())
    except (FileNotFoundError, ValueError):
        return False
    running = [child["pid"] for child in known if child["started"] and started_at(child["pid"]) == child["started"]]
    for pid in running:
        kill_group(pid)
    files.children.unlink()
    return bool(running)


def reset(files: DemoFiles) -> None:
    """Forget everything the demonstration has stored.

    Raises EmbeddedError while it runs, while another program uses its database, or when that is not the embedded one.
    """
    if os.environ.get("DATABASE_URL"):
        raise EmbeddedError(
            "DATABASE_URL points at a database of your own, which is not ours to empty: unset it, or drop that "
            "database yourself."
        )
    with only_demonstration(files):
        if postgres.is_running(files.data):
            # Left by a killed run: joining and leaving stops it, unless somebody else uses it.
            postgres.start(files.data, files.run).stop()
            if postgres.is_running(files.data):
                raise EmbeddedError("Another program uses the demonstration's database: stop it first.")
        for path in [files.var / name for name in STORED] + list(files.var.glob("postgres.new-*")):
            if path.exists():
                shutil.rmtree(path)
        for path in [*files.var.glob("template-*.sql"), files.summary]:
            path.unlink(missing_ok=True)
