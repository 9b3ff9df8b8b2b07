"""System check: every region has a role of its own in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError

from zelfregie_tenants.domain.database_roles import sentence_about_roles


@checks.register(checks.Tags.database)
def check_database_roles(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Without roles, `search_path` alone keeps regions apart. A warning: an upgrade is what mends it."""
    if "default" not in (databases or ()):
        return []
    try:
        sentence = sentence_about_roles()
    except DatabaseError:  # the platform's tables are not there, or of the release before
        return []
    return [checks.Warning(sentence, id="zelfregie_tenants.W001")] if sentence else []
