"""What the machine room sees: alive, ready, figures and lines of JSON; and what nobody else sees."""

import io
import json
import logging

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from prometheus_client.parser import text_string_to_metric_families

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.logs import JsonFormatter, RegionFilter
from zelfregie_tenants.models import Region, RegionBackup
from zelfregie_tenants.monitoring import probes
from zelfregie_tenants.monitoring.groups import GROUPS
from zelfregie_tenants.monitoring.metrics import families
from zelfregie_tenants.monitoring.platform_figures import read_figures
from zelfregie_tenants.tasks.presence import Presence
from zelfregie_tenants.testing import example_tasks
from zelfregie_tenants.testing.client import RegionClient

pytestmark = pytest.mark.django_db
OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}
THROUGH_A_PROXY = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def nothing_known():
    """Ask everything anew in each test."""
    probes.forget()
    yield
    probes.forget()


@pytest.fixture
def visit(client):
    """Ask for a path; at the machine itself, or at `host`."""

    def visit(path, host="127.0.0.1", **extra):
        return client.get(path, headers={"host": host}, **extra)

    return visit


def wrong(response):
    return {name: check["note"] for name, check in response.json()["checks"].items() if not check["ok"]}


@pytest.mark.parametrize("host", ["127.0.0.1", "noord.test", "nergens.test"])
def test_alive_is_answered_without_the_database(visit, host, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = visit("/healthz", host)

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("caller", [OUTSIDE, THROUGH_A_PROXY, {"REMOTE_ADDR": ""}])
def test_outsiders_learn_one_word_where_no_region_is_and_nothing_elsewhere(visit, settings, caller):
    settings.ZELFREGIE_METRICS = True
    paths = ("/healthz", "/readyz", "/metrics")

    platform = [visit(path, "127.0.0.1", **caller) for path in paths]
    region = [visit(path, "noord.test", follow=True, **caller).status_code for path in paths]

    assert [(answer.status_code, answer.content) for answer in platform[:2]] == [(200, b"ok\n"), (200, b"ready\n")]
    assert (platform[2].status_code, region) == (404, [404, 404, 404])


def test_networks_of_our_own_are_told(visit, settings):
    settings.ZELFREGIE_MONITOR_NETWORKS = ["203.0.113.0/24"]

    answers = [visit("/readyz", **caller).content[:1] for caller in (OUTSIDE, {}, OUTSIDE | THROUGH_A_PROXY)]

    assert answers == [b"{", b"r", b"r"]


def test_ready_names_every_part(visit):
    with Presence("een"):
        response = visit("/readyz")

    assert (response.status_code, wrong(response)) == (200, {})
    assert list(response.json()["checks"]) == ["database", "migrations", "regions", "cache", "media", "worker"]


def test_ready_without_a_worker_says_so(visit):
    response = visit("/readyz")

    assert (response.status_code, wrong(response)) == (200, {"worker": "no worker is alive: tasks and mail wait"})


def test_not_ready_without_database(visit, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/there/is/no/socket")

    response = visit("/readyz")

    assert response.status_code == 503
    assert wrong(response)["database"] == "failed with OperationalError"
    assert "/there/is" not in response.text


def test_not_ready_when_files_cannot_be_written(visit, settings, tmp_path):
    (tmp_path / "bestand").write_text("")
    settings.MEDIA_ROOT = str(tmp_path / "bestand")

    inside, outside = visit("/readyz"), visit("/readyz", **OUTSIDE)

    assert (inside.status_code, wrong(inside)["media"]) == (503, "failed with FileExistsError")
    assert (outside.status_code, outside.content) == (503, b"not ready\n")


def test_not_ready_when_the_cache_keeps_nothing(visit, settings):
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    response = visit("/readyz")

    assert (response.status_code, wrong(response)["cache"]) == (503, "what is put in the cache does not come back")


def test_a_question_that_hangs_is_waited_for_no_longer_than_it_may_take(visit, monkeypatch, settings):
    """A disk of another machine that does not answer: asked once, however often somebody wants to know."""
    import threading

    asked, go_on = [], threading.Event()
    hanging = ("media", lambda: (asked.append(1), go_on.wait(30)), True)
    monkeypatch.setattr(probes, "QUESTIONS", (hanging,))
    monkeypatch.setattr(probes, "SECONDS", 0.1)
    monkeypatch.setattr(probes, "KEPT_SECONDS", 0)

    answers = [visit("/readyz") for _time in range(3)]
    go_on.set()

    assert {wrong(answer)["media"] for answer in answers} == {"no answer within 0 s"}
    assert asked == [1]


@pytest.mark.django_db(transaction=True)
def test_release_whose_tables_are_not_there_is_not_ready(visit):
    """Of the platform, it cannot work; of one region, it can for all others."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM region_zuid.django_migrations WHERE app = 'zelfregie_core'")
    of_a_region = visit("/readyz")
    probes.forget()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.django_migrations WHERE name = '0017_page_version'")
    of_the_platform = visit("/readyz")

    assert (of_a_region.status_code, wrong(of_a_region)["regions"]) == (
        200,
        "1 regions do not have the tables of this release; run `zelfregie upgrade`",
    )
    assert (of_the_platform.status_code, wrong(of_the_platform)["migrations"]) == (
        503,
        "1 migrations of this release are not in; run `zelfregie upgrade`",
    )


def figures_of(response):
    """Name and labels of every figure to its value."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_kind_and_never_by_what_was_asked(visit, settings, noord, zuid):
    settings.ZELFREGIE_METRICS = True
    before = figures_of(RegionClient(noord).get("/metrics"))

    for region in (noord, zuid):
        visitor = RegionClient(region)
        for path in ("/", "/geheim-van-anna/", "/admin/login/", "/media/x.png", "/-/groups/api/", "/zoeken/?q=rouw"):
            visitor.get(path)
        visitor.generic("BREW", "/")
    visit("/tls/ask", query_params={"domain": "anna.example"})
    text = RegionClient(noord).get("/metrics")

    after = figures_of(text)
    gained = {key: value - before.get(key, 0) for key, value in after.items() if key[0] == "zelfregie_requests_total"}
    allowed = {*GROUPS, *(f"plugin-{slug}" for slug in get_plugins().slugs())}
    labels = {(name, value) for key in after for name, value in key[1:]}
    assert {value for name, value in labels if name == "group"} <= allowed
    assert {value for name, value in labels if name == "method"} <= {"GET", "HEAD", "POST", "OPTIONS", "other"}
    assert gained["zelfregie_requests_total", ("group", "pages"), ("method", "GET"), ("status", "2xx")] == 2
    assert gained["zelfregie_requests_total", ("group", "login"), ("method", "GET"), ("status", "2xx")] == 2
    refused = ("zelfregie_certificate_asks_total", ("answer", "refused"))
    assert after[refused] - before[refused] == 1
    assert [word for word in ("anna", "noord", "zuid", "rouw", "203.0") if word in text.text] == []


def test_figures_are_off_unless_asked_for(visit):
    assert visit("/metrics").status_code == 404


def test_figures_of_the_platform_are_what_the_database_says(noord, zuid, task_queue, tmp_path):
    Region.objects.filter(pk=zuid.pk).update(state="suspended")
    RegionBackup.objects.create(region=noord, made_at=noord.created_at, location="x", sha256="x", size=1, release="1")
    example_tasks.note_region.enqueue(str(tmp_path))
    with tenant_context(zuid):  # closed: its task waits without anybody having to look
        example_tasks.note_region.enqueue(str(tmp_path))

    with Presence("een"), Presence("twee"):
        found = {sample.name: sample for family in families(read_figures()) for sample in family.samples}
        states = {
            (sample.name, sample.labels["state"]): sample.value
            for family in families(read_figures())
            for sample in family.samples
            if sample.labels
        }

    assert states["zelfregie_regions", "launched"] == 2
    assert states["zelfregie_regions", "suspended"] == 1
    assert states["zelfregie_tasks", "ready"] == 2
    assert (found["zelfregie_workers"].value, found["zelfregie_regions_without_backup"].value) == (2, 1)
    assert found["zelfregie_backup_age_seconds"].value > 0
    assert 0 < found["zelfregie_task_wait_seconds"].value < 3600


@pytest.fixture
def lines():
    """What is logged, as a server with ZELFREGIE_LOG_FORMAT=json writes it; the function reads it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RegionFilter())
    logger = logging.getLogger()
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_line_about_a_request_has_its_number_and_region_and_not_its_address(client, settings, lines, caplog):
    settings.ZELFREGIE_LOG_REQUESTS = True
    caplog.set_level(logging.INFO, logger="zelfregie.requests")

    response = client.get("/zoeken/", {"q": "mijn naam is Anna"}, REMOTE_ADDR="203.0.113.9")

    line = next(line for line in lines() if line["logger"] == "zelfregie.requests")
    assert line.pop("ms") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line.pop("message").startswith("GET core 200 ")
    assert line == {
        "level": "info", "logger": "zelfregie.requests", "region": "region_noord", "method": "GET", "group": "core",
        "status": 200, "request_id": response.headers["X-Request-ID"],
    }  # fmt: skip


def test_error_in_json_has_its_type_and_places_and_not_its_words(lines):
    try:
        raise ValueError("Key (email)=(anna@example.nl)\nalready exists")
    except ValueError:
        logging.getLogger("proef").exception("Dat ging\nmis.", extra={"bezoeker": "Anna"})

    (line,) = lines()
    assert (line["error"], line["message"]) == ("builtins.ValueError", "Dat ging\nmis.")
    assert "test_monitoring.py" in line["trace"]
    assert "nna" not in json.dumps(line)


def test_number_of_a_request_is_our_proxys_or_our_own(client, settings):
    settings.ZELFREGIE_TRUSTED_PROXIES = 1
    given = ["abc-12345", 'kort"', "x" * 65]
    numbers = [client.get("/", headers={"X-Request-ID": word}).headers["X-Request-ID"] for word in given]
    settings.ZELFREGIE_TRUSTED_PROXIES = 0
    without = client.get("/", headers={"X-Request-ID": given[0]}).headers["X-Request-ID"]

    assert [number == word for number, word in zip([*numbers, without], [*given, given[0]], strict=True)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert len({*numbers, without}) == 4


def test_lines_of_a_task_have_its_number(task_queue, noord, lines):
    result = example_tasks.fail.enqueue("Anna")

    task_queue()

    assert [line["request_id"] for line in lines() if line["logger"] == "zelfregie.tasks"] == [f"task-{result.id}"]
