"""What is left of a story from a file after it was erased: its number."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasedStory(models.Model):
    """A story that came from ``stories.csv`` and was erased. Without this row the next import would bring it back."""

    source_id = models.CharField(_("nummer in het bestand"), max_length=80, unique=True)
    erased_at = models.DateTimeField(_("gewist op"), auto_now_add=True)

    class Meta:
        verbose_name = _("gewist verhaal")
        verbose_name_plural = _("gewiste verhalen")
        default_permissions = ()

    def __str__(self) -> str:
        return self.source_id
