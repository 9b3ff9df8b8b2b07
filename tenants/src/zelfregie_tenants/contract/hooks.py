"""Every hook that the plugin implements does what its reference says, in a region that is filled."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import checks
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_tenants.utils import tenant_context

from zelfregie_core.models import Theme
from zelfregie_core.plugins import ExportFile, Listing, Section
from zelfregie_core.plugins import Finding as ReadinessFinding
from zelfregie_core.plugins.calls import ANSWERED_TYPE, ANSWERED_TYPES
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.validation import CONTRIBUTED_TYPES
from zelfregie_tenants.contract.filling import FilledRegion, filled_regions
from zelfregie_tenants.contract.findings import Finding
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.domain.domains import primary_host

KEY = "hooks"
TITLE = "every hook answers what its reference says"
REFERENCE = "See the section of this hook in docs/reference/hooks.md."


def check(subject: Subject) -> Iterator[Finding]:
    """Call everything once, in a region with the plugin's samples and the plugin on."""
    if not any(get_plugins().implementation(hook, subject.slug) for hook in _all_hooks()):
        yield Finding(subject.declared.hook_module, "it implements no hook", "Add one, or uninstall the plugin.")
    for message in checks.run_checks(app_configs=[subject.config], include_deployment_checks=False):
        if message.level >= checks.WARNING:
            yield Finding(str(message.obj or subject.app), message.msg, message.hint or "See Django's system checks.")
    with filled_regions(subject) as regions, tenant_context(regions[0].region):
        yield from _call_all(subject, regions[0])


def _all_hooks() -> list[str]:
    return [*CONTRIBUTED_TYPES, *ANSWERED_TYPES, *ANSWERED_TYPE, "directory_listings", "region_export"]


def _call_all(subject: Subject, filled: FilledRegion) -> Iterator[Finding]:
    request = _request(filled)
    given = {"request": request, "theme": Theme.objects.first(), "query": filled.mark, "text": "", "keys": None}
    for hook in (*ANSWERED_TYPES, *ANSWERED_TYPE, "directory_listings", "region_export"):
        found = get_plugins().implementation(hook, subject.slug)
        if found is None:
            continue
        function = found.function
        arguments = [given[name] for name in found.argnames]
        yield from _tried(hook, lambda f=function, a=arguments, h=hook: _answered(h, f(*a), request))
    for name, try_it in _registered(subject):
        yield from _tried(name, try_it)


def _registered(subject: Subject) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield what the plugin registered and core calls later, with what calls it and says what is wrong, or nothing."""
    for indicator in subject.contributed("register_indicators"):
        yield f"indicator {indicator.key}", lambda i=indicator: _number(i.count())
    for scheduled in subject.contributed("register_scheduled_tasks"):
        yield f"task {scheduled.task.name}", lambda s=scheduled: _nothing(s.task.func())
    for readiness in subject.contributed("register_readiness_checks"):
        if not readiness.outside:  # it asks the network, and a check of a module asks nobody
            yield f"readiness check {readiness.key}", lambda r=readiness: _findings(r.check())
    for block in subject.contributed("register_blocks"):
        yield f"block {block.name}", lambda b=block: _nothing(b.block.render(b.block.get_default()))


def _tried(place: str, call: Callable[[], str]) -> Iterator[Finding]:
    try:
        with transaction.atomic():
            problem = call()
            transaction.set_rollback(True)
    except Exception as error:
        problem = f"it raised {type(error).__name__}: {error}"
    if problem:
        yield Finding(place, problem, REFERENCE)


def _answered(hook: str, answer: Any, request: HttpRequest) -> str:
    if hook in ANSWERED_TYPE:
        right = answer is None or isinstance(answer, ANSWERED_TYPE[hook])
        return "" if right else f"it returned a {type(answer).__name__}"
    expected = {**ANSWERED_TYPES, "directory_listings": Listing, "region_export": ExportFile}[hook]
    items = [] if answer is None else list(answer)
    for item in items:
        if not isinstance(item, expected):
            return f"it returned a {type(item).__name__} in its list, not a {expected.__name__}"
        if isinstance(item, Section) and not item.is_empty:
            render_to_string(item.template, dict(item.context), request)
        if isinstance(item, ExportFile):
            item.write(io.BytesIO())
    return ""


def _number(answer: Any) -> str:
    right = isinstance(answer, (int, float)) and not isinstance(answer, bool)
    return "" if right else f"it counted {answer!r}, which is no number"


def _nothing(answer: Any) -> str:
    return ""


def _findings(answer: Any) -> str:
    right = isinstance(answer, list) and answer and all(isinstance(item, ReadinessFinding) for item in answer)
    return "" if right else f"it found {answer!r}; return a list with at least one Finding"


def _request(filled: FilledRegion) -> HttpRequest:
    request = RequestFactory().get("/", SERVER_NAME=primary_host(filled.region))
    request.user, request.tenant = AnonymousUser(), filled.region
    return request
