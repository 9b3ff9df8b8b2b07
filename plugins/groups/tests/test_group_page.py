"""The page of one group: what decides, in every state that a group can be in."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zelfregie_core.models import SiteSettings, Theme
from zelfregie_groups.models import FormerSlug, Group, Schedule, ScheduleException

pytestmark = pytest.mark.django_db
HEERLEN = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8882, "longitude": 5.9795}
PAGE = "/groepen/rouwcafe/"


@pytest.fixture(scope="module")
def finder(shared_rows, create_finder):
    return create_finder()


@pytest.fixture(scope="module", autouse=True)
def _theme(finder):
    Theme.objects.update_or_create(slug="rouw", defaults={"name": "Rouw en verlies", "synonyms": ["overleden"]})


@pytest.fixture
def make(finder, create_group):
    """Make the group whose page is asked for; the finder is there."""

    def make_group(name="Rouwcafé", **fields):
        return create_group(name, slug="rouwcafe", **fields)

    return make_group


def html(client, path=PAGE):
    response = client.get(path)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def text(client, path=PAGE):
    """What is read in the page itself, without marks, head and foot of the site."""
    main = html(client, path).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_page_shows_everything_but_the_hosts_address(client, make):
    make(
        weekday=2, description="Koffie.\n\nEn thee.", location_name="De Brug", address="Dorpsstraat 1",
        host_name="Anna", host_email="geheim@voorbeeld.nl", languages=["nl", "ar"], gender="women", age_from=18,
        age_to=30, size=8, joining="open", cost="€ 1", public_transport="Bus 4, halte Markt.", wheelchair=True,
        accessible_toilet=False, **HEERLEN,
    )  # fmt: skip

    page = html(client, f"{PAGE}?plaats=Kerkrade")

    for words in ("Rouwcafé", "<p>Koffie.</p>", "De Brug", "Dorpsstraat 1", "6411 AB Heerlen", "Anna", "Arabisch",
                  "elke dinsdag, 19.30 tot 21.00 uur", "voor vrouwen, van 18 tot en met 30 jaar", "€ 1",
                  "meestal 8 mensen", "je kunt altijd instappen", "in een rechte lijn", "Bus 4, halte Markt.",
                  "Wat gebeurt er de eerste keer?", 'href="/groepen/?plaats=Kerkrade"'):  # fmt: skip
        assert words in page
    assert "geheim" not in page


def test_page_without_any_fact_is_calm_and_complete(client, make):
    make(themes=())

    words = text(client)

    assert "De dag en de tijd weten we nog niet. Vraag het gerust." in words
    assert "De plek hoor je als je je aanmeldt." in words
    assert "Nog niet bekend: openbaar vervoer, parkeren, rolstoel, aangepast toilet en ringleiding." in words
    assert "Vraag voor je gaat even of alles nog klopt." in words
    assert "None" not in words
    assert words.count("Wat gebeurt er de eerste keer?") == 1


def test_page_gives_the_groups_own_answers_about_the_first_time(client, make):
    make(
        bring_someone="ask", speaking="listen", welcomed_by="Marjan, bij de deur", contact_first="no",
        first_time_note="We beginnen met koffie.",
    )  # fmt: skip

    words = text(client)

    assert "We beginnen met koffie." in words
    assert "Moet je je eerst melden? Nee, loop gerust binnen." in words
    assert "Wie wacht je op? Marjan, bij de deur." in words
    assert "Moet je iets vertellen? Nee, alleen luisteren mag." in words
    assert "Mag je iemand meenemen? Overleg het even van tevoren." in words


def test_page_reassures_where_the_group_says_nothing(client, make):
    make(host_name="Anna")

    words = text(client)

    assert "Laat liever even weten dat je komt. Dan weten ze dat je er voor het eerst bent." in words
    assert "Vraag naar Anna." in words
    assert "Alleen luisteren mag meestal ook." in words
    assert "Vaak mag dat. Vraag het even van tevoren." in words


@pytest.mark.parametrize(
    ("status", "badge", "sentence"),
    [
        ("full", "Nu vol", "Deze groep is nu vol. Vraag gerust wanneer er weer plek is."),
        ("waiting_list", "Wachtlijst", "Deze groep is nu vol en heeft een wachtlijst."),
        ("paused", "Pauze", "Deze groep komt nu even niet bij elkaar."),
    ],
)
def test_page_without_room_sends_nobody_to_a_closed_door(client, make, create_group, status, badge, sentence):
    make(status=status, weekday=2, contact_first="no", **HEERLEN)
    create_group("Met plek, ver", city="Maastricht", latitude=50.8514, longitude=5.6910)
    create_group("Met plek, dichtbij", **HEERLEN)
    create_group("Ook vol", status="full")
    create_group("Ander thema", themes=())

    page, words = html(client), text(client)

    assert badge in words
    assert sentence in words
    assert "loop gerust binnen" not in words
    assert words.index("Met plek, dichtbij") < words.index("Met plek, ver")
    assert [name for name in ("Ook vol", "Ander thema") if name in words] == []
    assert ("De volgende keren" in words) is (status != "paused")
    assert 'href="#andere-groepen"' in page


def test_page_with_room_offers_no_other_groups(client, make, create_group):
    make(weekday=2)
    create_group("Andere groep")

    assert "Andere groep" not in text(client)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [(30, "Nagekeken op"), (400, "Voor het laatst nagekeken op"), (None, "Vraag voor je gaat even")],
)
def test_page_says_when_it_was_checked(client, make, days_ago, expected):
    day = timezone.localdate() - dt.timedelta(days=days_ago) if days_ago is not None else None
    make(confirmed_on=day)

    words = text(client)

    assert expected in words
    assert ("Vraag voor je gaat even of alles nog klopt." in words) is (days_ago != 30)


def test_online_group_has_no_way_to_get_there(client, make):
    make(form="online", public_transport="Bus 4", **HEERLEN)

    words = text(client, f"{PAGE}?plaats=Heerlen")

    assert "Online. Je krijgt de link als je je aanmeldt." in words
    assert [part for part in ("Bus 4", "Zo kom je er", "rechte lijn", "Nog niet bekend") if part in words] == []


def test_page_leads_back_to_the_search_with_all_its_filters(client, make):
    make()

    page = html(client, f"{PAGE}?q=overleden&plaats=6411&dag=2&dag=4&plek=1&p=2&onzin=%00")

    back = "/groepen/?q=overleden&amp;plaats=6411&amp;dag=2&amp;dag=4&amp;plek=1&amp;p=2"
    assert page.count(f'href="{back}"') == 2
    assert "Terug naar je zoekopdracht" in page


def test_results_lead_to_the_page_and_the_page_back_to_the_results(client, make):
    make(weekday=2, **HEERLEN)
    search = "/groepen/?q=overleden&plaats=Heerlen&dag=2"

    link = re.search(r'href="(/groepen/rouwcafe/[^"]*)"', html(client, search))[1].replace("&amp;", "&")

    assert f'href="{search.replace("&", "&amp;")}"' in html(client, link)


def test_page_links_to_its_calendar_only_when_it_has_dates(client, make):
    group = make(weekday=2)
    with_dates = html(client)
    Schedule.objects.filter(group=group).update(interval=2)
    without = html(client)

    assert 'href="/-/groups/agenda/rouwcafe.ics"' in with_dates
    assert 'href="webcal://noord.test/-/groups/agenda/rouwcafe.ics"' in with_dates
    assert "agenda/rouwcafe.ics" not in without


def test_page_of_a_draft_is_not_there(client, make):
    make(published=False)

    assert client.get(PAGE).status_code == 404
    assert client.get("/groepen/bestaat-niet/").status_code == 404


def test_former_address_leads_to_the_page_for_good(client, make):
    group = make()
    FormerSlug.objects.create(slug="oude-naam", group=group)

    moved = client.get("/groepen/oude-naam/?plaats=Heerlen")
    Group.objects.update(published=False)
    hidden = client.get("/groepen/oude-naam/")

    assert (moved.status_code, moved["Location"]) == (301, f"{PAGE}?plaats=Heerlen")
    assert hidden.status_code == 404


def test_address_of_a_living_group_wins_from_a_former_one(client, make, create_group):
    other = create_group("Andere", slug="andere")
    make()
    FormerSlug.objects.create(slug="rouwcafe", group=other)

    assert "Rouwcafé" in text(client)


@pytest.mark.parametrize("name", ["🌻 مجموعة " + "lang" * 40, "<script>alert(1)</script>", 'O\'Brien & "zonen"'])
def test_page_takes_any_name(client, make, name):
    make(name, description="</script><script>alert(2)</script>", location_name="<b>x", welcomed_by="<i>jij")

    page = html(client)

    assert [bad for bad in ("<script>alert", "<b>x", "<i>jij") if bad in page] == []
    assert page.count("<h1") == 1


def test_page_costs_the_same_queries_for_any_number_of_parts(client, make):
    group = make(weekday=2)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    today = timezone.localdate()
    for number in range(1, 6):
        Schedule.objects.create(group=group, weekdays=[number], start_time="10:00")
        ScheduleException.objects.create(group=group, date=today + dt.timedelta(days=number))
        group.themes.add(Theme.objects.create(slug=f"thema-{number}", name=f"Thema {number}"))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(one)
    # Four for the group and its parts; the others are the region, the page tree and the frame of every page.
    assert len(many) <= 22


def test_page_describes_itself_for_search_engines(client, make):
    make(description="Praten over gemis. " * 30)

    description = re.search(r'<meta name="description" content="([^"]*)"', html(client))[1]

    assert description.startswith("Praten over gemis.")
    assert len(description) <= 160


def test_page_without_a_description_still_describes_itself(client, make):
    make(weekday=2, **HEERLEN)

    description = re.search(r'<meta name="description" content="([^"]*)"', html(client))[1]

    assert description == "Zelfhulpgroep: Rouwcafé, Heerlen, elke dinsdag, 19.30 tot 21.00 uur."


def test_page_says_how_to_join_through_the_region(client, make):
    settings = SiteSettings.load()
    settings.organisation_name, settings.email, settings.phone = "Stichting Noord", "info@noord.test", "045 123"
    settings.save()
    make()

    page = html(client)

    assert "Laat het weten aan Stichting Noord." in page
    assert 'href="mailto:info@noord.test?subject=Rouwcaf%C3%A9"' in page
    assert 'href="tel:045123"' in page
