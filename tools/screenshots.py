"""Make the pictures of the README from a running demonstration.

Usage: start `make demo`, then `.venv/bin/python tools/screenshots.py [PORT]` (default 8000). Needs Chromium. It sends
in two stories, so that there is a queue to show.
"""

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from browsing import DESKTOP, PHONE, Visit, find_browser, open_browser  # noqa: E402 -- lives with the tests
from journeys import HUB, MODERATOR, REGION, fill_story, press  # noqa: E402 -- the same

TARGET = ROOT / "docs" / "images"
LARGEST = 300_000
COLOURS = 256


def save(name: str, picture: bytes) -> None:
    """Write a PNG with few colours, which for flat pages is a third of the size and looks the same."""
    path = TARGET / f"{name}.png"
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path} is {size} bytes; make it at most {LARGEST}.")
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")


def main() -> None:
    """Take all pictures."""
    if find_browser() is None:
        raise SystemExit("Install Chromium first (on Debian: apt-get install chromium).")
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    TARGET.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        visit = Visit.start(browser, port, viewport=DESKTOP | {"height": 1180})
        save("region-home", visit.open(REGION).screenshot())
        save("hub", visit.open(HUB, "/regios/?plaats=Enschede").screenshot())
        for title in ("De eerste zomer alleen", "Mijn eerste avond in de groep"):
            page = visit.open(REGION, "/-/stories/insturen/")
            fill_story(page, title)
            page.wait_for_timeout(4100)  # who sends sooner is taken for a program
            press(page, "Verstuur je verhaal")
            page.wait_for_url("**/bedankt/**")
        visit.log_in(REGION, *MODERATOR)
        page = visit.open(REGION, "/admin/stories_moderation/")
        page.set_viewport_size(DESKTOP)
        page.locator("#wagtail-sidebar nav a").first.wait_for()
        save("admin-stories", page.screenshot())
        visit.close()
        visit = Visit.start(browser, port, viewport=PHONE, device_scale_factor=2)
        save("region-finder-phone", visit.open(REGION, "/groepen/?q=rouw&plaats=6411").screenshot())


if __name__ == "__main__":
    main()
