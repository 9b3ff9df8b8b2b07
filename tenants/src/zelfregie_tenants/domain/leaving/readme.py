"""The README of an export: what every file is, in Dutch and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from zelfregie_core.domain.leaving import PERSONAL
from zelfregie_tenants.domain.leaving.described import Described
from zelfregie_tenants.models import Region

if TYPE_CHECKING:
    from zelfregie_tenants.domain.leaving.export import Exported


FOLDERS = (
    Described(
        "content/*.md",
        "De pagina's als tekst met opmaak (Markdown). Een nieuwe site begint ermee.",
        "The pages as Markdown. A new site starts with them.",
    ),
    Described(
        "content/other/*.md",
        "Pagina's die op een andere plek in de site staan: om te lezen. Compleet staan ze in data/pages.json.",
        "Pages that stand elsewhere in the site: to read. They are complete in data/pages.json.",
    ),
    Described("brand/", "Het logo en het icoon.", "The logo and the icon."),
    Described("media/images/", "De afbeeldingen zoals ze zijn geplaatst.", "The images as they were uploaded."),
    Described("media/documents/", "De documenten zoals ze zijn geplaatst.", "The documents as they were uploaded."),
    Described(
        "export.json",
        "De lijst van alle bestanden met hun controlegetal (SHA-256).",
        "The list of all files with their checksums (SHA-256).",
    ),
)


def readme(region: Region, exported: Exported, *, personal: bool) -> str:
    """Return the text for one export."""
    today = timezone.localdate()
    described = sorted((*FOLDERS, *exported.described), key=lambda each: (each.name.startswith(PERSONAL), each.name))
    lines = [
        f"# {region.name}: wat er meegaat",
        "",
        f"Alles van de site van {region.name}, zoals die was op {today:%d-%m-%Y}. De bestanden zijn in open vormen: je "
        "opent ze met een tekstverwerker, een spreadsheet of een browser. (English below.)",
        "",
        "| Bestand | Wat erin staat |",
        "|---|---|",
        *(f"| `{each.name}` | {each.about} |" for each in described),
        "",
        *_warning_nl(personal=personal),
        "Een andere site van Zelfregie maak je hiermee zo: `zelfregie region import MAP`.",
        "",
        "Niet meegegaan: wachtwoorden, eerdere versies van pagina's en groepen, wie wat wanneer deed, lijsten die elke "
        "dag opnieuw worden gelezen, en de kengetallen van vorige dagen. Die staan wel in een reservekopie.",
        "",
        *_list(
            "Pagina's die niet voor iedereen zijn",
            [f"`{page.name}`: {page.about}." for page in exported.closed],
            "Een groep gaat mee met haar naam. Wie erin zit niet: dat kies je op een nieuwe site opnieuw.",
        ),
        *_list(
            "Collecties met documenten die niet voor iedereen zijn",
            [f"“{found.name}”: {found.about}." for found in exported.closed_collections],
            "De documenten staan in `personal/documents/`.",
        ),
        *_list("Nog in te vullen voordat hier een site van te maken is", exported.to_fill_in),
        *_list("Wat niet gelukt is", exported.notes),
        "---",
        "",
        f"# {region.name}: what goes along",
        "",
        f"Everything of the site of {region.name}, as it was on {today:%Y-%m-%d}, in open formats.",
        "",
        "| File | What is in it |",
        "|---|---|",
        *(f"| `{each.name}` | {each.about_en} |" for each in described),
        "",
        *_warning_en(personal=personal),
        "To make another Zelfregie site of it: `zelfregie region import DIR`.",
        "",
        "Not included: passwords, earlier versions of pages and groups, who did what when, lists that are read anew "
        "every day, and the indicators of past days. A backup has those.",
        "",
        *_list(
            "Pages that are not for everybody",
            [f"`{page.name}`: {page.about_en}." for page in exported.closed],
            "A group goes along with its name. Who is in it does not: on a new site that is chosen again.",
        ),
        *_list(
            "Collections with documents that are not for everybody",
            [f"“{found.name}”: {found.about_en}." for found in exported.closed_collections],
            "The documents are in `personal/documents/`.",
        ),
        *_list("To be filled in before a site can be made of it", exported.to_fill_in),
        *_list("What did not succeed", exported.notes),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _warning_nl(*, personal: bool) -> list[str]:
    if not personal:
        return ["Persoonsgegevens en teksten die niet openbaar zijn, zitten er niet bij.", ""]
    return [
        "**Let op.** In de map `personal/` staan persoonsgegevens en teksten die niet openbaar zijn, en in "
        "`region.toml` staan de mensen die kunnen inloggen. Bewaar ze versleuteld, deel ze met niemand die ze niet "
        "nodig heeft, en gooi ze weg als je ze niet meer nodig hebt.",
        "",
    ]


def _warning_en(*, personal: bool) -> list[str]:
    if not personal:
        return ["Personal data and text that is not public are left out.", ""]
    return [
        "**Careful.** The folder `personal/` holds personal data and text that is not public, and `region.toml` names "
        "the people who may sign in. Keep them encrypted, share them with nobody who does not need them, and delete "
        "them when you do not need them any more.",
        "",
    ]


def _list(title: str, items: list[str], note: str = "") -> list[str]:
    before = [note, ""] if note else []
    return [f"## {title}", "", *before, *(f"- {item}" for item in items), ""] if items else []
