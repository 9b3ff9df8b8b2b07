"""What all addresses with open data have in common: no cookies, any website may read them, nobody may exhaust them."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from zelfregie_core.domain.throttle import Limit, is_used_up, note, seconds_left
from zelfregie_groups.domain.export.parameters import BadParameter
from zelfregie_groups.domain.export.spool import Spooled, json_text

#: Two answers a second, all day long; a page of a list or one group.
ANSWERS = Limit("groups:open-data", tries=600, seconds=300)
#: Whole files, which cost the server much more.
FILES = Limit("groups:open-data-files", tries=30, seconds=600)
KEPT_SECONDS = 300
#: Anybody's page may read public data; no credentials come along with "*".
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Cache-Control",
    "Access-Control-Max-Age": "86400",
}
METHODS = ("GET", "HEAD", "OPTIONS")

View = Callable[..., HttpResponseBase]


class NotFound(Exception):
    """There is no such thing, or no longer; the message says so in English."""


def open_data(limit: Limit = ANSWERS) -> Callable[[View], View]:
    """Let a view serve open data: errors as RFC 9457 says, a limit per visitor's address, readable by any website."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = _answer(request, limit, lambda: view(request, *args, **kwargs))
            for name, value in CORS.items():
                response.headers[name] = value
            return response

        return wrapped

    return decorate


def _answer(request: HttpRequest, limit: Limit, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS), **PREFLIGHT})
    if request.method not in METHODS:
        detail = "This data can only be read. Use GET."
        return problem(405, "Method not allowed", detail, headers={"Allow": ", ".join(METHODS)})
    if is_used_up(request, limit):
        seconds = seconds_left(request, limit)
        detail = (
            f"You asked {limit.tries} times in {limit.seconds // 60} minutes. Wait {seconds} seconds and go on where "
            "you were. Larger pages, If-None-Match and modified_after let you ask less often."
        )
        return problem(429, "Too many requests", detail, headers={"Retry-After": str(seconds)})
    note(request, limit)
    try:
        return view()
    except BadParameter as error:
        detail = f"The parameter {error.name} cannot be used. {error.remedy}"
        return problem(400, "Bad parameter", detail, parameter=error.name)
    except NotFound as error:
        return problem(404, "Not found", str(error))


def problem(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> HttpResponse:
    """Return an error as RFC 9457 says it."""
    body = {"title": title, "status": status, "detail": detail, **members}
    return HttpResponse(
        json_text(body),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def send(
    request: HttpRequest,
    spooled: Spooled,
    content_type: str,
    *,
    file_name: str = "",
    modified: Any = None,
    has_etag: bool = True,
) -> HttpResponseBase:
    """Return what was written; 304 without a body when the client has it already.

    ``If-Modified-Since`` alone is not answered with 304: a group that went away makes a list no younger.

    :param modified: the last change among what is in it, an aware moment, or None.
    """
    headers = {"Cache-Control": f"public, max-age={KEPT_SECONDS}"}
    if has_etag:
        headers["ETag"] = spooled.etag
        # Looks at If-None-Match only, because no moment is handed in.
        same = get_conditional_response(request, etag=spooled.etag)
        if same is not None:
            spooled.file.close()
            for name, value in headers.items():
                same.headers[name] = value
            return same
    if modified is not None:
        headers["Last-Modified"] = http_date(modified.timestamp())
    # Not FileResponse's own guess of the size: it asks for a name on disk.
    headers["Content-Length"] = str(spooled.size)
    if request.method == "HEAD":
        spooled.file.close()
        return HttpResponse(content_type=content_type, headers=headers)
    return FileResponse(
        spooled.file, content_type=content_type, as_attachment=bool(file_name), filename=file_name, headers=headers
    )
