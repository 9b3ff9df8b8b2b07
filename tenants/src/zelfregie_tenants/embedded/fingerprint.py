"""Whether the demonstration's database is what this code and these examples would make.

The digest is kept in the database itself, as its comment, so it can never speak about another database; asking it
takes one query and no Django.
"""

import hashlib
from importlib.metadata import distributions
from pathlib import Path

import psycopg
from psycopg import sql

PREFIX = "zelfregie demo "


def demo_digest(examples: Path) -> str:
    """A digest of the example instances, of our own code that fills a database, and of what is installed."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    code = [path for path in _source_roots(package) for path in path.rglob("*.py") if _fills_a_database(path)]
    content = [path for path in examples.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in sorted(code) + sorted(content):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    installed = sorted(f"{found.name} {found.version}" for found in distributions())
    digest.update("\n".join(installed).encode())
    return digest.hexdigest()


def _source_roots(package: Path) -> list[Path]:
    """This package and, in a checkout, the packages beside it."""
    workspace = package.parent.parent.parent
    return [package, *workspace.glob("core/src/*"), *workspace.glob("plugins/*/src/*")]


def _fills_a_database(path: Path) -> bool:
    """True for migrations, and for the code that launches a region."""
    return any(part in ("migrations", "domain", "manifest") for part in path.parts) or path.name in (
        "preparation.py",
        "hooks.py",
    )


def read_digest(dsn: str) -> str | None:
    """The digest of the demonstration in this database; None when there is none."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    comment = row[0] if row else None
    return comment.removeprefix(PREFIX) if comment and comment.startswith(PREFIX) else None


def write_digest(dsn: str, digest: str) -> None:
    """Remember that the database now is what this digest stands for."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(PREFIX + digest)))
