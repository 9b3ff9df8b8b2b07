"""`zelfregie user reset-second-factor`, for who lost everything and has no administrator to ask."""

import base64

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.contrib.auth import get_user_model
from django.test import TestCase
from django.utils import timezone
from wagtail.models import ModelLogEntry

from zelfregie_core.domain import second_factor

RESET = ("user", "reset-second-factor")


@pytest.fixture
def users(noord, zuid, in_region, same_numbers):
    """Anna, with the same key, name and a second factor of her own in both regions."""
    same_numbers(get_user_model())
    made = {}
    for region in (noord, zuid):
        with in_region(region):
            made[region] = get_user_model().objects.create_user("Anna@example.org", "anna@example.org", "x")
            key = base64.b32decode(second_factor.begin(made[region]).key)
            now = timezone.now()
            code = HOTP(key, 6, SHA1()).generate(int(now.timestamp()) // 30).decode()  # noqa: S303 -- what apps use
            assert second_factor.confirm(made[region], code, at=now)
    return made


def test_reset_reaches_the_one_account_and_tells_its_owner(run, users, noord, zuid, in_region, mailoutbox):
    with TestCase.captureOnCommitCallbacks(execute=True):
        code, output = run(*RESET, "anna@EXAMPLE.org", "--region", "zuid")

    left = []
    for region in (noord, zuid):
        with in_region(region):
            left.append((second_factor.has_second_factor(users[region]), ModelLogEntry.objects.count()))
    assert (code, left) == (0, [(True, 1), (False, 2)])
    assert output == (
        "The second factor of anna@EXAMPLE.org in zuid is off. They can set it up anew after logging in.\n"
    )
    assert [message.to for message in mailoutbox] == [["anna@example.org"]]


@pytest.mark.parametrize(
    ("email", "region", "sentence"),
    [
        ("bea@example.org", "zuid", "There is no account of bea@example.org in zuid. "
         "Check the address and the region."),
        ("twee@example.org", "zuid", "There is more than one account of twee@example.org in zuid. "
         "Give the name with which they log in."),
        ("een@example.org", "zuid", "een@example.org has no second factor in zuid: there is nothing to reset."),
        ("een@example.org", "oost", "There is no region “oost”. Regions: landelijk, noord, zuid."),
    ],
)  # fmt: skip
def test_reset_says_what_is_wrong_and_changes_nothing(run, zuid, in_region, email, region, sentence):
    with in_region(zuid):
        for name, address in (("een", "een"), ("a", "twee"), ("b", "twee")):
            get_user_model().objects.create_user(name, f"{address}@example.org", "x")

    code, output = run(*RESET, email, "--region", region)

    assert (code, output) == (1, f"Error: {sentence}\n")
