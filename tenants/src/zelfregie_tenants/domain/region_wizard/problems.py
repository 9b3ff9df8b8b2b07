"""What the manifest's reader has against a folder, for a coordinator: in Dutch, with the step that puts it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_tenants.domain.region_wizard.steps import step_of
from zelfregie_tenants.manifest import Problem

#: Of these the coordinator sees a sentence of ours; they come up when somebody else was faster than this draft.
_SENTENCES = {
    "region.slug": gettext_lazy("Een andere regio heeft intussen dezelfde korte naam. Kies een andere."),
    "region.domains": gettext_lazy("Een andere regio heeft intussen dit webadres. Kies een ander."),
    "region.name": gettext_lazy("De naam van de regio kan niet."),
    "area.municipalities": gettext_lazy("Een gemeente in het gebied bestaat niet (meer). Kies de gemeenten opnieuw."),
    "area.postcodes": gettext_lazy("Er klopt iets niet aan de postcodes."),
    "brand.primary": gettext_lazy("De hoofdkleur is niet goed te lezen."),
    "brand.accent": gettext_lazy("De steunkleur is niet goed te lezen."),
    "brand.logo": gettext_lazy("Het logo kan zo niet worden gebruikt."),
    "brand.favicon": gettext_lazy("Het icoon kan zo niet worden gebruikt."),
    "editors": gettext_lazy("Er klopt iets niet aan de mensen."),
    "plugins": gettext_lazy("Een module kan niet worden gebruikt: hij is hier niet (meer) geïnstalleerd."),
}


@dataclass(frozen=True)
class Explained:
    """A problem: the step that puts it right ("" when none does), what to do, and the reader's own words."""

    step: str
    text: str
    detail: str


def explain(problems: Iterable[Problem]) -> list[Explained]:
    """Return each problem in words that a coordinator can act on."""
    return [_explained(problem) for problem in problems]


def _explained(problem: Problem) -> Explained:
    key = problem.key.partition("[")[0]
    sentence = _SENTENCES.get(key) or _SENTENCES.get(key.partition(".")[0])
    text = str(sentence) if sentence else _("Er klopt iets niet in de map van de regio.")
    return Explained(step_of(problem.key), text, str(problem))
