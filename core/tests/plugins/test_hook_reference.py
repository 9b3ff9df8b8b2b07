"""The hooks, their tests, their reference and their use say the same."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from zelfregie_core.discovery import InstalledPlugin, installed_plugins
from zelfregie_core.domain import directory
from zelfregie_core.domain.directory import rebuild_listings
from zelfregie_core.plugins import ListingQuery, call_plugins, hookspecs
from zelfregie_core.plugins.calls import ANSWERED_TYPE, ANSWERED_TYPES
from zelfregie_core.plugins.deprecation import DEPRECATED_HOOKS
from zelfregie_core.plugins.manager import Plugins, get_plugins
from zelfregie_core.plugins.validation import CONTRIBUTED_TYPES

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = (ROOT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
HOOKS = {name: spec for name, spec in vars(hookspecs).items() if hasattr(spec, "zelfregie_spec")}
PLUGIN_HOOKS = sorted(set(HOOKS) - hookspecs.PLATFORM_HOOKS - set(DEPRECATED_HOOKS))
PER_REQUEST = [hook for hook in PLUGIN_HOOKS if not hook.startswith("register_") and hook not in hookspecs.REGION_HOOKS]


def arguments(hook: str) -> list[str]:
    return list(inspect.signature(HOOKS[hook]).parameters)


def section(hook: str) -> str:
    """The text below the heading of a hook, up to the next heading."""
    found = re.search(rf"^### {hook}\([^)]*\)\n(.*?)(?=^##|\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/reference/hooks.md has no section on {hook}"
    return found[1]


def example(hook: str) -> str:
    return re.findall(r"^```python\n(.*?)^```", section(hook), re.MULTILINE | re.DOTALL)[-1]


def run_example(hook: str) -> dict[str, Any]:
    """Execute an example as the hook module of a plugin; its names."""
    names: dict[str, Any] = {"__name__": "zelfregie_voorbeeld.hooks"}
    exec(compile(example(hook), f"docs/reference/hooks.md: {hook}", "exec"), names)  # noqa: S102 -- our own docs
    return {name: value for name, value in names.items() if not name.startswith("__")}


def test_every_hook_has_a_test() -> None:
    tree = ast.parse((Path(__file__).parent / "test_hooks.py").read_text(encoding="utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert {f"test_hook_{name}" for name in HOOKS if name not in DEPRECATED_HOOKS} - tests == set()


def test_reference_has_exactly_the_hooks_with_their_signatures() -> None:
    headings = re.findall(r"^### (.+)$", REFERENCE, re.MULTILINE)

    assert sorted(headings) == sorted(f"{name}({', '.join(arguments(name))})" for name in HOOKS)


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_prefix_and_signature_agree(hook: str) -> None:
    if hook.startswith("register_"):
        assert arguments(hook) == []
    else:
        asks_for_a_request = hook not in {"store_listings", *hookspecs.REGION_HOOKS}
        assert ("request" in arguments(hook)) is asks_for_a_request


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_hook_is_documented_in_its_specification(hook: str) -> None:
    text = HOOKS[hook].__doc__

    assert ":return:" in text or hook.startswith("plugin_is_")
    missing = [name for name in arguments(hook) if name != "request" and f":param {name}:" not in text]
    assert missing == []


def test_every_hook_has_the_type_of_its_answer() -> None:
    registering = [hook for hook in PLUGIN_HOOKS if hook.startswith("register_")]

    assert sorted([*ANSWERED_TYPES, *ANSWERED_TYPE]) == PER_REQUEST
    assert sorted(CONTRIBUTED_TYPES) == registering


@pytest.mark.parametrize("hook", PLUGIN_HOOKS)
def test_every_hook_is_used_by_a_real_plugin(hook: str) -> None:
    plugins = get_plugins()

    users = [plugin.slug for plugin in installed_plugins() if plugins.implementation(hook, plugin.slug)]

    assert users != []


def test_reference_tells_who_uses_each_hook_and_what_happens_when_it_fails() -> None:
    plugins = get_plugins()
    told = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", REFERENCE, re.MULTILINE)

    def policy(hook: str) -> str:
        if hook.startswith("register_"):
            return "the start stops"
        return "what it was called for is undone" if hook in hookspecs.REGION_HOOKS else "logged and left out"

    expected = []
    for hook in [name for name in HOOKS if name in PLUGIN_HOOKS]:
        users = [plugin.slug for plugin in installed_plugins() if plugins.implementation(hook, plugin.slug)]
        expected.append((hook, ", ".join(users), policy(hook)))
    assert told == expected


@pytest.mark.parametrize("hook", sorted(DEPRECATED_HOOKS))
def test_deprecated_hook_says_until_when_and_what_to_do(hook: str) -> None:
    old = DEPRECATED_HOOKS[hook]

    assert f"Deprecated since {old.since}, goes in {old.removed_in}: rename it to [`{old.replaced_by}`]" in section(
        hook
    )
    assert arguments(hook) == arguments(old.replaced_by)


@pytest.mark.parametrize("hook", sorted(hookspecs.PLATFORM_HOOKS))
def test_every_platform_hook_is_answered_by_the_platform(hook: str) -> None:
    assert get_plugins().implementation(hook, "tenants") is not None


@pytest.mark.parametrize("hook", [hook for hook in PLUGIN_HOOKS if hook.startswith("register_")])
def test_example_of_a_registering_hook_is_accepted(hook: str, temporary_plugin: Any) -> None:
    names = run_example(hook)

    slug = temporary_plugin("voorbeeld", **names)

    assert [entry.plugin for entry in get_plugins().contributed(hook) if entry.plugin == slug] == ["voorbeeld"]


GIVEN = {"theme_sections": {"theme": "burn-out"}, "search_results": {"query": "burn"}}
GIVEN["directory_entries"] = {"text": "burn", "keys": None}


@pytest.mark.django_db
@pytest.mark.parametrize("hook", PER_REQUEST)
def test_example_of_a_hook_per_request_answers(hook: str, temporary_plugin: Any, request_to_noord: Any) -> None:
    from zelfregie_core.models import Theme

    given: dict[str, Any] = dict(GIVEN.get(hook, {}))
    if "theme" in given:
        given["theme"] = Theme.objects.get(slug=given["theme"])
    temporary_plugin("voorbeeld", **run_example(hook))

    answers = dict(call_plugins(hook, request_to_noord, **given))

    assert answers["voorbeeld"]


@pytest.mark.django_db
def test_example_of_listings_is_found(temporary_plugin: Any, request_to_noord: Any) -> None:
    temporary_plugin("voorbeeld", **run_example("directory_listings"))

    rebuild_listings("voorbeeld")

    found = directory.search(ListingQuery(plugin="voorbeeld", text="burn-out"), request_to_noord)
    assert [hit.listing.key for hit in found.hits] == ["voorbeeld:burn-out"]


@pytest.mark.django_db
def test_example_of_an_export_is_read_back(temporary_plugin: Any, tmp_path: Path) -> None:
    from zelfregie_core.domain.leaving import export_files
    from zelfregie_core.models import Theme

    temporary_plugin("voorbeeld", **run_example("region_export"))
    file = next(found.file for found in export_files() if found.plugin == "voorbeeld")
    before = Theme.objects.get(slug="burn-out").synonyms

    with (tmp_path / "voorbeeld.json").open("wb") as target:
        file.write(target)
    Theme.objects.update(synonyms=[])
    file.load(tmp_path / "voorbeeld.json")

    assert before != []
    assert Theme.objects.get(slug="burn-out").synonyms == before


@pytest.mark.parametrize("hook", sorted(hookspecs.PLATFORM_HOOKS))
def test_example_of_a_platform_hook_is_accepted(hook: str) -> None:
    from types import ModuleType

    module = ModuleType("zelfregie_voorbeeld.hooks")
    vars(module).update(run_example(hook))
    plugins = Plugins()

    plugins.register_house(module, "tenants")

    assert plugins.implementation(hook, "tenants") is not None


def test_examples_of_the_rules_run(temporary_plugin: Any) -> None:
    rules = REFERENCE.split("## Once per process")[0]
    names: dict[str, Any] = {"__name__": "zelfregie_voorbeeld.hooks"}
    for code in re.findall(r"^```python\n(.*?)^```", rules, re.MULTILINE | re.DOTALL):
        exec(code, names)  # noqa: S102 -- our own docs

    temporary_plugin("voorbeeld", home_sections=names["home_sections"])

    assert get_plugins().implementation("home_sections", "voorbeeld") is not None


def test_manager_knows_where_a_plugin_comes_from() -> None:
    declared = {plugin.slug: plugin for plugin in installed_plugins()}

    assert declared["stories"] == InstalledPlugin(
        "stories", "zelfregie_stories", "zelfregie_stories.hooks", declared["stories"].distribution
    )
    assert re.fullmatch(r"zelfregie-stories \d+\.\d+\.\d+", declared["stories"].distribution)
