"""A new plugin: what its blueprint asks, which answers can be used, and making the folder whole or not at all."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from cookiecutter.environment import StrictEnvironment

from .baking import BakeRefused, bake, template_folder


@dataclass(frozen=True)
class Question:
    """One question of the blueprint.

    Args:
        key: under which the answer is kept.
        text: what is asked.
        default: what is proposed, as the template writes it.
    """

    key: str
    text: str
    default: str


@dataclass(frozen=True)
class MadePlugin:
    """A plugin that was made: its folder, its name in code, and how many files it has."""

    folder: Path
    slug: str
    files: int


class PluginBlueprint:
    """The blueprint of a plugin, read from its template: questions and rules stand there, and nowhere else."""

    def __init__(self, template: Path | None = None) -> None:
        """Take this release's template, or another one."""
        self.template = template or template_folder("plugin")

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in order."""
        texts = self._content["__prompts__"]
        return tuple(
            Question(key, texts[key], default) for key, default in self._content.items() if not key.startswith("_")
        )

    def proposal(self, question: Question, answers: Mapping[str, str]) -> str:
        """Return what to propose as an answer, after the answers to the questions before it."""
        return self._rendered(question.default, answers)

    def problem(self, question: Question, answer: str) -> str | None:
        """Return why an answer cannot be used, and what to do; None when it can."""
        return self._extension.problem(question.key, answer)

    def refuse_unusable(self, answers: Mapping[str, str]) -> None:
        """Do nothing when these answers can be used.

        Raises:
            BakeRefused: with a sentence for each that cannot.
        """
        given = (question for question in self.questions if question.key in answers)
        if problems := [found for each in given if (found := self.problem(each, answers[each.key]))]:
            raise BakeRefused(tuple(problems))

    def make(self, answers: Mapping[str, str], into: Path) -> MadePlugin:
        """Bake a plugin. Killed half-way it leaves a hidden folder and nothing under the plugin's name.

        Args:
            answers: by key; what is not given becomes what would be proposed.
            into: the folder in which the plugin's folder is made.

        Raises:
            BakeRefused: with every reason why nothing was made.
            OSError: the folder cannot be written to.
        """
        complete: dict[str, str] = {}
        for question in self.questions:
            given = question.key in answers
            complete[question.key] = answers[question.key] if given else self.proposal(question, complete)
        self.refuse_unusable(complete)
        target = into / self._rendered(self._content["__distribution"], complete)
        where = into.absolute()
        taken = f"There is a {target.name} in {where} already. Choose another name, or another folder with --into."
        if target.exists() or target.is_symlink():
            raise BakeRefused((taken,))
        with TemporaryDirectory(dir=into, prefix=".zelfregie-new-") as scratch:
            baked = bake(complete, Path(scratch), template=self.template)
            files = sum(path.is_file() for path in baked.rglob("*"))
            try:
                baked.rename(target)
            except OSError as error:
                if target.exists():  # somebody was faster
                    raise BakeRefused((taken,)) from error
                raise
        return MadePlugin(target, complete["slug"], files)

    @cached_property
    def _content(self) -> dict[str, Any]:
        return json.loads((self.template / "cookiecutter.json").read_text(encoding="utf-8"))

    @cached_property
    def _extension(self) -> ModuleType:
        specification = importlib.util.spec_from_file_location(
            "zelfregie_plugin_extension", self.template / "plugin_extension.py"
        )
        if specification is None or specification.loader is None:
            message = f"{self.template} is no blueprint of a plugin: it has no plugin_extension.py."
            raise BakeRefused((message,))
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module

    @cached_property
    def _environment(self) -> StrictEnvironment:
        environment = StrictEnvironment(context={}, **self._content["_jinja2_env_vars"])
        self._extension.PluginExtension(environment)  # adds the filters
        return environment

    def _rendered(self, text: str, answers: Mapping[str, str]) -> str:
        return self._environment.from_string(text).render(cookiecutter=answers)
