"""What the tests measured on the way, for bench/README.md."""

import json
from typing import Any

from bed.places import ROOT

FIGURES = ROOT / "var" / "bed-figures"


def note(name: str, values: dict[str, Any]) -> None:
    """Keep figures under a name; what a run before measured of the same is replaced."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    (FIGURES / f"{name}.json").write_text(json.dumps(values, indent=2) + "\n")
