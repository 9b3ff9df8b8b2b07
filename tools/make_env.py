"""Make or repair the environment in .venv, from the locked requirements and the packages of this workspace.

    python3 tools/make_env.py demo|dev|deploy

Needs a Python with pip and nothing else: not Debian's python3-venv, not root. It runs in any Python 3.6, so
that an old one gets a sentence instead of a syntax error. It does nothing when the environment is up to date.
What pip is configured with (index, proxy, certificates) holds here too, and no address is written anywhere.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)  # the embedded PostgreSQL ships for these
PROFILES = ("demo", "dev")  # each contains the one before it
APART = "deploy"  # what installs servers: in .venv-deploy, without the packages of this workspace
PACKAGES = (".", "core", "tenants[embedded]", "plugins/groups", "plugins/stories", "plugins/referrals")
PACKAGES += ("plugins/national",)
FREE_SPACE = 900 * 1024 * 1024

# Written by pip and uv when no index answers.
NO_NETWORK = (
    "name resolution",
    "dns error",
    "error sending request",
    "failed to fetch",
    "nodename nor servname",
    "connection refused",
    "newconnectionerror",
    "connecttimeouterror",
    "network is unreachable",
    "no matching distribution found",
    "proxyerror",
)


class Obstacle(Exception):
    """Something on this machine stands in the way; the message is a sentence with the remedy."""


def main(arguments, root=ROOT):
    """Bring the environment of `root` to the asked profile; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in (*PROFILES, APART):
        print("Usage: python3 tools/make_env.py demo|dev|deploy", file=sys.stderr)
        return 2
    try:
        require_python(arguments)
        ensure(arguments[0], root)
    except Obstacle as obstacle:
        print(f"\nThe environment could not be made. {obstacle}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"\nThe environment could not be made. {explain(str(error))}", file=sys.stderr)
        return 1
    return 0


def require_python(arguments):
    """Go on in a suitable Python, which may be another one than this."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        # A launcher of that name may exist without the Python behind it.
        if other and subprocess.run([other, "-m", "pip", "--version"], capture_output=True).returncode == 0:
            os.execv(other, [other, str(Path(__file__).resolve()), *arguments])  # noqa: S606
    found = ".".join(str(part) for part in sys.version_info[:2])
    raise Obstacle(
        f"Zelfregie needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]} with pip and this is Python {found}: install "
        f"one of those and run `make PYTHON=python3.{NEWEST[1]}` with the target you want."
    )


def ensure(profile, root):
    """Make, complete or repair the environment; do nothing when it is up to date."""
    venv = folder(profile, root)
    state = read_state(venv)
    if state.get("profile") == "dev":
        profile = "dev"  # a demo run in a developer's environment keeps the developer's tools
    wanted = fingerprint(profile, root)
    if is_current(state, wanted, venv):
        return
    lock = os.open(str(root / "requirements"), os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another make may be doing the same
        state = read_state(venv)
        if not is_current(state, wanted, venv):
            build(profile, wanted, state, root)
    finally:
        os.close(lock)


def folder(profile, root):
    """Where the environment of a profile is."""
    return root / (".venv-deploy" if profile == APART else ".venv")


def is_current(state, wanted, venv):
    """True iff the environment was finished with exactly these inputs."""
    return state.get("finished") == wanted and (venv / "bin" / "python").exists()


def fingerprint(profile, root):
    """A digest of everything that decides what the environment holds."""
    digest = hashlib.sha256()
    digest.update(f"{profile} {sys.version_info[0]}.{sys.version_info[1]} {root}".encode())
    inputs = [root / "requirements" / "bootstrap.txt", root / "requirements" / f"{profile}.txt"]
    if profile != APART:
        inputs += [root / package.split("[")[0] / "pyproject.toml" for package in PACKAGES]
    for path in inputs:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_state(venv):
    """What an earlier run wrote about this environment; empty when nothing did."""
    try:
        return json.loads((venv / "zelfregie-env.json").read_text())
    except (OSError, ValueError):
        return {}


def write_state(venv, **state):
    """Replace the note in one step, so that a killed run never leaves half of it."""
    fresh = venv / "zelfregie-env.json.new"
    fresh.write_text(json.dumps(state))
    fresh.replace(venv / "zelfregie-env.json")


def build(profile, wanted, state, root):
    """The steps, each printed with how long it took."""
    venv = folder(profile, root)
    if shutil.disk_usage(str(root)).free < FREE_SPACE:
        raise Obstacle(explain("No space left on device"))
    print(f"Making the environment in {venv.name} for Python {sys.version_info[0]}.{sys.version_info[1]}", flush=True)
    environment = {**os.environ, **index_settings()}
    # A killed run may have left half a package behind that looks installed.
    half_made = "building" in state or not works(venv)
    with step("an empty environment" if half_made else "the environment's Python"):
        clear = ["--clear"] if half_made and venv.exists() else []
        run([sys.executable, "-m", "venv", "--without-pip", *clear, str(venv)], environment)
        write_state(venv, profile=profile, building=wanted)
    with step("uv, the installer"):
        tools = venv / "tools"
        shutil.rmtree(str(tools), ignore_errors=True)
        arguments = ["install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
        arguments += ["--require-hashes", "--only-binary", ":all:", "--target", str(tools)]
        arguments += ["-r", str(root / "requirements" / "bootstrap.txt")]
        run([sys.executable, "-m", "pip", *arguments], environment)
    uv = [str(venv / "tools" / "bin" / "uv"), "--no-python-downloads", "pip"]
    python = ["--python", str(venv / "bin" / "python")]
    with step("the locked packages"):
        lock = str(root / "requirements" / f"{profile}.txt")
        run([*uv, "sync", *python, "--require-hashes", lock], environment, show=True)
    if profile != APART:
        with step("the packages of this workspace"):
            editable = [part for package in PACKAGES for part in ("-e", str(root / package))]
            run([*uv, "install", *python, "--quiet", "--no-deps", "--no-build-isolation", *editable], environment)
    write_state(venv, profile=profile, finished=wanted)


def works(venv):
    """True iff the environment's interpreter runs and is the version of this one."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        shown = subprocess.run([str(venv / "bin" / "python"), "-c", code], capture_output=True, text=True)
    except OSError:
        return False
    return shown.stdout.split() == [str(part) for part in sys.version_info[:2]]


def index_settings():
    """What pip is configured with, in the words of uv, which does not read pip's configuration."""
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    if shown.returncode:
        raise Obstacle(
            f"This Python ({sys.executable}) has no pip: install it (Debian and Ubuntu: "
            "`apt install python3-pip`; elsewhere: `python3 -m ensurepip --user`) and run this again."
        )
    options = {}
    # Later lines win below; pip's order of precedence is global, install, environment.
    lines = sorted(shown.stdout.splitlines(), key=lambda line: ("global.", "install.", ":env:").index(scope(line)))
    for line in lines:
        key, _, value = line.partition("=")
        options[key.rpartition(".")[2]] = value.strip().strip("'")
    return uv_settings(options)


def scope(line):
    """Which part of pip's configuration a line of `pip config list` is about."""
    return next((name for name in (":env:", "install.") if line.startswith(name)), "global.")


def uv_settings(options):
    """pip's options as uv's environment variables; a variable that the user has set for uv stays."""
    words = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "trusted-host": "UV_INSECURE_HOST",
        "cert": "SSL_CERT_FILE",
        "client-cert": "SSL_CLIENT_CERT",
        "timeout": "UV_HTTP_TIMEOUT",
        "default-timeout": "UV_HTTP_TIMEOUT",
    }
    # pip writes several values on lines of their own; `config list` shows the line break as \n.
    plain = {name: " ".join(value.replace("\\n", " ").split()) for name, value in options.items()}
    settings = {words[name]: value for name, value in plain.items() if name in words and value}
    if "UV_FIND_LINKS" in settings:
        settings["UV_FIND_LINKS"] = settings["UV_FIND_LINKS"].replace(" ", ",")
    if plain.get("no-index") in ("1", "true", "True", "yes"):
        settings["UV_NO_INDEX"] = "1"
    if "proxy" in plain:
        settings["HTTPS_PROXY"] = settings["HTTP_PROXY"] = plain["proxy"]
    # pip takes the best version of all indexes. The hashes in the lock make that safe.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    settings["PIP_USER"] = settings["PIP_REQUIRE_VIRTUALENV"] = "0"  # neither goes with our --target
    return {name: value for name, value in settings.items() if name.startswith("PIP_") or name not in os.environ}


def run(command, environment, show=False):
    """Run a step, showing its lines as they come when asked; raise Obstacle with its reason when it fails."""
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    lines = []
    try:
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if show and not line.startswith((" + ", " - ", " ~ ")):
                print(f"    {line}", flush=True)
    finally:
        process.stdout.close()
        code = process.wait()
    if code:
        raise Obstacle(explain("\n".join(lines[-40:])))


def explain(output):
    """A sentence with the remedy for a failed step."""
    lowered = output.lower()
    if "no space left" in lowered or "disk quota" in lowered:
        return "The disk is full: free about 900 MB and run the same command again."
    if "do not match the hashes" in lowered or "hash mismatch" in lowered:
        return f"A downloaded package is not the locked one; do not install it, and tell us:\n{output}"
    if any(sign in lowered for sign in NO_NETWORK):
        last = output.strip().splitlines()[-1].strip()
        return (
            "The package index does not answer or lacks a package: check the network, or HTTPS_PROXY, or "
            f"which index pip uses (`pip config list`), and run the same command again. ({last})"
        )
    if "permission denied" in lowered:
        return f"A file belongs to another user; remove .venv as that user, and run again. ({output.strip()})"
    return f"This is what was said:\n{output}"


class step:
    """Prints what is being done and, when it is done, how long it took."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        print(f"  {self.what} ...", flush=True)
        self.started = time.monotonic()

    def __exit__(self, kind, error, traceback):
        if kind is None:
            print(f"  {self.what}: {time.monotonic() - self.started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
