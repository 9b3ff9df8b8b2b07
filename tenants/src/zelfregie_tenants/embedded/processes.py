"""Child processes of the demonstration: started with a log, stopped without leaving anything behind."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 8.0


@dataclass
class Child:
    """A running child in a session of its own, so that Ctrl-C in the terminal reaches only its supervisor."""

    name: str
    log: Path | None  # None: it writes to our own output
    process: subprocess.Popen[bytes]
    started: str | None

    @classmethod
    def start(cls, name: str, command: Sequence[str], log: Path | None, environment: Mapping[str, str]) -> "Child":
        """Start the command with its output going to `log`, which starts empty, or to our own output."""
        with log.open("wb") if log else nullcontext() as output:
            process = subprocess.Popen(  # noqa: S603 -- our own commands
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,
            )
        return cls(name, log, process, started_at(process.pid))

    @property
    def ended(self) -> bool:
        """True iff the process has ended, for whatever reason."""
        return self.process.poll() is not None

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        return tail(self.log, count) if self.log else ""

    def ask_to_stop(self) -> None:
        """Send the polite signal and return at once."""
        if not self.ended:
            self.process.terminate()

    def wait_until_stopped(self, patience: float = PATIENCE) -> None:
        """Wait for the end; after so many seconds, and in any case for what it started itself, insist."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        finally:
            kill_group(self.process.pid)
        self.process.wait()


def tail(log: Path, count: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def kill_group(leader: int) -> None:
    """Kill what is left of a child's session; nothing left is fine."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says "not permitted" of a group of zombies
        return


def started_at(pid: int) -> str | None:
    """When the process started, which together with its number identifies it; None when there is none."""
    shown = subprocess.run(  # noqa: S603 -- a fixed program and a number
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 -- its place differs between systems
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return shown.stdout.strip() or None
