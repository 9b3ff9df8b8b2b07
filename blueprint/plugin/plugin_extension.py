"""What the blueprint of a plugin computes, and the answers that it refuses. Needs nothing but Python and Jinja."""

from __future__ import annotations

import json
import keyword
import re
import unicodedata
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension

SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")
MODEL = re.compile(r"[A-Z][A-Za-z0-9]{1,40}")
TEXT = re.compile(r"[^\W\d_][\w' -]{1,40}")
#: Names of the platform: its own parts, and its commands, behind which those of the plugin could not be reached.
TAKEN = frozenset(
    {
        "admin", "backup", "core", "demo", "directory", "instance", "key", "manage", "plugin", "privacy", "region",
        "tasks", "template", "tenants", "upgrade", "user", "worker",
    }
)  # fmt: skip
TAKEN_PREFIXES = ("wagtail", "zelfregie", "django")
#: Names that the baked modules use themselves.
TAKEN_MODELS = frozenset({"Any", "Block", "Http404", "IndexPage", "Model", "Page", "PluginPage", "Theme"})


class PluginExtension(Extension):
    """The filters of the template."""

    def __init__(self, environment: Environment) -> None:
        """Add them."""
        super().__init__(environment)
        environment.filters |= {
            "plugin_slug": plugin_slug, "class_name": class_name, "address": address,
            "plugin_problems": lambda answers: json.dumps(problems(answers)),
        }  # fmt: skip


def plain(text: str) -> str:
    """Return a text without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def plugin_slug(text: str) -> str:
    """Return the name that a plugin may have in code: “Self-help days” is self_help_days."""
    return re.sub(r"[^a-z0-9]+", "_", plain(text).lower()).strip("_")[:31]


def class_name(text: str) -> str:
    """Return the name of a class: “self-help day” is SelfHelpDay."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", plain(text)))


def address(text: str) -> str:
    """Return the last part of the address of the page: “Zelfhulp dagen” is zelfhulp-dagen."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text).lower()).strip("-")


def problems(answers: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each answer that cannot be used."""
    slug, model = str(answers["slug"]), str(answers["model"])
    found = [
        f"“{answers[name]}” ({name}) cannot be used: write letters, spaces and hyphens only."
        for name in ("title", "singular", "title_en", "singular_en")
        if not TEXT.fullmatch(str(answers[name]))
    ]
    if not SLUG.fullmatch(slug):
        found.append(
            f"“{slug}” cannot be the name of a plugin: use 2 to 31 lower-case letters, digits and underscores, "
            "starting with a letter."
        )
    elif keyword.iskeyword(slug) or slug in TAKEN or slug.startswith(TAKEN_PREFIXES):
        found.append(f"“{slug}” is taken by Python or by the platform. Choose another name.")
    elif owner := installed(slug):
        found.append(f"There is a plugin “{slug}” here already, of {owner}. Choose another name.")
    if not MODEL.fullmatch(model) or keyword.iskeyword(model) or model in TAKEN_MODELS:
        found.append(f"“{model}” cannot be the name of a model: write it in CamelCase, such as OpenDay.")
    return found


def installed(slug: str) -> str | None:
    """Return the distribution that has a plugin of this name in this environment, or None."""
    points = [point for point in entry_points(group="zelfregie.plugins") if point.name == slug]
    return next((point.dist.name if point.dist else point.value for point in points), None)
