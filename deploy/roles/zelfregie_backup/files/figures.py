"""Count the backups of PostgreSQL, and the changes that wait for the archive, for the node exporter of Prometheus.

Runs every minute as the user postgres. Needs nothing but Python, psql and pgbackrest.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

WAITING = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(modification)), 0)
FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'
"""
HELP = {
    "zelfregie_database_backup_timestamp_seconds": "When the last good backup of PostgreSQL ended, by type.",
    "zelfregie_database_backup_bytes": "How large PostgreSQL was in the last backup.",
    "zelfregie_database_backup_repository_bytes": "What all backups that are kept take, encrypted.",
    "zelfregie_wal_waiting_files": "Files of changes that wait for the archive.",
    "zelfregie_wal_waiting_seconds": "How long the oldest of them waits.",
}


def main() -> int:
    """Write the figures; 1 when one could not be had, after the others were written."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--to", type=Path, required=True, help="the file that the node exporter reads")
    options.add_argument("--wal", action="store_true", help="PostgreSQL is here: look what waits for the archive")
    options.add_argument("--stanza", help="backups start here: look which there are")
    asked = options.parse_args()
    figures: list[tuple[str, str, float]] = []
    failed = 0
    for wanted, look in ((asked.wal, waiting), (bool(asked.stanza), lambda: backups(asked.stanza))):
        if not wanted:
            continue
        try:
            figures += look()
        except (subprocess.SubprocessError, ValueError, KeyError) as error:
            print(f"{type(error).__name__}: {error} {getattr(error, 'stderr', '') or ''}".strip(), file=sys.stderr)
            failed = 1
    write(asked.to, figures)
    return failed


def waiting() -> list[tuple[str, str, float]]:
    """What waits for the archive."""
    files, seconds = ask("psql", "-XAtF", " ", "-c", WAITING).split()
    return [("zelfregie_wal_waiting_files", "", float(files)), ("zelfregie_wal_waiting_seconds", "", float(seconds))]


def backups(stanza: str) -> list[tuple[str, str, float]]:
    """Which backups there are; none gives no figure, and a rule for that says so."""
    known = json.loads(ask("pgbackrest", f"--stanza={stanza}", "--output=json", "info"))
    made = [backup for each in known for backup in each.get("backup", []) if not backup.get("error")]
    if not made:
        return []
    newest: dict[str, float] = {}
    for backup in made:
        newest[backup["type"]] = max(newest.get(backup["type"], 0), backup["timestamp"]["stop"])
    found = [
        ("zelfregie_database_backup_timestamp_seconds", f'{{type="{kind}"}}', stop) for kind, stop in newest.items()
    ]
    size = max(made, key=lambda backup: backup["timestamp"]["stop"])["info"]["size"]
    kept = sum(backup["info"]["repository"]["delta"] for backup in made)
    return [
        *found,
        ("zelfregie_database_backup_bytes", "", size),
        ("zelfregie_database_backup_repository_bytes", "", kept),
    ]


def ask(*command: str) -> str:
    """What a command says; raises SubprocessError when it fails or takes long."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=40).stdout


def write(path: Path, figures: list[tuple[str, str, float]]) -> None:
    """Put the figures there at once: whoever reads sees the old ones or the new ones."""
    lines = []
    for name in dict.fromkeys(name for name, _, _ in figures):
        lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value:.0f}" for other, labels, value in figures if other == name]
    new = path.with_suffix(".new")
    new.write_text("".join(f"{line}\n" for line in lines))
    new.chmod(0o644)
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main())
