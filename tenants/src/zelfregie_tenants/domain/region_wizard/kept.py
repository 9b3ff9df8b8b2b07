"""What an earlier launch brought to a region and the wizard does not ask: kept in the folder that it makes.

The platform keeps of each launch what the folder said (`AppliedItem`), and of people and lists only a fingerprint. So a
folder can be made again of any region, whoever launched it; lists that were read from it stay out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django_tenants.utils import tenant_context
from wagtail.models import Page

from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.blueprint import BakeRefused
from zelfregie_tenants.domain.apply_pages import HOME, MODELS, PagesPart, page_specs
from zelfregie_tenants.domain.apply_plugins import SETTING, PluginsPart
from zelfregie_tenants.domain.apply_settings import SettingsPart
from zelfregie_tenants.domain.leaving.markdown import body_as_markdown
from zelfregie_tenants.domain.plan import applied_items, read_instance
from zelfregie_tenants.domain.plan_items import Fields, Part, digest_of
from zelfregie_tenants.manifest import ManifestError
from zelfregie_tenants.models import AppliedItem, Region

MANIFEST = "region.toml"
_TYPES = {model._meta.label: name for name, model in MODELS.items()}


@dataclass(frozen=True)
class Kept:
    """What the last folder said, by key; where that is not known, what the site has.

    Args:
        settings: key in the folder -> value.
        plugins: slug -> `enabled` and its settings.
        pages: key -> fields, in the order of the site.
    """

    settings: Mapping[str, Any]
    plugins: Mapping[str, Fields]
    pages: Mapping[str, Fields]


def kept_of(region: Region) -> Kept:
    """Return what is kept of a region that has a schema."""
    with tenant_context(region):
        applied = applied_items(region)
        settings = _said(region, SettingsPart(), applied)
        places = {
            str(key): place
            for place, key in enumerate(Page.objects.order_by("path").values_list("translation_key", flat=True))
        }
        last = applied.get(PagesPart.kind, {})
        pages = {key: fields for key, fields in _said(region, PagesPart(), applied).items() if key in last}
        return Kept(
            {key: fields.get("value") for key, fields in settings.items()},
            _said(region, PluginsPart(), applied),
            {key: pages[key] for key in sorted(pages, key=lambda key: places.get(last[key].reference, len(places)))},
        )


def base_of(region: Region) -> str:
    """Return a fingerprint of what was last applied: another one when somebody launched since."""
    rows = AppliedItem.objects.filter(region_id=region.pk).exclude(kind="invitation").order_by("kind", "key")
    digest = Region.objects.values_list("manifest_digest", flat=True).get(pk=region.pk)
    return digest_of([digest, *(list(row) for row in rows.values_list("kind", "key", "digest"))])


def put_back(folder: Path, region: Region, kept: Kept) -> None:
    """Put into a folder, fresh from the blueprint, what an earlier launch brought.

    Raises:
        BakeRefused: a page cannot be written as a file.
    """
    manifest = folder / MANIFEST
    text = manifest.read_text(encoding="utf-8")
    text = set_line(text, "tagline", kept.settings.get("region.tagline") or region.tagline)
    text = set_line(text, "languages", list(region.languages))
    for slug, fields in kept.plugins.items():
        lines = [f"{key.removeprefix(SETTING)} = {_toml(fields[key])}" for key in fields if key.startswith(SETTING)]
        head = f"[plugins.{slug}]"
        if head not in text.splitlines() and slug in get_plugins().slugs():  # not one that the wizard offers
            text += f"\n{head}\nenabled = {_toml(bool(fields.get('enabled')))}\n"
        text = text.replace(f"{head}\n", "\n".join([head, *lines, ""]), 1)
    manifest.write_text(text, encoding="utf-8")
    if kept.pages:
        _put_pages(folder, kept.pages)


def set_line(text: str, key: str, value: Any) -> str:
    """Return `region.toml` with another value for a key that stands in it once."""
    return re.sub(rf"^{key} = .*$", lambda _found: f"{key} = {_toml(value)}", text, count=1, flags=re.MULTILINE)


def _said(region: Region, part: Part, applied: Mapping[str, Mapping[str, AppliedItem]]) -> dict[str, Fields]:
    last = applied.get(part.kind, {})
    found = {key: now.fields for key, now in part.current(region, last).items() if now.fields is not None}
    return found | {key: item.content for key, item in last.items() if item.content is not None}


def _put_pages(folder: Path, pages: Mapping[str, Fields]) -> None:
    content = folder / "content"
    for path in content.glob("*.md"):
        path.unlink()
    written = {}
    for number, (key, fields) in enumerate(pages.items()):
        if (matter := _matter(key, fields)) is not None:
            # Only where a page is made anew does its place count.
            matter |= (
                {} if key == HOME else {"slug": fields["slug"], "menu": fields["show_in_menus"], "order": 10 * number}
            )
            front = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=1000)
            written[key] = content / f"{key.replace(':', '-')}.md"
            written[key].write_text(f"---\n{front}---\n\n{body_as_markdown(fields.get('body', []))}", encoding="utf-8")
    try:
        specs = {spec.key: spec.fields for spec in page_specs(read_instance(folder))}
    except ManifestError:
        return  # the plan says what is wrong
    for key, path in written.items():
        if specs.get(key) != pages[key]:
            # A page that a release made, of blocks that no file has: the release makes it again.
            path.unlink()
            if not key.startswith("theme:"):
                text = _("De pagina “%(title)s” kunnen we niet in een map zetten. Vraag de beheerder van het platform.")
                raise BakeRefused((text % {"title": pages[key]["title"]},))


def _matter(key: str, fields: Fields) -> dict[str, Any] | None:
    """Return the front matter of a page; None for one that the platform or a plugin makes itself."""
    name = _TYPES.get(str(fields.get("type")))
    kind, _colon, rest = key.partition(":")
    if name is None or (kind == "page" and rest in _plugin_slugs()):
        return None
    own = {"legal": rest} if name == "legal" else {"theme": rest} if name == "theme" else {}
    return {"title": fields["title"], "type": name, **own, "intro": fields.get("intro", "")}


def _plugin_slugs() -> set[str]:
    return {entry.item.slug for entry in get_plugins().contributed("register_starter_content")}


def _toml(value: Any) -> str:
    """Return a value as TOML: its texts, numbers, answers and lists of texts are JSON's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
