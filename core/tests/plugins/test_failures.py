"""A plugin that fails in a request is logged with its name; the page goes on without its part."""

import logging
from typing import Any

import pytest
from django.template import Context, Template
from wagtail import blocks

from zelfregie_core.blocks import build_stream_block
from zelfregie_core.domain.indicators import count_indicators
from zelfregie_core.plugin_errors import PluginError
from zelfregie_core.plugins import (
    Action,
    Block,
    Indicator,
    Section,
    call_plugins,
    call_plugins_flat,
    hookimpl,
)

pytestmark = pytest.mark.django_db
CARD = "zelfregie_core/components/card.html"


@hookimpl
def breaks(request):
    raise ValueError("de geheime woorden van een bezoeker")


def good(label: str) -> Any:
    @hookimpl
    def home_actions(request):
        return [Action(label, "/", "", "phone")]

    return home_actions


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "zelfregie.plugins"]


def test_page_goes_on_without_the_plugin_that_fails(
    client: Any, home: Any, temporary_plugin: Any, log_plugin_errors: None, caplog: pytest.LogCaptureFixture
) -> None:
    temporary_plugin("aaa", home_actions=breaks, home_sections=breaks)
    temporary_plugin("bbb", home_actions=good("Dit werkt"))

    response = client.get("/")

    assert (response.status_code, "Dit werkt" in response.content.decode()) == (200, True)
    first, second = messages(caplog)
    assert first.startswith("Plugin 'aaa' failed in hook home_sections with ValueError at ")
    assert second.startswith("Plugin 'aaa' failed in hook home_actions with ValueError at ")
    assert first.endswith("; its part was left out.")
    assert f"{__file__}:" in first
    assert "geheime woorden" not in caplog.text


def test_failure_surfaces_in_tests_and_development(client: Any, home: Any, temporary_plugin: Any) -> None:
    temporary_plugin("proef", home_sections=breaks)

    with pytest.raises(ValueError, match="geheime woorden"):
        client.get("/")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("tekst", "home_actions returned a str; return a list of Action."),
        (Action("A", "/", "", "phone"), "home_actions returned a Action; return a list of Action."),
        ([Section("A", CARD, {})], "home_actions returned a Section; return a list of Action."),
        ([None], "home_actions returned a NoneType; return a list of Action."),
        ((x for x in []), "home_actions returned a generator; return a list of Action."),
    ],
)
def test_answer_of_the_wrong_kind_is_the_plugins_failure(
    request_to_noord: Any, temporary_plugin: Any, settings: Any, caplog: Any, answer: Any, problem: str
) -> None:
    @hookimpl
    def home_actions(request):
        return answer

    temporary_plugin("proef", home_actions=home_actions)
    temporary_plugin("zzz", home_actions=good("Dit werkt"))

    with pytest.raises(PluginError) as raised:
        list(call_plugins("home_actions", request_to_noord))
    settings.ZELFREGIE_RAISE_PLUGIN_ERRORS = False
    answers = dict(call_plugins("home_actions", request_to_noord))

    assert str(raised.value) == f"Plugin 'proef': {problem}"
    assert "proef" not in answers
    assert [action.label for action in answers["zzz"]] == ["Dit werkt"]
    assert messages(caplog)[0].startswith("Plugin 'proef' failed in hook home_actions with PluginError")


def test_hook_with_one_answer_must_give_a_text(request_to_noord: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def finder_path():
        return 7

    temporary_plugin("proef", finder_path=finder_path)

    with pytest.raises(PluginError, match="finder_path returned a int; return str"):
        list(call_plugins("finder_path", request_to_noord))


def test_hook_that_returns_nothing_is_left_out(request_to_noord: Any, temporary_plugin: Any) -> None:
    @hookimpl
    def home_actions():
        return None

    temporary_plugin("proef", home_actions=home_actions)

    assert "proef" not in dict(call_plugins("home_actions", request_to_noord))


def test_hook_gets_only_the_arguments_it_asks_for(request_to_noord: Any, temporary_plugin: Any) -> None:
    seen = []

    @hookimpl
    def search_results(query):
        seen.append(query)
        return []

    temporary_plugin("proef", search_results=search_results)
    call_plugins_flat("search_results", request_to_noord, query="rouw")

    assert seen == ["rouw"]


@pytest.mark.parametrize("template", ["zelfregie_proef/bestaat_niet.html", CARD])
def test_section_whose_template_fails_is_left_out_with_its_heading(
    client: Any, home: Any, temporary_plugin: Any, log_plugin_errors: None, caplog: Any, template: str
) -> None:
    class Breaks:
        def __str__(self) -> str:
            raise ValueError("de geheime woorden van een bezoeker")

    @hookimpl
    def home_sections():
        return [
            Section("Kapot deel", template, {"title": Breaks()}, order=1),
            Section("Heel deel", CARD, {"title": "Kaart"}, order=2),
        ]

    temporary_plugin("proef", home_sections=home_sections)

    text = client.get("/").content.decode()

    assert ("Kapot deel" in text, "Heel deel" in text) == (False, True)
    (message,) = messages(caplog)
    assert message.startswith(f"Plugin 'proef' failed in section {template} with ")
    assert "geheime woorden" not in caplog.text


def test_block_that_fails_is_left_out(
    noord: Any, temporary_plugin: Any, log_plugin_errors: None, caplog: Any, settings: Any
) -> None:
    class BreaksBlock(blocks.CharBlock):
        def render(self, value: Any, context: Any = None) -> str:
            raise ValueError(value)

    @hookimpl
    def register_blocks():
        return [Block("proef_line", BreaksBlock())]

    temporary_plugin("proef", register_blocks=register_blocks)
    block = build_stream_block()
    value = block.to_python(
        [{"type": "proef_line", "value": "geheim"}, {"type": "heading", "value": "Kop", "id": None}]
    )
    template = Template("{% load wagtailcore_tags %}{% include_block value %}")

    text = template.render(Context({"value": value}))

    assert ("Kop" in text, "geheim" in text) == (True, False)
    assert [message.split(" at ")[0] for message in messages(caplog)] == [
        "Plugin 'proef' failed in block proef_line with ValueError"
    ]
    settings.ZELFREGIE_RAISE_PLUGIN_ERRORS = True
    with pytest.raises(ValueError, match="geheim"):
        template.render(Context({"value": value}))


def test_indicator_that_fails_is_left_out(
    noord: Any, temporary_plugin: Any, log_plugin_errors: None, caplog: Any
) -> None:
    @hookimpl
    def register_indicators():
        return [
            Indicator("bad", "Slecht", "Slecht.", 1, lambda: 1 / 0),
            Indicator("good", "Goed", "Goed.", 1, lambda: 3),
        ]

    temporary_plugin("proef", register_indicators=register_indicators)

    figures = count_indicators()

    assert {key: value for key, value in figures.items() if key[0] == "proef"} == {("proef", "good"): 3}
    (record,) = [record for record in caplog.records if record.name == "zelfregie.indicators"]
    assert (record.levelno, record.getMessage()) == (
        logging.ERROR,
        "Plugin 'proef' failed to count 'bad': ZeroDivisionError.",
    )
