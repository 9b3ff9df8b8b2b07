"""A plan in the words of a coordinator: what it would change, without keys of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_tenants.domain.plan_items import PlanItem
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
        return f"{names.get(item.key, item.key)}: {_('aan') if value.startswith('on') else _('uit')}"
    if item.kind == "domain":
        return item.key
    if item.kind == "editor":
        return f"{value or _('geen account')} ({item.key})"
    if item.kind == "page":
        return value or item.key.partition(":")[2] or item.key
    label = str(_LABELS.get(item.key, item.key))
    if item.key == "area":  # in figures; the answers above show it whole
        return label
    return f"{label}: {value}" if value else ""
