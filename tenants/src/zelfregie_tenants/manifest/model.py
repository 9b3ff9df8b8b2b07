"""A region as its instance folder describes it: plain, frozen values that passed the reader's checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Identity:
    """`[region]`: who this is and where it can be reached."""

    slug: str
    name: str
    kind: str
    languages: tuple[str, ...]
    tagline: str
    domains: tuple[str, ...]

    @property
    def schema_name(self) -> str:
        """The PostgreSQL schema of this region. A slug has no underscore, so no two slugs share a schema."""
        return "region_" + self.slug.replace("-", "_")

    @property
    def primary_domain(self) -> str:
        """The domain that visitors are sent to."""
        return self.domains[0]


@dataclass(frozen=True)
class Area:
    """`[area]`: CBS municipality codes and inclusive ranges of four-digit postcodes."""

    municipalities: tuple[str, ...]
    postcodes: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Brand:
    """`[brand]`: two colours as #rrggbb and the image files, absolute paths; None where there is none."""

    primary: str
    accent: str
    logo: Path | None
    favicon: Path | None


@dataclass(frozen=True)
class Organisation:
    """`[organisation]`: who runs the site and whom to ask about privacy."""

    name: str
    email: str
    phone: str
    privacy_name: str
    privacy_email: str
    sender_email: str


@dataclass(frozen=True)
class Editor:
    """`[[editors]]`: someone who may sign in."""

    email: str
    name: str
    role: str


@dataclass(frozen=True)
class PluginChoice:
    """`[plugins.<slug>]`: whether it is on, and its settings."""

    slug: str
    enabled: bool
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Hosting:
    """`[hosting]`: where it runs, and whether its data are a demonstration."""

    platform: str
    demo: bool


@dataclass(frozen=True)
class ContentBlock:
    """One block of a page body: `heading` or `quote` (plain text), or `paragraph` (clean HTML)."""

    kind: str
    value: str


@dataclass(frozen=True)
class ContentFile:
    """One `content/*.md`: a page as it starts its life. `path` is relative to the instance folder."""

    path: str
    title: str
    type: str
    slug: str
    theme: str
    legal: str
    menu: bool
    order: int
    intro: str
    blocks: tuple[ContentBlock, ...]


@dataclass(frozen=True)
class Manifest:
    """Everything an instance folder says. `files` are the CSV files beside it, for the plugins to read."""

    folder: Path
    blueprint: int
    region: Identity
    area: Area
    brand: Brand
    organisation: Organisation
    crisis_text: str
    editors: tuple[Editor, ...]
    plugins: tuple[PluginChoice, ...]
    hosting: Hosting
    content: tuple[ContentFile, ...]
    files: Mapping[str, Path]

    @property
    def enabled_plugins(self) -> tuple[str, ...]:
        """The slugs of the plugins that are on."""
        return tuple(plugin.slug for plugin in self.plugins if plugin.enabled)
