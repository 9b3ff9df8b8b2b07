"""What a plugin costs each request: the same for every one, no query, and little. Counted, never timed."""

import sys
from itertools import pairwise
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import path
from wagtail.admin.viewsets.base import ViewSet

import zelfregie_core.plugins
from zelfregie_core.discovery import InstalledPlugin
from zelfregie_core.plugins import hookimpl
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain import plugins as switches

pytestmark = pytest.mark.django_db
#: The code that stands between a request and a plugin.
OURS = (str(Path(zelfregie_core.plugins.__file__).parent), switches.__file__)
#: Hooks that the home page asks of each plugin; all are asked, because none has anything to show.
ASKED = {"home_sections": list, "home_actions": list, "finder_path": lambda: None}


def register(temporary_plugin: Any, slug: str) -> None:
    """A plugin with an address, a viewset, and hooks that have nothing to show."""
    viewset = type("TinyViewSet", (ViewSet,), {"name": f"{slug}_things"})()

    def register_urls() -> list[Any]:
        return [path("", lambda request: HttpResponse(slug), name="index")]

    hooks = {name: _answering(name, empty) for name, empty in ASKED.items()}
    hooks |= {"register_urls": hookimpl(register_urls), "register_viewsets": hookimpl(lambda: [viewset])}
    temporary_plugin(slug, **hooks)


def _answering(name: str, empty: Any) -> Any:
    @hookimpl(specname=name)
    def answer(request: Any) -> Any:
        return empty()

    return answer


def steps_and_queries(client: Any) -> tuple[int, int]:
    """How many lines of the framework a visit of the home page runs, and how many queries it asks."""
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        return count if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    with CaptureQueriesContext(connection) as queries:
        sys.settrace(enter)
        try:
            response = client.get("/")
        finally:
            sys.settrace(before)
    assert response.status_code == 200
    return steps, len(queries)


def test_each_plugin_costs_a_request_as_little_as_the_one_before(client: Any, home: Any, temporary_plugin: Any) -> None:
    found = []
    for number in range(4):
        for each in range(5):
            register(temporary_plugin, f"proef_{number}{each}")
        client.get("/")  # works out once what follows from the plugins
        found.append(steps_and_queries(client))

    steps, queries = zip(*found, strict=True)
    added = {after - before for before, after in pairwise(steps)}
    assert (len(added), len(set(queries))) == (1, 1)
    assert max(added) / 5 < 75 * len(ASKED)


def test_what_follows_from_the_plugins_is_worked_out_anew_when_one_comes_or_goes() -> None:
    plugins = get_plugins()
    module = ModuleType("zelfregie_proef.hooks")
    module.home_sections = _answering("home_sections", list)  # type: ignore[attr-defined]
    module.register_urls = hookimpl(specname="register_urls")(lambda: [path("", HttpResponse, name="index")])  # type: ignore[attr-defined]

    def seen() -> tuple[bool, bool, bool]:
        return (
            plugins.is_installed("proef"),
            plugins.implementation("home_sections", "proef") is not None,
            "proef" in {entry.plugin for entry in plugins.contributed("register_urls")},
        )

    before = seen()
    plugins.register(module, InstalledPlugin("proef", "zelfregie_proef", module.__name__, "zelfregie-proef 1.0"))
    there = seen()
    plugins.unregister("proef")

    assert (before, there, seen()) == ((False,) * 3, (True,) * 3, (False,) * 3)
