"""One host: Debian with real systemd on a root of its own, reached by ssh."""

import shutil
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from bed import cgroups, launching, sources
from bed.commands import run
from bed.errors import BedError
from bed.places import PREFIX

#: Seconds in which a host must be up. It takes five on two idle cores; the rest is for a machine that does more.
BOOT = 180


@dataclass
class Host:
    """A host of a bed. `release` is the Debian release that it runs."""

    name: str
    bed: str
    folder: Path
    address: str
    gateway: str
    release: str
    ssh_config: Path

    @property
    def machine(self) -> str:
        """The name that systemd-nspawn gives it."""
        return f"{PREFIX}-{self.bed}-{self.name}"

    @property
    def console(self) -> Path:
        """All that the host has written on its console."""
        return self.folder / "console.log"

    @property
    def is_running(self) -> bool:
        """True iff a process of this host is there."""
        return bool(cgroups.processes(cgroups.group(self.bed, self.name)))

    def install(self, public_key: str, names: dict[str, str]) -> str:
        """Lay out what makes this host differ from all others; return its ssh host key.

        `names` are all hosts of the bed, with their addresses.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        root, machine_id = self.folder / "upper", uuid.uuid4().hex
        files = {
            "etc/hostname": f"{self.name}\n",
            "etc/machine-id": f"{machine_id}\n",
            "var/lib/dbus/machine-id": f"{machine_id}\n",
            "etc/hosts": "".join(
                [f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n::1 localhost\n"]
                + [f"{address} {name}\n" for name, address in names.items() if name != self.name]
            ),
            "etc/systemd/network/10-bed.network": (
                f"[Match]\nName=host0\n[Network]\nAddress={self.address}/24\nGateway={self.gateway}\n"
                "LinkLocalAddressing=no\nIPv6AcceptRA=no\n"
            ),
            "etc/resolv.conf": sources.name_servers(),
            "etc/pip.conf": sources.pip_conf(launching.WHEELS_INSIDE),
            "root/.ssh/authorized_keys": public_key,
            "home/beheer/.ssh/authorized_keys": public_key,
            # As if the daily fetching of upgrades had just been done: it would hold apt's lock when a role wants it.
            "var/lib/systemd/timers/stamp-apt-daily.timer": "",
            "var/lib/systemd/timers/stamp-apt-daily-upgrade.timer": "",
        }
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for home, owner in (("root", 0), ("home/beheer", 1000)):
            for path in (root / home, root / home / ".ssh", root / home / ".ssh/authorized_keys"):
                path.chmod(0o600 if path.is_file() else 0o700)
                shutil.chown(path, owner, owner)
        keys = root / "etc/ssh"
        keys.mkdir(parents=True, exist_ok=True)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.name, "-f", keys / "ssh_host_ed25519_key"])
        return " ".join((keys / "ssh_host_ed25519_key.pub").read_text().split()[:2])

    def boot(self) -> None:
        """Switch it on, and return at once; `wait` waits."""
        if self.is_running:
            raise BedError(f"The host {self.name} is on already.")
        launching.launch(self)

    def wait(self, timeout: float = BOOT, not_boot: str | None = None) -> None:
        """Wait until it answers over ssh and systemd has started everything.

        With `not_boot` (a value of `boot_id`) until it has started anew since. Raises BedError with the end of the
        console when it does not, or when a unit failed.
        """
        until = time.monotonic() + timeout
        while not self._answers(not_boot):
            if not self.is_running:
                raise BedError(f"The host {self.name} did not boot. Its console ends:\n{self._tail()}")
            if time.monotonic() > until:
                raise BedError(f"The host {self.name} is not up after {timeout:.0f} s. Its console:\n{self._tail()}")
            time.sleep(0.2)
        state = self.run("systemctl is-system-running --wait", timeout=timeout, check=False).stdout.strip()
        if state != "running":
            failed = self.run("systemctl --failed --no-legend --plain", check=False).stdout
            raise BedError(f"The host {self.name} is “{state}”:\n{failed}{self._tail()}")

    def run(self, command: str, *, timeout: float = 60, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command on the host as root, by ssh; raises BedError when it fails and `check` is true."""
        return run(["ssh", "-F", self.ssh_config, self.name, command], timeout=timeout, check=check)

    def put(self, source: Path, target: str, *, timeout: float = 120) -> None:
        """Copy a file or folder to the host, where `target` must not be there yet."""
        run(["scp", "-q", "-r", "-F", self.ssh_config, source, f"{self.name}:{target}"], timeout=timeout)

    def boot_id(self) -> str:
        """What differs after each boot."""
        return self.run("cat /proc/sys/kernel/random/boot_id", timeout=20).stdout.strip()

    def reboot(self, timeout: float = BOOT) -> None:
        """Let it start anew as an administrator does, and wait until it is up again."""
        before = self.boot_id()
        self.run("systemctl reboot", check=False)
        self.wait(timeout, not_boot=before)

    def cut_power(self) -> None:
        """End it at once, as when the power fails. What it wrote is there when it boots again."""
        cgroups.end(cgroups.group(self.bed, self.name))

    def _answers(self, not_boot: str | None) -> bool:
        try:
            socket.create_connection((self.address, 22), timeout=2).close()
            return self.boot_id() != not_boot
        except (OSError, BedError):  # not yet
            return False

    def _tail(self) -> str:
        return "\n".join(self.console.read_text(errors="replace").splitlines()[-20:]) if self.console.exists() else ""
