"""Administrators read the register and answer a request of a person; nobody else does."""

import io
import zipfile

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as Role
from django.urls import reverse
from django_tenants.utils import tenant_context
from people_of_regions import ANNA, MADE, fill
from wagtail.models import ModelLogEntry

from zelfregie_core.domain.roles import GROUP_NAMES
from zelfregie_stories.models import Story

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def both(shared_rows, shared_numbers):
    """Anna is everything at once, in two regions, in rows with the same keys; beside her stands Bas."""
    for model in MADE:
        shared_numbers(model)
    for slug in ("noord", "zuid"):
        with tenant_context(shared_rows[slug]):
            fill(slug)
    return shared_rows["noord"], shared_rows["zuid"]


@pytest.fixture
def at_work(both, client):
    """A browser at noord in which Bas, an administrator, is logged in."""
    client.force_login(get_user_model().objects.get(email="bas@voorbeeld.nl"))
    return client


def test_administrator_reads_and_downloads_the_register(at_work):
    page = at_work.get(reverse("privacy:index")).content.decode()
    document = at_work.get(reverse("privacy:download"))

    for text in (page, document.content.decode()):
        assert "Verhalen van bezoekers" in text
        assert "uitdrukkelijke toestemming (AVG artikel 9, lid 2, onder a)" in text
    assert document["Content-Disposition"].startswith('attachment; filename="register-van-verwerkingen-')


def test_administrator_finds_hands_over_and_erases(at_work):
    url = reverse("privacy:person")
    found = at_work.post(url, {"email": ANNA.upper()}).content.decode()
    copy = at_work.post(url, {"email": ANNA, "act": "export"})
    mistyped = at_work.post(url, {"email": ANNA, "again": "hanna@voorbeeld.nl", "act": "erase"}).content.decode()
    untouched = Story.objects.count()
    done = at_work.post(url, {"email": ANNA, "again": "Anna@voorbeeld.nl", "act": "erase"}).content.decode()

    assert ("Verhalen van bezoekers: 2" in found, "zuid" in found) == (True, False)
    assert zipfile.ZipFile(io.BytesIO(copy.content)).namelist() == ["LEESMIJ.txt", "gegevens.html", "gegevens.json"]
    assert ("Dit is een ander adres. Er is niets gewist." in mistyped, untouched) == (True, 4)
    assert ("De gegevens zijn gewist." in done, "Er is niets gevonden, ook niet in teksten." in done) == (True, True)
    logged = ModelLogEntry.objects.filter(action__startswith="zelfregie_core.person_").order_by("pk")
    assert [line.action for line in logged] == ["zelfregie_core.person_exported", "zelfregie_core.person_erased"]
    assert "anna" not in str(list(logged.values())).casefold()


def test_administrator_cannot_erase_themselves_nor_look_for_what_is_no_address(at_work):
    url, own = reverse("privacy:person"), "bas@voorbeeld.nl"

    refused = at_work.post(url, {"email": own, "again": own, "act": "erase"}).content.decode()
    nonsense = at_work.post(url, {"email": "anna"}).content.decode()

    assert "Dit is je eigen account." in refused
    assert get_user_model().objects.filter(email=own).exists()
    assert "Dit is geen e-mailadres." in nonsense


@pytest.mark.parametrize("role", ["editor", "moderator", "coordinator"])
def test_nobody_else_sees_personal_data(both, client, role):
    user = get_user_model().objects.create_user(role, f"{role}@noord.test")
    user.groups.add(Role.objects.get(name=GROUP_NAMES[role]))
    client.force_login(user)

    answers = [client.get(reverse(f"privacy:{name}")) for name in ("index", "download", "person")]
    answers.append(client.post(reverse("privacy:person"), {"email": ANNA, "act": "export"}))

    assert [ANNA in answer.content.decode() or answer.status_code == 200 for answer in answers] == [False] * 4
