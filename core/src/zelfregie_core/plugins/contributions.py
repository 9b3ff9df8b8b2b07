"""What a plugin can contribute: plain, frozen data. Hooks return these; core does the rest.

Texts that people read are Dutch and may be lazy translations. URLs are names for ``reverse`` where they are used in
menus, because a hook that runs once per process cannot know a region.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise


@dataclass(frozen=True)
class Block:
    """A StreamField block that editors may use where the plugin is on.

    :param name: stored in pages for ever; starts with the plugin's slug and an underscore.
    :param block: an instance of ``wagtail.blocks.Block``.
    """

    name: str
    block: Any


@dataclass(frozen=True)
class AdminMenuItem:
    """An item of the Wagtail admin menu.

    :param name: unique; starts with the plugin's slug.
    :param label: Dutch text.
    :param url_name: name for ``reverse`` without arguments.
    :param icon: a Wagtail icon name.
    :param order: lower comes first.
    :param permission: ``app_label.codename`` that a user needs to see it.
    """

    name: str
    label: Text
    url_name: str
    icon: str
    order: int
    permission: str


@dataclass(frozen=True)
class PermissionSet:
    """Permissions that a role gets in every region; core syncs them to the Wagtail group of that role.

    :param role: a name of ``zelfregie_core.domain.roles.Role``: editor, moderator, administrator, coordinator.
    :param permissions: each ``app_label.codename``.
    """

    role: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class StarterPage:
    """A page that a new region gets, below its home page.

    :param model: ``app_label.ModelName`` of a page type.
    :param kinds: the kinds of region that get it: ``region``, ``national``.
    :param fields: other fields of the page, as keyword arguments of the model.
    """

    model: str
    slug: str
    title: Text
    in_menu: bool = True
    order: int = 100
    kinds: tuple[str, ...] = ("region",)
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RowProblem:
    """A row of an imported file that could not be used.

    :param row: line number as a spreadsheet shows it: the header is row 1.
    :param column: the column at fault, or an empty string when the whole row is.
    :param message: what is wrong and what to do, in Dutch.
    """

    row: int
    column: str
    message: Text


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import: numbers of rows, and the problems by row.

    :param notices: about rows that were used, and about the file (row 1): what was skipped, guessed or corrected.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()
    notices: tuple[RowProblem, ...] = ()


@dataclass(frozen=True)
class InstanceFile:
    """A file that an instance folder may carry for this plugin, such as ``groups.csv``.

    :param name: the file's name in the instance folder.
    :param load: reads the file into the current region, again and again with the same outcome (idempotent), and
        never overwrites what an editor changed by hand. Bad rows are reported, the others are kept.
    """

    name: str
    load: Callable[[Path], ImportReport]


@dataclass(frozen=True)
class ExportFile:
    """A file that a region takes along when it leaves, in an open format.

    :param name: path in the export, with forward slashes; below ``personal/`` when, and only when, it is personal.
    :param write: writes the file's bytes; runs inside the region, also where the plugin is off.
    :param about: one Dutch sentence for the README: what is in it.
    :param about_en: the same in English.
    :param personal: it holds personal data or text that is not public; it can be left out of an export.
    :param load: reads the file back into a region that was launched from the export; None when the launch reads it, or
        when it is only for people. Again with the same file: nothing changes.
    """

    name: str
    write: Callable[[IO[bytes]], object]
    about: str
    about_en: str
    personal: bool = False
    load: Callable[[Path], ImportReport] | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure by which regions are compared.

    :param key: unique within the plugin.
    :param label: Dutch, plural, such as "Groepen".
    :param definition: one Dutch sentence that says exactly what is counted.
    :param version: raised when the definition changes, so that old figures are not compared with new ones.
    :param count: returns the figure for the current region; one query.
    """

    key: str
    label: Text
    definition: Text
    version: int
    count: Callable[[], int]


@dataclass(frozen=True)
class ScheduledTask:
    """A background task that runs in every region where the plugin is on.

    :param task: a ``django_tasks`` task without arguments.
    :param every: the time between two runs.
    :param always: also in a region that is not open (prepared, suspended, archived). Of the house itself only: it works
        on what is kept there, and reaches nobody.
    """

    task: Any
    every: dt.timedelta
    always: bool = False


@dataclass(frozen=True)
class Command:
    """A command of ``zelfregie``: ``zelfregie <slug> <name> ... --region SLUG``.

    :param command: a ``click.Command``; runs inside the region that ``--region`` names, where the plugin is on.
    """

    command: Any


@dataclass(frozen=True)
class Settings:
    """The settings of a plugin that a region may give in its manifest, under ``[plugins.<slug>]``.

    :param schema: a frozen dataclass with a default for every field (str, int, float, bool). It may raise
        ``ValueError`` in ``__post_init__`` with a sentence that says what is wrong.
    """

    schema: type[Any]


@dataclass(frozen=True)
class Section:
    """A part of a page that a plugin fills: on the home page or a theme page.

    :param template: rendered with ``context`` and the page's own context.
    :param is_empty: True when there is nothing to show; the page then says so once for all sections.
    :param plugin: filled in by core: whose it is, for the log when its template fails.
    """

    title: Text
    template: str
    context: Mapping[str, Any]
    order: int = 100
    more_url: str = ""
    more_label: Text = ""
    is_empty: bool = False
    plugin: str = ""


@dataclass(frozen=True)
class Action:
    """Something a visitor can do, shown on the home page as one of the few next steps."""

    label: Text
    url: str
    description: Text
    icon: str
    order: int = 100


@dataclass(frozen=True)
class SearchResult:
    """A result of the search over the site. ``kind`` is what it is, in Dutch: "Groep", "Verhaal"."""

    title: str
    url: str
    summary: str
    kind: Text


@dataclass(frozen=True)
class DirectoryEntry:
    """Something in the region that other modules can point at, such as a group on a referral card.

    :param key: stable within the region, ``<slug>:<id>``.
    :param facts: what decides whether it fits, as (label, value): when, where, for whom.
    """

    key: str
    title: str
    url: str
    summary: str
    facts: tuple[tuple[Text, str], ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class RegionFigure:
    """One indicator of one region: the last value and the moment it was taken."""

    plugin: str
    key: str
    label: Text
    value: int
    taken_at: dt.datetime


@dataclass(frozen=True)
class RegionOverview:
    """A live region as others see it.

    :param url: absolute address of its home page.
    :param municipalities: CBS codes.
    :param postcodes: PC4 ranges, each ``(first, last)``.
    """

    slug: str
    name: str
    tagline: str
    url: str
    latitude: float | None
    longitude: float | None
    municipalities: tuple[str, ...]
    postcodes: tuple[tuple[int, int], ...]
    figures: tuple[RegionFigure, ...]
