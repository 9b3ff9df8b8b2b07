"""Headers of pages whose address is a secret, or leads to one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def private_page(*, has_form: bool) -> Callable[[View], View]:
    """Keep a page out of caches and search engines, and its address out of other hosts' logs.

    :param has_form: a page that posts needs ``same-origin``: with ``no-referrer`` a browser sends ``Origin: null``,
        which the protection against forged requests refuses. Neither tells another host anything.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            response.headers["Referrer-Policy"] = "same-origin" if has_form else "no-referrer"
            return response

        return wrapped

    return decorate
