"""What Wagtail's log calls the things that happen to groups."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry

CREATE = "zelfregie_groups.create"
EDIT = "zelfregie_groups.edit"
DELETE = "zelfregie_groups.delete"
PUBLISH = "zelfregie_groups.publish"
UNPUBLISH = "zelfregie_groups.unpublish"
CONFIRM = "zelfregie_groups.confirm"
SET_STATUS = "zelfregie_groups.set_status"
ADD_THEME = "zelfregie_groups.add_theme"
REMOVE_THEME = "zelfregie_groups.remove_theme"
REVERT = "zelfregie_groups.revert"
MERGE = "zelfregie_groups.merge"
IMPORT = "zelfregie_groups.import"
UNDO_IMPORT = "zelfregie_groups.undo_import"
ELSEWHERE = "zelfregie_groups.elsewhere"

#: Action -> what a filter calls it, what the history says.
ACTIONS = {
    CREATE: (_("Maken"), _("Groep gemaakt")),
    EDIT: (_("Wijzigen"), _("Groep gewijzigd")),
    DELETE: (_("Verwijderen"), _("Groep verwijderd")),
    PUBLISH: (_("Op de site zetten"), _("Groep op de site gezet")),
    UNPUBLISH: (_("Van de site halen"), _("Groep van de site gehaald")),
    CONFIRM: (_("Nakijken"), _("Nagekeken: alles klopt")),
    SET_STATUS: (_("Stand veranderen"), _("Stand veranderd")),
    ADD_THEME: (_("Thema toevoegen"), _("Thema toegevoegd")),
    REMOVE_THEME: (_("Thema weghalen"), _("Thema weggehaald")),
    REVERT: (_("Terugzetten"), _("Teruggezet naar een eerdere versie")),
    MERGE: (_("Samenvoegen"), _("Samengevoegd met een andere groep")),
    IMPORT: (_("Importeren"), _("Gewijzigd door een import")),
    UNDO_IMPORT: (_("Import terugdraaien"), _("Teruggezet: een import is teruggedraaid")),
    ELSEWHERE: (_("Buiten de redactie"), _("Gewijzigd buiten het beheer om")),
}


def register_actions() -> None:
    """Tell Wagtail's log, once per process, what the actions on a group are called."""
    for action, (label, message) in ACTIONS.items():
        registry.register_action(action, label, message)


def message_of(action: str, data: Mapping[str, Any]) -> str:
    """Return what the history says of an action, with the name of what it was done with."""
    if action == MERGE and data.get("name"):
        return gettext("Samengevoegd met ‘%(name)s’") % {"name": data["name"]}
    if action == IMPORT and data.get("source"):
        return gettext("Gewijzigd door een import van ‘%(name)s’") % {"name": data["source"]}
    return str(ACTIONS[action][1]) if action in ACTIONS else action
