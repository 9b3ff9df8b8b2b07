"""The things that can be done to many groups at once: what they are called, who may, and what they do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zelfregie_core.models import Theme
from zelfregie_groups.domain import editing
from zelfregie_groups.models import Group


class StatusForm(forms.Form):
    """Which state."""

    status = forms.ChoiceField(label=_("Stand"), choices=Group.Status.choices, widget=forms.RadioSelect)


class ThemeForm(forms.Form):
    """Which theme."""

    theme = forms.ModelChoiceField(label=_("Thema"), queryset=Theme.objects.order_by("name"), empty_label=_("Kies"))


@dataclass(frozen=True)
class BulkKind:
    """Something that is done to many groups.

    :param permission: what one must be allowed to do to a group.
    :param question: given the number of groups, what the page asks.
    :param done: given the number, what is said afterwards.
    :param run: does it: ids, the checked form, who.
    """

    slug: str
    permission: str
    label: Promise
    aria_label: Promise
    question: Callable[[int], str]
    done: Callable[[int], str]
    run: Callable[[Sequence[int], Mapping[str, Any], Any], object]
    form_class: type[forms.Form] = forms.Form
    classname: str = ""

    def execute(self, ids: Sequence[int], cleaned: Mapping[str, Any], user: Any) -> None:
        """Do it to all of them, or to none when something goes wrong."""
        self.run(ids, cleaned, user)


_ALL = (
    BulkKind(
        "publish", "change", _("Zet op de site"), _("Zet de gekozen groepen op de site"),
        lambda n: ngettext("Wil je %(n)s groep op de site zetten?", "Wil je %(n)s groepen op de site zetten?", n)
        % {"n": n},
        lambda n: ngettext("%(n)s groep staat op de site.", "%(n)s groepen staan op de site.", n) % {"n": n},
        lambda ids, cleaned, user: editing.set_published(ids, True, user),
    ),
    BulkKind(
        "unpublish", "change", _("Haal van de site"), _("Haal de gekozen groepen van de site"),
        lambda n: ngettext(
            "Wil je %(n)s groep van de site halen? Alleen de redactie ziet de groep dan nog.",
            "Wil je %(n)s groepen van de site halen? Alleen de redactie ziet ze dan nog.",
            n,
        ) % {"n": n},
        lambda n: ngettext("%(n)s groep is van de site.", "%(n)s groepen zijn van de site.", n) % {"n": n},
        lambda ids, cleaned, user: editing.set_published(ids, False, user),
    ),
    BulkKind(
        "confirm", "change", _("Nagekeken vandaag"), _("Zeg dat de gekozen groepen vandaag zijn nagekeken"),
        lambda n: ngettext(
            "Heb je van %(n)s groep nagekeken of alles nog klopt?",
            "Heb je van %(n)s groepen nagekeken of alles nog klopt?",
            n,
        ) % {"n": n},
        lambda n: ngettext("%(n)s groep is nagekeken.", "%(n)s groepen zijn nagekeken.", n) % {"n": n},
        lambda ids, cleaned, user: editing.confirm_today(ids, user),
    ),
    BulkKind(
        "status", "change", _("Verander de stand"), _("Verander de stand van de gekozen groepen"),
        lambda n: ngettext("Welke stand krijgt %(n)s groep?", "Welke stand krijgen %(n)s groepen?", n) % {"n": n},
        lambda n: ngettext("De stand van %(n)s groep is veranderd.", "De stand van %(n)s groepen is veranderd.", n)
        % {"n": n},
        lambda ids, cleaned, user: editing.set_status(ids, cleaned["status"], user),
        StatusForm,
    ),
    BulkKind(
        "add-theme", "change", _("Thema erbij"), _("Geef de gekozen groepen een thema erbij"),
        lambda n: ngettext("Welk thema krijgt %(n)s groep erbij?", "Welk thema krijgen %(n)s groepen erbij?", n)
        % {"n": n},
        lambda n: ngettext("%(n)s groep heeft het thema.", "%(n)s groepen hebben het thema.", n) % {"n": n},
        lambda ids, cleaned, user: editing.add_theme(ids, cleaned["theme"], user),
        ThemeForm,
    ),
    BulkKind(
        "remove-theme", "change", _("Thema weg"), _("Haal een thema weg bij de gekozen groepen"),
        lambda n: ngettext("Welk thema gaat weg bij %(n)s groep?", "Welk thema gaat weg bij %(n)s groepen?", n)
        % {"n": n},
        lambda n: ngettext("Bij %(n)s groep is het thema weg.", "Bij %(n)s groepen is het thema weg.", n) % {"n": n},
        lambda ids, cleaned, user: editing.remove_theme(ids, cleaned["theme"], user),
        ThemeForm,
    ),
    BulkKind(
        "delete", "delete", _("Verwijder"), _("Verwijder de gekozen groepen"),
        lambda n: ngettext(
            "Wil je %(n)s groep verwijderen? Dat kun je niet ongedaan maken.",
            "Wil je %(n)s groepen verwijderen? Dat kun je niet ongedaan maken.",
            n,
        ) % {"n": n},
        lambda n: ngettext("%(n)s groep is verwijderd.", "%(n)s groepen zijn verwijderd.", n) % {"n": n},
        lambda ids, cleaned, user: editing.delete_groups(ids, user),
        classname="serious",
    ),
)  # fmt: skip

KINDS = {kind.slug: kind for kind in _ALL}
