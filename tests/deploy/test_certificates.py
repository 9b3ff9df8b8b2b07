"""The authority of certificates comes and goes: sites that have theirs do not notice, others get theirs later."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
from platforms import REGIONS, Platform
from test_faults import wait_until
from visitor import Visitor

HAS, HAS_NOT = (f"https://{name}/groepen/" for name in REGIONS.values())
#: Caddy can be an authority itself, with the protocol of Let's Encrypt.
AUTHORITY = """
{
    admin off
    skip_install_trust
    auto_https disable_redirects
    http_port 14001
    https_port 14000
    storage file_system /srv/authority
}
https://localhost:14000 {
    tls internal
    acme_server
}
"""
PLAY = """
- hosts: zelfregie_web
  become: true
  roles: [zelfregie_web]
"""


def test_authority_that_is_away_hinders_no_site_that_has_its_certificate(platform: Platform, tmp_path: Path):
    with authority_of_our_own(platform, tmp_path) as certificate:
        visitor = Visitor(platform.host.address, certificate)

        before = visitor.get(HAS).status
        platform.host.run("systemctl stop authority && systemctl restart caddy", timeout=120)
        while_away = visitor.get(HAS).status
        with pytest.raises(URLError):
            visitor.get(HAS_NOT)
        again = visitor.get(HAS).status
        start_authority(platform)
        wait_until(lambda: visitor.get(HAS_NOT).status == 200)

    assert (before, while_away, again) == (200, 200, 200)
    assert platform.visitor().get(HAS).status == 200


@contextmanager
def authority_of_our_own(platform: Platform, folder: Path) -> Iterator[Path]:
    """Let Caddy get its certificates from an authority on the host, and from its own again afterwards."""
    host = platform.host
    (platform.bed.folder / "deploy" / "playbooks" / "web.yml").write_text(PLAY)
    host.run(f"cat >/srv/authority.caddy <<'END'\n{AUTHORITY}\nEND")
    host.run(f"echo 127.0.0.1 {' '.join(REGIONS.values())} >>/etc/hosts")
    start_authority(platform)
    root = "/srv/authority/pki/authorities/local/root.crt"
    wait_until(lambda: host.run(f"test -s {root}", check=False).returncode == 0)
    host.run(f"cp {root} /usr/local/share/ca-certificates/proef.crt && update-ca-certificates", timeout=120)
    certificate = folder / "authority.crt"
    certificate.write_text(host.run(f"cat {root}").stdout)
    directory = "https://localhost:14000/acme/local/directory"
    try:
        platform.play("web", variables={"zelfregie_web_issuer": "acme", "zelfregie_web_acme_directory": directory})
        host.run("systemctl restart caddy", timeout=120)  # it reads the authorities of the machine once
        yield certificate
    finally:
        platform.play("web")
        host.run("systemctl stop authority; sed -i '/^127.0.0.1 .*zelfregie.test/d' /etc/hosts", check=False)


def start_authority(platform: Platform) -> None:
    """Switch the authority on, with what it had before."""
    platform.host.run(
        "systemd-run --quiet --collect --unit authority --setenv HOME=/root"
        " caddy run --config /srv/authority.caddy --adapter caddyfile"
    )
    wait_until(lambda: platform.host.run("ss -Htln 'sport = :14000'").stdout != "")
