"""From host to region, and out of it again."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from wagtail.models import Page, Site

from zelfregie_tenants.middleware import RegionMiddleware, find_domain
from zelfregie_tenants.models import Domain, Region

pytestmark = pytest.mark.django_db


def visit(host: str, path: str = "/", **extra) -> HttpResponse:
    return Client(headers={"host": host}).get(path, **extra)


@pytest.mark.parametrize(
    ("host", "title"),
    [("noord.test", "Zelfregie Noord"), ("zuid.test", "Zelfregie Zuid"), ("ZUID.test:8000", "Zelfregie Zuid")],
)
def test_host_leads_to_its_region(host, title, rf):
    seen = []
    middleware = RegionMiddleware(lambda request: seen.append((request.region.name, request.tenant)) or HttpResponse())

    middleware(rf.get("/", headers={"host": host}))

    assert [(name, tenant.name) for name, tenant in seen] == [(title, title)]


@pytest.mark.parametrize("host", ["nergens.test", "noord.test.nergens.nl", "127.0.0.1", "a_b.test", "[::1]", "..", ""])
def test_unknown_host_gets_an_honest_404(host):
    response = visit(host)

    assert response.status_code == 404
    assert "Set-Cookie" not in response.headers
    assert b"Zelfregie Noord" not in response.content


def test_draft_is_as_invisible_as_an_unknown_host(zuid):
    unknown = visit("nergens.test")
    Region.objects.filter(pk=zuid.pk).update(state="draft")

    draft = visit("zuid.test")

    assert draft.status_code == unknown.status_code
    assert draft.content.replace(b"zuid.test", b"nergens.test") == unknown.content


@pytest.mark.parametrize(("state", "status"), [("suspended", 503), ("archived", 410)])
def test_region_out_of_use_says_so(zuid, state, status):
    Region.objects.filter(pk=zuid.pk).update(state=state)

    response = visit("zuid.test")

    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("3600" if state == "suspended" else None)
    assert visit("zuid.test", "/admin/").status_code == status


@pytest.mark.parametrize("host", ["www.zuid.test", "oud-zuid.test"])
def test_other_address_of_a_region_redirects_to_its_own(zuid, host):
    Domain.objects.create(tenant=zuid, domain="oud-zuid.test", is_primary=False)

    response = visit(f"{host}:8000", "/zoeken/", query_params={"q": "rouw"})

    assert (response.status_code, response.headers["Location"]) == (302, "http://zuid.test:8000/zoeken/?q=rouw")


def test_address_with_www_of_its_own_is_found(zuid):
    Domain.objects.create(tenant=zuid, domain="www.ander.test", is_primary=False)

    assert find_domain("www.ander.test").domain == "www.ander.test"
    assert find_domain("ander.test") is None


def test_connection_is_public_after_a_request(rf):
    middleware = RegionMiddleware(lambda request: HttpResponse(connection.schema_name))
    connection.set_schema_to_public()

    response = middleware(rf.get("/", headers={"host": "zuid.test"}))

    assert (response.content, connection.schema_name) == (b"region_zuid", "public")


def test_connection_is_public_after_an_error(rf):
    def fail(request):
        raise ZeroDivisionError

    connection.set_schema_to_public()

    with pytest.raises(ZeroDivisionError):
        RegionMiddleware(fail)(rf.get("/", headers={"host": "zuid.test"}))
    assert connection.schema_name == "public"


@pytest.mark.parametrize("inner_host", ["zuid.test", "nergens.test"])
def test_request_inside_a_request_leaves_the_outer_one_in_its_region(rf, inner_host):
    """Wagtail's preview does this; with a Site at a wrong host it used to end in `public`."""
    schemas = []

    def outer(request):
        inner = RegionMiddleware(lambda request: HttpResponse())
        inner(RequestFactory().get("/", headers={"host": inner_host}))
        schemas.append(connection.schema_name)
        return HttpResponse(str(Page.objects.filter(title="Zelfregie Noord").count()))

    response = RegionMiddleware(outer)(rf.get("/", headers={"host": "noord.test"}))

    assert (schemas, response.content) == (["region_noord"], b"1")


@pytest.mark.parametrize("host", ["zuid.test", "nergens.test"])
def test_preview_is_of_the_region_whatever_its_site_says(client, host):
    Site.objects.update(hostname=host)
    Site.clear_site_root_paths_cache()
    page = Page.objects.get(title="Zelfregie Noord").specific

    response = page.make_preview_request()

    assert response.status_code == 200
    assert "Zelfregie Noord" in response.content.decode()
    assert connection.schema_name == "region_noord"


def test_stream_is_read_in_the_region_of_its_request(rf):
    def titles() -> Iterator[bytes]:
        for page in Page.objects.filter(depth=2).iterator():
            yield page.title.encode()

    middleware = RegionMiddleware(lambda request: StreamingHttpResponse(titles()))
    connection.set_schema_to_public()

    response = middleware(rf.get("/", headers={"host": "zuid.test"}))

    read = [(chunk, connection.schema_name) for chunk in response]
    assert read == [(b"Zelfregie Zuid", "public")]


def test_language_of_the_region_is_active_for_the_visitor(rf, zuid):
    Region.objects.filter(pk=zuid.pk).update(languages=["en", "nl"])
    middleware = RegionMiddleware(lambda request: HttpResponse(f"{translation.get_language()} {request.LANGUAGE_CODE}"))

    answers = [middleware(rf.get("/", headers={"host": host})).content for host in ("zuid.test", "noord.test")]

    assert answers == [b"en en", b"nl nl"]
    assert translation.get_language() == "nl"


@pytest.mark.django_db(transaction=True)
def test_two_threads_stay_in_their_own_regions():
    barrier = threading.Barrier(2, timeout=20)
    seen = {}

    def answer(request):
        for _round in range(20):
            barrier.wait()
            title = Page.objects.filter(depth=2).values_list("title", flat=True).get()
            seen.setdefault(request.region.slug, set()).add(title)
        return HttpResponse()

    def visit_in_thread(host):
        try:
            RegionMiddleware(answer)(RequestFactory().get("/", headers={"host": host}))
        finally:
            connection.close()

    threads = [threading.Thread(target=visit_in_thread, args=(host,)) for host in ("noord.test", "zuid.test")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {"noord": {"Zelfregie Noord"}, "zuid": {"Zelfregie Zuid"}}


def test_platform_answers_health_without_region():
    response = visit("127.0.0.1", "/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize(
    ("domain", "status"),
    [("zuid.test", 200), ("ZUID.test.", 200), ("noord.test", 404), ("nergens.test", 404), ("", 404)],
)
def test_certificate_is_allowed_for_launched_regions_only(noord, domain, status):
    Region.objects.filter(pk=noord.pk).update(state="draft")

    response = visit("localhost", "/tls/ask", query_params={"domain": domain})

    assert response.status_code == status


def test_region_is_found_in_one_query(rf, django_assert_num_queries):
    middleware = RegionMiddleware(lambda request: HttpResponse())
    connection.set_schema_to_public()
    Domain.objects.count()

    with django_assert_num_queries(2):  # one of them is SET search_path
        middleware(rf.get("/", headers={"host": "zuid.test"}))


def prepare(region):
    """Bring a region back to where nobody but its own people see it."""
    Region.objects.filter(pk=region.pk).update(state="prepared")


def test_prepared_region_is_shown_to_nobody_from_outside(noord, client):
    prepare(noord)

    seen = {path: client.get(path).status_code for path in ("/", "/robots.txt", "/zoeken/", "/-/groups/api/", "/x/")}
    opening = client.get("/")

    assert seen == dict.fromkeys(seen, 503)
    assert "gaat binnenkort open" in opening.text
    assert (opening.headers["X-Robots-Tag"], opening.headers["Cache-Control"]) == ("noindex", "no-store")


def test_prepared_region_lets_its_people_log_in_and_see_their_site(noord, client, django_user_model):
    prepare(noord)
    user = django_user_model.objects.create_superuser("anna@noord.example", password="x")

    login = client.get("/admin/login/").status_code
    client.force_login(user)
    page = client.get("/")

    assert (login, page.status_code) == (200, 200)
    assert "gaat binnenkort open" not in page.text


def test_somebody_of_another_region_does_not_see_a_prepared_one(
    noord, zuid, in_region, region_client, django_user_model
):
    prepare(noord)
    with in_region(zuid):
        stranger = django_user_model.objects.create_superuser("anna@zuid.example", password="x")
    at_home, abroad = region_client(zuid), region_client(noord)
    at_home.force_login(stranger)
    abroad.cookies = at_home.cookies

    response = abroad.get("/")

    assert response.status_code == 503
