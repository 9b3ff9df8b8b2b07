"""Whether what a plugin contributes can be used. Every refusal names the plugin, what is wrong and what to do."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver
from wagtail import blocks
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.models import Page

from zelfregie_core.discovery import HOUSE
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins import contributions
from zelfregie_core.plugins.personal_data import Erasure, NotPersonal, PersonalData
from zelfregie_core.plugins.readiness import ReadinessCheck
from zelfregie_core.plugins.settings_schema import check_schema

#: What each ``register_*`` hook must return a sequence of.
CONTRIBUTED_TYPES: dict[str, tuple[type, ...]] = {
    "register_urls": (URLPattern, URLResolver),
    "register_blocks": (contributions.Block,),
    "register_viewsets": (ViewSet, ViewSetGroup),
    "register_menu_items": (contributions.AdminMenuItem,),
    "register_permission_sets": (contributions.PermissionSet,),
    "register_starter_content": (contributions.StarterPage,),
    "register_instance_files": (contributions.InstanceFile,),
    "register_indicators": (contributions.Indicator,),
    "register_scheduled_tasks": (contributions.ScheduledTask,),
    "register_commands": (contributions.Command,),
    "register_settings": (contributions.Settings,),
    "register_personal_data": (PersonalData, NotPersonal),
    "register_readiness_checks": (ReadinessCheck,),
}
KINDS = frozenset({"region", "national"})
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PERMISSION = re.compile(r"(\w+)\.(\w+)")


def check_answer(plugin: str, hook: str, answer: Any) -> list[Any]:
    """The items that a ``register_*`` hook returned.

    :raises PluginError: when it is not a list, or an item cannot be used.
    """
    if isinstance(answer, str | bytes) or not isinstance(answer, Sequence):
        what = "nothing" if answer is None else f"a {type(answer).__name__}"
        raise PluginError(plugin, f"{hook} returned {what}; return a list.")
    expected = CONTRIBUTED_TYPES[hook]
    for item in answer:
        if not isinstance(item, expected):
            names = " or ".join(kind.__name__ for kind in expected)
            found = f"the class {item.__name__}" if isinstance(item, type) else f"a {type(item).__name__}"
            raise PluginError(plugin, f"{hook} returned {found} in its list; return {names}.")
        if problem := _CHECKS.get(hook, _no_problem)(plugin, item):
            raise PluginError(plugin, f"{hook}: {problem}")
    if hook == "register_settings" and len(answer) > 1:
        raise PluginError(plugin, f"{hook} returned {len(answer)} schemas; return one.")
    return list(answer)


def check_requirements(plugin: str, names: Any) -> tuple[str, ...]:
    """What a hook module says in ``REQUIRES``: slugs of other plugins, or hooks that some other plugin must answer.

    :raises PluginError: when it is no tuple of names, or names the plugin itself.
    """
    if isinstance(names, str) or not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise PluginError(plugin, 'REQUIRES is no tuple of names; write REQUIRES = ("groups",).')
    if plugin in names:
        raise PluginError(plugin, "REQUIRES names the plugin itself. Take that out.")
    return tuple(names)


def refuse_duplicates(contributed: Mapping[str, Sequence[Any]]) -> None:
    """Two contributions may not claim the same name: the second would silently win.

    :param contributed: hook to ``Contributed``.
    :raises PluginError: with the name, and who has it already.
    """
    for hook, keys_of in _KEYS.items():
        seen: dict[Any, str] = {}
        for entry in contributed[hook]:
            for key in keys_of(entry):
                if key in seen:
                    name = key[-1] if isinstance(key, tuple) else key
                    owner = "it" if seen[key] == entry.plugin else f"plugin '{seen[key]}'"
                    raise PluginError(
                        entry.plugin,
                        f"{hook} returned '{name}', which {owner} already contributes. Choose another name.",
                    )
                seen[key] = entry.plugin


def flatten(viewset: ViewSet | ViewSetGroup) -> list[ViewSet]:
    """A viewset, or those of a group, as a list."""
    if isinstance(viewset, ViewSetGroup):
        return [inner for registerable in viewset.registerables for inner in flatten(registerable)]
    return [viewset]


def _no_problem(plugin: str, item: Any) -> str:
    return ""


def _block(plugin: str, item: contributions.Block) -> str:
    if not re.fullmatch(rf"{plugin}_[a-z0-9_]+", item.name):
        return f"block '{item.name}' must be called '{plugin}_...', in lower case."
    if not isinstance(item.block, blocks.Block):
        found = f"the class {item.block.__name__}" if isinstance(item.block, type) else f"a {type(item.block).__name__}"
        return f"block '{item.name}' is {found}; give an instance of a Wagtail block."
    return ""


def _viewset(plugin: str, item: ViewSet | ViewSetGroup) -> str:
    # The slug alone is the namespace of the plugin's public URLs.
    for viewset in flatten(item):
        if not str(viewset.name or "").startswith(f"{plugin}_"):
            return f"viewset '{viewset.name}' must have a name that starts with '{plugin}_'."
    return ""


def _menu_item(plugin: str, item: contributions.AdminMenuItem) -> str:
    if not item.name.startswith(plugin):
        return f"menu item '{item.name}' must have a name that starts with '{plugin}'."
    return _permission(item.permission, f"menu item '{item.name}'")


def _permission_set(plugin: str, item: contributions.PermissionSet) -> str:
    from zelfregie_core.domain.roles import Role  # noqa: PLC0415 -- roles ask the manager, which asks this module

    roles = [str(role) for role in Role]
    if item.role not in roles:
        return f"role '{item.role}' does not exist; use one of {', '.join(roles)}."
    if isinstance(item.permissions, str):
        return f"the permissions for {item.role} are a text; give a tuple."
    return next(filter(None, (_permission(name, f"role {item.role}") for name in item.permissions)), "")


def _permission(name: str, where: str) -> str:
    match = PERMISSION.fullmatch(name)
    if not match or match[1] not in apps.app_configs:
        return f"{where} names an unknown permission '{name}'; write it as 'app_label.codename'."
    return ""


def _starter_page(plugin: str, item: contributions.StarterPage) -> str:
    try:
        model = apps.get_model(item.model)
    except (LookupError, ValueError):
        model = None
    if model is None or not issubclass(model, Page):
        return f"starter page '{item.slug}' names an unknown page type {item.model}; write 'app_label.ModelName'."
    if not SLUG.fullmatch(item.slug):
        return f"starter page '{item.slug}' has a slug that is no address; use lower-case letters, digits and hyphens."
    if isinstance(item.kinds, str) or not item.kinds or not set(item.kinds) <= KINDS:
        return f"starter page '{item.slug}' is for kinds {item.kinds!r}; use a tuple of {', '.join(sorted(KINDS))}."
    return ""


def _instance_file(plugin: str, item: contributions.InstanceFile) -> str:
    if not re.fullmatch(r"[a-z0-9_-]+\.[a-z0-9]+", item.name):
        return f"'{item.name}' is no file name; use a name such as '{plugin}.csv', without a folder."
    return (
        "" if callable(item.load) else f"the loader of '{item.name}' is a {type(item.load).__name__}; give a function."
    )


def _indicator(plugin: str, item: contributions.Indicator) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", item.key):
        return f"indicator '{item.key}' must have a key of lower-case letters, digits and underscores."
    if not isinstance(item.version, int) or item.version < 1:
        return f"indicator '{item.key}' has version {item.version!r}; count from 1."
    return "" if callable(item.count) else f"the count of indicator '{item.key}' is not a function; give one."


def _scheduled_task(plugin: str, item: contributions.ScheduledTask) -> str:
    if not hasattr(item.task, "enqueue"):
        return f"'{getattr(item.task, '__name__', item.task)}' is no task; mark it with @task() of django_tasks."
    if not isinstance(item.every, dt.timedelta) or item.every <= dt.timedelta(0):
        return f"task '{item.task.name}' runs every {item.every!r}; give a timedelta longer than nothing."
    return ""


def _command(plugin: str, item: contributions.Command) -> str:
    # Core does not depend on click: a command is known by what the command line needs of it.
    if not getattr(item.command, "name", None) or not callable(getattr(item.command, "main", None)):
        return f"{item.command!r} is no command; give a click.Command."
    return ""


def _settings(plugin: str, item: contributions.Settings) -> str:
    schema = item.schema
    parameters = getattr(schema, "__dataclass_params__", None)
    if not (isinstance(schema, type) and is_dataclass(schema) and parameters and parameters.frozen):
        return f"{getattr(schema, '__name__', schema)!r} is no schema; give a frozen dataclass."
    if problem := check_schema(schema):
        return f"{problem}."
    try:
        schema()
    except ValueError as error:
        return f"the defaults of {schema.__name__} are refused: {error}. Choose defaults that are allowed."
    return ""


def _readiness_check(plugin: str, item: ReadinessCheck) -> str:
    prefix = "" if plugin in HOUSE else f"{plugin}_"
    if not re.fullmatch(rf"{prefix}[a-z][a-z0-9_]*", item.key) or len(item.key) > 60:
        shape = f"'{prefix}...', in lower case" if prefix else "in lower case"
        return f"check '{item.key}' must have a key of at most 60 characters, written {shape}."
    if not callable(item.check):
        return f"the check of '{item.key}' is a {type(item.check).__name__}; give a function."
    missing = [name for name in ("title", "why") if not getattr(item, name)]
    return f"check '{item.key}' has no {missing[0]}; people read it." if missing else ""


def _personal_data(plugin: str, item: PersonalData | NotPersonal) -> str:
    try:
        names = {field.name for field in apps.get_model(item.model)._meta.get_fields()}
    except (LookupError, ValueError):
        return f"it names an unknown model {item.model}; write 'app_label.ModelName'."
    if isinstance(item.fields, str) or not item.fields or (strange := sorted(set(item.fields) - names)):
        what = f"which has no field {', '.join(strange)}" if not isinstance(item.fields, str) and item.fields else ""
        return f"fields of {item.model} are {item.fields!r}, {what or 'give a tuple of names'}."
    if isinstance(item, NotPersonal):
        return "" if item.reason else f"there is no reason why {item.model} is not personal; give one."
    prefix = "" if plugin in HOUSE else f"{plugin}_"
    if not re.fullmatch(rf"{prefix}[a-z][a-z0-9_]*", item.key):
        return f"declaration '{item.key}' must have a key like '{prefix}...', in lower case."
    missing = [name for name in ("title", "subjects", "purpose", "kept") if not getattr(item, name)]
    if missing:
        return f"declaration '{item.key}' has no {missing[0]}; people read it."
    if item.erasure is not Erasure.DELETE and not item.reason:
        return f"declaration '{item.key}' does not delete everything and gives no reason; the person gets to read it."
    if item.erasure is Erasure.ANONYMISE and item.erase is None:
        return f"declaration '{item.key}' anonymises and does not say how; give a function as erase."
    return ""


_CHECKS: dict[str, Callable[[str, Any], str]] = {
    "register_blocks": _block,
    "register_viewsets": _viewset,
    "register_menu_items": _menu_item,
    "register_permission_sets": _permission_set,
    "register_starter_content": _starter_page,
    "register_instance_files": _instance_file,
    "register_indicators": _indicator,
    "register_scheduled_tasks": _scheduled_task,
    "register_commands": _command,
    "register_settings": _settings,
    "register_personal_data": _personal_data,
    "register_readiness_checks": _readiness_check,
}
#: hook -> the names that one contribution claims; a tuple when they need to be unique within the plugin only.
_KEYS: dict[str, Callable[[Any], Sequence[Any]]] = {
    "register_blocks": lambda entry: [entry.item.name],
    "register_viewsets": lambda entry: [viewset.name for viewset in flatten(entry.item)],
    "register_menu_items": lambda entry: [entry.item.name],
    "register_starter_content": lambda entry: [entry.item.slug],
    "register_instance_files": lambda entry: [entry.item.name],
    "register_indicators": lambda entry: [(entry.plugin, entry.item.key)],
    "register_scheduled_tasks": lambda entry: [entry.item.task.module_path],
    "register_commands": lambda entry: [(entry.plugin, entry.item.command.name)],
    "register_personal_data": lambda entry: [entry.item.key] if isinstance(entry.item, PersonalData) else [],
    "register_readiness_checks": lambda entry: [entry.item.key],
}
