"""Write docs/reference/readiness-checks.md from the registered checks. A test holds that the two are the same."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "readiness-checks.md"
HEAD = """# Readiness checks

What must or should be in order before a region is opened for visitors, and what is looked at every week after. This
page is made from the registered checks by `python tools/readiness_reference.py`. How to open a region:
[go-live.md](../how-to/go-live.md). How a plugin adds a check:
[`register_readiness_checks`](hooks.md#register_readiness_checks).

- **Blocking**: the region cannot be opened while it is wrong, or while the check itself fails with an error.
- **Advising**: shown, mailed when it turns wrong later, never in the way.
- **May be overridden**: an operator may open the region all the same with `--override KEY --reason "..."`; who did so,
  when and why is kept and shown. Never for privacy.
- **Asks the network**: done when somebody asks and every week, never while a page is shown. What the network does not
  tell is *unknown*: it stops nobody, and the sentence says why.
"""


def reference() -> str:
    """The page: a section per plugin, with a table of its checks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")
    os.environ.setdefault("DATABASE_URL", "postgresql:///offline")  # never connected to
    import django  # noqa: PLC0415 -- settings first
    from django.utils import translation  # noqa: PLC0415 -- settings first

    django.setup()
    from zelfregie_core.plugins.manager import get_plugins  # noqa: PLC0415 -- needs django.setup

    sections = [HEAD]
    with translation.override("nl"):
        plugin = ""
        for found in get_plugins().contributed("register_readiness_checks"):
            if found.plugin != plugin:
                plugin = found.plugin
                sections.append(f"## {plugin}\n")
            sections.append(section(found.item))
    return "\n".join(sections)


def section(check: object) -> str:
    """One check: what people read, and what is looked at in the words of its function."""
    kind = "blocking" if check.blocking else "advising"
    notes = [kind]
    if check.blocking:
        notes.append("may be overridden" if check.may_be_overridden else "never overridden")
    if check.outside:
        notes.append("asks the network")
    looked_at = " ".join((check.check.__doc__ or "").split())
    return f"### {check.key}\n\n{check.title}. *{check.why}*\n\n{looked_at}\n\nThis check is {', '.join(notes)}.\n"


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(reference())
    else:
        TARGET.write_text(reference(), encoding="utf-8")
