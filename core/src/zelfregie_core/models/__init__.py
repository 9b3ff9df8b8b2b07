"""Core's models, one idea per file. Everything public is imported here."""

from zelfregie_core.models.pages import (
    BodyMixin,
    ContentPage,
    HomePage,
    LegalPage,
    PluginPage,
    ThemeIndexPage,
    ThemePage,
)
from zelfregie_core.models.second_factor import SecondFactor
from zelfregie_core.models.settings import Branding, SiteSettings
from zelfregie_core.models.theme import Theme

__all__ = [
    "BodyMixin",
    "Branding",
    "ContentPage",
    "HomePage",
    "LegalPage",
    "PluginPage",
    "SecondFactor",
    "SiteSettings",
    "Theme",
    "ThemeIndexPage",
    "ThemePage",
]
