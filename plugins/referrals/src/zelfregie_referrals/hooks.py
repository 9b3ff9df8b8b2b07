"""The hooks that the referrals plugin implements."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from zelfregie_core.domain.roles import Role
from zelfregie_core.domain.visible_pages import visible_pages
from zelfregie_core.plugins import (
    Action,
    ExportFile,
    Indicator,
    InstanceFile,
    NotPersonal,
    PermissionSet,
    PersonalData,
    Settings,
    StarterPage,
    hookimpl,
)
from zelfregie_referrals.domain import counts, imports, leaving, privacy
from zelfregie_referrals.domain.entrance import entrance_path
from zelfregie_referrals.interfaces.urls import urlpatterns
from zelfregie_referrals.interfaces.viewsets import ReferralsViewSetGroup
from zelfregie_referrals.models import Practice
from zelfregie_referrals.plugin_settings import ReferralSettings

#: The page on which a region explains referring to professionals, when its editors made one.
PROFESSIONALS_SLUG = "voor-zorgverleners"
VIEW = ("zelfregie_referrals.view_practice", "zelfregie_referrals.view_referralcard")
MANAGE = (*VIEW, "zelfregie_referrals.add_practice", "zelfregie_referrals.change_practice")

#: A card points at something, a group as a rule: some module must say what there is to point at.
REQUIRES = ("directory_entries",)


@hookimpl
def register_urls() -> Sequence[URLPattern]:
    return urlpatterns


@hookimpl
def register_viewsets() -> Sequence[ViewSetGroup]:
    return [ReferralsViewSetGroup()]


@hookimpl
def register_permission_sets() -> Sequence[PermissionSet]:
    return [
        PermissionSet(Role.EDITOR, VIEW),
        PermissionSet(Role.MODERATOR, MANAGE),
        PermissionSet(Role.ADMINISTRATOR, (*MANAGE, "zelfregie_referrals.delete_practice")),
    ]


@hookimpl
def register_starter_content() -> Sequence[StarterPage]:
    return [
        StarterPage(
            "zelfregie_referrals.CardPage",
            "kaart",
            _("Ik heb een verwijskaart"),
            in_menu=False,
            order=90,
            fields={
                "intro": _("Fijn dat je komt kijken. Met de code op je kaart zie je welke groep je is aangeraden.")
            },
        )
    ]


@hookimpl
def register_instance_files() -> Sequence[InstanceFile]:
    return [InstanceFile("practices.csv", imports.load_practices)]


@hookimpl
def register_indicators() -> Sequence[Indicator]:
    return [
        Indicator(
            "practices",
            _("Praktijken"),
            _("Praktijken die nu meedoen en verwijskaarten kunnen maken."),
            1,
            lambda: Practice.objects.active().count(),
        ),
        Indicator(
            "cards_made",
            _("Verwijskaarten gemaakt"),
            _("Alle verwijskaarten die praktijken sinds het begin hebben gemaakt."),
            1,
            lambda: counts.total("made"),
        ),
        Indicator(
            "cards_used",
            _("Verwijskaarten gebruikt"),
            _("Alle verwijskaarten die sinds het begin door een bezoeker zijn gebruikt."),
            1,
            lambda: counts.total("used"),
        ),
    ]


@hookimpl
def register_personal_data() -> Sequence[PersonalData | NotPersonal]:
    return privacy.DECLARED


@hookimpl
def register_settings() -> Sequence[Settings]:
    return [Settings(ReferralSettings)]


@hookimpl
def home_actions(request: HttpRequest) -> Sequence[Action]:
    actions = [
        Action(
            _("Ik heb een verwijskaart"),
            entrance_path(request),
            _("Kreeg je een kaart van je huisarts of het wijkteam? Vul hier de code in."),
            "qrcode",
            30,
        )
    ]
    page = visible_pages(request).filter(slug=PROFESSIONALS_SLUG).first()
    if page is not None and (url := page.get_url(request)):
        actions.append(
            Action(
                _("Voor zorgverleners"),
                url,
                _("Geef je patiënt in drie klikken een kaart mee voor een groep die past."),
                "stethoscope",
                90,
            )
        )
    return actions


@hookimpl
def region_export() -> Sequence[ExportFile]:
    return leaving.export_files()
