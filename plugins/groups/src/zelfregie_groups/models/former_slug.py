"""Addresses that a group had before, so that old links keep working."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_groups.models.group import Group


class FormerSlug(models.Model):
    """An address that leads to a group, after its address changed or another group was merged into it."""

    slug = models.SlugField(_("oud webadres"), max_length=80, unique=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="former_slugs", verbose_name=_("groep"))

    class Meta:
        verbose_name = _("oud webadres")
        verbose_name_plural = _("oude webadressen")

    def __str__(self) -> str:
        return self.slug
