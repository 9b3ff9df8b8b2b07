"""Installations made by the playbooks, for tests to look at."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bed import Bed, Host, MailSink
from bed.beds import NEWEST
from bed.commands import PATH, run
from bed.errors import say
from bed.places import ROOT
from figures import note
from playbooks import BIN, DEPLOY, Play, play
from visitor import Visitor

if TYPE_CHECKING:
    import testinfra.host

#: Regions of the examples, with the name under which they are reached here: a name that no resolver knows.
REGIONS = {"twente": "twente.zelfregie.test", "zuid-limburg": "zuid-limburg.zelfregie.test"}
PASSWORD = "een-lang-wachtwoord-voor-de-proef"
ADMINISTRATORS = {"twente": "gerda@twente.zelfregie.example", "zuid-limburg": "marga@zuid-limburg.zelfregie.example"}


@dataclass
class Platform:
    """An installation: its hosts, what the playbooks said, and the mail that it sent."""

    bed: Bed
    inventory: Path
    sink: MailSink
    authority: Path
    release: Path
    plays: list[Play] = field(default_factory=list)

    @property
    def host(self) -> Host:
        """The host, where there is one."""
        return self.bed.hosts[0]

    def play(self, playbook: str, **options: Any) -> Play:
        """Run a playbook on it."""
        log = self.bed.folder / "logs" / f"{len(self.plays)}-{playbook}.log"
        done = play(playbook, self.inventory, deploy=self.bed.folder / "deploy", log=log, **options)
        self.plays.append(done)
        return done

    def look(self) -> "testinfra.host.Host":
        """The host as testinfra sees it."""
        import testinfra  # not there in the environment in which these tests are skipped

        return testinfra.get_host(f"ssh://{self.host.name}", ssh_config=str(self.bed.ssh_config))

    def visitor(self) -> Visitor:
        """Somebody with a clean browser, who trusts the authority of this installation."""
        return Visitor(self.host.address, self.authority)

    def zelfregie(self, command: str, **options: Any) -> str:
        """What a command of the platform says on the host; raises BedError when it fails."""
        return self.host.run(f"zelfregie {command}", **{"timeout": 300, **options}).stdout


@contextmanager
def bare_machine() -> Iterator[Platform]:
    """A bare Debian with the inventory for it, on which no playbook ran yet.

    For who writes tests: with ZELFREGIE_BED_KEEP in the environment the host stays, and the next run goes on with it;
    ZELFREGIE_BED_RELEASE names the wheels of a release that was built before, ZELFREGIE_BED_DEBIAN another Debian.
    """
    bed, keep = Bed("test"), bool(os.environ.get("ZELFREGIE_BED_KEEP"))
    with bed.held() if keep else bed.claimed():
        if not (keep and bed.hosts and bed.hosts[0].is_running):
            bed.up(["one"], os.environ.get("ZELFREGIE_BED_DEBIAN") or NEWEST)
        with MailSink(bed.network.gateway) as sink:
            # A copy: whoever works on the roles meanwhile works on the next run.
            shutil.rmtree(bed.folder / "deploy", ignore_errors=True)
            shutil.copytree(DEPLOY, bed.folder / "deploy")
            release = build_release(bed)
            inventory = adapted_inventory(bed, "one-machine", ["one"], release)
            yield Platform(bed, inventory, sink, bed.folder / "authority.crt", release)


def install(platform: Platform) -> None:
    """Everything on one machine, with two regions that visitors can reach."""
    runs = [platform.play("site"), *(launch(platform, slug) for slug in REGIONS)]
    fetch_authority(platform)
    note("one_machine", {"seconds": sum(run.seconds for run in runs), "site": runs[0].seconds, "commands": len(runs)})


def build_release(bed: Bed) -> Path:
    """The wheels of this checkout, in a folder of the bed."""
    folder = bed.folder / "release"
    if folder.exists():
        return folder
    if built := os.environ.get("ZELFREGIE_BED_RELEASE"):
        shutil.copytree(built, folder)
        return folder
    say("building the wheels of this checkout")
    run(["make", "-C", ROOT, "wheels", f"DIST={folder}"], timeout=300, environment={"PATH": path_of_the_machine()})
    return folder


def path_of_the_machine() -> str:
    """PATH without this environment: the product is built with the Python of this machine."""
    return os.pathsep.join(part for part in PATH.split(os.pathsep) if Path(part) != BIN)


def adapted_inventory(bed: Bed, example: str, names: list[str], release: Path) -> Path:
    """An example inventory as an operator would fill it in: other addresses, and what differs on a bed."""
    folder = bed.folder / "inventory"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DEPLOY / "inventories" / "example" / example, folder)
    ssh = f"-F {bed.ssh_config}"
    for inside, name in zip(hosts_in(folder), names, strict=True):
        address = bed.host(name).address
        said = {"ansible_host": address, "ansible_ssh_common_args": ssh, "zelfregie_address": address}
        _write(folder / "host_vars" / inside / "zz_bed.yml", said)
    _write(
        folder / "group_vars" / "all" / "zz_bed.yml",
        {
            # Built once, by the command that the role would run: what is worked on meanwhile is no new release.
            "zelfregie_app_build": False,
            "zelfregie_app_wheels": str(release),
            "zelfregie_app_from_email": "noreply@zelfregie.test",
            # No authority outside signs for names that nobody can look up.
            "zelfregie_web_issuer": "internal",
            # What it never holds is looked for in it.
            "zelfregie_web_access_log": True,
            "zelfregie_mail_host": bed.network.gateway,
            "zelfregie_mail_port": 2525,
            "zelfregie_mail_tls": False,
        },
    )
    return folder


def hosts_in(inventory: Path) -> list[str]:
    """The names of the hosts of an inventory, in its order."""
    shown = json.loads(
        run([BIN / "ansible-inventory", "-i", inventory, "--list"], environment={"ANSIBLE_CONFIG": ""}).stdout
    )
    return list(shown["_meta"]["hostvars"]) or shown["all"]["children"]


def launch(platform: Platform, slug: str) -> Play:
    """Launch an example of the blueprint as a region under the name that it has here."""
    folder = platform.bed.folder / "instances" / slug
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "blueprint" / "examples" / slug, folder)
    file = folder / "region.toml"
    text, found = re.subn(r"^domains = .*$", f'domains = ["{REGIONS[slug]}"]', file.read_text(), flags=re.MULTILINE)
    assert found == 1
    file.write_text(text)
    say(f"launching {slug}")
    return platform.play("region", variables={"folder": str(folder), "options": ["--demo-password", PASSWORD]})


def fetch_authority(platform: Platform) -> None:
    """Get the certificate of Caddy's own authority, as an administrator would to trust it."""
    path = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
    platform.authority.write_text(platform.host.run(f"cat {path}").stdout)


def _write(path: Path, values: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=2))  # which is YAML too
