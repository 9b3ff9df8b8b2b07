"""What is wrong with a list, grouped: five hundred rows with the same mistake are one sentence."""

from dataclasses import dataclass, field

from zelfregie_groups.models import ImportRun, ImportRunRow

#: Rows that are named for each sentence; the others are counted.
NAMED = 10


@dataclass
class ProblemGroup:
    """One sentence about several rows.

    :param rows: the numbers of the first of them.
    """

    column: str
    message: str
    blocking: bool
    count: int = 0
    rows: list[int] = field(default_factory=list)


def grouped_problems(run: ImportRun, limit: int = 25, *, blocking: bool | None = None) -> list[ProblemGroup]:
    """Return what is said about the rows of a run, each sentence once, the most frequent first.

    :param limit: at most so many sentences.
    :param blocking: only what keeps rows out, or only remarks.
    """
    found: dict[tuple[str, str, bool], ProblemGroup] = {}
    rows = ImportRunRow.objects.filter(run=run).exclude(messages=[]).order_by("number", "pk")
    for number, messages in rows.values_list("number", "messages").iterator(1000):
        for line in messages:
            key = (line["column"], line["message"], line["blocking"])
            if blocking is not None and line["blocking"] != blocking:
                continue
            group = found.setdefault(key, ProblemGroup(*key))
            group.count += 1
            if len(group.rows) < NAMED:
                group.rows.append(number)
    return sorted(found.values(), key=lambda group: (-group.count, group.rows))[:limit]
