"""What Wagtail's log says about stories: who did what and when, never what was written."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log, registry

from zelfregie_stories.models import Story

PUBLISH = "zelfregie_stories.publish"
REJECT = "zelfregie_stories.reject"
TAKE_OFFLINE = "zelfregie_stories.take_offline"
WITHDRAW = "zelfregie_stories.withdraw"
ERASE = "zelfregie_stories.erase"

ACTIONS = {
    PUBLISH: (_("Plaatsen"), _("Verhaal geplaatst")),
    REJECT: (_("Niet plaatsen"), _("Verhaal niet geplaatst")),
    TAKE_OFFLINE: (_("Van de site halen"), _("Verhaal van de site gehaald")),
    WITHDRAW: (_("Terugtrekken"), _("Verhaal teruggetrokken door de schrijver")),
    ERASE: (_("Wissen"), _("Verhaal gewist")),
}


def register_actions() -> None:
    """Tell Wagtail's log, once per process, what the actions on a story are called."""
    for action, (label, message) in ACTIONS.items():
        registry.register_action(action, label, message)


def record(story: Story, action: str, user: Any = None) -> None:
    """Write one line in the log."""
    log(instance=story, action=action, user=user)
