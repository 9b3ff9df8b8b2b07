"""Back to an earlier version of a group."""

from collections.abc import Mapping
from typing import Any

from zelfregie_core.models import Theme
from zelfregie_groups.domain import audit
from zelfregie_groups.domain.editing import recorded, refuse_stale
from zelfregie_groups.domain.history import content_now, version
from zelfregie_groups.domain.history_text import Change, child_of, differences
from zelfregie_groups.models.group import Group
from zelfregie_groups.models.schedule import Schedule, ScheduleException

#: What a revert leaves as it is: by these the world outside knows the group.
KEPT = ("slug", "source_id", "pk")


def what_reverting_changes(group: Group, content: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what would change if a group became again what a version says."""
    now = content_now(group)
    return differences(now, {**content, **{name: now[name] for name in KEPT}})


def revert(group: Group, revision: int, user: Any, *, seen: str | None = None) -> Group:
    """Make of a group again what a version says. That is a new version: nothing of the history is lost.

    The address, the number in a list and the host's e-mail address stay as they are. A theme that is gone stays away.

    :param seen: ``version_token`` when it was decided; None: nobody looked.
    :raises LookupError: the group has no such version.
    :raises StaleVersionError: somebody changed the group since.
    """
    found = version(group, revision)
    if found is None:
        raise LookupError(f"group {group.pk} has no version {revision}")
    content = found[1]
    with recorded([group.pk], audit.REVERT, user, data={"revision": revision}):
        refuse_stale(seen, group.pk)
        current = Group.objects.get(pk=group.pk)
        for field in Group._meta.concrete_fields:
            if field.name in content and field.name not in KEPT:
                setattr(current, field.attname, field.to_python(content[field.name]))
        current.save()
        current.themes.set(Theme.objects.filter(slug__in=content.get("theme_slugs", ())))
        for model, name in ((Schedule, "schedules"), (ScheduleException, "exceptions")):
            model.objects.filter(group=current).delete()
            lines = [child_of(model, data) for data in content.get(name, ())]
            for line in lines:
                line.group_id = current.pk
            model.objects.bulk_create(lines)
    return Group.objects.get(pk=group.pk)
