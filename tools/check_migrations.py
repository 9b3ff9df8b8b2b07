"""Hold our migrations to what lets visitors be served while they run. `make lint` calls it; it needs no database.

Two dangers: a lock under which every row is read or written, while visitors wait; and a table that the processes of the
release before, which serve until they are restarted, do not know any more. What is wrong here is either put right, or
named with its reason in tools/reviewed_migrations.toml. See docs/how-to/upgrade-the-fleet.md, "Write a migration".

What is dangerous is said in zelfregie_tenants/contract/locks.py, because `zelfregie plugin check` asks the same of
plugins.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

REVIEWED = Path(__file__).with_name("reviewed_migrations.toml")


def main() -> int:
    """Check every migration of our own apps; return an exit code."""
    # Never connected to; named so that the settings of this machine do not start a server for nothing.
    os.environ["DATABASE_URL"] = "postgresql:///offline"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.test")
    import django  # noqa: PLC0415 -- settings first

    django.setup()
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 -- the same

    from zelfregie_tenants.contract.locks import objections  # noqa: PLC0415 -- the same

    reviewed = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))
    loader = MigrationLoader(None)
    found: dict[str, list[str]] = {}
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        if label.startswith("zelfregie_") and not migration.initial:
            before = loader.project_state([(label, name)], at_end=False)
            if sentences := list(objections(migration, before)):
                found[f"{label}.{name}"] = sentences
    lines = [f"{name}: {sentence}" for name in found if name not in reviewed for sentence in found[name]]
    stale = [name for name in reviewed if name not in found]
    lines += [f"{name}: nothing is wrong with it, or it is gone; take it out of {REVIEWED.name}" for name in stale]
    for line in lines:
        sys.stderr.write(f"{line}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
