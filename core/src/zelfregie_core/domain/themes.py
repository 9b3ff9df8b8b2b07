"""The national list of themes: one taxonomy for all regions, so that they can be compared."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from zelfregie_core.models import Theme


@dataclass(frozen=True)
class StandardTheme:
    """A theme of the national list, as ``data/themes.toml`` gives it.

    :param tips: short practical sentences.
    :param related: slugs of themes that lie near.
    """

    slug: str
    name: str
    synonyms: tuple[str, ...]
    icon: str
    intro: str
    tips: tuple[str, ...]
    related: tuple[str, ...]


@cache
def standard_themes() -> dict[str, StandardTheme]:
    """The national list by slug, in the order of the file."""
    text = resources.files("zelfregie_core").joinpath("data", "themes.toml").read_text(encoding="utf-8")
    return {
        item["slug"]: StandardTheme(
            item["slug"],
            item["name"],
            tuple(item.get("synonyms", ())),
            item.get("icon", item["slug"]),
            " ".join(item["intro"].split()),
            tuple(item.get("tips", ())),
            tuple(item.get("related", ())),
        )
        for item in tomllib.loads(text)["theme"]
    }


def sync_themes() -> int:
    """Give the current region the themes of the national list that it lacks.

    Themes that are there already are left as they are: a region may add synonyms or rename one.

    :return: the number of themes that were added.
    """
    present = set(Theme.objects.values_list("slug", flat=True))
    missing = [theme for slug, theme in standard_themes().items() if slug not in present]
    Theme.objects.bulk_create(
        Theme(slug=theme.slug, name=theme.name, synonyms=list(theme.synonyms), icon=theme.icon) for theme in missing
    )
    return len(missing)


def related_themes(theme: Theme) -> list[Theme]:
    """Themes of this region that lie near a theme, by the national list. One query, none when there are none."""
    standard = standard_themes().get(theme.slug)
    if standard is None or not standard.related:
        return []
    return list(Theme.objects.filter(slug__in=standard.related))


def themes_named(query: str) -> list[Theme]:
    """Themes of this region that a search names: a name or synonym stands in it, or all its words stand in a name.

    So "ik heb een burn-out" and "rouw" (of "Rouw en verlies") name a theme; "kind is boos" names none about a kind.
    """
    typed = query.casefold()
    words = set(typed.split())
    return [
        theme
        for theme in Theme.objects.all()
        if (words and words <= set(theme.name.casefold().split()))
        or any(name.casefold() in typed for name in (theme.name, *theme.synonyms) if name)
    ]
