"""`zelfregie demo` as a test uses it: start it, ask for pages, stop it. Shared by all end-to-end tests."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from zelfregie_tenants.embedded.demo_files import DemoFiles
from zelfregie_tenants.embedded.ports import ADDRESS
from zelfregie_tenants.embedded.postgres import is_running
from zelfregie_tenants.embedded.postmaster import Postmaster

ROOT = Path(__file__).parent.parent.parent
READY_SECONDS = 300  # a machine that runs other tests too


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

    def end(self) -> None:
        """Stop it when it still runs, and let go of its output."""
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()

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

    def command(self, *arguments: str) -> str:
        """Run `zelfregie ...` beside it, as in a second terminal; return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "zelfregie_tenants.cli", *arguments],
            cwd=ROOT,
            env=environment(self.files),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


class DemoKeeper:
    """One prepared folder for all tests of a session, and at most one demonstration that runs on it.

    Preparing costs most, so that is done once; a test that stops or kills the demonstration asks for `stopped` first.
    """

    def __init__(self, files: DemoFiles, port: int) -> None:
        """`port` is that of all runs: with another one the addresses in the database would change."""
        self.files = files
        self.port = port
        self._demo: Demo | None = None

    def running(self) -> Demo:
        """A demonstration that runs; the same one as long as nobody stopped it."""
        if self._demo is None or self._demo.process.poll() is not None:
            self._demo = start(self.files, self.port)
            self._demo.wait_until_ready()
        return self._demo

    def stopped(self) -> None:
        """Make sure that none of ours runs."""
        if self._demo is not None:
            self._demo.end()
            self._demo = None

    def close(self) -> None:
        """Stop whatever is left, also of a run that was killed."""
        self.stopped()
        if is_running(self.files.data):
            os.kill(Postmaster.read(self.files.data).pid, signal.SIGTERM)


def environment(files: DemoFiles) -> dict[str, str]:
    """The environment of a command that works on this folder, without what the tests set for themselves."""
    ours = ("DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours} | {"ZELFREGIE_VAR": str(files.var)}


def start(files: DemoFiles, port: int) -> Demo:
    """Start the command in a session of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "zelfregie_tenants.cli", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment(files) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Demo(process, files, port)


def run_to_end(files: DemoFiles, *arguments: str) -> tuple[int, str]:
    """Run the command until it ends by itself; exit code and output."""
    done = subprocess.run(
        [sys.executable, "-m", "zelfregie_tenants.cli", "demo", *arguments],
        cwd=ROOT,
        env=environment(files),
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
