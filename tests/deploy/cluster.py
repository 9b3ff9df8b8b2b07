"""A cluster on four booted hosts: three have the database, the third and the fourth the application and the proxy."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bed import Bed, Host, MailSink
from bed.errors import BedError, say
from bed.places import ROOT
from platforms import REGIONS, Platform, build_release, launch
from playbooks import DEPLOY
from visitor import Visitor

NAMES = ["one", "two", "three", "four"]
#: Which host of the example each of ours is; the last of the databases is the first of the nodes, too.
HOSTS = {"database-1": "one", "database-2": "two", "database-3": "three", "node-2": "four"}
STORE_PORT, BUCKET, KEY = 9555, "zelfregie", "proef"
ROOT_OF_CADDY = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"


@dataclass
class Cluster(Platform):
    """The installation, and the address that its proxies share."""

    shared: str = ""

    def member(self, name: str) -> Host:
        """A host by its name in the inventory."""
        return self.bed.host(HOSTS[name])

    @property
    def nodes(self) -> list[Host]:
        """The hosts with the application."""
        return [self.member("database-3"), self.member("node-2")]

    def patroni(self, words: str, *, on: Host | None = None, check: bool = True) -> str:
        """What patronictl says."""
        host = on or next(host for host in self.bed.hosts[:3] if host.is_running)
        command = f"patronictl -c /etc/patroni/zelfregie.yml {words}"
        return host.run(command, timeout=90, check=check).stdout

    def states(self, *, on: Host | None = None) -> dict[str, tuple[str, str]]:
        """Role and state of each database."""
        listed = json.loads(self.patroni("list -f json", on=on))
        return {each["Member"]: (each["Role"], each["State"]) for each in listed}

    def primary(self) -> str:
        """Which host of the inventory takes writes."""
        return next(name for name, (role, _state) in self.states().items() if role == "Leader")

    def whole(self, seconds: float = 180) -> None:
        """Wait until one is the primary, one in step with it, and the third follows."""
        until = time.monotonic() + seconds
        while sorted(self.states().values()) != [
            ("Leader", "running"), ("Replica", "streaming"), ("Sync Standby", "streaming"),
        ]:  # fmt: skip
            if time.monotonic() > until:
                raise BedError(f"The databases do not come together: {self.states()}")
            time.sleep(2)

    def who_has_the_address(self) -> list[str]:
        """The nodes that have the shared address."""
        running = [host for host in self.nodes if host.is_running]
        return [host.name for host in running if f" {self.shared}/" in host.run("ip -4 address").stdout]

    def visitor(self) -> Visitor:
        """Somebody with a clean browser, who comes to the shared address."""
        return Visitor(self.shared, self.authority)

    def at(self, host: Host) -> Visitor:
        """Somebody who comes to one proxy."""
        return Visitor(host.address, self.authority)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """The installation with two regions. With ZELFREGIE_BED_KEEP it stays, and the next run goes on with it."""
    bed, keep = Bed(os.environ.get("ZELFREGIE_BED_CLUSTER", "cluster")), bool(os.environ.get("ZELFREGIE_BED_KEEP"))
    with bed.held() if keep else bed.claimed():
        if not (keep and len(bed.hosts) == len(NAMES) and all(host.is_running for host in bed.hosts)):
            bed.up(NAMES)
        with MailSink(bed.network.gateway) as sink, store(bed.network.gateway):
            shutil.rmtree(bed.folder / "deploy", ignore_errors=True)
            shutil.copytree(DEPLOY, bed.folder / "deploy")
            release = build_release(bed)
            shared = f"{bed.network.prefix}.200"
            made = Cluster(
                bed, inventory(bed, release, shared), sink, bed.folder / "authority.crt", release, [], shared
            )
            if not made.authority.exists():
                made.play("site")
                for slug in REGIONS:
                    launch(made, slug)
                # Each proxy has an authority of its own.
                made.authority.write_text("".join(host.run(f"cat {ROOT_OF_CADDY}").stdout for host in made.nodes))
            yield made


def inventory(bed: Bed, release: Path, shared: str) -> Path:
    """The example as an operator fills it in, with one machine less."""
    folder = bed.folder / "inventory"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DEPLOY / "inventories" / "example" / "cluster", folder)
    address = {inside: bed.host(name).address for inside, name in HOSTS.items()}
    said = {
        inside: {
            "ansible_host": address[inside],
            "ansible_ssh_common_args": f"-F {bed.ssh_config}",
            "zelfregie_address": address[inside],
        }
        for inside in HOSTS
    }
    nodes = {"database-3": None, "node-2": None}
    groups = {
        "zelfregie_cluster": {name: None for name in HOSTS if name.startswith("database")},
        "zelfregie_cache": {"database-3": None},
        "zelfregie_app": nodes,
        "zelfregie_web": nodes,
    }
    children = {name: {"hosts": hosts} for name, hosts in groups.items()}
    (folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": said, "children": children}}))
    values = {
        "zelfregie_app_build": False,
        "zelfregie_app_wheels": str(release),
        "zelfregie_app_from_email": "noreply@zelfregie.test",
        "zelfregie_web_issuer": "internal",
        "zelfregie_mail_host": bed.network.gateway,
        "zelfregie_mail_port": 2525,
        "zelfregie_mail_tls": False,
        "zelfregie_floating_address": f"{shared}/24",
        "zelfregie_app_environment": {
            "ZELFREGIE_MEDIA_BUCKET": BUCKET,
            "ZELFREGIE_MEDIA_ENDPOINT": f"http://{bed.network.gateway}:{STORE_PORT}",
        },
        "zelfregie_app_secrets": {"ZELFREGIE_MEDIA_KEY_ID": KEY, "ZELFREGIE_MEDIA_KEY_SECRET": KEY * 4},
    }
    (folder / "group_vars" / "all" / "zz_bed.yml").write_text(json.dumps(values, indent=2))
    return folder


@contextmanager
def store(address: str) -> Iterator[None]:
    """A store of objects on this machine, with the bucket."""
    with socket.socket() as probe:
        if probe.connect_ex((address, STORE_PORT)) == 0:
            yield  # one from a run that is kept
            return
    python = ROOT / ".venv" / "bin" / "python"
    command = [str(python), str(Path(__file__).parent / "object_store.py"), address, str(STORE_PORT), BUCKET]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or "ready" not in process.stdout.readline():
            raise BedError("The store of objects does not start: make env-dev")
        yield
    finally:
        say("stopping the store")
        process.terminate()
        process.wait(20)
