"""The background of the map, fetched from a local stand-in that is fine, slow, broken or lying."""

import struct
import threading
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import caches

from zelfregie_groups.domain import tiles
from zelfregie_groups.interfaces import places

pytestmark = pytest.mark.django_db

HEERLEN = (12, 2116, 1373)


def png(size=256, extra=b""):
    """A real, one-coloured PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xee" * size for _row in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), extra, chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


TILE = png()


class Service:
    def __init__(self):
        self.status, self.body, self.pause, self.asked = 200, TILE, 0.0, []
        self.is_over = threading.Event()


@pytest.fixture
def service(noord, settings):
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            service.asked.append((self.path, sorted(self.headers.keys())))
            service.is_over.wait(service.pause)
            with suppress(OSError):  # who asked may be gone
                self.send_response(service.status)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(service.body)))
                self.end_headers()
                self.wfile.write(service.body)

        def log_message(self, *_arguments):
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.ZELFREGIE_TILES_URL = f"http://127.0.0.1:{server.server_port}/kaart/{{z}}/{{x}}/{{y}}.png"
    for cache in (caches["default"], caches["tiles"]):
        cache.clear()
    tiles.breaker.reset()
    yield service
    service.is_over.set()
    server.shutdown()
    server.server_close()
    tiles.breaker.reset()


def address(zoom, column, row):
    return f"/-/groups/kaart/{zoom}/{column}/{row}.png"


def test_a_tile_is_fetched_once_and_kept_a_week(service, client):
    answers = [client.get(address(*HEERLEN)) for _time in range(2)]

    assert [(answer.content, answer["Content-Type"]) for answer in answers] == [(TILE, "image/png")] * 2
    assert answers[0]["Cache-Control"] == "public, max-age=604800"
    assert "Set-Cookie" not in answers[0]
    assert [path for path, _headers in service.asked] == ["/kaart/12/2116/1373.png"]


def test_nothing_about_the_visitor_goes_outside(service, client):
    client.get(
        address(*HEERLEN),
        headers={"user-agent": "Firefox", "referer": "http://noord.test/groepen/?plaats=6411", "cookie": "a=b"},
        REMOTE_ADDR="192.0.2.7",
    )

    assert service.asked == [("/kaart/12/2116/1373.png", ["Accept", "Accept-Encoding", "Host", "User-Agent"])]


@pytest.mark.parametrize(
    "tile",
    [
        (5, 16, 10),
        (17, 67712, 43968),
        (0, 0, 0),
        (12, 0, 0),
        (12, 1373, 2116),
        (12, 4095, 4095),
        (6, 64, 64),
        (16, 10**30, 10**30),
        (10**30, 1, 1),
    ],
)
def test_tiles_outside_the_netherlands_or_the_zooms_are_not_asked_for(service, client, tile):
    assert (client.get(address(*tile)).status_code, service.asked) == (404, [])


@pytest.mark.parametrize("path", ["12/-1/5.png", "12/2116/1373.jpg", "a/b/c.png", "12/2116/../1373.png"])
def test_other_addresses_are_no_tiles(service, client, path):
    assert (client.get(f"/-/groups/kaart/{path}").status_code, service.asked) == (404, [])


def test_every_corner_of_the_netherlands_is_in_bounds_at_every_zoom():
    corners = [(50.75, 5.91), (53.56, 6.9), (51.2, 3.36), (52.4, 7.2)]

    missing = [
        (zoom, corner)
        for zoom in range(tiles.MIN_ZOOM, tiles.MAX_ZOOM + 1)
        for corner in corners
        if not tiles.is_in_bounds(zoom, *tiles.tile_of(zoom, *corner))
    ]

    assert missing == []
    assert tiles.tile_of(12, 50.8837, 5.9815) == HEERLEN[1:]


def test_without_an_address_there_is_no_background(service, client, settings):
    before = tiles.tiles_url()
    settings.ZELFREGIE_TILES_URL = ""

    assert (before, tiles.tiles_url()) == ("/-/groups/kaart/{z}/{x}/{y}.png", "")
    assert (client.get(address(*HEERLEN)).status_code, service.asked) == (404, [])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, TILE),
        (404, TILE),
        (302, b""),
        (200, b""),
        (200, b"<html>Onderhoud</html>"),
        (200, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        (200, b"GIF89a" + TILE[6:]),
        (200, TILE[:-20]),
        (200, png(1024)),
        (200, TILE[:40] + b"x" * 300_000 + TILE[-12:]),
    ],
)
def test_what_is_no_tile_is_not_shown_nor_kept(service, client, status, body):
    service.status, service.body = status, body
    refused = client.get(address(*HEERLEN))
    service.status, service.body = 200, TILE

    assert (refused.status_code, refused.content) == (404, b"")
    assert refused["Cache-Control"] == "public, max-age=60"
    assert client.get(address(*HEERLEN)).content == TILE


def test_a_slow_service_is_left_alone_after_three_times(service, client):
    service.pause = 4

    codes = [client.get(address(12, 2116, 1373 + number)).status_code for number in range(5)]

    assert (codes, len(service.asked)) == ([404] * 5, 3)


def test_who_wants_too_many_new_tiles_waits_but_sees_the_kept_ones(service, client, monkeypatch):
    monkeypatch.setattr(places, "NEW_TILES", places.Limit("groups:tiles", tries=2, seconds=60))

    codes = [client.get(address(12, 2116, 1373 + number)).status_code for number in (0, 1, 2, 0)]

    assert codes == [200, 200, 429, 200]
