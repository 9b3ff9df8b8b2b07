"""Where the socket goes when paths are long."""

import os
import tempfile
from pathlib import Path

import pytest

from zelfregie_tenants.embedded import postgres
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.sockets import socket_directory

LONG = "a-folder-with-a-rather-long-name/" * 4


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own, with a short path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def test_socket_directory_is_inside_the_project(tmp_path: Path, temporary: Path) -> None:
    chosen = socket_directory(temporary / "postgres", temporary / "run")

    assert chosen == temporary / "run" / "pg"
    assert chosen.stat().st_mode & 0o777 == 0o700


def test_socket_directory_of_a_long_path_is_private_and_temporary(tmp_path: Path, temporary: Path) -> None:
    chosen = socket_directory(tmp_path / LONG / "postgres", tmp_path / LONG / "run")

    assert chosen.parent == temporary
    assert chosen.name.startswith(f"zelfregie-{os.getuid()}-")
    assert chosen.stat().st_mode & 0o777 == 0o700


def test_socket_directory_is_another_for_another_project(tmp_path: Path, temporary: Path) -> None:
    first = socket_directory(tmp_path / LONG / "one", tmp_path / LONG / "run")
    second = socket_directory(tmp_path / LONG / "two", tmp_path / LONG / "run")

    assert first != second


def test_socket_directory_refuses_a_link_in_the_shared_folder(tmp_path: Path, temporary: Path) -> None:
    chosen = socket_directory(tmp_path / LONG / "postgres", tmp_path / LONG / "run")
    chosen.rmdir()
    chosen.symlink_to(tmp_path)

    with pytest.raises(EmbeddedError, match=r"belongs to another user: remove it, or set TMPDIR"):
        socket_directory(tmp_path / LONG / "postgres", tmp_path / LONG / "run")


def test_socket_directory_explains_two_long_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / LONG))

    with pytest.raises(EmbeddedError, match="too long for a socket: put the project in a folder with a shorter path"):
        socket_directory(tmp_path / LONG / "postgres", tmp_path / LONG / "run")


def test_server_starts_below_a_long_path_with_a_space(tmp_path: Path, temporary: Path) -> None:
    project = tmp_path / LONG / "it's a project"
    project.mkdir(parents=True)

    with postgres.start(project / "postgres", project / "run") as server:
        running = postgres.is_running(project / "postgres")

    assert running
    assert server.socket_dir.parent == temporary


def test_server_starts_with_a_space_and_a_quote_in_the_socket_path(temporary: Path) -> None:
    project = temporary / "it's a"
    project.mkdir()

    with postgres.start(project / "postgres", project / "run") as server:
        running = postgres.is_running(project / "postgres")

    assert running
    assert server.socket_dir == project / "run" / "pg"
