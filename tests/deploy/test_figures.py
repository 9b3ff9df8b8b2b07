"""What a page costs through Caddy: kept, made anew, and a file of the same size that Caddy sends itself."""

import json
import sys
from pathlib import Path

from bed import cgroups
from bed.commands import run
from figures import note
from platforms import REGIONS, Platform

HERE = Path(__file__).parent
SITE = REGIONS["twente"]
OWN_SITE = "bestand.zelfregie.test"
SECONDS = 5
ROUNDS = 2


def test_kept_page_is_much_cheaper_than_one_made_anew(platform: Platform):
    size = len(platform.visitor().get(f"https://{SITE}/").body)
    with_a_file_of_its_own(platform, size)
    # A page with a question behind its address is made anew each time.
    asked = {"kept": (SITE, "/"), "anew": (SITE, "/?anew=1"), "static": (OWN_SITE, "/page.html")}

    rates = {kind: [] for kind in asked}
    for _ in range(ROUNDS):  # in turn, so that a slow moment of the machine hits all
        for kind, (name, path) in asked.items():
            rates[kind].append(rate(platform, name, path))

    note("pages", {"size": size, "rates": rates})
    cost = {kind: min(each["processor_ms"] for each in found) for kind, found in rates.items()}
    assert cost["static"] < cost["kept"] < cost["anew"] / 5


def rate(platform: Platform, name: str, path: str) -> dict[str, float]:
    """Requests per second, and what each cost the host in computing."""
    words = [sys.executable, HERE / "rate.py", platform.host.address, platform.authority, name, path, str(SECONDS)]
    before = processor_seconds(platform)
    found = json.loads(run(words, timeout=60).stdout)
    spent = processor_seconds(platform) - before
    return {**found, "processor_ms": 1000 * spent / found["answers"]}


def processor_seconds(platform: Platform) -> float:
    """What the host has computed since it was switched on, by its cgroup."""
    text = (cgroups.group(platform.bed.name, platform.host.name) / "cpu.stat").read_text()
    return int(text.split()[1]) / 1e6


def with_a_file_of_its_own(platform: Platform, size: int) -> None:
    """Let Caddy serve a file at a name of its own, as an operator adds a site of theirs."""
    site = f"https://{OWN_SITE} {{\n\ttls internal\n\troot * /srv/bestand\n\tfile_server\n}}\n"
    platform.host.run(
        f"mkdir -p /srv/bestand && head -c {size} /dev/zero | tr '\\0' x > /srv/bestand/page.html"
        f" && printf '{site}' > /etc/caddy/zelfregie/sites/bestand.caddy && systemctl reload caddy"
    )
