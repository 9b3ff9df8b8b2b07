"""Whether this machine can carry a bed, and what it lacks."""

import os
import platform
from pathlib import Path

from bed import cgroups, sources
from bed.commands import find, run
from bed.errors import BedError, say

#: The commands that the bed runs, and the packages of Debian that bring them.
NEEDED = {
    "systemd-nspawn": "systemd-container",
    "debootstrap": "debootstrap",
    "nft": "nftables",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "unshare": "util-linux",
}


def lacking_packages() -> list[str]:
    """The Debian packages that must be installed first."""
    return sorted({package for command, package in NEEDED.items() if not find(command)})


def obstacle() -> str | None:
    """Why no bed can stand here, as a sentence with the remedy; None when nothing is in the way."""
    if platform.system() != "Linux":
        return "The test bed boots Debian by systemd-nspawn, which only Linux has."
    if os.geteuid() != 0:
        return "The test bed makes network namespaces and mounts: run it as root."
    if Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]:
        return "Root of this container is not root of the machine, and may not mount what the test bed mounts."
    if not find("apt-get"):
        return "The test bed takes Debian's packages from where this machine takes its own, and this is no Debian."
    if packages := lacking_packages():
        return f"The test bed needs packages: apt-get install {' '.join(packages)}"
    filesystems = Path("/proc/filesystems").read_text().split()
    if "overlay" not in filesystems and run(["modprobe", "overlay"], check=False).returncode:
        return "This kernel has no overlay file system, on which each host's root stands."
    if run(["unshare", "--mount", "--net", "--pid", "--fork", "true"], check=False).returncode:
        return "Root may make no namespaces on this machine, as in most containers."
    try:
        cgroups.try_out()
        sources.debian_sites()
    except BedError as error:
        return str(error)
    return None


def prepare() -> None:
    """Install what the bed needs where only packages are lacking; raise BedError when it cannot stand here."""
    if os.geteuid() == 0 and find("apt-get") and (packages := lacking_packages()):
        say(f"installing {' '.join(packages)}")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], timeout=300, environment=quiet)
        options = ["-y", "-qq", "--no-install-recommends"]
        run(["apt-get", "install", *options, *packages], timeout=600, environment=quiet)
    if reason := obstacle():
        raise BedError(reason)
