"""A bed: some hosts in one network, made at once and removed without a trace."""

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bed import cgroups, machine, packages
from bed.commands import run
from bed.errors import BedError, say
from bed.hosts import BOOT, Host
from bed.image import image
from bed.network import Network
from bed.places import CACHE, LOGS, PREFIX, RUN, STATE

NEWEST = "trixie"
# The bridge is called zbed-<bed>, and that of a host vb-zbed-…: the kernel wants less than 16 characters.
_NAME = re.compile(r"[a-z][a-z0-9]{0,9}")

# By address too: Ansible shares connections to hosts of equal names, which other beds may have.
SSH = """Host {name} {address}
  HostName {address}
  User root
  IdentityFile {key}
  IdentitiesOnly yes
  UserKnownHostsFile {known}
  StrictHostKeyChecking yes
  BatchMode yes
  ConnectTimeout 10
  LogLevel ERROR

"""


class Bed:
    """The bed of this name. Several can stand at a time, and another process can use or remove it by its name."""

    def __init__(self, name: str = "main", state: Path = STATE) -> None:
        """Make nothing yet. Raises BedError for a name that the kernel would not take."""
        if not _NAME.fullmatch(name):
            raise BedError(f"“{name}” is no name for a bed: use at most ten small letters and digits, a letter first.")
        self.name = name
        self.folder = state / name
        self.network = Network(name)

    @property
    def ssh_config(self) -> Path:
        """For `ssh -F`, and for Ansible and testinfra."""
        return self.folder / "ssh_config"

    @property
    def hosts(self) -> list[Host]:
        """The hosts that were made, in the order in which they were asked for."""
        try:
            known = json.loads((self.folder / "hosts.json").read_text())
        except FileNotFoundError:
            return []
        return [self._host(**each) for each in known]

    def host(self, name: str) -> Host:
        """The host of this name; raises BedError when there is none."""
        for each in self.hosts:
            if each.name == name:
                return each
        raise BedError(f"The bed {self.name} has no host {name}; it has: {[each.name for each in self.hosts]}")

    def up(self, names: Sequence[str], release: str = NEWEST, timeout: float = BOOT) -> list[Host]:
        """Make these hosts anew, side by side, and return them when all are up. What this bed had before is removed."""
        for name in names:
            if not _NAME.fullmatch(name):
                raise BedError(f"“{name}” is no name for a host: use at most ten small letters and digits.")
        machine.prepare()
        self.down()
        image(release)
        self.folder.mkdir(parents=True)
        try:
            with _alone():
                self.network.up()
            hosts = self._install(names, release)
            say(f"booting {', '.join(names)}")
            for host in hosts:
                host.boot()
            for host in hosts:
                host.wait(timeout)
        except BaseException:
            self._switch_off()  # the folder stays: its logs tell why
            raise
        say(f"{', '.join(names)}: up")
        return hosts

    def down(self) -> None:
        """Remove everything of this bed: processes, mounts, network, files. What is not there is no obstacle."""
        self._switch_off()
        if self.folder.exists():
            _remove(self.folder)
        for folder in (CACHE / "apt-of").glob(f"{PREFIX}-{self.name}-*"):
            packages.gather(folder)
            _remove(folder)

    def _keep_logs(self) -> None:
        """Copy what tells how it went to where the next run does not remove it at once."""
        kept = LOGS / self.name
        shutil.rmtree(kept, ignore_errors=True)
        if (self.folder / "logs").exists():
            shutil.copytree(self.folder / "logs", kept)
        for host in self.hosts:
            kept.mkdir(parents=True, exist_ok=True)
            if host.console.exists():
                shutil.copy(host.console, kept / f"{host.name}-console.log")
            if host.is_running:
                with suppress(BedError):  # a host that does not answer has its console
                    said = host.run("journalctl --no-pager").stdout
                    (kept / f"{host.name}-journal.log").write_text(said)

    def _switch_off(self) -> None:
        try:
            everything = cgroups.hierarchy() / f"{PREFIX}-{self.name}"
        except BedError:
            return  # without cgroups no host was ever on
        cgroups.end(everything)
        with _alone():
            self.network.down()

    def _install(self, names: Sequence[str], release: str) -> list[Host]:
        key = self.folder / "key"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"bed {self.name}", "-f", key])
        known = self.folder / "known_hosts"
        addresses = {name: self.network.address(number) for number, name in enumerate(names, start=1)}
        texts, lines = [], []
        for name, address in addresses.items():
            host = self._host(name=name, address=address, release=release)
            lines.append(f"{address} {host.install(key.with_suffix('.pub').read_text(), addresses)}\n")
            texts.append(SSH.format(name=name, address=address, key=key, known=known))
        known.write_text("".join(lines))
        self.ssh_config.write_text("".join(texts))
        remembered = [{"name": name, "address": address, "release": release} for name, address in addresses.items()]
        (self.folder / "hosts.json").write_text(json.dumps(remembered))
        return self.hosts

    def _host(self, name: str, address: str, release: str) -> Host:
        folder = self.folder / "hosts" / name
        return Host(name, self.name, folder, address, self.network.gateway, release, self.ssh_config)

    @contextmanager
    def claimed(self) -> Iterator["Bed"]:
        """Hold this bed, and remove it at the end, also after a failure; what tells how it went is kept."""
        with self.held():
            try:
                yield self
            finally:
                self._keep_logs()
                self.down()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from making or removing this bed meanwhile.

        Raises BedError when another process holds it. One that was killed holds it no more.
        """
        STATE.mkdir(parents=True, exist_ok=True)
        with (STATE / f"{self.name}.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise BedError(f"The bed {self.name} is used by process {lock.read().strip()}: wait for it.") from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def standing() -> list[str]:
    """The names of all beds of which anything is there."""
    found = {path.name.removeprefix(f"{PREFIX}-") for path in Path("/sys/class/net").glob(f"{PREFIX}-*")}
    found |= {path.name.removeprefix(f"{PREFIX}-") for path in cgroups.hierarchy().glob(f"{PREFIX}-*")}
    found |= {path.name for path in STATE.glob("*") if path.is_dir()}
    return sorted(found)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time change what belongs to the whole machine."""
    RUN.mkdir(exist_ok=True)
    with (RUN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove(folder: Path) -> None:
    """Remove a folder. For a moment after its last process the kernel may still hold a mount in it."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    shutil.rmtree(folder)
