"""Visiting every address of a plugin, as a visitor and as somebody who may do everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import TestCase
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django_tenants.utils import tenant_context

from zelfregie_tenants.contract.filling import FilledRegion
from zelfregie_tenants.contract.subject import Subject
from zelfregie_tenants.testing.addresses import Address, all_addresses
from zelfregie_tenants.testing.client import RegionClient
from zelfregie_tenants.testing.contents import texts_of

#: How many rows of each model give their values to an address.
ROWS = 3
#: Names of parameters that stand for the key of a row.
KEYS = frozenset({"pk", "id", "object_id", "page_id", "instance_pk"})
BODY = "body"

_visitors = count(1)


@dataclass(frozen=True)
class Visit:
    """One answer.

    Args:
        path: what was asked for.
        status: the number that HTTP gives to how it went.
        parts: where in it something stands, and what: headers, cookies, the body, what is packed in the body.
        kind: the type of the content.
        location: where it leads, for a redirect.
        posted: it takes a POST only: not a page that somebody sees at that address.
    """

    path: str
    status: int
    parts: tuple[tuple[str, str], ...]
    kind: str
    location: str
    posted: bool = False

    @property
    def text(self) -> str:
        """Everything that it says."""
        return "\n".join(text for _place, text in self.parts)

    @property
    def answers(self) -> bool:
        """True iff a view of the plugin really answered: no 404, no refusal, no way to the login page."""
        return self.status not in (403, 404, 405) and "/login/" not in self.location


def visit(browser: RegionClient, path: str, *, finish: bool = False) -> Visit:
    """Ask for a path, by POST when it takes nothing else; what that changes is rolled back.

    Every visit comes from an address of its own, so that no limit per visitor answers instead of the view.

    Args:
        browser: who asks.
        path: what for.
        finish: also do what waits for the end of the transaction.
    """
    number = next(_visitors)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    with transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=finish):
            answer = browser.get(path, REMOTE_ADDR=address)
            posted = answer.status_code == 405
            if posted:
                answer = browser.post(path, {}, REMOTE_ADDR=address)
            found = Visit(
                path,
                answer.status_code,
                tuple(texts_of(answer)),
                answer.get("Content-Type", ""),
                answer.get("Location", ""),
                posted,
            )
        transaction.set_rollback(True)
    return found


def owner_of_everything(filled: FilledRegion) -> RegionClient:
    """Return a browser of a superuser of the region."""
    with tenant_context(filled.region):
        user, _new = get_user_model().objects.get_or_create(
            username="controle@zelfregie.test",
            defaults={"is_superuser": True, "is_staff": True, "email": "controle@zelfregie.test"},
        )
    browser = filled.visitor()
    browser.force_login(user)
    return browser


def addresses_of(subject: Subject) -> list[Address]:
    """Return every address that belongs to the plugin."""
    return [address for address in all_addresses() if address.plugin == subject.slug]


def paths_of(subject: Subject, filled: FilledRegion) -> dict[Address, list[str]]:
    """Return the paths to ask for, per address, with values from the rows of the region; told ones come first."""
    with tenant_context(filled.region):
        values = _values(subject)
        paths = {address: list(_paths(address, values)) for address in addresses_of(subject)}
        for path in reversed(filled.extra):
            if (address := _address_at(path, paths)) is not None:
                paths[address].insert(0, path)
    return paths


def pages_of(subject: Subject, filled: FilledRegion) -> list[str]:
    """Return the paths that the samples told of and that no URL of the plugin has, and those of the plugin's pages."""
    known = dict.fromkeys(addresses_of(subject))
    told = [path for path in filled.extra if _address_at(path, known) is None]
    return list(dict.fromkeys([*told, *filled.page_paths(subject)]))


def first_paths(subject: Subject, filled: FilledRegion) -> dict[Address, str]:
    """Return for each address the first path that shows something to somebody who may do everything.

    Without one the first that answers, or else the first. Keys of rows are tried at every address that wants one.
    """
    if not filled.firsts:
        owner = owner_of_everything(filled)
        for address, several in paths_of(subject, filled).items():
            best, rank = "", -1
            for path in several:
                answer = visit(owner, path)
                found = 2 if answer.status == 200 else int(answer.answers)
                if found > rank:
                    best, rank = path, found
                if rank == 2:
                    break
            if best:
                filled.firsts[address] = best
            if rank == 2:
                filled.shown.add(best)
    return filled.firsts


def tried_paths(subject: Subject, filled: FilledRegion, alike: FilledRegion) -> dict[Address, list[str]]:
    """Return a few paths per address: those that the samples told of, the first that answers, and some that may not.

    Args:
        subject: the plugin.
        filled: the region whose paths they are.
        alike: the region in which to find out what answers; the other one was filled in the same order.
    """
    known, own = paths_of(subject, alike), paths_of(subject, filled)
    firsts = first_paths(subject, alike)
    tried: dict[Address, list[str]] = {}
    for address, several in own.items():
        place = known[address].index(firsts[address]) if address in firsts else 0
        told = sum(path in filled.extra for path in several)
        tried[address] = list(dict.fromkeys([*several[place : place + 1], *several]))[: told + ROWS]
    return tried


def _paths(address: Address, values: dict[str, list[object]]) -> Iterator[str]:
    if not address.name:
        return
    choices = [values.get(_source(name), []) for name in address.parameters]
    longest = max(map(len, choices), default=1)
    if not all(choices):
        return
    for number in range(longest):
        chosen = {name: found[number % len(found)] for name, found in zip(address.parameters, choices, strict=True)}
        try:
            yield reverse(address.name, kwargs=chosen)
        except NoReverseMatch:
            continue


def _values(subject: Subject) -> dict[str, list[object]]:
    """Return, per name of a parameter, what rows of the region have under it."""
    found: dict[str, list[object]] = {}
    for model in subject.models:
        for row in model._default_manager.order_by("-pk")[:ROWS]:
            for each in model._meta.concrete_fields:
                value = getattr(row, each.attname)
                if isinstance(value, (str, int)) and value != "" and value not in found.setdefault(each.attname, []):
                    found[each.attname].append(value)
            if row.pk not in found.setdefault("pk", []):
                found["pk"].append(row.pk)
    return found


def _source(parameter: str) -> str:
    return "pk" if parameter in KEYS or parameter.endswith(("_id", "_pk")) else parameter


def _address_at(path: str, known: dict[Address, object]) -> Address | None:
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return None
    return next((address for address in known if address.route == match.route), None)
