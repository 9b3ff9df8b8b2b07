"""The settings that a region gave a plugin, as the plugin's own frozen dataclass."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.http import HttpRequest

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.settings_schema import fits, type_name


def settings_schema(plugin: str) -> type[Any] | None:
    """The frozen dataclass that a plugin registered for its settings, or None when it has none."""
    for contributed in get_plugins().contributed("register_settings"):
        if contributed.plugin == plugin:
            return contributed.item.schema
    return None


def settings_problems(plugin: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings from a manifest: key to sentence, empty when all is well.

    A problem that concerns several keys stands under an empty key.
    """
    schema = settings_schema(plugin)
    known = {field.name: field for field in fields(schema)} if schema else {}
    problems = {}
    for key, value in values.items():
        if key not in known:
            names = ", ".join(sorted(known)) or "none"
            problems[key] = f"is not a setting of plugin '{plugin}'. Known settings: {names}."
        elif not fits(value, known[key].type):
            problems[key] = f"must be {type_name(known[key].type)}, not {value!r}."
    if not problems and schema:
        try:
            schema(**values)
        except ValueError as error:
            problems[""] = str(error)
    return problems


def settings_of(plugin: str, request: HttpRequest | None = None) -> Any:
    """The current region's settings of a plugin; defaults for what it did not give.

    Settings that no longer fit the schema (an older manifest) fall back to their default one by one.

    :raises LookupError: when the plugin registered no settings.
    """
    schema = settings_schema(plugin)
    if schema is None:
        raise LookupError(f"plugin '{plugin}' registers no settings")
    given = get_plugins().pm.hook.plugin_settings(plugin=plugin, request=request) or {}
    bad = settings_problems(plugin, given)
    usable = {} if "" in bad else {key: value for key, value in given.items() if key not in bad}
    return schema(**usable)
