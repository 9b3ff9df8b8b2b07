"""One import: the rows of a list with a verdict each, applied as one action and undone as one action."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zelfregie_core.fields import EncryptedTextField
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.import_source import ImportSource


class ImportRun(models.Model):
    """An import from upload to applied or undone. What it read is kept in its rows, encrypted, and removed in time."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("geüpload")
        PREVIEWED = "previewed", _("klaar om te bekijken")
        APPLIED = "applied", _("verwerkt")
        UNDONE = "undone", _("teruggedraaid")
        FAILED = "failed", _("mislukt")

    source = models.ForeignKey(ImportSource, on_delete=models.CASCADE, related_name="runs", verbose_name=_("lijst"))
    file_name = models.CharField(_("bestand"), max_length=200, blank=True)
    state = models.CharField(_("stand"), max_length=10, choices=State.choices, default=State.UPLOADED)
    #: Names of the columns of the file. Example cells are not here but in the rows, encrypted.
    columns = models.JSONField(default=list, blank=True)
    #: Verdict -> number of rows, after the preview; what was done, after applying.
    counts = models.JSONField(default=dict, blank=True)
    #: What is said about the file as a whole.
    notices = models.JSONField(default=list, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("gemaakt op"), auto_now_add=True)
    applied_at = models.DateTimeField(_("verwerkt op"), null=True, blank=True)
    undone_at = models.DateTimeField(_("teruggedraaid op"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "previewed", "applied", "undone", "failed"]),
                name="groups_run_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.created_at:%Y-%m-%d %H:%M}"


class ImportRunRow(models.Model):
    """A row of a list in one import: what it says, the verdict, and what the group was before."""

    class Verdict(models.TextChoices):
        NEW = "new", _("nieuw")
        CHANGED = "changed", _("veranderd")
        SAME = "same", _("hetzelfde")
        DUPLICATE = "duplicate", _("misschien dubbel")
        WRONG = "wrong", _("klopt niet")
        GONE = "gone", _("staat niet meer in de lijst")

    class Decision(models.TextChoices):
        """What an editor decided; empty: what the verdict proposes."""

        APPLY = "apply", _("verwerken")
        SKIP = "skip", _("overslaan")
        LINK = "link", _("is dezelfde groep")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", verbose_name=_("import"))
    #: Line number as a spreadsheet shows it: the header is row 1.
    number = models.PositiveIntegerField(_("regel"))
    label = models.CharField(_("naam"), max_length=200, blank=True)
    #: JSON, column of the file -> text of the cell. Encrypted, because a list holds hosts' addresses.
    cells = EncryptedTextField(blank=True)
    #: JSON, the record that will be written: its key, its number in the list and its values.
    values = EncryptedTextField(blank=True)
    #: JSON, what the group was before this import, for undoing; empty when the group was new.
    before = EncryptedTextField(blank=True)
    #: JSON, what the import made of it: undoing can then tell what somebody changed since.
    after = EncryptedTextField(blank=True)
    verdict = models.CharField(_("oordeel"), max_length=10, choices=Verdict.choices, blank=True)
    decision = models.CharField(_("besluit"), max_length=10, choices=Decision.choices, blank=True)
    #: Names of fields: those that the list changes, and those that an editor changed by hand too.
    changed_fields = models.JSONField(default=list, blank=True)
    conflicts = models.JSONField(default=list, blank=True)
    #: Of the conflicts, those that the editor lets the list win.
    overwrite = models.JSONField(default=list, blank=True)
    #: [{"column": ..., "message": ..., "blocking": bool}], Dutch sentences.
    messages = models.JSONField(default=list, blank=True)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    #: Keys of groups that may be the same one, most alike first.
    candidates = models.JSONField(default=list, blank=True)
    applied = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("regel van een import")
        verbose_name_plural = _("regels van een import")
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["run", "verdict", "number"], name="groups_run_row_verdict")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"
