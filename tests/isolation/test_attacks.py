"""Attacks on the wall between regions, each one a test. The rows of both regions have the same keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import connection
from django_tenants.utils import tenant_context
from isolation_sweep.canaries import COMMON_WORD
from isolation_sweep.sweep import SUPERUSER, VISITOR, Sweep
from wagtail.models import Page, ReferenceIndex

from zelfregie_core.models import ContentPage, HomePage
from zelfregie_groups.models import Group
from zelfregie_tenants.models import Region, TaskEnvelope
from zelfregie_tenants.testing.client import RegionClient
from zelfregie_tenants.testing.contents import body_of, texts_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]
REGIONS = ("noord", "zuid", "landelijk")


@pytest.fixture
def superuser(sweep: Sweep) -> RegionClient:
    """Somebody in noord who may do everything there."""
    return sweep.clients["noord", SUPERUSER]


def foreign(sweep: Sweep, response: Any, region: str = "noord") -> set[str]:
    """What an answer shows of other regions than this one."""
    return {str(one) for _place, text in texts_of(response) for one in sweep.canaries.foreign(text, region)}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"HTTP_X_FORWARDED_HOST": "zuid.test"}, 200),
        ({"HTTP_FORWARDED": "host=zuid.test"}, 200),
        ({"HTTP_X_HOST": "zuid.test", "HTTP_X_ORIGINAL_HOST": "zuid.test"}, 200),
        ({"HTTP_HOST": "noord.test.evil.example"}, 404),
        ({"HTTP_HOST": "noord.test@zuid.test"}, 404),
        ({"HTTP_HOST": "zuid.test, noord.test"}, 404),
        ({"HTTP_HOST": "zuid.test\\noord.test"}, 404),
        ({"HTTP_HOST": "region_zuid"}, 404),
        ({"HTTP_HOST": "public"}, 404),
    ],
)
def test_forged_host_shows_nothing_of_another_region(sweep, headers, status):
    answer = sweep.clients["noord", VISITOR].get("/", **headers)

    assert (answer.status_code, foreign(sweep, answer)) == (status, set())


def test_forged_host_does_not_end_up_in_a_mail(sweep, mailoutbox):
    """A reset link with the host of an attacker would give the account away."""
    with tenant_context(sweep.rows["noord"].region):
        User.objects.filter(username=f"{SUPERUSER}@voorbeeld.nl").update(email="anna@voorbeeld.nl")

    sweep.clients["noord", VISITOR].post(
        "/admin/password_reset/", {"email": "anna@voorbeeld.nl"}, HTTP_X_FORWARDED_HOST="zuid.test"
    )

    assert ["zuid.test" in message.body for message in mailoutbox] == [False]
    assert "http://noord.test/" in mailoutbox[0].body


@pytest.mark.parametrize("owner", ["zuid", "landelijk"])
def test_session_cookie_of_another_region_or_of_the_hub_is_nobody(sweep, owner):
    visitor = RegionClient(sweep.rows["noord"].region)
    visitor.cookies = sweep.clients[owner, SUPERUSER].cookies

    answer = visitor.get("/admin/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=/admin/")


def signed_links(sweep: Sweep, owner: str) -> dict[str, str]:
    """Every address of a region that carries a signature or a secret."""
    rows = sweep.rows[owner]
    return {
        "practice": f"/-/referrals/praktijk/{rows.practice_token}/",
        "practice figures": f"/-/referrals/praktijk/{rows.practice_token}/aantallen/",
        "card": f"/-/referrals/k/{rows.card.code}/",
        "withdrawal": f"/-/stories/intrekken/{rows.story_token}/",
        "thanks": f"/-/stories/bedankt/{rows.story_token}/",
        # An invitation is the same link: it lets somebody set a password.
        "password": "/admin/password_reset/confirm/{}/{}/".format(*rows.reset),
    }


@pytest.mark.parametrize("kind", ["practice", "practice figures", "card", "withdrawal", "thanks", "password"])
def test_signed_link_of_another_region_opens_nothing(sweep, kind):
    here = sweep.clients["noord", VISITOR]

    own = here.get(signed_links(sweep, "noord")[kind])
    other = here.get(signed_links(sweep, "zuid")[kind])

    if kind == "password":  # a good link goes on to the form, a bad one gets a page that says so
        assert (own.status_code, other.status_code, other.context["validlink"]) == (302, 200, False)
    else:
        assert (own.status_code, other.status_code) == (200, 404)
    # The address itself is the attacker's and may come back; nothing else of zuid may.
    body = body_of(other).decode().replace(signed_links(sweep, "zuid")[kind], "")
    assert sweep.canaries.foreign(body, "noord") == set()


def test_draft_and_preview_of_another_region_are_not_there(sweep, superuser):
    elsewhere = ["/admin/pages/8001/view_draft/", "/admin/pages/8001/edit/preview/", "/admin/pages/8001/edit/"]

    answers = [superuser.get(path) for path in elsewhere]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_files_of_another_region_are_not_there(sweep, superuser):
    theirs = [*sweep.rows["zuid"].files, "/media/../region_zuid/merk/a.svg", "/media/%2e%2e/region_zuid/merk/a.svg"]
    theirs += ["/media/region_zuid/merk/a.svg", "/media//region_zuid/merk/a.svg", "/documenten/8001/a.txt"]

    answers = {path: superuser.get(path).status_code for path in theirs}

    assert answers == dict.fromkeys(theirs, 404)


def test_task_that_is_replayed_in_another_schema_works_there_and_nowhere_else(sweep, task_queue):
    """Whoever can write the queue can run a task elsewhere; what it reads and writes is then of that region alone."""
    from zelfregie_groups.tasks import refresh_groups_task

    refresh_groups_task.enqueue()
    TaskEnvelope.objects.update(schema_name="region_zuid")
    for slug in ("noord", "zuid"):
        with tenant_context(sweep.rows[slug].region):
            Group.objects.update(completeness=0, upcoming=[])

    task_queue()

    touched = {}
    for slug in ("noord", "zuid"):
        with tenant_context(sweep.rows[slug].region):
            touched[slug] = Group.objects.exclude(upcoming=[]).exists()
    assert touched == {"noord": False, "zuid": True}


def test_task_of_a_schema_that_is_no_region_does_not_run(sweep, task_queue):
    from django_tasks_db.models import DBTaskResult

    from zelfregie_groups.tasks import refresh_groups_task

    refresh_groups_task.enqueue()
    TaskEnvelope.objects.update(schema_name="public")

    task_queue()

    assert set(DBTaskResult.objects.values_list("status", flat=True)) != {"SUCCESSFUL"}


@pytest.mark.parametrize("kind", ["services", "organizations", "service_at_locations"])
def test_identifier_of_another_region_is_unknown_to_the_api(sweep, kind):
    here = sweep.clients["noord", VISITOR]

    own, other = (here.get(f"/-/groups/hsds/{kind}/{sweep.rows[slug].identifiers[kind]}") for slug in ("noord", "zuid"))

    assert (own.status_code, other.status_code) == (200, 404)


def test_bulk_action_with_numbers_of_another_region_touches_nothing(sweep, superuser):
    with tenant_context(sweep.rows["zuid"].region):
        before = (Page.objects.count(), Group.objects.count())

    answers = [
        superuser.post("/admin/bulk/wagtailcore/page/delete/?id=8001&id=8002", {}),
        superuser.post("/admin/groepen/bulk/delete/?id=8001", {"seen": "1"}),
    ]

    with tenant_context(sweep.rows["zuid"].region):
        after = (Page.objects.count(), Group.objects.count())
    assert after == before
    assert [foreign(sweep, answer) for answer in answers] == [set(), set()]


@pytest.mark.parametrize(
    "path",
    [
        f"/admin/choose-page/search/?q={COMMON_WORD}",
        "/admin/choose-page/chosen-multiple/?id=8001&id=7001",
        "/admin/images/chooser/chosen/8001/",
        "/admin/documents/chooser/chosen/8001/",
        "/admin/images/usage/7001/",
        "/admin/documents/usage/7001/",
        "/admin/pages/7001/usage/",
        "/admin/tag-autocomplete/?term=qz",
        f"/zoeken/?q={COMMON_WORD}",
        f"/-/groups/plaatsen/?plaats={COMMON_WORD}",
    ],
)
def test_choosers_usage_and_search_know_the_own_region_only(sweep, superuser, path):
    answer = superuser.get(path)

    assert foreign(sweep, answer) == set()


def test_reference_index_holds_the_own_region_only(sweep):
    """Its keys are the same in each region; what it leads to is looked up in the region that asks."""
    found = {}
    for slug in ("noord", "zuid"):
        with tenant_context(sweep.rows[slug].region):
            page = ContentPage.objects.get(pk=7001)
            references = [str(source) for source, _uses in ReferenceIndex.get_grouped_references_to(page)]
            found[slug] = {one.region for text in references for one in sweep.canaries.seen(text)} - {slug}

    assert found == {"noord": set(), "zuid": set()}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/admin/pages/7001/move/8001/confirm/", {}),
        ("/admin/pages/8001/move/{home}/confirm/", {}),
        ("/admin/pages/8001/copy/", {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": "{home}"}),
        ("/admin/pages/7001/copy/", {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": "8001"}),
    ],
)
def test_page_does_not_move_or_copy_across(sweep, superuser, path, data):
    home = str(sweep.rows["noord"].home.pk)

    def trees() -> dict[str, list[tuple[int, str]]]:
        shown = {}
        for slug in ("noord", "zuid"):
            with tenant_context(sweep.rows[slug].region):
                shown[slug] = list(Page.objects.order_by("pk").values_list("pk", "url_path"))
        return shown

    before = trees()

    answer = superuser.post(path.format(home=home), {name: value.format(home=home) for name, value in data.items()})

    assert trees() == before
    assert foreign(sweep, answer) == set()


def test_same_cache_key_is_another_entry_for_each_region(sweep):
    for slug in REGIONS:
        with tenant_context(sweep.rows[slug].region):
            for alias in caches.settings:
                caches[alias].set("sleutel", slug)

    read = {}
    for slug in REGIONS:
        with tenant_context(sweep.rows[slug].region):
            read[slug] = {caches[alias].get("sleutel") for alias in caches.settings}
    assert read == {slug: {slug} for slug in REGIONS}


def test_export_of_a_region_holds_all_of_it_and_nothing_else(sweep):
    """Guards the guard: the own canaries are in the files, so that the search in them is no search in nothing."""
    here = sweep.clients["noord", VISITOR]
    paths = ["export/groepen.xlsx", "export/hsds.zip", "export/hsds.json", "boekje.pdf", "agenda.ics", "nieuw.rss"]

    seen = {}
    for path in paths:
        texts = "\n".join(text for _place, text in texts_of(here.get(f"/-/groups/{path}")))
        seen[path] = {one.region for one in sweep.canaries.seen(texts) if one.field == "zelfregie_groups.Group.name"}

    assert seen == {path: {"noord"} for path in paths}


def test_the_rows_have_the_same_numbers(sweep):
    numbers = []
    for slug in ("noord", "zuid"):
        with tenant_context(sweep.rows[slug].region):
            groups = Group.objects.filter(pk__lt=8000).values_list("pk", flat=True)
            numbers.append([HomePage.objects.get().pk, *groups])

    assert numbers[0] == numbers[1]
    assert connection.schema_name == "region_noord"
    assert Region.objects.count() == len(REGIONS)
