"""What the plugin keeps about people is declared: whose it is, why, how long, how exported and how erased."""

from __future__ import annotations

from collections.abc import Iterator

from zelfregie_core.domain.privacy.coverage import undeclared
from zelfregie_tenants.contract.findings import Finding, NothingToCheck
from zelfregie_tenants.contract.subject import Subject

KEY = "personal-data"
TITLE = "what it keeps about people is declared"


def check(subject: Subject) -> Iterator[Finding]:
    """Ask core which fields look personal and are declared nowhere."""
    if not subject.models:
        raise NothingToCheck("it has no models")
    for field in undeclared([subject.config.label]):
        yield Finding(
            field,
            "it looks as if it holds something about a person, and nobody said what",
            "Declare it in register_personal_data of hooks.py: as PersonalData, or as NotPersonal with the reason.",
        )
