"""What an import last said about a group, so that the next import can tell it from an editor's change."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from zelfregie_core.fields import EncryptedTextField
from zelfregie_groups.models.group import Group


def forget_values(collector: Any, field: Any, rows: Any, using: str) -> None:
    """Keep the row of a removed group without its values: the next import must not bring the group back."""
    collector.add_field_update(field, None, rows)
    collector.add_field_update(field.model._meta.get_field("values"), "", rows)


class ImportedRow(models.Model):
    """The values of one row of a list as they were imported.

    A field whose value in the group is no longer the one here was changed by hand. The values hold the host's address
    and are therefore encrypted. When the group is removed its values go, and only the key stays. A group that stands in
    two lists has two rows: each list then recognises it.
    """

    source = models.ForeignKey(
        "zelfregie_groups.ImportSource",
        on_delete=models.CASCADE,
        null=True,
        related_name="imported_rows",
        verbose_name=_("lijst"),
        help_text="None: the list of the instance folder, or of the command line.",
    )
    key = models.CharField(
        max_length=320, help_text="'id:<source_id>' or 'row:<name>|<city>|<weekday>|<time>', folded."
    )
    group = models.ForeignKey(
        Group, null=True, on_delete=forget_values, related_name="imported_rows", verbose_name=_("groep")
    )
    values = EncryptedTextField(blank=True, help_text="JSON: field name to value.")
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("geïmporteerde regel")
        verbose_name_plural = _("geïmporteerde regels")
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], nulls_distinct=False, name="groups_imported_row_once")
        ]

    def __str__(self) -> str:
        return self.key
