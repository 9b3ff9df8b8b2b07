"""Two regions filled with the plugin's own samples: the same numbers in both, other words in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings
from django.utils import translation
from django_tenants.utils import tenant_context
from wagtail.models import Page

from zelfregie_core.models import ContentPage, HomePage
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region
from zelfregie_tenants.testing.client import RegionClient

#: Region -> the word that stands in each of its texts, and that no other region may ever show.
MARKS = {"noord": "noorderkraai", "zuid": "zuiderkraai"}
#: Where numbering starts in both regions, so that the rows of one have the keys of those of the other.
FIRST = 7000
BLOCKS_PAGE = "blokken"
#: What a plugin may set for its samples: settings of ours, and nothing that would change what a check sees.
OWN_SETTINGS = "ZELFREGIE_"


class BadSamples(Exception):
    """The plugin's samples leave a check with nothing to look at, or fail. Carries the findings that say so."""

    def __init__(self, findings: list[Finding]) -> None:
        """Keep what is wrong."""
        self.findings = findings
        super().__init__("; ".join(finding.problem for finding in findings))


@dataclass
class FilledRegion:
    """A region with the plugin on and its samples in it.

    Args:
        region: the region.
        mark: the word that only this region has.
        extra: addresses that the samples told of.
        firsts: what `visiting.first_paths` found here.
        shown: those of them that show something.
    """

    region: Region
    mark: str
    extra: list[str] = field(default_factory=list)
    firsts: dict = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def visitor(self) -> RegionClient:
        """Return a browser of somebody who is not logged in. A view that raises answers 500, as in production."""
        return RegionClient(self.region, raise_request_exception=False)

    def page_paths(self, subject: Subject) -> list[str]:
        """Return the paths of the plugin's pages, and of what lies below them, as the sitemap tells."""
        paths: list[str] = []
        with tenant_context(self.region):
            for model in subject.pages:
                for page in model.objects.live().order_by("pk"):
                    paths += [urlsplit(found["location"]).path for found in page.get_sitemap_urls()]
        return list(dict.fromkeys(paths))

    @property
    def blocks_path(self) -> str:
        """The path of the page that has all blocks of the plugin."""
        return f"/{BLOCKS_PAGE}/"


class SharedRegions:
    """Regions that are filled once for several checks: filling them takes as long as most checks."""

    def __init__(self, subject: Subject) -> None:
        """Fill nothing yet."""
        self.subject = subject
        self._stack = ExitStack()
        self._filled: list[FilledRegion] | None = None
        self._bad: BadSamples | None = None

    @contextmanager
    def lent(self) -> Iterator[list[FilledRegion]]:
        """Give the regions to one check, which leaves them as it found them.

        Raises:
            BadSamples: the samples fail, or make no row of some model.
        """
        if self._bad is not None:
            raise self._bad
        try:
            regions = self._filled = self._filled or self._stack.enter_context(_filled(self.subject))
        except BadSamples as bad:
            self._bad = bad
            raise
        with transaction.atomic():
            yield [replace(filled, region=Region.objects.get(pk=filled.region.pk)) for filled in regions]
            transaction.set_rollback(True)

    def close(self) -> None:
        """Undo the filling."""
        self._stack.close()


@contextmanager
def sharing_regions(subject: Subject) -> Iterator[None]:
    """Let all checks of a plugin inside the block use the same two regions."""
    shared = subject.__dict__["shared_regions"] = SharedRegions(subject)
    try:
        yield
    finally:
        del subject.__dict__["shared_regions"]
        shared.close()


@contextmanager
def filled_regions(subject: Subject) -> Iterator[list[FilledRegion]]:
    """Fill noord and zuid with the plugin's samples, in a transaction that is rolled back.

    Raises:
        BadSamples: the samples fail, or make no row of some model.
    """
    shared: SharedRegions | None = subject.__dict__.get("shared_regions")
    with shared.lent() if shared else _filled(subject) as regions:
        yield regions


@contextmanager
def _filled(subject: Subject) -> Iterator[list[FilledRegion]]:
    if foreign := sorted(name for name in subject.settings if not name.startswith(OWN_SETTINGS)):
        problem = f"SETTINGS changes {foreign[0]}, which is not the plugin's"
        raise BadSamples([Finding(f"{subject.app}/samples.py", problem, f"Set only names that begin {OWN_SETTINGS}.")])
    with ExitStack() as stack:
        stack.enter_context(translation.override("nl"))
        stack.enter_context(override_settings(**subject.settings))
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        for cache in caches.all(initialized_only=True):
            cache.clear()  # of rows that were here before and have the same numbers
        regions = [Region.objects.get(slug=slug) for slug in MARKS]
        _same_numbers(regions)
        filled = []
        for region in regions:
            set_plugin_enabled(region, subject.slug, enabled=True)
            filled.append(FilledRegion(region, MARKS[region.slug]))
            with tenant_context(region):
                _add_pages(subject, MARKS[region.slug])
                filled[-1].extra = add_samples(subject, MARKS[region.slug])
                if problems := list(_missing(subject)):
                    raise BadSamples(problems)
        yield filled


def add_samples(subject: Subject, mark: str) -> list[str]:
    """Let the plugin fill the current region once more; return the addresses that it tells of.

    Raises:
        BadSamples: it has no samples but has models, or they raise an error.
    """
    if subject.samples is None:
        return []
    try:
        told: Iterable[str] | None = subject.samples.make_samples(mark)
        return list(told or ())
    except Exception as error:
        problem = f"make_samples({mark!r}) raised {type(error).__name__}: {error}"
        remedy = "Make it work in an empty region, and again in one that it has filled before."
        raise BadSamples([Finding(f"{subject.app}/samples.py", problem, remedy)]) from error


def _add_pages(subject: Subject, mark: str) -> None:
    """Add what a launch adds, and a page with every block of the plugin."""
    home = HomePage.objects.get()
    for starter in subject.contributed("register_starter_content"):
        model = apps.get_model(starter.model)
        page = model(
            title=f"{starter.title} {mark}", slug=starter.slug, show_in_menus=starter.in_menu, **starter.fields
        )
        home.add_child(instance=page)
    blocks = subject.contributed("register_blocks")
    if blocks:
        page = ContentPage(title=f"Blokken {mark}", slug=BLOCKS_PAGE)
        page.body = [(block.name, block.block.get_default()) for block in blocks]
        home.add_child(instance=page).save_revision().publish()


def _missing(subject: Subject) -> Iterator[Finding]:
    """Yield the models of which the region has no row: a check that looks at nothing would always be green."""
    models: list[type[Model]] = subject.models
    if models and subject.samples is None and any(not issubclass(model, Page) for model in models):
        yield Finding(
            f"{subject.app}/samples.py",
            "the plugin has models, but no module samples: there is nothing to look at",
            "Write make_samples(mark), which makes one row of every model with the mark in each text "
            "(docs/reference/plugin-contract.md).",
        )
        return
    for model in models:
        if not model._default_manager.exists():
            page = issubclass(model, Page)
            yield Finding(
                f"{subject.app}.{model.__name__}",
                "the samples make no page of this type" if page else "the samples make no row of this model",
                "Make one in make_samples(mark) of samples.py.",
            )


def _same_numbers(regions: list[Region]) -> None:
    for region in regions:
        with tenant_context(region), connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) "
                "FROM pg_sequences WHERE schemaname = %s",
                [FIRST, region.schema_name],
            )
