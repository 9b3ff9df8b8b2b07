"""What editors do to groups: one at a time and many at once. Each in one transaction, with its line in the history."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from zelfregie_core.models import Theme
from zelfregie_groups.domain import audit
from zelfregie_groups.domain.changes import collected_changes, group_was_written
from zelfregie_groups.domain.history import record_changes, record_removal, remember
from zelfregie_groups.models.former_slug import FormerSlug
from zelfregie_groups.models.group import Group


class StaleVersionError(Exception):
    """Somebody else changed a group since this editor looked at it."""


def version_token(*ids: int) -> str:
    """Return what changes with every save of one of these groups; of a group that is gone it holds nothing."""
    changed_at = dict(Group.objects.filter(pk__in=ids).values_list("pk", "changed_at"))
    return token_of(changed_at[pk] for pk in ids if pk in changed_at)


def token_of(moments: Iterable[dt.datetime]) -> str:
    """Return the ``version_token`` of groups that were last changed at these moments."""
    return " ".join(moment.isoformat() for moment in moments)


def refuse_stale(seen: str | None, *ids: int) -> None:
    """Stop a change of groups that are no longer as the editor saw them. Call it when they are locked.

    :param seen: ``version_token`` when the editor looked; None: nobody looked.
    :raises StaleVersionError: they changed since.
    """
    if seen is not None and seen != version_token(*ids):
        raise StaleVersionError


@contextmanager
def recorded(ids: Iterable[int], action: str, user: Any, **details: Any) -> Iterator[list[int]]:
    """Write to groups inside the block: locked, with history, and with everything derived brought up to date after.

    :param details: see ``record_changes``.
    :return: the ids of those that exist.
    """
    with collected_changes():
        locked = lock(ids)
        remember(locked)
        yield locked
        record_changes(locked, action, user, **details)
        written(locked)


def lock(ids: Iterable[int]) -> list[int]:
    """Lock groups until the end of the transaction, in a fixed order, and return the ids of those that exist."""
    rows = Group.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(rows.values_list("pk", flat=True))


def set_published(ids: Iterable[int], published: bool, user: Any) -> None:
    """Put groups on the site, or take them off it."""
    with recorded(ids, audit.PUBLISH if published else audit.UNPUBLISH, user) as locked:
        _update(Group.objects.filter(pk__in=locked).exclude(published=published), published=published)


def confirm_today(ids: Iterable[int], user: Any) -> None:
    """Note that somebody checked today that what the groups say is true."""
    with recorded(ids, audit.CONFIRM, user) as locked:
        _update(Group.objects.filter(pk__in=locked), confirmed_on=timezone.localdate())


def set_status(ids: Iterable[int], status: str, user: Any) -> None:
    """Say of groups whether there is room.

    :param status: one of ``Group.Status``.
    """
    with recorded(ids, audit.SET_STATUS, user) as locked:
        _update(Group.objects.filter(pk__in=locked).exclude(status=status), status=status)


def add_theme(ids: Iterable[int], theme: Theme, user: Any) -> None:
    """Add a theme to the groups that do not have it."""
    through = Group.themes.through
    with recorded(ids, audit.ADD_THEME, user) as locked:
        have = set(through.objects.filter(group_id__in=locked, theme=theme).values_list("group_id", flat=True))
        lacking = [pk for pk in locked if pk not in have]
        through.objects.bulk_create(through(group_id=pk, theme_id=theme.pk) for pk in lacking)
        _update(Group.objects.filter(pk__in=lacking))


def remove_theme(ids: Iterable[int], theme: Theme, user: Any) -> None:
    """Take a theme away from the groups that have it."""
    with recorded(ids, audit.REMOVE_THEME, user) as locked:
        having = Group.themes.through.objects.filter(group_id__in=locked, theme=theme)
        ids_having = list(having.values_list("group_id", flat=True))
        having.delete()
        _update(Group.objects.filter(pk__in=ids_having))


def delete_groups(ids: Iterable[int], user: Any) -> int:
    """Remove groups, with their versions. An import does not bring them back.

    :return: how many there were.
    """
    with collected_changes():
        locked = lock(ids)
        groups = list(Group.objects.filter(pk__in=locked).defer("host_email", "search_text"))
        record_removal(groups, user)
        Group.objects.filter(pk__in=locked).delete()
        written(locked)
    return len(locked)


def written(ids: Iterable[int]) -> None:
    """Bring everything derived from these groups up to date, once, at the end of ``collected_changes``."""
    for pk in ids:
        group_was_written(pk)


def keep_former_slug(group: Group, former: str) -> None:
    """Let an address that a group had lead to it from now on, unless another group has that address."""
    if former and former != group.slug and not Group.objects.filter(slug=former).exists():
        FormerSlug.objects.update_or_create(slug=former, defaults={"group": group})
    FormerSlug.objects.filter(group=group, slug=group.slug).delete()


def _update(groups: Any, **values: Any) -> None:
    groups.update(changed_at=timezone.now(), **values)
