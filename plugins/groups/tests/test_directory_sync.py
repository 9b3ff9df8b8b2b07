"""The directory follows every way of writing groups, in the same transaction: a rebuild then finds nothing to do."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from zelfregie_core.models import Theme
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_groups.domain.changes import collected_changes, groups_changed, refresh_groups
from zelfregie_groups.domain.importing.from_file import import_groups
from zelfregie_groups.domain.listings import directory_listings, listing_of
from zelfregie_groups.models import Group, GroupFinderPage, Schedule, ScheduleException
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Listing

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + dt.timedelta(days=1)


@pytest.fixture
def groups(finder, create_group):
    """Three groups with meetings, of which one is not on the site."""
    with collected_changes():
        return [
            create_group("Rouwcafé", weekday=2, city="Heerlen", latitude=50.88, longitude=5.98),
            create_group("Samen sterk", weekday=4, themes=("rouw", "autisme")),
            create_group("Concept", published=False),
        ]


def listed(region):
    return sorted(Listing.objects.filter(region=region).values_list("title", flat=True))


def create_one(groups):
    Group.objects.create(name="Nieuw")


def change_name(groups):
    groups[0].name = "Anders"
    groups[0].save()


def unpublish(groups):
    groups[0].published = False
    groups[0].save()


def publish(groups):
    groups[2].published = True
    groups[2].save()


def delete_one(groups):
    groups[0].delete()


def delete_several(groups):
    Group.objects.filter(pk__in=[groups[0].pk, groups[1].pk]).delete()


def add_schedule(groups):
    Schedule.objects.create(group=groups[0], weekdays=[6], start_time="10:00")


def change_schedule(groups):
    schedule = groups[0].schedules.get()
    schedule.start_time = dt.time(9, 0)
    schedule.save()


def remove_schedule(groups):
    groups[0].schedules.get().delete()


def stop_for_summer(groups):
    ScheduleException.objects.create(group=groups[0], date=TOMORROW, last_date=TOMORROW + dt.timedelta(days=60))


def end_the_stop(groups):
    stop_for_summer(groups)
    ScheduleException.objects.all().delete()


def add_theme(groups):
    groups[0].themes.add(Theme.objects.get(slug="diabetes"))


def set_themes(groups):
    groups[1].themes.set(Theme.objects.filter(slug="diabetes"))


def clear_themes(groups):
    groups[1].themes.clear()


def clear_groups_of_theme(groups):
    Theme.objects.get(slug="rouw").groups.clear()


def add_groups_to_theme(groups):
    Theme.objects.get(slug="diabetes").groups.add(*groups)


def rename_theme(groups):
    theme = Theme.objects.get(slug="rouw")
    theme.name, theme.synonyms = "Afscheid", ["gemis"]
    theme.save()


def delete_theme(groups):
    Theme.objects.get(slug="rouw").delete()


def write_in_bulk(groups):
    made = [Group(name=f"Groep {number}", slug=f"groep-{number}") for number in range(3)]
    for group in made:
        group.derive()
    groups_changed([group.pk for group in Group.objects.bulk_create(made)])


def update_in_bulk(groups):
    Group.objects.update(status="full", published=True)
    groups_changed([group.pk for group in groups])


def save_several_as_one(groups):
    with collected_changes():
        publish(groups)
        add_schedule(groups)
        groups[1].delete()


def import_list(groups, tmp_path):
    file = tmp_path / "groepen.csv"
    file.write_text("name,city,weekday,themes\nUit de lijst,Kerkrade,dinsdag,rouw\nRouwcafé,Heerlen,dinsdag,autisme\n")
    import_groups(file)


def move_finder(groups):
    page = GroupFinderPage.objects.get()
    page.slug = "vind-een-groep"
    page.save_revision().publish()


def unpublish_finder(groups):
    GroupFinderPage.objects.get().unpublish()


def delete_finder(groups):
    GroupFinderPage.objects.get().delete()


def restrict_finder(groups):
    PageViewRestriction.objects.create(page=GroupFinderPage.objects.get(), restriction_type="login")


WAYS = [
    create_one, change_name, unpublish, publish, delete_one, delete_several, add_schedule, change_schedule,
    remove_schedule, stop_for_summer, end_the_stop, add_theme, set_themes, clear_themes, clear_groups_of_theme,
    add_groups_to_theme, rename_theme, delete_theme, write_in_bulk, update_in_bulk, save_several_as_one, import_list,
    move_finder, unpublish_finder, delete_finder, restrict_finder,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_directory_is_as_a_rebuild_makes_it_after(way, noord, groups, tmp_path):
    assert listed(noord) == ["Rouwcafé", "Samen sterk"]
    before = list(Listing.objects.filter(region=noord).order_by("key").values())

    way(groups, tmp_path) if way is import_list else way(groups)

    after = list(Listing.objects.filter(region=noord).order_by("key").values())
    assert before != after  # it does change something that is listed
    assert rebuild_region(noord).differences == 0


@pytest.mark.parametrize(
    ("way", "titles"),
    [
        (unpublish, ["Samen sterk"]),
        (publish, ["Concept", "Rouwcafé", "Samen sterk"]),
        (delete_one, ["Samen sterk"]),
        (delete_several, []),
        (unpublish_finder, []),
        (delete_finder, []),
        (restrict_finder, []),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_directory_holds_what_visitors_can_see(way, titles, noord, groups):
    way(groups)

    assert listed(noord) == titles


def test_rolled_back_change_leaves_nothing_in_the_directory(noord, groups):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 -- the steps of one transaction
        Group.objects.create(name="Toch niet")
        groups[0].delete()
        assert listed(noord) == ["Samen sterk", "Toch niet"]
        raise RuntimeError

    assert listed(noord) == ["Rouwcafé", "Samen sterk"]


def test_rolled_back_collection_leaves_nothing_in_the_directory(noord, groups):
    with pytest.raises(RuntimeError), collected_changes():  # noqa: PT012 -- the steps of one transaction
        Group.objects.create(name="Toch niet")
        raise RuntimeError

    assert listed(noord) == ["Rouwcafé", "Samen sterk"]
    Group.objects.create(name="Daarna")
    assert listed(noord) == ["Daarna", "Rouwcafé", "Samen sterk"]


def test_next_meetings_and_score_are_stored(noord, groups):
    group = Group.objects.get(pk=groups[0].pk)

    assert [moment.astimezone(timezone.get_default_timezone()).isoweekday() for moment in group.upcoming] == [2] * 12
    assert group.completeness > 0
    assert Listing.objects.get(title="Rouwcafé").upcoming == group.upcoming


def test_nightly_refresh_leaves_the_past_behind_and_mends_the_directory(noord, groups):
    Group.objects.filter(pk=groups[0].pk).update(upcoming=[timezone.now() - dt.timedelta(days=9)])
    Listing.objects.filter(title="Samen sterk").update(title="Fout")
    Listing.objects.create(region=noord, plugin="groups", key="groups:9999", title="Spook", path="/x/", vector="")

    refresh_groups()

    assert listed(noord) == ["Rouwcafé", "Samen sterk"]
    assert min(Listing.objects.get(title="Rouwcafé").upcoming) > timezone.now()


def test_nightly_refresh_is_scheduled():
    (task,) = [
        entry.item for entry in get_plugins().contributed("register_scheduled_tasks") if entry.plugin == "groups"
        and entry.item.task.module_path.endswith("refresh_groups_task")
    ]  # fmt: skip

    assert task.every == dt.timedelta(days=1)


def test_switching_on_mends_the_directory(noord, groups):
    set_plugin_enabled(noord, "groups", enabled=False)
    Group.objects.filter(pk=groups[0].pk).update(name="Stil veranderd")

    set_plugin_enabled(noord, "groups", enabled=True)

    assert listed(noord) == ["Samen sterk", "Stil veranderd"]


def test_change_while_the_plugin_is_off_is_listed_when_it_is_on_again(noord, groups):
    set_plugin_enabled(noord, "groups", enabled=False)

    delete_one(groups)

    assert listed(noord) == ["Samen sterk"]


@pytest.mark.parametrize("number", [1, 40])
def test_change_costs_the_same_number_of_queries_for_many_groups(
    number, noord, groups, create_group, django_assert_num_queries
):
    ids = [create_group(f"Groep {extra}", weekday=3).pk for extra in range(number)]
    Group.objects.filter(pk__in=ids).update(upcoming=[])

    with django_assert_num_queries(12):
        groups_changed(ids)


def test_listing_of_a_group_is_what_its_card_shows(noord, groups):
    group = groups[0]
    group.cost, group.age_from, group.confirmed_on = "€ 2", 18, dt.date(2026, 11, 1)
    group.save()

    listing = listing_of(Group.objects.get(pk=group.pk))

    assert asdict(listing) | {"words": (), "upcoming": ()} == {
        "key": f"groups:{group.pk}",
        "title": "Rouwcafé",
        "path": "/groepen/rouwcafe-heerlen/",
        "summary": "",
        "themes": ("rouw",),
        "words": (),
        "city": "Heerlen",
        "latitude": 50.88,
        "longitude": 5.98,
        "form": "in_person",
        "status": "active",
        "audience": ("self",),
        "languages": ("nl",),
        "weekdays": (2,),
        "dayparts": ("evening",),
        "accessible": False,
        "upcoming": (),
        "card": {
            "location_name": "",
            "schedules": listing.card["schedules"],
            "gender": "all",
            "age_from": 18,
            "age_to": None,
            "cost": "€ 2",
            "size": None,
            "joining": "",
            "confirmed_on": "2026-11-01",
            "theme_names": {"rouw": "Rouw en verlies"},
        },
    }
    assert listing == next(item for item in directory_listings(None) if item.key == listing.key)


def test_listing_of_an_online_group_has_no_place(noord, finder, create_group):
    group = create_group("Online", form="online", city="Heerlen", latitude=50.88, longitude=5.98, wheelchair=True)

    listing = listing_of(group)

    assert (listing.city, listing.latitude, listing.longitude, listing.accessible) == ("", None, None, False)


def test_nothing_personal_is_in_the_directory(noord, finder, create_group):
    create_group(
        "Rouwcafé", host_name="Wilhelmina", host_email="geheim@voorbeeld.nl", address="Dorpsstraat 1",
        welcomed_by="Wilhelmina", source_id="LEDEN-77",
    )  # fmt: skip

    rows = repr(list(Listing.objects.values())).casefold()

    assert [word for word in ("wilhelmina", "geheim", "leden-77") if word in rows] == []
    assert "rouwcafé" in rows
