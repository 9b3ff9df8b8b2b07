"""A practice, and a plugin that has groups to refer to (the real one is not installed with this distribution)."""

from types import SimpleNamespace

import pytest

from zelfregie_core.plugins import DirectoryEntry, hookimpl
from zelfregie_referrals.models import Practice

REST = DirectoryEntry(
    key="proef:12",
    title="Samen rouwen in Heerlen",
    url="/groepen/samen-rouwen/",
    summary="Voor wie iemand verloor.",
    facts=(("Wanneer", "dinsdag 19.30 uur"), ("Waar", "Heerlen")),
)
FULL = DirectoryEntry(key="proef:13", title="Volle groep", url="/groepen/vol/", summary="Vol.", facts=(), is_open=False)


@pytest.fixture
def groups(db, temporary_plugin):
    """Groups to refer to; a test may change ``groups.entries``."""
    state = SimpleNamespace(entries=[FULL, REST], finder="/zoek-een-groep/")

    @hookimpl
    def directory_entries(request, text, keys):
        if keys is not None:
            return [entry for entry in state.entries if entry.key in keys]
        return [entry for entry in state.entries if text.casefold() in entry.title.casefold()]

    @hookimpl
    def finder_path(request):
        return state.finder

    temporary_plugin("proef", directory_entries=directory_entries, finder_path=finder_path)
    return state


@pytest.fixture
def practice(db):
    return Practice.objects.create(
        name="Huisartsen aan de Markt", city="Heerlen", postal_code="6411 AB", email="balie@markt.example"
    )
