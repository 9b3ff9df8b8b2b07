"""What a group was called before, so that old links and other modules' pointers keep working."""

from django.db import models
from django.db.models import F, Q
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


class FormerKey(models.Model):
    """A group that was merged into another. What points at ``groups:<former_id>`` means that one now.

    Holds what the merged group said last, for the history; it goes when the group that it became goes.
    """

    former_id = models.BigIntegerField(unique=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="former_keys", verbose_name=_("groep"))
    name = models.CharField(_("naam"), max_length=200)
    content = models.JSONField(default=dict)
    merged_at = models.DateTimeField(_("samengevoegd op"), auto_now_add=True)

    class Meta:
        verbose_name = _("samengevoegde groep")
        verbose_name_plural = _("samengevoegde groepen")

    def __str__(self) -> str:
        return self.name


class DistinctPair(models.Model):
    """Two groups that look alike, of which an editor said that they are two groups."""

    first = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("twee verschillende groepen")
        verbose_name_plural = _("paren van verschillende groepen")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="groups_distinct_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="groups_distinct_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} - {self.second_id}"
