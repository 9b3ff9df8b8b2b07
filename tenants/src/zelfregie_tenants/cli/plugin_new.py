"""`zelfregie plugin new`: a working plugin from six answers."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zelfregie_tenants.blueprint.new_plugin import PluginBlueprint, Question


@click.command("new")
@click.option("--title", metavar="TEXT", help="What visitors call the things of the plugin, in Dutch, several.")
@click.option("--singular", metavar="TEXT", help="One of them, in Dutch.")
@click.option("--title-en", metavar="TEXT", help="Several of them, in English.")
@click.option("--singular-en", metavar="TEXT", help="One of them, in English.")
@click.option("--slug", metavar="NAME", help="Name of the plugin in code.")
@click.option("--model", metavar="NAME", help="Name of the model, in CamelCase.")
@click.option("--defaults", is_flag=True, help="Ask nothing: take what would be proposed for what is not given.")
@click.option(
    "--into",
    metavar="DIR",
    default=".",
    type=click.Path(path_type=Path, exists=True, file_okay=False, writable=True),
    help="The folder in which the plugin's folder is made; without it this one.",
)
def new(into: Path, defaults: bool, **given: str | None) -> None:
    """Make a plugin that works: model, page, block, screens, hooks, tests, Dutch and English.

    Asks what is not given as an option. It needs no database. Next you change it into the one that you need.
    """
    from zelfregie_tenants.blueprint import BakeRefused  # noqa: PLC0415 -- `zelfregie --help` stays quick
    from zelfregie_tenants.blueprint.new_plugin import PluginBlueprint  # noqa: PLC0415 -- the same

    blueprint = PluginBlueprint()
    answers = {key: answer for key, answer in given.items() if answer is not None}
    try:
        blueprint.refuse_unusable(answers)
        for question in blueprint.questions if not defaults else ():
            if question.key not in answers:
                answers[question.key] = _asked(blueprint, question, answers)
        made = blueprint.make(answers, into)
    except BakeRefused as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        message = f"{error.filename or into} could not be written: {error.strerror}. Put that right and try again."
        raise click.ClickException(message) from error
    folder = shlex.quote(str(made.folder))
    click.echo(f"{made.folder} is made: a plugin that works, in {made.files} files. Next:")
    for line in (f"pip install -e {folder}", f"pytest {folder}", f"zelfregie plugin check {made.slug}"):
        click.echo(f"  {line}")
    click.echo(f"Then make it yours, beginning with {made.folder / 'src' / f'zelfregie_{made.slug}' / 'hooks.py'}.")


def _asked(blueprint: PluginBlueprint, question: Question, answers: dict[str, str]) -> str:
    """Ask one question until its answer can be used; Enter takes what is proposed."""

    def usable(answer: str) -> str:
        if problem := blueprint.problem(question, answer.strip()):
            raise click.UsageError(problem)
        return answer.strip()

    proposal = blueprint.proposal(question, answers)
    default = None if blueprint.problem(question, proposal) else proposal
    return click.prompt(question.text, default=default, value_proc=usable)
