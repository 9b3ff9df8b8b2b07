"""Make the pictures of the documentation from a running demonstration.

Usage: start `make demo`, then `.venv/bin/python tools/screenshots.py [PORT]` (default 8000). Needs Chromium. It sends
in two stories, so that there is a queue to show, and changes one sentence of a region on its site and in the wizard.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from browsing import DESKTOP, PHONE, Visit, find_browser, open_browser  # noqa: E402 -- lives with the tests
from journeys import (  # noqa: E402 -- the same
    COORDINATOR,
    HUB,
    MODERATOR,
    OTHER_ADMINISTRATOR,
    OTHER_REGION,
    REGION,
    fill_story,
    press,
)

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


def differ(visit: Visit) -> Page:
    """Change a sentence of a region on its site and, differently, in the wizard; return the page where one chooses."""
    visit.log_in(OTHER_REGION, *OTHER_ADMINISTRATOR)
    page = visit.open(OTHER_REGION, "/admin/settings/zelfregie_core/sitesettings/")
    page.locator("[name=crisis_text]").fill("Gaat het nu niet goed? Bel 113. Bij direct gevaar bel je 112.")
    press(page, "Opslaan")
    page.locator(".messages .success").wait_for()
    visit.log_in(HUB, *COORDINATOR)
    page = visit.open(HUB, "/admin/regios-beheren/")
    row = page.locator("tr", has_text=f"{OTHER_REGION}.localhost")
    row.get_by_role("button").or_(row.get_by_role("link", name="Bekijk of verander")).click()
    page.wait_for_url("**/stap/controle/")
    page.goto(page.url.replace("controle", "organisatie"))
    page.locator("[name=crisis_text]").fill("Zie je het niet meer zitten? Bel 113. Direct gevaar? Bel 112.")
    press(page, "Opslaan en naar de controle")
    page.wait_for_url("**/stap/controle/")
    page.locator(".zw-decide").first.wait_for()
    return page


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
        page = differ(visit)
        page.get_by_role("heading", name="Wat er op de site verandert").scroll_into_view_if_needed()
        save("region-wizard", page.screenshot())
        visit.close()
        visit = Visit.start(browser, port, viewport=PHONE, device_scale_factor=2)
        save("region-finder-phone", visit.open(REGION, "/groepen/?q=rouw&plaats=6411").screenshot())


if __name__ == "__main__":
    main()
