"""The process in which cookiecutter runs: reads an order as JSON, prints the folder that it made. See `baking.bake`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from cookiecutter.exceptions import CookiecutterException
from cookiecutter.main import cookiecutter


def make(order: Mapping[str, Any]) -> str:
    """Carry out one order; return the folder that it made.

    Args:
        order: `template`, `answers`, `into`, and `scratch`, a folder for what cookiecutter notes for itself.

    Raises:
        CookiecutterException: nothing was made; the template's hooks wrote the reasons to standard error.
    """
    return cookiecutter(
        order["template"],
        no_input=True,
        extra_context=order["answers"],
        output_dir=order["into"],
        # Nothing of the account that runs this counts, and nothing stays behind in its home.
        default_config={"replay_dir": order["scratch"], "cookiecutters_dir": order["scratch"]},
    )


def main() -> int:
    """Carry out the order on standard input; return the exit code."""
    try:
        made = make(json.load(sys.stdin))
    except CookiecutterException as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
