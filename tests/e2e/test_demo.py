"""`zelfregie demo` as somebody uses it: cold, stopped with Ctrl-C, warm, killed, and with a part that dies."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from zelfregie_tenants.embedded.demo_files import DemoFiles, Summary
from zelfregie_tenants.embedded.ports import ADDRESS, free_port
from zelfregie_tenants.embedded.postgres import is_running
from zelfregie_tenants.embedded.postmaster import Postmaster

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
MANIFESTS = [tomllib.loads(path.read_text()) for path in sorted((ROOT / "blueprint/examples").glob("*/region.toml"))]
READY_SECONDS = 240  # a machine that runs other tests too


@dataclass
class Demo:
    """A running demonstration."""

    process: subprocess.Popen[str]
    files: DemoFiles
    port: int
    output: str = ""

    def wait_until_ready(self) -> None:
        """Read what it prints up to the last line of the welcome."""
        deadline = time.monotonic() + READY_SECONDS
        for line in self.process.stdout:
            self.output += line
            assert time.monotonic() < deadline, self.output
            if line.startswith("Stop with Ctrl-C"):
                return
        raise AssertionError(f"it stopped with {self.process.wait()}:\n{self.output}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal to all of its terminal's processes, as a terminal does; return the exit code."""
        os.killpg(self.process.pid, number)
        self.output += self.process.stdout.read()
        return self.process.wait(60)

    def pids(self) -> list[int]:
        """The processes it has started, the database included."""
        children = [child["pid"] for child in json.loads(self.files.children.read_text())]
        return [*children, Postmaster.read(self.files.data).pid]

    def get(self, host: str, path: str = "/", **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        """Ask for a page of one host."""
        return self.request("GET", host, path, None, **headers)

    def request(
        self, method: str, host: str, path: str, body: str | None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Send one request; status, headers and text."""
        connection = http.client.HTTPConnection(ADDRESS, self.port, timeout=60)
        connection.request(method, path, body, {"Host": f"{host}:{self.port}", **headers})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, answer.headers, text


def start(files: DemoFiles, port: int) -> Demo:
    """Start the command in a session of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT")}
    process = subprocess.Popen(
        [sys.executable, "-m", "zelfregie_tenants.cli", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"ZELFREGIE_VAR": str(files.var), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Demo(process, files, port)


def run_to_end(files: DemoFiles, *arguments: str) -> tuple[int, str]:
    """Run the command until it ends by itself; exit code and output."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT")}
    done = subprocess.run(
        [sys.executable, "-m", "zelfregie_tenants.cli", "demo", *arguments],
        cwd=ROOT,
        env=environment | {"ZELFREGIE_VAR": str(files.var)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def alive(pids: list[int]) -> list[int]:
    """Which of the processes still run; one that only waits to be collected does not."""
    shown = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True
    ).stdout
    return [int(line.split()[0]) for line in shown.splitlines() if not line.split()[1].startswith("Z")]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoFiles]:
    """A folder in which the demonstration has been prepared, by the first run; whatever is left is stopped."""
    files = DemoFiles(tmp_path_factory.mktemp("var"))
    yield files
    if is_running(files.data):
        os.kill(Postmaster.read(files.data).pid, signal.SIGTERM)


@pytest.fixture(scope="module")
def port() -> int:
    """The port of all runs: with another one the addresses in the database would change."""
    return free_port()


@pytest.fixture
def demo(files: DemoFiles, port: int) -> Iterator[Demo]:
    """A running, ready demonstration; cold for the first test and warm after it."""
    demo = start(files, port)
    try:
        demo.wait_until_ready()
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.stop()
        demo.process.stdout.close()


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
