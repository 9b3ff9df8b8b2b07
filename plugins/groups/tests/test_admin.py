"""Groups in the Wagtail admin."""

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User

from zelfregie_core.domain.roles import GROUP_NAMES, Role, sync_roles
from zelfregie_core.models import Theme
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Rouwcafé",
    "audience": ["self"],
    "languages": ["nl"],
    "form": "in_person",
    "status": "active",
    "published": "on",
    "postal_code": "6411 AB",
    "city": "Heerlen",
    "host_email": "anna@voorbeeld.nl",
    "schedules-TOTAL_FORMS": "1",
    "schedules-INITIAL_FORMS": "0",
    "schedules-MIN_NUM_FORMS": "0",
    "schedules-MAX_NUM_FORMS": "1000",
    "schedules-0-weekday": "2",
    "schedules-0-frequency": "weekly",
    "schedules-0-start_time": "19:30",
    "schedules-0-end_time": "21:00",
    "schedules-0-id": "",
    "schedules-0-DELETE": "",
}


@pytest.fixture
def login(client):
    def login_as(role):
        sync_roles()
        user = User.objects.create_user(f"{role}@voorbeeld.nl", password="x")
        user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[role]))
        client.force_login(user)
        return client

    return login_as


def test_editor_makes_a_group_that_is_placed_and_published(login):
    client = login(Role.EDITOR)
    theme = Theme.objects.get(slug="rouw")

    response = client.post("/admin/groepen/new/", FORM | {"themes": [theme.pk]})

    group = Group.objects.get()
    assert response.status_code == 302
    assert (group.slug, group.has_point, group.host_email) == ("rouwcafe-heerlen", True, "anna@voorbeeld.nl")
    assert [line.text for line in group.schedules.all()] == ["dinsdag, 19.30 tot 21.00 uur, elke week"]
    assert list(group.themes.all()) == [theme]


def test_editor_moves_a_group_and_its_coordinates_follow(login, create_group):
    client = login(Role.EDITOR)
    group = create_group("Rouwcafé", city="Heerlen", postal_code="6411 AB", latitude=50.8882, longitude=5.9795)
    data = FORM | {"slug": group.slug, "latitude": "50.8882", "longitude": "5.9795", "city": "Maastricht",
                   "postal_code": "6211 AA", "schedules-TOTAL_FORMS": "0"}  # fmt: skip

    response = client.post(f"/admin/groepen/edit/{group.pk}/", data)

    group.refresh_from_db()
    assert response.status_code == 302
    assert (group.city, round(group.longitude, 1)) == ("Maastricht", 5.7)


@pytest.mark.parametrize(
    "change",
    [{"schedules-0-end_time": "18:00"}, {"latitude": "50.8"}, {"host_email": "geen adres"}, {"name": ""},
     {"latitude": "95", "longitude": "5"}],
)  # fmt: skip
def test_editor_is_told_what_is_wrong(login, change):
    response = login(Role.EDITOR).post("/admin/groepen/new/", FORM | change)

    assert (response.status_code, Group.objects.count()) == (200, 0)


def test_list_finds_by_synonym_and_by_number(login, create_group):
    client = login(Role.EDITOR)
    Theme.objects.filter(slug="rouw").update(synonyms=["overleden"])
    create_group("Rouwcafé", source_id="zl-1")
    create_group("Iets anders", themes=())

    page = client.get("/admin/groepen/?q=overleden").content.decode()
    by_number = client.get("/admin/groepen/?q=zl-1").content.decode()

    assert ("Rouwcafé" in page, "Iets anders" in page) == (True, False)
    assert ("Rouwcafé" in by_number, "Iets anders" in by_number) == (True, False)


@pytest.mark.parametrize("query", ["status=full", "form=online", "themes=1", "published=true", "ordering=-changed_at"])
def test_list_filters(login, create_group, query):
    create_group("Rouwcafé")

    assert login(Role.EDITOR).get(f"/admin/groepen/?{query}").status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 302), (Role.MODERATOR, 200), (Role.ADMINISTRATOR, 200)])
def test_only_moderators_and_administrators_remove_groups(login, create_group, role, status):
    group = create_group("Rouwcafé")

    assert login(role).get(f"/admin/groepen/delete/{group.pk}/").status_code == status


def test_coordinator_has_no_groups_menu(login):
    assert login(Role.COORDINATOR).get("/admin/groepen/").status_code == 302


def test_edit_page_links_to_the_site(login, finder, create_group):
    group = create_group("Rouwcafé", slug="rouwcafe")

    assert "/groepen/rouwcafe/" in login(Role.EDITOR).get(f"/admin/groepen/edit/{group.pk}/").content.decode()
