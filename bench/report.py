"""bench/README.md: a section per part, with when it was measured and how fast the machine was then."""

import os
import platform
import re

from sections import SECTIONS

HEADER = """# Measurements

Written by `make bench`: Python {python}, {cores} cores, {system}. Figures differ from machine to machine; look at the
ratios. Medians unless it says otherwise. Under each heading stands when that part was measured, and how fast the
machine was: the seconds that a loop of ten million additions in Python took it before and after.
"""


def report(parts: dict[str, dict], before: str = "") -> str:
    """Return the page, in Markdown.

    :param parts: what `kept` of run.py returns for each part that was measured: figures, measured, loops.
    :param before: the page as it stands; a part that was not measured now keeps its section of that.
    """
    sections = (section.partition("\n") for section in re.split(r"^## ", before, flags=re.MULTILINE)[1:])
    kept = {heading: text.strip() for heading, _, text in sections}
    page = [HEADER.format(python=platform.python_version(), cores=os.cpu_count(), system=platform.system())]
    for name, (heading, write) in SECTIONS.items():
        text = kept.get(heading, "Not measured yet.")
        if part := parts.get(name):
            loops = " and ".join(f"{seconds:.2f}" for seconds in part["loops"])
            text = f"Measured on {part['measured']}; the loop took {loops} s.\n\n{write(part['figures'])}"
        page.append(f"## {heading}\n\n{text}\n")
    return "\n".join(page)
