"""The admin in the region's own name."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Page, ReferenceIndex

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Branding, Theme, ThemePage

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


def test_theme_with_a_page_is_not_deleted_also_when_wagtails_index_lags_behind(client, noord) -> None:
    boss = get_user_model().objects.create_superuser("baas@example.org", "baas@example.org", "goed-wachtwoord-1")
    client.force_login(boss)
    theme = Theme.objects.create(name="Proef", slug="proef")
    Page.objects.get(depth=2).add_child(instance=ThemePage(title="Proef", slug="proef", theme=theme))
    ReferenceIndex.objects.all().delete()

    response = client.post(f"/admin/core_themes/delete/{theme.pk}/", follow=True)

    assert "Dit thema heeft een eigen pagina. Verwijder eerst die pagina." in response.content.decode()
    assert Theme.objects.filter(pk=theme.pk).exists()
