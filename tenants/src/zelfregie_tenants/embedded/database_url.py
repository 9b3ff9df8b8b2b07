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

    Raises EmbeddedError when the URL is no PostgreSQL URL or names no database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
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
    return {
        "NAME": name,
        "USER": options.pop("user", None) or unquote(parts.username or ""),
        "PASSWORD": options.pop("password", None) or unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or (str(port) if port else ""),
        "OPTIONS": options,
    }


def embedded_database_url() -> str:
    """DATABASE_URL when it is set; otherwise the URL of the embedded server in `var/`, started if need be.

    A server that this process joined or started stops when the last process that uses it ends.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    return start(var_directory() / "postgres", var_directory() / "run").dsn
