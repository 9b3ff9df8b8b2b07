"""From the answers of a draft to an instance folder: the one that `zelfregie region launch` takes as well."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zelfregie_tenants.blueprint import BakeRefused, bake
from zelfregie_tenants.domain.region_wizard import steps
from zelfregie_tenants.domain.region_wizard.area import derived_ranges, ranges_text
from zelfregie_tenants.domain.region_wizard.modules import modules
from zelfregie_tenants.models import RegionDraft

#: What no answer may hold: it would end a quoted text or a tag, and curly brackets are commands to the blueprint.
UNFIT = re.compile(r"[\"\\<>{}\x00-\x1f\x7f]")
MANIFEST = "region.toml"
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
    answers = blueprint_answers(draft)
    # The forms refuse these too. Here it is a lock on the door: the blueprint would run what stands between brackets.
    unfit = [key for key, value in answers.items() if UNFIT.search(value.replace("<", "").replace(">", ""))]
    if unfit:
        message = f"An answer has a character that cannot be used: {', '.join(unfit)}."
        raise BakeRefused((message,))
    folder = bake(answers, into)
    _add_to_manifest(folder, draft)
    for name in IMAGES:
        _add_image(folder, draft, name)
    return folder


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


def _add_to_manifest(folder: Path, draft: RegionDraft) -> None:
    """Add the tables that the blueprint does not ask for: the crisis text, and the modules that stay off."""
    lines = []
    if text := draft.data[steps.ORGANISATION]["crisis_text"]:
        # A JSON text is a TOML text.
        lines += ["", "[crisis]", f"text = {json.dumps(text, ensure_ascii=False)}"]
    enabled = draft.data[steps.MODULES]["enabled"]
    for module in modules():
        if module.slug not in enabled:
            lines += ["", f"[plugins.{module.slug}]", "enabled = false"]
    if lines:
        with (folder / MANIFEST).open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def _add_image(folder: Path, draft: RegionDraft, name: str) -> None:
    """Put the coordinator's own picture in the place of the one that the blueprint drew."""
    data, suffix = bytes(getattr(draft, name)), getattr(draft, f"{name}_suffix")
    if not data:
        return
    (folder / "brand" / f"{name}.svg").unlink(missing_ok=True)
    (folder / "brand" / f"{name}{suffix}").write_bytes(data)
    manifest = folder / MANIFEST
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace(f'"brand/{name}.svg"', f'"brand/{name}{suffix}"'), encoding="utf-8")
