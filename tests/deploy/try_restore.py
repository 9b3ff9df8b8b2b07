"""A platform is backed up to another host, loses its database, loses its machine, and gets everything back.

    make test-deploy TESTS=try_restore.py

Two hosts and a quarter of an hour, so it is not part of the other tests on booted hosts, which are for every change.
"""

import json
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bed.places import ROOT
from figures import note
from handbook import PAGES, Command, commands
from kept import Kept, kept_machine, replace_machine
from platforms import REGIONS

DATA = "/var/lib/postgresql/17/main"
MEDIA = "/var/lib/zelfregie/media"
SEGMENT = 16 * 2**20
TWENTE = f"https://{REGIONS['twente']}/groepen/"


@pytest.fixture(scope="module")
def made() -> Iterator[Kept]:
    """The installation, with one backup of everything."""
    with kept_machine() as platform:
        yield platform


def restore(made: Kept, *, check: bool = True, **variables: object):
    return made.play("restore", variables=variables, check=check)


def figures(made: Kept) -> dict[str, float]:
    """What is told to monitoring on the host of the database and the one that keeps backups."""
    lines = ""
    for host in (made.host, made.keeper):
        host.run("systemctl start zelfregie-figures")
        lines += host.run("cat /var/lib/prometheus/node-exporter/zelfregie*.prom").stdout
    return {name: float(value) for name, value in re.findall(r"^(zelfregie[^ ]*) ([\d.]+)$", lines, re.MULTILINE)}


def is_served(made: Kept) -> bool:
    return made.visitor().get(TWENTE).status == 200


def test_second_run_changes_nothing(made: Kept):
    again = made.play("site")

    assert again.changes == []


def test_monitoring_sees_both_machines_the_database_the_application_and_the_sites(made: Kept):
    until = time.monotonic() + 150

    while (seen := up(made)) != {"node": 2, "postgres": 1, "zelfregie": 2, "sites": 2} and time.monotonic() < until:
        time.sleep(5)

    assert seen == {"node": 2, "postgres": 1, "zelfregie": 2, "sites": 2}
    assert [figure for figure in ask(made, '{__name__=~".+"}') if "region_" in json.dumps(figure["metric"])] == []
    assert len(ask(made, '{host="server"}')) < 2500
    assert ask(made, "probe_success == 1")


def test_each_rule_holds_when_its_thing_is_wrong_and_none_when_all_is_well(made: Kept):
    rules = ROOT / "deploy/roles/zelfregie_monitoring/files/rules.yml"
    made.keeper.run("rm -rf /srv/rules && mkdir /srv/rules")
    for file in (rules, Path(__file__).parent / "alerts_test.yml"):
        made.keeper.put(file, f"/srv/rules/{file.name}")

    made.keeper.run("cd /srv/rules && promtool test rules alerts_test.yml", timeout=300)

    tried = set(re.findall(r'alertname="(\w+)"', (Path(__file__).parent / "alerts_test.yml").read_text()))
    assert tried == set(re.findall(r"- alert: (\w+)", rules.read_text()))


def test_an_alert_reaches_a_person_with_the_page_that_helps(made: Kept):
    said = ask(made, "up", path="rules")
    pages = {rule["annotations"]["page"] for group in said["groups"] for rule in group["rules"]}
    made.keeper.run(
        "amtool --alertmanager.url=http://127.0.0.1:9093 alert add alertname=Proef urgency=today"
        " --annotation=page=docs/how-to/handle-an-incident.md"
    )

    letter = made.sink.wait_for("beheer@zelfregie.test", timeout=90)

    assert "Proef" in letter.text
    for page in pages:
        file, _, heading = page.partition("#")
        headings = re.findall(r"^##+ (.+)$", (ROOT / file).read_text(), re.MULTILINE)
        assert heading == "" or heading in {
            re.sub(r"[^a-z0-9-]", "", name.lower().replace(" ", "-")) for name in headings
        }


def ask(made: Kept, query: str, path: str = "query"):
    """What Prometheus knows."""
    address = f"http://127.0.0.1:9090/api/v1/{path}?query={quote(query)}"
    fetch = f"import urllib.request; print(urllib.request.urlopen({address!r}).read().decode())"
    said = made.keeper.run(f"python3 -c {shlex.quote(fetch)}").stdout
    data = json.loads(said)["data"]
    return data.get("result", data)


def up(made: Kept) -> dict[str, int]:
    """How many of each kind answer."""
    return {each["metric"]["job"]: int(each["value"][1]) for each in ask(made, "sum by (job) (up)")}


def test_backups_lie_on_the_other_host_and_only_the_key_opens_them(made: Kept):
    made.play("backup")

    told = json.loads(made.keeper.run("runuser -u postgres -- pgbackrest --stanza=zelfregie --output=json info").stdout)
    listed = made.host.run("zelfregie-files list").stdout
    words = made.keeper.run(
        "grep -rlaiE 'twente|zelfregie_tenants|PGDMP' /var/lib/pgbackrest/backup/*/*/pg_data"
        " /var/lib/pgbackrest/backup/*/*/bundle /var/lib/pgbackrest/archive /var/lib/zelfregie-backup/repository",
        check=False,
    ).stdout
    assert [backup["type"] for backup in told[0]["backup"]][:2] == ["full", "diff"]
    assert "/var/lib/zelfregie/media" in listed
    assert words == ""
    assert made.host.run("test -e /etc/pgbackrest/conf.d/key.conf", check=False).returncode == 1


def test_nobody_of_one_host_gets_a_shell_on_the_other(made: Kept):
    address = made.keeper.address
    said = [
        made.host.run(
            f"runuser -u postgres -- ssh -o BatchMode=yes postgres@{address} 'x id; id' </dev/null", check=False
        ),
        made.host.run(
            "setpriv --reuid zelfregie-backup --regid zelfregie-backup --init-groups"
            " ssh -F /etc/zelfregie-backup/ssh_config keeper id </dev/null",
            check=False,
        ),
    ]

    assert ["uid=" in each.stdout for each in said] == [False, False]
    assert [each.returncode == 0 for each in said] == [False, False]


def test_drill_proves_that_a_backup_restores_and_tells_monitoring(made: Kept):
    started = time.time()

    done = made.play("drill")

    told = figures(made)
    proof = json.loads(re.search(r"\{\\?\"proven.*?\}", done.output.replace("\\", ""))[0])
    note("drill", {"seconds": proof["seconds in all"], "tables": proof["tables"], "rows": proof["rows"]})
    assert proof["tables"] > 300
    assert proof["rows"] > 1000
    assert len(proof["tables that changed in that moment"]) < 5
    assert told["zelfregie_drill_ok"] == 1
    assert told["zelfregie_drill_proven_timestamp_seconds"] >= started - 2
    assert told["zelfregie_files_proof_timestamp_seconds"] >= started - 2
    assert made.host.run("ls /var/lib/postgresql").stdout.split() == ["17"]


def test_drill_fails_when_the_backup_is_damaged(made: Kept):
    proven = figures(made)["zelfregie_drill_proven_timestamp_seconds"]
    # Each file of the backup is there, and one in ten bytes of the largest is another.
    damage = (
        "cd /var/lib/pgbackrest/backup/zelfregie && cp -a . /srv/whole && "
        "for f in */bundle/*; do dd if=/dev/urandom of=$f bs=512 seek=40 count=200 conv=notrunc status=none; done"
    )
    made.keeper.run(damage)

    done = made.play("drill", check=False)

    made.keeper.run("cd /var/lib/pgbackrest/backup/zelfregie && rm -rf ./* && cp -a /srv/whole/. . && rm -r /srv/whole")
    told = figures(made)
    made.host.run("systemctl reset-failed")
    assert done.code != 0
    assert "NOT PROVEN" in done.output
    assert (told["zelfregie_drill_ok"], told["zelfregie_drill_proven_timestamp_seconds"]) == (0, proven)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "-e host=server"),
        ({"host": "keeper"}, "-e host=server"),
        ({"host": "server", "to": "2001-01-01 00:00"}, "There is no backup from before"),
        ({"host": "server", "to": "morgen"}, "is no time that has been"),
        ({"host": "server", "region": "nergens"}, "nergens"),
        (
            {"host": "server", "region": "twente", "file": "/nergens.zip"},
            "There is no backup of twente at /nergens.zip",
        ),
    ],
)
def test_restore_is_refused_before_anything_is_stopped(made: Kept, variables: dict[str, str], sentence: str):
    before = made.host.run("systemctl show --property MainPID --value postgresql@17-main zelfregie-worker").stdout

    done = restore(made, check=False, **variables)

    after = made.host.run("systemctl show --property MainPID --value postgresql@17-main zelfregie-worker").stdout
    assert done.code != 0
    assert sentence in " ".join(done.output.split())
    assert after == before


def test_platform_comes_back_as_it_was_at_a_time(made: Kept):
    made.sql("CREATE TABLE public.before_it AS SELECT 1 AS one")
    made.host.run(f"install -o zelfregie -g zelfregie -m 0640 /etc/hostname {MEDIA}/of-then.txt")
    made.host.run("systemctl start zelfregie-files")
    time.sleep(1)
    then = made.host.run("date '+%Y-%m-%d %H:%M:%S'").stdout.strip()
    time.sleep(2)
    made.sql("DROP TABLE public.before_it; CREATE TABLE public.after_it AS SELECT 1 AS one")
    made.host.run(f"rm {MEDIA}/of-then.txt && systemctl start zelfregie-files")

    done = restore(made, host="server", to=then)

    tables = made.sql("SELECT relname FROM pg_class WHERE relname IN ('before_it', 'after_it')")
    owner = made.host.run(f"stat -c %U {MEDIA}/of-then.txt").stdout.strip()
    assert (tables, owner) == ("before_it", "zelfregie")
    assert is_served(made)
    assert made.host.run("systemctl --failed --no-legend --plain").stdout == ""
    assert len(made.host.run(f"ls -d {DATA}.before-*").stdout.split()) == 1
    note("restore_to_a_time", {"seconds": done.seconds})
    restore(made, host="server", finish=True)
    assert made.host.run(f"ls -d {DATA}.before-*", check=False).stdout == ""


def test_restore_that_cannot_be_done_leaves_what_there_was(made: Kept):
    made.sql("CREATE TABLE public.still_here AS SELECT 1 AS one")
    # The list of backups says that they are there, and their files are not.
    folder = "/var/lib/pgbackrest/backup/zelfregie"
    made.keeper.run(f"mkdir /srv/away && mv {folder}/2* /srv/away/")

    done = restore(made, check=False, host="server")

    made.keeper.run(f"mv /srv/away/2* {folder}/ && rmdir /srv/away")
    assert done.code != 0
    assert "What was there is there again" in " ".join(done.output.split())
    assert made.sql("SELECT one FROM public.still_here") == "1"
    assert is_served(made)


def test_region_comes_back_from_its_own_file(made: Kept):
    made.zelfregie("region backup twente")
    pages = "SELECT count(*) FROM region_twente.wagtailcore_page"
    before = made.sql(pages)
    made.sql("UPDATE region_twente.wagtailcore_site SET site_name = 'Per ongeluk'")

    restore(made, host="server", region="twente")

    assert made.sql(pages) == before
    assert made.sql("SELECT site_name FROM region_twente.wagtailcore_site") != "Per ongeluk"
    assert is_served(made)


def test_lost_database_comes_back_to_the_last_minute(made: Kept):
    acknowledged = write_rows(made, seconds=100)
    made.host.run(f"systemctl kill --signal=SIGKILL postgresql@17-main; rm -rf {DATA}")
    killed = time.time()
    archived = last_archived(made)

    done = restore(made, host="server")

    kept = int(made.sql("SELECT max(number) FROM proof_of_restore.row"))
    rows = acknowledged()
    there = made.sql("SELECT count(*) FROM proof_of_restore.row")
    lost = [(number, moment, position) for number, moment, position in rows if number > kept]
    window = killed - min((moment for _, moment, _ in lost), default=killed)
    note(
        "restore",
        {
            "seconds": done.seconds,
            "rows": len(rows),
            "lost": len(lost),
            "lost_that_were_archived": len([row for row in lost if row[2] <= archived]),
            "window": window,
        },
    )
    assert int(there) == kept  # no gap before
    assert [row for row in lost if row[2] <= archived] == []
    assert window <= 60
    assert is_served(made)


def test_lost_machine_comes_back_on_another(made: Kept):
    keys = made.host.run("cat /etc/zelfregie/secrets/ZELFREGIE_ENCRYPTION_KEYS").stdout
    regions = made.zelfregie("region list")
    made.host.run(f"install -o zelfregie -g zelfregie -m 0640 /etc/hostname {MEDIA}/of-then.txt")
    made.play("backup")

    started = time.monotonic()
    replace_machine(made)
    made.play("site")
    done = restore(made, host="server")

    note("restore_machine", {"seconds": time.monotonic() - started, "restore": done.seconds})
    assert keys.strip() in made.host.run("cat /etc/zelfregie/secrets/ZELFREGIE_ENCRYPTION_KEYS").stdout
    assert made.zelfregie("region list") == regions
    assert "yes" not in made.zelfregie("privacy keys").lower().split("this key is not here")[1:]
    assert made.host.run(f"stat -c %U {MEDIA}/of-then.txt").stdout.strip() == "zelfregie"
    assert is_served(made)
    made.host.run("systemctl start zelfregie-database-diff || true")
    assert figures(made)["zelfregie_wal_waiting_seconds"] < 60


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_handbook_does_what_it_says(made: Kept, page: str):
    listed = list(commands(page))

    wrong = {command.text: said for command in listed if (said := try_command(made, command))}

    assert len(listed) >= 5
    assert wrong == {}


def try_command(made: Kept, command: Command) -> str:
    """Run a command of the handbook; return what is wrong with it, or nothing."""
    if not command.playbook:
        done = made.host.run(command.text, check=False, timeout=300)
        # What is stopped, or not ready to be opened, is an answer.
        answers = (0, 3) if "systemctl status" in command.text else (0, 1) if "readiness" in command.text else (0,)
        return "" if done.returncode in answers else f"{done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}"
    given = dict(command.variables)
    if "to" in given:
        given["to"] = made.host.run("sleep 2; date --date '-1 second' '+%Y-%m-%d %H:%M:%S'").stdout.strip()
    if "folder" in given:
        given["folder"] = str(made.bed.folder / "instances" / "twente")
    done = made.play(command.playbook, variables=given, check=False)
    return "" if done.code == 0 and is_served(made) else done.output[-1500:]


def write_rows(made: Kept, *, seconds: float):
    """Let rows be written for so long; what it returns tells of each row when and where it was acknowledged."""
    made.host.run("rm -f /var/lib/postgresql/row_writer.py /var/lib/postgresql/rows")
    made.host.put(Path(__file__).parent / "row_writer.py", "/var/lib/postgresql/row_writer.py")
    made.host.run(
        "systemd-run --quiet --unit row-writer --uid postgres --working-directory /var/lib/postgresql"
        " python3 /var/lib/postgresql/row_writer.py /var/lib/postgresql/rows"
    )
    time.sleep(seconds)

    def acknowledged() -> list[tuple[int, float, int]]:
        made.host.run("systemctl reset-failed row-writer", check=False)
        lines = made.host.run("cat /var/lib/postgresql/rows").stdout.splitlines()
        found = [line.split() for line in lines]
        return [
            (int(number), float(moment), int(position)) for number, moment, position in found if len(found[-1]) == 3
        ]

    return acknowledged


def last_archived(made: Kept) -> int:
    """The position in the log of changes up to which everything is on the other host."""
    found = made.keeper.run("find /var/lib/pgbackrest/archive -type f -printf '%f\\n'").stdout.split()
    newest = max(name[:24] for name in found if re.fullmatch(r"[0-9A-F]{24}-.*", name))
    return (int(newest[8:16], 16) << 32) + (int(newest[16:24], 16) + 1) * SEGMENT
