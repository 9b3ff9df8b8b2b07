"""What is compressed on its way to the browser, and what is not."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from zelfregie_core.middleware import CompressionMiddleware

TEXT = b"Samen sterker. " * 100


def send(path: str, response: HttpResponse) -> HttpResponse:
    request = RequestFactory().get(path, headers={"Accept-Encoding": "gzip, br"})
    return CompressionMiddleware(lambda _request: response)(request)


def test_compression_of_a_public_page_keeps_its_text() -> None:
    response = send("/", HttpResponse(TEXT))

    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == TEXT


def test_compression_of_a_stylesheet_from_disk(tmp_path) -> None:
    (tmp_path / "tokens.css").write_bytes(TEXT)

    # The response itself stays open: closing it ends a request, for which Django looks at the database.
    with (tmp_path / "tokens.css").open("rb") as file:
        response = send("/static/tokens.css", FileResponse(file))
        compressed = b"".join(response.streaming_content)

    assert (response["Content-Encoding"], response.get("Content-Length")) == ("gzip", None)
    assert gzip.decompress(compressed) == TEXT


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/admin/", {}, 200),
        ("/-/referrals/praktijk/geheim/", {"Cache-Control": "no-store"}, 200),
        ("/static/letter.woff2", {"Content-Type": "font/woff2"}, 200),
        ("/static/tokens.css", {"Content-Type": "text/css"}, 206),
    ],
)
def test_compression_leaves_secrets_parts_and_binaries_alone(path: str, headers: dict, status: int) -> None:
    response = send(path, HttpResponse(TEXT, headers=headers, status=status))

    assert (response.get("Content-Encoding"), response.content) == (None, TEXT)
