"""What the demonstration's web server serves: the platform, and the mail page at a host name of its own."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from zelfregie_tenants.embedded.mail_page import MailPage
from zelfregie_tenants.embedded.paths import var_directory
from zelfregie_tenants.wsgi import application as platform

MAIL_HOST = "mail.localhost"

_mail_page = MailPage(var_directory() / "mail")


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Hand the request to the mail page or to the platform, by its host."""
    host = environ.get("HTTP_HOST", "").partition(":")[0].lower()
    answer = _mail_page if host == MAIL_HOST else platform
    return answer(environ, start_response)
