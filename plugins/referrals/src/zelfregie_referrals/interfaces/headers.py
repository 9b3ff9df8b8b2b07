"""Headers of pages whose address is a secret, or leads to one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

View = Callable[..., HttpResponse]


def secret_address(*, has_form: bool) -> Callable[[View], View]:
    """Keep a page out of caches and search engines, and its address out of other hosts' logs.

    :param has_form: a page that posts needs ``same-origin``: with ``no-referrer`` a browser sends ``Origin: null``,
        which the protection against forged requests refuses. Neither tells another host anything.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            response["X-Robots-Tag"] = "noindex, nofollow"
            response["Referrer-Policy"] = "same-origin" if has_form else "no-referrer"
            return response

        return wrapped

    return decorate
