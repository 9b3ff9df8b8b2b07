"""The root file system of a freshly installed Debian, made once and kept."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bed import sources
from bed.commands import run
from bed.errors import say
from bed.places import CACHE

#: What Debian's installer leaves on a server, as far as it concerns us; nothing that a role installs.
PACKAGES = (
    "ca-certificates,dbus,gpgv,init,iproute2,iputils-ping,kmod,less,libpam-systemd,logrotate,netbase,openssh-server,"
    "openssh-sftp-server,procps,python3,sudo,systemd-sysv,tzdata,udev"
)
#: Counted up when the recipe below changes.
RECIPE = 2


def image(release: str) -> Path:
    """The root file system of a Debian release, made when it is not there yet. No host ever changes it."""
    digest = hashlib.sha256(f"{RECIPE}|{PACKAGES}|{sources.fingerprint(release)}".encode()).hexdigest()[:12]
    wanted = CACHE / "images" / f"{release}-{digest}"
    with _alone(release):
        if not wanted.exists():
            _make(release, wanted)
    return wanted


@contextmanager
def _alone(release: str) -> Iterator[None]:
    """Let one process at a time make an image."""
    (CACHE / "images").mkdir(parents=True, exist_ok=True)
    with (CACHE / "images" / f"{release}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(release: str, wanted: Path) -> None:
    half, log = wanted.with_suffix(".half"), wanted.with_suffix(".log")
    debs = CACHE / "debootstrap"
    debs.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(half, ignore_errors=True)
    log.unlink(missing_ok=True)
    say(f"making a root file system of Debian {release}: two minutes, once (log: {log})")
    command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", f"--keyring={sources.KEYRING}"]
    command += [f"--cache-dir={debs}", release, str(half), sources.debian_sites().archive]
    run(command, timeout=900, log=log)
    _configure(release, half)
    # In namespaces of its own, so that nothing stays mounted when this is killed.
    script = (
        "set -e; mount -t proc proc $1/proc; mount -t devtmpfs dev $1/dev\n"
        "chroot $1 sh -ec '"
        "update-ca-certificates; apt-get update -q; apt-get -y -q full-upgrade; apt-get clean;"
        "systemctl enable systemd-networkd ssh; systemctl mask console-getty.service;"
        "useradd --create-home --shell /bin/bash beheer; usermod -aG sudo beheer'"
    )
    command = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "sh", "-c", script, "sh", str(half)]
    run(command, timeout=900, log=log, environment={"DEBIAN_FRONTEND": "noninteractive"})
    # Each host gets its own.
    for path in half.glob("etc/ssh/ssh_host_*"):
        path.unlink()
    (half / "etc/machine-id").write_text("")
    half.rename(wanted)
    _forget_older(release, wanted)


def _configure(release: str, root: Path) -> None:
    """Let the root file system fetch packages as this machine does, and keep what it fetched."""
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    (root / "etc/apt/sources.list.d/debian.sources").write_text(sources.apt_sources(release))
    for name, text in sources.apt_settings().items():
        (root / "etc/apt/apt.conf.d" / name).write_text(text)
    # Hosts share a folder of packages, and nothing on them must outlive a power cut of this machine.
    (root / "etc/apt/apt.conf.d/90bed").write_text('Binary::apt::APT::Keep-Downloaded-Packages "true";\n')
    (root / "etc/dpkg/dpkg.cfg.d/90bed").write_text("force-unsafe-io\n")
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").write_text(sources.name_servers())
    (root / "etc/sudoers.d").mkdir(exist_ok=True)
    (root / "etc/sudoers.d/beheer").write_text("beheer ALL=(ALL) NOPASSWD: ALL\n")
    sources.copy_certificates(root)


def _forget_older(release: str, current: Path) -> None:
    """Remove the root file systems that this one replaces, but for those on which a host still stands."""
    mounted = "".join(path.read_text() for path in Path("/proc").glob("[0-9]*/mountinfo") if _readable(path))
    for path in (CACHE / "images").glob(f"{release}-*"):
        name = path.name.split(".")[0]
        if name != current.name and name not in mounted:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:  # the process ended
        return False
    return True
