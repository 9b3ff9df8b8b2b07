"""The pages of the admin about the second factor: one's own, and switching off somebody else's."""

from typing import Any
from urllib.parse import quote

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic.base import TemplateView
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from zelfregie_core.domain import second_factor
from zelfregie_core.domain.throttle import Limit, is_used_up, note
from zelfregie_core.interfaces.login import CodeForm
from zelfregie_core.interfaces.sessions import must_set_up, remember_shown
from zelfregie_core.models import Branding, SecondFactor

WRONG_PASSWORDS = Limit("core:second_factor_password", tries=10, seconds=15 * 60)
CHANGE_USER = "auth.change_user"


class PasswordForm(forms.Form):
    """Asks for the password once more, of who is logged in already."""

    password = forms.CharField(
        label=_("Je wachtwoord"),
        strip=False,
        error_messages={"required": _("Typ je wachtwoord.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if is_used_up(self.request, WRONG_PASSWORDS):
            raise forms.ValidationError(_("Dit is te vaak misgegaan. Probeer het over een kwartier opnieuw."))
        if not self.request.user.check_password(password):
            note(self.request, WRONG_PASSWORDS)
            raise forms.ValidationError(_("Dit wachtwoord klopt niet."))
        return password


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SecondFactorView(WagtailAdminTemplateMixin, TemplateView):
    """One's own second factor: set it up, make new reserve codes, switch it off."""

    page_title = _("Tweede stap bij inloggen")
    header_icon = "key"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        account = {"url": reverse("wagtailadmin_account"), "label": gettext("Account")}
        return [*self.breadcrumbs_items, account, {"url": "", "label": self.page_title}]

    @cached_property
    def factor(self) -> SecondFactor:
        return second_factor.begin(self.request.user)

    def get_template_names(self) -> list[str]:
        return [f"zelfregie_core/second_factor/{'on' if self.factor.confirmed_at else 'set_up'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.factor.confirmed_at:
            forms_of = {name: PasswordForm(self.request, prefix=name) for name in ("codes", "off")}
            return {**forms_of, "factor": self.factor, "left": len(self.factor.reserve_codes), **context}
        key = self.factor.key
        return {
            "form": CodeForm(),
            "qr_code": _qr_code(second_factor.setup_address(self.factor)),
            "key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
            "is_required": must_set_up(self.request.user),
            **context,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = {"confirm": self.confirm, "codes": self.renew, "off": self.switch_off}.get(request.POST.get("act", ""))
        return act() if act else redirect("zelfregie_second_factor")

    def confirm(self) -> HttpResponse:
        """Switch it on with a code of the app. The session in which this happens has shown the code."""
        if self.factor.confirmed_at:  # sent once more, by the browser or from another window
            return redirect("zelfregie_second_factor")
        form = CodeForm(self.request.POST)
        if form.is_valid():
            codes = second_factor.confirm(self.request.user, form.cleaned_data["code"])
            if codes is not None:
                remember_shown(self.request, self.factor)
                return self.show(codes)
            form.fields["code"].widget.attrs["autofocus"] = True
            form.add_error("code", gettext("Deze code klopt niet. Kijk in de app en typ de code die er nu staat."))
        return self.render_to_response(self.get_context_data(form=form))

    def renew(self) -> HttpResponse:
        """Make new reserve codes."""
        form = PasswordForm(self.request, self.request.POST, prefix="codes")
        if (
            self.factor.confirmed_at
            and form.is_valid()
            and (codes := second_factor.renew_reserve_codes(form.request.user))
        ):
            return self.show(codes)
        return self.render_to_response(self.get_context_data(codes=form))

    def switch_off(self) -> HttpResponse:
        """Take it away; a password is enough from now on."""
        form = PasswordForm(self.request, self.request.POST, prefix="off")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(off=form))
        if second_factor.remove(self.request.user, by=self.request.user):
            messages.success(self.request, gettext("Je tweede stap staat uit. Je logt nu in met alleen je wachtwoord."))
        return redirect("wagtailadmin_account")

    def show(self, codes: list[str]) -> HttpResponse:
        """Show the reserve codes. This answer is the only place where they ever stand."""
        text = "\n".join([Branding.load().site_name, gettext("Reservecodes. Elke code werkt één keer."), *codes, ""])
        context = super().get_context_data(codes=codes, download=f"data:text/plain;charset=utf-8,{quote(text)}")
        self.template_name = "zelfregie_core/second_factor/codes.html"
        return self.response_class(self.request, [self.template_name], context, using=self.template_engine)


class ResetSecondFactorView(WagtailAdminTemplateMixin, TemplateView):
    """Switch off somebody else's second factor, for who has lost phone and reserve codes."""

    template_name = "zelfregie_core/second_factor/reset.html"
    page_title = _("Tweede stap uitzetten")
    header_icon = "key"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.owner = get_object_or_404(get_user_model(), pk=kwargs["pk"])
        if not may_reset(request.user, self.owner):
            raise PermissionDenied

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        users = {"url": reverse("wagtailusers_users:index"), "label": gettext("Gebruikers")}
        title = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, users, title]

    def get_page_subtitle(self) -> str:
        return _name(self.owner)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            name=_name(self.owner), has_one=second_factor.has_second_factor(self.owner), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if second_factor.remove(self.owner, by=request.user):
            sentence = gettext("De tweede stap van %(name)s staat uit. We hebben dat gemaild.")
            messages.success(request, sentence % {"name": _name(self.owner)})
        return redirect("wagtailusers_users:index")


class SecondFactorPanel(BaseSettingsPanel):
    """On the account page: whether it is on, and the way to its own page."""

    name = "second_factor"
    title = _("Tweede stap bij inloggen")
    order = 510

    def get_form(self) -> forms.Form:
        return forms.Form()  # unbound: nothing is saved with the account page

    def render(self) -> str:
        context = {"is_on": second_factor.has_second_factor(self.user)}
        return render_to_string("zelfregie_core/second_factor/panel.html", context, request=self.request)


def reset_button(user: Any, request_user: Any) -> Button | None:
    """The button in the list of users; None where there is nothing to reset or it is not allowed.

    One query for the whole list: the answer stays with who looks at it.
    """
    if not hasattr(request_user, "_with_second_factor"):
        request_user._with_second_factor = set(second_factor.users_with_second_factor().values_list("pk", flat=True))
    if user.pk not in request_user._with_second_factor or not may_reset(request_user, user):
        return None
    return Button(
        gettext("Tweede stap uitzetten"),
        url=reverse("zelfregie_second_factor_reset", args=[user.pk]),
        icon_name="key",
        priority=40,
    )


def may_reset(actor: Any, owner: Any) -> bool:
    """True iff ``actor`` may switch off the second factor of ``owner``; for one's own the password is asked."""
    outranked = owner.is_superuser and not actor.is_superuser
    return actor.has_perm(CHANGE_USER) and actor.pk != owner.pk and not outranked


def admin_urls() -> list[URLPattern]:
    """Addresses below the admin, for who is logged in."""
    return [
        path("account/tweede-stap/", SecondFactorView.as_view(), name="zelfregie_second_factor"),
        path("users/<int:pk>/tweede-stap/", ResetSecondFactorView.as_view(), name="zelfregie_second_factor_reset"),
    ]


def _qr_code(address: str) -> SafeString:
    # Dark on white in the dark theme too, with the quiet zone that scanners need.
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(picture)  # noqa: S308 -- made by segno; what it holds is drawn, not written


def _name(user: Any) -> str:
    return user.get_full_name() or user.get_username()
