"""What is found about the pages of a site: required ones that lack, and those that nobody finished."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, PageLogEntry

from zelfregie_core.domain.published import published
from zelfregie_core.domain.readiness.leftovers import leftovers, text_of
from zelfregie_core.models import ContentPage, HomePage, LegalPage, SiteSettings, ThemePage
from zelfregie_core.plugins import Finding

#: A page with less than this is no page yet: one sentence of eight words or so.
ENOUGH_CHARACTERS = 60
#: More than this many pages are counted, not listed.
SHOWN = 12
_EMERGENCY = re.compile(r"\b112\b")
_SUICIDE_PREVENTION = re.compile(r"\b113\b|0800[ -]?0113")


def privacy_statement() -> Sequence[Finding]:
    """The privacy statement is there, is finished, and somebody of the organisation published it."""
    page, problems = _legal(LegalPage.Kind.PRIVACY)
    if page is None or problems:
        return problems
    if not _published_by_a_person(page):
        return [
            Finding.wrong(
                _(
                    "Dit is nog de begintekst, en niemand van jullie heeft hem nagelezen. Lees of hij klopt met wat "
                    "jullie doen, pas aan wat anders is en kies “Publiceren”. Ook als er niets verandert."
                ),
                edit_link(page),
            )
        ]
    return [Finding.ok(_("De privacyverklaring staat op de site en is nagelezen."))]


def accessibility_statement() -> Sequence[Finding]:
    """The accessibility statement is there and is finished."""
    page, problems = _legal(LegalPage.Kind.ACCESSIBILITY)
    return problems if page is None or problems else [Finding.ok(_("De verklaring staat op de site."))]


def crisis_help() -> Sequence[Finding]:
    """The page about help in a crisis names both numbers, and so does the text at the foot of each page."""
    page, problems = _legal(LegalPage.Kind.CRISIS)
    found = list(problems)
    if page is not None and not problems and (missing := _missing_numbers(_text(page))):
        found.append(Finding.wrong(_("Op de pagina staat niet: %(numbers)s.") % {"numbers": missing}, edit_link(page)))
    own_text = SiteSettings.load().crisis_text
    if own_text and (missing := _missing_numbers(own_text)):
        found.append(
            Finding.wrong(
                _(
                    "In jullie eigen tekst onderaan elke pagina staat niet: %(numbers)s. Zet het erbij, of maak het "
                    "veld leeg: dan staat de landelijke tekst er."
                )
                % {"numbers": missing},
                settings_link(),
            )
        )
    return found or [Finding.ok(_("112 en 113 staan op de pagina en onderaan elke pagina."))]


def no_empty_page() -> Sequence[Finding]:
    """No page that visitors can open is empty, or still has a gap or an example in it."""
    found = []
    for page in _text_pages():
        text = _text(page)
        if traces := leftovers(text):
            found.append(
                Finding.wrong(
                    _("“%(title)s” is niet af. Er staat nog: %(traces)s.")
                    % {"title": page.title, "traces": _quoted(traces)},
                    edit_link(page),
                )
            )
        elif len("".join(text.split())) < ENOUGH_CHARACTERS:
            found.append(Finding.wrong(_("“%(title)s” heeft nog geen tekst.") % {"title": page.title}, edit_link(page)))
    if len(found) > SHOWN:
        rest = len(found) - SHOWN
        more = ngettext("En nog %(number)s andere pagina.", "En nog %(number)s andere pagina's.", rest)
        found = [*found[:SHOWN], Finding.wrong(more % {"number": rest})]
    return found or [Finding.ok(_("Op elke pagina staat tekst."))]


def edit_link(page: Page) -> str:
    """The path in the admin where a page is changed."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def settings_link(model: str = "sitesettings") -> str:
    """The path in the admin of the site's details, or of its brand."""
    return reverse("wagtailsettings:edit", args=["zelfregie_core", model])


def _legal(kind: Any) -> tuple[LegalPage | None, list[Finding]]:
    """A required page, and what is wrong with it. The page is None when visitors cannot read any."""
    page = published(LegalPage).filter(kind=kind).first()
    if page is None:
        hidden = LegalPage.objects.filter(kind=kind).first()
        if hidden is not None:
            message = _("De pagina is er wel, maar bezoekers zien haar niet. Publiceer haar, zonder wachtwoord.")
            return None, [Finding.wrong(message, edit_link(hidden))]
        home = Page.objects.type(HomePage).first()
        add = reverse("wagtailadmin_pages:add_subpage", args=[home.pk]) if home else reverse("wagtailadmin_home")
        return None, [Finding.wrong(_("De pagina is er nog niet. Maak een verplichte pagina van deze soort."), add)]
    text = _text(page)
    if traces := leftovers(text):
        shown = ", ".join(f"“{trace}”" for trace in traces[:4])
        return page, [
            Finding.wrong(_("De tekst is niet af. Er staat nog: %(traces)s.") % {"traces": shown}, edit_link(page))
        ]
    if len("".join(text_of([list(page.body.raw_data)]).split())) < ENOUGH_CHARACTERS:
        return page, [Finding.wrong(_("Op de pagina staat nog geen tekst."), edit_link(page))]
    return page, []


def _published_by_a_person(page: Page) -> bool:
    """Whether what visitors read now was published by somebody in the admin, and not by a launch.

    Wagtail's log keeps this also after that somebody has left.
    """
    log = PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.publish", revision_id=page.live_revision_id)
    return page.live_revision_id is not None and log.filter(user_id__isnull=False).exists()


def _missing_numbers(text: str) -> str:
    missing = [
        name for name, pattern in (("112", _EMERGENCY), ("113", _SUICIDE_PREVENTION)) if not pattern.search(text)
    ]
    return " en ".join(missing)


def _quoted(traces: Sequence[str]) -> str:
    return ", ".join(f"“{trace}”" for trace in traces[:4])


def _text(page: Page) -> str:
    return text_of([page.intro, list(page.body.raw_data)])


def _text_pages() -> Iterable[Page]:
    """The published pages of which editors write the text, in order of the tree. One query per type."""
    querysets: list[QuerySet] = [published(model) for model in (HomePage, ContentPage, LegalPage, ThemePage)]
    return sorted((page for pages in querysets for page in pages), key=lambda page: page.path)
