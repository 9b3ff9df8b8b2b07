"""Bring the English catalogs in line with the Dutch texts in the code, and say what is missing.

``python tools/translations.py`` needs GNU gettext (``xgettext``, ``msgmerge``). The compiled catalogs are
committed, because a fresh machine has no gettext; polib writes them, so that compiling needs none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [
    ROOT / "core" / "src" / "zelfregie_core",
    ROOT / "tenants" / "src" / "zelfregie_tenants",
    *sorted(path for path in (ROOT / "plugins").glob("*/src/zelfregie_*") if path.is_dir()),
]
CATALOG = Path("locale") / "en" / "LC_MESSAGES" / "django.po"


def extract(package: Path) -> None:
    """Merge the texts of one package into its English catalog, without line numbers: they always change."""
    (package / CATALOG.parent).mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location"),
        *("--no-obsolete", "--add-location", "never", "--ignore", "static/*"),
    ]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=package, check=True, capture_output=True, env=environment)
    catalog = polib.pofile(str(package / CATALOG))
    # A date would make every run a change.
    for key in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid-Bugs-To",
    ):
        catalog.metadata.pop(key, None)
    catalog.metadata["Project-Id-Version"] = package.name
    catalog.metadata["Plural-Forms"] = "nplurals=2; plural=(n != 1);"
    catalog.header = f"English texts of {package.name}. The message ids are Dutch (docs/adr/0004)."
    catalog.metadata_is_fuzzy = False
    catalog.save()


def missing(package: Path) -> list[str]:
    """The Dutch texts of one package that have no English one, or one that must be looked at."""
    catalog = polib.pofile(str(package / CATALOG))
    return [entry.msgid for entry in [*catalog.untranslated_entries(), *catalog.fuzzy_entries()]]


def compile_catalog(package: Path) -> None:
    """Write the compiled catalog of one package."""
    polib.pofile(str(package / CATALOG)).save_as_mofile(str((package / CATALOG).with_suffix(".mo")))


def main() -> int:
    """Extract, compile, and report. Returns 1 when English texts are missing."""
    if not shutil.which("xgettext"):
        print("GNU gettext is not installed. Install it (Debian: apt install gettext) and run this again.")
        return 2
    count = 0
    for package in PACKAGES:
        extract(package)
        texts = missing(package)
        count += len(texts)
        for text in texts:
            print(f"{package.name}: no English for {text!r}")
        compile_catalog(package)
    print(f"{count} texts have no English yet." if count else "Every text has its English.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
