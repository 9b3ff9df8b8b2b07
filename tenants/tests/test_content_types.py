"""Content types are kept from one request to the next, and never mixed up between schemas."""

from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from zelfregie_tenants.domain.schemas import create_schema, drop_schema
from zelfregie_tenants.middleware import RegionMiddleware
from zelfregie_tenants.models import Region

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(rf) -> Callable[[str], str]:
    """What a request to a host learns about the content type proef.ding."""

    def answer(_request) -> HttpResponse:
        found = ContentType.objects.filter(app_label="proef", model="ding").exists()
        try:
            kept = ContentType.objects.get_by_natural_key("proef", "ding")
        except ContentType.DoesNotExist:
            return HttpResponse("none")
        return HttpResponse(f"{kept.pk} {ContentType.objects.get_for_id(kept.pk) is kept} {found}")

    middleware = RegionMiddleware(answer)
    return lambda host: middleware(rf.get("/", headers={"host": host})).content.decode()


def add(region: Region, *names: str) -> int:
    """Make content types in a region; the id of the last."""
    with tenant_context(region):
        return [ContentType.objects.create(app_label="proef", model=name).pk for name in names][-1]


def test_each_region_keeps_its_own_ids_and_reads_them_once(noord, zuid, ask):
    ids = [add(noord, "ding"), add(zuid, "eerst", "ding")]
    first = [ask("noord.test"), ask("zuid.test")]

    with CaptureQueriesContext(connection) as queries:
        again = [ask("noord.test"), ask("zuid.test"), ask("noord.test")]

    assert ids[0] != ids[1]
    assert first == [f"{pk} True True" for pk in ids]
    assert again == [first[0], first[1], first[0]]
    # What was asked each time is whether it exists, by the view above.
    assert sum('FROM "django_content_type"' in query["sql"] for query in queries) == 3


def test_new_schema_of_the_same_name_begins_with_nothing(zuid, ask):
    add(zuid, "ding")
    before = ask("zuid.test")

    drop_schema(zuid)
    create_schema(zuid)

    assert (before[-9:], ask("zuid.test")) == ("True True", "none")


def test_what_a_transaction_made_and_undid_is_not_kept(noord, ask):
    with transaction.atomic():
        add(noord, "ding")
        inside = ask("noord.test")
        transaction.set_rollback(True)

    assert (inside[-9:], ask("noord.test")) == ("True True", "none")


def test_django_can_have_all_forgotten(noord, ask):
    add(noord, "ding")
    ask("noord.test")
    with tenant_context(noord):
        ContentType.objects.filter(app_label="proef").delete()

    ContentType.objects.clear_cache()

    assert ask("noord.test") == "none"
