"""The steps of the wizard, in their order, and the keys of the answers that each holds in `RegionDraft.data`."""

from __future__ import annotations

from zelfregie_tenants.models import RegionDraft

NAME, AREA, ORGANISATION, BRAND, MODULES, PEOPLE, CHECK = (
    "naam",
    "gebied",
    "organisatie",
    "merk",
    "modules",
    "mensen",
    "controle",
)
STEPS = (NAME, AREA, ORGANISATION, BRAND, MODULES, PEOPLE, CHECK)
#: Steps with answers.
ASKING = STEPS[:-1]

#: Where a key of region.toml is asked; the longest start that fits counts.
_ASKED_IN = {
    "region": NAME,
    "area": AREA,
    "organisation": ORGANISATION,
    "crisis": ORGANISATION,
    "brand": BRAND,
    "plugins": MODULES,
    "editors": PEOPLE,
}


def missing_steps(draft: RegionDraft) -> list[str]:
    """Return the steps that have no answers yet."""
    return [step for step in ASKING if step not in draft.data]


def next_step(step: str) -> str:
    """Return the step after this one; the last one leads to itself."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def reachable(draft: RegionDraft, step: str) -> bool:
    """True iff every step before this one has answers."""
    return all(before in draft.data for before in STEPS[: STEPS.index(step)])


def step_of(key: str) -> str:
    """Return the step in which a key of the manifest is asked; "" when none asks it."""
    return _ASKED_IN.get(key.partition(".")[0].partition("[")[0], "")
