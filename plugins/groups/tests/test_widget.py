"""The finder on other people's websites: what it shows, and what it may never do."""

import html
import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from open_data_samples import full_group, plain_group

from zelfregie_core.models import Branding
from zelfregie_groups.domain.widget import line_of_html

pytestmark = pytest.mark.django_db
WIDGET = "/-/groups/widget/"
EXAMPLE = "/-/groups/widget/voorbeeld/"
SCRIPT = "/-/groups/widget.js"


def links(page, inside="groups-widget__list"):
    """The addresses in the list of groups."""
    found = re.search(rf'<ul class="{inside}">(.*?)</ul>\s*(?:<p|</main)', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[1]) if found else []


def test_first_groups_and_the_way_to_all_others(client, finder):
    for number in range(5):
        plain_group(f"Groep {number}")

    page = client.get(WIDGET).content.decode()

    assert links(page) == ["/groepen/groep-0/", "/groepen/groep-1/", "/groepen/groep-2/"]
    assert "5 groepen" in page
    assert '<a class="utrecht-link" href="/groepen/">Nog 2 groepen op de site</a>' in page


def test_links_leave_the_frame_and_the_form_stays(client, finder):
    page = client.get(WIDGET).content.decode()

    assert '<base target="_top">' in page
    assert re.search(r'<form[^>]*action="/-/groups/widget/" target="_self"', page)


def test_theme_place_distance_and_language_narrow(client, finder):
    full_group()
    plain_group("Elders", latitude=53.2, longitude=6.5, city="Groningen", languages=["en"])
    full = "/groepen/rouwcafe-de-brug-heerlen/"

    found = {
        query: links(client.get(f"{WIDGET}?{query}").content.decode())
        for query in ("thema=rouw", "plaats=6411&afstand=5", "taal=tr", "taal=en", "thema=onzin")
    }

    assert [url.partition("?")[0] for url in found.pop("plaats=6411&afstand=5")] == [full]
    elsewhere = "/groepen/elders-groningen/"
    assert found == {"thema=rouw": [full], "taal=tr": [full], "taal=en": [elsewhere], "thema=onzin": []}


def test_what_the_website_chose_stays_when_the_visitor_searches(client, finder):
    page = client.get(f"{WIDGET}?thema=rouw&plaats=6411&afstand=5&taal=tr&taal=en&plek=1&p=3").content.decode()

    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page)
    assert hidden == [("afstand", "5"), ("taal", "en"), ("taal", "tr"), ("plek", "1")]
    assert re.search(r'<option value="rouw" selected>', page)
    assert re.search(r'name="plaats"[^>]*value="6411"', page)


def test_nothing_found_and_an_unknown_place_say_what_to_do(client, finder):
    plain_group()

    page = html.unescape(client.get(f"{WIDGET}?plaats=Xyzzy").content.decode())
    empty = html.unescape(client.get(f"{WIDGET}?thema=kanker").content.decode())

    assert "We kennen “Xyzzy” niet." in page
    assert "We vonden nog geen groep" in empty
    assert 'href="/groepen/?thema=kanker">Zoek verder op de site</a>' in empty


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "%00", "é" * 500])
def test_what_is_typed_is_never_markup(client, finder, value):
    response = client.get(WIDGET, {"plaats": value, "thema": value, "q": value})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert "<img" not in response.content.decode()


def test_only_the_widget_may_stand_inside_other_websites(client, finder):
    policies = {}
    for path in (WIDGET, EXAMPLE, "/groepen/", "/", "/-/groups/open-data/"):
        response = client.get(path)
        ancestors = re.search(r"frame-ancestors ([^;]+)", response["Content-Security-Policy"])[1]
        policies[path] = ("*" in ancestors, response.get("X-Frame-Options"))

    assert policies == {WIDGET: (True, None)} | dict.fromkeys(
        (EXAMPLE, "/groepen/", "/", "/-/groups/open-data/"), (False, "SAMEORIGIN")
    )


@pytest.mark.parametrize("path", [WIDGET, f"{WIDGET}?thema=rouw&plaats=6411", SCRIPT])
def test_no_cookie_is_set_or_read(client, finder, path):
    full_group()
    client.force_login(User.objects.create_user("redactie@voorbeeld.nl", password="x"))
    client.cookies["iets"] = "anders"

    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.get("Vary", "")
    assert response.cookies == {}
    assert response.wsgi_request.session.accessed is False
    assert [query["sql"] for query in captured if "django_session" in query["sql"] or "auth_user" in query["sql"]] == []


def test_nothing_comes_from_other_hosts_and_nothing_is_inline(client, finder):
    full_group()

    page = client.get(WIDGET).content.decode()

    assert [
        url for url in re.findall(r'(?:src|href|action)="([^"]+)"', page) if not url.startswith(("/", "tel:"))
    ] == []
    assert re.findall(r"<style|\sstyle=|<script>|\son\w+=", page) == []


def test_it_has_the_colours_and_the_name_of_the_region(client, finder):
    brand = Branding.load()
    brand.site_name = "Zelfregie Proef"
    brand.save()

    page = client.get(WIDGET).content.decode()

    assert "Zoek een groep bij Zelfregie Proef" in page
    assert re.search(r'<link rel="stylesheet" href="/merk.css\?v=\d+">', page)


def test_script_is_one_that_any_website_may_load_and_keep(client, finder):
    response = client.get(SCRIPT)

    assert (response["Content-Type"], response["Cache-Control"]) == (
        "text/javascript; charset=utf-8", "public, max-age=3600",
    )  # fmt: skip
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"data-zelfregie-widget" in response.content


def test_without_a_finder_there_is_no_widget(client, noord):
    assert [client.get(path).status_code for path in (WIDGET, EXAMPLE)] == [404, 404]


def test_number_of_queries_does_not_grow_with_the_groups(client, finder):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{WIDGET}?thema=rouw&plaats=6411")
        return len(captured)

    full_group("Een")
    client.get(WIDGET)
    few = queries()
    for number in range(6):
        full_group(f"Groep {number}")

    assert (queries(), few <= 20) == (few, True)


def test_example_gives_one_line_that_can_be_copied(client, finder):
    page = html.unescape(client.get(f"{EXAMPLE}?thema=rouw&plaats=6411+AB").content.decode())

    line = re.search(r"data-copy-from>(.*?)</textarea>", page, re.DOTALL)[1]
    assert html.unescape(line) == (
        '<a href="http://noord.test/groepen/?thema=rouw&plaats=6411+AB" data-zelfregie-widget>'
        "Zoek een groep over Rouw en verlies</a>"
        '<script src="http://noord.test/-/groups/widget.js" async></script>'
    )
    assert "\n" not in line


def test_line_survives_any_name():
    line = line_of_html("https://x.example/?a=1&b=2", "https://x.example/w.js", 'Zoek "<b>" & meer')

    assert line == (
        '<a href="https://x.example/?a=1&amp;b=2" data-zelfregie-widget>Zoek &quot;&lt;b&gt;&quot; &amp; meer</a>'
        '<script src="https://x.example/w.js" async></script>'
    )


def test_open_data_page_leads_to_everything_that_works(client, finder):
    page = client.get("/-/groups/open-data/").content.decode()

    main = page[page.index("<main") : page.index("</main>")]
    paths = [path for path in re.findall(r'href="([^"]+)"', main) if path.startswith("/-/")]
    statuses = {}
    for path in paths:
        response = client.get(path)
        b"".join(response.streaming_content if response.streaming else [response.content])
        statuses[path] = response.status_code
    assert len(paths) == 10
    assert set(statuses.values()) == {200}
