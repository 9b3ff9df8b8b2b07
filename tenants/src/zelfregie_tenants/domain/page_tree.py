"""Adding many pages at once, and publishing one anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F
from django.utils import timezone
from wagtail.models import Locale, Page

from zelfregie_core.tasks import index_pages_task


def add_pages(parent: Page, pages: Sequence[Page]) -> None:
    """Add new, filled pages below a parent, after its children, live.

    One by one, Wagtail needs some twenty queries per page and two tasks in the queue; a region starts with sixty pages.
    So the shared part goes in by one statement, and each type's own part by one per type. Slugs
    must be free: the caller has checked that.
    """
    if not pages:
        return
    now = timezone.now()
    locale = Locale.get_default()
    parent.refresh_from_db(fields=["path", "depth", "numchild", "url_path"])
    last = parent.get_last_child()
    position = Page._str2int(last.path[-Page.steplen :]) if last else 0
    for offset, page in enumerate(pages, start=1):
        page.path = Page._get_path(parent.path, parent.depth + 1, position + offset)
        page.depth, page.numchild = parent.depth + 1, 0
        page.draft_title = page.title
        page.url_path = f"{parent.url_path}{page.slug}/"
        page.content_type = ContentType.objects.get_for_model(type(page))
        page.locale, page.translation_key = locale, uuid.uuid4()
        page.live, page.has_unpublished_changes = True, False
        page.first_published_at = page.last_published_at = page.latest_revision_created_at = now
    shared = [field for field in Page._meta.concrete_fields if not field.primary_key]
    rows = [Page(**{field.attname: getattr(page, field.attname) for field in shared}) for page in pages]
    Page.objects.bulk_create(rows)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(rows))
    parent.numchild += len(rows)
    for page, row in zip(pages, rows, strict=True):
        page.pk = page.page_ptr_id = page.id = row.pk
        page._state.adding, page._state.db = False, connection.alias
    for model in dict.fromkeys(type(page) for page in pages):
        same = [page for page in pages if type(page) is model]
        # What Model.save() does for the type's own table, for all pages of the type at once.
        model._base_manager._insert(same, fields=model._meta.local_concrete_fields, using=connection.alias, raw=True)
    # Findable a moment later, as with every page that Wagtail saves. The queue is in this database: the task is there
    # when, and only when, the pages are. What they refer to needs no record: text from a folder names no page or
    # picture by its id; the tests of launching hold that against Wagtail's own index of references.
    index_pages_task.enqueue([page.pk for page in pages])


def remove_welcome_page(page: Page) -> None:
    """Take away the page that Wagtail's migrations put at the root; nothing refers to it any more.

    Wagtail's own way of deleting a page looks through forty tables for what could belong to it.
    """
    root = page.get_parent()
    Page.objects.filter(pk=page.pk)._raw_delete(connection.alias)
    Page.objects.filter(pk=root.pk).update(numchild=F("numchild") - 1)


def republish(page: Page) -> None:
    """Publish the page as it now is, as a revision that editors can compare and revert."""
    page.save_revision(log_action=True).publish()
