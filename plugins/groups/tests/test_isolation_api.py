"""Open data of two regions whose rows share primary keys: each gives its own, and nothing else."""

import io
import zipfile

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from open_data_samples import ADDRESSES, API, TELL_TALE, body, full_group, get_json, plain_group, status_of

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.domain.throttle import note
from zelfregie_groups.interfaces.open_data import ANSWERS, FILES
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def both(shared_rows, create_finder, in_region):
    """A group with the same key and address in both regions, and a draft of which nobody may hear."""
    noord, zuid = shared_rows["noord"], shared_rows["zuid"]
    for region in (noord, zuid):
        with in_region(region):
            create_finder()
            full_group(f"Groep van {region.slug}", pk=7001, slug="groep")
            plain_group(f"Concept {TELL_TALE}", pk=7002, published=False)
    return noord, zuid


def text_of(response):
    """Everything that an answer says; of a zip or an Excel file what is inside."""
    content = body(response)
    if content[:2] == b"PK":
        package = zipfile.ZipFile(io.BytesIO(content))
        return "".join(package.read(name).decode(errors="replace") for name in package.namelist())
    return content.decode("utf-8-sig")


@pytest.mark.parametrize("path", ADDRESSES)
def test_each_region_gives_its_own_and_no_secrets(both, region_client, path):
    said = {region.slug: text_of(region_client(region).get(path)) for region in both}

    names_of_groups = {
        slug: [f"Groep van {other}" in text for other in ("noord", "zuid")] for slug, text in said.items()
    }
    assert names_of_groups["noord"] in ([True, False], [False, False])
    assert names_of_groups["zuid"] == names_of_groups["noord"][::-1]
    assert [slug for slug, text in said.items() if TELL_TALE in text or "Concept" in text] == []
    hosts = {slug: [f"{other}.test" in text for other in ("noord", "zuid")] for slug, text in said.items()}
    assert hosts["noord"][1] is hosts["zuid"][0] is False


def test_addresses_that_list_groups_do(both, region_client):
    listing = [path for path in ADDRESSES if "Groep van noord" in text_of(region_client(both[0]).get(path))]

    without = {API, f"{API}openapi.json", f"{API}services?minimal=true", f"{API}taxonomies", f"{API}taxonomy_terms",
               "/-/groups/widget/voorbeeld/", "/-/groups/open-data/"}  # fmt: skip
    assert listing == [path for path in ADDRESSES if path not in without]


def test_identifiers_of_one_region_are_unknown_in_the_other(both, region_client):
    noord, zuid = map(region_client, both)
    for kind in ("services", "taxonomies", "taxonomy_terms", "organizations", "service_at_locations"):
        identifier = get_json(noord, f"{API}{kind}")["contents"][0]["id"]

        statuses = [status_of(client.get(f"{API}{kind}/{identifier}")) for client in (noord, zuid)]

        assert (kind, statuses) == (kind, [200, 404])


def test_an_answer_kept_from_one_region_is_not_the_others(both, region_client):
    noord, zuid = map(region_client, both)
    first = noord.get(f"{API}services")
    body(first)

    other = zuid.get(f"{API}services", headers={"If-None-Match": first["ETag"]})

    assert other.status_code == 200
    assert b"Groep van zuid" in body(other)


def test_limits_count_per_region(both, region_client, rf, in_region):
    noord, _zuid = both
    with in_region(noord):
        for limit in (ANSWERS, FILES):
            for _try in range(limit.tries):
                note(rf.get("/", REMOTE_ADDR="127.0.0.1"), limit)

    paths = (f"{API}services", "/-/groups/export/hsds.json")
    statuses = {region.slug: [status_of(region_client(region).get(path)) for path in paths] for region in both}

    assert statuses == {"noord": [429, 429], "zuid": [200, 200]}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_editors_get_all_groups_of_their_own_region_only(both, region_client, in_region, extension):
    said = {}
    for region in both:
        client = region_client(region)
        with in_region(region):
            editor = User.objects.create_user("redactie@voorbeeld.nl", password="x")
            editor.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.EDITOR]))
        client.force_login(editor)
        said[region.slug] = text_of(client.get(f"/-/groups/export/alle-groepen.{extension}"))

    found = {slug: [f"Groep van {other}" in text for other in ("noord", "zuid")] for slug, text in said.items()}
    assert found == {"noord": [True, False], "zuid": [False, True]}


@pytest.mark.parametrize("path", [*ADDRESSES, "/-/groups/widget.js", "/-/groups/export/alle-groepen.csv"])
def test_everything_is_gone_where_the_plugin_is_off(both, region_client, path):
    noord, zuid = both

    set_plugin_enabled(noord, "groups", enabled=False)
    off = region_client(noord).get(path)
    elsewhere = region_client(zuid).get(path)

    assert off.status_code == 404
    assert elsewhere.status_code in {200, 302}
    assert "Groep van" not in text_of(off)
    text_of(elsewhere)
