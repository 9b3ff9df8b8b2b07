"""The taxonomy of themes: what people look for a group about."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index


class Theme(index.Indexed, models.Model):
    """A theme (HSDS: taxonomy term), such as burn-out or rouw. Regions share the slugs, to be compared."""

    slug = models.SlugField(_("sleutel"), max_length=60, unique=True)
    name = models.CharField(_("naam"), max_length=80)
    synonyms = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("andere woorden"),
        default=list,
        blank=True,
        help_text=_("Woorden die mensen ook gebruiken, met komma's ertussen: overspannen, opgebrand."),
    )
    icon = models.CharField(_("icoon"), max_length=60, blank=True)

    search_fields = [
        index.SearchField("name"),
        index.SearchField("synonyms"),
        index.AutocompleteField("name"),
    ]

    class Meta:
        verbose_name = _("thema")
        verbose_name_plural = _("thema's")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
