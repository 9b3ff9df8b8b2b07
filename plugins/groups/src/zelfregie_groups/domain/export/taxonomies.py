"""The words with which groups are classified (HSDS: taxonomy, taxonomy term, attribute)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.parts import parts_of
from zelfregie_groups.models import Group

THEMES = "theme"
AUDIENCE = "audience"
FORM = "form"
VERSION = "1"


@dataclass(frozen=True)
class Taxonomy:
    """A list of terms.

    :param code: also the ``link_type`` of an attribute: what a term says of a group.
    """

    code: str
    name: str
    description: str


def taxonomies() -> tuple[Taxonomy, ...]:
    """Return our taxonomies."""
    return (
        Taxonomy(THEMES, _("Thema's"), _("Waar een groep over gaat. De codes zijn in elke regio dezelfde.")),
        Taxonomy(AUDIENCE, _("Voor wie"), _("Voor wie een groep is: jezelf, naasten, nabestaanden; vrouwen, mannen.")),
        Taxonomy(FORM, _("Vorm"), _("Of een groep bij elkaar komt, online, of allebei.")),
    )


def taxonomy_rows(region: RegionContext) -> list[dict[str, Any]]:
    """Return our taxonomies as HSDS has them."""
    return [_taxonomy(taxonomy, region) for taxonomy in taxonomies()]


def _taxonomy(taxonomy: Taxonomy, region: RegionContext) -> dict[str, Any]:
    return {
        "id": region.identity.of("taxonomy", taxonomy.code),
        "name": taxonomy.name,
        "description": taxonomy.description,
        "uri": f"{region.base}{region.api_path}taxonomies/{region.identity.of('taxonomy', taxonomy.code)}",
        "version": VERSION,
    }


class Terms:
    """All terms of a region by their key, made once for an answer or an export."""

    def __init__(self, region: RegionContext) -> None:
        self.region = region
        self.details = {taxonomy.code: _taxonomy(taxonomy, region) for taxonomy in taxonomies()}
        self.by_key = {(term.pop("_taxonomy"), term["code"]): term for term in self._all()}

    def _all(self) -> Iterator[dict[str, Any]]:
        for theme in self.region.themes.values():
            also = _("Andere woorden: %(words)s.") % {"words": ", ".join(theme.synonyms)} if theme.synonyms else ""
            yield self._term(THEMES, theme.slug, theme.name, also or theme.name, self.region.theme_url(theme.slug))
        for audience in Group.Audience:
            yield self._term(AUDIENCE, audience.value, str(audience.label))
        for gender in (Group.Gender.WOMEN, Group.Gender.MEN):
            yield self._term(AUDIENCE, gender.value, str(gender.label))
        for form in Group.Form:
            yield self._term(FORM, form.value, str(form.label))

    def _term(self, taxonomy: str, code: str, name: str, description: str = "", uri: str = "") -> dict[str, Any]:
        detail = self.details[taxonomy]
        term = {
            "_taxonomy": taxonomy,
            "id": self.region.identity.of("taxonomy_term", f"{taxonomy}:{code}"),
            "code": code,
            "name": name,
            "description": description or name,
            "taxonomy": detail["name"],
            "taxonomy_id": detail["id"],
            "language": "nl",
        }
        return term | ({"term_uri": uri} if uri else {})

    def rows(self) -> list[dict[str, Any]]:
        """Return the terms without what they belong to, as a table has them."""
        return list(self.by_key.values())

    def full(self, key: tuple[str, str]) -> dict[str, Any]:
        """Return a term with its taxonomy."""
        return {**self.by_key[key], "taxonomy_detail": self.details[key[0]]}

    def keys_of(self, group: Group) -> list[tuple[str, str]]:
        """Return which terms say something of a group. Costs no query when its themes are fetched."""
        keys = [(THEMES, theme.slug) for theme in parts_of(group, "themes")]
        keys += [(AUDIENCE, code) for code in group.audience]
        keys += [(AUDIENCE, group.gender)] if group.gender != Group.Gender.ALL else []
        return [key for key in [*keys, (FORM, group.form)] if key in self.by_key]
