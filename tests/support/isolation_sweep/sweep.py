"""Asks every address, as every role, in every region, and keeps what it saw of another one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponseBase
from django.test import TestCase
from django.urls import Resolver404, resolve
from django_tenants.utils import tenant_context

from isolation_sweep.addresses import Address, addresses, paths_of
from isolation_sweep.arguments import ARGUMENTS, BY_PARAMETER, PATHS, POSTS, Rows, query_of
from isolation_sweep.canaries import Canaries, Sighting
from isolation_sweep.expected import EXPECTED, Expected
from isolation_sweep.filler import ELSEWHERE, FIRST
from isolation_sweep.forms import forms_of
from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_tenants.models import Region
from zelfregie_tenants.testing.client import RegionClient
from zelfregie_tenants.testing.contents import body_of, texts_of
from zelfregie_tenants.testing.watching import watching

VISITOR = "visitor"
#: Somebody of the platform, who may do everything in a region: whatever is not shown to them is shown to nobody.
SUPERUSER = "superuser"
ROLES = (VISITOR, *Role, SUPERUSER)
#: Asked last: nobody is logged in afterwards.
LAST = ("wagtailadmin_logout",)
OPENED = frozenset({200, 204, 301, 302, 304})


#: What tells forms apart: where it stands, where it goes, and what its fields are called.
Shape = tuple[str, str, frozenset[str]]


@dataclass(frozen=True, order=True)
class Leak:
    """Something of another region that was seen."""

    url: str
    role: str
    region: str
    place: str
    sighting: Sighting

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.url} as {self.role} in {self.region}: {self.sighting}, in {self.place}"


@dataclass
class Found:
    """What a sweep found."""

    combinations: int = 0
    requests: int = 0
    #: Forms that were sent.
    posts: int = 0
    leaks: set[Leak] = field(default_factory=set)
    #: Address to the statuses with which it answered.
    statuses: dict[Address, set[int]] = field(default_factory=lambda: defaultdict(set))
    broken: set[str] = field(default_factory=set)
    used: set[Expected] = field(default_factory=set)


class Sweep:
    """The addresses and rows of some regions; what it finds collects in `found`."""

    def __init__(self, canaries: Canaries, rows: dict[str, Rows]) -> None:
        """Make somebody with each role in each region."""
        self.canaries, self.rows = canaries, rows
        self.addresses = sorted(addresses(), key=lambda address: address.name in LAST)
        self.clients = {(slug, role): self._client(rows[slug].region, role) for slug in rows for role in ROLES}
        self.found = Found()

    @staticmethod
    def _client(region: Region, role: str) -> RegionClient:
        client = RegionClient(region, raise_request_exception=False)
        if role == VISITOR:
            return client
        with tenant_context(region):
            user = User.objects.create_user(f"{role}@voorbeeld.nl", f"{role}@voorbeeld.nl", "x")
            user.is_superuser = role == SUPERUSER
            user.save()
            if role != SUPERUSER:
                user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role(role)]))
        client.force_login(user)
        return client

    def paths(self, address: Address, region: str, number: int = FIRST) -> list[str]:
        """Return the paths at which to ask an address in a region, with what is asked behind it."""
        rows = self.rows[region]
        with tenant_context(rows.region):
            found = paths_of(address, rows, paths=PATHS, named=ARGUMENTS, by_parameter=BY_PARAMETER, number=number)
        query = query_of(address.name, rows)
        return [f"{path}{'&' if '?' in path else '?'}{query}" if query else path for path in found]

    def get(self, roles: Iterable[str] = ROLES, regions: Iterable[str] | None = None) -> None:
        """Ask every address once in each region as each role."""
        for region in regions or self.rows:
            for role in roles:
                for address in self.addresses:
                    self.found.combinations += 1
                    for path in self.paths(address, region):
                        self.ask(address, region, role, path)

    def get_elsewhere(self, region: str) -> None:
        """Ask a region, as somebody who may see everything, for numbers that exist in another region only."""
        for address in self.addresses:
            if any(kind == "int" for kind, _name in address.parameters):
                self.found.combinations += 1
                for path in self.paths(address, region, ELSEWHERE):
                    self.ask(address, region, SUPERUSER, path)

    def get_and_post(self, role: str, region: str, sent: set[Shape] | None = None) -> None:
        """Ask every address; send each form that it shows as it came, or something where none is, and undo that.

        Args:
            role: as whom.
            region: where.
            sent: the forms that others sent before; those are not sent again, and those of this role are added.
        """
        client = self.clients[region, role]
        files = {file: file.read_bytes() for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()}
        for address in self.addresses:
            self.found.combinations += 1
            for path in self.paths(address, region):
                page = self.ask(address, region, role, path)
                shown = forms_of(body_of(page).decode("utf-8", "replace")) if is_html(page) else []
                own = [(action, data) for action, data in shown if belongs_to(action, path)]
                for action, data in own or [("", POSTS.get(address.name, {}))]:
                    shape = (path.partition("?")[0], action, frozenset(data))
                    if page.status_code not in {200, 405} or (sent is not None and shape in sent):
                        continue
                    if sent is not None:
                        sent.add(shape)
                    self.found.combinations += 1
                    self.found.posts += 1
                    cookies = client.cookies.output()
                    with transaction.atomic():
                        self.ask(address, region, role, action or path, WITHOUT_SCRIPT | data)
                        transaction.set_rollback(True)
                    for file, content in files.items():  # what went with its row does not come back with it
                        if not file.exists():
                            file.write_bytes(content)
                    if client.cookies.output() != cookies:
                        self.clients[region, role] = client = self._again(region, role)

    def _again(self, region: str, role: str) -> RegionClient:
        client = RegionClient(self.rows[region].region, raise_request_exception=False)
        if role != VISITOR:
            with tenant_context(self.rows[region].region):
                user = User.objects.get(username=f"{role}@voorbeeld.nl")
            client.force_login(user)
        return client

    def ask(self, address: Address, region: str, role: str, path: str, data: Any = None) -> HttpResponseBase:
        """Send one request, and look at everything that came of it."""
        client = self.clients[region, role]
        with watching() as watcher, TestCase.captureOnCommitCallbacks(execute=True):
            response = client.get(path) if data is None else client.post(path, data)
            texts = list(texts_of(response))
        self.found.requests += 1
        self.found.statuses[address].add(response.status_code)
        if response.status_code >= 500 and not {address.name, view_name(path)} & FAILS.keys():
            error = response.exc_info[1] if getattr(response, "exc_info", None) else ""
            self.found.broken.add(f"{path} as {role} in {region} answered {response.status_code} {error!r}")
        for place, text in texts:
            self._look(address, region, role, path, place, text)
        for noted_in, place, text in watcher.take(region):
            if noted_in not in self.rows and self.canaries.seen(text):
                self._leak(path, role, region, f"{place}, outside any region", self.canaries.seen(text))
            elif noted_in in self.rows:
                self._leak(path, role, region, place, self.canaries.foreign(text, noted_in))
        return response

    def _look(self, address: Address, region: str, role: str, path: str, place: str, text: str) -> None:
        for sighting in self.canaries.foreign(text, region):
            reasons = [one for one in EXPECTED if one.covers(region, address.name, place, sighting)]
            self.found.used.update(reasons)
            if not reasons:
                self._leak(path, role, region, place, {sighting})

    def _leak(self, path: str, role: str, region: str, place: str, sightings: set[Sighting]) -> None:
        self.found.leaks |= {Leak(path, role, region, place, sighting) for sighting in sightings}

    def not_reached(self) -> list[str]:
        """Return the addresses that never opened, although nobody said that they do not."""
        return sorted(
            f"{address.name} ({address.route}) only answered {sorted(statuses)}"
            for address, statuses in self.found.statuses.items()
            if not statuses & OPENED and address.name not in NEVER_OPENS
        )


#: What a script adds to Wagtail's form of a page: how many blocks there are.
WITHOUT_SCRIPT = {"body-count": "0"}
#: Addresses that may fail here, and why that is no fault of ours.
FAILS = {
    "wagtailadmin_error_test": "Wagtail's own page to try an error",
    "wagtailadmin_pages:choose_parent": "Wagtail fails on a parent that is no number, as its form holds first",
    "wagtail_bulk_action": "the same, where pages are moved",
    "wagtailredirects:add": "the same, of the page to lead to",
    "wagtailsites:add": "the same, of the first page",
    "wagtailadmin_choose_page_external_link": "Wagtail fails on an address that is left out",
    "wagtailredirects:process_import": "Wagtail fails when the step before it was left out",
    "readiness:check": "works in a transaction of its own, and here each form is sent inside one",
}
#: Addresses that open for nobody in a region, and why.
NEVER_OPENS: dict[str, str] = {
    "wagtailadmin_error_test": "Wagtail's own page to try an error",
    "groups:map_tile": "fetches from outside; plugins/groups/tests/test_isolation_tiles.py has a stand-in for that",
    "admin/test404/": "Wagtail's own page to try a 404",
    "admin/^.*/$": "what Wagtail answers to an address of the admin that is not there",
}


def view_name(path: str) -> str:
    """Return the name of what answers at a path, which a form may name that stands on another page."""
    with suppress(Resolver404):
        return resolve(urlsplit(path).path).view_name
    return ""


def is_html(response: Any) -> bool:
    """Tell whether an answer is a page."""
    return response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming


def belongs_to(action: str, path: str) -> bool:
    """Tell whether a form is of this page: not the one for logging out or searching that stands on every page."""
    plain = re.split(r"[?#]", action)[0]
    return not plain or plain == path.partition("?")[0] or plain.startswith(path.partition("?")[0])
