"""Off is off, everywhere; and off and on again loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django_tenants.utils import tenant_context

from zelfregie_core.models import ContentPage
from zelfregie_tenants.contract.filling import BLOCKS_PAGE, FilledRegion, filled_regions
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.contract.visiting import Visit, first_paths, owner_of_everything, pages_of, visit
from zelfregie_tenants.domain.plugins import set_plugin_enabled

KEY = "switching"
TITLE = "off answers nowhere, and off and on again loses nothing"


def check(subject: Subject) -> Iterator[Finding]:
    """Look at everything with the plugin on, off, and on again; meanwhile an editor saves a page with its blocks."""
    with filled_regions(subject) as regions:
        filled = regions[0]
        before, rows = _look(subject, filled), _rows(subject, filled)
        set_plugin_enabled(filled.region, subject.slug, enabled=False)
        off = _look(subject, filled, list(before))
        for path, answer in off.items():
            if answer.answers and before[path].answers and not _is_shared(path, filled):
                yield Finding(
                    path,
                    f"it answers with status {answer.status} where the plugin is off",
                    "Derive its page types from PluginPage, and name its views in register_urls or register_viewsets.",
                )
        yield from _shown_while_off(off, filled)
        _save_page_with_blocks(filled)
        set_plugin_enabled(filled.region, subject.slug, enabled=True)
        after = _look(subject, filled, list(before))
        for path, answer in before.items():
            here, there = (_seen(found, filled) for found in (answer, after[path]))
            if here != there:
                yield Finding(
                    path,
                    f"on again it is not as before: status and mentions were {here}, are {there}",
                    "Keep nothing that depends on the switch; nothing may be deleted when it is off.",
                )
        left = _rows(subject, filled)
        for table in sorted(rows):
            if rows[table] != left[table]:
                yield Finding(table, "off and on again its rows are others", "Nothing may change when it is off.")


def _look(subject: Subject, filled: FilledRegion, known: list[str] | None = None) -> dict[str, Visit]:
    paths = known
    if paths is None:
        own = first_paths(subject, filled).values()
        paths = list(dict.fromkeys([*own, *pages_of(subject, filled), "/", filled.blocks_path]))
    owner = owner_of_everything(filled)
    return {path: visit(owner, path) for path in paths}


def _is_shared(path: str, filled: FilledRegion) -> bool:
    return path in ("/", filled.blocks_path)


def _shown_while_off(off: dict[str, Visit], filled: FilledRegion) -> Iterator[Finding]:
    """The home page and a page of an editor are there, without what the plugin adds."""
    title = f"Blokken {filled.mark}"
    for path in ("/", filled.blocks_path):
        if filled.mark in off[path].text.replace(title, "").lower():
            yield Finding(
                path,
                "it still shows what the plugin has",
                "Add to pages by hooks and blocks only: core leaves those out.",
            )


def _save_page_with_blocks(filled: FilledRegion) -> None:
    with tenant_context(filled.region):
        page = ContentPage.objects.filter(slug=BLOCKS_PAGE).first()
        if page is not None:
            page.save_revision().publish()


def _seen(answer: Visit, filled: FilledRegion) -> tuple[int, int]:
    return answer.status, answer.text.lower().count(filled.mark)


def _rows(subject: Subject, filled: FilledRegion) -> dict[str, str]:
    """Return a fingerprint of the rows of each table of the plugin, and of the blocks on pages."""
    tables = [model._meta.db_table for model in subject.models]
    tables += [field.m2m_db_table() for model in subject.models for field in model._meta.local_many_to_many]
    found = {}
    with tenant_context(filled.region), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t")  # noqa: S608 -- names of our own models
            found[table] = cursor.fetchone()[0]
        page = ContentPage.objects.filter(slug=BLOCKS_PAGE).first()
        found["blocks on pages"] = str(list(page.body.raw_data) if page else "")
    return found
