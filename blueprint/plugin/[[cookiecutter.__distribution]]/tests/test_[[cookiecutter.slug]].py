"""What visitors and editors meet. `noord` and `zuid` are two regions; see the fixtures of zelfregie_tenants.testing."""

import datetime as dt

import pytest
from django.utils import timezone

from [[ cookiecutter.__package ]].models import [[ cookiecutter.model ]], [[ cookiecutter.model ]]IndexPage
from [[ cookiecutter.__package ]].tasks import erase_past_task
from zelfregie_core.models import HomePage
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db
PATH = "/[[ cookiecutter.__path ]]/"


def add_page():
    HomePage.objects.get().add_child(instance=[[ cookiecutter.model ]]IndexPage(title="Agenda", slug=PATH.strip("/")))


def add(title="Wandelen", days=7):
    return [[ cookiecutter.model ]].objects.create(title=title, day=timezone.localdate() + dt.timedelta(days=days))


def test_visitor_finds_what_is_to_come_and_not_what_is_over(client):
    add_page()
    add("Wandelen", days=7)
    add("Eten", days=-1)

    answers = [client.get(path) for path in (PATH, f"{PATH}wandelen/", f"{PATH}eten/", "/zoeken/?q=wandelen")]

    assert [(answer.status_code, "Wandelen" in answer.text, "Eten" in answer.text) for answer in answers] == [
        (200, True, False),
        (200, True, False),
        (404, False, False),
        (200, True, False),
    ]
    assert f'href="{PATH}"' in answers[1].text.partition("zr-breadcrumbs")[2].partition("</nav>")[0]


def test_region_shows_its_own_only(noord, zuid, region_client, in_region, same_numbers):
    number = same_numbers([[ cookiecutter.model ]])
    for region in (noord, zuid):
        with in_region(region):
            add_page()
            assert add(f"Wandelen in {region.slug}").pk == number

    pages = [region_client(region).get(PATH).text for region in (noord, zuid)]

    assert [("noord" in page, "zuid" in page) for page in (page.split("<main")[1] for page in pages)] == [
        (True, False),
        (False, True),
    ]


def test_off_is_off_and_on_again_loses_nothing(client, noord):
    add_page()
    add()

    found = []
    for enabled in (True, False, True):
        set_plugin_enabled(noord, "[[ cookiecutter.slug ]]", enabled=enabled)
        found.append((client.get(PATH).status_code, "Wandelen" in client.get("/").text))

    assert found == [(200, True), (404, False), (200, True)]


def test_what_is_long_past_is_erased(noord):
    kept = [add("Eten", days=days).pk for days in (7, -1, -30)]
    add("Eten", days=-31)

    erase_past_task.enqueue()

    assert list([[ cookiecutter.model ]].objects.order_by("pk").values_list("pk", flat=True)) == kept


def test_two_of_the_same_name_have_their_own_address(db):
    assert [add().slug, add().slug] == ["wandelen", "wandelen-2"]
