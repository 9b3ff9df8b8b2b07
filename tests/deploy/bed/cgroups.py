"""The cgroups of the hosts: how their processes are found again, and ended all at once.

systemd 257 wants the second version of cgroups. Where the machine itself still runs the first, the second is mounted
beside it, without controllers: hosts boot on it all the same, only limits of memory and of processes do nothing there.
"""

import errno
import os
import time
from pathlib import Path

from bed.errors import BedError
from bed.places import PREFIX

_KINDS = {"cgroup2"}


def hierarchy() -> Path:
    """Where the second version of cgroups is mounted; raises BedError when it is not, or cannot end processes."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split(" ")
        if kind in _KINDS:
            return Path(place)
    raise BedError("No cgroup2 is mounted on this machine: mount -t cgroup2 none /sys/fs/cgroup/unified")


def try_out() -> None:
    """Raise BedError when this machine has no cgroups as the bed needs them."""
    try:
        place = make("probe", str(os.getpid()))
    except OSError as error:
        raise BedError(f"Root may make no cgroup on this machine: {error.strerror}.") from error
    try:
        if not (place / "cgroup.kill").exists():
            raise BedError("This kernel is older than 5.14 and cannot end all processes of a host at once.")
    finally:
        place.rmdir()
        place.parent.rmdir()


def group(bed: str, host: str) -> Path:
    """The cgroup of one host."""
    return hierarchy() / f"{PREFIX}-{bed}" / host


def make(bed: str, host: str) -> Path:
    """Make the cgroup of one host and return it."""
    place = group(bed, host)
    place.mkdir(parents=True, exist_ok=True)
    return place


def processes(place: Path) -> list[int]:
    """The processes in a cgroup and in those below it."""
    found = []
    for each in [place, *place.rglob("*/")]:
        try:
            found += [int(pid) for pid in (each / "cgroup.procs").read_text().split()]
        except OSError:  # went away meanwhile, or holds threads only
            continue
    return found


def end(place: Path, timeout: float = 20) -> None:
    """Kill every process in a cgroup and remove it; does nothing when it is not there."""
    if not place.exists():
        return
    (place / "cgroup.kill").write_text("1")
    until = time.monotonic() + timeout
    while left := processes(place):
        if time.monotonic() > until:
            raise BedError(f"Processes {left} of {place.name} do not end, {timeout:.0f} s after they were killed.")
        time.sleep(0.05)
    # The deepest first; a cgroup has files that cannot be removed, and goes as an empty folder does.
    for each in sorted([place, *place.rglob("*/")], key=lambda path: len(path.parts), reverse=True):
        while each.exists():
            try:
                each.rmdir()
            except OSError as error:  # busy for as long as the kernel has a process in it that nobody buried yet
                if error.errno != errno.EBUSY or time.monotonic() > until:
                    raise
                time.sleep(0.05)
