"""Read a whole instance folder: `region.toml`, `content/`, `brand/` and the CSV files beside them."""

import re
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from zelfregie_core.discovery import installed_plugins
from zelfregie_core.places import municipalities as all_municipalities
from zelfregie_tenants.blueprint.staging import is_cut_short

from .addresses import check_domain, check_email, check_slug
from .area import read_area
from .brand import read_brand
from .content import read_content
from .files import read_text
from .lines import toml_lines
from .model import Editor, Hosting, Identity, Manifest, Organisation, PluginChoice
from .problems import ManifestError, Problems, did_you_mean
from .table import Table

BLUEPRINT_VERSION = 1
FILE = "region.toml"
KINDS = ("region", "national")
LANGUAGES = ("nl", "en")
ROLES = ("administrator", "moderator", "editor", "coordinator")
PLATFORMS = ("shared", "own")
MAX_INSTANCE_FILE = 50 * 1024 * 1024

_TOML_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)")


def read_manifest(
    folder: Path,
    *,
    plugins: Collection[str] | None = None,
    municipalities: Mapping[str, str] | None = None,
    themes: Collection[str] | None = None,
) -> Manifest:
    """Read and check the instance in `folder`.

    :param plugins: slugs of the plugins that exist; None asks the installed distributions, importing none.
    :param municipalities: CBS codes with names; None takes the bundled table.
    :param themes: slugs of the themes that exist; None takes the product's own list.
    :raises ManifestError: with everything that is wrong, not only the first thing.
    """
    problems = Problems()
    if not folder.is_dir():
        _report_no_folder(folder, problems)
    if is_cut_short(folder):
        remedy = f"Complete it: zelfregie instance update {folder}"
        problems.add(str(folder), "", None, "holds an update that was cut short.", remedy)
    text = read_text(folder / FILE, FILE, problems) if folder.is_dir() else None
    problems.raise_if_any()
    known_plugins = {plugin.slug for plugin in installed_plugins()} if plugins is None else plugins
    if municipalities is None:
        municipalities = {code: place.name for code, place in all_municipalities().items()}
    root = Table(_parse(text or "", problems), problems, file=FILE, lines=toml_lines(text or ""))
    _check_version(root)
    identity = _identity(root.table("region", required=True))
    manifest = Manifest(
        folder=folder.resolve(),
        blueprint=BLUEPRINT_VERSION,
        region=identity,
        area=read_area(
            root.table("area", required=identity.kind == "region"),
            kind=identity.kind,
            municipalities=municipalities,
        ),
        brand=read_brand(root.table("brand", required=True), folder),
        organisation=_organisation(root.table("organisation", required=True)),
        crisis_text=_crisis(root.table("crisis")),
        editors=_editors(root, identity.kind),
        plugins=_plugins(root.table("plugins"), known_plugins),
        hosting=_hosting(root.table("hosting")),
        content=read_content(folder, problems, themes=_standard_themes() if themes is None else themes),
        files=_instance_files(folder, problems),
    )
    root.finish()
    problems.raise_if_any()
    return manifest


def _standard_themes() -> set[str]:
    """Return the slugs of the national list of themes; read here because core's reader needs its models."""
    text = files("zelfregie_core").joinpath("data", "themes.toml").read_text(encoding="utf-8")
    return {theme["slug"] for theme in tomllib.loads(text)["theme"]}


def _report_no_folder(folder: Path, problems: Problems) -> None:
    what = "is a file, not a folder." if folder.exists() else "does not exist."
    problems.add(str(folder), "", None, what, "Give the folder of an instance: the one with region.toml in it.")


def _parse(text: str, problems: Problems) -> Mapping[str, Any]:
    """Parse TOML. Broken TOML is the one thing after which nothing else can be said."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _TOML_PLACE.search(message)
        last_line = text.count("\n") + 1
        problems.add(
            FILE,
            "",
            int(place.group(1)) if place else last_line,
            f"is not TOML: {_TOML_PLACE.sub('', message).removesuffix(' (at end of document)').lower()}.",
            'Look at that line: text stands between quotes, a list between [ and ], a table is "[name]".',
        )
        raise ManifestError(problems) from error


def _check_version(root: Table) -> None:
    version = root.integer("blueprint")
    if "blueprint" in root and version > BLUEPRINT_VERSION:
        root.problem(
            "blueprint",
            f"is {version}, newer than this Zelfregie understands ({BLUEPRINT_VERSION}).",
            "Upgrade Zelfregie.",
        )
    elif "blueprint" in root and isinstance(root.raw("blueprint"), int) and version < 1:
        root.problem("blueprint", f"is {version}.", f"Write blueprint = {BLUEPRINT_VERSION}.")


def _identity(table: Table) -> Identity:
    identity = Identity(
        slug=table.text("slug", limit=40, check=check_slug),
        name=table.text("name", limit=80),
        kind=table.choice("kind", KINDS, default="region"),
        languages=_languages(table),
        tagline=table.text("tagline", limit=200),
        domains=_domains(table),
    )
    table.finish()
    return identity


def _languages(table: Table) -> tuple[str, ...]:
    if "languages" not in table:
        table.raw("languages")
        return (LANGUAGES[0],)
    languages = table.texts("languages", required=True)
    for position, language in enumerate(languages):
        if language not in LANGUAGES:
            table.problem("languages", f'"{language}" is not a known language.', did_you_mean(language, LANGUAGES))
        elif language in languages[:position]:
            table.problem("languages", f'lists "{language}" twice.', "Remove one.")
    return tuple(dict.fromkeys(languages)) or (LANGUAGES[0],)


def _domains(table: Table) -> tuple[str, ...]:
    domains = table.texts("domains", required=True, remedy='List at least one, such as ["heuvelland.localhost"].')
    seen: set[str] = set()
    for domain in domains:
        found = check_domain(domain)
        if found:
            table.problem("domains", *found)
        if domain.lower() in seen:
            table.problem("domains", f'lists "{domain}" twice.', "Remove one.")
        seen.add(domain.lower())
    return tuple(dict.fromkeys(domains)) or ("",)


def _organisation(table: Table) -> Organisation:
    remedy = "The law wants a contact for privacy questions: give a name and an address."
    organisation = Organisation(
        name=table.text("name", limit=120),
        email=table.text("email", limit=254, check=check_email),
        phone=table.text("phone", default="", limit=30, check=_check_phone),
        privacy_name=table.text("privacy_name", limit=120, remedy=remedy),
        privacy_email=table.text("privacy_email", limit=254, remedy=remedy, check=check_email),
        sender_email=table.text("sender_email", limit=254, check=check_email),
    )
    table.finish()
    return organisation


def _check_phone(value: str) -> tuple[str, str] | None:
    if re.fullmatch(r"\+?[\d ()\-.]{5,30}", value):
        return None
    return f'"{value}" is not a telephone number.', 'Write digits and spaces, such as "045 123 45 67".'


def _crisis(table: Table) -> str:
    text = table.text("text", default="", limit=600)
    table.finish()
    return text


def _editors(root: Table, kind: str) -> tuple[Editor, ...]:
    editors: list[Editor] = []
    for table in root.tables("editors"):
        editor = Editor(
            email=table.text("email", limit=150, check=check_email).lower(),  # it becomes the account's name
            name=table.text("name", limit=120),
            role=table.choice("role", ROLES),
        )
        table.finish()
        if editor.role == "coordinator" and kind != "national":
            table.problem("role", "is coordinator, a role of the national hub.", "Choose administrator.")
        if editor.email and any(editor.email == other.email for other in editors):
            table.problem("email", f'"{editor.email}" is already an editor.', "Remove one of the two.")
        editors.append(editor)
    if not any(editor.role == "administrator" for editor in editors):
        root.problem(
            "editors",
            "has no administrator, so nobody could manage the site.",
            'Give at least one [[editors]] with role = "administrator".',
        )
    return tuple(editors)


def _plugins(table: Table, known: Collection[str]) -> tuple[PluginChoice, ...]:
    choices: list[PluginChoice] = []
    for slug in table.names():
        if slug not in known:
            table.raw(slug)
            remedy = f"{did_you_mean(slug, known)} Or install the distribution that brings it."
            table.problem(slug, "is not an installed plugin.", remedy)
            continue
        child = table.table(slug)
        enabled = child.boolean("enabled", default=True)
        settings = {key: child.raw(key) for key in child.names() if key != "enabled"}
        choices.append(PluginChoice(slug, enabled, settings))
    table.finish()
    return tuple(sorted(choices, key=lambda choice: choice.slug))


def _hosting(table: Table) -> Hosting:
    hosting = Hosting(
        platform=table.choice("platform", PLATFORMS, default="shared"),
        demo=table.boolean("demo", default=False),
    )
    table.finish()
    return hosting


def _instance_files(folder: Path, problems: Problems) -> Mapping[str, Path]:
    """Return the CSV files of the folder by name. What is in them is for the plugins to judge, row by row."""
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.csv")):
        if not path.is_file():
            problems.add(path.name, "", None, "is not a file.", "Put a CSV file there, or remove it.")
        elif path.stat().st_size > MAX_INSTANCE_FILE:
            problems.add(path.name, "", None, "is larger than 50 MB.", "Split it, or take the pictures out.")
        else:
            files[path.name] = path
    return files
