"""The network of a bed: a bridge with an address of this machine, and a way out to where packages come from.

This machine stands outside: what it can reach of a host, a visitor can. Addresses are translated on the way out in a
table of our own; forwarding is switched on while a bed stands, and off again when it was off before.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

from bed.commands import run
from bed.errors import BedError
from bed.places import PREFIX, RUN

_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
_FORWARD_BEFORE = RUN / "ip_forward"


@dataclass(frozen=True)
class Network:
    """The network of the bed of this name; its numbers follow from the name."""

    bed: str

    @property
    def bridge(self) -> str:
        """The bridge's name; the kernel wants less than 16 characters."""
        return f"{PREFIX}-{self.bed}"

    @property
    def prefix(self) -> str:
        """The first three numbers of every address."""
        return f"10.213.{zlib.crc32(self.bed.encode()) % 254}"

    @property
    def gateway(self) -> str:
        """This machine's own address in the network."""
        return f"{self.prefix}.1"

    def address(self, number: int) -> str:
        """The address of the host with this number."""
        return f"{self.prefix}.{10 + number}"

    def up(self) -> None:
        """Make the bridge and the way out; raise BedError when something else uses these addresses."""
        routes = run(["ip", "-4", "route", "show", "root", f"{self.prefix}.0/24"]).stdout
        if routes.strip():
            raise BedError(f"This machine already uses {self.prefix}.0/24: give the bed another name.\n{routes}")
        run(["ip", "link", "add", self.bridge, "type", "bridge"])
        run(["ip", "address", "add", f"{self.gateway}/24", "dev", self.bridge])
        run(["ip", "link", "set", self.bridge, "up"])
        run(["nft", "-f", "-"], stdin=self._rules())
        RUN.mkdir(exist_ok=True)
        if not _FORWARD_BEFORE.exists():
            _FORWARD_BEFORE.write_text(_FORWARD.read_text())
        _FORWARD.write_text("1")

    def down(self) -> None:
        """Remove all of it; what is not there is no obstacle."""
        run(["ip", "link", "delete", self.bridge], check=False)
        run(["nft", "delete", "table", "ip", self._table], check=False)
        bridges = [path.name for path in Path("/sys/class/net").glob(f"{PREFIX}-*")]
        if not bridges and _FORWARD_BEFORE.exists():
            _FORWARD.write_text(_FORWARD_BEFORE.read_text())
            _FORWARD_BEFORE.unlink()

    def is_up(self) -> bool:
        """True iff the bridge is there."""
        return Path("/sys/class/net", self.bridge).exists()

    def close_the_way_out(self) -> None:
        """Let no host reach the package sources any more; they still reach each other and this machine."""
        run(["nft", "add", "rule", "ip", self._table, "forward", "iifname", self.bridge, "reject"])

    def open_the_way_out(self) -> None:
        """Undo `close_the_way_out`."""
        run(["nft", "flush", "chain", "ip", self._table, "forward"])

    def cut(self, address: str, port: int) -> None:
        """End the connections of this machine to a port of a host, and let no new one come about."""
        rule = f"ip daddr {address} tcp dport {port} reject with tcp reset"
        run(["nft", "add", "rule", "ip", self._table, "cut", *rule.split()])

    def mend(self) -> None:
        """Undo every `cut`."""
        run(["nft", "flush", "chain", "ip", self._table, "cut"])

    @property
    def _table(self) -> str:
        return f"{PREFIX}_{self.bed}"

    def _rules(self) -> str:
        network = f"{self.prefix}.0/24"
        return (
            f"table ip {self._table} {{\n"
            f"  chain out {{ type nat hook postrouting priority 100;\n"
            f"    ip saddr {network} ip daddr != {network} masquerade; }}\n"
            f"  chain forward {{ type filter hook forward priority 0; }}\n"
            f"  chain cut {{ type filter hook output priority 0; }}\n"
            f"}}\n"
        )
