"""A plugin that cannot be used is refused: the message names it, what is wrong and what to do."""

import datetime as dt
from collections.abc import Callable
from types import ModuleType
from typing import Any

import click
import pytest
from contributed import (
    DAY,
    Good,
    Mutable,
    OtherGroup,
    OtherViewSet,
    RefusesItself,
    SlugViewSet,
    ThingsViewSet,
    WithList,
    WithoutDefault,
    function,
    indicator,
    menu_item,
    page,
    personal_data,
    readiness_check,
)
from django.http import HttpResponse
from django.urls import path
from wagtail import blocks

from zelfregie_core import discovery
from zelfregie_core.discovery import InstalledPlugin, import_hooks
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins import (
    Block,
    Command,
    Erasure,
    InstanceFile,
    NotPersonal,
    PermissionSet,
    ScheduledTask,
    Settings,
    hookimpl,
)
from zelfregie_core.plugins.manager import Plugins
from zelfregie_core.tasks import refresh_indicators_task


def plugin(slug: str = "proef", app: str | None = None) -> InstalledPlugin:
    app = app or f"zelfregie_{slug}"
    return InstalledPlugin(slug, app, f"{app}.hooks", f"zelfregie-{slug} 1.0")


def module(**names: Any) -> ModuleType:
    made = ModuleType("zelfregie_proef.hooks")
    vars(made).update(names)
    return made


def returning(hook: str, answer: Any) -> ModuleType:
    """A hook module in which one hook returns something."""

    def implementation():
        return answer

    return module(**{hook: hookimpl(implementation)})


def refusal(hooks: Any, declared: InstalledPlugin | None = None, plugins: Plugins | None = None) -> str:
    """The message with which a plugin is refused; it leaves nothing behind."""
    plugins = plugins or Plugins()
    before = plugins.slugs(), plugins.pm.list_name_plugin()
    with pytest.raises(PluginError) as refused:
        plugins.register(hooks, declared or plugin())
    assert (plugins.slugs(), plugins.pm.list_name_plugin()) == before
    return str(refused.value)


REFUSED = [
    ("register_urls", None, "register_urls returned nothing; return a list."),
    ("register_urls", "hallo/", "register_urls returned a str; return a list."),
    ("register_urls", {"a": 1}, "register_urls returned a dict; return a list."),
    ("register_urls", (x for x in "ab"), "register_urls returned a generator; return a list."),
    ("register_urls", ["hallo/"], "register_urls returned a str in its list; return URLPattern or URLResolver."),
    ("register_blocks", [blocks.CharBlock()], "register_blocks returned a CharBlock in its list; return Block."),
    ("register_blocks", [Block], "register_blocks returned the class Block in its list; return Block."),
    (
        "register_blocks",
        [Block("other_x", blocks.CharBlock())],
        "register_blocks: block 'other_x' must be called 'proef_...', in lower case.",
    ),
    (
        "register_blocks",
        [Block("proef_X", blocks.CharBlock())],
        "register_blocks: block 'proef_X' must be called 'proef_...', in lower case.",
    ),
    (
        "register_blocks",
        [Block("proef_x", blocks.CharBlock)],
        "register_blocks: block 'proef_x' is the class CharBlock; give an instance of a Wagtail block.",
    ),
    (
        "register_blocks",
        [Block("proef_x", "tekst")],
        "register_blocks: block 'proef_x' is a str; give an instance of a Wagtail block.",
    ),
    (
        "register_viewsets",
        [ThingsViewSet],
        "register_viewsets returned the class ThingsViewSet in its list; return ViewSet or ViewSetGroup.",
    ),
    (
        "register_viewsets",
        [OtherViewSet()],
        "register_viewsets: viewset 'other_things' must have a name that starts with 'proef_'.",
    ),
    (
        "register_viewsets",
        [SlugViewSet()],
        "register_viewsets: viewset 'proef' must have a name that starts with 'proef_'.",
    ),
    (
        "register_viewsets",
        [OtherGroup()],
        "register_viewsets: viewset 'other_things' must have a name that starts with 'proef_'.",
    ),
    (
        "register_menu_items",
        [menu_item(name="x")],
        "register_menu_items: menu item 'x' must have a name that starts with 'proef'.",
    ),
    (
        "register_menu_items",
        [menu_item(permission="change_theme")],
        "register_menu_items: menu item 'proef-x' names an unknown permission 'change_theme'; "
        "write it as 'app_label.codename'.",
    ),
    (
        "register_permission_sets",
        [PermissionSet("boss", ())],
        "register_permission_sets: role 'boss' does not exist; "
        "use one of editor, moderator, administrator, coordinator.",
    ),
    (
        "register_permission_sets",
        [PermissionSet("editor", "zelfregie_core.view_theme")],
        "register_permission_sets: the permissions for editor are a text; give a tuple.",
    ),
    (
        "register_permission_sets",
        [PermissionSet("editor", ("nergens.view_theme",))],
        "register_permission_sets: role editor names an unknown permission 'nergens.view_theme'; "
        "write it as 'app_label.codename'.",
    ),
    (
        "register_starter_content",
        [page(model="zelfregie_core.Nothing")],
        "register_starter_content: starter page 'proef' names an unknown page type zelfregie_core.Nothing; "
        "write 'app_label.ModelName'.",
    ),
    (
        "register_starter_content",
        [page(model="zelfregie_core.Theme")],
        "register_starter_content: starter page 'proef' names an unknown page type zelfregie_core.Theme; "
        "write 'app_label.ModelName'.",
    ),
    (
        "register_starter_content",
        [page(slug="Mijn pagina")],
        "register_starter_content: starter page 'Mijn pagina' has a slug that is no address; "
        "use lower-case letters, digits and hyphens.",
    ),
    (
        "register_starter_content",
        [page(kinds="region")],
        "register_starter_content: starter page 'proef' is for kinds 'region'; use a tuple of national, region.",
    ),
    (
        "register_instance_files",
        [InstanceFile("../proef.csv", function)],
        "register_instance_files: '../proef.csv' is no file name; use a name such as 'proef.csv', without a folder.",
    ),
    (
        "register_instance_files",
        [InstanceFile("proef.csv", "load")],
        "register_instance_files: the loader of 'proef.csv' is a str; give a function.",
    ),
    (
        "register_indicators",
        [indicator(key="A b")],
        "register_indicators: indicator 'A b' must have a key of lower-case letters, digits and underscores.",
    ),
    (
        "register_indicators",
        [indicator(version=0)],
        "register_indicators: indicator 'a' has version 0; count from 1.",
    ),
    (
        "register_indicators",
        [indicator(count=3)],
        "register_indicators: the count of indicator 'a' is not a function; give one.",
    ),
    (
        "register_scheduled_tasks",
        [ScheduledTask(function, DAY)],
        "register_scheduled_tasks: 'function' is no task; mark it with @task() of django_tasks.",
    ),
    (
        "register_scheduled_tasks",
        [ScheduledTask(refresh_indicators_task, dt.timedelta(0))],
        "register_scheduled_tasks: task 'refresh_indicators_task' runs every datetime.timedelta(0); "
        "give a timedelta longer than nothing.",
    ),
    (
        "register_readiness_checks",
        [readiness_check(key="other_a")],
        "register_readiness_checks: check 'other_a' must have a key of at most 60 characters, "
        "written 'proef_...', in lower case.",
    ),
    (
        "register_readiness_checks",
        [readiness_check(why="")],
        "register_readiness_checks: check 'proef_a' has no why; people read it.",
    ),
    (
        "register_personal_data",
        [personal_data(model="zelfregie_core.Thema")],
        "register_personal_data: it names an unknown model zelfregie_core.Thema; write 'app_label.ModelName'.",
    ),
    (
        "register_personal_data",
        [personal_data(fields=("naam",))],
        "register_personal_data: fields of zelfregie_core.Theme are ('naam',), which has no field naam.",
    ),
    (
        "register_personal_data",
        [personal_data(key="other_a")],
        "register_personal_data: declaration 'other_a' must have a key like 'proef_...', in lower case.",
    ),
    (
        "register_personal_data",
        [personal_data(purpose="")],
        "register_personal_data: declaration 'proef_a' has no purpose; people read it.",
    ),
    (
        "register_personal_data",
        [personal_data(erasure=Erasure.REFUSE)],
        "register_personal_data: declaration 'proef_a' does not delete everything and gives no reason; the person gets "
        "to read it.",
    ),
    (
        "register_personal_data",
        [personal_data(erasure=Erasure.ANONYMISE, reason="Omdat.")],
        "register_personal_data: declaration 'proef_a' anonymises and does not say how; give a function as erase.",
    ),
    (
        "register_personal_data",
        [NotPersonal("zelfregie_core.Theme", ("name",), "")],
        "register_personal_data: there is no reason why zelfregie_core.Theme is not personal; give one.",
    ),
    ("register_commands", [Command(3)], "register_commands: 3 is no command; give a click.Command."),
    ("register_settings", [Settings(Mutable)], "register_settings: 'Mutable' is no schema; give a frozen dataclass."),
    ("register_settings", [Settings(dict)], "register_settings: 'dict' is no schema; give a frozen dataclass."),
    ("register_settings", [Settings(WithoutDefault)], "register_settings: field 'days' has no default."),
    ("register_settings", [Settings(WithList)], "register_settings: field 'days' must be str, int, float or bool."),
    (
        "register_settings",
        [Settings(RefusesItself)],
        "register_settings: the defaults of RefusesItself are refused: days must be another number. "
        "Choose defaults that are allowed.",
    ),
    ("register_settings", [Settings(Good), Settings(Good)], "register_settings returned 2 schemas; return one."),
]


@pytest.mark.parametrize(("hook", "answer", "problem"), REFUSED, ids=[problem for _hook, _answer, problem in REFUSED])
def test_nonsense_is_refused(hook: str, answer: Any, problem: str) -> None:
    assert refusal(returning(hook, answer)) == f"Plugin 'proef': {problem}"


SAME = "Choose another name."
TWICE = [
    ("register_blocks", lambda: Block("proef_x", blocks.CharBlock()), "proef_x"),
    ("register_viewsets", ThingsViewSet, "proef_things"),
    ("register_menu_items", menu_item, "proef-x"),
    ("register_starter_content", page, "proef"),
    ("register_instance_files", lambda: InstanceFile("proef.csv", function), "proef.csv"),
    ("register_indicators", indicator, "a"),
    (
        "register_scheduled_tasks",
        lambda: ScheduledTask(refresh_indicators_task, DAY),
        "zelfregie_core.tasks.refresh_indicators_task",
    ),
    ("register_commands", lambda: Command(click.Command("a")), "a"),
    ("register_personal_data", lambda: personal_data(), "proef_a"),
    ("register_readiness_checks", lambda: readiness_check(), "proef_a"),
]


@pytest.mark.parametrize(("hook", "make", "name"), TWICE)
def test_same_name_twice_is_refused(hook: str, make: Callable[[], Any], name: str) -> None:
    message = refusal(returning(hook, [make(), make()]))

    assert message == f"Plugin 'proef': {hook} returned '{name}', which it already contributes. {SAME}"


def test_name_that_another_plugin_has_is_refused() -> None:
    plugins = Plugins()
    plugins.register(returning("register_instance_files", [InstanceFile("a.csv", function)]), plugin("eerste"))

    message = refusal(returning("register_instance_files", [InstanceFile("a.csv", function)]), plugins=plugins)

    assert message == (
        f"Plugin 'proef': register_instance_files returned 'a.csv', which plugin 'eerste' already contributes. {SAME}"
    )


def test_two_plugins_may_use_the_same_key_and_command() -> None:
    plugins = Plugins()

    for slug in ("een", "twee"):
        hooks = returning("register_indicators", [indicator()])
        hooks.register_commands = hookimpl(lambda: [Command(click.Command("import"))])
        plugins.register(hooks, plugin(slug))

    assert [entry.plugin for entry in plugins.contributed("register_indicators")] == ["een", "twee"]


def test_hook_that_raises_is_named() -> None:
    @hookimpl
    def register_urls():
        return [path("a/", lambda request: HttpResponse(), name=1 / 0)]

    message = refusal(module(register_urls=register_urls))

    assert message == (
        "Plugin 'proef': register_urls raised ZeroDivisionError: division by zero. Repair or uninstall the plugin."
    )


def test_unknown_hook_is_refused() -> None:
    @hookimpl
    def home_section(request):
        return []

    message = refusal(module(home_section=home_section))

    assert message.startswith("Plugin 'proef': unknown hook 'home_section'")
    assert message.endswith("Did you mean home_sections? See the hook reference in docs/reference/hooks.md.")


def test_unknown_argument_is_refused() -> None:
    @hookimpl
    def home_sections(request, region):
        return []

    message = refusal(module(home_sections=home_sections))

    assert message.startswith("Plugin 'proef': ")
    assert ("home_sections" in message, "'region'" in message) == (True, True)
    assert message.endswith("See the hook reference in docs/reference/hooks.md.")


@pytest.mark.parametrize("hook", ["plugin_is_enabled", "plugin_settings", "regions_overview", "store_indicators"])
def test_platform_hook_is_refused(hook: str) -> None:
    message = refusal(returning(hook, True))

    assert message == f"Plugin 'proef': it implements {hook}, which only the platform answers. Remove it."


def test_platform_hook_under_another_name_is_refused() -> None:
    @hookimpl(specname="plugin_is_enabled")
    def sneaky():
        return True

    assert "it implements plugin_is_enabled" in refusal(module(sneaky=sneaky))


def test_wrapper_around_other_plugins_is_refused() -> None:
    @hookimpl(wrapper=True)
    def home_sections(request):
        return (yield)

    assert refusal(module(home_sections=home_sections)) == (
        "Plugin 'proef': home_sections wraps what other plugins answer. Implement it without wrapper=True."
    )


def test_function_without_the_mark_is_refused() -> None:
    def home_sections(request):
        return []

    home_sections.__module__ = "zelfregie_proef.hooks"

    assert refusal(module(home_sections=home_sections)) == (
        "Plugin 'proef': home_sections is not marked as a hook. Put @hookimpl above it. "
        "See the hook reference in docs/reference/hooks.md."
    )


def test_hook_under_another_name_is_used() -> None:
    @hookimpl(specname="register_indicators")
    def figures():
        return [indicator()]

    plugins = Plugins()
    plugins.register(module(figures=figures), plugin())

    assert len(plugins.contributed("register_indicators")) == 1


@pytest.mark.parametrize("slug", ["core", "tenants", "wagtailimages", "zelfregie_core"])
def test_name_of_the_house_is_refused(slug: str) -> None:
    message = refusal(module(), plugin(slug))

    assert message == (
        f"Plugin '{slug}': zelfregie-{slug} 1.0 declares a name that is taken by the platform. Choose another name."
    )


@pytest.mark.parametrize("slug", ["A", "9lives", "met-streepje", "a", "x" * 32, "é"])
def test_name_that_is_no_slug_is_refused(slug: str) -> None:
    assert "use 2 to 31 lower-case letters" in refusal(module(), plugin(slug))


@pytest.mark.parametrize("second", [plugin("proef", "zelfregie_ander"), plugin("ander", "zelfregie_proef")])
def test_second_plugin_of_the_same_name_or_app_is_refused(second: InstalledPlugin) -> None:
    plugins = Plugins()
    plugins.register(module(), plugin())

    message = refusal(module(), second, plugins)

    assert message == (
        f"Plugin '{second.slug}': plugin 'proef' of zelfregie_proef is already there. Uninstall one of the two."
    )


def test_registering_hooks_are_called_once() -> None:
    calls = []

    @hookimpl
    def register_urls():
        calls.append("urls")
        return []

    plugins = Plugins()
    plugins.register(module(register_urls=register_urls), plugin())
    plugins.register(module(), plugin("tweede"))
    plugins.contributed("register_urls")

    assert calls == ["urls"]


def test_entry_point_that_is_no_module_is_refused() -> None:
    with pytest.raises(PluginError, match="Plugin 'proef': its entry point dataclasses:dataclass is not a module"):
        import_hooks(InstalledPlugin("proef", "dataclasses", "dataclasses:dataclass", "zelfregie-proef 1.0"))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("proef", "zelfregie_proef", "declares 'zelfregie_proef', which has no parent package."),
        ("Proef", "zelfregie_proef.hooks", "declares a name that cannot be used"),
        ("core", "zelfregie_proef.hooks", "declares a name that is taken by the platform."),
    ],
)
def test_entry_point_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    from importlib.metadata import EntryPoint

    point = EntryPoint(name, value, discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda group: [point])

    with pytest.raises(PluginError) as refused:
        discovery.plugin_apps()

    assert str(refused.value).startswith(f"Plugin '{name}': an unknown distribution {problem}")
