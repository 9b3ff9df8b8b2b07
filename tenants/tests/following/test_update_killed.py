"""An update that is killed (-9) at any moment, for real: every file is old or new, and the next one completes it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from blueprint_versions import folder, texts, versions  # noqa: F401 -- fixtures
from own_platform import PATIENCE, moments

from zelfregie_tenants.blueprint.staging import STAGING

pytestmark = pytest.mark.slow

#: The measurements ask for 50.
ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "3"))
#: Both have lines that a person must choose between.
WAITS = 3


def begin(place: Path, template: Path) -> subprocess.Popen:
    """Start an update as another process, and return when it begins to write."""
    words = ["-m", "zelfregie_tenants.cli", "instance", "update", str(place), "--blueprint", str(template)]
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    limit = time.monotonic() + PATIENCE
    while not (place / STAGING).exists() and process.poll() is None:
        assert time.monotonic() < limit
        time.sleep(0.0005)
    return process


def test_an_update_killed_at_any_moment_is_completed_by_the_next_one(folder, versions, tmp_path):  # noqa: F811
    old = texts(folder)
    whole = shutil.copytree(folder, tmp_path / "heel")
    process = begin(whole, versions[1])
    begun = time.monotonic()
    output, _none = process.communicate(timeout=PATIENCE)
    length = time.monotonic() - begun
    assert process.returncode == WAITS, output
    new = texts(whole)
    assert new != old

    for number, delay in enumerate(moments(length, ROUNDS)):
        place = shutil.copytree(folder, tmp_path / str(number) / folder.name)

        process = begin(place, versions[1])
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()

        found = {name: text for name, text in texts(place).items() if not name.startswith(STAGING)}
        assert {name for name in {*found, *old, *new} if found.get(name) not in (old.get(name), new.get(name))} == set()
        process = begin(place, versions[1])
        output, _none = process.communicate(timeout=PATIENCE)
        assert (process.returncode, texts(place)) == (WAITS if found == old else 0, new), output
