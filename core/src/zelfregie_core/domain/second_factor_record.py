"""What is written down, and mailed to the owner, when a second factor changes."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from zelfregie_core.domain.mail import send_region_mail
from zelfregie_core.models import Branding

ON, OFF, RESET, CODES, CLOSED = "on", "off", "reset", "codes", "closed"
PREFIX = "zelfregie_core.second_factor_"

#: What happened -> what a filter of the log calls it, what the history says.
ACTIONS = {
    ON: (gettext_lazy("Tweede stap aanzetten"), gettext_lazy("Tweede stap bij inloggen aangezet")),
    OFF: (gettext_lazy("Tweede stap uitzetten"), gettext_lazy("Tweede stap bij inloggen uitgezet")),
    RESET: (gettext_lazy("Tweede stap van een ander uitzetten"), gettext_lazy("Tweede stap uitgezet door een ander")),
    CODES: (gettext_lazy("Reservecodes maken"), gettext_lazy("Nieuwe reservecodes gemaakt")),
    CLOSED: (gettext_lazy("Te veel verkeerde codes"), gettext_lazy("Te vaak een verkeerde code bij het inloggen")),
}


def register_actions(registry: Any) -> None:
    """Tell Wagtail's log, once per process, what happens to second factors."""
    for kind, (label, message) in ACTIONS.items():
        registry.register_action(PREFIX + kind, label, message)


def record(kind: str, user: Any, by: Any = None) -> None:
    """Write in the log what happened to the second factor of ``user``, and mail it to them after the transaction.

    :param by: who did it; None for the command line and for what happened by itself.
    """
    from zelfregie_core.tasks import mail_second_factor_task  # noqa: PLC0415 -- tasks need loaded settings

    log(user, PREFIX + kind, user=by)
    if user.email:
        transaction.on_commit(lambda: mail_second_factor_task.enqueue(kind, user.pk))


def mail_owner(kind: str, user_pk: int) -> bool:
    """Mail somebody what happened to their second factor; False when they are gone or have no address."""
    user = get_user_model()._default_manager.filter(pk=user_pk).first()
    if user is None or not user.email:
        return False
    site_name = Branding.load().site_name
    subjects = {
        ON: _("Je tweede stap bij inloggen staat aan"),
        OFF: _("Je tweede stap bij inloggen staat uit"),
        RESET: _("Je tweede stap bij inloggen is uitgezet door een beheerder"),
        CODES: _("Je hebt nieuwe reservecodes"),
        CLOSED: _("Iemand typte te vaak een verkeerde code"),
    }
    body = render_to_string("zelfregie_core/mail/second_factor.txt", {"kind": kind, "site_name": site_name})
    return bool(send_region_mail(subjects[kind], body, [user.email]))
