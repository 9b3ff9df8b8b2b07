"""Where the library for booklets is missing or broken: everything else goes on, and the list to print is offered."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zelfregie_core.models import Theme
from zelfregie_groups.domain import booklet

pytestmark = pytest.mark.django_db
BOOKLET = "/-/groups/boekje.pdf"

WITHOUT_PANGO = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "zelfregie_tenants.settings.test"
import django
django.setup()
from zelfregie_core.models import Branding
from zelfregie_groups.domain import booklet
assert "weasyprint" not in sys.modules, "start-up loads weasyprint"
print("offered", booklet.can_make_booklets())
try:
    booklet.make_booklet("<p>x</p>", Branding(site_name="x"))
except booklet.NoBooklet as error:
    print("refused", error)
"""


def test_without_libpango_everything_starts_and_no_booklet_is_offered(tmp_path):
    """A process in which the library is broken on disk: the loader finds it and cannot use it."""
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"this is no library")

    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO],
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    # WeasyPrint itself prints how to install what is missing.
    said = [line for line in ended.stdout.splitlines() if line.startswith(("offered", "refused"))]
    assert said == ["offered False", "refused WeasyPrint cannot be loaded"], ended.stderr
    assert ended.returncode == 0


@pytest.fixture
def without_pango(tmp_path, monkeypatch):
    """This process as if the library were broken: its name leads to a file that is none."""
    broken = tmp_path / "libpango-1.0.so.0"
    broken.write_bytes(b"this is no library")
    monkeypatch.setitem(booklet.LIBRARIES, "pango-1.0-that-is-not-there", str(broken))
    booklet.can_make_booklets.cache_clear()
    yield
    booklet.can_make_booklets.cache_clear()


def test_page_without_libpango_offers_the_list(client, finder, create_group, without_pango):
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw"})
    create_group("Rouwcafé")

    response = client.get(f"{BOOKLET}?thema=rouw&plek=1")
    page = response.content.decode()
    listed = client.get("/-/groups/lijst/").content.decode()
    found = client.get("/groepen/?thema=rouw").content.decode()

    assert (response.status_code, response["Retry-After"]) == (503, "600")
    assert "Op deze server kan nu geen boekje gemaakt worden." in page
    assert 'href="/-/groups/lijst/?thema=rouw&amp;plek=1"' in page
    assert "Rouwcafé" in listed
    assert "boekje.pdf" not in listed + found


def test_weasyprint_is_imported_nowhere_at_start_up():
    """The rule behind the test above: only inside functions, with the reason beside it."""
    source = Path(booklet.__file__).parents[1]

    at_the_top = [
        path.name
        for path in source.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import weasyprint", "from weasyprint"))
    ]

    assert at_the_top == []
