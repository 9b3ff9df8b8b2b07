"""Which regions have texts that were encrypted with a key that is not here."""

from __future__ import annotations

from collections import defaultdict

from django.db import connection
from psycopg import sql

from zelfregie_core.domain.privacy.rotation import encrypted_fields
from zelfregie_core.encryption import ID_LENGTH, WITH_ID, known_ids
from zelfregie_tenants.models import Region


def regions_with_unknown_keys() -> dict[str, list[str]]:
    """Return slug to the ids of the keys that are missing. One query per encrypted field, whatever the regions."""
    slugs = dict(Region.objects.values_list("schema_name", "slug"))
    found: dict[str, set[str]] = defaultdict(set)
    known = known_ids()
    for field in encrypted_fields():
        table, column = field.model._meta.db_table, field.column
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_schema FROM information_schema.columns "
                "WHERE table_name = %s AND column_name = %s AND table_schema = ANY(%s)",
                [table, column, list(slugs)],
            )
            schemas = [schema for (schema,) in cursor.fetchall()]
            if not schemas:
                continue
            parts = [
                sql.SQL("SELECT DISTINCT {name}, left({c}, {length}) FROM {schema}.{table} WHERE {c} ~ {form}").format(
                    name=sql.Literal(schema),
                    c=sql.Identifier(column),
                    length=sql.Literal(ID_LENGTH),
                    schema=sql.Identifier(schema),
                    table=sql.Identifier(table),
                    form=sql.Literal(WITH_ID),
                )
                for schema in schemas
            ]
            cursor.execute(sql.SQL(" UNION ALL ").join(parts))
            for schema, key in cursor.fetchall():
                if key not in known:
                    found[slugs[schema]].add(key)
    return {slug: sorted(keys) for slug, keys in sorted(found.items())}
