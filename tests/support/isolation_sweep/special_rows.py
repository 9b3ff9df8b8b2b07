"""Models of which a row is not simply a value per field."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import GroupApprovalTask, TaskState, WorkflowState

from zelfregie_core.models import ContentPage, LegalPage
from zelfregie_groups.domain.changes import collected_changes, refresh_groups
from zelfregie_groups.models import Group
from zelfregie_referrals.codes import new_code
from zelfregie_stories.domain.moderation import publish_story

#: Tables that are filled by saving other rows: who does it. What they hold is text of those rows.
MADE_OTHERWISE = {
    "contenttypes.ContentType": "migrations; the same in each region",
    "auth.Permission": "migrations; the same in each region",
    "wagtailcore.Locale": "migrations; the same in each region",
    "wagtailadmin.Admin": "nobody",
    "wagtailcore.Revision": "saving pages and groups",
    "wagtailcore.ReferenceIndex": "saving pages",
    "wagtailsearch.IndexEntry": "saving pages",
}
#: Tables in which no row is made, and why.
EMPTY = {"wagtailadmin.Admin": "an empty table that carries a permission"}
#: What is made first: other rows point at it.
BEFORE = ["zelfregie_core.HomePage", "zelfregie_core.ContentPage", "zelfregie_core.Theme"]
#: Of these there can be one row only.
NO_SECOND_ROW = {
    "wagtailcore.Page",
    "zelfregie_core.HomePage",
    "zelfregie_core.Branding",
    "zelfregie_core.SiteSettings",
    "wagtailcore.WorkflowContentType",
}
#: A place in the Netherlands: the groups of all regions are neighbours, so that only the region keeps them apart.
PLACE = {"latitude": 50.8889, "longitude": 5.9795}


def story(filler: Any, model: type[Model]) -> Model:
    """Publish a story; one that waits comes behind it."""
    fields = filler.fields(model)
    made = publish_story(model.objects.create(**fields))
    other = {"public_id": uuid.uuid5(uuid.NAMESPACE_URL, str(fields["public_id"])), "source_id": ""}
    model.objects.create(**{**fields, **other})
    return made


def group(filler: Any, model: type[Model]) -> Model:
    """Publish a group, of which the directory gets to know."""
    with collected_changes():
        return model.objects.create(**filler.fields(model))


def second_group(filler: Any) -> dict[str, Any]:
    """Say that a group is not the same as another, which is made for it."""
    first = filler.row(Group)
    with collected_changes():
        second = Group.objects.create(name=first.name, city=first.city, published=True, **PLACE)
    return {"first": first, "second": second}


def task_state(filler: Any) -> dict[str, Any]:
    """Let the text page wait for approval."""
    page = filler.row(ContentPage)
    kind = ContentType.objects.get_for_model(TaskState)
    return {"content_type": kind, "revision": page.latest_revision, "task": filler.row(GroupApprovalTask).task_ptr}


def practice(filler: Any) -> dict[str, Any]:
    """Give a practice a key for its link of the length that such a key has."""
    return {"link_key": 2 * filler.values.canary("zelfregie_referrals.Practice.link_key"), "active": True}


def card(filler: Any) -> dict[str, Any]:
    """Give a card a code as cards have; it tells its region as a canary does."""
    code = new_code()
    filler.canaries.tell_tale(code, filler.region.slug, "zelfregie_referrals.ReferralCard.code")
    return {"code": code, "opened_on": None, "redeemed_on": None}


def import_row(filler: Any) -> dict[str, Any]:
    """Fill a row of a list, of which the cells are JSON that is stored encrypted."""
    names = ("cells", "values", "before", "after")
    return {
        name: json.dumps({"name": filler.values.text(f"zelfregie_groups.ImportRunRow.{name}", None)}) for name in names
    }


EXTRA_FIELDS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "wagtailcore.GroupApprovalTask": lambda filler: {
        "content_type": ContentType.objects.get_for_model(GroupApprovalTask)
    },
    "zelfregie_referrals.Practice": practice,
    "zelfregie_referrals.ReferralCard": card,
    "wagtailimages.Image": lambda filler: {
        "width": 40,
        "height": 30,
        "file_hash": filler.values.canary("wagtailimages.Image.file_hash"),  # part of a cache key: no space
    },
    "zelfregie_groups.ImportRunRow": import_row,
    "zelfregie_groups.ImportedRow": lambda filler: {
        "values": json.dumps({"name": filler.values.text("zelfregie_groups.ImportedRow.values", None)})
    },
    "zelfregie_groups.Group": lambda filler: {**PLACE, "published": True, "status": "active"},
    "zelfregie_groups.DistinctPair": second_group,
    "zelfregie_groups.Schedule": lambda filler: {"weekdays": [2], "start_date": None, "end_date": None},
    "zelfregie_groups.ScheduleException": lambda filler: {"last_date": None, "new_date": None},
    "zelfregie_stories.Story": lambda filler: {
        "slug": None,
        "published_at": None,
        "search_text": "",
        "closed_at": None,
    },
    "wagtailcore.WorkflowPage": lambda filler: {"page": filler.row(ContentPage).page_ptr},
    "wagtailcore.PageLogEntry": lambda filler: {"page": filler.row(ContentPage).page_ptr},
    "wagtailcore.Comment": lambda filler: {"page": filler.row(ContentPage).page_ptr},
    "wagtailcore.PageSubscription": lambda filler: {"page": filler.row(ContentPage).page_ptr},
    "wagtailcore.PageViewRestriction": lambda filler: {
        "page": filler.row(LegalPage).page_ptr,
        "restriction_type": "password",
        "password": filler.values.text("wagtailcore.PageViewRestriction.password", None),
    },
    "wagtailcore.TaskState": task_state,
    "wagtailcore.WorkflowState": lambda filler: {
        "current_task_state": None,
        "object_id": str(filler.row(ContentPage).pk),
    },
}
ROWS: dict[str, Callable[[Any, type[Model]], Model]] = {
    "zelfregie_groups.Group": group,
    "zelfregie_stories.Story": story,
    "wagtailcore.Task": lambda filler, model: filler.row(GroupApprovalTask).task_ptr,
}


def finish(filler: Any) -> None:
    """Bring up to date what is kept beside the rows: next meetings, the directory."""
    refresh_groups()
    filler.row(WorkflowState).current_task_state = filler.row(TaskState)
    filler.row(WorkflowState).save()
