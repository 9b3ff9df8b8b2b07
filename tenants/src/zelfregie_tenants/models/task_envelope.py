"""For whom a queued task runs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult


class TaskEnvelope(models.Model):
    """The schema in which a task was enqueued, and thus must run.

    It holds the name and not a key of the region, so that a task of a region that is gone can be refused with its
    reason instead of disappearing.
    """

    task = models.OneToOneField(
        DBTaskResult,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="envelope",
        verbose_name=_("taak"),
    )
    schema_name = models.CharField(_("schema"), max_length=63, db_index=True)

    class Meta:
        verbose_name = _("envelop van een taak")
        verbose_name_plural = _("enveloppen van taken")

    def __str__(self) -> str:
        return f"{self.task_id} → {self.schema_name}"
