"""Model fields of our own: StreamField with blocks from plugins, and text that is encrypted at rest."""

import json
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import cached_property
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField

from zelfregie_core.encryption import OLD_FORM, UnknownKey, decrypt, encrypt, is_encrypted


class PluginStreamField(StreamField):
    """A StreamField that offers core's blocks and those of all installed plugins.

    Two seams of Wagtail are used on purpose, and held by tests:

    * ``stream_block`` is read only after the apps are ready, so the blocks of plugins are known then;
    * ``deconstruct`` leaves the blocks out of migrations, so that a new plugin needs no migration of core.

    The block set never depends on the region: a block that a region does not use stays in its pages.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    @cached_property
    def stream_block(self) -> StreamBlock:
        from zelfregie_core.blocks import build_stream_block  # noqa: PLC0415 -- plugins' blocks need loaded models

        block = build_stream_block()
        block.set_meta_options(self.block_opts)
        return block

    def deconstruct(self) -> tuple[Any, Any, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = models.Field.deconstruct(self)
        return name, path, [], kwargs


class EncryptedTextField(models.TextField):
    """Text that the database holds only encrypted; see ``zelfregie_core.encryption``.

    The first of ``ZELFREGIE_ENCRYPTION_KEYS`` encrypts; all of them decrypt, so keys can be rotated. The field cannot
    be searched or sorted on.

    :param may_be_plain: for a column that was not encrypted before: what is still plain is read as it is, until
        ``zelfregie privacy rotate-keys`` or the nightly task has encrypted it. Processes of the release before can so
        go on while the fleet is upgraded.
    """

    description = "Text, encrypted at rest"
    #: How the database reads what is stored, as text that is empty or NULL where there is nothing to encrypt.
    stored_sql = "{column}"

    def __init__(self, *args: Any, may_be_plain: bool = False, **kwargs: Any) -> None:
        self.may_be_plain = may_be_plain
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[Any, Any, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"may_be_plain": True} if self.may_be_plain else {})}

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value in (None, "") else encrypt(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value in (None, "") or (self.may_be_plain and not is_encrypted(value)):
            return value
        try:
            return decrypt(value)
        except UnknownKey as error:
            which = "" if error.key == OLD_FORM else f" (key id {error.key})"
            raise ImproperlyConfigured(
                f"A value of {self.model.__name__}.{self.name} was encrypted with a key that is not in "
                f"ZELFREGIE_ENCRYPTION_KEYS{which}. Add the old key to the end of the list."
            ) from error

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched ({lookup_name}).")
        return super().get_lookup(lookup_name)


class EncryptedLineField(EncryptedTextField):
    """One encrypted line: a title or a name. ``max_length`` is that of the text; the database does not know it."""

    description = "A line of text, encrypted at rest"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length:
            self.validators = [*self.validators, MaxLengthValidator(self.max_length)]

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"max_length": self.max_length, **kwargs})


class EncryptedJSONField(EncryptedTextField):
    """JSON that the database holds only encrypted, as one string in a column of JSON.

    So a ``JSONField`` becomes one without a change of its column: what is an object or a list is not encrypted yet, and
    is read as it is. Empty ones stay plain.
    """

    description = "JSON, encrypted at rest"
    stored_sql = "NULLIF(NULLIF({column} #>> '{{}}', '{{}}'), '[]')"

    def get_internal_type(self) -> str:
        return "JSONField"

    def to_python(self, value: Any) -> Any:
        return json.loads(decrypt(value)) if isinstance(value, str) and is_encrypted(value) else value

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(json.dumps(value)) if value not in (None, "", {}, []) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return None if value is None else connection.ops.adapt_json_value(value, None)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        stored = None if value is None else json.loads(value)
        if not isinstance(stored, str) or not is_encrypted(stored):
            return stored
        return json.loads(super().from_db_value(stored, expression, connection))

    def value_to_string(self, obj: Any) -> Any:
        return self.value_from_object(obj)
