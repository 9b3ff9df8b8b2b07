"""Bringing a plugin's catalogs up to date with the texts in its code."""

from __future__ import annotations

from django.conf import settings

from zelfregie_tenants.contract.catalog import CATALOG, append, compile_catalog, read_catalog
from zelfregie_tenants.contract.extraction import marked
from zelfregie_tenants.contract.subject import Subject


def bring_up_to_date(subject: Subject) -> list[tuple[str, str]]:
    """Add texts that a catalog lacks, and compile it. What is there stays as it was written.

    Returns:
        the texts that have no translation yet, each with the catalog that it stands in.

    Raises:
        ValueError: a catalog cannot be read, or has a text twice; says where. Nothing is written to it.
    """
    texts = marked(subject)
    empty: list[tuple[str, str]] = []
    for language, _name in settings.LANGUAGES:
        if language == settings.LANGUAGE_CODE:
            continue
        path = subject.folder / CATALOG.format(language=language)
        known = {entry.key for entry in read_catalog(path)}
        append(path, subject.app, language, [entry for key, (entry, _place) in texts.items() if key not in known])
        compile_catalog(path)
        place = subject.place(path)
        empty += [(place, entry.id) for entry in read_catalog(path) if entry.key in texts and not entry.is_complete]
    return empty
