"""Logging in to the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm


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
