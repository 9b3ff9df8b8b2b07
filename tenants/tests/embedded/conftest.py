"""Running a piece of code as somebody else, or on a disk that is full."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

BECOME_STRANGER = """
import os, pwd
def become_stranger():
    if os.geteuid() == 0:
        somebody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(somebody.pw_gid)
        os.setuid(somebody.pw_uid)
"""


def run_as_stranger(code: str, closed: Path) -> str:
    """Run code that calls `become_stranger()` and prints, while `closed` is somebody else's; return what it printed."""
    closed.chmod(0o700 if os.geteuid() == 0 else 0o000)
    try:
        command = [sys.executable, "-c", BECOME_STRANGER + code]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=True).stdout
    finally:
        closed.chmod(0o700)


def run_on_full_disk(code: str, folder: Path, megabytes: int, environment: dict[str, str] | None = None) -> str:
    """Run code that prints while `folder` is a disk of so many megabytes; return what it printed."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("only root on Linux can make a small disk")
    mount = f'mount -t tmpfs -o size={megabytes}m tmpfs "$1" && exec "$2" -c "$3"'
    command = ["unshare", "--mount", "sh", "-c", mount, "sh", str(folder), sys.executable, code]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    if "permission denied" in done.stderr.lower() or "not permitted" in done.stderr.lower():
        pytest.skip("this machine does not let root mount a small disk")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(name="run_as_stranger")
def stranger_fixture() -> Callable[..., str]:
    """The function above."""
    return run_as_stranger


@pytest.fixture(name="run_on_full_disk")
def full_disk_fixture() -> Callable[..., str]:
    """The function above."""
    return run_on_full_disk
