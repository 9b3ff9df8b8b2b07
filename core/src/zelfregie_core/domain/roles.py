"""The roles of a region and the exact permissions of each."""

from enum import StrEnum

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Model
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

    Idempotent, and a handful of queries when there is nothing to do, however many permissions there are: an upgrade
    does this in every region. Permissions that an administrator gave a role's group by hand are taken back, so that a
    role means the same in every region; groups that are not a role are left alone. Wagtail's own two starter groups are
    removed when nobody is in them; the roles that may publish take their place in Wagtail's workflow.

    :raises PluginError: when a plugin names a permission that does not exist.
    """
    with transaction.atomic():
        Group.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()
        wanted = _wanted_permissions()
        number = _permission_numbers(wanted)
        groups = _groups()
        root, collection = Page.get_first_root_node().pk, Collection.get_first_root_node().pk
        of_models: set[tuple[int, ...]] = set()
        of_pages: set[tuple[int, ...]] = set()
        of_collections: set[tuple[int, ...]] = set()
        for role, group in groups.items():
            of_models |= {(group.pk, number[name]) for _plugin, name in wanted[role]}
            of_pages |= {(group.pk, root, number[f"wagtailcore.{codename}"]) for codename in PAGE_PERMISSIONS[role]}
            of_collections |= {
                (group.pk, collection, number[_media_permission(codename)]) for codename in COLLECTION_PERMISSIONS[role]
            }
        _make_so(Group.permissions.through, groups, ("group_id", "permission_id"), of_models)
        _make_so(GroupPagePermission, groups, ("group_id", "page_id", "permission_id"), of_pages)
        _make_so(GroupCollectionPermission, groups, ("group_id", "collection_id", "permission_id"), of_collections)
        sync_approval([group for role, group in groups.items() if _may_publish(role)])


def _may_publish(role: Role) -> bool:
    return "publish_page" in PAGE_PERMISSIONS[role]


def _wanted_permissions() -> dict[Role, set[tuple[str, str]]]:
    wanted: dict[Role, set[tuple[str, str]]] = {role: set() for role in Role}
    for contributed in get_plugins().contributed("register_permission_sets"):
        role = Role(contributed.item.role)  # an unknown one was refused when the plugin was registered
        wanted[role] |= {(contributed.plugin, name) for name in contributed.item.permissions}
    return wanted


def _media_permission(codename: str) -> str:
    return f"{'wagtailimages' if codename.endswith('image') else 'wagtaildocs'}.{codename}"


def _permission_numbers(wanted: dict[Role, set[tuple[str, str]]]) -> dict[str, int]:
    """Return the primary keys of all permissions of this region by `app_label.codename`; refuse what does not exist."""
    rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    number = {f"{app_label}.{codename}": pk for app_label, codename, pk in rows}
    for plugin, name in sorted(set().union(*wanted.values())):
        if name not in number:
            raise PluginError(plugin, f"register_permission_sets names an unknown permission '{name}'.")
    return number


def _groups() -> dict[Role, Group]:
    found = {group.name: group for group in Group.objects.filter(name__in=GROUP_NAMES.values())}
    return {role: found.get(name) or Group.objects.create(name=name) for role, name in GROUP_NAMES.items()}


def _make_so(
    model: type[Model], groups: dict[Role, Group], fields: tuple[str, ...], wanted: set[tuple[int, ...]]
) -> None:
    """Let these groups have exactly these rows: delete the others, make what is missing."""
    existing = model._default_manager.filter(group__in=groups.values())
    present = {tuple(keys): pk for pk, *keys in existing.values_list("pk", *fields)}
    if surplus := [pk for keys, pk in present.items() if keys not in wanted]:
        existing.filter(pk__in=surplus).delete()
    missing = [model(**dict(zip(fields, keys, strict=True))) for keys in sorted(wanted - present.keys())]
    model._default_manager.bulk_create(missing)
