"""From a database URL to Django's DATABASES entry, and the default URL when none is given."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.paths import var_directory
from zelfregie_tenants.embedded.postgres import start

SCHEMES = ("postgresql", "postgres")


def database_settings(url: str) -> dict[str, Any]:
    """Django's connection settings for a PostgreSQL URL, without ENGINE: settings choose that.

    Accepts `postgresql://user:password@host:5432/name?sslmode=require` and, for a Unix socket,
    `postgresql:///name?host=/folder/of/the/socket`. Query parameters other than host, port, user, password
    and dbname go to OPTIONS, that is to libpq.

    With several hosts, as in `postgresql://user@one:5432,two:5432/name`, libpq tries them in turn; the one that
    takes writes is meant, unless `target_session_attrs` says otherwise.

    Raises EmbeddedError when the URL is no PostgreSQL URL or names no database.
    """
    try:
        parts = urlsplit(url)
        hosts, ports = _hosts(parts.netloc.rpartition("@")[2])
    except ValueError as error:
        raise EmbeddedError(
            f"DATABASE_URL cannot be read ({error}); write postgresql://user@host:5432/name."
        ) from error
    if parts.scheme not in SCHEMES:
        raise EmbeddedError("DATABASE_URL must start with postgresql://, because Zelfregie needs PostgreSQL.")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = options.pop("dbname", None) or unquote(parts.path.removeprefix("/"))
    if not name:
        raise EmbeddedError("DATABASE_URL names no database; write it last, as in postgresql://user@host:5432/name.")
    hosts, ports = options.pop("host", None) or hosts, options.pop("port", None) or ports
    if "," in hosts:
        options.setdefault("target_session_attrs", "read-write")
    return {
        "NAME": name,
        "USER": options.pop("user", None) or unquote(parts.username or ""),
        "PASSWORD": options.pop("password", None) or unquote(parts.password or ""),
        "HOST": hosts,
        "PORT": ports,
        "OPTIONS": options,
    }


def _hosts(written: str) -> tuple[str, str]:
    """Return hosts and ports as libpq has them: two lists with commas, of which the second may be one for all.

    Raises:
        ValueError: a port is no number.
    """
    names, ports = [], []
    for part in written.split(","):
        found = urlsplit(f"//{part}")
        names.append(unquote(found.hostname or ""))
        ports.append(str(found.port or ""))
    # An empty port in a list is the default one; a list of nothing but empty ones is no list.
    return ",".join(names), ",".join(ports) if any(ports) else ""


def embedded_database_url() -> str:
    """DATABASE_URL when it is set; otherwise the URL of the embedded server in `var/`, started if need be.

    A server that this process joined or started stops when the last process that uses it ends.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    return start(var_directory() / "postgres", var_directory() / "run").dsn
