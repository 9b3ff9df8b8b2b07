"""Reading `postmaster.pid`, PostgreSQL's own note about the server that runs in a data folder."""

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Postmaster:
    """What the note says: the process, its socket and whether it accepts connections."""

    pid: int
    socket_dir: Path
    port: int
    status: str

    @classmethod
    def read(cls, data_dir: Path) -> Self | None:
        """The note of this data folder; None when there is none or it is half-written."""
        try:
            lines = (data_dir / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        # PostgreSQL's pidfile.h: pid, data folder, start time, port, socket folder, host, memory, status.
        if len(lines) < 8:
            return None
        return cls(int(lines[0]), Path(lines[4]), int(lines[3]), lines[7].strip())

    def answers(self) -> bool:
        """True iff the server is ready and its socket takes a connection."""
        if self.status != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            try:
                client.connect(str(self.socket_dir / f".s.PGSQL.{self.port}"))
            except OSError:
                return False
        return True


def remove_stale_pid_file(data_dir: Path) -> None:
    """Remove the note when its process number belongs to another program, as after a restart of the machine.

    PostgreSQL clears a note whose process is gone, but refuses to start when the number lives on.
    """
    pid_file = data_dir / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except FileNotFoundError:
        return
    except (ValueError, IndexError):
        pid_file.unlink()
        return
    if not _is_postgres(pid):
        pid_file.unlink()


def _is_postgres(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    shown = subprocess.run(  # noqa: S603 -- a fixed program and a number
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 -- its place differs between systems
        capture_output=True,
        text=True,
        check=False,
    )
    return "postgres" in shown.stdout
