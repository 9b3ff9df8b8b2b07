"""Which fields look personal, and are declared neither as personal nor as not."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from wagtail.models import Page

from zelfregie_core.domain.privacy.declared import declarations, exceptions
from zelfregie_core.fields import EncryptedTextField

#: Parts of names of fields that hold something about a person more often than not.
_WORDS = re.compile(
    r"(^|_)(e?mail|phone|telefoon|mobile|address|adres|street|postal|postcode|zip|city|name|naam|author|host|owner|"
    r"person|people|contact|birth|gender|ip|operator|user|username|requested|created_by|changed_by|overridden_by|"
    r"finished_by|locked_by|uploaded|note|comment|message|reason|remark|text|body|answers?|password|avatar|session)"
    r"(_|$)",
    re.IGNORECASE,
)
_TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
_ALWAYS = (models.EmailField, models.GenericIPAddressField, EncryptedTextField)


def looks_personal(field: Any) -> bool:
    """True iff a field may hold something about a person, judged by its kind and its name."""
    if field.is_relation:
        return field.related_model is not None and issubclass(field.related_model, get_user_model())
    if isinstance(field, _ALWAYS):
        return True
    # Free text of any name: who may type anything may type a name.
    if isinstance(field, models.TextField | models.JSONField | models.BinaryField):
        return True
    return isinstance(field, _TEXTS) and not field.choices and _WORDS.search(field.name) is not None


def undeclared(labels: Iterable[str] | None = None) -> list[str]:
    """The fields that look personal and of which nobody said what they are, as ``app.Model.field``.

    :param labels: of the apps to look at; None: all that are installed.
    """
    declared = {(d.item.model.lower(), name) for d in declarations() for name in d.item.fields}
    declared |= {(item.model.lower(), name) for item in exceptions() for name in item.fields}
    wanted = None if labels is None else set(labels)
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if wanted is None or model._meta.app_label in wanted
        for field in _own_fields(model)
        if looks_personal(field) and (model._meta.label_lower, field.name) not in declared
    )


def _own_fields(model: Any) -> Iterator[Any]:
    """The fields of a model's own table. What editors publish on a page type is declared once, for all pages."""
    for field in [*model._meta.local_concrete_fields, *model._meta.local_many_to_many]:
        if issubclass(model, Page) and model is not Page and not isinstance(field, EncryptedTextField):
            continue
        yield field
