"""Every address of a region's site: each pattern of the resolver, with arguments out of the region's own rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
GROUP = re.compile(r"[()\\\[\]*+?|]")

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver."""

    route: str
    name: str
    is_regex: bool

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Return converter and name of each parameter."""
        return [(kind or "str", name) for kind, name in PARAMETER.findall(self.route)]

    def path(self, arguments: Arguments) -> str:
        """Return the path with these arguments."""
        return "/" + PARAMETER.sub(lambda hit: quote(str(arguments[hit[2]]), safe="/:"), self.route)


class NoArguments(Exception):
    """A pattern of which nobody said with what arguments to ask it."""

    def __init__(self, address: Address, parameter: str) -> None:
        """Say which, and how to mend it."""
        super().__init__(
            f"The sweep has no value for `{parameter}` of {address.name} ({address.route}). Add one to "
            "tests/support/isolation_sweep/arguments.py: to ARGUMENTS when only this address has it, under its name; "
            "to BY_PARAMETER when every address means the same by it; a whole path to PATHS for a regular expression."
        )


def addresses() -> list[Address]:
    """Return all patterns: core's, Wagtail's, the plugins' and the platform's own; each once."""
    return list(dict.fromkeys(_walk(get_resolver())))


def _walk(resolver: URLResolver, route: str = "", space: str = "", *, regex: bool = False) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        text, is_regex = str(pattern.pattern), regex
        if isinstance(pattern.pattern, RegexPattern):
            plain = text.removeprefix("^").removesuffix("$").removesuffix("\\Z")
            is_regex = regex or bool(GROUP.search(plain))
            text = text if is_regex else plain
        if isinstance(pattern, URLPattern):
            name = f"{space}{pattern.name}" if pattern.name else f"{space}{route}{text}"
            yield Address(route + text, name, is_regex)
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, route + text, inner, regex=is_regex)


def paths_of(
    address: Address,
    rows: Any,
    *,
    paths: dict[str, Callable[[Any], list[str]]],
    named: dict[str, Callable[[Any], list[Arguments]]],
    by_parameter: dict[str, Callable[[Any], Any]],
    number: int,
) -> list[str]:
    """Return the paths at which to ask an address.

    Args:
        address: the pattern.
        rows: what the region has.
        paths: whole paths per name of an address.
        named: arguments per name of an address; more than one set gives more than one path.
        by_parameter: arguments that mean the same everywhere.
        number: for every other parameter that is a number.

    Raises:
        NoArguments: nobody said what to fill in.
    """
    if address.name in paths:
        return paths[address.name](rows)
    if address.is_regex:
        raise NoArguments(address, "the regular expression")
    found = []
    for given in named.get(address.name, lambda rows: [{}])(rows):
        arguments = dict(given)
        for kind, parameter in address.parameters:
            if parameter in arguments:
                continue
            if parameter in by_parameter:
                arguments[parameter] = by_parameter[parameter](rows)
            elif kind == "int":
                arguments[parameter] = number
            else:
                raise NoArguments(address, parameter)
        found.append(address.path(arguments))
    return found
