"""The address service is never asked while a group is locked: others would wait for it, two seconds at the most."""

import pytest
from address_service import address_service
from django.db import connection, transaction
from django.urls import reverse
from group_forms import form_of, group_form
from import_lists import ROW, new_source, preview
from psycopg.errors import LockNotAvailable

from zelfregie_core.domain.roles import Role
from zelfregie_groups.domain.editing import lock
from zelfregie_groups.domain.importing.runs import apply_run
from zelfregie_groups.domain.placing import place_group
from zelfregie_groups.models import Group
from zelfregie_tenants.domain.pooling import plain_connection

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = {"address": "Coriovallumstraat 9", "postal_code": "6411 CA", "city": "Heerlen"}
POINT = (50.886123, 5.978891)
ANSWER = {
    "type": "adres",
    "weergavenaam": "Coriovallumstraat 9, 6411CA Heerlen",
    "centroide_ll": "POINT(5.97889123 50.88612345)",
    "postcode": "6411CA",
    "woonplaatsnaam": "Heerlen",
    "gemeentecode": "0917",
}


@pytest.fixture
def asked(noord, settings):
    """A stand-in of the service; says for each question whether somebody held a lock on a group meanwhile."""
    found = []

    def answer(_path):
        found.append(is_locked(noord.schema_name))
        return 200, {"response": {"docs": [ANSWER]}}

    with address_service(settings, answer):
        yield found


def is_locked(schema):
    """Whether somebody else holds a lock on a row of the groups, as a connection of its own finds out."""
    with plain_connection() as session:
        try:
            session.execute(f'SELECT id FROM "{schema}".{Group._meta.db_table} FOR UPDATE NOWAIT')  # noqa: S608 -- our own names
        except LockNotAvailable:
            return True
    return False


def point(group):
    group.refresh_from_db()
    return group.latitude, group.longitude


def test_stand_in_sees_a_lock(asked, create_group):
    group = create_group("Rouwcafé", **ADDRESS)

    with transaction.atomic():
        lock([group.pk])
        place_group(group)

    assert asked == [True]


def test_editor_who_moves_a_group_holds_no_lock_while_the_service_is_asked(asked, login, create_group):
    group = create_group("Rouwcafé", city="Maastricht")
    client = login(Role.EDITOR)

    response = client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, **ADDRESS))

    assert (response.status_code, asked, point(group)) == (302, [False], POINT)


def test_editor_who_makes_a_group_holds_no_lock_while_the_service_is_asked(asked, login, create_group):
    create_group("Een andere groep")

    response = login(Role.EDITOR).post("/admin/groepen/new/", group_form(**ADDRESS))

    assert (response.status_code, asked) == (302, [False])
    assert point(Group.objects.get(city="Heerlen")) == POINT


def test_service_is_not_asked_about_what_cannot_be_saved(asked, login, create_group):
    group = create_group("Rouwcafé", city="Maastricht")
    client = login(Role.EDITOR)

    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, **ADDRESS, name=""))

    assert (asked, point(group)) == ([], (None, None))


def test_import_and_bulk_actions_ask_the_service_nothing(asked, login, create_group):
    create_group("Zangkoor", **ADDRESS)
    client = login(Role.EDITOR)

    apply_run(preview(new_source(), ROW | {"straat": "Coriovallumstraat 9", "postcode": "6411 CA"}))
    ids = "&".join(f"id={pk}" for pk in Group.objects.values_list("pk", flat=True))
    for action in ("unpublish", "publish", "confirm"):
        client.post(f"{reverse('groups_group:index')}bulk/{action}/?{ids}")

    assert (asked, Group.objects.exclude(confirmed_on=None).count()) == ([], 2)
    assert connection.in_atomic_block is False
