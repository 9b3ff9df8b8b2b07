"""Whether there is something to find: enough groups that a visitor can go to."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zelfregie_core.plugins import Finding, ReadinessCheck
from zelfregie_groups.domain.listings import finder_path
from zelfregie_groups.domain.settings import groups_settings
from zelfregie_groups.models.choices import Form, Status
from zelfregie_groups.models.group import Group


def enough_fresh_groups() -> Sequence[Finding]:
    """At least so many groups are on the site, meet, can be found on the map, and tell when they meet next. One query.

    A group that meets online needs no place. A full group counts: it shows that people meet.
    """
    if finder_path() is None:
        explorer = reverse("wagtailadmin_explore_root")
        return [Finding.wrong(_("Er is geen pagina waarop bezoekers groepen zoeken. Publiceer die eerst."), explorer)]
    wanted, now = groups_settings().fresh_groups, timezone.now()
    rows = Group.objects.published().exclude(status=Status.PAUSED).values_list("form", "latitude", "upcoming")
    total = without_place = without_date = fresh = 0
    for form, latitude, upcoming in rows:
        has_place = form == Form.ONLINE or latitude is not None
        has_date = any(start > now for start in upcoming)
        total, fresh = total + 1, fresh + (has_place and has_date)
        without_place, without_date = without_place + (not has_place), without_date + (not has_date)
    if fresh >= wanted:
        return [
            Finding.ok(
                ngettext(
                    "Er is %(number)d groep met een plek en een komende datum.",
                    "Er zijn %(number)d groepen met een plek en een komende datum.",
                    fresh,
                )
                % {"number": fresh}
            )
        ]
    if not total:
        sentence = _("Er staan nog geen groepen op de site; het moeten er minstens %(wanted)d zijn.") % {
            "wanted": wanted
        }
        return [Finding.wrong(sentence, reverse("groups_group:index"))]
    sentence = _(
        "%(fresh)d van de %(total)d groepen op de site zijn helemaal klaar; het moeten er minstens %(wanted)d zijn. "
        "Zonder plek op de kaart: %(without_place)d. Zonder komende datum: %(without_date)d."
    ) % {
        "fresh": fresh,
        "total": total,
        "wanted": wanted,
        "without_place": without_place,
        "without_date": without_date,
    }
    return [Finding.wrong(sentence, reverse("groups_group:index"))]


CHECKS = (
    ReadinessCheck(
        key="groups_fresh",
        title=gettext_lazy("Genoeg groepen"),
        why=gettext_lazy("Wie zoekt en niets vindt, of voor een dichte deur staat, zoekt niet nog een keer."),
        check=enough_fresh_groups,
        blocking=True,
    ),
)
