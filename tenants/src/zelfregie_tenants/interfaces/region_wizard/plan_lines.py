"""A plan in the words of a coordinator: what it would change, without keys of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_tenants.domain.plan_items import Action, PlanItem, State
from zelfregie_tenants.domain.region_wizard.modules import modules

KINDS = {
    "region": gettext_lazy("Gegevens van de regio"),
    "plugin": gettext_lazy("Modules"),
    "setting": gettext_lazy("Instellingen van de site"),
    "page": gettext_lazy("Pagina's"),
    "editor": gettext_lazy("Mensen"),
    "file": gettext_lazy("Lijsten"),
    "domain": gettext_lazy("Webadres"),
}
_LABELS = {
    "name": gettext_lazy("Naam"),
    "tagline": gettext_lazy("Zin op de voorpagina"),
    "area": gettext_lazy("Gebied"),
    "region.name": gettext_lazy("Naam"),
    "region.tagline": gettext_lazy("Zin op de voorpagina"),
    "brand.primary": gettext_lazy("Hoofdkleur"),
    "brand.accent": gettext_lazy("Steunkleur"),
    "brand.logo": gettext_lazy("Logo"),
    "brand.favicon": gettext_lazy("Icoon in de browser"),
    "organisation.name": gettext_lazy("Organisatie"),
    "organisation.email": gettext_lazy("E-mailadres"),
    "organisation.phone": gettext_lazy("Telefoon"),
    "organisation.privacy_name": gettext_lazy("Contact voor privacy"),
    "organisation.privacy_email": gettext_lazy("E-mailadres voor privacy"),
    "organisation.sender_email": gettext_lazy("Afzender van e-mail"),
    "crisis.text": gettext_lazy("Tekst bij crisis"),
}
_FIELDS = {
    "title": gettext_lazy("Titel"),
    "intro": gettext_lazy("Inleiding"),
    "body": gettext_lazy("Tekst"),
    "slug": gettext_lazy("Webadres"),
    "show_in_menus": gettext_lazy("In het menu"),
    "enabled": gettext_lazy("Aan"),
    "value": "",
    "sha256": "",
}
#: Follow from other answers, or are the platform's own business.
_SILENT = frozenset({"is_demo", "hosting.demo", "languages", "latitude", "longitude", "instance_id"})


@dataclass(frozen=True)
class Lines:
    """What changes of one kind."""

    label: str
    texts: tuple[str, ...]


def lines_by_kind(items: Iterable[PlanItem]) -> list[Lines]:
    """Return what changes, kind by kind; a kind of which nothing need be said is left out."""
    found: dict[str, list[str]] = {}
    for item in items:
        if text := line(item, item.after):
            found.setdefault(item.kind, []).append(text)
    return [Lines(str(KINDS.get(kind, kind)), tuple(texts)) for kind, texts in found.items()]


def standing(items: Iterable[PlanItem]) -> list[str]:
    """Return what stays as it is on the site, in the order of the plan."""
    return [text for item in items if (text := line(item, item.before))]


def line(item: PlanItem, value: str) -> str:
    """Return one line; "" for what need not be said."""
    if item.key in _SILENT:
        return ""
    if item.kind == "plugin":
        names = {module.slug: str(module.label) for module in modules()}
        state = _("aan") if value.startswith("on") else _("uit")  # not in the f-string: no extraction looks there
        return f"{names.get(item.key, item.key)}: {state}"
    if item.kind == "domain":
        return item.key
    if item.kind == "editor":
        return f"{value or _('geen account')} ({item.key})"
    if item.kind == "page":
        return _page_line(item, value or item.before)
    label = str(_LABELS.get(item.key, item.key))
    if item.key == "area":  # in figures; the answers above show it whole
        return label
    if not value:
        return ""
    text = f"{label}: {value}"
    if value == item.after and item.before and item.before != value:
        return _("%(text)s (nu: %(now)s)") % {"text": text, "now": item.before}
    return text


def field_label(name: str) -> str:
    """Return what a field of an item is called; "" for the one field of a setting."""
    return str(_FIELDS.get(name, name.removeprefix("settings.")))


def _page_line(item: PlanItem, title: str) -> str:
    """Return a page's title, with the parts that change when it is there already."""
    title = title or item.key.partition(":")[2] or item.key
    parts = [field_label(field.name) for field in item.fields if field.state is State.FOLDER]
    return f"{title} ({', '.join(parts).lower()})" if parts and item.action is Action.UPDATE else title
