"""The personal link of a practice: made when it is needed, stored nowhere.

A token is the practice's ``link_key`` (random, in the database) followed by a signature of it (with the installation's
secret). Who reads the database cannot make a link; who guesses has 128 bits to go. Renewing replaces the key.
"""

import base64

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from zelfregie_referrals.models import Practice
from zelfregie_referrals.models.practice import new_link_key

KEY_LENGTH = 16
SIGNATURE_LENGTH = 22
SALT = "zelfregie_referrals.practice_link"


def token_of(practice: Practice) -> str:
    """The secret part of a practice's personal link."""
    return practice.link_key + _signature(practice.link_key, settings.SECRET_KEY)


def practice_of(token: str) -> Practice | None:
    """The practice whose link this is, or None: wrong, renewed, of another region, or switched off."""
    if len(token) != KEY_LENGTH + SIGNATURE_LENGTH:
        return None
    key, signature = token[:KEY_LENGTH], token[KEY_LENGTH:]
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(signature, _signature(key, secret)) for secret in secrets):
        return None
    return Practice.objects.active().filter(link_key=key).first()


def renew_link(practice: Practice) -> None:
    """Give a practice a new link; the old one stops working at once."""
    practice.link_key = new_link_key()
    practice.link_sent_at = None
    practice.save(update_fields=["link_key", "link_sent_at"])


def _signature(key: str, secret: str) -> str:
    digest = salted_hmac(SALT, key, secret=secret, algorithm="sha256").digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
