"""Logging in to the admin: the password, and for who has a second factor a page that asks for its code."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, load_backend
from django.contrib.auth import login as open_session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic.edit import FormView
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import LoginView

from zelfregie_core.domain.second_factor import Answer, Verdict, check_code, has_second_factor
from zelfregie_core.interfaces.sessions import remember_shown
from zelfregie_core.models import SecondFactor

#: In the session, between the two pages: who gave a good password. Such a session opens nothing.
HALF_WAY = "login_half_way"
HALF_WAY_SECONDS = 10 * 60


class RegionLoginForm(LoginForm):
    """Wagtail's form, in the words of who fills it in: people are invited by e-mail and log in with that address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = _("E-mailadres"), _("Wachtwoord")
        name.widget.attrs |= {"placeholder": "", "autocomplete": "username", "inputmode": "email"}
        password.widget.attrs |= {"placeholder": "", "autocomplete": "current-password"}
        self.error_messages = {
            **self.error_messages,
            "invalid_login": _("Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog eens."),
        }


class CodeForm(forms.Form):
    """One field for both kinds of code: of the app, or a reserve code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Typ de code.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class RegionLoginView(LoginView):
    """Wagtail's login page; who has a second factor is not logged in here, but goes on to the page for the code."""

    def form_valid(self, form: RegionLoginForm) -> HttpResponse:
        user = form.get_user()
        if not has_second_factor(user):
            return super().form_valid(form)
        session = self.request.session
        session.cycle_key()
        session[HALF_WAY] = {
            "user": str(user.pk),
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "remember": bool(form.cleaned_data.get("remember")),
            "next": self.get_success_url(),
            "at": int(time.time()),
        }
        session.set_expiry(0)
        return redirect("zelfregie_login_code")


@method_decorator([sensitive_post_parameters(), csrf_protect], name="dispatch")
class LoginCodeView(FormView):
    """The second page of the login. Only a good code opens the session, under a new key."""

    template_name = "zelfregie_core/login_code.html"
    form_class = CodeForm

    def get_form(self, form_class: Any = None) -> CodeForm:
        form = super().get_form(form_class)
        form.fields["code"].widget.attrs["autofocus"] = True
        return form

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.half_way = request.session.get(HALF_WAY) or {}
        self.visitor = _visitor(self.half_way)
        if self.visitor is None:
            if request.session.pop(HALF_WAY, None):
                messages.error(request, gettext("Het duurde te lang. Log opnieuw in."))
            return redirect("wagtailadmin_login")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        answer = check_code(self.visitor, form.cleaned_data["code"])
        if not answer.is_good:
            form.add_error("code", _explain(answer))
            return self.form_invalid(form)
        self.request.session.cycle_key()
        open_session(self.request, self.visitor, backend=self.half_way["backend"])
        self.request.session.pop(HALF_WAY, None)
        factor = SecondFactor.objects.get(user_id=self.visitor.pk)
        remember_shown(self.request, factor)
        self.request.session.set_expiry(settings.SESSION_COOKIE_AGE if self.half_way["remember"] else 0)
        if answer.verdict == Verdict.GOOD_RESERVE:
            messages.warning(self.request, _tell_reserve(len(factor.reserve_codes)))
        return HttpResponseRedirect(self.half_way["next"])


def to_login(request: HttpRequest) -> HttpResponse:
    """Wagtail's other login page, for private pages of the site, is this one: it asks for a code as well."""
    query = request.GET.urlencode()
    return redirect(f"{reverse('wagtailadmin_login')}{'?' if query else ''}{query}")


def _visitor(half_way: dict[str, Any]) -> Any:
    """Who gave a good password a moment ago, and has not changed it since; None when there is nobody."""
    if not half_way or time.time() - half_way["at"] > HALF_WAY_SECONDS:
        return None
    if half_way["backend"] not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(half_way["backend"]).get_user(get_user_model()._meta.pk.to_python(half_way["user"]))
    if user is None or not constant_time_compare(half_way["password"], user.get_session_auth_hash()):
        return None
    return user


def _explain(answer: Answer) -> str:
    if answer.verdict == Verdict.USED:
        return gettext("Deze code is al gebruikt. Wacht tot de app een nieuwe code laat zien.")
    if answer.verdict == Verdict.CLOSED:
        sentence = gettext("Er is te vaak een verkeerde code getypt. Wacht %(time)s en probeer het dan opnieuw.")
        return sentence % {"time": _duration(answer.wait)}
    if answer.wait:
        sentence = gettext("Deze code klopt niet. Wacht %(time)s en probeer het dan opnieuw.")
        return sentence % {"time": _duration(answer.wait)}
    return gettext("Deze code klopt niet. Kijk in de app en typ de code die er nu staat.")


def _duration(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(number)d seconde", "%(number)d seconden", seconds) % {"number": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(number)d minuut", "%(number)d minuten", minutes) % {"number": minutes}


def _tell_reserve(left: int) -> str:
    if not left:
        return gettext("Je reservecodes zijn op. Maak nieuwe bij ‘Mijn account’.")
    sentence = ngettext(
        "Je hebt een reservecode gebruikt. Je hebt er nog %(number)d.",
        "Je hebt een reservecode gebruikt. Je hebt er nog %(number)d.",
        left,
    )
    return sentence % {"number": left}
