"""Every Dutch text has its English, and the compiled catalogs are those of the sources."""

import importlib.util
import shutil
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent


def _tool():
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


@pytest.mark.parametrize("package", TOOL.PACKAGES, ids=lambda package: package.name)
def test_no_text_lacks_its_english(package: Path) -> None:
    assert TOOL.missing(package) == []


@pytest.mark.parametrize("package", TOOL.PACKAGES, ids=lambda package: package.name)
def test_compiled_catalog_is_that_of_the_source(package: Path) -> None:
    source = polib.pofile(str(package / TOOL.CATALOG))
    compiled = polib.mofile(str((package / TOOL.CATALOG).with_suffix(".mo")))

    def texts(catalog):
        return {(e.msgctxt, e.msgid, e.msgstr, tuple(sorted(e.msgstr_plural.items()))) for e in catalog if e.msgid}

    assert texts(compiled) == texts(source)


@pytest.mark.parametrize("package", TOOL.PACKAGES, ids=lambda package: package.name)
def test_placeholders_survive_translation(package: Path) -> None:
    import re

    names = re.compile(r"%\((\w+)\)[sd]|%[sd]")
    catalog = polib.pofile(str(package / TOOL.CATALOG))

    wrong = [
        entry.msgid
        for entry in catalog
        if entry.msgstr and sorted(names.findall(entry.msgid)) != sorted(names.findall(entry.msgstr))
    ]

    assert wrong == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed")
@pytest.mark.parametrize("package", TOOL.PACKAGES, ids=lambda package: package.name)
def test_catalog_holds_exactly_the_texts_of_the_code(package: Path, tmp_path: Path) -> None:
    copy = tmp_path / package.name
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("static", "__pycache__", "data"))

    TOOL.extract(copy)

    fresh = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(copy / TOOL.CATALOG))}
    kept = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(package / TOOL.CATALOG))}
    assert kept == fresh


@pytest.mark.parametrize("package", TOOL.PACKAGES, ids=lambda package: package.name)
def test_dutch_text_is_not_taken_for_an_english_one(package: Path) -> None:
    """A Dutch text may spell the same as an English message id of Django or Wagtail and get *its* Dutch."""
    from django.utils import translation

    texts = [entry.msgid for entry in polib.pofile(str(package / TOOL.CATALOG)) if not entry.msgctxt]

    with translation.override("nl"):
        changed = {text: translation.gettext(text) for text in texts if translation.gettext(text) != text}

    assert changed == {}
