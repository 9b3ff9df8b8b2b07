"""Attacks on the wall between regions, each one a test. The rows of both regions have the same keys."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django_tenants.utils import tenant_context
from isolation_sweep.canaries import COMMON_WORD
from isolation_sweep.sweep import SUPERUSER, VISITOR, Sweep
from isolation_sweep.tokens import api_token_is_known, api_token_of, links_of, tables_of, uploaded_list, uses_of
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
    visitor.cookies = deepcopy(sweep.clients[owner, SUPERUSER].cookies)  # an answer may take the cookie back

    answer = visitor.get("/admin/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=/admin/")


def test_own_links_open_and_those_of_another_region_open_nothing(sweep):
    noord, zuid = sweep.rows["noord"], sweep.rows["zuid"]
    here = sweep.clients["noord", VISITOR]
    own = links_of(noord)

    opened = {kind: here.get(path).status_code for kind, (path, _status) in own.items()}
    asked = [*links_of(zuid).items(), *links_of(zuid, noord).items(), *links_of(noord, zuid).items()]
    others = [(kind, path, here.get(path)) for kind, (path, _status) in asked if path != own[kind][0]]

    assert opened == {kind: status for kind, (_path, status) in own.items()}
    # A bad link to a new password gets a page that says so.
    refused = [(answer.status_code, kind == "password" and answer.context["validlink"]) for kind, _p, answer in others]
    assert refused == [(200 if kind == "password" else 404, False) for kind, _path, _answer in others]
    # The address itself is the attacker's and may come back; nothing else of zuid may.
    shown = [body_of(answer).decode().replace(path, "") for _kind, path, answer in others]
    assert [sweep.canaries.foreign(text, "noord") for text in shown] == [set()] * len(others)


@pytest.mark.parametrize("use", ["make a card", "use a card", "withdraw a story", "set a password"])
def test_form_behind_a_link_of_another_region_changes_nothing_anywhere(sweep, use):
    here = sweep.clients["noord", VISITOR]
    path, data = uses_of(sweep.rows["zuid"])[use]
    before = tables_of(sweep.rows.values())

    answer = here.post(path, data)

    assert answer.status_code == (200 if use == "set a password" else 404)
    assert tables_of(sweep.rows.values()) == before
    own = here.post(*uses_of(sweep.rows["noord"])[use])
    assert own.status_code == {"use a card": 200}.get(use, 302)  # with its own link it goes on


def test_token_for_the_api_of_another_region_is_nobody(sweep):
    with tenant_context(sweep.rows["zuid"].region):
        token = api_token_of(f"{SUPERUSER}@voorbeeld.nl")
        assert api_token_is_known(token)
    here = sweep.clients["noord", VISITOR]
    paths = ["/admin/", "/admin/api/main/pages/", "/-/groups/hsds/services", "/-/groups/export/alle-groepen.csv"]

    without = [here.get(path) for path in paths]
    answers = [here.get(path, HTTP_AUTHORIZATION=f"{kind} {token}") for kind in ("Bearer", "Token") for path in paths]

    assert not api_token_is_known(token)
    assert [answer.status_code for answer in answers] == 2 * [answer.status_code for answer in without]
    assert [foreign(sweep, answer) for answer in answers] == [set()] * len(answers)


def test_list_that_was_uploaded_in_another_region_cannot_be_confirmed(sweep, superuser):
    """Wagtail signs the name of the file only. In a folder of the machine it would be there for every region."""
    theirs = f"from,to\n/oud,/{sweep.canaries.make('zuid', 'zelfregie_groups.Group.name')}\n"
    signed = uploaded_list(sweep.clients["zuid", SUPERUSER], theirs)
    assert set(signed) == {"import_file_name", "input_format"}

    answer = superuser.post("/admin/redirects/import/process/", signed)
    own = sweep.clients["zuid", SUPERUSER].post("/admin/redirects/import/process/", signed)

    assert foreign(sweep, answer) == set()
    assert "zuid" in {one.region for one in sweep.canaries.seen(body_of(own).decode())}


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
