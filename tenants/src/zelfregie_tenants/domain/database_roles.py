"""A role of PostgreSQL for each region, so that a wrong `search_path` is refused by the database (ADR 17).

Three kinds of roles. None can log in; the platform's own user takes them on.

- `zelfregie_<database>_regions`: what every region may do with the tables of the platform, in `public`.
- `zelfregie_<database>_hub`: what the national hub may do there besides.
- `zelfregie_<database>_<region>_<random>`: may use the schema of one region, and is a member of the first.

Roles belong to a server, not to a database: hence the number of the database in their names. A copy of a database keeps
those it was copied with, because the row of a region names its own, and makes new ones for itself from then on.
"""

from __future__ import annotations

import secrets

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name, schema_context
from psycopg import sql

from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.models import Region

READ, WRITE = "SELECT", "SELECT, INSERT, UPDATE, DELETE"
#: What a region may do with a table of the platform. What is not named it cannot even read; a test holds that every
#: table is named here or in `FOR_THE_PLATFORM`.
FOR_REGIONS = {
    "contenttypes.ContentType": READ,
    "django_tasks_database.DBTaskResult": "SELECT, INSERT",
    "zelfregie_tenants.AppliedItem": READ,
    "zelfregie_tenants.Domain": READ,
    "zelfregie_tenants.IndicatorSnapshot": WRITE,
    "zelfregie_tenants.Listing": WRITE,
    "zelfregie_tenants.PageVersion": "SELECT, INSERT, UPDATE",
    "zelfregie_tenants.PluginActivation": READ,
    "zelfregie_tenants.ReadinessResult": WRITE,
    "zelfregie_tenants.Region": READ,
    "zelfregie_tenants.RegionBackup": READ,
    "zelfregie_tenants.TaskEnvelope": "SELECT, INSERT",
}
#: What the hub may do besides: its coordinators fill in the wizard.
FOR_THE_HUB = {
    "zelfregie_tenants.RegionDraft": WRITE,
    "zelfregie_tenants.RegionEvent": READ,
}
#: What only the platform reads.
FOR_THE_PLATFORM = frozenset(
    {"zelfregie_tenants.RegionUpgrade", "zelfregie_tenants.ScheduledRun", "zelfregie_tenants.UpgradeRun"}
)
#: For who runs a server on which the platform may not make roles.
MAY_NOT = (
    "The user of DATABASE_URL may not make roles, or did not make those that are there, so PostgreSQL cannot refuse "
    "what leaves a region. Let an administrator of the server run ALTER ROLE ... CREATEROLE, and `zelfregie upgrade` "
    "again."
)
#: What a region may do in its own schema. No tables are made or dropped in a request.
ON_TABLES, ON_SEQUENCES = WRITE, "USAGE, SELECT, UPDATE"


def may_make_roles() -> bool:
    """True iff the platform's user may make roles here; a server that is rented may not allow it.

    From PostgreSQL 16 on, who may make roles may change only those of its own making.
    """
    superuser, maker = _ask("SELECT rolsuper, rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user")
    if superuser or not maker or connection.pg_version < 160000:
        return bool(superuser or maker)
    own = "SELECT coalesce(bool_and(pg_has_role(oid, 'MEMBER WITH ADMIN OPTION')), true) FROM pg_catalog.pg_roles"
    return bool(_ask(f"{own} WHERE rolname IN (%s, %s)", *_shared_roles())[0])


def prepare_roles() -> list[str]:
    """Bring roles and rights in line with this release, and give every region what it lacks.

    To be called when the platform's tables are there. Does nothing where roles may not be made.

    Returns:
        the slugs of the regions that got a role, or the rights that theirs lacked.
    """
    with platform_rights(), schema_context(get_public_schema_name()):
        if not may_make_roles():
            return []
        with transaction.atomic():
            _prepare_shared_roles()
        return [slug for slug in regions_without_role() if _mend(slug)]


def make_role(region: Region) -> str:
    """Give the region a role, or what its role lacks here; the row of the region says its name.

    The role that all regions share is locked until the end of the transaction, so let that be a short one.

    Returns:
        the name; empty where roles may not be made.
    """
    with platform_rights(), schema_context(get_public_schema_name()), transaction.atomic():
        if not may_make_roles():
            return region.database_role
        shared = _shared_roles()
        if not all(_exists(name) for name in shared):
            _prepare_shared_roles()
        if not region.database_role:
            region.database_role = _new_name(region)
            Region.objects.filter(pk=region.pk).update(database_role=region.database_role)
        _make(region.database_role)
        for name in shared if region.kind == Region.Kind.NATIONAL else shared[:1]:
            if not _ask("SELECT pg_has_role(%s, %s, 'MEMBER')", region.database_role, name)[0]:
                _run("GRANT {} TO {}", name, region.database_role)
    return region.database_role


def rights_on_new_schema(schema: str, role: str) -> str:
    """Return the SQL that opens an empty schema to a role, with all tables that will come; empty for no role."""
    if not role:
        return ""
    return "\n".join(
        (
            f'GRANT USAGE ON SCHEMA "{schema}" TO "{role}";',
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT {ON_TABLES} ON TABLES TO "{role}";',
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema}" GRANT {ON_SEQUENCES} ON SEQUENCES TO "{role}";',
        )
    )


def grant_schema(region: Region) -> None:
    """Open the region's schema, with the tables that are there and those that will come, to the region's role."""
    if not region.database_role:
        return
    schema, role = region.schema_name, region.database_role
    with platform_rights(), connection.cursor() as cursor:
        cursor.execute(
            f'{rights_on_new_schema(schema, role)} GRANT {ON_TABLES} ON ALL TABLES IN SCHEMA "{schema}" TO "{role}"; '
            f'GRANT {ON_SEQUENCES} ON ALL SEQUENCES IN SCHEMA "{schema}" TO "{role}"'
        )


def drop_role(name: str) -> bool:
    """Drop the role of a region whose schema is gone; one that a copy of the database uses as well stays.

    Returns:
        True when it was dropped.
    """
    if not name or not _exists(name) or not may_make_roles():
        return False
    used = _ask(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_shdepend WHERE refclassid = 'pg_catalog.pg_authid'::regclass "
        "AND refobjid = %s::regrole AND dbid <> 0)",
        name,
    )[0]
    if not used:
        _run("DROP ROLE {}", name)
    return not used


def regions_without_role() -> list[str]:
    """Return the slugs of regions that have no role, one that this server does not know, or one without rights."""
    with platform_rights(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug FROM public.zelfregie_tenants_region AS region "
            "LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = region.database_role "
            "LEFT JOIN pg_catalog.pg_namespace AS schema ON schema.nspname = region.schema_name "
            "WHERE role.oid IS NULL OR NOT pg_has_role(role.oid, 'MEMBER') "
            "OR NOT coalesce(has_schema_privilege(role.oid, schema.oid, 'USAGE'), true) ORDER BY slug"
        )
        return [slug for (slug,) in cursor.fetchall()]


def sentence_about_roles() -> str:
    """Return what is to be known of regions that have no role of their own, and what to do; empty when all have one."""
    slugs = regions_without_role()
    if not slugs:
        return ""
    named = ", ".join(slugs[:3]) + (f" and {len(slugs) - 3} more" if len(slugs) > 3 else "")
    if may_make_roles():
        return f"{named}: no role in the database, or one without its rights. `zelfregie upgrade` mends that."
    return f"{named}: no role in the database. {MAY_NOT}"


def _mend(slug: str) -> bool:
    with transaction.atomic():
        region = Region.objects.select_for_update().filter(slug=slug).first()
        if region is None:  # erased meanwhile
            return False
        make_role(region)
        if _ask("SELECT to_regnamespace(%s) IS NOT NULL", region.schema_name)[0]:
            grant_schema(region)
    return True


def _prepare_shared_roles() -> None:
    """Make the roles of this database and give them exactly the rights that are named above."""
    regions, hub = _shared_roles()
    _make(regions)
    _make(hub)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {0}, {1}; GRANT USAGE ON SCHEMA public TO {0}, {1}")
            .format(sql.Identifier(regions), sql.Identifier(hub))
            .as_string()
        )
        for role, rights in ((regions, FOR_REGIONS), (hub, FOR_THE_HUB)):
            for label, right in rights.items():
                cursor.execute(_grant(right, apps.get_model(label)._meta.db_table, role))
        if _ask("SELECT to_regclass(%s) IS NOT NULL", f"public.{settings.CACHE_TABLE}")[0]:
            cursor.execute(_grant(WRITE, settings.CACHE_TABLE, regions))


def _grant(rights: str, table: str, role: str) -> str:
    return f'GRANT {rights} ON TABLE public."{table}" TO "{role}"'


def _shared_roles() -> tuple[str, str]:
    number = _database_number()
    return f"zelfregie_{number}_regions", f"zelfregie_{number}_hub"


def _new_name(region: Region) -> str:
    slug = region.slug.replace("-", "_")[:30]
    return f"zelfregie_{_database_number()}_{slug}_{secrets.token_hex(3)}"


def _database_number() -> int:
    return int(_ask("SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()")[0])


def _exists(role: str) -> bool:
    return bool(_ask("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %s)", role)[0])


def _make(role: str) -> None:
    """Make a role when it is not there, and let the platform's user take it on."""
    if not _exists(role):
        _run("CREATE ROLE {} NOLOGIN", role)
    if not _ask("SELECT pg_has_role(%s, 'MEMBER')", role)[0] or not _may_take(role):
        _run("GRANT {} TO CURRENT_USER", role)


def _may_take(role: str) -> bool:
    """True iff SET ROLE is allowed; from PostgreSQL 16 on who makes a role is a member that may not take it on."""
    if connection.pg_version < 160000:
        return True
    return bool(_ask("SELECT pg_has_role(%s, 'SET')", role)[0])


def _ask(question: str, *parameters: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters or None)
        return cursor.fetchone()


def _run(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)).as_string())
