"""The read API as a good neighbour: kept answers, limits, other websites, few queries."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from open_data_samples import API, body, full_group, three_groups

from zelfregie_core.domain.throttle import note
from zelfregie_core.models import Theme
from zelfregie_groups.interfaces.open_data import ANSWERS, FILES
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db
SERVICES = f"{API}services"


@pytest.fixture
def three(finder):
    return three_groups()


def test_etag_spares_an_answer_that_is_the_same(client, three):
    first = client.get(SERVICES)
    body(first)

    same = client.get(SERVICES, headers={"If-None-Match": first["ETag"]})
    weak = client.get(SERVICES, headers={"If-None-Match": f'"other", W/{first["ETag"]}'})
    other = client.get(f"{SERVICES}?full=true", headers={"If-None-Match": first["ETag"]})
    body(other)

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert (weak.status_code, other.status_code) == (304, 200)
    assert same["Cache-Control"] == first["Cache-Control"] == "public, max-age=300"
    assert same["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("change", ["group", "theme", "schedule", "deleted"])
def test_etag_changes_with_everything_in_the_answer(client, three, change):
    path = f"{SERVICES}?full=true"
    first = client.get(path)
    body(first)
    group = three["Rouwcafé De Brug"]

    if change == "group":
        Group.objects.filter(pk=group.pk).update(cost="")
    elif change == "theme":
        Theme.objects.filter(slug="rouw").update(name="Verlies")
    elif change == "schedule":
        group.schedules.update(note="in de tuin")
    else:
        three["Derde"].delete()
    again = client.get(path, headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]})

    assert (again.status_code, again["ETag"] == first["ETag"]) == (200, False)
    body(again)


def test_last_modified_is_that_of_the_last_change(client, three):
    Group.objects.update(changed_at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))

    response = client.get(SERVICES)
    body(response)

    assert response["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_a_removed_group_is_not_hidden_by_if_modified_since(client, three):
    first = client.get(SERVICES)
    body(first)
    three["Derde"].delete()

    again = client.get(SERVICES, headers={"If-Modified-Since": first["Last-Modified"]})
    body(again)

    assert again.status_code == 200


def test_head_tells_the_same_without_a_body(client, three):
    answer = client.get(SERVICES)
    length = len(body(answer))

    head = client.head(SERVICES)

    assert (head.status_code, head["ETag"], int(head["Content-Length"])) == (200, answer["ETag"], length)


def test_any_website_may_read_without_credentials(client, finder):
    preflight = client.options(SERVICES, headers={"Origin": "https://elders.example"})
    answer = client.get(SERVICES, headers={"Origin": "https://elders.example"})
    body(answer)

    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    for response in (preflight, answer):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "Set-Cookie" not in response
        assert "Cookie" not in response.get("Vary", "")


def use_up(rf, limit, address="127.0.0.1"):
    for _try in range(limit.tries):
        note(rf.get("/", REMOTE_ADDR=address), limit)


def test_too_many_questions_are_put_off_per_address(client, finder, rf):
    use_up(rf, ANSWERS)

    response = client.get(SERVICES)
    other = client.get(SERVICES, REMOTE_ADDR="192.0.2.9")
    file = client.get("/-/groups/export/hsds.json")

    problem = json.loads(body(response))
    assert (response.status_code, other.status_code, file.status_code) == (429, 200, 200)
    assert response["Content-Type"] == "application/problem+json"
    assert 0 < int(response["Retry-After"]) <= ANSWERS.seconds
    assert problem["detail"].startswith(f"You asked 600 times in 5 minutes. Wait {response['Retry-After']} seconds")
    body(other), body(file)


def test_files_have_a_limit_of_their_own(client, finder, rf):
    use_up(rf, FILES)

    statuses = {path: client.get(f"/-/groups/{path}").status_code for path in ("export/groepen.csv", "export/hsds.zip")}

    assert statuses == {"export/groepen.csv": 429, "export/hsds.zip": 429}


def test_number_of_queries_does_not_grow_with_the_groups(client, finder):
    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            body(client.get(path))
        return sum(not query["sql"].startswith("SET ") for query in captured)

    pages = ("services?full=true", "services?cursor=", "services?minimal=true", "service_at_locations?full=true")
    others = ("services?search=rouw", "organizations?full_service=true", "taxonomy_terms")
    full_group("Groep 0")
    body(client.get(f"{API}services"))
    few = {path: queries(f"{API}{path}") for path in (*pages, *others)}
    for number in range(12):
        full_group(f"Groep {number + 1}")

    many = {path: queries(f"{API}{path}") for path in (*pages, *others)}

    assert many == few
    assert max(many[path] for path in pages) <= 12
    assert max(many[path] for path in others) <= 15, many
