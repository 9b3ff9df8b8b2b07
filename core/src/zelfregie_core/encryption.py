"""Text that is encrypted at rest: which key encrypted it, and doing it over with another one.

What is stored is ``<key id>:<token>``. The id tells which key is needed without telling anything about it, so that
rows of an old key can be found and counted by the database, and a backup can say which keys it needs. Texts of before
key ids are a bare token (Fernet: AES-128-CBC with HMAC-SHA256); they are read with whichever key fits.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ID_LENGTH = 8
#: What stands before a token, as the database's regular expressions and Python's understand it.
WITH_ID = rf"^[0-9a-f]{{{ID_LENGTH}}}:gAAAA"
#: How a bare token of before key ids begins.
BARE = "gAAAA"
#: In the place of an id: encrypted before key ids, and not encrypted at all.
OLD_FORM, PLAIN = "old form", "not encrypted"
#: 32 random bytes have about 30 different ones; fewer than this is no chance but a key that somebody made up.
FEWEST_DIFFERENT_BYTES = 20
_SPLIT = re.compile(rf"([0-9a-f]{{{ID_LENGTH}}}):({BARE}.*)", re.DOTALL)


class UnknownKey(Exception):
    """None of our keys reads a text.

    :param key: the id of the key that is needed; ``OLD_FORM`` when the text does not say.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def key_id(key: str | bytes) -> str:
    """Return by what a key is known. It can be told to anybody: the key does not follow from it."""
    text = key if isinstance(key, bytes) else key.encode()
    return hashlib.sha256(b"zelfregie encryption key " + text).hexdigest()[:ID_LENGTH]


def known_ids() -> list[str]:
    """The ids of the keys of this installation; the first one encrypts."""
    return [key_id(key) for key in _keys()]


def encrypt(text: str) -> str:
    """Encrypt a text with the first key.

    :raises ImproperlyConfigured: there is no key.
    """
    first = _keys()[0]
    return f"{key_id(first)}:{_cipher((first,)).encrypt(text.encode()).decode('ascii')}"


def decrypt(stored: str) -> str:
    """Read a stored text.

    :raises UnknownKey: none of our keys fits, or it was damaged.
    :raises ImproperlyConfigured: there is no key.
    """
    keys = _keys()
    found = _SPLIT.fullmatch(stored)
    wanted, token = (found[1], found[2]) if found else (OLD_FORM, stored)
    fitting = tuple(key for key in keys if key_id(key) == wanted) if found else keys
    if not fitting:
        raise UnknownKey(wanted)
    try:
        return _cipher(fitting).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise UnknownKey(wanted) from error


def is_encrypted(stored: str) -> bool:
    """True iff a stored text has the form of an encrypted one."""
    return stored.startswith(BARE) or _SPLIT.fullmatch(stored) is not None


def key_problems(keys: Sequence[str | bytes]) -> list[str]:
    """What is wrong with a list of keys, as sentences that name a key by its place and never show it."""
    if not keys:
        return ["there is none"]
    problems = []
    for number, key in enumerate(keys, start=1):
        try:
            raw = base64.urlsafe_b64decode(key)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != 32:
            problems.append(f"key {number} is no key: it must be 32 bytes in url-safe base64")
        elif len(set(raw)) < FEWEST_DIFFERENT_BYTES:
            problems.append(f"key {number} can be guessed: it is not made of random bytes")
    if len({bytes(key) if isinstance(key, bytes) else key.encode() for key in keys}) != len(keys):
        problems.append("a key is there twice")
    return problems


def _keys() -> tuple[str | bytes, ...]:
    keys = tuple(settings.ZELFREGIE_ENCRYPTION_KEYS)
    if not keys:
        raise ImproperlyConfigured(
            "ZELFREGIE_ENCRYPTION_KEYS is empty: personal text cannot be stored. "
            "Make a key with `zelfregie key` and set it."
        )
    return keys


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str | bytes, ...]) -> MultiFernet:
    """The cipher of these keys; making one costs more than decrypting a short text with it."""
    return MultiFernet([Fernet(key) for key in keys])
