"""Who may do what with groups in the admin."""

import pytest
from group_forms import form_of, group_form

from zelfregie_core.domain.roles import Role
from zelfregie_groups.domain.history import remember

pytestmark = pytest.mark.django_db
LIST = "/admin/groepen/"

#: Page -> who reaches it. Who may not is sent to the dashboard, with a message; a visitor to the login.
EDITORS = {Role.EDITOR, Role.MODERATOR, Role.ADMINISTRATOR}
MODERATORS = {Role.MODERATOR, Role.ADMINISTRATOR}
PAGES = {
    "": EDITORS,
    "results/": EDITORS,
    "new/": EDITORS,
    "edit/{one}/": EDITORS,
    "history/{one}/": EDITORS,
    "history/{one}/vergelijk/?oud={version}": EDITORS,
    "history/{one}/terug/{version}/": EDITORS,
    "bulk/publish/?id={one}": EDITORS,
    "bulk/unpublish/?id={one}": EDITORS,
    "bulk/confirm/?id={one}": EDITORS,
    "bulk/status/?id={one}": EDITORS,
    "bulk/add-theme/?id={one}": EDITORS,
    "bulk/remove-theme/?id={one}": EDITORS,
    "dubbel/": EDITORS,
    "delete/{one}/": MODERATORS,
    "bulk/delete/?id={one}": MODERATORS,
    "samenvoegen/{one}/{other}/": MODERATORS,
}
ACTIONS = {
    "new/": EDITORS,
    "edit/{one}/": EDITORS,
    "nagekeken/{one}/": EDITORS,
    "history/{one}/terug/{version}/": EDITORS,
    "bulk/publish/?id={one}": EDITORS,
    "bulk/status/?id={one}": EDITORS,
    "dubbel/": EDITORS,
    "bulk/delete/?id={other}": MODERATORS,
    "samenvoegen/{one}/{other}/": MODERATORS,
    "delete/{one}/": MODERATORS,
}
EVERYBODY = [None, Role.EDITOR, Role.MODERATOR, Role.ADMINISTRATOR, Role.COORDINATOR]


@pytest.fixture(scope="module")
def known(shared_rows, create_shared_group):
    """Two groups, and a version of the first."""
    one, other = (create_shared_group("Rouwcafé", city="Heerlen") for _time in range(2))
    remember([one.pk])
    return {"one": one, "other": other, "version": one.revisions.get()}


def address(path, known):
    return LIST + path.format(**{name: thing.pk for name, thing in known.items()})


@pytest.mark.parametrize("role", EVERYBODY)
def test_pages_open_for_who_may(client, login, known, role):
    visitor = login(role) if role else client

    reached = {path for path in PAGES if visitor.get(address(path, known)).status_code == 200}

    assert reached == {path for path, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("path", ACTIONS)
def test_actions_are_refused_on_the_server(client, login, known, role, path):
    visitor = login(role) if role else client
    data = form_of(known["one"], cost="2 euro") if path.startswith("edit/") else group_form()
    data |= {"first": known["one"].pk, "second": known["other"].pk, "keep": "first", "status": "full"}

    response = visitor.post(address(path, known), data)

    sent_away = response.status_code == 302 and response["Location"].split("?")[0] in ("/admin/", "/admin/login/")
    assert sent_away is (role not in ACTIONS[path])
