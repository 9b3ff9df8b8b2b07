"""Where hosts get packages from: exactly where this machine gets its own. No address stands in this repository."""

import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bed.commands import find, run
from bed.errors import BedError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
CERTIFICATES = Path("/usr/local/share/ca-certificates")
#: What of pip's configuration says where packages come from.
PIP_OPTIONS = ("index-url", "extra-index-url", "find-links", "trusted-host", "no-index", "proxy", "cert", "timeout")


@dataclass(frozen=True)
class DebianSites:
    """The addresses of Debian's archive and of its security updates."""

    archive: str
    security: str | None


@cache
def debian_sites() -> DebianSites:
    """The archives of Debian that apt is configured with; raises BedError when there is none."""
    words = ["apt-get", "indextargets", "--format", "$(LABEL)|$(SITE)|$(COMPONENT)", "Created-By: Packages"]
    found: dict[str, str] = {}
    for line in run(words).stdout.splitlines():
        label, site, component = line.split("|")
        if component == "main":
            found.setdefault(label, site.rstrip("/"))
    if "Debian" not in found:
        raise BedError("apt knows no archive of Debian: run apt-get update, or configure one, and try again.")
    return DebianSites(found["Debian"], found.get("Debian-Security"))


def apt_sources(release: str) -> str:
    """What stands in a host's debian.sources."""
    sites = debian_sites()
    paragraphs = [(sites.archive, f"{release} {release}-updates")]
    if sites.security:
        paragraphs.append((sites.security, f"{release}-security"))
    return "\n".join(
        f"Types: deb\nURIs: {site}\nSuites: {suites}\nComponents: main\nSigned-By: {KEYRING}\n"
        for site, suites in paragraphs
    )


def apt_settings() -> dict[str, str]:
    """This machine's settings of how apt fetches (proxies, waiting times), by the name of their file."""
    folder = Path("/etc/apt/apt.conf.d")
    files = [Path("/etc/apt/apt.conf"), *sorted(folder.glob("*"))]
    texts = {path.name: path.read_text() for path in files if path.is_file()}
    return {name: text for name, text in texts.items() if "Acquire::" in text or "Acquire {" in text}


def pip_settings() -> dict[str, list[str]]:
    """This machine's settings of where pip finds packages."""
    for python in (sys.executable, "/usr/bin/python3", find("python3") or "python3"):
        shown = run([python, "-m", "pip", "config", "list"], check=False)
        if shown.returncode == 0:
            break
    else:
        return {}  # a machine without pip has nothing to say, and the public index is pip's own default
    settings: dict[str, list[str]] = {}
    for line in shown.stdout.splitlines():
        key, _, value = line.partition("=")
        scope, _, option = key.rpartition(".")
        option = {"default-timeout": "timeout"}.get(option, option)
        if option in PIP_OPTIONS and scope in ("global", "install", ":env:"):
            settings[option] = value.strip().strip("'").replace("\\n", " ").split()
    return settings


def pip_conf(cache_folder: str) -> str:
    """What stands in a host's pip.conf."""
    lines = ["[global]", f"cache-dir = {cache_folder}", "disable-pip-version-check = true"]
    lines += [f"{option} = {' '.join(values)}" for option, values in pip_settings().items() if option != "cert"]
    if CERTIFICATES.is_dir():  # pip brings authorities of its own; a machine that has others says so
        lines.append("cert = /etc/ssl/certs/ca-certificates.crt")
    return "\n".join([*lines, ""])


def local_folders() -> list[Path]:
    """Folders of this machine in which pip looks for packages; hosts see them under the same path."""
    settings = pip_settings()
    paths = [Path(value) for value in settings.get("find-links", []) if value.startswith("/")]
    # The pages of an index name files that lie beside it.
    indexes = [value for option in ("index-url", "extra-index-url") for value in settings.get(option, [])]
    paths += [Path(value.removeprefix("file://")).parent for value in indexes if value.startswith("file:///")]
    return sorted({path for path in paths if path.is_dir()})


def name_servers() -> str:
    """What stands in a host's resolv.conf: servers that can be reached from another network namespace."""
    for path in map(Path, ("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf")):
        lines = path.read_text().splitlines() if path.is_file() else []
        outside = [line for line in lines if line.startswith("nameserver") and not line.split()[1].startswith("127.")]
        if outside:
            return "\n".join([*outside, ""])
    raise BedError("This machine asks a name server on itself, which hosts of the bed cannot reach.")


def copy_certificates(root: Path) -> None:
    """Give a root file system the authorities that an administrator added to this machine's."""
    if CERTIFICATES.is_dir():
        shutil.copytree(CERTIFICATES, root / CERTIFICATES.relative_to("/"), dirs_exist_ok=True)


def fingerprint(release: str) -> str:
    """All of the above that is written into a root file system, as one text."""
    certificates = [path.read_text() for path in sorted(CERTIFICATES.glob("**/*.crt"))]
    return "\n".join([apt_sources(release), repr(apt_settings()), *certificates])
