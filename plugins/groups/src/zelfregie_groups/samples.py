"""One of everything, for `zelfregie plugin check groups`: each text has the mark of its region."""

import datetime as dt
import io
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as UserGroup
from django.urls import reverse
from django.utils import timezone
from PIL import Image, PngImagePlugin
from wagtail.models import Site

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Theme
from zelfregie_groups.domain import editing, tiles
from zelfregie_groups.domain.changes import collected_changes
from zelfregie_groups.domain.duplicates import call_distinct
from zelfregie_groups.domain.export.identity import Identity
from zelfregie_groups.domain.importing import lists, runs
from zelfregie_groups.domain.importing.feeds import WARN_AFTER
from zelfregie_groups.domain.merging import MergeChoice, merge_groups
from zelfregie_groups.models import FormerSlug, Group, ImportRun, ImportSource, Schedule, ScheduleException

#: An address of map tiles at which nobody listens: only the tile that is kept below is answered, and nothing is asked.
SETTINGS = {"ZELFREGIE_TILES_URL": "http://127.0.0.1:9/{z}/{x}/{y}.png"}
#: Where words of another region may be seen, and why.
SHOWS_DIRECTORY = {
    "/groepen/": "The finder shows published groups just across the border of the region.",
    "/-/groups/widget/": "The finder on somebody's own website shows what the finder shows.",
}

TILE = (8, 132, 85)
THEME = "rouw"
#: In Parkstad: the groups of both regions are neighbours, so that only the region keeps them apart.
PLACE = {"postal_code": "6411 AB", "city": "Heerlen", "latitude": 50.8889, "longitude": 5.9795}
HEADER = "id;naam;thema;straat;postcode;plaats;dag;tijd;hoe vaak;e-mail"


def make_samples(mark: str) -> list[str]:
    """Fill the current region; return the addresses that no row tells."""
    somebody = _administrator(mark)
    group, *others = _groups(mark)
    _history(group, others[0], somebody)
    call_distinct(group.pk, others[1].pk)
    applied, waiting = _lists(mark, somebody)
    tiles.keep_tile(*TILE, _picture(mark))
    return [
        *_searches(group),
        *_open_data(group),
        *_about_groups(group, others[1]),
        *(reverse(f"groups_import:{name}", args=[waiting.pk]) for name in ("run", "columns", "apply", "wrong")),
        *(f"{reverse('groups_import:run', args=[waiting.pk])}?soort={kind}" for kind in ("wrong", "gone", "new")),
        reverse("groups_import:run", args=[applied.pk]),
        reverse("groups_import:undo", args=[applied.pk]),
        reverse("groups_import:discard", args=[waiting.pk]),
    ]


def _administrator(mark: str) -> Any:
    """Somebody who works on groups, and hears it when a list cannot be fetched."""
    email = f"beheer.{mark.replace(' ', '.')}@voorbeeld.nl"
    somebody = get_user_model().objects.create_user(email, email, first_name=f"Bea {mark}")
    somebody.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.ADMINISTRATOR]))
    return somebody


def _groups(mark: str) -> list[Group]:
    """Four groups: one with everything, one that becomes part of it, one that looks like it, and a draft."""
    theme, email = Theme.objects.get(slug=THEME), f"{mark.replace(' ', '.')}@voorbeeld.nl"
    with collected_changes():
        made = [
            Group.objects.create(
                name=f"{name} {mark}",
                published=name != "Concept",
                form=Group.Form.HYBRID,
                description=f"Om de beurt vertellen, {mark}. Luisteren mag ook.",
                location_name=f"Buurthuis {mark}",
                address=f"Dorpsstraat 1 {mark}",
                public_transport=f"Bus 4, halte {mark}",
                parking=f"Op het plein, {mark}",
                cost=f"2 euro voor de koffie, {mark}",
                host_name=f"Anna {mark}",
                host_email=f"anna.{email}",
                welcomed_by=f"Anna {mark} staat bij de deur",
                first_time_note=f"We beginnen met koffie, {mark}.",
                **PLACE,
            )
            for name in ("Rouwcafé", "Rouwkamer", "Rouwcafe", "Concept")
        ]
        for weekday, group in enumerate(made, start=1):
            group.themes.set([theme])
            Schedule.objects.create(
                group=group, weekdays=[weekday], start_time="19:30", end_time="21:00", note=f"Buiten, {mark}"
            )
            ScheduleException.objects.create(
                group=group,
                date=_next(weekday),
                new_start_time="14:00",
                new_location=f"Bibliotheek {mark}",
                note=f"Feest {mark}",
            )
    return made


def _next(weekday: int) -> dt.date:
    """The first such day of the week after today, counted as ISO 8601 does."""
    today = timezone.localdate()
    return today + dt.timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)


def _history(group: Group, other: Group, somebody: Any) -> None:
    """Somebody checked the group, and another was merged into it."""
    editing.confirm_today([group.pk], somebody)
    choice = MergeChoice(
        taken=(),
        themes=list(group.themes.values_list("pk", flat=True)),
        schedules=list(group.schedules.values_list("pk", flat=True)),
        exceptions=list(group.exceptions.values_list("pk", flat=True)),
    )
    merge_groups(group.pk, other.pk, choice, somebody)


def _lists(mark: str, somebody: Any) -> tuple[ImportRun, ImportRun]:
    """A list that is fetched and fails for days: one version is on the site, and the next waits for an editor."""
    source = ImportSource.objects.create(name=f"Lijst {mark}", url=f"http://127.0.0.1:9/{mark.replace(' ', '-')}.csv")
    row = "{number};{name} {mark};rouw;Kerkplein {number} {mark};6411 AB;Heerlen;{day};19.30 - 21.00 uur;wekelijks;"
    first = [(1, "Praatgroep", "maandag"), (2, "Wandelgroep", "dinsdag"), (3, "Leesgroep", "woensdag")]
    # Changed, as it was, without a name, gone from the list, new, and perhaps one that is there already.
    second = [
        (1, "Praatgroep", "vrijdag"), (2, "Wandelgroep", "dinsdag"), (4, "", "donderdag"), (5, "Kookgroep", "zaterdag"),
        (6, "Rouwcafé", "zondag"),
    ]  # fmt: skip
    made = []
    for version in (first, second):
        lines = [
            row.format(number=number, name=name, mark=mark, day=day) if name else f"{number};;;{mark};;;;;;"
            for number, name, day in version
        ]
        content = "\n".join([HEADER, *(f"{line}info.{mark.replace(' ', '.')}@voorbeeld.nl" for line in lines)])
        run = lists.take_in(source, content.encode(), f"groepen {mark}.csv", somebody)
        lists.preview(run)
        if not made:
            runs.apply_run(run, somebody)
        made.append(run)
    now = timezone.now()
    ImportSource.objects.filter(pk=source.pk).update(
        checked_at=now - dt.timedelta(days=1), failing_since=now - WARN_AFTER, last_error=f"Geen antwoord, {mark}."
    )
    return made[0], made[1]


def _searches(group: Group) -> list[str]:
    """The finder and what it leads to, as somebody in Heerlen asks for it; and the address that a group had before."""
    near = "plaats=Heerlen&afstand=25"
    return [
        f"/groepen/?{near}",
        f"/groepen/{group.slug}/",
        f"/groepen/{FormerSlug.objects.filter(group=group).latest('pk').slug}/",
        *(f"{reverse(f'groups:{name}')}?{near}" for name in ("widget", "widget_example")),
        reverse("groups:theme_calendar", args=[THEME]),
        reverse("groups:map_tile", args=TILE),
    ]


def _open_data(group: Group) -> list[str]:
    identity = Identity(Site.objects.get(is_default_site=True).hostname)
    return [
        reverse("groups:api_service", args=[identity.of("service", group.pk)]),
        reverse("groups:api_service_at_location", args=[identity.of("service_at_location", group.pk)]),
        reverse("groups:api_taxonomy", args=[identity.of("taxonomy", "theme")]),
        reverse("groups:api_taxonomy_term", args=[identity.of("taxonomy_term", f"theme:{THEME}")]),
        reverse("groups:api_organization", args=[identity.organization]),
    ]


def _about_groups(group: Group, other: Group) -> list[str]:
    """The pages of the admin about more than one group, and about versions of one."""
    version = group.revisions.order_by("pk").values_list("pk", flat=True)[0]
    pair = f"id={group.pk}&id={other.pk}"
    return [
        f"{reverse('groups_group:bulk', args=['status'])}?{pair}",
        f"{reverse('groups_group:bulk', args=['delete'])}?{pair}",
        f"{reverse('groups_group:compare', args=[group.pk])}?oud={version}",
        reverse("groups_group:revert", args=[group.pk, version]),
        reverse("groups_group:merge", args=[group.pk, other.pk]),
        *(reverse(f"groups_group:{name}", args=[group.pk]) for name in ("edit", "delete", "history", "confirm")),
    ]


def _picture(mark: str) -> bytes:
    """A tile that says in which region it was kept."""
    notes, out = PngImagePlugin.PngInfo(), io.BytesIO()
    notes.add_text("Comment", mark)
    Image.new("RGB", (256, 256), "#dfe7e2").save(out, "PNG", pnginfo=notes)
    return out.getvalue()
