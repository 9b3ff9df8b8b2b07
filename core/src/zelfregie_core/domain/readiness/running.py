"""Running the checks of all plugins that are on, one by one, so that one that fails stays one that fails."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from zelfregie_core.plugins import Finding, Outcome, PluginError, ReadinessCheck, plugin_is_enabled
from zelfregie_core.plugins.calls import log_failure
from zelfregie_core.plugins.manager import Contributed, get_plugins

#: So long all checks that ask the network something may take together, before the next one is left for later.
OUTSIDE_SECONDS = 12.0


class Status(StrEnum):
    """How a check went, worst first."""

    BROKEN = "broken"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    OK = "ok"


@dataclass(frozen=True)
class Verdict:
    """One check and how it went.

    :param plugin: whose check it is.
    """

    plugin: str
    check: ReadinessCheck
    status: Status

    @property
    def key(self) -> str:
        """The name by which it is overridden."""
        return self.check.key

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be done."""
        return self.status in {Status.WRONG, Status.BROKEN}

    @property
    def blocks(self) -> bool:
        """Whether the site cannot be opened because of this."""
        return self.check.blocking and self.is_wrong


@dataclass(frozen=True)
class Checked(Verdict):
    """One check and what it found now."""

    findings: tuple[Finding, ...]


def current_checks() -> list[Contributed]:
    """The checks that hold for the current region: the house's, and those of plugins that are on there."""
    return [
        found for found in get_plugins().contributed("register_readiness_checks") if plugin_is_enabled(found.plugin)
    ]


def run_checks(checks: Iterable[Contributed], *, outside_seconds: float = OUTSIDE_SECONDS) -> list[Checked]:
    """Run checks in the current region: those of the site itself, then those that ask the network something.

    :param outside_seconds: after this no further check of the network is begun; those left are unknown.
    :raises RuntimeError: inside a transaction while there are checks of the network: its locks would wait for others.
    """
    wanted = list(checks)
    results = [_run(found) for found in wanted if not found.item.outside]
    outside = [found for found in wanted if found.item.outside]
    if outside:
        with transaction.atomic(durable=True):
            pass  # refuses to be inside another one
    end = time.monotonic() + outside_seconds
    for found in outside:
        if time.monotonic() >= end:
            sentence = _("Dit is nog niet nagekeken, omdat het te lang duurde. Controleer het straks opnieuw.")
            results.append(Checked(found.plugin, found.item, Status.UNKNOWN, (Finding.unknown(sentence),)))
        else:
            results.append(_run(found))
    return results


def _run(found: Contributed) -> Checked:
    check: ReadinessCheck = found.item
    try:
        if check.outside:
            findings = _answer(found)
        else:
            with transaction.atomic():
                findings = _answer(found)
    except Exception as error:
        log_failure(found.plugin, f"readiness check {check.key}", error)
        sentence = _(
            "Deze controle is mislukt door een fout in “%(plugin)s”. Meld het aan de beheerder van het platform."
        ) % {"plugin": found.plugin}
        return Checked(found.plugin, check, Status.BROKEN, (Finding.unknown(sentence),))
    outcomes = {finding.outcome for finding in findings}
    worst = next((each for each in (Outcome.WRONG, Outcome.UNKNOWN) if each in outcomes), Outcome.OK)
    return Checked(found.plugin, check, Status(worst.value), findings)


def _answer(found: Contributed) -> tuple[Finding, ...]:
    answer = found.item.check()
    if isinstance(answer, str) or not isinstance(answer, Sequence):
        raise PluginError(found.plugin, f"{found.item.key} returned a {type(answer).__name__}; return a list.")
    for finding in answer:
        if not isinstance(finding, Finding):
            raise PluginError(found.plugin, f"{found.item.key} found a {type(finding).__name__}; return Findings.")
    return tuple(answer)
