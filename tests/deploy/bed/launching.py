"""How a host is switched on: systemd-nspawn on an overlay, in a cgroup and a mount namespace of its own."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bed import cgroups, packages, sources
from bed.commands import PATH
from bed.errors import BedError
from bed.image import image
from bed.network import Network
from bed.places import CACHE

if TYPE_CHECKING:
    from bed.hosts import Host

WHEELS_INSIDE = "/var/cache/pip"
#: Enters the cgroup, then mounts the root in the namespace that unshare made: it goes when the last process goes.
#: `volatile` spares the disk: nothing on a host needs to outlive a crash of this machine. systemd-nspawn wants a tmpfs
#: for its own files, which not every machine has there, and ends with 133 when the host wants to start anew: it cannot
#: do that itself without a service manager that it may ask.
SCRIPT = """
set -e
echo 0 >"$1/cgroup.procs"
mount -t overlay -o "lowerdir=$2,upperdir=$3/upper,workdir=$3/work,volatile" overlay "$3/root"
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
shift 3
set +e
while true; do
    "$@"
    [ $? -eq 133 ] || break
done
"""


def launch(host: "Host") -> None:
    """Start the process that is the host; it lives on when the caller ends."""
    for name in ("work", "root"):
        (host.folder / name).mkdir(parents=True, exist_ok=True)
    # The kernel refuses a root that was not written out at its end. Ours was only killed: this machine lives.
    unfinished = host.folder / "work" / "work" / "incompat" / "volatile"
    shutil.rmtree(unfinished, ignore_errors=True)
    packages.lay_out(apt_folder(host))
    cgroup = cgroups.make(host.bed, host.name)
    command = ["setsid", "--fork", "unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT, "sh"]
    command += [str(cgroup), str(image(host.release)), str(host.folder), *nspawn(host)]
    environment = {**os.environ, "PATH": PATH, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "LC_ALL": "C.UTF-8"}
    with host.console.open("ab") as console:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            check=True,
        )
    until = time.monotonic() + 20
    while not host.is_running:
        if time.monotonic() > until:
            said = host.console.read_text(errors="replace")[-2000:]
            raise BedError(f"The host {host.name} was not switched on:\n{said}")
        time.sleep(0.02)


def nspawn(host: "Host") -> list[str]:
    """The command that boots the host; no service manager of this machine is asked for anything."""
    binds = [f"--bind={apt_folder(host)}:/var/cache/apt/archives", f"--bind={packages.WHEELS}:{WHEELS_INSIDE}"]
    binds += [f"--bind-ro={folder}" for folder in sources.local_folders()]
    return [
        "systemd-nspawn",
        "--quiet",
        "--boot",
        "--register=no",
        "--keep-unit",
        "--settings=no",
        "--link-journal=no",
        "--resolv-conf=off",
        "--timezone=off",
        "--console=read-only",
        f"--machine={host.machine}",
        f"--hostname={host.name}",
        f"--directory={host.folder / 'root'}",
        f"--network-bridge={Network(host.bed).bridge}",
        *binds,
    ]


def apt_folder(host: "Host") -> Path:
    """The host's own folder of Debian packages."""
    return CACHE / "apt-of" / host.machine
