"""`zelfregie demo` as somebody uses it: cold, stopped with Ctrl-C, warm, killed, and with a part that dies."""

import os
import re
import signal
import tomllib
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from demonstration import Demo, DemoKeeper, alive, run_to_end, start

from zelfregie_tenants.embedded.demo_files import DemoFiles, Summary
from zelfregie_tenants.embedded.ports import free_port
from zelfregie_tenants.embedded.postgres import is_running

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
MANIFESTS = [tomllib.loads(path.read_text()) for path in sorted((ROOT / "blueprint/examples").glob("*/region.toml"))]


@pytest.fixture
def files(keeper: DemoKeeper) -> DemoFiles:
    """The folder of the demonstration, prepared or not, with nothing of ours running on it."""
    keeper.stopped()
    return keeper.files


@pytest.fixture
def port(keeper: DemoKeeper) -> int:
    """The port of all runs."""
    return keeper.port


@pytest.fixture
def demo(files: DemoFiles, port: int) -> Iterator[Demo]:
    """A running, ready demonstration that this test may stop and kill."""
    demo = start(files, port)
    try:
        demo.wait_until_ready()
        yield demo
    finally:
        demo.end()


def log_in(demo: Demo, domain: str, email: str, password: str, path: str) -> tuple[int, str]:
    """Fill in the login page; the status, and where it leads."""
    _status, headers, page = demo.get(domain, path)
    cookies = SimpleCookie(headers["Set-Cookie"])
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    body = urlencode({"csrfmiddlewaretoken": token, "username": email, "password": password, "next": "/admin/"})
    status, headers, _page = demo.request(
        "POST", domain, path, body, Cookie=cookie, **{"Content-Type": "application/x-www-form-urlencoded"}
    )
    return status, headers["Location"] or ""


def test_demo_serves_every_region_and_leaves_nothing_after_ctrl_c(demo: Demo) -> None:
    domains = {manifest["region"]["domains"][0]: manifest["region"]["name"] for manifest in MANIFESTS}
    names = list(domains.values())
    shown = {}
    for domain in domains:
        status, _headers, page = demo.get(domain)
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
        shown[domain] = (status, [name for name in names if name in title])
    logins = [
        (login.role, *log_in(demo, login.domain, login.email, login.password, login.path))
        for login in Summary.read(demo.files.summary).logins
    ]
    mail_status, _headers, mail_page = demo.get("mail.localhost")
    unknown_status, _headers, _page = demo.get("nergens.localhost")
    listed = demo.command("region", "list")
    second = run_to_end(demo.files, "--port", str(free_port()))
    reset = run_to_end(demo.files, "--reset")
    pids = demo.pids()

    code = demo.stop(signal.SIGINT)

    assert shown == {domain: (200, [name]) for domain, name in domains.items()}
    assert [login for login in logins if login[1:] != (302, "/admin/")] == []
    assert {role for role, _status, _location in logins} >= {"editor", "moderator", "coordinator"}
    assert (mail_status, "E-mail van de demonstratie" in mail_page) == (200, True)
    assert unknown_status == 404
    assert [
        f"http://{domain}:{demo.port}/" for domain in domains if f"http://{domain}:{demo.port}/" not in demo.output
    ] == []
    assert second[0] == reset[0] == 1
    assert sorted(re.findall(r"http\S+", listed)) == sorted(f"http://{domain}:{demo.port}" for domain in domains)
    assert "already running here" in second[1]
    assert "already running here" in reset[1]
    assert code == 0, demo.output
    assert demo.output.endswith("Stopped. Everything is kept; `make demo` goes on where you were.\n")
    assert alive(pids) == []
    assert not is_running(demo.files.data)


def test_second_run_prepares_nothing(demo: Demo) -> None:
    steps = re.findall(r"^  (.+?) \.\.+ ", demo.output, re.MULTILINE)

    code = demo.stop(signal.SIGTERM)

    assert steps == ["Database", "Web server"]
    assert code == 0


def test_part_that_dies_is_reported_with_its_last_lines(demo: Demo) -> None:
    web = demo.pids()[0]
    pids = demo.pids()
    os.kill(web, signal.SIGKILL)

    demo.output += demo.process.stdout.read()
    code = demo.process.wait(60)

    assert code == 1
    assert "Error: The web process stopped by itself (exit code -9). Its last lines, from" in demo.output
    assert alive(pids) == []


def test_run_after_kill_9_stops_what_was_left(files: DemoFiles, port: int) -> None:
    killed = start(files, port)
    killed.wait_until_ready()
    left = killed.pids()
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    killed.process.stdout.close()

    again = start(files, port)
    again.wait_until_ready()
    status, _headers, _page = again.get(MANIFESTS[0]["region"]["domains"][0])
    children_left = [pid for pid in alive(left) if pid not in again.pids()]
    code = again.stop()
    again.process.stdout.close()

    assert status == 200
    assert children_left == []
    assert code == 0
    assert alive(left) == []


def test_reset_starts_over(files: DemoFiles) -> None:
    code, output = run_to_end(files, "--reset")

    assert (code, output) == (0, "Forgotten. `make demo` starts afresh.\n")
    assert not files.data.exists()
    assert not files.summary.exists()
