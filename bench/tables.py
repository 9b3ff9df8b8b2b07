"""The rows of the tables in bench/README.md."""

from common import median


def calendar_rows(calendars: dict) -> str:
    """The rows of the table about calendars."""
    rows = []
    for size, figures in calendars.items():
        milliseconds = median(figures["feed_ms"])
        rows.append(
            f"| {size} | {milliseconds:.0f} | {milliseconds / int(size):.2f} | {figures['queries']} | "
            f"{figures['kilobytes']:.0f} | {figures['ours_ms']:.0f} ({figures['ours']}) | "
            f"{figures['theirs_ms']:.0f} ({figures['theirs']}) |"
        )
    return "\n".join(rows)


def finder_rows(finder: dict) -> str:
    """The rows of the table about the finder of a region."""
    return "\n".join(
        f"| {int(groups):,} | {name} | {found['queries']} | {found['computed']['p50']:.0f} | "
        f"{found['took']['p50']:.0f} | {found['took']['p95']:.0f} |"
        for groups, figures in finder.items()
        for name, found in figures.items()
    )


def import_rows(imports: dict) -> str:
    """The rows of the table about imports."""
    lines = []
    for rows, figures in imports.items():
        if rows == "plain":
            seconds, count = figures["seconds"], figures["rows"]
            lines.append(f"| plain Django, `save()` for each of {count:,} rows | | | {seconds:.1f} | | | |")
            continue
        took = figures["seconds"]
        total = took["read"] + took["preview"] + took["apply"]
        following = took["next_preview"] + took["next_apply"]
        lines.append(
            f"| ours, {int(rows):,} rows | {took['read'] + took['preview']:.1f} | {took['apply']:.1f} | {total:.1f} "
            f"| {following:.1f} | {took['undo']:.1f} | {figures['megabytes']:.0f} MB |"
        )
    return "\n".join(lines)


def export_rows(exports: dict) -> str:
    """The rows of the table about exports."""
    names = {"csv": "CSV", "xlsx": "Excel", "hsds_json": "HSDS, JSON", "hsds_zip": "HSDS, zip", "api_all": "API, all"}
    lines = []
    for groups, figures in exports.items():
        for name, label in names.items():
            file = figures["files"][name]
            lines.append(
                f"| {int(groups):,} | {label} | {file['seconds'] * 1000:.0f} | {file['megabytes']:.1f} | "
                f"{file['memory']:.0f} MB |"
            )
        lines.append(f"| {int(groups):,} | API, one group | {figures['one_ms']:.0f} | | |")
        lines.append(f"| {int(groups):,} | API, a page of 100 | {figures['page_ms']:.0f} | | |")
    return "\n".join(lines)


def directory_rows(figures: dict) -> str:
    """The figures of the directory as rows of a table."""
    names = {
        "ours": "ours, with counts and distance",
        "wagtail": "Wagtail's database search",
        "scan": "ILIKE on all rows",
    }
    return "\n".join(
        f"| {int(size):,} | {names[name]} | {found[name]['computed']['p50']:.0f} | "
        f"{found[name]['computed']['p95']:.0f} | {found[name]['waited']['p50']:.0f} | "
        f"{found[name]['waited']['p95']:.0f} | {found[name]['found']:.1f} | {found[name]['load']:.1f} |"
        for size, found in figures.items()
        for name in names
    )


def page_rows(pages: dict) -> str:
    """The rows of the table about pages with few and with many regions."""
    rows = []
    for kind, name in {"public": "home page", "admin": "home page of the admin"}.items():
        few, many = pages[f"{kind}_4"], pages[f"{kind}_many"]
        rows.append(
            f"| {name} | {few['p50']:.0f} | {few['p95']:.0f} | {many['p50']:.0f} | {many['p95']:.0f} | "
            f"{many['p95'] / few['p95']:.2f} |"
        )
    return "\n".join(rows)


def upgrade_rows(upgrade: dict) -> str:
    """The rows of the table about upgrading."""
    rows = []
    for kind, name in {"nothing": "nothing to do", "column": "a column with a data migration"}.items():
        clock, processor = upgrade[kind]["seconds"], upgrade[kind]["processor"]
        rows.append(
            f"| {name} | {clock['ours']:.1f} ({processor['ours']:.1f}) s | {clock['theirs']:.0f} "
            f"({processor['theirs']:.0f}) s | {clock['ratio']:.0f} ({processor['ratio']:.0f}) |"
        )
    return "\n".join(rows)


def backup_rows(backups: dict) -> str:
    """The rows of the table about one region's backup."""
    rows = [f"| nothing | | | | {backups['quiet']:.0f} | 1 |"]
    for kind, meanwhile in {"backup": "backing_up", "restore": "restoring"}.items():
        command, p95 = backups[kind], backups[meanwhile]
        rows.append(
            f"| {kind} | {command['seconds']:.1f} | {command['processor']:.1f} | {command['megabytes']:.0f} | "
            f"{p95:.0f} | {p95 / backups['quiet']:.2f} |"
        )
    return "\n".join(rows)


def isolation_rows(isolation: dict) -> str:
    """The two tables about isolation."""
    sweep, hammer = isolation["sweep"], isolation["hammer"]
    return (
        "| the sweep | addresses | x roles x regions | requests | seconds | leaks |\n|---|---|---|---|---|---|\n"
        f"| | {sweep['addresses']} | {sweep['combinations']:,} | {sweep['requests']:,} | {sweep['seconds']:.0f} "
        f"| {sweep['leaks']} |\n\n"
        "| the hammer | regions | threads | requests | answered well | failed or lost | connections cut | tasks "
        "| wrong answers |\n|---|---|---|---|---|---|---|---|---|\n"
        f"| | {hammer['regions']} | {hammer['threads']} | {hammer['requests']:,} | {hammer['good']:,} "
        f"| {hammer['failed'] + hammer['lost']:,} | {hammer['cut']} | {hammer['tasks']} | {hammer['wrong']} |"
    )


def kill_rows(kills: dict) -> str:
    """The rows of the table about kills."""
    return "\n".join(
        f"| {action} | {tried['rounds']} | {tried['seconds'] / 60:.0f} |" for action, tried in kills.items()
    )


def fault_rows(faults: dict) -> str:
    """The rows of the table about faults."""
    rows = []
    for action, tally in faults["restarted"].items():
        tried = sum(tally.values())
        how = ", ".join(f"{count} {what}" for what, count in tally.items() if count)
        rows.append(
            f"| database stopped at once and restarted during {action} | {tried} | {how}; the next try succeeded |"
        )
    many = faults["one_of_many"]
    rows.append(
        f"| a migration that fails in 1 region of {many['regions']} | 1 | {many['upgraded at once']} upgraded, the "
        "one as before and named; upgraded by the next run |"
    )
    for action, said in faults["disk_full"].items():
        rows.append(f"| disk of the database full during {action} | 1 | “{said}” After making room it succeeded |")
    return "\n".join(rows)
