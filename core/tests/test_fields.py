"""Encrypted text: unreadable in the database, readable with any of the keys."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from zelfregie_core.fields import EncryptedTextField

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class Holder:
    """Stands for a model in messages."""


@pytest.fixture
def field() -> EncryptedTextField:
    field = EncryptedTextField()
    field.name, field.model = "contact", Holder
    return field


def test_stored_text_does_not_show_what_it_says(field: EncryptedTextField, settings) -> None:
    settings.ZELFREGIE_ENCRYPTION_KEYS = [NEW]

    stored = field.get_prep_value("anna@example.org")

    assert "anna" not in stored
    assert field.from_db_value(stored, None, None) == "anna@example.org"


def test_rotated_key_still_reads_old_rows(field: EncryptedTextField, settings) -> None:
    settings.ZELFREGIE_ENCRYPTION_KEYS = [OLD]
    stored = field.get_prep_value("oud geheim")

    settings.ZELFREGIE_ENCRYPTION_KEYS = [NEW, OLD]

    assert field.from_db_value(stored, None, None) == "oud geheim"


def test_lost_key_is_told_with_the_remedy(field: EncryptedTextField, settings) -> None:
    settings.ZELFREGIE_ENCRYPTION_KEYS = [OLD]
    stored = field.get_prep_value("geheim")
    settings.ZELFREGIE_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(ImproperlyConfigured, match=r"Holder\.contact was encrypted with a key that is not in"):
        field.from_db_value(stored, None, None)


def test_without_keys_nothing_is_stored_in_the_clear(field: EncryptedTextField, settings) -> None:
    settings.ZELFREGIE_ENCRYPTION_KEYS = []

    with pytest.raises(ImproperlyConfigured, match="ZELFREGIE_ENCRYPTION_KEYS is empty"):
        field.get_prep_value("geheim")


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_stays_nothing(field: EncryptedTextField, empty: str | None) -> None:
    assert field.get_prep_value(empty) == empty
    assert field.from_db_value(empty, None, None) == empty


def test_encrypted_text_cannot_be_searched(field: EncryptedTextField) -> None:
    with pytest.raises(TypeError, match="cannot be searched"):
        field.get_lookup("exact")
