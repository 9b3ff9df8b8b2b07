"""Seen red: words of another region that do not stand in an answer, and a page that not everybody can use."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from pathlib import Path

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse
from django_tasks import task
from django_tenants.utils import schema_context, tenant_context

from zelfregie_core.models import Branding
from zelfregie_core.plugins import ScheduledTask
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_national.models import RegionsPage
from zelfregie_tenants.contract import accessibility, running
from zelfregie_tenants.contract.subject import find_subject
from zelfregie_tenants.models import Region

pytestmark = pytest.mark.django_db
REMEMBERED: list[str] = []
NOORD = "Regio's noorderkraai"
log = logging.getLogger("zelfregie.proef")


def found(key: str) -> set[tuple[str, str]]:
    """Return what a check finds in a damaged plugin: the place, and what is wrong there."""
    (result,) = running.run(find_subject("national"), [key])
    return {(finding.place, finding.problem) for finding in result.findings}


def other_region() -> Region:
    return Region.objects.get(slug="zuid" if connection.schema_name == "region_noord" else "noord")


def own_title() -> str:
    return RegionsPage.objects.get().title


@task()
def told(title: str) -> None:
    """Do nothing with what it is told."""


@task()
def remembers() -> None:
    log.info("Gezien: %s", " ".join(REMEMBERED))
    REMEMBERED.append(own_title())


@task()
def writes_elsewhere() -> str:
    title = own_title()
    with tenant_context(other_region()):
        Branding.objects.update(tagline=title)
        answer = own_title()
    with schema_context("public"):
        Region.objects.filter(slug="landelijk").update(name=title)
    return answer


@pytest.fixture
def leaking(monkeypatch, tmp_path):
    """The plugin with a page and tasks that tell everything to everybody, beside what they answer."""
    outside = tmp_path / "eigen.txt"

    def serve(page, request, *args, **kwargs):
        LocMemCache("proef", {}).set("titel", page.title)
        outside.write_text(page.title)
        with tenant_context(other_region()):
            title, file = own_title(), Path(default_storage.path("titel.txt"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page.title)
        told.enqueue(title)
        return HttpResponse("niets te zien")

    monkeypatch.setattr(RegionsPage, "serve", serve)
    plugins = get_plugins()
    scheduled = [ScheduledTask(each, every=dt.timedelta(days=1)) for each in (remembers, writes_elsewhere)]
    monkeypatch.setitem(plugins._items["national"], "register_scheduled_tasks", scheduled)
    monkeypatch.setattr(plugins, "_derived", {})
    yield outside
    REMEMBERED.clear()


def test_words_of_another_region_beside_an_answer_are_red(leaking):
    problems = found("isolation")

    page, remembering, writing = "/regios/", f"task {__name__}.remembers", f"task {__name__}.writes_elsewhere"
    assert {(place, problem.partition(": ")[0]) for place, problem in problems} == {
        (page, "cache key :1:titel, outside any region, has words of noord"),
        (page, "cache key :1:titel, outside any region, has words of zuid"),
        (page, f"file {leaking}, outside any region, has words of noord"),
        (page, f"file {leaking}, outside any region, has words of zuid"),
        (page, "in noord, file titel.txt has words of zuid"),
        (page, "in zuid, file titel.txt has words of noord"),
        (page, f"in noord, task {__name__}.told has words of zuid"),
        (page, f"in zuid, task {__name__}.told has words of noord"),
        (remembering, "in zuid, log zelfregie.proef has words of noord"),
        (writing, "in noord, the result has words of zuid"),
        (writing, "in zuid, the result has words of noord"),
        ("zelfregie_core_branding", "in noord, the table has words of zuid"),
        ("zelfregie_core_branding", "in zuid, the table has words of noord"),
        ("zelfregie_tenants_region", "the table, outside any region, has words of zuid"),
    }
    assert any(problem.endswith(f"has words of noord: Gezien: {NOORD}") for _place, problem in problems)


@pytest.mark.browser
@pytest.mark.skipif(not any(map(shutil.which, accessibility.BROWSERS)), reason="no Chromium here")
def test_page_that_not_everybody_can_use_is_red(monkeypatch):
    def serve(page, request, *args, **kwargs):
        return HttpResponse(
            '<!doctype html><html lang="nl"><head><title>Regio</title></head><body><main><h1>Regio</h1>'
            '<img src="data:,"></main></body></html>'
        )

    monkeypatch.setattr(RegionsPage, "serve", serve)
    monkeypatch.setattr(accessibility, "WINDOWS", {"phone": accessibility.WINDOWS["phone"]})

    problems = found("accessibility")

    ((place, problem),) = problems
    assert place == "/regios/ (phone)"
    assert problem.startswith("image-alt: ")
