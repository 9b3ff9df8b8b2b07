"""The environment: its locks, what it reads from pip, and a sentence for what stands in its way."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import lock_requirements  # noqa: E402 -- a folder of scripts, not a package
import make_env  # noqa: E402

LOCKS = [ROOT / "requirements" / f"{name}.txt" for name in lock_requirements.LOCKS]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of what the environment is made from, without an environment."""
    root = tmp_path / "a workspace"
    for name in ("tools", "requirements"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for pyproject in lock_requirements.pyprojects():
        (root / pyproject).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / pyproject, root / pyproject)
    return root


def make(root: Path, python: str = sys.executable, **environment: str) -> tuple[int, str]:
    """Run the tool in a workspace; its exit code and what it said on stderr."""
    done = subprocess.run(
        [python, root / "tools" / "make_env.py", "demo"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_lock_names_no_address_and_no_package_of_ours(lock: Path) -> None:
    text = lock.read_text()

    assert "://" not in text
    assert [line for line in text.splitlines() if line.startswith(("-", "zelfregie", "/", "."))] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_lock_has_a_hash_for_every_package(lock: Path) -> None:
    packages = re.split(r"\n(?=[a-z0-9])", lock.read_text())[1:]

    assert packages
    assert [text.splitlines()[0] for text in packages if "--hash=sha256:" not in text] == []
    # One hash alone is what an index gives that keeps the files of one Python only: others could install nothing.
    assert [text.splitlines()[0] for text in packages if text.count("--hash=sha256:") == 1] == []


@pytest.mark.parametrize("name", lock_requirements.LOCKS)
def test_lock_was_made_from_its_inputs(name: str) -> None:
    head = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()[1]

    assert head == f"# inputs: sha256:{lock_requirements.digest(name)}", "run `make lock`"


def test_dev_lock_contains_the_demo_lock() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return {re.split(r"[ ;\\]", line)[0] for line in text.splitlines() if re.match(r"[a-z0-9]\S*==", line)}

    assert pins("demo") - pins("dev") == set()


def test_ensure_does_nothing_when_up_to_date(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    venv = workspace / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    make_env.write_state(venv, profile="demo", finished=make_env.fingerprint("demo", workspace))
    before = {path: path.lstat().st_mtime_ns for path in venv.rglob("*")}

    code, said = make(workspace)

    assert (code, said) == (0, "")
    assert {path: path.lstat().st_mtime_ns for path in venv.rglob("*")} == before


def test_ensure_keeps_the_profile_of_a_developer(workspace: Path) -> None:
    venv = workspace / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    make_env.write_state(venv, profile="dev", finished=make_env.fingerprint("dev", workspace))

    make_env.ensure("demo", workspace)

    assert make_env.read_state(venv)["profile"] == "dev"


@pytest.mark.parametrize("changed", ["requirements/demo.txt", "plugins/stories/pyproject.toml"])
def test_fingerprint_follows_what_decides(workspace: Path, changed: str) -> None:
    before = make_env.fingerprint("demo", workspace)
    with (workspace / changed).open("a") as file:
        file.write("# changed\n")

    assert make_env.fingerprint("demo", workspace) != before


def test_uv_settings_follow_pip() -> None:
    settings = make_env.uv_settings(
        {
            "index-url": "https://index.example/simple",
            "extra-index-url": "\\nhttps://a.example/simple\\nhttps://b.example/simple",
            "find-links": "/wheels /more",
            "cert": "/etc/ca.pem",
            "proxy": "http://proxy.example:3128",
            "no-index": "true",
            "progress-bar": "off",
        }
    )

    assert settings == {
        "UV_DEFAULT_INDEX": "https://index.example/simple",
        "UV_INDEX": "https://a.example/simple https://b.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "HTTP_PROXY": "http://proxy.example:3128",
        "UV_NO_INDEX": "1",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "PIP_USER": "0",
        "PIP_REQUIRE_VIRTUALENV": "0",
    }


@pytest.fixture(autouse=True)
def _nothing_set_for_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("UV_") or name in ("SSL_CERT_FILE", "HTTPS_PROXY", "HTTP_PROXY"):
            monkeypatch.delenv(name)


def test_uv_settings_leave_what_is_set_for_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine.example/simple")

    settings = make_env.uv_settings({"index-url": "https://index.example/simple"})

    assert "UV_DEFAULT_INDEX" not in settings


def test_wrong_python_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(make_env, "OLDEST", (3, 98))
    monkeypatch.setattr(make_env, "NEWEST", (3, 99))

    code = make_env.main(["demo"])

    found = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert code == 1
    assert capsys.readouterr().err == (
        "\nThe environment could not be made. Zelfregie needs Python 3.98 to 3.99 with pip and this is Python "
        f"{found}: install one of those and run `make PYTHON=python3.99` with the target you want.\n"
    )


def test_python_without_pip_is_a_sentence(workspace: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)

    code, said = make(workspace, python=str(tmp_path / "bare" / "bin" / "python"))

    assert code == 1
    assert "has no pip: install it (Debian and Ubuntu: `apt install python3-pip`" in said


def test_no_network_is_a_sentence(workspace: Path) -> None:
    code, said = make(
        workspace,
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_FIND_LINKS="",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )

    assert code == 1
    assert "The package index does not answer or lacks a package: check the network, or HTTPS_PROXY" in said
    assert "Traceback" not in said


def test_full_disk_is_a_sentence(workspace: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("only root on Linux can make a small disk")
    script = 'cp -r "$1" "$1.copy" && mount -t tmpfs -o size=50m tmpfs "$1" && cp -r "$1.copy/." "$1" && '
    script += 'exec "$2" "$1/tools/make_env.py" demo'
    command = ["unshare", "--mount", "sh", "-c", script, "sh", str(workspace), sys.executable]

    done = subprocess.run(command, capture_output=True, text=True)

    if "not permitted" in done.stderr or "ermission denied" in done.stderr:
        pytest.skip("this machine does not let root mount a small disk")
    assert done.stderr == (
        "\nThe environment could not be made. The disk is full: free about 900 MB and run the same command again.\n"
    )


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "is not the locked one"),
        ("error: Request failed\n  Caused by: dns error", "The package index does not answer"),
        ("error: failed to open file `.venv/x`: Permission denied (os error 13)", "belongs to another user"),
        ("error: something new", "This is what was said:\nerror: something new"),
    ],
)
def test_explain_names_the_remedy(output: str, sentence: str) -> None:
    assert sentence in make_env.explain(output)


@pytest.mark.slow
def test_killed_run_is_repaired(workspace: Path) -> None:
    for package in ("core/src/zelfregie_core", "tenants/src/zelfregie_tenants", *_plugin_sources()):
        (workspace / package).mkdir(parents=True)
        (workspace / package / "__init__.py").touch()
    for kind in ("region", "plugin"):
        shutil.copytree(ROOT / "blueprint" / kind, workspace / "blueprint" / kind)  # tenants' wheel carries them
    for name in ("README.md", "LICENSE"):
        (workspace / name).touch()
        for package in lock_requirements.pyprojects():
            (workspace / package).with_name(name).touch()
    with subprocess.Popen(
        [sys.executable, workspace / "tools" / "make_env.py", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as first:
        for line in first.stdout:
            if line.strip() == "the locked packages ...":
                break
        first.kill()
    (workspace / ".venv" / "lib" / "half-a-package").mkdir()

    code, said = make(workspace)

    if "does not answer" in said:
        pytest.skip("no package index within reach")
    assert (code, said) == (0, "")
    assert not (workspace / ".venv" / "lib" / "half-a-package").exists()
    shown = subprocess.run(
        [
            workspace / ".venv" / "bin" / "python",
            "-c",
            "import wagtail, zelfregie_core; print(zelfregie_core.__file__)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == str(workspace / "core" / "src" / "zelfregie_core" / "__init__.py")


def _plugin_sources() -> list[str]:
    return [f"plugins/{name}/src/zelfregie_{name}" for name in ("groups", "stories", "referrals", "national")]
