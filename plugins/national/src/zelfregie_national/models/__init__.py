"""The page types of the national hub."""

from zelfregie_national.models.regions_page import RegionsPage

__all__ = ["RegionsPage"]
