"""The roles of a region and the exact permissions of each."""

from enum import StrEnum

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from zelfregie_core.domain.approval import sync_approval
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins.manager import get_plugins


class Role(StrEnum):
    """Who works on a region's site. The value is used in manifests and by plugins."""

    EDITOR = "editor"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"


#: The names of the Wagtail groups, as editors see them. The database holds the Dutch name; it is a key, not a text.
GROUP_NAMES = {
    Role.EDITOR: "Redacteuren",
    Role.MODERATOR: "Moderatoren",
    Role.ADMINISTRATOR: "Beheerders",
    Role.COORDINATOR: "Coördinatoren",
}
ROLE_LABELS = {
    Role.EDITOR: _("Redacteur"),
    Role.MODERATOR: _("Moderator"),
    Role.ADMINISTRATOR: _("Beheerder"),
    Role.COORDINATOR: _("Coördinator"),
}

#: Page permissions, from the root of the tree down. Editors write and submit; moderators publish.
PAGE_PERMISSIONS = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.MODERATOR: ("add_page", "change_page", "publish_page"),
    Role.ADMINISTRATOR: (
        "add_page",
        "change_page",
        "publish_page",
        "bulk_delete_page",
        "lock_page",
        "unlock_page",
    ),
    Role.COORDINATOR: ("add_page", "change_page", "publish_page"),
}
#: Permissions on images and documents, in the root collection.
COLLECTION_PERMISSIONS = {
    Role.EDITOR: ("add_image", "choose_image", "add_document", "choose_document"),
    Role.MODERATOR: ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"),
    Role.ADMINISTRATOR: (
        "add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document",
    ),
    Role.COORDINATOR: ("add_image", "choose_image", "add_document", "choose_document"),
}  # fmt: skip


def sync_roles() -> None:
    """Give each role's group in the current region exactly its permissions: core's and the plugins'.

    Idempotent. Permissions that an administrator gave a role's group by hand are taken back, so that a role means the
    same in every region; groups that are not a role are left alone. Wagtail's own two starter groups are removed when
    nobody is in them; the roles that may publish take their place in Wagtail's workflow.

    :raises PluginError: when a plugin names a permission that does not exist.
    """
    with transaction.atomic():
        Group.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()
        wanted = _wanted_permissions()
        root = Page.get_first_root_node()
        collection = Collection.get_first_root_node()
        available = {
            (permission.content_type.app_label, permission.codename): permission
            for permission in Permission.objects.select_related("content_type")
        }
        for role in Role:
            group, _created = Group.objects.get_or_create(name=GROUP_NAMES[role])
            permissions = []
            for plugin, name in sorted(wanted[role]):
                app_label, _dot, codename = name.partition(".")
                if (app_label, codename) not in available:
                    raise PluginError(plugin, f"register_permission_sets names an unknown permission '{name}'.")
                permissions.append(available[app_label, codename])
            group.permissions.set(permissions)
            _sync_scoped(
                GroupPagePermission.objects.filter(group=group),
                lambda permission, group=group: GroupPagePermission(group=group, page=root, permission=permission),
                [available["wagtailcore", codename] for codename in PAGE_PERMISSIONS[role]],
            )
            _sync_scoped(
                GroupCollectionPermission.objects.filter(group=group),
                lambda permission, group=group: GroupCollectionPermission(
                    group=group, collection=collection, permission=permission
                ),
                [
                    available["wagtailimages" if codename.endswith("image") else "wagtaildocs", codename]
                    for codename in COLLECTION_PERMISSIONS[role]
                ],
            )
        sync_approval(list(Group.objects.filter(name__in=[GROUP_NAMES[role] for role in Role if _may_publish(role)])))


def _may_publish(role: Role) -> bool:
    return "publish_page" in PAGE_PERMISSIONS[role]


def _wanted_permissions() -> dict[Role, set[tuple[str, str]]]:
    wanted: dict[Role, set[tuple[str, str]]] = {role: set() for role in Role}
    for contributed in get_plugins().contributed("register_permission_sets"):
        role = Role(contributed.item.role)  # an unknown one was refused when the plugin was registered
        wanted[role] |= {(contributed.plugin, name) for name in contributed.item.permissions}
    return wanted


def _sync_scoped(existing, make, permissions) -> None:  # type: ignore[no-untyped-def]
    """Make the rows that are missing and delete those that are not wanted."""
    keep = {permission.pk for permission in permissions}
    existing.exclude(permission__in=keep).delete()
    present = set(existing.values_list("permission_id", flat=True))
    for permission in permissions:
        if permission.pk not in present:
            make(permission).save()
