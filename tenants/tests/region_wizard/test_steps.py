"""The steps of the wizard: who may take them, what they refuse, what they show, and two who do so at once."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tenants.utils import schema_context
from region_answers import (
    BAD_SVG,
    COLOURS,
    ORGANISATION,
    PEOPLE,
    address,
    errors,
    people,
    save,
    stored,
)

from zelfregie_core.domain.roles import Role
from zelfregie_core.places.tables import postcodes
from zelfregie_tenants.domain.region_wizard.area import derived_ranges, ranges_text
from zelfregie_tenants.models import Region, RegionDraft

TAKEN = {
    "a slug that a region has": (
        "naam",
        {"name": "Noord", "slug": "noord", "domain": "nieuw.test"},
        {"slug": ["De korte naam noord is al van Zelfregie Noord. Nog vrij is: noord-2."]},
    ),
    "an address that a region has": (
        "naam",
        {"name": "Oost", "slug": "oost", "domain": "https://zuid.test/"},
        {"domain": ["Het adres zuid.test is al van Zelfregie Zuid. Kies een ander."]},
    ),
    "a name that is a command to the blueprint": (
        "naam",
        {"name": "{{ cookiecutter }}", "slug": "oost", "domain": "oost.test"},
        {"name": ["Het teken { kan hier niet. Laat het weg."]},
    ),
    "no municipality": ("gebied", {"postcodes": ""}, {"municipalities": ["Kies minstens één gemeente."]}),
    "a municipality that does not exist": (
        "gebied",
        {"municipalities": ["9999"], "postcodes": ""},
        {"municipalities": ["Een van de gemeenten bestaat niet."]},
    ),
    "postcodes the wrong way round": (
        "gebied",
        {"municipalities": ["0400"], "postcodes": "1789-1780"},
        {"postcodes": ["“1789-1780” zijn geen postcodes. Schrijf vier cijfers, of een reeks zoals 6400-6479."]},
    ),
    "an e-mail address without an at sign": (
        "organisatie",
        {**ORGANISATION, "privacy_email": "privacy.kop.example"},
        {"privacy_email": ["Voer een geldig e-mailadres in."]},
    ),
    "a colour that nobody can read": (
        "merk",
        {**COLOURS, "primary": "#ffd700"},
        {
            "primary": [
                "Deze kleur is te licht voor letters op wit: het contrast is 1,4 en moet minstens 4,5 zijn. "
                "De kleur die er het dichtst bij ligt en wel kan, is #8b7500."
            ]
        },
    ),
    "a logo with a script": (
        "merk",
        {**COLOURS, "logo": ("logo.svg", BAD_SVG)},
        {
            "logo": [
                "Deze svg kan niet: hij is beschadigd of bevat een script of een verwijzing naar buiten. "
                "Bewaar hem in je tekenprogramma als gewone svg, of kies een png."
            ]
        },
    ),
    "a module that is not installed": (
        "modules",
        {"enabled": ["groups", "national"]},
        {"enabled": ["Selecteer een geldige keuze. national is geen beschikbare keuze."]},
    ),
    "somebody twice": (
        "mensen",
        people([*PEOPLE, ("Els", "ELS@kop.example", "editor")]),
        {"email": ["els@kop.example staat er al. Haal een van de twee weg."]},
    ),
    "nobody who can manage the site": (
        "mensen",
        people([("Ömer Kaya", "omer@kop.example", "moderator")]),
        {"": ["Minstens één persoon moet beheerder zijn: die regelt de site."]},
    ),
    "a coordinator in a region": (
        "mensen",
        people([("Els de Vries", "els@kop.example", "coordinator")]),
        {"role": ["Selecteer een geldige keuze. coordinator is geen beschikbare keuze."]},
    ),
}


@pytest.mark.parametrize(("step", "answers", "expected"), TAKEN.values(), ids=TAKEN)
def test_what_cannot_be_is_refused_in_its_own_step_and_nothing_is_saved(coordinator, step, answers, expected):
    answers = {key: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for key, value in answers.items()}
    if step == "naam":
        response = coordinator.post(address("new"), answers)
        saved = RegionDraft.objects.count()
    else:
        draft = RegionDraft.objects.create(slug="kop-van-noord", data=stored(until=step), step=step)
        response = save(coordinator, draft, step, answers)
        draft.refresh_from_db()
        saved = len(draft.data) - len(stored(until=step))

    assert (response.status_code, errors(response), saved) == (200, expected, 0)


def test_a_colleague_who_was_faster_is_not_overwritten(coordinator, draft):
    seen = draft.version
    save(coordinator, draft, "merk", {"primary": "#1f4e8c", "accent": "#8fd0c8"})

    late = save(coordinator, draft, "merk", COLOURS, version=seen)
    launched = coordinator.post(address("step", draft.pk, "controle"), {"version": seen})
    thrown = coordinator.post(address("delete", draft.pk), {"version": seen})

    draft.refresh_from_db()
    told = [str(message).strip() for message in late.context["messages"]]
    assert told == ["imane heeft deze regio intussen veranderd. Kijk wat er nu staat, en sla dan opnieuw op."]
    assert (draft.data["merk"]["primary"], draft.state) == ("#1f4e8c", "editing")
    # What the slower one filled in is still in the form, with the version that a second press of the button needs.
    assert (late.context["form"]["primary"].value(), late.context["draft"].version) == ("#0b5d4e", draft.version)
    assert (launched.url, thrown.url) == (address("step", draft.pk, "controle"), address("delete", draft.pk))


@pytest.mark.parametrize(
    ("where", "role", "status"),
    [
        ("hub", Role.COORDINATOR, 200),
        ("hub", Role.ADMINISTRATOR, 200),
        ("hub", None, 200),
        ("hub", Role.MODERATOR, 302),
        ("hub", Role.EDITOR, 302),
        ("noord", None, 404),
        ("zuid", Role.ADMINISTRATOR, 404),
    ],
)
def test_only_coordinators_and_administrators_of_the_hub_make_regions(
    request, draft, region_client, make_user, where, role, status
):
    region = request.getfixturevalue(where)
    browser = region_client(region)
    browser.force_login(make_user(region, "jo", role))
    # Baking the folder takes a second; that who may, can, is tested above.
    names = ("state", "preview", "preview_css", "verdict", "delete", *(("download",) if status != 200 else ()))
    pages = [address("index"), address("new"), *(address(name, draft.pk) for name in names)]
    draft.state = "requested"
    draft.save()

    seen = {browser.get(page).status_code for page in pages}
    posted = browser.post(address("state", draft.pk)).status_code
    opened = browser.post(address("open", request.getfixturevalue("zuid").pk)).status_code
    menu = address("index") in browser.get(reverse("wagtailadmin_home")).content.decode()

    answer = 302 if where == "hub" else 404
    assert (seen, posted, opened, menu) == ({status}, answer, answer, status == 200)
    assert RegionDraft.objects.filter(region__slug="zuid").exists() == (status == 200)
    draft.refresh_from_db()
    assert draft.version == (2 if status == 200 else 1)


def test_area_shows_its_postcodes_and_who_else_serves_it(coordinator, draft, zuid):
    theirs = {"municipalities": ["0441", "0917"], "postcodes": ["1740-1749", "6400-6400"]}
    Region.objects.filter(pk=zuid.pk).update(area=theirs)

    page = coordinator.get(address("step", draft.pk, "gebied"))

    (overlap,) = page.context["overlaps"]
    assert (overlap.region, overlap.municipalities) == (zuid, ("Schagen",))
    assert overlap.postcodes == sum(1740 <= int(code) <= 1749 for code in postcodes())
    assert page.context["ranges"] == ranges_text(derived_ranges(["0400", "0441"]))
    assert [(one["name"], one["count"]) for one in page.context["provinces"] if one["count"]] == [("Noord-Holland", 2)]


def test_colours_are_tried_out_without_saving(coordinator, draft):
    query = "?primary=%23ffd700&accent=%238fd0c8"

    tried = save(coordinator, draft, "merk", {**COLOURS, "neem": "primary:#8b7500"})
    verdict = coordinator.get(address("verdict", draft.pk) + query).content.decode()
    style = coordinator.get(address("preview_css", draft.pk) + query).content.decode()
    nonsense = coordinator.get(address("preview_css", draft.pk) + "?primary=red}").content.decode()

    draft.refresh_from_db()
    assert (tried.context["primary"], tried.context["better"], draft.version) == ("#8b7500", {}, 1)
    assert 'value="primary:#8b7500"' in verdict
    assert ("--zr-primary: #ffd700;" in style, "--zr-primary: #0b5d4e;" in nonsense) == (True, True)


def test_overview_shows_all_regions_and_drafts_in_as_many_queries_as_for_one(
    coordinator, hub, draft, noord, django_assert_num_queries
):
    coordinator.get(address("index"))
    with CaptureQueriesContext(connection) as first:
        coordinator.get(address("index"))
    for slug in ("een", "twee", "drie"):
        with schema_context("public"):
            Region.objects.create(slug=slug, name=slug)
        RegionDraft.objects.create(slug=f"{slug}-a", data=stored())

    with django_assert_num_queries(len(first)):
        page = coordinator.get(address("index"))

    names = [(row["region"].slug, row["host"]) for row in page.context["rows"]]
    assert sorted(names) == [("drie", ""), ("een", ""), ("noord", "noord.test"), ("twee", ""), ("zuid", "zuid.test")]
    assert {draft.slug for draft, _going in page.context["drafts"]} == {"kop-van-noord", "een-a", "twee-a", "drie-a"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_overview_says_where_and_by_whom_the_hub_itself_is_changed(hub, region_client, make_user, role):
    karin = make_user(hub, "karin", Role.ADMINISTRATOR)
    browser = region_client(hub)
    browser.force_login(karin if role == Role.ADMINISTRATOR else make_user(hub, "imane", role))

    page = browser.get(address("index"))

    links = [url for _label, url in page.context["hub_links"]]
    asked = [] if role == Role.ADMINISTRATOR else ["karin"]
    assert (len(links), page.context["hub_people"]) == (0 if asked else 4, asked)
    assert {browser.get(url, follow=True).status_code for url in links} <= {200}
    assert ("Vraag het aan de beheerder van de landelijke site: karin." in page.text) == bool(asked)
    assert browser.post(address("open", hub.pk)).status_code == 404
