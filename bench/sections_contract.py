"""The section of bench/README.md about making a plugin."""

#: What is done, in order.
STEPS = {
    "new": "`zelfregie plugin new`: bake it",
    "install": "`pip install -e`",
    "check": "`zelfregie plugin check`, the first time: a database with its tables is made",
    "again": "`zelfregie plugin check` again, as after a change that is no migration",
    "tests": "`pytest`: its own tests",
}


def contract_section(contract: dict) -> str:
    """From baking a plugin to a green check."""
    steps = contract["steps"]
    first = ("new", "install", "check")
    rows = [f"| {text} | {steps[key]['seconds']:.1f} | {steps[key]['processor']:.1f} |" for key, text in STEPS.items()]
    total = {unit: sum(steps[key][unit] for key in first) for unit in ("seconds", "processor")}
    rows.insert(
        len(first), f"| **from nothing to the first green check** | {total['seconds']:.1f} | {total['processor']:.1f} |"
    )
    lines = "\n".join(rows)
    skipped = f"; not checked here: {', '.join(contract['skipped'])}" if contract["skipped"] else ""
    return f"""\
A plugin as the blueprint makes it: {contract["files"]} files with a model, a page, a block, screens, a task, hooks,
Dutch and English, and {contract["tests"]} tests. Untouched, and with nothing to download. Seconds on the clock, and of
computing outside the database. Green: {", ".join(contract["green"])}{skipped}.

| | seconds | of computing |
|---|---|---|
{lines}

Goal: green within two minutes; the developer's own half hour is the [tutorial](../docs/tutorial/build-a-plugin.md)."""
