"""What pages, images and the site's own details hold of people, and what only looks like it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, Revision, TaskState, UploadedFile, WorkflowState

from zelfregie_core.domain.privacy.accounts import STAFF
from zelfregie_core.models import SiteSettings
from zelfregie_core.plugins.personal_data import Erasure, LegalGround, NotPersonal, Person, PersonalData

WHO = _("Weten wie dit maakte, om iets te kunnen vragen.")
IT_STAYS = _("Het werk zelf blijft: het is van de organisatie. Wie het maakte, staat er niet meer bij.")


def _made_by(key: str, title: Any, model: Any, users: tuple[str, ...], more: tuple[str, ...] = ()) -> PersonalData:
    """A declaration of something that stays when its maker goes, without the name.

    :param users: fields that point at an account.
    :param more: other fields with something of the maker; only these are emptied besides.
    """

    def find(person: Person) -> Any:
        condition = Q(pk__in=[])
        for name in users:
            condition |= Q(**{f"{name}__in": person.users()})
        return model.objects.filter(condition)

    def erase(rows: list[Any], person: Person) -> None:
        ids = list(person.users().values_list("pk", flat=True))
        for name in users:
            own = model.objects.filter(pk__in=[row.pk for row in rows], **{f"{name}__in": ids})
            own.update(**{name: None}, **dict.fromkeys(more, ""))

    return PersonalData(
        key=key,
        title=title,
        model=model._meta.label,
        fields=(*users, *more),
        subjects=STAFF,
        what=_("Wie het deed."),
        purpose=WHO,
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=_("Zolang het er is, of tot het account weggaat."),
        find=find,
        export=lambda row, person: {_("Wat"): str(row), _("Nummer"): row.pk},
        erasure=Erasure.ANONYMISE,
        erase=erase,
        reason=IT_STAYS,
        order=700,
    )


CONTENT: Sequence[PersonalData | NotPersonal] = (
    _made_by("page_owners", _("Makers van pagina's"), Page, ("owner", "locked_by")),
    _made_by("revision_authors", _("Schrijvers van versies"), Revision, ("user",)),
    _made_by("image_uploaders", _("Wie een afbeelding toevoegde"), Image, ("uploaded_by_user",)),
    _made_by("document_uploaders", _("Wie een document toevoegde"), Document, ("uploaded_by_user",)),
    _made_by("uploads", _("Wie een bestand klaarzette"), UploadedFile, ("uploaded_by_user",)),
    _made_by("approvals_asked", _("Wie vroeg om plaatsen"), WorkflowState, ("requested_by",)),
    _made_by("approvals_given", _("Wie een tekst beoordeelde"), TaskState, ("finished_by",), ("comment",)),
    PersonalData(
        key="site_contacts",
        title=_("Contact van de organisatie"),
        model="zelfregie_core.SiteSettings",
        fields=("organisation_name", "email", "phone", "privacy_name", "privacy_email", "sender_email", "crisis_text"),
        subjects=_("Wie namens de organisatie bereikbaar is"),
        purpose=_("Bezoekers laten weten wie er achter de site zit, en wie vragen over privacy beantwoordt."),
        ground=LegalGround.LEGAL_DUTY,
        kept=_("Zolang iemand het contact is."),
        receivers=_("Iedereen: het staat op de site."),
        find=lambda person: SiteSettings.objects.filter(person.q("email", "privacy_email", "sender_email")),
        erasure=Erasure.REFUSE,
        reason=_(
            "De site moet zeggen bij wie je terechtkunt. Zet eerst iemand anders bij Instellingen, Gegevens van de "
            "site."
        ),
    ),
    NotPersonal(
        "wagtailcore.Page",
        ("title", "draft_title", "seo_title", "search_description", "url_path"),
        "What editors publish for everybody; an address in it is found by the search for mentions.",
    ),
    NotPersonal("wagtailcore.Revision", ("content", "object_str"), "Earlier texts of pages; as with pages."),
    NotPersonal("zelfregie_core.Theme", ("name",), "A word for a theme."),
    NotPersonal("zelfregie_core.Branding", ("site_name",), "The name of the site."),
    NotPersonal(
        "wagtailembeds.Embed",
        ("url", "html", "title", "author_name", "provider_name", "thumbnail_url"),
        "Embeds are off: no finder is configured.",
    ),
    NotPersonal("wagtailimages.Image", ("description",), "The text alternative of a picture on a page."),
    NotPersonal("wagtailsearch.IndexEntry", ("title_text", "body_text"), "What is on pages, made anew with them."),
    NotPersonal("wagtailcore.Site", ("hostname", "site_name"), "The address and name of the site."),
    NotPersonal("wagtailcore.Collection", ("name",), "The name of a folder of files."),
    NotPersonal("wagtailcore.CollectionViewRestriction", ("password",), "One password that visitors share."),
    NotPersonal("wagtailcore.PageViewRestriction", ("password",), "One password that visitors share."),
    NotPersonal("wagtailcore.Comment", ("contentpath", "position"), "Where in a page a comment stands."),
    NotPersonal("wagtailcore.ReferenceIndex", ("model_path", "content_path"), "Paths in the code."),
    NotPersonal("wagtailcore.Workflow", ("name",), "The name of a way of approving."),
    NotPersonal("wagtailcore.Task", ("name",), "The name of a step of approving."),
    NotPersonal("taggit.Tag", ("name",), "A word for images and documents."),
    NotPersonal("auth.Group", ("name",), "The name of a role."),
    NotPersonal("auth.Permission", ("name",), "What a role may."),
)
