"""What an administrator finds on a host after site.yml."""

import asyncio
import re
import shlex

from platforms import Platform

WORST_EXPOSURE = 3.0


def test_second_run_changes_nothing(platform: Platform):
    second = platform.play("site")

    assert second.changes == []
    assert set(second.changed.values()) == {0}


def test_every_service_runs_and_none_has_failed(platform: Platform):
    units = "caddy.service postgresql.service ssh.service nftables.service zelfregie-worker.service"

    states = platform.host.run(f"systemctl is-active {units}", check=False).stdout.split()
    failed = platform.host.run("systemctl --failed --no-legend --plain").stdout

    assert states == ["active"] * 5
    assert failed == ""


def test_units_of_ours_may_do_little(platform: Platform):
    units = [*our_services(platform), "caddy.service"]

    exposures = {unit: exposure(platform, unit) for unit in units}

    assert len([unit for unit in units if unit.startswith("zelfregie-web@")]) >= 1
    assert {unit: level for unit, level in exposures.items() if level > WORST_EXPOSURE} == {}


def test_only_ssh_and_web_answer_from_outside(platform: Platform):
    listening = platform.host.run("ss -Htln | awk '{print $4}'").stdout.split()
    ports = {int(address.rpartition(":")[2]) for address in listening} | set(range(1, 1100))
    assert 5432 in ports or platform.look().socket("unix:///run/postgresql/.s.PGSQL.5432").is_listening

    answering = asyncio.run(open_ports(platform.host.address, sorted(ports)))

    assert answering == [22, 80, 443]


def test_secrets_are_in_no_environment_and_no_log_and_read_by_root_only(platform: Platform):
    names = platform.host.run("ls /etc/zelfregie/secrets").stdout.split()
    secrets = {name: platform.host.run(f"cat /etc/zelfregie/secrets/{name}").stdout.strip() for name in names}
    assert {"ZELFREGIE_SECRET_KEY", "ZELFREGIE_ENCRYPTION_KEYS"} <= set(secrets)
    environments = platform.host.run("cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'", check=False).stdout
    journal = platform.host.run("journalctl --no-pager -o cat").stdout

    leaked = {name for name, value in secrets.items() if value in environments or value in journal}
    readable = {
        (user, name)
        for user in ("zelfregie", "caddy", "nobody")
        for name in names
        if as_user(platform, user, f"cat /etc/zelfregie/secrets/{name}")
    }

    assert "ZELFREGIE_FROM_EMAIL" in environments  # what was looked through is what services have
    assert leaked == set()
    assert readable == set()


def test_application_user_reads_no_keys_of_others_and_becomes_nobody_else(platform: Platform):
    private = platform.host.run(
        "find /etc/ssh /etc/shadow /etc/ssl/private /root /var/lib/caddy /var/lib/postgresql /etc/postgresql"
        " -type f \\( -name '*key*' -o -name shadow -o -name '*.key' -o -name pg_hba.conf -o -name authorized_keys \\)"
        " -not -name '*.pub'"
    ).stdout.split()
    assert len(private) >= 4

    readable = [path for path in private if as_user(platform, "zelfregie", f"cat {shlex.quote(path)}")]

    assert readable == []
    assert not as_user(platform, "zelfregie", "sudo -n true")
    assert not as_user(platform, "zelfregie", "psql -h /run/postgresql -U postgres -c 'select 1' postgres")


def our_services(platform: Platform) -> list[str]:
    """The services that the roles brought, as systemd runs them."""
    shown = platform.host.run("systemctl list-units --all --no-legend --plain 'zelfregie*.service'").stdout
    files = platform.host.run("systemctl list-unit-files --no-legend 'zelfregie*.service'").stdout
    names = {line.split()[0] for line in (*shown.splitlines(), *files.splitlines()) if line.split()}
    return sorted(name for name in names if "@." not in name)


def exposure(platform: Platform, unit: str) -> float:
    """How much systemd thinks a unit may do, from 0 to 10."""
    said = platform.host.run(f"systemd-analyze security --no-pager {unit}").stdout
    found = re.search(rf"Overall exposure level for {re.escape(unit)}: ([\d.]+)", said)
    assert found, said
    return float(found[1])


def as_user(platform: Platform, user: str, command: str) -> bool:
    """Whether a command works for a user of the host."""
    whole = f"runuser -u {user} -- sh -c {shlex.quote(f'cd / && {command} >/dev/null 2>&1')}"
    return platform.host.run(whole, check=False).returncode == 0


async def open_ports(address: str, ports: list[int]) -> list[int]:
    """The ports at which something answers."""
    slots = asyncio.Semaphore(300)

    async def answers(port: int) -> bool:
        async with slots:
            try:
                _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), timeout=2)
            except (OSError, TimeoutError):
                return False
            writer.close()
            await writer.wait_closed()
            return True

    found = await asyncio.gather(*map(answers, ports))
    return [port for port, answer in zip(ports, found, strict=True) if answer]
