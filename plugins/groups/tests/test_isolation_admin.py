"""Two regions with groups of the same keys: no page of the admin shows or touches the other region's."""

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from group_forms import form_of
from wagtail.models import Revision

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_groups.domain import editing
from zelfregie_groups.models import DistinctPair, FormerKey, Group
from zelfregie_tenants.domain.plugins import set_plugin_enabled

pytestmark = pytest.mark.django_db
LIST = "/admin/groepen/"


@pytest.fixture(scope="module")
def moderators(shared_rows, create_shared_group, create_finder, in_region, shared_numbers):
    """Per region a moderator and two alike groups with the same keys and the same versions."""
    people = []
    assert shared_numbers(Revision) == 7001
    for region in (shared_rows["noord"], shared_rows["zuid"]):
        with in_region(region):
            create_finder()
            for pk in (7001, 7002):
                create_shared_group(f"Groep van {region.slug}", pk=pk, slug=f"groep-{pk}", city="Heerlen", weekday=2)
            editing.confirm_today([7001, 7002], None)
            user = User.objects.create_user(f"moderator@{region.slug}.nl")
            user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.MODERATOR]))
            people.append((region, user))
    return people


@pytest.fixture
def both(moderators, region_client):
    """Per region the browser of its moderator."""
    clients = {region.slug: region_client(region) for region, _user in moderators}
    for region, user in moderators:
        clients[region.slug].force_login(user)
    return clients


PATHS = [
    "", "results/", "edit/7001/", "delete/7001/", "history/7001/", "history/7001/vergelijk/?oud=7001",
    "history/7001/terug/7001/", "bulk/publish/?id=7001", "bulk/delete/?id=all", "dubbel/", "samenvoegen/7001/7002/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_pages_show_only_the_regions_own(both, path):
    pages = {slug: client.get(LIST + path).content.decode() for slug, client in both.items()}

    shown = {slug: [name for name in ("noord", "zuid") if f"Groep van {name}" in page] for slug, page in pages.items()}
    assert shown == {"noord": ["noord"], "zuid": ["zuid"]}


def test_actions_touch_only_the_regions_own(both, noord, zuid, in_region):
    client = both["noord"]
    with in_region(noord):
        data = form_of(Group.objects.get(pk=7001), name="Veranderd")

    client.post(f"{LIST}edit/7001/", data)
    everything = {"seen": client.get(f"{LIST}bulk/unpublish/?id=all").context["seen"]}
    client.post(f"{LIST}bulk/unpublish/?id=all", everything)
    client.post(f"{LIST}nagekeken/7002/")
    client.post(f"{LIST}dubbel/", {"first": 7001, "second": 7002})
    merge = client.get(f"{LIST}samenvoegen/7001/7002/").context["form"]
    sent = {name: merge.get_initial_for_field(field, name) for name, field in merge.fields.items()}
    client.post(f"{LIST}samenvoegen/7001/7002/", sent)
    kept = {"seen": client.get(f"{LIST}bulk/delete/?id=all").context["seen"]}
    client.post(f"{LIST}bulk/delete/?id=all", kept)

    with in_region(noord):
        here = (Group.objects.count(), FormerKey.objects.count())
    with in_region(zuid):
        there = list(Group.objects.order_by("pk").values_list("name", "published"))
        beside = (FormerKey.objects.count(), DistinctPair.objects.count(), Revision.objects.count())
    assert (here, there) == ((0, 0), [("Groep van zuid", True)] * 2)
    assert beside == (0, 0, 4)


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_not_there_where_the_module_is_off(both, noord, path):
    set_plugin_enabled(noord, "groups", enabled=False)

    assert both["noord"].get(LIST + path).status_code == 404
    assert both["zuid"].get(LIST + path).status_code == 200
