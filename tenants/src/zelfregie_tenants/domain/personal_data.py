"""What the platform's own tables hold of people, as far as it concerns the current region."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zelfregie_core.plugins import Erasure, LegalGround, NotPersonal, Person, PersonalData
from zelfregie_tenants.domain.current import current_region
from zelfregie_tenants.domain.rights import platform_rights
from zelfregie_tenants.models import AppliedItem, ReadinessResult, Region, RegionDraft, RegionEvent

OPERATORS = _("Wie het platform beheert, en beheerders van de regio")
#: So long the log of regions says who did something.
NAMES_KEPT = dt.timedelta(days=5 * 365)


def _as_platform(work: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function use the platform's rights: a region's own do not reach all of these tables.

    Each of them asks for rows of the current region only, and reads them to the end before the rights are given back.
    """

    @wraps(work)
    def with_rights(*arguments: Any) -> Any:
        with platform_rights():
            found = work(*arguments)
            return list(found) if isinstance(found, QuerySet) else found

    return with_rights


def _is_hub() -> bool:
    region = current_region()
    return region is not None and region.kind == Region.Kind.NATIONAL


def _drafts() -> QuerySet[RegionDraft]:
    """Those whose answers are this region's; in the hub, where they are made, those without a region as well."""
    region = current_region()
    if region is None:
        return RegionDraft.objects.none()
    own = Q(region=region) | Q(slug=region.slug)
    return RegionDraft.objects.filter(own | Q(region=None) if _is_hub() else own)


@_as_platform
def _drafts_of(person: Person) -> list[RegionDraft]:
    found = [
        draft
        for draft in _drafts()
        if person.is_named_in(json.dumps([draft.data, draft.messages, draft.decisions], ensure_ascii=False))
        or person.is_named_by(draft.created_by)
        or person.is_named_by(draft.changed_by)
    ]
    if _is_hub():  # who made a draft has an account here, whatever region it became
        made = RegionDraft.objects.filter(person.q("created_by") | person.q("changed_by"))
        found += made.exclude(pk__in=[draft.pk for draft in found])
    return found


@_as_platform
def _erase_from_drafts(drafts: Iterable[RegionDraft], person: Person) -> None:
    own = set(_drafts().values_list("pk", flat=True))
    for draft in drafts:
        for name in ("data", "messages", "decisions") if draft.pk in own else ():
            setattr(draft, name, without_person(getattr(draft, name), person))
        for name in ("created_by", "changed_by"):
            if person.is_named_by(getattr(draft, name)):
                setattr(draft, name, "")
        draft.version += 1
        draft.save()


def without_person(value: Any, person: Person) -> Any:
    """Return plain data without entries of lists that are about a person, and without the address elsewhere."""
    if isinstance(value, dict):
        return {name: without_person(inner, person) for name, inner in value.items() if not person.is_named_by(name)}
    if isinstance(value, list):
        return [without_person(inner, person) for inner in value if not _is_about(inner, person)]
    return "" if isinstance(value, str) and person.is_named_in(value) else value


def _is_about(value: Any, person: Person) -> bool:
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return any(isinstance(inner, str) and person.is_named_by(inner) for inner in values)


@_as_platform
def _applied(person: Person) -> list[AppliedItem]:
    items = AppliedItem.objects.filter(region=current_region())
    return [
        item
        for item in items
        if person.is_named_by(item.key) or person.is_named_in(json.dumps(item.content, ensure_ascii=False))
    ]


@_as_platform
def _erase_applied(items: Iterable[AppliedItem], person: Person) -> None:
    for item in items:
        if person.is_named_by(item.key):
            item.delete()
        else:
            item.content = without_person(item.content, person)
            item.save(update_fields=["content"])


@_as_platform
def _events(person: Person) -> QuerySet[RegionEvent]:
    region = current_region()
    return RegionEvent.objects.filter(person.q("operator"), slug=region.slug if region else "")


@_as_platform
def _overridden(person: Person) -> QuerySet[ReadinessResult]:
    return ReadinessResult.objects.filter(person.q("overridden_by"), region=current_region())


@_as_platform
def _forget_overriding(rows: Iterable[ReadinessResult], person: Person) -> None:
    ReadinessResult.objects.filter(pk__in=[row.pk for row in rows]).update(overridden_by="")


@_as_platform
def _forget_operators() -> int:
    region = current_region()
    old = RegionEvent.objects.filter(at__lt=timezone.now() - NAMES_KEPT, slug=region.slug if region else "")
    return old.exclude(operator="").update(operator="")


def _text(model: type[Model], fields: Sequence[str], reason: str) -> NotPersonal:
    return NotPersonal(model._meta.label, tuple(fields), reason)


DECLARED: Sequence[PersonalData | NotPersonal] = (
    PersonalData(
        key="region_drafts",
        title=_("Regio's in de maak"),
        model="zelfregie_tenants.RegionDraft",
        fields=("data", "messages", "decisions", "created_by", "changed_by"),
        subjects=_("Mensen die worden uitgenodigd om aan een site te werken, en wie de regio maakt"),
        purpose=_("Een regio klaarzetten en de mensen uitnodigen."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_("Zolang de regio er is, of tot het concept wordt weggegooid."),
        find=_drafts_of,
        export=lambda row, person: {_("Regio"): str(row), _("Antwoorden"): row.data},
        erasure=Erasure.ANONYMISE,
        erase=_erase_from_drafts,
        reason=_("Het concept van de regio blijft, zonder deze persoon."),
        what=_("Naam, e-mailadres en rol van wie wordt uitgenodigd, en wie het concept maakte."),
    ),
    PersonalData(
        key="applied_items",
        title=_("Wat bij het klaarzetten is toegepast"),
        model="zelfregie_tenants.AppliedItem",
        fields=("key", "content"),
        subjects=_("Mensen die aan de site werken"),
        purpose=_("Bij een volgende keer zien wat er sindsdien met de hand veranderd is."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_("Zolang de regio er is."),
        find=_applied,
        export=lambda row, person: {_("Soort"): row.kind, _("Kenmerk"): row.key, _("Inhoud"): row.content},
        erasure=Erasure.ANONYMISE,
        erase=_erase_applied,
        reason=_("Staat de persoon nog in region.toml van de regio, haal die daar dan ook weg. Anders komt het account "
                 "terug als de map opnieuw wordt toegepast."),
        what=_("Het e-mailadres van wie is uitgenodigd, en het contact van de organisatie."),
    ),
    PersonalData(
        key="readiness_overrides",
        title=_("Wie de site opende terwijl nog niet alles in orde was"),
        model="zelfregie_tenants.ReadinessResult",
        fields=("overridden_by", "override_reason"),
        subjects=OPERATORS,
        purpose=_("Verantwoorden waarom een site toch openging."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_("Tot de controle weer in orde is, of tot het account weggaat."),
        find=_overridden,
        erasure=Erasure.ANONYMISE,
        erase=_forget_overriding,
        reason=_("De reden blijft staan; niet wie hem gaf."),
        what=_("De inlognaam en de reden."),
    ),
    PersonalData(
        key="region_events",
        title=_("Logboek van de regio"),
        model="zelfregie_tenants.RegionEvent",
        fields=("operator", "reason"),
        subjects=OPERATORS,
        purpose=_("Verantwoorden wie een site opende, sloot, terugzette of wiste."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_("Wat er gebeurde: altijd. Wie het deed: vijf jaar."),
        find=_events,
        enforce=_forget_operators,
        erasure=Erasure.REFUSE,
        reason=_("Het logboek is het bewijs van wat er met de gegevens van anderen gebeurde. Na vijf jaar gaat de naam "
                 "eruit."),
        what=_("De inlognaam, wat er gebeurde en waarom."),
    ),
    _text(RegionDraft, ("logo", "favicon"), "Pictures of a brand."),
    _text(ReadinessResult, ("findings",), "Sentences of checks about the site."),
    NotPersonal("zelfregie_tenants.Listing", ("card", "city", "summary"), "What a region's site shows to everybody."),
    NotPersonal("zelfregie_tenants.PageVersion", ("schema_name",), "The name of a schema."),
    NotPersonal("zelfregie_tenants.PluginActivation", ("settings",), "Settings of a plugin, of known types."),
    _text(Region, ("area", "closed_message", "languages", "name", "schema_name"), "About a region, for everybody."),
    NotPersonal("zelfregie_tenants.RegionUpgrade", ("cause",), "Without values from the region's tables."),
    NotPersonal("zelfregie_tenants.TaskEnvelope", ("schema_name",), "The name of a schema."),
    NotPersonal(
        "django_tasks_database.DBTaskResult",
        (
            "args_kwargs", "backend_name", "exception_class_path", "queue_name", "return_value", "task_path",
            "traceback", "worker_ids",
        ),
        "Tasks get keys of rows, never an address or a text; a traceback is kept without the text of the error.",
    ),
)  # fmt: skip
