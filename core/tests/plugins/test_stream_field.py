"""The seams of Wagtail on which PluginStreamField rests. A new Wagtail that moves one of them fails here."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db.migrations.writer import MigrationWriter
from wagtail import blocks
from wagtail.admin.telepath import JSContext
from wagtail.fields import StreamField

from zelfregie_core.blocks import BodyStreamBlock, GuardedStreamBlockAdapter, build_stream_block
from zelfregie_core.fields import PluginStreamField
from zelfregie_core.models import ContentPage
from zelfregie_core.plugins import Block, hookimpl


@hookimpl
def register_blocks():
    return [Block("proef_line", blocks.CharBlock(label="Regel"))]


def test_blocks_are_built_at_first_use_and_not_before(temporary_plugin: Any) -> None:
    field = PluginStreamField(blank=True)
    assert "stream_block" not in vars(field)

    temporary_plugin("proef", register_blocks=register_blocks)

    assert "proef_line" in field.stream_block.child_blocks


def test_options_of_the_field_reach_the_block() -> None:
    field = PluginStreamField(blank=True, max_num=3)

    assert (field.stream_block.meta.required, field.stream_block.meta.max_num) == (False, 3)


def test_field_in_a_model_has_the_blocks_of_the_installed_plugins() -> None:
    block = ContentPage._meta.get_field("body").stream_block

    assert isinstance(block, BodyStreamBlock)
    assert block.owners["stories_teaser"] == "stories"


def test_blocks_are_no_part_of_migrations(temporary_plugin: Any) -> None:
    before = MigrationWriter.serialize(PluginStreamField(blank=True))
    temporary_plugin("proef", register_blocks=register_blocks)
    field = PluginStreamField(blank=True)
    assert "proef_line" in field.stream_block.child_blocks

    after = MigrationWriter.serialize(field)

    assert before == after
    assert after == ("zelfregie_core.fields.PluginStreamField(blank=True)", {"import zelfregie_core.fields"})


def test_wagtails_own_field_would_write_its_blocks_into_migrations() -> None:
    """The reason for ``deconstruct``; when this fails the override can go."""
    deconstructed = StreamField([("line", blocks.CharBlock())]).deconstruct()

    assert deconstructed[2] != []


def test_field_of_a_migration_is_made_without_blocks_and_has_them_all() -> None:
    path, args, kwargs = PluginStreamField(blank=True).deconstruct()[1:]

    rebuilt = PluginStreamField(*args, **kwargs)

    assert (path, args, kwargs) == ("zelfregie_core.fields.PluginStreamField", [], {"blank": True})
    assert "stories_teaser" in rebuilt.stream_block.child_blocks


def test_field_can_be_cloned() -> None:
    clone = PluginStreamField(blank=True, verbose_name="inhoud").clone()

    assert (clone.blank, clone.verbose_name, "heading" in clone.stream_block.child_blocks) == (True, "inhoud", True)


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    # Exits with 1 when a migration is missing.
    assert call_command("makemigrations", "--check", "--dry-run", verbosity=0) is None


@pytest.mark.django_db
def test_editor_is_told_which_blocks_not_to_offer(noord: Any, temporary_plugin: Any, switch: Any) -> None:
    temporary_plugin("proef", register_blocks=register_blocks)
    block = build_stream_block()
    block.set_name("body")
    told = []
    for enabled in (True, False):
        switch("proef", enabled=enabled)
        packed = JSContext().pack(block)
        told.append((packed["_type"], packed["_args"][3]["notOffered"]))

    assert told == [("zelfregie.GuardedStreamBlock", []), ("zelfregie.GuardedStreamBlock", ["proef_line"])]


@pytest.mark.django_db
def test_page_with_a_block_of_an_off_plugin_is_valid(noord: Any, temporary_plugin: Any, switch: Any) -> None:
    temporary_plugin("proef", register_blocks=register_blocks)
    switch("proef", enabled=False)
    block = build_stream_block()
    value = block.to_python([{"type": "proef_line", "value": "Regel"}])

    assert block.clean(value) == value


def test_editor_loads_wagtails_script_before_ours() -> None:
    scripts = [str(path) for path in GuardedStreamBlockAdapter().media._js]

    assert [path.rsplit("/", 1)[-1].split("?")[0] for path in scripts] == ["blocks.js", "stream_block.js"]
