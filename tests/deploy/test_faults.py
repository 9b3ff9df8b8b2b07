"""Faults in the middle of things: what served goes on, and what was broken off is completed or taken back."""

import json
import re
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError

from bed import BedError
from platforms import REGIONS, Platform
from releases import changed_release
from test_upgrade import serving, upgrade, visitors

SITE = f"https://{REGIONS['twente']}"
FAILS = """
from django.db import migrations


def fail(apps, schema_editor):
    raise RuntimeError("This migration does not work.")


class Migration(migrations.Migration):
    dependencies = [("zelfregie_stories", "{last}")]
    operations = [
        migrations.RunSQL("CREATE TABLE left_behind (id integer)", "DROP TABLE left_behind"),
        migrations.RunPython(fail),
    ]
"""


def test_line_that_drops_in_the_middle_is_made_good_by_the_next_run(platform: Platform):
    settings = {"zelfregie_app_environment": {"ZELFREGIE_LOG_REQUESTS": "1"}}
    (platform.inventory / "group_vars" / "all" / "zz_changed.yml").write_text(json.dumps(settings))
    network = platform.bed.network

    with visitors(platform) as load:
        broken_off = platform.play(
            "site",
            check=False,
            at={"Wait until all of it is ready": lambda: network.cut(platform.host.address, 22)},
        )
        network.mend()
        second = platform.play("site")

    assert broken_off.code != 0
    assert "unreachable=1" in broken_off.output
    assert load.lost == []
    assert second.code == 0
    active = json.loads(platform.host.run("cat /etc/zelfregie/active").stdout)
    process = platform.host.run(f"systemctl show -p MainPID --value zelfregie-web@{active['colour']}-1").stdout.strip()
    assert "ZELFREGIE_LOG_REQUESTS=1" in platform.host.run(f"tr '\\0' '\\n' </proc/{process}/environ").stdout


def test_release_whose_migration_fails_leaves_everything_as_it_was(platform: Platform):
    before, tables = serving(platform), left_behind(platform)
    names = sorted(path.name for path in platform.release.glob("zelfregie_stories-*.whl"))
    last = last_migration(platform, names[0])
    broken = changed_release(
        platform.release,
        platform.bed.folder / "migration",
        "zelfregie_stories",
        "zelfregie_stories/migrations/9999_fails.py",
        lambda _: FAILS.format(last=last),
    )

    with visitors(platform) as load:
        done = upgrade(platform, broken, check=False)

    assert done.code != 0
    assert "This migration does not work" in done.output
    assert load.lost == []
    assert (serving(platform), left_behind(platform), tables) == (before, "0", "0")
    assert platform.host.run("systemctl --failed --no-legend --plain").stdout == ""


def test_clock_that_is_off_is_noticed_before_anything_is_changed(platform: Platform):
    platform.host.run("apt-get install -y -q --no-install-recommends faketime", timeout=120)
    late = '#!/bin/sh\nexec faketime -f +1h /usr/bin/python3 "$@"\n'
    platform.host.run(f"printf %s {shlex.quote(late)} >/srv/late-python && chmod +x /srv/late-python")

    done = platform.play("site", variables={"ansible_python_interpreter": "/srv/late-python"}, check=False)

    assert done.code != 0
    assert "far from this machine's" in done.output
    assert set(done.changed.values()) == {0}


def test_database_without_disk_refuses_to_write_and_returns_with_all_it_had(platform: Platform):
    regions = platform.zelfregie("region list")

    with small_disk_for_the_database(platform):
        platform.host.run("dd if=/dev/zero of=/var/lib/postgresql/filler bs=1M 2>/dev/null", check=False)
        table = "CREATE TABLE full_disk AS SELECT repeat('x', 1000) FROM generate_series(1, 200000)"
        written = platform.host.run(sql(table), check=False)
        answers = {platform.visitor().get(f"{SITE}{path}").status for path in ("/groepen/", "/groepen/?q=rouw")}
        platform.host.run("rm /var/lib/postgresql/filler")
        wait_until(lambda: platform.host.run(sql("SELECT 1"), check=False).returncode == 0)

        again = platform.visitor().get(f"{SITE}/groepen/?q=verlies").status
        assert written.returncode != 0
        assert platform.host.run(sql("SELECT to_regclass('full_disk') IS NULL")).stdout == "t\n"
        assert answers <= {200, 502, 503}
        assert again == 200
        assert platform.zelfregie("region list") == regions


def test_process_that_answers_nobody_is_ended_and_started_anew(platform: Platform):
    colour = json.loads(platform.host.run("cat /etc/zelfregie/active").stdout)["colour"]
    unit = f"zelfregie-web@{colour}-1.service"
    folder = f"/run/systemd/system/{unit}.d"
    # As in the unit, but for who cannot wait two minutes.
    platform.host.run(
        f"mkdir -p {folder} && printf '[Service]\\nWatchdogSec=12\\n' >{folder}/w.conf"
        f" && systemctl daemon-reload && systemctl restart {unit}",
        timeout=120,
    )
    port = platform.host.run(f". /etc/zelfregie/processes/{colour}-1.env && echo $PORT").stdout.strip()
    answers = f"curl -sf -m 5 -o /dev/null http://127.0.0.1:{port}/healthz"
    wait_until(lambda: platform.host.run(answers, check=False).returncode == 0)
    first = main_process(platform, unit)
    time.sleep(20)
    kept = main_process(platform, unit)

    platform.host.run(f"pkill -STOP -P {first}")
    wait_until(lambda: main_process(platform, unit) not in (first, "0"))
    wait_until(lambda: platform.host.run(answers, check=False).returncode == 0)

    assert kept == first
    assert "watchdog" in platform.host.run(f"journalctl --no-pager -o cat -u {unit}").stdout.lower()
    platform.host.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart {unit}")


def left_behind(platform: Platform) -> str:
    """How many regions have a table of the migration that failed."""
    count = sql("SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind'")
    return platform.host.run(count).stdout.strip()


def last_migration(platform: Platform, wheel: str) -> str:
    """The name of the newest migration in a wheel."""
    import zipfile

    names = zipfile.ZipFile(platform.release / wheel).namelist()
    return max(found[1] for name in names if (found := re.search(r"/migrations/(\d{4}_\w+)\.py$", name)))


def sql(statement: str) -> str:
    """The command that runs a statement in the database as its administrator."""
    return f"cd / && runuser -u postgres -- psql -qtA zelfregie -c {shlex.quote(statement)}"


def main_process(platform: Platform, unit: str) -> str:
    """The process of a unit."""
    return platform.host.run(f"systemctl show -p MainPID --value {unit}").stdout.strip()


def wait_until(is_so, timeout: float = 120) -> None:
    """Ask until it is so; raise AssertionError when it is not in time."""
    until = time.monotonic() + timeout
    while True:
        try:
            if is_so():
                return
        except (BedError, URLError):
            pass  # not yet
        assert time.monotonic() < until, "it did not come"
        time.sleep(1)


@contextmanager
def small_disk_for_the_database(platform: Platform) -> Iterator[None]:
    """Put the database on a disk on which little is free, and back on its own afterwards."""
    host, folder = platform.host, "/var/lib/postgresql"
    used = int(host.run(f"du -sm {folder}").stdout.split()[0])
    host.run(
        f"systemctl stop postgresql && cp -a {folder} /srv/database"
        f" && mount -t tmpfs -o size={used + 60}M tmpfs {folder}"
        f" && cp -a /srv/database/. {folder}/ && systemctl start postgresql",
        timeout=180,
    )
    try:
        yield
    finally:
        host.run(
            f"systemctl stop postgresql; rm -rf /srv/database && cp -a {folder} /srv/database && umount {folder}"
            f" && rm -rf {folder}/* && cp -a /srv/database/. {folder}/ && systemctl start postgresql",
            timeout=240,
        )
