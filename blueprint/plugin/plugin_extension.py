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
TAKEN_MODELS = frozenset(
    {
        "Any", "AppConfig", "Block", "BodyMixin", "ExportFile", "FieldPanel", "HomePage", "Http404", "HttpRequest",
        "HttpResponse", "IO", "ImportReport", "IndexPage", "Indicator", "Model", "ModelViewSet", "NotPersonal", "Page",
        "Path", "PermissionSet", "PluginPage", "PluginSettings", "QuerySet", "RoutablePageMixin", "ScheduledTask",
        "SearchResult", "Section", "Sequence", "Settings", "StarterPage", "Theme", "UpcomingBlock", "ViewSet",
    }
)  # fmt: skip
#: The questions, in the order in which they are asked.
ASKED = ("title", "singular", "title_en", "singular_en", "slug", "model")


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


def words(text: str) -> list[str]:
    """Return the words of a text without accents: “Foto's” is one word, fotos."""
    return re.findall(r"[A-Za-z0-9]+", re.sub(r"['’]", "", plain(text)))


def plugin_slug(text: str) -> str:
    """Return the name that a plugin may have in code: “Self-help days” is self_help_days."""
    return "_".join(words(text)).lower()[:31].rstrip("_")


def class_name(text: str) -> str:
    """Return the name of a class: “self-help day” is SelfHelpDay."""
    return "".join(word[:1].upper() + word[1:] for word in words(text))


def address(text: str) -> str:
    """Return the last part of the address of the page: “Zelfhulp dagen” is zelfhulp-dagen."""
    return "-".join(words(text)).lower()


def problems(answers: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each answer that cannot be used."""
    return [found for name in ASKED if (found := problem(name, str(answers[name])))]


def problem(name: str, answer: str) -> str | None:
    """Return why an answer to one question cannot be used, and what to do; None when it can."""
    if name == "slug":
        return slug_problem(answer)
    if name == "model":
        if MODEL.fullmatch(answer) and not keyword.iskeyword(answer) and answer not in TAKEN_MODELS:
            return None
        reason = "is used by the plugin itself" if answer in TAKEN_MODELS else "cannot be the name of a model"
        return f"“{answer}” {reason}: write another one in CamelCase, such as OpenDay."
    if TEXT.fullmatch(answer) and address(answer):
        return None
    return f"“{answer}” ({name}) cannot be used: write letters, spaces, hyphens and apostrophes only."


def slug_problem(slug: str) -> str | None:
    """Return why a plugin cannot be called so in code."""
    if not SLUG.fullmatch(slug):
        return (
            f"“{slug}” cannot be the name of a plugin: use 2 to 31 lower-case letters, digits and underscores, "
            "starting with a letter."
        )
    if keyword.iskeyword(slug) or slug in TAKEN or slug.startswith(TAKEN_PREFIXES):
        return f"“{slug}” is taken by Python or by the platform. Choose another name."
    if owner := installed(slug):
        return f"There is a plugin “{slug}” here already, of {owner}. Choose another name."
    return None


def installed(slug: str) -> str | None:
    """Return the distribution that has a plugin of this name in this environment, or None."""
    points = [point for point in entry_points(group="zelfregie.plugins") if point.name == slug]
    return next((point.dist.name if point.dist else point.value for point in points), None)
