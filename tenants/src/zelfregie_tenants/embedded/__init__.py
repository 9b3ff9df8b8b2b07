"""What a fresh machine lacks: a PostgreSQL server and a mail server, both living inside `var/`.

`embedded_database_url()` is the one question settings ask: it honours DATABASE_URL and otherwise starts, or
joins, the embedded server.
"""

from zelfregie_tenants.embedded.database_url import database_settings, embedded_database_url
from zelfregie_tenants.embedded.errors import EmbeddedError
from zelfregie_tenants.embedded.paths import var_directory

__all__ = ["EmbeddedError", "database_settings", "embedded_database_url", "var_directory"]
