"""A value for a field of any model: a canary where it holds text, something sound elsewhere."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from PIL import Image, PngImagePlugin
from wagtail.fields import StreamField

from isolation_sweep.canaries import COMMON_WORD, LENGTH

#: Leave the field as the model makes it.
UNTOUCHED = object()

#: Fields whose text has a form of its own, so that no canary fits: what stands there, and why.
SHAPED: dict[str, tuple[Any, str]] = {
    "wagtailcore.Locale.language_code": (UNTOUCHED, "a code of a language"),
    "zelfregie_core.Branding.primary": (UNTOUCHED, "a colour"),
    "zelfregie_core.Branding.accent": (UNTOUCHED, "a colour"),
    "zelfregie_core.Theme.icon": (UNTOUCHED, "a name out of a fixed list"),
    "zelfregie_groups.Group.postal_code": ("6411 AB", "a postal code, checked"),
    "zelfregie_groups.Group.languages": (["nl"], "codes of languages"),
    "zelfregie_groups.Group.audience": (UNTOUCHED, "words out of a fixed list"),
    "zelfregie_groups.Group.sort_name": (UNTOUCHED, "follows from the name"),
    "zelfregie_groups.Group.search_text": (UNTOUCHED, "follows from the other fields"),
    "zelfregie_referrals.Practice.postal_code": ("6411 AB", "a postal code, checked"),
    "zelfregie_referrals.ReferralCard.code": (
        UNTOUCHED,
        "a code with a check; it tells its region by itself",
    ),
    "zelfregie_stories.Story.search_text": (UNTOUCHED, "follows from the other fields"),
    "zelfregie_stories.Story.slug": (UNTOUCHED, "follows from the title"),
    "auth.User.password": (UNTOUCHED, "an unusable password"),
    "wagtailusers.UserProfile.preferred_language": ("nl", "a code of a language"),
    "wagtailusers.UserProfile.current_time_zone": ("", "a name out of a fixed list"),
    "wagtailimages.Rendition.filter_spec": ("width-100", "a word of Wagtail's own"),
    "wagtailimages.Rendition.focal_point_key": ("", "a word of Wagtail's own"),
    "wagtailcore.Page.path": (UNTOUCHED, "a place in the tree"),
    "wagtailcore.Page.url_path": (UNTOUCHED, "follows from the slug"),
    "wagtailcore.Page.draft_title": (UNTOUCHED, "follows from the title"),
    "wagtailcore.Collection.path": (UNTOUCHED, "a place in the tree"),
    "wagtailcore.Comment.contentpath": ("title", "the name of a field"),
    "wagtailcore.Comment.position": ("", "figures"),
    "wagtailcore.PageLogEntry.action": ("wagtail.edit", "a word out of a fixed list"),
    "wagtailcore.ModelLogEntry.action": ("wagtail.edit", "a word out of a fixed list"),
    "wagtailcore.ModelLogEntry.object_id": ("7001", "a key"),
    "wagtailcore.WorkflowState.object_id": ("7001", "a key"),
    "wagtailadmin.EditingSession.object_id": ("7001", "a key"),
    "wagtailadmin.FormState.object_id": ("7001", "a key"),
}


class Values:
    """Makes values; each text gets the canary of its field in this region."""

    def __init__(self, canary: Callable[[str], str], figure: int) -> None:
        """Use this function to get the canary of a label, and this figure wherever one is asked."""
        self.canary, self.figure = canary, figure

    def text(self, label: str, limit: int | None) -> str:
        """Return the canary of a field, with the common word behind it when there is room."""
        canary = self.canary(label)
        longer = f"{canary} {COMMON_WORD}"
        return longer if limit is None or len(longer) <= limit else canary

    def of(self, field: models.Field, model: type[models.Model]) -> Any:
        """Return a value for a row of this model, or UNTOUCHED for a kind of field that gets none."""
        if (shaped := SHAPED.get(f"{field.model._meta.label}.{field.name}")) is not None:
            return shaped[0]
        label = f"{model._meta.label}.{field.name}"
        if field.choices:
            choices = [value for value, _label in field.flatchoices if value not in {"", None}]
            return choices[self.figure - 1 if field.unique else 0]
        limit = field.max_length
        match field:
            case StreamField():
                return [("paragraph", f"<p>{self.text(label, None)}</p>")]
            case models.ImageField():
                return ContentFile(picture(self.canary(label)), f"{self.canary(label)}.png")
            case models.FileField():
                return ContentFile(self.canary(label).encode(), f"{self.canary(label)}.txt")
            case models.SlugField():
                return self.canary(label)
            case models.EmailField():
                return f"{self.canary(label)}@voorbeeld.nl"
            case models.URLField():
                return f"https://{self.canary(label)}.example/"
            case models.CharField() | models.TextField() if limit is None or limit >= LENGTH:
                return self.text(label, limit)
            case ArrayField() if isinstance(field.base_field, (models.CharField, models.TextField)):
                return [field.base_field.flatchoices[0][0] if field.base_field.choices else self.canary(label)]
            case models.JSONField():
                return {self.canary(label): self.canary(label)} if field.get_default() in ({}, None) else UNTOUCHED
            case models.UUIDField():
                return uuid.uuid5(uuid.NAMESPACE_URL, self.canary(label))
            case models.BooleanField():
                return UNTOUCHED if field.has_default() else True
            case SearchVectorField() | models.AutoField():
                return UNTOUCHED
            case models.DateTimeField():
                return timezone.now()
            case models.DateField():
                return timezone.localdate()
            case models.TimeField():
                return dt.time(21 if "end" in field.name else 19, 30)
            case models.DurationField():
                return dt.timedelta(hours=1)
            case models.DecimalField():
                return Decimal(1)
            case models.IntegerField() | models.FloatField():
                return UNTOUCHED if field.has_default() or field.null else self.figure
        return UNTOUCHED


def holds_text(field: models.Field) -> bool:
    """Tell whether a canary belongs in this field: text that is not out of a list, a key or a figure."""
    label = f"{field.model._meta.label}.{field.name}"
    if field.choices or label in SHAPED or isinstance(field, StreamField):
        return isinstance(field, StreamField) and label not in SHAPED
    if isinstance(field, ArrayField):
        return isinstance(field.base_field, (models.CharField, models.TextField)) and not field.base_field.choices
    is_text = isinstance(field, (models.CharField, models.TextField, models.FileField))
    return is_text and (field.max_length is None or field.max_length >= LENGTH)


def picture(text: str) -> bytes:
    """Return a small PNG that holds a text."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", text)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#7a1f5c").save(out, "PNG", pnginfo=notes)
    return out.getvalue()
