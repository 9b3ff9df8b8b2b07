"""A cluster loses its primary under writes, and a node under visits. Four hosts and a quarter of an hour:

    make test-deploy TESTS=try_cluster.py

Not part of the other tests on booted hosts, which are for every change.
"""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, cluster
from figures import note
from load import Load
from platforms import ADMINISTRATORS, PASSWORD, REGIONS

PAGES = [f"https://{name}{path}" for name in REGIONS.values() for path in ("/", "/groepen/", "/groepen/?q=rouw")]
TWENTE = f"https://{REGIONS['twente']}"


@pytest.fixture(scope="module")
def made() -> Iterator[Cluster]:
    """The cluster with two regions."""
    with cluster() as found:
        yield found


def writing(made: Cluster, seconds: int) -> tuple[subprocess.Popen[str], threading.Event]:
    """Start writers on the last node; the event tells that they write."""
    node = made.member("node-2")
    node.run("rm -f writes.py")
    node.put(Path(__file__).parent / "writes.py", "writes.py")
    command = (
        "HOME=/var/lib/zelfregie DATABASE_URL=$(cat /etc/zelfregie/secrets/DATABASE_URL) "
        f"/opt/zelfregie/current/venv/bin/python writes.py {seconds}"
    )
    process = subprocess.Popen(
        ["ssh", "-F", str(made.bed.ssh_config), node.name, command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    begun = threading.Event()

    def wait() -> None:
        for line in process.stderr or ():
            if "writing" in line:
                begun.set()

    threading.Thread(target=wait, daemon=True).start()
    return process, begun


def test_second_run_changes_nothing(made: Cluster):
    again = made.play("site")

    assert (again.changes, set(again.changed.values())) == ([], {0})


def test_databases_are_in_step_and_strangers_are_not_let_in(made: Cluster):
    made.whole()
    address = made.member("database-1").address

    closed = [port for port in (2379, 2380, 5432, 6379, 8008) if not _opens(address, port)]
    # From a host that may connect, without a certificate of the cluster.
    etcd = made.member("database-2").run(
        f"etcdctl --endpoints=https://{address}:2379 --cacert=/etc/zelfregie/cluster/authority.crt endpoint health",
        check=False,
    )
    plain = made.member("node-2").run(
        f"psql 'postgresql://zelfregie:x@{address}/zelfregie?sslmode=disable' -c 'select 1'", check=False
    )

    assert closed == [2379, 2380, 5432, 6379, 8008]
    assert etcd.returncode != 0
    assert "no pg_hba.conf entry" in plain.stderr
    assert "no encryption" in plain.stderr


def test_pictures_are_the_same_on_both_nodes_and_never_another_regions(made: Cluster):
    first, second = made.nodes
    page = made.at(first).get(f"{TWENTE}/")
    picture = next(part.split('"')[0] for part in page.text.split('"') if part.startswith("/media/"))

    answers = [made.at(node).get(f"{TWENTE}{picture}") for node in (first, second)]
    elsewhere = made.at(first).get(f"https://{REGIONS['zuid-limburg']}/media/../region_twente{picture[6:]}")

    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert elsewhere.status == 404


def test_primary_is_lost_under_writes(made: Cluster):
    made.whole()
    if made.primary() != "database-1":
        made.patroni("switchover zelfregie --candidate database-1 --force")
        time.sleep(10)
        made.whole()
    process, begun = writing(made, 90)
    assert begun.wait(30)
    time.sleep(15)

    with Load(made.shared, made.authority, PAGES, rate=5) as visits:
        made.member("database-1").cut_power()
        out, _ = process.communicate(timeout=200)

    found = json.loads(out)
    note(
        "cluster_primary",
        {**found, "visits": visits.answered, "visits_failed": len(visits.lost), "slowest": visits.slowest},
    )
    assert found["lost"] == 0
    assert found["longest_pause"] <= 30
    assert made.primary() != "database-1"

    made.member("database-1").boot()
    made.member("database-1").wait()
    made.whole()


def test_node_is_lost_under_visits(made: Cluster):
    holder = made.who_has_the_address()
    assert len(holder) == 1
    lost = next(host for host in made.nodes if host.name == holder[0])
    left = next(host for host in made.nodes if host.name != holder[0])
    if lost.name == "three":
        # It has a database as well; the others are a majority.
        made.patroni("switchover zelfregie --candidate database-1 --force", check=False)
        time.sleep(10)
        made.whole()
    editor = made.visitor()
    editor.get(f"{TWENTE}/admin/login/")
    editor.submit("password", username=ADMINISTRATORS["twente"], password=PASSWORD)
    assert "login" not in editor.get(f"{TWENTE}/admin/").url

    with Load(made.shared, made.authority, PAGES, rate=10) as visits:
        time.sleep(10)
        lost.cut_power()
        time.sleep(50)

    again = editor.get(f"{TWENTE}/admin/")
    workers = left.run("systemctl is-active zelfregie-worker.service").stdout.strip()
    gone = [float(line.split(" s ")[0]) for line in visits.lost]
    note(
        "cluster_node",
        {
            "visits": visits.answered,
            "visits_failed": len(visits.lost),
            "first_failed": min(gone, default=0.0),
            "last_failed": max(gone, default=0.0),
            "seconds": round(visits.seconds, 1),
            "had_a_database": lost.name == "three",
        },
    )
    assert made.who_has_the_address() == [left.name]
    assert "login" not in again.url
    assert workers == "active"
    assert max(gone, default=0.0) < 45

    lost.boot()
    lost.wait()
    made.whole()


def _opens(address: str, port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0
