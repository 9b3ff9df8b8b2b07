"""A release takes over from another while visitors come."""

from pathlib import Path

from figures import note
from load import Load
from platforms import REGIONS, Platform
from releases import changed_release

PAGES = [f"https://{name}{path}" for name in REGIONS.values() for path in ("/", "/groepen/")]
RATE = 50


def visitors(platform: Platform) -> Load:
    return Load(platform.host.address, platform.authority, PAGES, RATE)


def serving(platform: Platform) -> str:
    """The folder of the release that serves."""
    return platform.host.run("readlink -f /opt/zelfregie/current").stdout.strip()


def upgrade(platform: Platform, release: Path, **options: object):
    return platform.play("upgrade", variables={"zelfregie_app_wheels": str(release)}, **options)


def test_next_release_takes_over_and_no_request_is_lost(platform: Platform):
    before = serving(platform)
    later = changed_release(
        platform.release, platform.bed.folder / "later", "zelfregie_tenants", "zelfregie_tenants/wsgi.py", newer
    )

    with visitors(platform) as load:
        done = upgrade(platform, later)

    note(
        "upgrade",
        {
            "seconds": done.seconds,
            "visited": load.seconds,
            "rate": RATE,
            "answered": load.answered,
            "lost": len(load.lost),
            "slowest": load.slowest,
        },
    )
    assert load.lost == []
    assert load.answered > RATE * load.seconds * 0.5  # as many as it says, or a slow machine answered late
    assert serving(platform) != before
    processes = platform.host.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").stdout
    assert "granian" in processes
    assert before not in processes


def test_release_that_cannot_answer_is_taken_back_and_visitors_notice_nothing(platform: Platform):
    before = serving(platform)
    broken = changed_release(
        platform.release, platform.bed.folder / "broken", "zelfregie_tenants", "zelfregie_tenants/wsgi.py", failing
    )

    with visitors(platform) as load:
        done = upgrade(platform, broken, check=False)

    assert done.code != 0
    assert load.lost == []
    assert serving(platform) == before
    assert platform.host.run("systemctl --failed --no-legend --plain").stdout == ""


def newer(text: str) -> str:
    """The same program in a later release."""
    return f"{text}\n# A later release.\n"


def failing(text: str) -> str:
    """A program that does not start."""
    return f'{text}\nraise RuntimeError("This release does not start.")\n'
