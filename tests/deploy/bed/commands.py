"""Running commands of the host machine, with an end to every wait and a sentence when one fails."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bed.errors import BedError

# An ordinary user's PATH lacks these, and so does that of some services.
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def find(command: str) -> str | None:
    """The path of a command, also of those for administrators; None when it is not installed."""
    return shutil.which(command, path=PATH)


def run(
    command: Sequence[str | Path],
    *,
    timeout: float = 60,
    check: bool = True,
    stdin: str | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return what it said; with `log` that goes to a file instead.

    Raises BedError when it fails (unless `check` is false) or takes longer than `timeout` seconds.
    """
    words = [str(word) for word in command]
    everything = {**os.environ, "PATH": PATH, "LC_ALL": "C.UTF-8", **(environment or {})}
    into = log.open("a") if log else None
    try:
        done = subprocess.run(
            words,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=into or subprocess.PIPE,
            stderr=subprocess.STDOUT if into else subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=timeout,
            env=everything,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BedError(f"“{' '.join(words)[:200]}” was not ready after {timeout:.0f} s{_where(log)}.") from error
    except FileNotFoundError as error:
        raise BedError(f"There is no command {words[0]}; install it.") from error
    finally:
        if into:
            into.close()
    if check and done.returncode:
        said = _tail(log) if log else f"{done.stdout}{done.stderr}".strip()[-2000:]
        raise BedError(f"“{' '.join(words)[:200]}” failed with {done.returncode}{_where(log)}:\n{said}")
    return done


def _where(log: Path | None) -> str:
    return f" (see {log})" if log else ""


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-25:])
