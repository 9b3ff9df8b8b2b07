"""The models of the groups plugin, one per file. Everything public is imported here."""

from zelfregie_groups.models.import_source import ImportSource  # isort: skip
from zelfregie_groups.models.former_slug import DistinctPair, FormerKey, FormerSlug
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.import_run import ImportRun, ImportRunRow
from zelfregie_groups.models.imported_row import ImportedRow
from zelfregie_groups.models.schedule import Schedule, ScheduleException

# isort: split
from zelfregie_groups.models.finder_page import GroupFinderPage

__all__ = [
    "DistinctPair",
    "FormerKey",
    "FormerSlug",
    "Group",
    "GroupFinderPage",
    "ImportRun",
    "ImportRunRow",
    "ImportSource",
    "ImportedRow",
    "Schedule",
    "ScheduleException",
]
