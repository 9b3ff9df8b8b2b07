"""Uploads in a bucket: what holds for a folder holds for it, in two regions that share it. A real server answers."""

import logging
from pathlib import Path

import boto3
import pytest
from backup_files import fill
from botocore.config import Config
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django_tenants.utils import tenant_context
from moto.server import ThreadedMotoServer
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from zelfregie_tenants.domain.backup import media
from zelfregie_tenants.domain.backup.make import backup_region
from zelfregie_tenants.domain.backup.restore import restore_region
from zelfregie_tenants.domain.leaving.erase import erase_region
from zelfregie_tenants.media import StoreAway
from zelfregie_tenants.monitoring.probes import ask_media
from zelfregie_tenants.testing.fixtures import align_numbers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server():
    """The program, with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    program = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    program.start()
    host, port = program.get_host_and_port()
    yield f"http://{host}:{port}"
    program.stop()


@pytest.fixture
def bucket(server, settings):
    """The bucket in which this installation keeps its uploads; gives the keys that are in it."""
    client = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="proef",
        aws_secret_access_key="proef",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket="zelfregie")
    settings.STORAGES = settings.STORAGES | {"default": storage(server)}
    yield lambda: [found["Key"] for found in client.list_objects_v2(Bucket="zelfregie").get("Contents", [])]
    for found in client.list_objects_v2(Bucket="zelfregie").get("Contents", []):
        client.delete_object(Bucket="zelfregie", Key=found["Key"])
    client.delete_bucket(Bucket="zelfregie")


def storage(server):
    return {
        "BACKEND": "zelfregie_tenants.object_storage.RegionObjectStorage",
        "OPTIONS": {
            "bucket_name": "zelfregie",
            "endpoint_url": server,
            "region_name": "us-east-1",
            "access_key": "proef",
            "secret_key": "proef",
        },
    }


def body(response):
    return b"".join(response.streaming_content)


def test_regions_share_the_bucket_and_no_file(bucket, noord, zuid, region_client):
    for region in (noord, zuid):
        with tenant_context(region):
            stored = default_storage.save("images/foto.png", ContentFile(region.slug.encode()))
            assert (stored, default_storage.url(stored)) == ("images/foto.png", "/media/images/foto.png")
    with tenant_context(noord):
        second = default_storage.save("images/foto.png", ContentFile(b"later"))

    answers = [region_client(region).get("/media/images/foto.png") for region in (noord, zuid)]
    with tenant_context(zuid):
        seen = default_storage.listdir("images")
        hidden = default_storage.exists(second)

    assert [body(answer) for answer in answers] == [b"noord", b"zuid"]
    assert answers[0].headers["Content-Length"] == "5"
    assert (seen, hidden) == (([], ["foto.png"]), False)
    assert bucket() == ["region_noord/images/foto.png", f"region_noord/{second}", "region_zuid/images/foto.png"]


@pytest.mark.parametrize(
    "name", ["../region_zuid/images/foto.png", "images/../../region_zuid/foto.png", "/region_zuid/foto.png", ".."]
)
def test_no_name_leads_into_another_region(bucket, noord, zuid, client, name):
    with tenant_context(zuid):
        default_storage.save("images/foto.png", ContentFile(b"zuid"))

    for ask in (default_storage.exists, default_storage.open, default_storage.delete, default_storage.look_up):
        with pytest.raises(SuspiciousFileOperation):
            ask(name)
    answer = client.get(f"/media/{name}")

    assert answer.status_code == 404
    assert bucket() == ["region_zuid/images/foto.png"]


def test_documents_are_asked_for_each_time_and_originals_are_for_editors(bucket, noord, client):
    secret = Collection.get_first_root_node().add_child(name="Besloten")
    CollectionViewRestriction.objects.create(collection=secret, restriction_type=CollectionViewRestriction.LOGIN)
    papers = [
        get_document_model().objects.create(
            title="Verslag", file=ContentFile(b"inhoud", "verslag.pdf"), collection=collection
        )
        for collection in (Collection.get_first_root_node(), secret)
    ]
    default_storage.save("original_images/huis.jpg", ContentFile(b"plaats"))

    by_guess = [client.get(default_storage.url(paper.file.name)).status_code for paper in papers]
    given, refused = (client.get(paper.url) for paper in papers)
    original = client.get("/media/original_images/huis.jpg").status_code
    client.force_login(get_user_model().objects.create_superuser("anna"))
    to_editor = client.get("/media/original_images/huis.jpg")

    assert by_guess == [404, 404]
    assert (given.status_code, body(given)) == (200, b"inhoud")
    assert refused.status_code == 302
    assert "/login/" in refused.url
    assert (original, body(to_editor), to_editor.headers["Cache-Control"]) == (404, b"plaats", "private, no-store")


def test_region_is_backed_up_restored_and_erased(bucket, noord, zuid, settings, tmp_path):
    settings.ZELFREGIE_BACKUP_DIR = str(tmp_path / "kopieën")
    fill([noord, zuid], align_numbers)
    before = {name: b"".join(media.read_file("region_noord", name)) for name in media.file_names("region_noord")}
    connection.set_schema_to_public()
    backup = backup_region(noord)
    with tenant_context(noord):
        default_storage.delete("foto.jpg")
        default_storage.save("images/nieuw.jpg", ContentFile(b"van later"))

    restore_region(Path(backup.location), replace="noord")
    after = {name: b"".join(media.read_file("region_noord", name)) for name in media.file_names("region_noord")}
    erased = erase_region("noord", operator="els", without_backup=True)

    assert after == before
    assert erased.traces == 0
    assert [key for key in bucket() if not key.startswith("region_zuid/")] == []
    assert len(bucket()) == len(before)


def test_store_that_is_away_is_said_at_once_and_nothing_else_breaks(bucket, server, noord, client, settings):
    default_storage.save("images/foto.png", ContentFile(b"foto"))
    ask_media()
    settings.STORAGES = settings.STORAGES | {"default": storage("http://127.0.0.1:9")}

    answer = client.get("/media/images/foto.png")
    page = client.get("/")

    assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (503, "30", b"")
    assert page.status_code == 200
    with pytest.raises(StoreAway):
        ask_media()
    with pytest.raises(StoreAway), default_storage.open("images/foto.png") as file:
        file.read()


def test_bucket_that_is_not_there_is_said(server, settings, noord):
    settings.STORAGES = settings.STORAGES | {"default": storage(server)}

    with pytest.raises(StoreAway, match="NoSuchBucket"):
        ask_media()
