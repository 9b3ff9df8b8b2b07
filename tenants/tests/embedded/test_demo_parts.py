"""The parts of the demonstration: ports, being alone, children, signals, starting over."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from zelfregie_tenants.embedded import postgres
from zelfregie_tenants.embedded.alone import only_demonstration, reset
from zelfregie_tenants.embedded.demo_files import DemoFiles, Login, Ports, Site, Summary
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.fingerprint import demo_digest, read_digest, write_digest
from zelfregie_tenants.embedded.ports import require_free
from zelfregie_tenants.embedded.processes import Child, started_at
from zelfregie_tenants.embedded.signals import Stopped, StopSignals
from zelfregie_tenants.embedded.supervisor import Supervisor, require_examples

ALONE = """
from pathlib import Path
from zelfregie_tenants.embedded.alone import only_demonstration
from zelfregie_tenants.embedded.demo_files import DemoFiles
from zelfregie_tenants.embedded.errors import EmbeddedError
{become}
try:
    with only_demonstration(DemoFiles(Path({var!r})), 8000):
        print("alone", end="")
except EmbeddedError as error:
    print(error, end="")
"""


def test_require_free_names_a_port_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(EmbeddedError) as caught:
            require_free(port)

    remedy = int(str(caught.value).split("PORT=")[1].split()[0])
    assert str(caught.value) == (
        f"Port {port} is in use by another program: choose another one, as in `PORT={remedy} make demo`."
    )
    require_free(remedy)


def test_only_demonstration_refuses_a_second_one(tmp_path: Path) -> None:
    files = DemoFiles(tmp_path)

    with only_demonstration(files, 8123), pytest.raises(EmbeddedError) as caught, only_demonstration(files, 8124):
        pass

    assert str(caught.value) == (
        f"The demonstration is already running here (process {os.getpid()}, port 8123): stop it first, with Ctrl-C."
    )


def test_only_demonstration_explains_the_folder_of_another_user(
    tmp_path: Path, run_as_stranger: Callable[..., str]
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()

    said = run_as_stranger(ALONE.format(become="become_stranger()", var=str(closed / "var")), closed)

    assert said.endswith("belongs to another user: work as that user, or point ZELFREGIE_VAR at a folder of your own.")


def test_only_demonstration_explains_a_lock_of_another_user(
    tmp_path: Path, run_as_stranger: Callable[..., str]
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of another user")
    files = DemoFiles(tmp_path)
    files.run.mkdir()
    files.lock.touch(mode=0o600)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    above = [folder for folder in tmp_path.parents if folder.is_relative_to(tempfile.gettempdir())][:-1]
    for folder in (*above, tmp_path, files.run):  # how many there are depends on the number of test processes
        folder.chmod(0o755)

    said = run_as_stranger(ALONE.format(become="become_stranger()", var=str(tmp_path)), elsewhere)

    assert said == (
        f"{files.lock} belongs to another user: work as that user, or point ZELFREGIE_VAR at a folder of your own."
    )


def test_only_demonstration_explains_a_full_disk(tmp_path: Path, run_on_full_disk: Callable[..., str]) -> None:
    said = run_on_full_disk(ALONE.format(become="", var=str(tmp_path)), tmp_path, megabytes=50)

    assert said == f"The disk of {tmp_path} is full: free about 500 MB and try again."


def test_only_demonstration_stops_what_a_killed_one_left(tmp_path: Path) -> None:
    files = DemoFiles(tmp_path)
    files.run.mkdir()
    left = Child.start("left", ["sleep", "60"], files.run / "left.log", os.environ)
    other = Child.start("other", ["sleep", "60"], files.run / "other.log", os.environ)
    files.children.write_text(
        f'[{{"pid": {left.process.pid}, "started": "{left.started}"}},'
        f' {{"pid": {other.process.pid}, "started": "an earlier process of that number"}}]'
    )

    with only_demonstration(files, 8000) as cleaned:
        codes = (left.process.wait(5), other.process.poll())

    other.ask_to_stop()
    other.wait_until_stopped()
    assert cleaned
    assert codes == (-signal.SIGKILL, None)


def test_child_takes_its_own_children_along(tmp_path: Path) -> None:
    script = "sleep 60 & echo $! > pid; trap '' TERM; wait"
    child = Child.start("sh", ["sh", "-c", f"cd {tmp_path}; {script}"], tmp_path / "log", os.environ)
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.02)
    grandchild = int((tmp_path / "pid").read_text())
    os.kill(child.process.pid, signal.SIGKILL)

    child.wait_until_stopped()

    deadline = time.monotonic() + 5
    while _lives(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(grandchild)


def _lives(pid: int) -> bool:
    """True iff the process runs; one that nobody has waited for does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(shown.stdout.strip()) and not shown.stdout.strip().startswith("Z")


def test_started_at_tells_nothing_of_a_process_that_is_gone() -> None:
    process = subprocess.Popen(["true"])
    process.wait()

    assert started_at(process.pid) is None


@pytest.fixture
def hang_up() -> Iterator[None]:
    """A hang-up that is not ignored, as it is when the tests themselves run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hang_up")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_stop_at_once(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with StopSignals(), pytest.raises(Stopped):
        signal.raise_signal(number)

    assert signal.getsignal(number) == before


@pytest.mark.usefixtures("hang_up")
def test_hang_up_that_was_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with StopSignals():
        signal.raise_signal(signal.SIGHUP)

    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_ports_are_remembered(tmp_path: Path) -> None:
    Ports(8940, 8941).write(tmp_path / "ports.json")

    assert Ports.read(tmp_path / "ports.json") == Ports(8940, 8941)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"web": "x", "smtp": 1}', None])
def test_ports_that_cannot_be_read_are_the_usual_ones(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "ports.json").write_text(text)

    assert Ports.read(tmp_path / "ports.json") == Ports(8000, 8025)


def test_signals_wait_for_what_must_be_whole() -> None:
    done = []

    def work(signals: StopSignals) -> None:
        with signals.hold():
            signal.raise_signal(signal.SIGTERM)
            done.append("whole")

    with StopSignals() as signals, pytest.raises(Stopped):
        work(signals)

    assert done == ["whole"]


def test_signals_are_ignored_while_cleaning_up() -> None:
    with StopSignals() as signals:
        signals.ignore()
        signal.raise_signal(signal.SIGINT)
        cleaned = True

    assert cleaned


def test_require_examples_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"There are no example regions in .*: run this in the project's folder\."):
        require_examples(tmp_path)


def test_run_refuses_a_taken_port_before_starting_anything(tmp_path: Path) -> None:
    (tmp_path / "examples" / "one").mkdir(parents=True)
    (tmp_path / "examples" / "one" / "region.toml").touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        demonstration = Supervisor(DemoFiles(tmp_path), tmp_path / "examples", server.getsockname()[1])

        with pytest.raises(EmbeddedError, match="is in use by another program"):
            demonstration.run()

    assert not (tmp_path / "postgres").exists()


def test_digest_changes_with_an_example(tmp_path: Path) -> None:
    (tmp_path / "region.toml").write_text("blueprint = 1\n")
    before = demo_digest(tmp_path)
    again = demo_digest(tmp_path)
    (tmp_path / "region.toml").write_text("blueprint = 1  # changed\n")

    after = demo_digest(tmp_path)

    assert before == again
    assert before != after


def test_digest_is_kept_in_the_database_and_forgotten_by_a_reset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    files = DemoFiles(tmp_path)
    with postgres.start(files.data, files.run) as server:
        before = read_digest(server.dsn)
        write_digest(server.dsn, "abc'def")
        after = read_digest(server.dsn)
    files.mail.mkdir()
    (files.mail / "1.eml").touch()
    (tmp_path / "secret-key").touch()

    reset(files)

    assert (before, after) == (None, "abc'def")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "secret-key"]


def test_reset_refuses_while_the_demonstration_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    files = DemoFiles(tmp_path)

    with only_demonstration(files, 8000), pytest.raises(EmbeddedError, match="already running here"):
        reset(files)


def test_reset_refuses_while_another_program_uses_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    files = DemoFiles(tmp_path)
    with postgres.start(files.data, files.run) as server:
        # In this process start() joins the same use, so another process has to do the asking.
        code = "from pathlib import Path; from zelfregie_tenants.embedded.alone import reset; "
        code += (
            f"from zelfregie_tenants.embedded.demo_files import DemoFiles; reset(DemoFiles(Path({str(tmp_path)!r})))"
        )
        asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        with psycopg.connect(server.dsn) as connection:
            alive = connection.execute("SELECT 1").fetchone()

    assert asked.stderr.rstrip().endswith("Another program uses the demonstration's database: stop it first.")
    assert alive == (1,)


def test_reset_leaves_a_database_of_ones_own_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/zelfregie")

    with pytest.raises(EmbeddedError, match="not ours to empty"):
        reset(DemoFiles(tmp_path))


def test_summary_survives_writing_and_reading(tmp_path: Path) -> None:
    summary = Summary(
        [Site("Zuid-Limburg", "zuid-limburg.localhost", national=False)],
        [Login("moderator", "Zuid-Limburg", "zuid-limburg.localhost", "a@b.nl", "secret", "/beheer/")],
    )
    summary.write(tmp_path / "demo.json")

    assert Summary.read(tmp_path / "demo.json") == summary
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600


def test_summary_half_written_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"sites": [')

    assert Summary.read(tmp_path / "demo.json") is None
