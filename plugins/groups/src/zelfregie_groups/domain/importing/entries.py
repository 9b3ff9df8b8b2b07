"""A row of a list as matching sees it, also when something else in it is wrong. Pure functions."""

from zelfregie_core.domain.tables import Row
from zelfregie_groups.domain.importing import cells
from zelfregie_groups.domain.importing.keys import Keys
from zelfregie_groups.domain.importing.matching import Entry
from zelfregie_groups.domain.importing.reader import RowReader
from zelfregie_groups.domain.importing.schedule_cells import read_schedules


def entry_of(row: Row) -> Entry:
    """Return by what a row is recognised.

    A row with a mistake in its time still is its group: else that group would seem gone from the list.
    """
    name, city = cells.one_line(row.text("name")), cells.one_line(row.text("city"))
    source_id = cells.one_line(row.text("source_id"))[:80]
    values = {"name": name, "city": city, "schedules": read_schedules(RowReader(row))}
    return Entry(row.number, Keys.of_values(source_id, values), name, city)
