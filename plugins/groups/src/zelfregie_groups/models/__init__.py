"""The models of the groups plugin, one per file. Everything public is imported here."""

from zelfregie_groups.models.group import Group
from zelfregie_groups.models.imported_row import ImportedRow
from zelfregie_groups.models.schedule import Schedule

# isort: split
from zelfregie_groups.models.finder_page import GroupFinderPage

__all__ = ["Group", "GroupFinderPage", "ImportedRow", "Schedule"]
