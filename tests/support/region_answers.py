"""Answers to the wizard that makes a region, and a coordinator's way through its steps."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from django.urls import reverse

from zelfregie_tenants.models import RegionDraft

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
BAD_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>'
ORGANISATION = {
    "name": "Stichting Kop van Noord",
    "email": "info@kop.example",
    "phone": "0223 12 34 56",
    "privacy_name": "Els de Vries",
    "privacy_email": "privacy@kop.example",
    "sender_email": "",
    "crisis_text": "Gaat het niet?\nBel 113.",
}
PEOPLE = [
    ("Els de Vries", "els@kop.example", "administrator"),
    ("Ömer Kaya", "omer@kop.example", "moderator"),
]
COLOURS = {"primary": "#0b5d4e", "accent": "#f49f6c"}


def people(rows):
    """Return rows of people as the form posts them, with one empty row."""
    rows = [*rows, ("", "", "")]
    data = {"people-TOTAL_FORMS": str(len(rows)), "people-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"people-{number}-{key}": value for key, value in zip(("name", "email", "role"), row, strict=True)}
    return data


ANSWERS = {
    "naam": {"name": "Kop van Noord", "slug": "", "domain": ""},
    "gebied": {"municipalities": ["0400", "0441"], "postcodes": ""},
    "organisatie": ORGANISATION,
    "merk": COLOURS,
    "modules": {"enabled": ["groups", "stories"]},
    "mensen": people(PEOPLE),
}


def address(name, *args):
    return reverse(f"region_wizard:{name}", args=args)


def fill(browser, *, until="controle", answers=ANSWERS):
    """Fill in the steps before one; return the draft."""
    response = browser.post(address("new"), answers["naam"])
    assert response.status_code == 302, errors(response)
    draft = RegionDraft.objects.latest("pk")
    for step in list(ANSWERS)[1:]:
        if step == until:
            break
        response = save(browser, draft, step, answers[step])
        assert response.status_code == 302, errors(response)
    draft.refresh_from_db()
    return draft


def save(browser, draft, step, answers, version=None):
    draft.refresh_from_db()
    return browser.post(address("step", draft.pk, step), {**answers, "version": version or draft.version})


def errors(response):
    """Return what a page says is wrong, per field."""
    form = response.context["form"]
    if hasattr(form, "formset"):
        found = {key: list(texts) for row in form.formset.errors for key, texts in row.items()}
        return found | ({"": list(form.formset.non_form_errors())} if form.formset.non_form_errors() else {})
    return {key: list(texts) for key, texts in form.errors.items()}


def launch(browser, draft, **choices):
    """Press the button of the last step, with the plan that is on the page where there is a site."""
    draft.refresh_from_db()
    posted = {"version": draft.version, **choices}
    if draft.region_id and not draft.is_busy:
        posted = {"plan": browser.get(address("step", draft.pk, "controle")).context["plan_mark"], **posted}
    return browser.post(address("step", draft.pk, "controle"), posted)


def unpacked(browser, draft, folder):
    """Download the folder and unpack it."""
    response = browser.get(address("download", draft.pk))
    zipfile.ZipFile(io.BytesIO(response.content)).extractall(folder)
    return Path(folder) / draft.slug


def stored(*, until="controle"):
    """Return the answers of the steps before one, as a draft keeps them."""
    keys = ("name", "email", "role")
    found = {
        "naam": {"name": "Kop van Noord", "domain": "kop-van-noord.test"},
        "gebied": {"municipalities": ["0400", "0441"], "postcodes": []},
        "organisatie": {**ORGANISATION, "sender_email": "noreply@kop.example"},
        "merk": COLOURS,
        "modules": {"enabled": ["groups"]},
        "mensen": {"people": [dict(zip(keys, row, strict=True)) for row in PEOPLE]},
    }
    return dict(list(found.items())[: list(ANSWERS).index(until)] if until in ANSWERS else found)
