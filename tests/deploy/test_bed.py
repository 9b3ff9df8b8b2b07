"""The bed itself: hosts are real, apart, and gone without a trace afterwards."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bed import Bed, BedError, cgroups
from bed.commands import run

HERE = Path(__file__).parent


def traces(name: str) -> list[str]:
    """All that a bed leaves on this machine while it stands."""
    found = [line for line in Path("/proc/mounts").read_text().splitlines() if f"/bed/{name}/" in line]
    found += [path.name for path in Path("/sys/class/net").iterdir() if f"zbed-{name}" in path.name]
    found += [line for line in run(["nft", "list", "tables"]).stdout.splitlines() if line.endswith(f"zbed_{name}")]
    found += [str(path) for path in [cgroups.hierarchy() / f"zbed-{name}", Bed(name).folder] if path.exists()]
    return found


def test_killed_bed_leaves_nothing_after_the_next_takes_it_down():
    bed = Bed("shaken")
    bed.down()
    process = subprocess.Popen(
        [sys.executable, "-m", "bed", "--bed", "shaken", "up", "one", "two"], cwd=HERE, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 300
    while not (bed.hosts and all(host.is_running for host in bed.hosts)):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(traces("shaken")) >= 4

    bed.down()

    assert traces("shaken") == []


def test_hosts_are_apart_and_reach_each_other_and_packages():
    bed = Bed("shaken")
    with bed.claimed():
        one, two = bed.up(["one", "two"])

        two.run("touch /etc/only-here")

        assert one.run("test -e /etc/only-here", check=False).returncode == 1
        assert len({host.run("cat /etc/machine-id").stdout for host in (one, two)}) == 2
        assert one.run("ping -c 1 -W 5 two").returncode == 0
        bed.network.close_the_way_out()
        assert "Failed" in one.run("apt-get update -q -o Acquire::Retries=0 2>&1", check=False, timeout=300).stdout
        bed.network.open_the_way_out()
        assert "Err:" not in one.run("apt-get update -q 2>&1", timeout=300).stdout

    assert traces("shaken") == []


def test_bed_that_is_in_use_is_left_alone():
    with Bed("shaken").claimed(), pytest.raises(BedError, match="used by process"), Bed("shaken").claimed():
        pass


@pytest.mark.parametrize("name", ["", "Groot", "veel-te-lang-voor-een-brug", "a/b"])
def test_name_that_the_kernel_would_not_take_is_refused(name: str):
    with pytest.raises(BedError, match="no name for a bed"):
        Bed(name)
