"""Model fields of our own: StreamField with blocks from plugins, and text that is encrypted at rest."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.functional import cached_property
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField


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
    """Text that the database holds only encrypted (Fernet: AES-128-CBC with HMAC-SHA256).

    The first of ``ZELFREGIE_ENCRYPTION_KEYS`` encrypts; all of them decrypt, so keys can be rotated. The field cannot
    be searched or sorted on.
    """

    description = "Text, encrypted at rest"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        return _fernet().encrypt(value.encode()).decode("ascii")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value in (None, ""):
            return value
        try:
            return _fernet().decrypt(value.encode("ascii")).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                f"A value of {self.model.__name__}.{self.name} was encrypted with a key that is not in "
                "ZELFREGIE_ENCRYPTION_KEYS. Add the old key to the end of the list."
            ) from error

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched ({lookup_name}).")
        return super().get_lookup(lookup_name)


def _fernet() -> MultiFernet:
    keys = settings.ZELFREGIE_ENCRYPTION_KEYS
    if not keys:
        raise ImproperlyConfigured(
            "ZELFREGIE_ENCRYPTION_KEYS is empty: personal text cannot be stored. "
            "Make a key with `zelfregie key` and set it."
        )
    return _cipher(tuple(keys))


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str | bytes, ...]) -> MultiFernet:
    """The cipher of these keys; making one costs more than decrypting a short text with it."""
    return MultiFernet([Fernet(key) for key in keys])
