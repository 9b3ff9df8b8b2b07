"""Stops the baking of an instance whose answers cannot be used, and says in Dutch why.

The checks themselves are in region_extension.py, where they can be tested; here they arrive as JSON.
"""

import json
import sys


def report(problems: list[str]) -> int:
    """Print each problem; return the exit code."""
    if problems:
        sys.stderr.write("\nDit kan nog niet:\n" + "".join(f"  - {problem}\n" for problem in problems))
        sys.stderr.write("Er is niets gemaakt. Start opnieuw met andere antwoorden.\n\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(report(json.loads(r"""{{ cookiecutter.__problems }}""")))
