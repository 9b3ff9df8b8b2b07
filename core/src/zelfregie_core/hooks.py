"""Core's own use of the plugin hooks: what every region has."""

import datetime as dt
from collections.abc import Sequence

from zelfregie_core.domain.privacy.accounts import ACCOUNTS
from zelfregie_core.domain.privacy.content import CONTENT
from zelfregie_core.domain.readiness.checks import CHECKS
from zelfregie_core.domain.roles import Role
from zelfregie_core.plugins import NotPersonal, PermissionSet, PersonalData, ReadinessCheck, ScheduledTask, hookimpl
from zelfregie_core.tasks import keep_terms_task

ADMIN = ("wagtailadmin.access_admin",)
THEMES = ("zelfregie_core.change_theme", "zelfregie_core.view_theme")


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    return [
        PermissionSet(Role.EDITOR, ADMIN),
        PermissionSet(Role.MODERATOR, (*ADMIN, *THEMES)),
        PermissionSet(
            Role.ADMINISTRATOR,
            (
                *ADMIN,
                *THEMES,
                "zelfregie_core.add_theme",
                "zelfregie_core.delete_theme",
                "zelfregie_core.change_branding",
                "zelfregie_core.change_sitesettings",
                "auth.add_user",
                "auth.change_user",
                "auth.delete_user",
                "wagtailredirects.add_redirect",
                "wagtailredirects.change_redirect",
                "wagtailredirects.delete_redirect",
            ),
        ),
        PermissionSet(Role.COORDINATOR, ADMIN),
    ]


@hookimpl
def register_readiness_checks() -> Sequence[ReadinessCheck]:
    return CHECKS


@hookimpl
def register_personal_data() -> Sequence[PersonalData | NotPersonal]:
    return [*ACCOUNTS, *CONTENT]


@hookimpl
def register_scheduled_tasks() -> Sequence[ScheduledTask]:
    return [ScheduledTask(keep_terms_task, every=dt.timedelta(days=1), always=True)]
