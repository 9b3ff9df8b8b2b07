"""Errors that a person can act on, as the one sentence they are."""

from __future__ import annotations

import sys
from pathlib import Path
from traceback import walk_tb

#: Classes whose message is such a sentence, by where they are defined: nothing is imported to find out.
SPOKEN = {
    ("zelfregie_core.plugin_errors", "PluginError"),
    ("zelfregie_tenants.embedded.errors", "EmbeddedError"),
    ("zelfregie_tenants.domain.template", "TemplateProblem"),
    ("zelfregie_tenants.domain.backup.errors", "BackupProblem"),
    ("zelfregie_tenants.domain.region_lock", "RegionBusy"),
    ("zelfregie_tenants.domain.life_cycle", "StepRefused"),
    ("zelfregie_tenants.domain.readiness.go_live", "BadOverride"),
    ("zelfregie_tenants.domain.leaving.errors", "LeavingRefused"),
    ("zelfregie_tenants.domain.schemas", "SchemaExists"),
    ("zelfregie_tenants.domain.upgrade.run", "UpgradeRefused"),
    ("zelfregie_tenants.domain.plugins", "UnknownPlugin"),
    ("zelfregie_tenants.domain.modules.switch", "SwitchRefused"),
    ("zelfregie_tenants.domain.modules.versions", "VersionNeeded"),
    ("zelfregie_tenants.domain.domains", "DomainTaken"),
    ("zelfregie_tenants.domain.plan_decisions", "DecisionRefused"),
    ("zelfregie_tenants.cli.support", "UnknownRegion"),
    ("django.core.exceptions", "ImproperlyConfigured"),
}
#: What PostgreSQL calls a full disk.
NO_ROOM = "53100"


def as_sentence(error: BaseException) -> str | None:
    """Return what to tell the person at the keyboard, or None when it is a fault of the program."""
    for module, name in SPOKEN:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return str(error)
    database, driver = sys.modules.get("django.db"), sys.modules.get("psycopg")
    lost = tuple(module.OperationalError for module in (database, driver) if module is not None)
    if isinstance(error, lost):
        lines = str(error).strip().splitlines()
        if NO_ROOM in (getattr(error, "sqlstate", None), getattr(error.__cause__, "sqlstate", None)):
            return f"The disk of the database is full ({lines[0]}). Make room there, and give the same command again."
        return f"The database does not answer ({lines[-1]}). Is the server running, and is DATABASE_URL right?"
    if database is not None and isinstance(error, database.ProgrammingError) and "does not exist" in str(error):
        reason = str(error).strip().splitlines()[0]
        return f"The database is not prepared for this release ({reason}): run `zelfregie upgrade`."
    return _broken_migration(error)


def _broken_migration(error: BaseException) -> str | None:
    """Return whose migration cannot even be read, when it is a plugin's."""
    manager = sys.modules.get("zelfregie_core.plugins.manager")
    if manager is None:
        return None
    places = [frame.f_globals.get("__name__", "") for frame, _line in walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        file = Path(error.filename)
        places.append(".".join((*file.parts[-3:-1], file.stem)))
    for name in places:
        plugin = manager.get_plugins().owner_of(name) if ".migrations." in name else None
        if plugin is not None:
            return (
                f"Plugin '{plugin}': its migration {name} cannot be read: {type(error).__name__}: {error}. Nothing was "
                "changed. Repair or uninstall the plugin."
            )
    return None
