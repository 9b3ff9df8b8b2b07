"""The safety net of the directory: what Django's own saves and deletes tell, whoever does them.

The ways of writing of this plugin call ``groups_changed`` themselves, once. A save that no such function stands around
(the shell, another plugin, a way of writing that forgot) is noticed here, and the directory follows in the same
transaction. Bulk writes and ``update()`` send no signals: they call ``groups_changed``, or wait for the nightly check.
"""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from wagtail.models import PageViewRestriction
from wagtail.signals import post_page_move

from zelfregie_core.domain.directory import rebuild_listings
from zelfregie_core.models import Theme
from zelfregie_groups.domain.changes import PLUGIN, group_was_written, groups_changed
from zelfregie_groups.models import Group, GroupFinderPage, Schedule, ScheduleException

NAME = "zelfregie_groups"


def group_saved(instance: Group, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        group_was_written(instance.pk)


def group_deleted(instance: Group, **_kwargs: Any) -> None:
    group_was_written(instance.pk)


def part_saved(instance: Schedule | ScheduleException, raw: bool = False, **_kwargs: Any) -> None:
    if not raw and instance.group_id:
        group_was_written(instance.group_id)


def part_deleted(instance: Schedule | ScheduleException, origin: Any = None, **_kwargs: Any) -> None:
    """A part that goes with its group is told by the group."""
    if not isinstance(origin, Group) and getattr(origin, "model", None) is not Group:
        group_was_written(instance.group_id)


def themes_of_group_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_kwargs: Any) -> None:
    if action not in {"post_add", "post_remove", "pre_clear", "post_clear"}:
        return
    if not reverse:
        group_was_written(instance.pk)
    elif action == "pre_clear":
        instance._groups_before = list(instance.groups.values_list("pk", flat=True))
    else:
        groups_changed(pk_set or instance.__dict__.pop("_groups_before", ()))


def theme_saved(instance: Theme, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Its name and synonyms are words by which its groups are found."""
    if not raw and not created:
        groups_changed(instance.groups.values_list("pk", flat=True))


def theme_before_deletion(instance: Theme, **_kwargs: Any) -> None:
    instance._groups_before = list(instance.groups.values_list("pk", flat=True))


def theme_deleted(instance: Theme, **_kwargs: Any) -> None:
    groups_changed(instance.__dict__.pop("_groups_before", ()))


def finder_changed(instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    """Groups have their pages below the finder; without it they have none."""
    if not raw and isinstance(instance, GroupFinderPage):
        rebuild_listings(PLUGIN)


def finder_moved(instance: Any, **_kwargs: Any) -> None:
    if isinstance(instance.specific_deferred, GroupFinderPage):
        rebuild_listings(PLUGIN)


def restriction_changed(instance: PageViewRestriction, raw: bool = False, **_kwargs: Any) -> None:
    """What is behind a password is not for the whole country."""
    if not raw:
        rebuild_listings(PLUGIN)


def connect() -> None:
    """Connect everything, once per process."""
    post_save.connect(group_saved, Group, dispatch_uid=f"{NAME}.group_saved")
    post_delete.connect(group_deleted, Group, dispatch_uid=f"{NAME}.group_deleted")
    for part in (Schedule, ScheduleException):
        post_save.connect(part_saved, part, dispatch_uid=f"{NAME}.{part.__name__}.saved")
        post_delete.connect(part_deleted, part, dispatch_uid=f"{NAME}.{part.__name__}.deleted")
    m2m_changed.connect(themes_of_group_changed, Group.themes.through, dispatch_uid=f"{NAME}.themes")
    post_save.connect(theme_saved, Theme, dispatch_uid=f"{NAME}.theme_saved")
    pre_delete.connect(theme_before_deletion, Theme, dispatch_uid=f"{NAME}.theme_before_deletion")
    post_delete.connect(theme_deleted, Theme, dispatch_uid=f"{NAME}.theme_deleted")
    post_save.connect(finder_changed, GroupFinderPage, dispatch_uid=f"{NAME}.finder_saved")
    post_delete.connect(finder_changed, GroupFinderPage, dispatch_uid=f"{NAME}.finder_deleted")
    post_save.connect(restriction_changed, PageViewRestriction, dispatch_uid=f"{NAME}.restriction_saved")
    post_delete.connect(restriction_changed, PageViewRestriction, dispatch_uid=f"{NAME}.restriction_deleted")
    post_page_move.connect(finder_moved, dispatch_uid=f"{NAME}.finder_moved")
