"""The form of a group in the Wagtail admin."""

import pytest
from django.utils.datastructures import MultiValueDict
from group_forms import form_of, group_form

from zelfregie_core.domain.roles import Role
from zelfregie_core.models import Theme
from zelfregie_groups.interfaces.viewsets import group_viewset
from zelfregie_groups.models import FormerSlug, Group, Schedule, ScheduleException

pytestmark = pytest.mark.django_db


def messages_of(form):
    """What the form says is wrong: of the group, of its times, of its exceptions."""
    found = [str(error) for errors in form.errors.values() for error in errors]
    for formset in form.formsets.values():
        for child in formset.forms:
            found += [str(error) for errors in child.errors.values() for error in errors]
    return found


def test_editor_makes_a_group_that_is_placed_and_published(login):
    client = login(Role.EDITOR)
    theme = Theme.objects.get(slug="rouw")

    response = client.post("/admin/groepen/new/", group_form(themes=[theme.pk], postal_code="6411ab "))

    group = Group.objects.get()
    assert response.status_code == 302
    assert (group.slug, group.has_point, group.host_email) == ("rouwcafe-heerlen", True, "anna@voorbeeld.nl")
    assert (group.postal_code, group.upcoming != [], group.completeness > 0) == ("6411 AB", True, True)
    assert [line.text for line in group.schedules.all()] == ["elke dinsdag, 19.30 tot 21.00 uur"]
    assert list(group.themes.all()) == [theme]


def test_editor_moves_a_group_and_its_coordinates_follow(login, create_group):
    client = login(Role.EDITOR)
    group = create_group("Rouwcafé", city="Heerlen", postal_code="6411 AB", latitude=50.8882, longitude=5.9795)
    data = form_of(group, city="Maastricht", postal_code="6211 AA")

    response = client.post(f"/admin/groepen/edit/{group.pk}/", data)

    group.refresh_from_db()
    assert response.status_code == 302
    assert (group.city, round(group.longitude, 1)) == ("Maastricht", 5.7)


def test_group_from_a_list_that_does_not_say_how_often_can_be_saved(client, create_group, login):
    group = create_group("Rouwcafé", weekday=2)
    group.schedules.update(frequency="other")
    client = login(Role.EDITOR)

    response = client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, name="Rouwcafé Heerlen"))

    group.refresh_from_db()
    assert (response.status_code, group.name) == (302, "Rouwcafé Heerlen")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schedules-0-end_time": "18:00"}, "De eindtijd moet na de begintijd zijn."),
        ({"schedules-0-start_time": ""}, "Vul ook in hoe laat het begint."),
        (
            {"schedules-0-weekdays": []},
            "Kies op welke dag de groep bijeenkomt. Weet je het niet? Kies dan ‘anders’.",
        ),
        (
            {"schedules-0-interval": "2"},
            "Vul een eerste datum in. Anders weten we niet welke weken of maanden het zijn.",
        ),
        ({"schedules-0-weeks": ["1"]}, "Dit hoort bij ‘per maand’. Maak het leeg, of kies ‘per maand’."),
        ({"schedules-0-frequency": "monthly"}, "Kies ook in welke week van de maand, bijvoorbeeld de eerste."),
        (
            {"schedules-0-frequency": "monthly", "schedules-0-weeks": ["1"], "schedules-0-weekdays": []},
            "Kies ook op welke dag van die week.",
        ),
        (
            {"schedules-0-frequency": "monthly", "schedules-0-day_of_month": "3"},
            "Kies of een dag van de maand, of een week met een dag. Niet allebei.",
        ),
        ({"schedules-0-frequency": "once"}, "Vul de datum van de bijeenkomst in."),
        (
            {
                "schedules-0-frequency": "other",
                "schedules-0-weekdays": [],
                "schedules-0-start_time": "",
                "schedules-0-end_time": "",
            },
            "Schrijf hier wanneer de groep dan bijeenkomt.",
        ),
        (
            {"schedules-0-start_date": "2027-03-03", "schedules-0-end_date": "2027-03-01"},
            "De laatste datum ligt voor de eerste.",
        ),
        (
            {"schedules-0-start_date": "2027-03-03", "schedules-0-end_date": "2027-03-05"},
            "Zo is er geen enkele bijeenkomst. Kijk de dagen en de datums na.",
        ),
        (
            {
                "schedules-0-frequency": "monthly",
                "schedules-0-weekdays": [],
                "schedules-0-day_of_month": "31",
                "schedules-0-interval": "12",
                "schedules-0-start_date": "2027-02-01",
            },
            "Zo is er geen enkele bijeenkomst. Kijk de dagen en de datums na.",
        ),
        ({"age_from": "30", "age_to": "18"}, "De hoogste leeftijd is lager dan de laagste. Heb je ze verwisseld?"),
        ({"latitude": "50.8"}, "Vul beide getallen in, of maak ze allebei leeg."),
        (
            {"postal_code": "abc"},
            "Dit is geen postcode. Schrijf vier cijfers en twee letters, zoals 6411 AB, of maak het veld leeg.",
        ),
        ({"confirmed_on": "2999-01-01"}, "Deze dag moet nog komen. Kies vandaag of een eerdere dag."),
        (
            {"exceptions-TOTAL_FORMS": "1", "exceptions-0-date": "2027-03-03", "exceptions-0-new_location": "Kerk"},
            "Op deze dag heeft de groep geen bijeenkomst om te verplaatsen.",
        ),
        (
            {"exceptions-TOTAL_FORMS": "1", "exceptions-0-date": "2027-07-06", "exceptions-0-last_date": "2027-07-01"},
            "‘Tot en met’ ligt voor de eerste datum.",
        ),
        (
            {
                "exceptions-TOTAL_FORMS": "1",
                "exceptions-0-date": "2027-07-06",
                "exceptions-0-last_date": "2027-08-01",
                "exceptions-0-new_location": "Kerk",
            },
            "Een langere pauze kun je niet verplaatsen. Maak ‘tot en met’ leeg.",
        ),
    ],
)
def test_editor_is_told_what_is_wrong(change, message):
    sent = MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in group_form(**change).items()}
    )
    form = group_viewset._edit_handler.get_form_class()(sent, instance=Group())

    assert form.is_valid() is False
    assert messages_of(form) == [message]


def test_form_with_a_mistake_comes_back_and_nothing_is_saved(login):
    response = login(Role.EDITOR).post("/admin/groepen/new/", group_form(**{"schedules-0-end_time": "18:00"}))

    assert (response.status_code, Group.objects.count()) == (200, 0)
    assert messages_of(response.context["form"]) == ["De eindtijd moet na de begintijd zijn."]
    assert "De eindtijd moet na de begintijd zijn." in response.content.decode()


def test_every_way_of_meeting_can_be_filled_in(login):
    lines = [
        {"frequency": "weekly", "weekdays": ["1", "4"], "interval": "2", "start_date": "2027-03-01"},
        {"frequency": "monthly", "weekdays": ["2"], "weeks": ["1", "-1"]},
        {"frequency": "monthly", "day_of_month": "15"},
        {"frequency": "once", "start_date": "2027-03-03"},
        {"frequency": "other", "note": "in overleg"},
    ]
    data = group_form(**{"schedules-TOTAL_FORMS": str(len(lines))})
    for number, line in enumerate(lines):
        names = ("frequency", "interval", "weekdays", "weeks", "day_of_month", "start_date", "start_time", "note")
        data |= {f"schedules-{number}-{name}": line.get(name, "1" if name == "interval" else "") for name in names}
        data[f"schedules-{number}-weekdays"] = line.get("weekdays", [])
        data[f"schedules-{number}-weeks"] = line.get("weeks", [])
        data[f"schedules-{number}-end_time"] = ""

    response = login(Role.EDITOR).post("/admin/groepen/new/", data)

    assert response.status_code == 302
    assert list(
        Schedule.objects.order_by("frequency", "day_of_month").values_list(
            "frequency", "weekdays", "weeks", "day_of_month"
        )
    ) == [
        ("monthly", [], [], 15),
        ("monthly", [2], [1, -1], None),
        ("once", [], [], None),
        ("other", [], [], None),
        ("weekly", [1, 4], [], None),
    ]


def test_summer_stop_and_moved_meeting_are_kept(login):
    change = {
        "exceptions-TOTAL_FORMS": "2",
        "exceptions-0-date": "2027-07-01",
        "exceptions-0-last_date": "2027-08-31",
        "exceptions-1-date": "2027-03-02",
        "exceptions-1-new_date": "2027-03-03",
    }

    response = login(Role.EDITOR).post("/admin/groepen/new/", group_form(**change))

    kept = [(str(line.date), str(line.last_date), str(line.new_date)) for line in ScheduleException.objects.all()]
    assert response.status_code == 302
    assert kept == [("2027-03-02", "None", "2027-03-03"), ("2027-07-01", "2027-08-31", "None")]


@pytest.mark.parametrize(
    ("typed", "kept"), [("6411ab", "6411 AB"), ("6411 AB ", "6411 AB"), ("3500", "3500"), ("D-52062", "52062")]
)
def test_postcode_is_written_as_it_should_be(login, typed, kept):
    login(Role.EDITOR).post("/admin/groepen/new/", group_form(postal_code=typed))

    assert Group.objects.get().postal_code == kept


def test_unknown_postcode_is_kept_and_the_editor_hears_that_the_map_lacks_it(login):
    response = login(Role.EDITOR).post(
        "/admin/groepen/new/", group_form(postal_code="9999ZZ", city="Nergenshuizen"), follow=True
    )

    group = Group.objects.get()
    assert (group.postal_code, group.has_point) == ("9999 ZZ", False)
    assert "staat nog niet op de kaart" in response.content.decode()


@pytest.mark.parametrize("name", ["مجموعة الحداد في هيرلين", "Rouw 💚 café", "G" * 200])
def test_unusual_names_are_kept(login, name):
    client = login(Role.EDITOR)

    client.post("/admin/groepen/new/", group_form(name=name))

    group = Group.objects.get()
    assert (group.name, group.slug != "") == (name, True)
    assert client.get("/admin/groepen/").status_code == 200


def test_second_editor_does_not_overwrite_the_first_unseen(login, create_group):
    group = create_group("Rouwcafé", city="Heerlen")
    anna, bert = form_of(group, city="Maastricht"), form_of(group, cost="2 euro")
    login(Role.MODERATOR).post(f"/admin/groepen/edit/{group.pk}/", anna)
    client = login(Role.EDITOR)

    refused = client.post(f"/admin/groepen/edit/{group.pk}/", bert)
    after_refusal = Group.objects.values_list("city", "cost").get()
    again = client.post(f"/admin/groepen/edit/{group.pk}/", bert | {"seen": refused.context["token"]})

    page = refused.content.decode()
    assert (refused.status_code, after_refusal) == (200, ("Maastricht", ""))
    assert "moderator@voorbeeld.nl heeft deze groep intussen ook gewijzigd" in page
    assert ("Gewijzigd: plaats" in page, 'value="2 euro"' in page) == (True, True)
    assert (again.status_code, Group.objects.values_list("city", "cost").get()) == (302, ("Heerlen", "2 euro"))


def test_line_that_another_editor_removed_is_made_anew_on_purpose(login, create_group):
    group = create_group("Rouwcafé", city="Heerlen", weekday=2)
    stale = form_of(group, cost="2 euro")
    Schedule.objects.all().delete()
    group.save()
    client = login(Role.EDITOR)

    refused = client.post(f"/admin/groepen/edit/{group.pk}/", stale)
    again = client.post(f"/admin/groepen/edit/{group.pk}/", stale | {"seen": refused.context["token"]})

    assert (refused.status_code, again.status_code) == (200, 302)
    assert list(Schedule.objects.values_list("group", "weekdays")) == [(group.pk, [2])]


def test_save_without_the_version_is_refused(login, create_group):
    group = create_group("Rouwcafé")
    data = form_of(group, cost="2 euro")
    del data["seen"]

    response = login(Role.EDITOR).post(f"/admin/groepen/edit/{group.pk}/", data)

    assert (response.status_code, Group.objects.get().cost) == (200, "")


def test_saving_what_the_page_shows_changes_nothing(login, create_group):
    group = create_group(
        "Rouwcafé", city="Heerlen", weekday=2, host_email="a@voorbeeld.nl", latitude=50.89, longitude=5.98
    )
    client = login(Role.EDITOR)
    before = Group.objects.values("name", "city", "host_email", "slug", "status").get()

    response = client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group))

    assert response.status_code == 302
    assert Group.objects.values("name", "city", "host_email", "slug", "status").get() == before
    assert list(client.get(f"/admin/groepen/history/{group.pk}/").context["page"]) == []


def test_old_address_leads_to_the_group(login, create_group):
    client = login(Role.EDITOR)
    group = create_group("Rouwcafé", slug="rouwcafe")

    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, slug="rouw-in-heerlen"))
    group.refresh_from_db()
    kept = list(FormerSlug.objects.values_list("slug", "group"))
    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, slug="rouwcafe"))

    assert kept == [("rouwcafe", group.pk)]
    assert list(FormerSlug.objects.values_list("slug", "group")) == [("rouw-in-heerlen", group.pk)]


def test_checked_today(login, create_group, django_user_model):
    group = create_group("Rouwcafé")
    client = login(Role.EDITOR)

    by_link = client.get(f"/admin/groepen/nagekeken/{group.pk}/")
    response = client.post(f"/admin/groepen/nagekeken/{group.pk}/", follow=True)

    group.refresh_from_db()
    assert (by_link.status_code, group.confirmed_on is not None) == (405, True)
    assert "vandaag nagekeken" in response.content.decode()


def test_edit_page_shows_what_is_missing_and_when_the_group_meets(login, finder, create_group):
    group = create_group("Rouwcafé", slug="rouwcafe", weekday=2)

    response = login(Role.EDITOR).get(f"/admin/groepen/edit/{group.pk}/")

    page = response.content.decode()
    assert "/groepen/rouwcafe/" in page
    assert (len(response.context["next_meetings"]), "dinsdag" in response.context["next_meetings"][0]) == (3, True)
    assert f"Compleet: {response.context['completeness'].score} van 100" in page
    assert response.context["autosave_enabled"] is False
    assert "w-session" in page


def test_deleting_a_group_takes_its_versions_along(login, create_group):
    group = create_group("Rouwcafé", host_email="a@voorbeeld.nl")
    client = login(Role.MODERATOR)
    client.post(f"/admin/groepen/edit/{group.pk}/", form_of(group, cost="2 euro"))

    client.post(f"/admin/groepen/delete/{group.pk}/")

    assert (Group.objects.count(), group.revisions.count()) == (0, 0)
