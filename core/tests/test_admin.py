"""The admin in the region's own name."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Branding

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(noord):
    user = get_user_model().objects.create_user("an@example.org", "an@example.org", "goed-wachtwoord-1")
    user.groups.add(Group.objects.get(name=GROUP_NAMES[Role.EDITOR]))
    return user


def test_login_page_names_the_region_and_asks_for_an_address(client, noord) -> None:
    html = client.get("/admin/login/").content.decode()

    assert "Inloggen bij Zelfregie Noord" in html
    assert "E-mailadres" in html
    assert "Password" not in html


def test_wrong_password_says_what_to_do(client, editor) -> None:
    response = client.post("/admin/login/", {"username": "an@example.org", "password": "fout"})

    assert response.context["form"].non_field_errors() == [
        "Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog eens."
    ]


def test_editor_logs_in_with_the_address_and_sees_the_name_of_the_region(client, editor) -> None:
    client.post("/admin/login/", {"username": "an@example.org", "password": "goed-wachtwoord-1"})

    html = client.get("/admin/").content.decode()

    assert Branding.load().site_name in html
    assert "gravatar" not in html


def test_editor_may_not_open_settings_or_users(client, editor) -> None:
    client.force_login(editor)

    answers = {
        path: client.get(path).status_code
        for path in [
            "/admin/settings/zelfregie_core/branding/",
            "/admin/users/",
            "/admin/core_themes/",
            "/admin/sites/",
        ]
    }

    # Wagtail sends who may not on to the dashboard, with a message.
    assert answers == dict.fromkeys(answers, 302)
