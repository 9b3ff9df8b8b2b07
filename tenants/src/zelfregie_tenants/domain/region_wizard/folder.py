"""From the answers of a draft to an instance folder: the one that `zelfregie region launch` takes as well."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _
from django_tenants.utils import get_public_schema_name, schema_context

from zelfregie_tenants.blueprint import BakeRefused, bake
from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.domain.region_wizard.area import derived_ranges, ranges_text
from zelfregie_tenants.domain.region_wizard.kept import MANIFEST, kept_of, put_back, set_line
from zelfregie_tenants.domain.region_wizard.modules import modules
from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.models import RegionDraft

#: What no answer may hold: it would end a quoted text or a tag, and curly brackets are commands to the blueprint.
UNFIT = re.compile(r"[\"\\<>{}\x00-\x1f\x7f]")
#: All files of a zip get this date, so that the same answers give the same bytes.
ZIP_DATE = (2000, 1, 1, 0, 0, 0)
IMAGES = ("logo", "favicon")


def make_folder(draft: RegionDraft, into: Path) -> Path:
    """Bake the instance folder of a draft whose steps all have answers.

    Args:
        draft: with checked answers.
        into: the folder in which it is made.

    Returns:
        the instance folder, named after the slug.

    Raises:
        BakeRefused: with every reason why nothing was made.
    """
    kept = kept_of(draft.region) if draft.region and draft.is_read else None
    answers = blueprint_answers(draft)
    if kept is not None:
        answers |= {"__name": draft.site_name, "__demo": "true" if draft.region.is_demo else "false"}
    # The forms refuse these too. Here it is a lock on the door: the blueprint would run what stands between brackets.
    unfit = [key for key, value in answers.items() if UNFIT.search(value.replace("<", "").replace(">", ""))]
    if unfit:
        text = _("In een van de antwoorden staat een teken dat hier niet kan (%(keys)s). Verander dat eerst.")
        raise BakeRefused((text % {"keys": ", ".join(unfit)},))
    folder = bake(answers, into)
    named = {module.slug for module in modules()} & (kept.plugins.keys() if kept else {m.slug for m in modules()})
    _add_to_manifest(folder, draft, named)
    for name in IMAGES:
        _add_image(folder, draft, name)
    if kept is not None:
        put_back(folder, draft.region, kept)
    return folder


@contextmanager
def folder_of(draft: RegionDraft) -> Iterator[Path]:
    """Give the instance folder of a draft, for as long as it is looked at; raises as `make_folder`."""
    with (
        TemporaryDirectory(prefix="zelfregie-wizard-") as scratch,
        platform_rights(),
        schema_context(get_public_schema_name()),
    ):
        yield make_folder(draft, Path(scratch))


def blueprint_answers(draft: RegionDraft) -> dict[str, str]:
    """Return the draft as answers to the blueprint's questions and choices (`blueprint/region/cookiecutter.json`)."""
    data: Mapping[str, Any] = draft.data
    name, organisation, brand = data[steps.NAME], data[steps.ORGANISATION], data[steps.BRAND]
    codes = data[steps.AREA]["municipalities"]
    ranges = data[steps.AREA]["postcodes"] or derived_ranges(codes)
    return {
        "region_name": name["name"],
        "slug": draft.slug,
        "domain": name["domain"],
        "municipalities": ", ".join(codes),
        "organisation": organisation["name"],
        "email": organisation["email"],
        "__postcodes": ranges_text(ranges).replace(" ", ""),
        "__primary": brand["primary"],
        "__accent": brand["accent"],
        "__phone": organisation["phone"],
        "__privacy_name": organisation["privacy_name"],
        "__privacy_email": organisation["privacy_email"],
        "__sender_email": organisation["sender_email"],
        "__editors": "; ".join(f"{who['name']} <{who['email']}> {who['role']}" for who in data[steps.PEOPLE]["people"]),
        "__plugins": ", ".join(data[steps.MODULES]["enabled"]),
    }


def zip_of(folder: Path) -> bytes:
    """Return an instance folder as a zip, with the folder itself in it. The same folder gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return target.getvalue()


def _add_to_manifest(folder: Path, draft: RegionDraft, named: Collection[str]) -> None:
    """Add what the blueprint does not ask for: more addresses, the crisis text, and the modules that stay off."""
    lines = []
    if text := draft.data[steps.ORGANISATION]["crisis_text"]:
        # A JSON text is a TOML text.
        lines += ["", "[crisis]", f"text = {json.dumps(text, ensure_ascii=False)}"]
    enabled = draft.data[steps.MODULES]["enabled"]
    for slug in sorted(set(named) - set(enabled)):
        lines += ["", f"[plugins.{slug}]", "enabled = false"]
    name = draft.data[steps.NAME]
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    text = set_line(text, "domains", [name["domain"], *name.get("redirects", [])])
    (folder / MANIFEST).write_text("\n".join([text, *lines, ""]) if lines else text, encoding="utf-8")


def _add_image(folder: Path, draft: RegionDraft, name: str) -> None:
    """Put the coordinator's own picture in the place of the one that the blueprint drew."""
    data, suffix = bytes(getattr(draft, name)), getattr(draft, f"{name}_suffix")
    manifest = folder / MANIFEST
    text = manifest.read_text(encoding="utf-8")
    if not data and draft.is_read:
        # The folder had none: drawing one now would be a change that nobody asked for.
        (folder / "brand" / f"{name}.svg").unlink(missing_ok=True)
        manifest.write_text(text.replace(f'{name} = "brand/{name}.svg"\n', ""), encoding="utf-8")
    if not data:
        return
    (folder / "brand" / f"{name}.svg").unlink(missing_ok=True)
    (folder / "brand" / f"{name}{suffix}").write_bytes(data)
    manifest.write_text(text.replace(f'"brand/{name}.svg"', f'"brand/{name}{suffix}"'), encoding="utf-8")
