"""What groups and the lists that they come from hold of their hosts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zelfregie_core.plugins import Erasure, HealthGround, LegalGround, NotPersonal, Person, PersonalData
from zelfregie_groups.domain import audit
from zelfregie_groups.domain.editing import recorded
from zelfregie_groups.domain.importing.purge import purge_runs
from zelfregie_groups.models import FormerKey, Group, ImportedRow, ImportRun, ImportRunRow

HOSTS = gettext_lazy("Begeleiders van groepen")
OWN_LIST = gettext_lazy("Staat het adres nog in groups.csv of in een eigen lijst, haal het daar dan ook weg.")
#: In the place of what was erased. It is not what the list says, so no import brings that back by itself.
ERASED = "(gewist)"
_OF_THE_HOST = ("host_name", "host_email", "welcomed_by")


def _groups(person: Person) -> list[Group]:
    """The groups of this host. The address is encrypted, so each is looked at."""
    ids = [group.pk for group in Group.objects.only("host_email") if person.is_named_by(group.host_email)]
    return list(Group.objects.filter(pk__in=ids))


def _erase_host(groups: list[Group], person: Person) -> None:
    """Take name and address of a host out of groups, and out of their history; the groups stay."""
    names = {group.pk: group.host_name.strip() for group in groups}
    with recorded(names, audit.EDIT, None, secret=["host_email"]) as locked:
        for group in Group.objects.filter(pk__in=locked):
            group.host_email = group.host_name = ""
            if _says(group.welcomed_by, names[group.pk]):
                group.welcomed_by = ""
            group.save()
    for group in Group.objects.filter(pk__in=names):
        for revision in group.revisions.all():
            revision.content = _without_host(revision.content, names[group.pk])
            revision.save(update_fields=["content"])
        for former in FormerKey.objects.filter(group=group):
            former.content = _without_host(former.content, names[group.pk])
            former.save(update_fields=["content"])


def _without_host(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    cleaned = {**content, "host_name": ""}
    if _says(content.get("welcomed_by", ""), name):
        cleaned["welcomed_by"] = ""
    return cleaned


def _says(text: str, name: str) -> bool:
    return bool(name) and name.casefold() in text.casefold()


def _remembered(person: Person) -> list[ImportedRow]:
    return [
        row for row in ImportedRow.objects.order_by("pk").iterator(chunk_size=500) if person.is_named_in(row.values)
    ]


def _forget_remembered(rows: list[ImportedRow], person: Person) -> None:
    for row in rows:
        values = json.loads(row.values)
        erased = {name: ERASED for name in _OF_THE_HOST if values.get(name)}
        row.values = json.dumps({**values, **erased}, sort_keys=True)
        row.save(update_fields=["values"])


def _run_rows(person: Person) -> list[ImportRunRow]:
    rows = ImportRunRow.objects.order_by("pk").iterator(chunk_size=500)
    texts = ("cells", "values", "before", "after")
    return [row for row in rows if any(person.is_named_in(getattr(row, name)) for name in texts)]


DECLARED: Sequence[PersonalData | NotPersonal] = (
    PersonalData(
        key="groups_hosts",
        title=gettext_lazy("Begeleiders van groepen"),
        model="zelfregie_groups.Group",
        fields=("host_name", "host_email", "search_text"),
        subjects=HOSTS,
        purpose=gettext_lazy("Bezoekers laten weten wie hen opvangt, en de begeleider kunnen bereiken."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        # Who leads a group on a theme is often a peer: the name beside the theme says something about their health.
        health=HealthGround.MADE_PUBLIC,
        kept=gettext_lazy("Zolang iemand de groep begeleidt."),
        receivers=gettext_lazy("Iedereen, voor de voornaam. Het e-mailadres: alleen wie aan de site werkt."),
        find=_groups,
        export=lambda row, person: {
            _("Groep"): row.name,
            _("Voornaam op de site"): row.host_name,
            _("E-mailadres"): row.host_email,
        },
        erasure=Erasure.ANONYMISE,
        erase=_erase_host,
        reason=OWN_LIST,
        what=gettext_lazy("De voornaam op de site en het e-mailadres."),
    ),
    PersonalData(
        key="groups_imported_rows",
        title=gettext_lazy("Wat een lijst het laatst zei over een groep"),
        model="zelfregie_groups.ImportedRow",
        fields=("values",),
        subjects=HOSTS,
        purpose=gettext_lazy("Bij een nieuwe lijst zien wat er met de hand veranderd is."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=gettext_lazy("Zolang de groep er is."),
        find=_remembered,
        export=lambda row, person: {_("Regel"): row.key, **json.loads(row.values)},
        erasure=Erasure.ANONYMISE,
        erase=_forget_remembered,
        reason=OWN_LIST,
        what=gettext_lazy("Naam en e-mailadres van de begeleider zoals ze in de lijst stonden, versleuteld."),
    ),
    PersonalData(
        key="groups_import_rows",
        title=gettext_lazy("Regels van een import"),
        model="zelfregie_groups.ImportRunRow",
        fields=("label", "cells", "values", "before", "after", "messages"),
        subjects=HOSTS,
        purpose=gettext_lazy("Een import bekijken, verwerken en terugdraaien."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=gettext_lazy("30 dagen. Daarna kun je de import niet meer terugdraaien."),
        find=_run_rows,
        enforce=purge_runs,
        export=lambda row, person: {_("Regel"): row.number, **(json.loads(row.cells) if row.cells else {})},
        erasure=Erasure.DELETE,
        what=gettext_lazy("De regels van de lijst, met naam en e-mailadres van de begeleider, versleuteld."),
    ),
    PersonalData(
        key="groups_import_makers",
        title=gettext_lazy("Wie een import deed"),
        model="zelfregie_groups.ImportRun",
        fields=("started_by",),
        subjects=gettext_lazy("Mensen die aan de site werken"),
        purpose=gettext_lazy("Weten wie een import deed, om iets te kunnen vragen."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=gettext_lazy("Tot het account weggaat."),
        find=lambda person: ImportRun.objects.filter(started_by__in=person.users()),
        erasure=Erasure.ANONYMISE,
        erase=lambda rows, person: ImportRun.objects.filter(pk__in=[row.pk for row in rows]).update(started_by=None),
        reason=gettext_lazy("Dat er een import was, blijft staan; niet wie hem deed."),
        order=700,
        what=gettext_lazy("Wie de import deed."),
    ),
    NotPersonal(
        "zelfregie_groups.Group",
        ("name", "description", "address", "city", "postal_code", "location_name", "first_time_note", "sort_name"),
        "What the site tells everybody about a group and the place where it meets.",
    ),
    NotPersonal("zelfregie_groups.FormerKey", ("name", "content"), "As a group; erased together with its host."),
    NotPersonal("zelfregie_groups.Schedule", ("note",), "When a group meets, on the site."),
    NotPersonal("zelfregie_groups.ScheduleException", ("note",), "When a group does not meet, on the site."),
    NotPersonal(
        "zelfregie_groups.ImportSource",
        ("name", "mapping", "defaults", "last_error"),
        "Where a list comes from and how its columns are read.",
    ),
    NotPersonal(
        "zelfregie_groups.ImportRun", ("file_name", "columns", "counts", "notices"), "Names of columns, and numbers."
    ),
    NotPersonal(
        "zelfregie_groups.ImportRunRow",
        ("changed_fields", "conflicts", "overwrite", "candidates"),
        "Names of fields, and keys of groups.",
    ),
)
