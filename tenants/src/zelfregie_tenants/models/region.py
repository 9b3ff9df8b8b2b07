"""A region: one site with its own schema, or the national hub."""

from __future__ import annotations

import re
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.models import TenantMixin

SCHEMA_PREFIX = "region_"
SLUG_PATTERN = r"^[a-z][a-z0-9-]{1,39}$"
SCHEMA_PATTERN = r"^region_[a-z][a-z0-9_]{1,39}$"
LANGUAGES = ("nl", "en")


def schema_name_for(slug: str) -> str:
    """Return the schema of the region with this slug.

    A slug has no underscore, so two slugs never share a schema.

    Raises:
        ValueError: the slug is not one (see `SLUG_PATTERN`).
    """
    if not re.fullmatch(SLUG_PATTERN, slug):
        message = f"“{slug}” is not a slug: use 2 to 40 lower-case letters, digits and hyphens, a letter first."
        raise ValueError(message)
    return SCHEMA_PREFIX + slug.replace("-", "_")


def validate_languages(value: object) -> None:
    """Accept a non-empty list of different languages that the product speaks; the first is the default."""
    if (
        not isinstance(value, list)
        or not value
        or len(set(map(str, value))) != len(value)
        or any(language not in LANGUAGES for language in value)
    ):
        raise ValidationError(_("Kies een of meer talen uit: nl, en."), code="languages")


def validate_area(value: object) -> None:
    """Accept `{"municipalities": ["0917"], "postcodes": ["6400-6479"]}`; both lists may be empty."""
    if not isinstance(value, dict) or set(value) != {"municipalities", "postcodes"}:
        raise ValidationError(_("Een gebied heeft gemeenten en postcodes."), code="area")
    rules = (("municipalities", r"\d{4}"), ("postcodes", r"\d{4}-\d{4}"))
    for key, pattern in rules:
        items = value[key]
        if not isinstance(items, list) or not all(re.fullmatch(pattern, str(item)) for item in items):
            raise ValidationError(_("Een gebied heeft gemeenten en postcodes."), code="area")


def default_languages() -> list[str]:
    """Dutch, unless a region says otherwise."""
    return ["nl"]


def empty_area() -> dict[str, list[str]]:
    """The area of a region that covers nothing in particular: the national hub."""
    return {"municipalities": [], "postcodes": []}


class RegionQuerySet(models.QuerySet["Region"]):
    """Chainable questions about regions."""

    def launched(self) -> RegionQuerySet:
        """Only regions that visitors can see."""
        return self.filter(state=Region.State.LAUNCHED)

    def regional(self) -> RegionQuerySet:
        """Without the national hub."""
        return self.filter(kind=Region.Kind.REGION)


class Region(TenantMixin):
    """One site of the product, in a schema of its own.

    The schema is made by `domain.schemas.create_schema` and dropped by `domain.schemas.drop_schema`, never as a side
    effect of saving or deleting this row.
    """

    class Kind(models.TextChoices):
        """What the site is for."""

        REGION = "region", _("Regio")
        NATIONAL = "national", _("Landelijk")

    class State(models.TextChoices):
        """Where it stands in its life: see section 6 of the design."""

        DRAFT = "draft", _("In voorbereiding")
        #: Everything is there; only who works on the site sees it, until it goes live.
        PREPARED = "prepared", _("Klaar om open te gaan")
        LAUNCHED = "launched", _("Online")
        SUSPENDED = "suspended", _("Tijdelijk dicht")
        ARCHIVED = "archived", _("Gearchiveerd")

    auto_create_schema = False
    auto_drop_schema = False

    slug = models.CharField(_("kenmerk"), max_length=40, unique=True, validators=[RegexValidator(SLUG_PATTERN)])
    name = models.CharField(_("naam"), max_length=80)
    kind = models.CharField(_("soort"), max_length=10, choices=Kind.choices, default=Kind.REGION)
    state = models.CharField(_("stand"), max_length=10, choices=State.choices, default=State.DRAFT)
    tagline = models.CharField(_("slagzin"), max_length=200, blank=True)
    area = models.JSONField(_("gebied"), default=empty_area, validators=[validate_area])
    languages = models.JSONField(_("talen"), default=default_languages, validators=[validate_languages])
    latitude = models.FloatField(
        _("breedtegraad"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("lengtegraad"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    is_demo = models.BooleanField(_("voorbeeldgegevens"), default=False)
    instance_id = models.CharField(_("kenmerk van de map"), max_length=64, blank=True)
    manifest_digest = models.CharField(_("vingerafdruk van het manifest"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("gemaakt op"), default=timezone.now, editable=False)
    launched_at = models.DateTimeField(_("online sinds"), null=True, blank=True)
    #: What visitors read while the site is suspended or archived, besides the platform's own words.
    closed_message = models.CharField(_("bericht voor bezoekers"), max_length=400, blank=True)
    #: Where visitors of an archived site can go on.
    closed_link = models.URLField(_("verder op"), max_length=300, blank=True)
    #: Since when it is being erased: nothing of it may be used any more, and the next erase completes it.
    erasing_since = models.DateTimeField(_("wordt gewist sinds"), null=True, blank=True, editable=False)
    #: In whose name PostgreSQL runs what the site asks; empty where roles cannot be made (domain/database_roles.py).
    database_role = models.CharField(
        _("rol in de database"), max_length=63, blank=True, default="", db_default="", editable=False
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("regio")
        verbose_name_plural = _("regio's")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="region_slug_pattern"),
            models.CheckConstraint(
                condition=Q(schema_name=Concat(Value(SCHEMA_PREFIX), Replace(F("slug"), Value("-"), Value("_")))),
                name="region_schema_follows_slug",
            ),
            models.CheckConstraint(condition=Q(kind__in=["region", "national"]), name="region_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "prepared", "launched", "suspended", "archived"]),
                name="region_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="launched") | Q(launched_at__isnull=False), name="region_launched_has_date"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="region_centre_complete",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="national"), name="region_one_national_hub"),
            models.CheckConstraint(
                condition=Q(erasing_since__isnull=True) | Q(state="archived"), name="region_erased_from_the_archive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Give a new region the schema that belongs to its slug."""
        if self._state.adding and not self.schema_name:
            self.schema_name = schema_name_for(self.slug)
        super().save(*args, **kwargs)

    def __enter__(self) -> NoReturn:
        """Refuse `with region:`: django-tenants keeps what was before on a list that all threads share.

        Raises:
            TypeError: always.
        """
        message = "Use `with tenant_context(region):`; `with region:` mixes regions up between threads."
        raise TypeError(message)

    @property
    def default_language(self) -> str:
        """The language of the site for a visitor who chose none."""
        return self.languages[0]

    @property
    def is_launched(self) -> bool:
        """Whether visitors can see the site."""
        return self.state == self.State.LAUNCHED
