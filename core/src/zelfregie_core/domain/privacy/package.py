"""What a person gets who asks for a copy: a zip with a page to read, the same for programs, and what it is."""

import io
import json
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from zelfregie_core.domain.privacy.declared import text_now
from zelfregie_core.domain.privacy.requests import Plan, as_read
from zelfregie_core.models import Branding, SiteSettings

README, PAGE, DATA = "LEESMIJ.txt", "gegevens.html", "gegevens.json"


def package(plan: Plan) -> bytes:
    """Return the zip with everything that was found of a person."""
    parts: list[dict[str, Any]] = [
        {
            "title": str(found.declared.item.title),
            "purpose": str(found.declared.item.purpose),
            "kept": str(text_now(found.declared.item.kept)),
            "rows": [as_read(found, row, plan.person) for row in found.rows],
        }
        for found in plan.found
    ]
    about = {
        "person": plan.person.email,
        "site": Branding.load().site_name,
        "details": SiteSettings.load(),
        "made_at": timezone.localtime(),
        "mentions": plan.mentions,
    }
    data = {
        "persoon": plan.person.email,
        "site": about["site"],
        "gemaakt_op": about["made_at"],
        "gegevens": [
            {"onderdeel": part["title"], "waarvoor": part["purpose"], "bewaard": part["kept"], "rijen": part["rows"]}
            for part in parts
        ],
    }
    shown = [{**part, "rows": [_shown(row) for row in part["rows"]]} for part in parts]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(README, render_to_string("zelfregie_core/privacy/leesmij.txt", {**about, "parts": parts}))
        archive.writestr(PAGE, render_to_string("zelfregie_core/privacy/gegevens.html", {**about, "parts": shown}))
        archive.writestr(DATA, json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
    return target.getvalue()


def _shown(row: dict[str, Any]) -> list[tuple[str, str]]:
    """A row for people: without what is empty, with dates as people write them."""
    return [(label, _text(value)) for label, value in row.items() if value not in (None, "", [], {})]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if hasattr(value, "hour") and hasattr(value, "year"):
        return date_format(localtime(value) if is_aware(value) else value, "j F Y, H.i")
    if hasattr(value, "year"):
        return date_format(value, "j F Y")
    if isinstance(value, list):
        return ", ".join(_text(inner) for inner in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
