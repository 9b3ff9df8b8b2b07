"""What the measurements share: a database of their own, servers, and results as JSON."""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zelfregie_tenants.embedded import postgres

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
BENCH = Path(__file__).resolve().parent
EXAMPLE = ROOT / "blueprint" / "examples" / "twente"
#: What the pages are held against.
PLAIN = "Plain Wagtail page"


@contextmanager
def database() -> Iterator[str]:
    """An embedded PostgreSQL for measurements only; yields its URL."""
    with postgres.start(VAR / "postgres", VAR / "run") as server:
        yield server.dsn


def new_database(url: str, name: str) -> str:
    """Make an empty database on the server of another one; return its address. One of a run before is dropped."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name}")
        session.execute(f"CREATE DATABASE {name}")
    return re.sub(r"///[^?]*", f"///{name}", url)


def instance(target: Path, slug: str, *, lists: bool) -> Path:
    """The example under another slug and domain; without its lists it is what the blueprint bakes."""
    folder = target / slug
    shutil.copytree(EXAMPLE, folder)
    if not lists:
        for name in ("stories.csv", "practices.csv"):
            (folder / name).unlink(missing_ok=True)
        header = (folder / "groups.csv").read_text(encoding="utf-8").splitlines()[0]
        (folder / "groups.csv").write_text(header + "\n", encoding="utf-8")
    text = (folder / "region.toml").read_text(encoding="utf-8")
    text = text.replace('slug = "twente"', f'slug = "{slug}"').replace("twente.localhost", f"{slug}.localhost")
    (folder / "region.toml").write_text(text, encoding="utf-8")
    cookies = folder / ".cookiecutter.json"
    if cookies.exists():
        cookies.write_text(cookies.read_text(encoding="utf-8").replace('"twente"', f'"{slug}"'), encoding="utf-8")
    return folder


def run_part(name: str, *arguments: str, environment: dict[str, str]) -> dict:
    """Run a part of the measurements as a process of its own and return the JSON of its last line."""
    command = [sys.executable, str(BENCH / name), *arguments]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(application: str, environment: dict[str, str], host: str, path: str = "/") -> Iterator[int]:
    """Serve a WSGI application with granian, one worker and four threads, until the block ends; yields the port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", application),
    ]
    process = subprocess.Popen(command, env=os.environ | environment, cwd=BENCH)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
                urllib.request.urlopen(request, timeout=30).read()
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline or process.poll() is not None:
                    sys.exit(f"{application} does not answer")
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def load(port: int, host: str, path: str, seconds: float = 4) -> dict:
    """Requests per second and latency of one page."""
    done = subprocess.run(
        [sys.executable, str(BENCH / "load.py"), str(port), host, path, str(seconds)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{host}{path}: {done.stderr}")
    return json.loads(done.stdout)


def processor_milliseconds(pid: int) -> float:
    """What a process of the database server has computed so far, however busy the machine is. Linux only."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def loop_seconds() -> float:
    """How fast this machine is right now: the seconds of ten million additions in Python."""
    started, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - started


def spread(values: list[float]) -> dict[str, float]:
    """The median, and what nineteen of twenty stay below."""
    ordered = sorted(values)
    return {"p50": ordered[len(ordered) // 2], "p95": ordered[int(len(ordered) * 0.95)]}


def median(values: list[float]) -> float:
    return statistics.median(values)
