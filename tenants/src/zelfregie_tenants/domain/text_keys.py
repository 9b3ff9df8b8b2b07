"""Which regions have texts that were encrypted with a key that is not here, and whether the platform's tables have."""

from __future__ import annotations

from collections import defaultdict

from django.db import connection
from django_tenants.utils import get_public_schema_name, schema_context
from psycopg import sql

from zelfregie_core.domain.privacy.rotation import encrypted_fields, rotate
from zelfregie_core.encryption import ID_LENGTH, WITH_ID, known_ids
from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.models import Region

#: Stands for the platform's own tables where a region's slug stands otherwise. No slug has a space.
PLATFORM = "the platform"


def regions_with_unknown_keys() -> dict[str, list[str]]:
    """Return slug to the ids of the keys that are missing. One query per encrypted field, whatever the regions."""
    slugs = {**dict(Region.objects.values_list("schema_name", "slug")), get_public_schema_name(): PLATFORM}
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
                    c=sql.SQL(field.stored_sql.format(column=connection.ops.quote_name(column))),
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


def encrypt_platform() -> int:
    """Encrypt what the platform's own tables hold with another key than the first, or plain; return how many texts.

    Raises:
        ImproperlyConfigured: a text needs a key that is not there; what was done before stays done.
    """
    with platform_rights(), schema_context(get_public_schema_name()):
        return sum(rotate())
