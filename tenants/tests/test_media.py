"""Files of a region are served by that region only, and only from its own folder."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tenants.utils import tenant_context


@pytest.fixture
def photos(noord, zuid):
    """A file of the same name in each region."""
    for region in (noord, zuid):
        with tenant_context(region):
            default_storage.save("images/foto.png", ContentFile(region.slug.encode()))


def body(response):
    return b"".join(response.streaming_content)


def test_same_path_is_another_file_in_each_region(photos, noord, zuid, region_client, settings):
    answers = [body(region_client(region).get("/media/images/foto.png")) for region in (noord, zuid)]

    assert answers == [b"noord", b"zuid"]
    assert (Path(settings.MEDIA_ROOT) / "region_zuid/images/foto.png").read_bytes() == b"zuid"


def test_address_of_a_file_does_not_name_the_schema(photos):
    assert default_storage.url("images/foto.png") == "/media/images/foto.png"


@pytest.mark.parametrize(
    "path",
    [
        "../region_zuid/images/foto.png",
        "images/../../region_zuid/images/foto.png",
        "..%2fregion_zuid%2fimages%2ffoto.png",
        "images/%2e%2e/%2e%2e/region_zuid/images/foto.png",
        "images/..%5c..%5cregion_zuid%5cimages%5cfoto.png",
        "/region_zuid/images/foto.png",
        "//etc/passwd",
        "images",
        "images/",
        "images/./foto.png",
        "foto.png",
        "images/foto.png%00",
        "koppeling/foto.png",
    ],
)
def test_no_path_leads_out_of_the_folder_of_the_region(photos, client, settings, path):
    (Path(settings.MEDIA_ROOT) / "region_noord/koppeling").symlink_to(Path(settings.MEDIA_ROOT) / "region_zuid/images")

    assert client.get(f"/media/{path}").status_code == 404


def test_documents_are_left_to_wagtail(noord, client):
    default_storage.save("documents/verslag.pdf", ContentFile(b"geheim"))

    assert client.get("/media/documents/verslag.pdf").status_code == 404


def test_originals_are_for_who_works_on_the_site(noord, client):
    default_storage.save("original_images/huis.jpg", ContentFile(b"plaats"))
    visitor = client.get("/media/original_images/huis.jpg")
    client.force_login(get_user_model().objects.create_superuser("anna"))

    editor = client.get("/media/original_images/huis.jpg")

    assert visitor.status_code == 404
    assert (body(editor), editor.headers["Cache-Control"]) == (b"plaats", "private, no-store")


@pytest.mark.parametrize(
    ("name", "disposition"), [("a.png", "inline"), ("a.html", "attachment"), ("a.xyz", "attachment")]
)
def test_uploaded_file_never_runs_in_the_browser(noord, client, name, disposition):
    default_storage.save(f"merk/{name}", ContentFile(b"<script>"))

    response = client.get(f"/media/merk/{name}")

    assert response.headers["Content-Disposition"].split(";")[0] == disposition
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    body(response)


def test_browser_that_has_the_file_is_told_so(photos, client):
    first = client.get("/media/images/foto.png")
    body(first)

    again = client.get("/media/images/foto.png", headers={"if-modified-since": first.headers["Last-Modified"]})

    assert again.status_code == 304
