"""A self-help group (HSDS: service)."""

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import RevisionMixin

from zelfregie_core.fields import EncryptedTextField
from zelfregie_core.models import Theme
from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.domain.text import fold_words, sort_key
from zelfregie_groups.models.choices import Audience, Form, Gender, Joining, Language, Status
from zelfregie_groups.models.group_parts import FirstTimeFields, LocationFields

#: What a revision does not hold: what is secret, derived, or of the group as a whole rather than of one version.
NOT_IN_REVISIONS = frozenset(
    {
        "changed_at", "completeness", "created_at", "host_email", "imported_from", "latest_revision", "search_text",
        "sort_name", "upcoming",
    }
)  # fmt: skip


def empty_list() -> list[Any]:
    """Return a new list for each row."""
    return []


def only_myself() -> list[str]:
    """Return for whom a group is unless it says otherwise."""
    return [Group.Audience.SELF.value]


def only_dutch() -> list[str]:
    """Return what is spoken in a group unless it says otherwise."""
    return ["nl"]


class GroupQuerySet(models.QuerySet["Group"]):
    """Predicates that read as sentences."""

    def published(self) -> "GroupQuerySet":
        """Those that visitors may see."""
        return self.filter(published=True)

    def with_room(self) -> "GroupQuerySet":
        """Those that meet and can take somebody new."""
        return self.filter(status=Group.Status.ACTIVE)

    def about(self, theme: Theme) -> "GroupQuerySet":
        """Those of one theme."""
        return self.filter(themes=theme)

    def for_cards(self) -> "GroupQuerySet":
        """With what a card shows, in two more queries, and without what no card may show."""
        return self.defer("host_email", "search_text").prefetch_related("themes", "schedules")


class Group(RevisionMixin, LocationFields, FirstTimeFields, ClusterableModel):
    """A group of peers who help each other, with a host (HSDS: service). ``host_email`` never leaves the admin."""

    Audience = Audience
    Form = Form
    Status = Status
    Gender = Gender
    Joining = Joining
    Language = Language

    name = models.CharField(_("naam"), max_length=200)
    slug = models.SlugField(
        _("webadres"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Leeg: de site maakt het van de naam. Verander het liever niet: links blijven dan werken."),
    )
    imported_from = models.ForeignKey(
        "zelfregie_groups.ImportSource",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="groups",
        verbose_name=_("lijst waaruit de groep komt"),
    )
    source_id = models.CharField(
        _("nummer in de eigen lijst"),
        max_length=80,
        blank=True,
        help_text=_("Waaraan een nieuwe versie van je lijst deze groep herkent."),
    )
    description = models.TextField(_("beschrijving"), max_length=4000, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("thema's"), related_name="groups", blank=True)
    audience = ArrayField(
        models.CharField(max_length=10, choices=Audience.choices),
        verbose_name=_("voor wie"),
        default=only_myself,
        blank=True,
    )
    gender = models.CharField(_("mannen, vrouwen"), max_length=10, choices=Gender.choices, default=Gender.ALL)
    age_from = models.PositiveSmallIntegerField(
        _("vanaf welke leeftijd"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    age_to = models.PositiveSmallIntegerField(
        _("tot en met welke leeftijd"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    size = models.PositiveSmallIntegerField(
        _("met hoeveel mensen"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(500)],
        help_text=_("Hoeveel mensen er meestal zijn."),
    )
    joining = models.CharField(_("instappen"), max_length=10, choices=Joining.choices, blank=True)
    form = models.CharField(_("vorm"), max_length=10, choices=Form.choices, default=Form.IN_PERSON)
    status = models.CharField(_("stand"), max_length=15, choices=Status.choices, default=Status.ACTIVE)
    languages = ArrayField(
        models.CharField(max_length=3, choices=Language.choices),
        verbose_name=_("taal"),
        default=only_dutch,
        blank=True,
    )
    cost = models.CharField(
        _("kosten"), max_length=120, blank=True, help_text=_("Leeg: de site zegt dat de groep gratis is.")
    )

    host_name = models.CharField(
        _("voornaam van de begeleider"), max_length=80, blank=True, help_text=_("Staat op de site.")
    )
    host_email = EncryptedTextField(
        _("e-mailadres van de begeleider"),
        blank=True,
        help_text=_("Staat nooit op de site en wordt versleuteld bewaard."),
    )

    published = models.BooleanField(
        _("op de site"), default=True, help_text=_("Uit: alleen de redactie ziet deze groep.")
    )
    confirmed_on = models.DateField(
        _("nagekeken op"),
        null=True,
        blank=True,
        help_text=_("Wanneer iemand voor het laatst heeft nagekeken dat alles klopt. Staat op de site."),
    )
    created_at = models.DateTimeField(_("gemaakt op"), auto_now_add=True)
    changed_at = models.DateTimeField(_("gewijzigd op"), auto_now=True)

    #: Stored, so that the database sorts and searches without an extension and without a function per row.
    sort_name = models.CharField(max_length=200, editable=False)
    search_text = models.TextField(editable=False)
    #: The next starts, computed from the schedules and stored: a list of groups can be sorted by them.
    upcoming = ArrayField(models.DateTimeField(), default=empty_list, editable=False)

    #: 0 to 100; see `domain/completeness.py`. Stored with `upcoming` by `domain/changes.py`.
    completeness = models.PositiveSmallIntegerField(_("compleet"), default=0, editable=False)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="group")

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("groep")
        verbose_name_plural = _("groepen")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["imported_from", "source_id"],
                condition=~Q(source_id=""),
                nulls_distinct=False,
                name="groups_source_id_once",
            ),
            models.CheckConstraint(
                condition=Q(age_from__isnull=True) | Q(age_to__isnull=True) | Q(age_to__gte=F("age_from")),
                name="groups_age_in_order",
                violation_error_message=_("De hoogste leeftijd moet minstens de laagste zijn."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="groups_coordinates_both_and_on_earth",
                violation_error_message=_("Vul bij de plek beide getallen in, of geen van beide."),
            ),
            models.CheckConstraint(condition=Q(form__in=["in_person", "online", "hybrid"]), name="groups_form_known"),
            models.CheckConstraint(
                condition=Q(status__in=["active", "waiting_list", "full", "paused"]), name="groups_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["published", "sort_name"], name="groups_published_name"),
            models.Index(fields=["latitude", "longitude"], name="groups_point"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Fill what is derived from other fields, then save."""
        self.derive()
        if not self.slug:
            self.slug = free_slug(self, set(Group.objects.values_list("slug", flat=True)))
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Fill the stored keys for sorting and searching. Bulk writes call this themselves."""
        self.sort_name = sort_key(self.name)
        words = (self.name, self.city, self.location_name, self.description, self.host_name)
        self.search_text = fold_words(" ".join(words))

    def serializable_data(self) -> dict[str, Any]:
        """What a revision holds: what an editor can see change. Never ``host_email``, which is encrypted at rest.

        Not the general function of Wagtail's: that one calls ``pre_save``, which would touch ``changed_at``.
        """
        fields = [field for field in self._meta.concrete_fields if field.name not in NOT_IN_REVISIONS]
        data = {"pk": self.pk, **{field.name: getattr(self, field.attname) for field in fields if field.name != "id"}}
        data["theme_slugs"] = sorted(theme.slug for theme in parts_of(self, "themes"))
        for relation in ("schedules", "exceptions"):
            data[relation] = [_child_data(child) for child in parts_of(self, relation)]
        return data

    def with_content_json(self, content: dict[str, Any]) -> "Group":
        """An unsaved group as it was in a revision, with what revisions do not hold as it is now."""
        group = super().with_content_json(content)
        for name in NOT_IN_REVISIONS - {"latest_revision"}:
            attribute = self._meta.get_field(name).attname
            setattr(group, attribute, getattr(self, attribute))
        return group

    @property
    def has_room(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def meets_in_person(self) -> bool:
        return self.form != self.Form.ONLINE

    @property
    def is_online(self) -> bool:
        return self.form != self.Form.IN_PERSON

    @property
    def audience_labels(self) -> list[str]:
        return [str(self.Audience(value).label) for value in self.audience if value in self.Audience.values]

    @property
    def language_labels(self) -> list[str]:
        return [str(self.Language(value).label) for value in self.languages if value in self.Language.values]

    @property
    def speaks_only_dutch(self) -> bool:
        return self.languages in ([], ["nl"])


def _child_data(child: models.Model) -> dict[str, Any]:
    """A schedule or exception in a revision. Without its own key: an import writes the same lines anew."""
    fields = [field for field in child._meta.concrete_fields if field.name not in ("id", "group")]
    return {"pk": None, **{field.name: getattr(child, field.attname) for field in fields}}


def free_slug(group: Group, taken: set[str], numbers: dict[str, int] | None = None) -> str:
    """Return an address for a group that is not taken: its name, with its city if the name lacks that.

    A name without Latin letters gives "groep".

    :param numbers: the last number used per address, kept between calls for many groups with one name.
    """
    base = slugify(group.name)[:60].strip("-") or "groep"
    city = slugify(group.city)
    if city and city not in base:
        base = f"{base}-{city}"[:72].strip("-")
    numbers = {} if numbers is None else numbers
    slug = base
    while slug in taken:
        numbers[base] = numbers.get(base, 1) + 1
        slug = f"{base}-{numbers[base]}"
    return slug
