"""The page types of the national hub."""

from zelfregie_national.models.country_search_page import CountrySearchPage
from zelfregie_national.models.regions_page import RegionsPage

__all__ = ["CountrySearchPage", "RegionsPage"]
