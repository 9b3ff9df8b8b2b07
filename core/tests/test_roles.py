"""Roles: exactly these permissions, in every region, again and again."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page, Workflow

from zelfregie_core.domain.roles import GROUP_NAMES, Role, sync_roles
from zelfregie_core.plugins import PermissionSet, PluginError, hookimpl

pytestmark = pytest.mark.django_db


def page_permissions(role: Role) -> set[str]:
    group = Group.objects.get(name=GROUP_NAMES[role])
    return set(group.page_permissions.values_list("permission__codename", flat=True))


def test_roles_have_exactly_their_page_permissions(noord) -> None:
    assert {role: page_permissions(role) for role in Role} == {
        Role.EDITOR: {"add_page", "change_page"},
        Role.MODERATOR: {"add_page", "change_page", "publish_page"},
        Role.ADMINISTRATOR: {
            "add_page",
            "change_page",
            "publish_page",
            "bulk_delete_page",
            "lock_page",
            "unlock_page",
        },
        Role.COORDINATOR: {"add_page", "change_page", "publish_page"},
    }


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.EDITOR, set()),
        (Role.MODERATOR, {"zelfregie_core.change_theme"}),
        (
            Role.ADMINISTRATOR,
            {
                "zelfregie_core.change_theme",
                "zelfregie_core.change_branding",
                "zelfregie_core.change_sitesettings",
                "auth.change_user",
            },
        ),
        (Role.COORDINATOR, set()),
    ],
)
def test_role_may_change_only_its_own_things(noord, role: Role, may: set[str]) -> None:
    user = get_user_model().objects.create_user("iemand", "iemand@example.org", "geheim-genoeg-1")
    user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
    asked = {
        "zelfregie_core.change_theme",
        "zelfregie_core.change_branding",
        "zelfregie_core.change_sitesettings",
        "auth.change_user",
        "auth.add_group",
        "wagtailcore.change_site",
    }

    assert {name for name in asked if user.has_perm(name)} == may
    assert user.has_perm("wagtailadmin.access_admin")
    assert not user.is_superuser


def test_syncing_again_changes_nothing(noord, django_assert_max_num_queries) -> None:
    def state():
        return sorted(
            Group.objects.values_list("name", "permissions__codename", "page_permissions__permission__codename")
        )

    before = state()

    with django_assert_max_num_queries(20):
        sync_roles()

    assert state() == before


def test_permission_given_by_hand_is_taken_back_and_a_missing_one_restored(noord) -> None:
    group = Group.objects.get(name=GROUP_NAMES[Role.EDITOR])
    group.permissions.add(Permission.objects.get(codename="change_branding"))
    group.page_permissions.all().delete()
    home = Page.objects.get(depth=2)
    for codename in ("add_page", "publish_page"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=home, permission=permission)

    sync_roles()

    assert not group.permissions.filter(codename="change_branding").exists()
    assert page_permissions(Role.EDITOR) == {"add_page", "change_page"}
    assert {permission.page.depth for permission in group.page_permissions.all()} == {1}


def test_groups_that_are_no_role_are_left_alone(noord) -> None:
    own = Group.objects.create(name="Werkgroep website")
    own.permissions.add(Permission.objects.get(codename="change_branding"))

    sync_roles()

    assert list(own.permissions.values_list("codename", flat=True)) == ["change_branding"]


def test_unknown_permission_of_a_plugin_is_named_and_changes_nothing(noord, temporary_plugin) -> None:
    @hookimpl
    def register_permission_sets():
        return [PermissionSet("editor", ("zelfregie_core.add_nothing",))]

    temporary_plugin("proef", register_permission_sets=register_permission_sets)

    with pytest.raises(PluginError) as refused:
        sync_roles()

    message = "Plugin 'proef': register_permission_sets names an unknown permission 'zelfregie_core.add_nothing'."
    assert str(refused.value) == message
    assert page_permissions(Role.EDITOR) == {"add_page", "change_page"}


def test_page_that_an_editor_submits_goes_to_the_roles_that_may_publish(noord) -> None:
    sync_roles()

    workflows = {
        workflow.name: [set(task.specific.groups.values_list("name", flat=True)) for task in workflow.tasks]
        for workflow in Workflow.objects.all()
    }

    assert workflows == {"een moderator": [{"Moderatoren", "Beheerders", "Coördinatoren"}]}
