"""Wagtail's workflow for pages that an editor submits: who is asked to look."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow

#: The one workflow that Wagtail's migrations make, with a task of the same name.
STARTER_NAME = "Moderators approval"
#: As editors read it on the button: "Stuur door naar een moderator".
NAME = "een moderator"


def sync_approval(reviewers: Sequence[Group]) -> None:
    """Let exactly these groups approve what editors submit in the current region. Idempotent.

    Wagtail's own workflow asks its own starter group, which no region has: without this nobody would be told that a
    page waits. A workflow that an administrator made is left alone.
    """
    Workflow.objects.filter(name=STARTER_NAME).update(name=NAME)
    GroupApprovalTask.objects.filter(name=STARTER_NAME).update(name=NAME)
    for task in GroupApprovalTask.objects.filter(name=NAME):
        task.groups.set(reviewers)
