"""Everything that people read can be read in every language of the platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from django.conf import settings
from django_tenants.utils import schema_context

from zelfregie_tenants.contract.catalog import CATALOG, Entry, compiled, read_catalog
from zelfregie_tenants.contract.extraction import marked, unmarked
from zelfregie_tenants.contract.filling import filled_regions
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import first_paths, pages_of, visit

KEY = "translations"
TITLE = "every text can be translated, and is"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def check(subject: Subject) -> Iterator[Finding]:
    """Compare the texts of the package with its catalogs, and visit its pages in the other languages."""
    for place in unmarked(subject):
        yield Finding(
            place.name,
            f"people read “{place.text}”, and it cannot be translated",
            "Use {% translate %} or gettext_lazy.",
        )
    texts = marked(subject)
    for language, _name in settings.LANGUAGES:
        if language == settings.LANGUAGE_CODE:
            continue
        path = subject.folder / CATALOG.format(language=language)
        try:
            entries = {entry.key: entry for entry in read_catalog(path)}
        except ValueError as error:
            yield Finding(subject.place(path), str(error), "Put that line right.")
            continue
        yield from _catalog(subject, texts, entries, subject.place(path))
        compiled_path = path.with_suffix(".mo")
        known = compiled_path.read_bytes() if compiled_path.is_file() else b""
        if texts and _content(known) != _content(compiled(list(entries.values()))):
            yield Finding(
                subject.place(compiled_path),
                "it is not there, or not made from the catalog as it is now",
                f"Run: zelfregie plugin translate {subject.slug}",
            )
        yield from _pages(subject, language, entries)


def _catalog(subject: Subject, texts: dict, entries: dict, name: str) -> Iterator[Finding]:
    for key, (entry, place) in texts.items():
        known = entries.get(key)
        if known is None or not known.is_complete or (entry.plural is not None and known.plural != entry.plural):
            yield Finding(
                place,
                f"“{entry.id[:60]}” has no translation in {name}",
                f"Run: zelfregie plugin translate {subject.slug}, and fill in what it adds.",
            )
        elif any(_placeholders(known.id) != _placeholders(text) for text in known.texts.values()):
            yield Finding(
                place,
                f"the translation of “{entry.id[:60]}” has other placeholders",
                "Use the same names between %( and )s.",
            )


def _placeholders(text: str) -> list[str]:
    return sorted({match.group(0) for match in PLACEHOLDER.finditer(text)})


def _content(data: bytes) -> dict[str, str]:
    """Return what a compiled catalog says, whoever wrote it."""
    import gettext  # noqa: PLC0415 -- beside Django's functions of the same name it would only confuse
    import io  # noqa: PLC0415 -- as above

    if not data:
        return {}
    catalog = gettext.GNUTranslations(io.BytesIO(data))._catalog
    return {str(key): value for key, value in catalog.items() if key}


def _pages(subject: Subject, language: str, entries: dict[tuple[str | None, str], Entry]) -> Iterator[Finding]:
    """Visit the public pages of a region in another language: a text that is translated too early stays Dutch."""
    content = {
        str(text)
        for starter in subject.contributed("register_starter_content")
        for text in (starter.title, *starter.fields.values())
    }  # what a launch writes into pages, in the language of the region
    dutch = {
        entry.id
        for entry in entries.values()
        if len(entry.id) > 3
        and entry.id not in content
        and entry.plural is None
        and entry.texts.get(0) not in ("", None, entry.id)
    } - content
    with filled_regions(subject) as regions:
        filled = regions[0]
        with schema_context("public"):
            filled.region.languages = [language]
            filled.region.save()
        public = [path for path in first_paths(subject, filled).values() if not path.startswith("/admin/")]
        for path in [*public, "/", filled.blocks_path, *pages_of(subject, filled)[:3]]:
            answer = visit(filled.visitor(), path)
            if answer.status == 200 and answer.kind.startswith("text/html"):
                for text in sorted(_pieces(answer.text) & dutch):
                    yield Finding(
                        path,
                        f"in a region in the language {language} it says “{text[:60]}”",
                        "Translate when the page is made: gettext_lazy at the top of a module, gettext in a function.",
                    )


def _pieces(page: str) -> set[str]:
    page = unescape(re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL))
    found = re.findall(r">([^<>]+)<", page) + re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]+)"', page)
    return {" ".join(piece.split()).rstrip(":* ") for piece in found}
