"""Which answers are never kept for other visitors, whatever the request was."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from zelfregie_tenants import page_cache
from zelfregie_tenants.postgresql.watching import reads_others, schemas_changed

HTML = "text/html; charset=utf-8"


def request_for(rf, view=page_cache.PAGE_VIEW):
    request = rf.get("/")
    request.resolver_match = type("Match", (), {"view_name": view})()
    return request


def with_cookie():
    response = HttpResponse("x", content_type=HTML)
    response.set_cookie("iets", "1")
    return response


@pytest.mark.parametrize(
    ("make", "kept"),
    [
        (lambda: HttpResponse("x", content_type=HTML), True),
        (lambda: HttpResponse("x", content_type=HTML, headers={"Vary": "Cookie, Accept-Encoding"}), True),
        (lambda: HttpResponse("x", content_type=HTML, headers={"Cache-Control": "no-store"}), False),
        (lambda: HttpResponse("x", content_type=HTML, headers={"Cache-Control": "private, max-age=60"}), False),
        (lambda: HttpResponse("x", content_type=HTML, headers={"Vary": "Accept-Language"}), False),
        (lambda: HttpResponse("x", content_type=HTML, headers={"Vary": "*"}), False),
        (lambda: HttpResponse("x", content_type="application/pdf"), False),
        (lambda: HttpResponse("x" * (page_cache.LARGEST + 1), content_type=HTML), False),
        (lambda: HttpResponse("x", content_type=HTML, status=404), False),
        (lambda: StreamingHttpResponse(["x"], content_type=HTML), False),
        (with_cookie, False),
    ],
    ids=["page", "vary", "no-store", "private", "language", "all", "kind", "size", "status", "stream", "cookie"],
)
def test_answer_that_is_not_for_everybody_is_not_kept(rf, make, kept):
    assert page_cache.may_be_kept(request_for(rf), make()) is kept


def test_answer_of_another_view_is_kept_only_when_it_says_so(rf):
    request = request_for(rf, "groups:widget")
    silent = HttpResponse("x", content_type=HTML)
    public = HttpResponse("x", content_type=HTML, headers={"Cache-Control": "public, max-age=60"})

    assert [page_cache.may_be_kept(request, response) for response in (silent, public)] == [False, True]


def test_nonce_and_preview_are_of_one_answer(rf):
    with_nonce, preview = request_for(rf), request_for(rf)
    with_nonce._csp_nonce, preview.is_preview = "abc", True

    kept = [page_cache.may_be_kept(request, HttpResponse("x", content_type=HTML)) for request in (with_nonce, preview)]

    assert kept == [False, False]


@pytest.mark.parametrize(
    ("sql", "schema", "changed"),
    [
        ('SELECT "wagtailcore_page"."id" FROM "wagtailcore_page" FOR UPDATE', "region_a", set()),
        ('UPDATE "wagtailcore_page" SET "title" = %s', "region_a", {"region_a"}),
        ("  insert into wagtailcore_page values (1)", "region_a", {"region_a"}),
        ('DELETE FROM "region_b"."wagtailcore_page"', "region_a", {"region_b"}),
        ('WITH x AS (DELETE FROM "a" RETURNING 1) INSERT INTO "b" SELECT * FROM x', "region_a", {"region_a"}),
        ('WITH x AS (SELECT 1 FROM "a" FOR UPDATE OF "a") SELECT * FROM x', "region_a", set()),
        ("TRUNCATE wagtailcore_page", "region_a", {"region_a"}),
        ('INSERT INTO "zelfregie_tenants_listing" VALUES (1) ON CONFLICT DO UPDATE SET x = 1', "region_a", {"public"}),
        ('UPDATE "django_session" SET "x" = 1', "region_a", set()),
        ('INSERT INTO "django_tasks_database_dbtaskresult" VALUES (1)', "region_a", set()),
        ('INSERT INTO "zelfregie_cache" VALUES (1)', "region_a", set()),
        ("CREATE TABLE iets (x int)", "public", set()),
        ("SET search_path = x", "region_a", set()),
    ],
)
def test_statement_tells_whose_pages_it_changes(sql, schema, changed):
    assert schemas_changed(sql, schema) == changed


def test_statement_tells_whether_it_reads_what_other_regions_change():
    own = ['FROM "zelfregie_tenants_taskenvelope"', "FROM zelfregie_tenants_regiondraft"]
    others = [
        'FROM "zelfregie_tenants_listing"',
        "FROM public.zelfregie_tenants_region r",
        "zelfregie_tenants_listing l",
    ]

    assert [reads_others(sql) for sql in own] == [False, False]
    assert [reads_others(sql) for sql in others] == [True, True, True]
