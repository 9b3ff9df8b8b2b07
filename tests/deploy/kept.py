"""One machine with everything, and another host that keeps its backups and watches it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from bed import Bed, Host, MailSink
from platforms import REGIONS, Platform, _write, adapted_inventory, build_release, install
from playbooks import DEPLOY

NAMES = ["server", "keeper"]


class Kept(Platform):
    """The installation; its backups are on the other host."""

    @property
    def keeper(self) -> Host:
        """Who keeps backups."""
        return self.bed.host("keeper")

    def sql(self, statement: str) -> str:
        """What PostgreSQL says."""
        quoted = statement.replace("'", "'\\''")
        return self.host.run(f"cd / && runuser -u postgres -- psql -XAtq -d zelfregie -c '{quoted}'").stdout.strip()


@contextmanager
def kept_machine() -> Iterator[Kept]:
    """The installation with two regions. With ZELFREGIE_BED_KEEP it stays, and the next run goes on with it."""
    bed, keep = Bed(os.environ.get("ZELFREGIE_BED_RESTORE", "restore")), bool(os.environ.get("ZELFREGIE_BED_KEEP"))
    with bed.held() if keep else bed.claimed():
        if not (keep and [host.name for host in bed.hosts if host.is_running] == NAMES):
            bed.up(NAMES)
        with MailSink(bed.network.gateway) as sink:
            shutil.rmtree(bed.folder / "deploy", ignore_errors=True)
            shutil.copytree(DEPLOY, bed.folder / "deploy")
            release = build_release(bed)
            inventory = adapted_inventory(bed, "one-machine", ["server"], release)
            address = bed.host("keeper").address
            said = {"ansible_host": address, "ansible_ssh_common_args": f"-F {bed.ssh_config}"}
            # What an operator adds to have backups on another host, which also watches.
            host = {"keeper": {**said, "ansible_user": "root"}}
            groups = {"zelfregie_backup": {"hosts": host}, "zelfregie_monitoring": {"hosts": host}}
            _write(inventory / "keeper.yml", {"all": {"children": groups}})
            watched = {
                "zelfregie_monitoring_sites": [f"https://{name}/" for name in REGIONS.values()],
                "zelfregie_monitoring_any_certificate": True,
                "zelfregie_monitoring_mail_to": "beheer@zelfregie.test",
            }
            _write(inventory / "group_vars" / "all" / "zz_watched.yml", watched)
            _write(inventory / "host_vars" / "keeper" / "zz_bed.yml", {"zelfregie_address": address})
            # A name that no resolver knows is known to who watches, as it would be out there.
            names = " ".join(REGIONS.values())
            bed.host("keeper").run(
                f"grep -q '{names}' /etc/hosts || echo '{bed.hosts[0].address} {names}' >>/etc/hosts"
            )
            platform = Kept(bed, inventory, sink, bed.folder / "authority.crt", release)
            if not platform.authority.exists():
                install(platform)
            yield platform


def replace_machine(platform: Kept) -> None:
    """The server burns down. Another one gets its name and its address, and on it is a bare Debian."""
    bed, lost = platform.bed, platform.host
    lost.cut_power()
    addresses = {host.name: host.address for host in bed.hosts}
    identity = lost.install((bed.folder / "key.pub").read_text(), addresses)
    known = bed.folder / "known_hosts"
    others = [line for line in known.read_text().splitlines() if not line.startswith(f"{lost.address} ")]
    known.write_text("\n".join([*others, f"{lost.address} {identity}", ""]))
    lost.boot()
    lost.wait()
