"""The history of groups: who changed what and when.

Every way of writing groups tells it twice: ``remember`` before, so that there is something to compare with, and
``record_changes`` after. Both take many ids and cost a fixed number of queries per 500 groups, so that an import can
use them as well. A version is a revision of Wagtail's; what it holds says ``Group.serializable_data``.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision

from zelfregie_groups.domain import audit
from zelfregie_groups.domain.bulk import insert_rows, update_rows
from zelfregie_groups.domain.history_text import Change, differences
from zelfregie_groups.models.group import Group

CHUNK = 500
#: Key in the data of a log entry: fields that changed and of which the history does not tell the value.
SECRET = "secret"  # noqa: S105 -- the name of a key


@dataclass(frozen=True)
class Entry:
    """A line of a group's history.

    :param revision: id of the version that this made; None when the content stayed the same.
    :param previous: id of the version before it.
    :param group_name: name of the group that this happened to, when it was merged into this one later; else empty.
    """

    action: str
    message: str
    who: str
    when: dt.datetime
    changes: tuple[Change, ...] = ()
    revision: int | None = None
    previous: int | None = None
    group_name: str = ""


def remember(ids: Iterable[int]) -> None:
    """Keep groups as they are now as a version, unless the last version says the same. Call it before a change.

    A group that was never changed in the admin has no version yet. One that was changed by something that keeps no
    history gets a line that says so: a later revert must not lose that change unseen.
    """
    for chunk in _chunks(ids):
        groups, last = _now_and_last(chunk)
        drifted = [group for group in groups if last.get(group.pk) is not None]
        _write(drifted, audit.ELSEWHERE, None, {})
        _write([group for group in groups if last.get(group.pk) is None], None, None, {})


def record_changes(
    ids: Iterable[int],
    action: str,
    user: Any = None,
    data: Mapping[str, Any] | None = None,
    secret: Sequence[str] = (),
    always: bool = False,
) -> None:
    """Keep what a change made of groups as a new version, with a line in the history. Call it after the change.

    A group of which nothing changed gets no line, unless ``always``.

    :param action: one of ``domain/audit.py``.
    :param data: what the line keeps besides, JSON; no personal data, because the log outlives the group.
    :param secret: names of fields that changed too, and of which no version holds the value (``host_email``).
    """
    entry_data = {**(data or {}), **({SECRET: list(secret)} if secret else {})}
    for chunk in _chunks(ids):
        groups, _last = _now_and_last(chunk)
        _write(groups, action, user, entry_data)
        if secret or always:
            changed = {group.pk for group in groups}
            same = [group for group in Group.objects.filter(pk__in=chunk) if group.pk not in changed]
            _log(same, action, user, entry_data)


def record_creation(groups: Sequence[Group], user: Any = None, data: Mapping[str, Any] | None = None) -> None:
    """Write in the log that groups were made, many at once. Their first version is kept before their first change."""
    _log(groups, audit.CREATE, user, data or {})


def record_removal(groups: Sequence[Group], user: Any = None) -> None:
    """Write in the log that groups are removed; call it before. Their versions go with them."""
    _log(groups, audit.DELETE, user, {}, deleted=True)


def entries(group: Group) -> list[Entry]:
    """Return the history of a group, newest first; of the groups that were merged into it as well."""
    former = {str(key.former_id): key.name for key in group.former_keys.all()}
    logged = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Group), object_id__in=[str(group.pk), *former]
    ).select_related("user")
    contents = dict(group.revisions.order_by("pk").values_list("pk", "content"))
    order = list(contents)
    previous = dict(zip(order[1:], order[:-1], strict=True))
    return [
        _entry(line, contents, previous, former.get(str(line.object_id), ""))
        for line in logged.order_by("-timestamp", "-pk")
    ]


def who_removed(pk: int) -> str:
    """Return who removed a group that is gone; empty when there never was such a group, or it was merged."""
    kind = ContentType.objects.get_for_model(Group)
    lines = ModelLogEntry.objects.filter(content_type=kind, object_id=str(pk), action=audit.DELETE, deleted=True)
    line = lines.select_related("user").order_by("-timestamp").first()
    return str(line.user_display_name) if line else ""


def version(group: Group, revision: int) -> tuple[Revision, dict[str, Any]] | None:
    """Return a version of a group with its content, or None when there is no such version of this group."""
    found = group.revisions.filter(pk=revision).select_related("user").first()
    return (found, found.content) if found else None


def content_now(group: Group) -> dict[str, Any]:
    """Return what a version of a group would hold now."""
    return _plain(Group.objects.get(pk=group.pk).serializable_data())


def _entry(
    line: ModelLogEntry, contents: Mapping[int, dict[str, Any]], previous: Mapping[int, int], former: str
) -> Entry:
    revision = line.revision_id if line.revision_id in contents else None
    before = previous.get(revision) if revision else None
    changes = differences(contents[before], contents[revision]) if revision and before else ()
    secret = [Change.hidden(name) for name in line.data.get(SECRET, ())]
    return Entry(
        action=line.action,
        message=audit.message_of(line.action, line.data),
        who=str(line.user_display_name),
        when=line.timestamp,
        changes=(*changes, *secret),
        revision=revision,
        previous=before,
        group_name=former,
    )


def _now_and_last(ids: Sequence[int]) -> tuple[list[Group], dict[int, dict[str, Any] | None]]:
    """The groups that differ from their last version, with ``content`` set, and those versions."""
    found = Group.objects.filter(pk__in=ids).defer("host_email", "search_text").order_by("pk")
    groups = list(found.prefetch_related("themes", "schedules", "exceptions"))
    # Not by `latest_revision`: who saves a group that was fetched earlier puts the former one back.
    newest = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Group), object_id__in=[str(group.pk) for group in groups]
    ).order_by("object_id", "-pk")
    content_of = dict(newest.distinct("object_id").values_list("object_id", "content"))
    last = {group.pk: content_of.get(str(group.pk)) for group in groups}
    changed = []
    for group in groups:
        group.content = _plain(group.serializable_data())
        if group.content != last[group.pk]:
            changed.append(group)
    return changed, last


def _write(groups: Sequence[Group], action: str | None, user: Any, data: Mapping[str, Any]) -> None:
    """Make versions of groups that have ``content``; with an action also lines in the log."""
    if not groups:
        return
    kind = ContentType.objects.get_for_model(Group)
    now = timezone.now()
    with transaction.atomic():
        revisions = [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(group.pk),
                created_at=now,
                user=_somebody(user),
                object_str=str(group),
                content=group.content,
            )
            for group in groups
        ]
        insert_rows(Revision, revisions)
        for group, revision in zip(groups, revisions, strict=True):
            group.latest_revision = revision
        update_rows(Group, groups, ["latest_revision"])
        if action:
            _log(groups, action, user, data, revisions=revisions)


def _log(
    groups: Sequence[Group],
    action: str,
    user: Any,
    data: Mapping[str, Any],
    revisions: Sequence[Revision] = (),
    deleted: bool = False,
) -> None:
    kind = ContentType.objects.get_for_model(Group)
    made = list(revisions) or [None] * len(groups)
    now = timezone.now()
    # Without a uuid: Wagtail shows only the last of the lines with one uuid, also when they are of many groups.
    lines = [
        ModelLogEntry(
            content_type=kind,
            object_id=str(group.pk),
            label=str(group),
            action=action,
            timestamp=now,
            user=_somebody(user),
            data=dict(data),
            revision=revision,
            content_changed=True,
            deleted=deleted,
        )
        for group, revision in zip(groups, made, strict=True)
    ]
    insert_rows(ModelLogEntry, lines)


def _somebody(user: Any) -> Any:
    """The user as the database knows one: nobody for a command, a feed, or a visitor."""
    return user if user is not None and user.pk is not None else None


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """Content as the database gives it back."""
    plain: dict[str, Any] = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return plain


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]
