"""The pages of the admin about personal data: the register, and what one person asks. For administrators."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log

from zelfregie_core.domain.privacy import requests
from zelfregie_core.domain.privacy.package import package
from zelfregie_core.domain.privacy.register import register_of_activities
from zelfregie_core.interfaces.admin_pages import AdminPage
from zelfregie_core.models import SiteSettings
from zelfregie_core.plugins import ErasureRefused, Person

#: Who answers for the site's details answers for the data in it.
PERMISSION = "zelfregie_core.change_sitesettings"
EXPORTED, ERASED = "zelfregie_core.person_exported", "zelfregie_core.person_erased"


def register_actions(registry: Any) -> None:
    """Tell Wagtail's log, once per process, what was done for a person. Never for whom."""
    registry.register_action(EXPORTED, _("Gegevens meegeven"), _("Gegevens van een persoon meegegeven"))
    registry.register_action(ERASED, _("Gegevens wissen"), _("Gegevens van een persoon gewist"))


class AddressForm(forms.Form):
    """Asks of whom."""

    email = forms.CharField(
        label=_("E-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Hoofdletters maken niet uit. Een adres met iets achter een plusteken vinden we ook."),
    )

    def clean_email(self) -> str:
        """The address without what does not belong to it.

        :raises ValidationError: it is no address.
        """
        try:
            return Person(self.cleaned_data["email"]).email
        except ValueError as error:
            message = gettext("Dit is geen e-mailadres. Schrijf het als naam@voorbeeld.nl.")
            raise forms.ValidationError(message) from error


class ConfirmForm(AddressForm):
    """Asks to type the address once more, because erasing cannot be undone."""

    again = forms.CharField(
        label=_("Typ het e-mailadres nog een keer"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("email") and data.get("again", "").strip().casefold() != data["email"].casefold():
            self.add_error("again", gettext("Dit is een ander adres. Er is niets gewist."))
        return data


class PrivacyPage(AdminPage):
    """A page for administrators of the site."""

    def is_allowed(self) -> bool:
        return self.request.user.has_perm(PERMISSION)


class RegisterView(PrivacyPage):
    """The register of processing activities, as it is now; it prints well."""

    page_title = _("Privacy: wat de site bewaart")
    header_icon = "lock"
    template_name = "zelfregie_core/privacy/register.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(register=register_of_activities())


class DownloadView(PrivacyPage):
    """The same as a document."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = render_to_string("zelfregie_core/privacy/register.md", {"register": register_of_activities()})
        name = f"register-van-verwerkingen-{localdate():%Y-%m-%d}.md"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=headers)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PersonView(PrivacyPage):
    """What there is of one person: look, hand over, erase. An address is only ever posted, so that no log has it."""

    page_title = _("Vraag van een persoon")
    header_icon = "user"
    template_name = "zelfregie_core/privacy/person.html"

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("privacy:index"), _("Privacy"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(form=AddressForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self.page(form=form)
        person = Person(form.cleaned_data["email"])
        act = {"export": self.hand_over, "erase": self.erase}.get(request.POST.get("act", ""), self.look)
        return act(person)

    def look(self, person: Person, confirm: ConfirmForm | None = None) -> HttpResponse:
        """Show what is there, and what erasing would leave."""
        refusal, before, after = "", None, None
        if person.users().filter(pk=self.request.user.pk).exists():
            refusal = gettext("Dit is je eigen account. Vraag een andere beheerder om het te wissen.")
        else:
            try:
                before, after = requests.rehearse(person)
            except ErasureRefused as error:
                refusal = str(error)
        # The address stands in the fields that the buttons send; nobody types it twice but to erase.
        return self.page(
            form=AddressForm({"email": person.email}),
            confirm=confirm or ConfirmForm(initial={"email": person.email}),
            plan=before or requests.look_up(person),
            after=after,
            refusal=refusal,
        )

    def hand_over(self, person: Person) -> HttpResponse:
        """The zip for the person."""
        data = package(requests.look_up(person))
        log(SiteSettings.load(), EXPORTED, user=self.request.user)
        headers = {"Content-Disposition": 'attachment; filename="gegevens.zip"'}
        return HttpResponse(data, content_type="application/zip", headers=headers)

    def erase(self, person: Person) -> HttpResponse:
        """Erase, when the address was typed once more, and show what is left."""
        form = ConfirmForm(self.request.POST)
        if not form.is_valid() or person.users().filter(pk=self.request.user.pk).exists():
            return self.look(person, form)
        try:
            before, _after = requests.erase(person)
        except ErasureRefused:
            return self.look(person)
        if before.found:
            log(SiteSettings.load(), ERASED, user=self.request.user)
            messages.success(self.request, gettext("De gegevens zijn gewist. Hieronder staat wat er nog is."))
        return self.look(person)


class PrivacyViewSet(ViewSet):
    """The addresses of the pages."""

    name = "privacy"
    url_prefix = "privacy"
    icon = "lock"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", RegisterView.as_view(), name="index"),
            path("register.md", DownloadView.as_view(), name="download"),
            path("persoon/", PersonView.as_view(), name="person"),
        ]


class PrivacyMenuItem(MenuItem):
    """Shown to administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


privacy_viewset = PrivacyViewSet()


def menu_item() -> MenuItem:
    """The item below the settings."""
    return PrivacyMenuItem(_("Privacy"), reverse_lazy("privacy:index"), name="privacy", icon_name="lock", order=120)
