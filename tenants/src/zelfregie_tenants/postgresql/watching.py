"""Which statements change what public pages show, and which read what regions show of each other (ADR 21).

Looked at in the SQL itself, not by signals: an import, an `update()` of many rows and a statement that a plugin wrote
by hand change pages as well, and send no signal.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django_tenants.utils import get_public_schema_name

#: What begins like this changes nothing. Nearly every statement does.
READS = ("SELECT", "SET ", "SAVEPO", "RELEAS", "ROLLBA", "SHOW ", "BEGIN", "COMMIT", "EXPLAI", "DECLAR", "FETCH ")
CHANGE = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?!\s+(?:SET|OF|SKIP|NOWAIT)\b)|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?"
    r'(?:"?(?P<schema>\w+)"?\s*\.\s*)?"?(?P<table>\w+)"?',
    re.IGNORECASE,
)
#: Tables of a region that no public page shows: who is logged in, what is being written and not yet published.
UNSEEN = frozenset(
    {
        "django_session", "django_migrations", "django_content_type", "auth_permission",
        "wagtailadmin_editingsession", "wagtailcore_comment", "wagtailcore_commentreply",
        "wagtailcore_modellogentry", "wagtailcore_pagelogentry", "wagtailcore_pagesubscription",
        "wagtailcore_referenceindex", "wagtailcore_revision", "wagtailcore_taskstate", "wagtailcore_workflowstate",
        "wagtailcore_uploadedfile",
    }
)  # fmt: skip
#: Tables of the platform that regions show something of, also of each other.
SHOWN_TO_ALL = (
    "zelfregie_tenants_listing",
    "zelfregie_tenants_region",
    "zelfregie_tenants_domain",
    "zelfregie_tenants_pluginactivation",
    "zelfregie_tenants_indicatorsnapshot",
)
OTHERS = re.compile(rf"\b(?:{'|'.join(SHOWN_TO_ALL)})\b")
#: To be used with the schemas whose pages changed, sorted: two that end at once then wait for each other in one order.
BUMP = (
    "INSERT INTO public.zelfregie_tenants_pageversion AS kept (schema_name, number) "
    "SELECT name, 1 FROM unnest(%s::text[]) AS name ORDER BY name "
    "ON CONFLICT (schema_name) DO UPDATE SET number = kept.number + 1"
)
EXISTS = "SELECT to_regclass('public.zelfregie_tenants_pageversion') IS NOT NULL"


def schemas_changed(sql: str, schema: str) -> set[str]:
    """Return the schemas whose public pages a statement may change; `public` stands for what regions show of others.

    Args:
        sql: the statement.
        schema: in which it runs.
    """
    start = sql.lstrip()[:6].upper()
    if start.startswith(READS):
        return set()
    public, found = get_public_schema_name(), set()
    for match in CHANGE.finditer(sql):
        table, where = match["table"].lower(), match["schema"] or schema
        if table in SHOWN_TO_ALL:
            found.add(public)
        elif where != public and table not in UNSEEN and table not in _of_the_platform():
            found.add(where)
    return found


def reads_others(sql: str) -> bool:
    """True iff a statement reads what other regions can change."""
    return "zelfregie_tenants_" in sql and OTHERS.search(sql) is not None


def as_text(sql: Any) -> str:
    """Return a statement as text: Django's own are, those that somebody composes with psycopg are not."""
    if isinstance(sql, str):
        return sql
    return sql.decode() if isinstance(sql, bytes) else sql.as_string()


@cache
def _of_the_platform() -> frozenset[str]:
    shared = (config for config in apps.get_app_configs() if config.name in settings.SHARED_APPS)
    tables = {model._meta.db_table for config in shared for model in config.get_models(include_auto_created=True)}
    return frozenset(tables | {settings.CACHE_TABLE})
