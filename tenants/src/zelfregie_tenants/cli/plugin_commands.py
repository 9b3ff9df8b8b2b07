"""Commands that plugins contribute: `zelfregie <plugin> <command> ... --region SLUG`."""

from __future__ import annotations

import copy
from typing import Any

import click

from zelfregie_tenants.cli.support import find_region, set_up_django


class PluginGroup(click.Group):
    """The commands of one plugin, found when one is asked for."""

    def __init__(self, slug: str) -> None:
        """Stand for the plugin with this slug."""
        super().__init__(name=slug, help=f"Commands of the plugin {slug}.", no_args_is_help=True)
        self.slug = slug

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the plugin's commands."""
        return sorted(self._commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of the plugin, with the option `--region`."""
        command = self._commands().get(cmd_name)
        return in_region(command, self.slug) if command else None

    def _commands(self) -> dict[str, click.Command]:
        set_up_django()
        from zelfregie_core.plugins.manager import get_plugins  # noqa: PLC0415 -- plugins are loaded by set_up_django

        found = (each for each in get_plugins().contributed("register_commands") if each.plugin == self.slug)
        return {each.item.command.name: each.item.command for each in found}


def in_region(command: click.Command, plugin: str) -> click.Command:
    """Return a copy of a command that runs inside the region that `--region` names, where the plugin is on."""
    wrapped = copy.copy(command)
    option = click.Option(["--region", "region_slug"], required=True, metavar="SLUG", help="Region to work in.")
    wrapped.params = [*command.params, option]

    def callback(*arguments: Any, region_slug: str, **keywords: Any) -> Any:
        from django.utils import translation  # noqa: PLC0415 -- `zelfregie --help` stays quick
        from django_tenants.utils import tenant_context  # noqa: PLC0415 -- the same

        from zelfregie_tenants.domain.plugins import is_plugin_enabled  # noqa: PLC0415 -- the same

        region = find_region(region_slug)
        if not is_plugin_enabled(region, plugin):
            message = f"The plugin {plugin} is off in {region.slug}. `zelfregie plugin enable {region.slug} {plugin}`."
            raise click.ClickException(message)
        with tenant_context(region), translation.override(region.default_language):
            return command.callback(*arguments, **keywords)

    wrapped.callback = callback
    return wrapped
