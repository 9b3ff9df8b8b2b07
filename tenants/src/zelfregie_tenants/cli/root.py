"""The top of the command: which commands there are, without importing them, and errors as sentences."""

from __future__ import annotations

from importlib import import_module

import click

from zelfregie_core.discovery import installed_plugins
from zelfregie_tenants.cli.errors import as_sentence

#: name of the command to (module below `zelfregie_tenants.cli`, name in it, what it does)
COMMANDS = {
    "demo": ("demo", "demo", "Launch the example regions on this machine and serve them."),
    "region": ("regions", "region", "Plan, launch, list and show regions."),
    "backup": ("backup", "backup", "Look at backups of regions."),
    "instance": ("instance", "instance", "Follow the blueprint with the folder of a region."),
    "plugin": ("plugin_contract", "plugin", "Make, check, list and switch plugins."),
    "privacy": ("privacy", "privacy", "Personal data: copies, erasing, the register, and keys of encrypted texts."),
    "user": ("user", "user", "Help people who work in a region."),
    "directory": ("directory", "directory", "The directory in which all regions are searched together."),
    "template": ("template", "template", "The SQL from which a region's schema is made."),
    "upgrade": ("upgrade", "upgrade", "Bring the platform and all regions to this release."),
    "worker": ("worker", "worker", "Run background tasks until stopped."),
    "tasks": ("tasks", "tasks", "Recurring tasks, and the state of the queue."),
    "key": ("key", "key", "Print a new key for personal text that is encrypted at rest."),
    "manage": ("manage", "manage", "Run one of Django's own commands."),
}


class Root(click.Group):
    """Finds a command by name; a name that is a plugin's slug leads to the commands of that plugin."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the platform's commands, then the plugins'."""
        return [*COMMANDS, *(plugin.slug for plugin in installed_plugins() if plugin.slug not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name in COMMANDS:
            module, attribute, _help = COMMANDS[cmd_name]
            return getattr(import_module(f"zelfregie_tenants.cli.{module}"), attribute)
        if cmd_name in self.list_commands(ctx):
            commands = import_module("zelfregie_tenants.cli.plugin_commands")
            return commands.PluginGroup(cmd_name)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, _attribute, text) in COMMANDS.items()])
        plugins = [plugin for plugin in installed_plugins() if plugin.slug not in COMMANDS]
        if plugins:
            with formatter.section("Commands of plugins"):
                formatter.write_dl([(plugin.slug, f"Commands of the plugin {plugin.slug}.") for plugin in plugins])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what went wrong, and what to do, is one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if sentence := as_sentence(error):
                raise click.ClickException(sentence) from error
            raise
