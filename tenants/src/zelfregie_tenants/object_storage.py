"""Uploaded files in an S3-compatible object store that several machines share: one private bucket, a prefix per region.

Only the application reads and writes the bucket. Visitors get files from the application, at the same addresses as
those of a folder, so that no browser talks to the store, and who may see what is decided in one place.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db import connection
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3File, S3Storage
from storages.utils import clean_name, safe_join

from zelfregie_tenants.media import StoreAway, Upload

#: So long is a store waited for that cannot be reached, and so long for its next bytes. A page waits with it.
CONNECT_SECONDS, READ_SECONDS = 3, 15
#: A file up to this size is read into memory, a larger one into a temporary file.
IN_MEMORY = 1 << 20


@contextmanager
def _store() -> Iterator[None]:
    """Say of everything that goes wrong with the store that it is away; what is not there is left to who asks."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "?")
        raise StoreAway(errno.EIO, f"The object store refuses: {code}") from error
    except BotoCoreError as error:
        raise StoreAway(errno.EIO, f"The object store does not answer: {type(error).__name__}") from error


def _asks_store(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def asked(*arguments: Any, **named: Any) -> Any:
        with _store():
            return method(*arguments, **named)

    return asked


class RegionObjectFile(S3File):
    """A file of the store; what goes wrong while it is read is a StoreAway, too."""

    _get_file = _asks_store(S3File._get_file)
    # The property of the class above holds the method of the class above.
    file = property(_get_file, S3File._set_file)


class RegionObjectStorage(S3Storage):
    """Objects below `<schema>/` in a bucket, at addresses without the schema: the host already says which region.

    The region is looked up with every call, as in `RegionStorage`: one storage serves all of them.
    """

    def __init__(self, **options: Any) -> None:
        """Take the options of django-storages; what keeps regions apart and files private is not among them."""
        fixed = {
            "location": "",
            # Never write over what is there: the name is changed instead.
            "file_overwrite": False,
            # What the bucket says of itself counts; many stores know no lists of rights per object.
            "default_acl": None,
            "max_memory_size": IN_MEMORY,
            "client_config": Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 2},
                signature_version="s3v4",
                s3={"addressing_style": options.pop("addressing_style", "path")},
                # Checksums that only Amazon knows are for who asks for them.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }
        super().__init__(**(options | fixed))

    def _normalize_name(self, name: str) -> str:
        """Return the key of a name in the current region.

        Raises:
            SuspiciousFileOperation: the name leads out of the region.
        """
        try:
            return safe_join(connection.schema_name, name)
        except ValueError as error:
            message = f"{name} leads out of the files of the region"
            raise SuspiciousFileOperation(message) from error

    def look_up(self, name: str) -> Upload | None:
        """Return a file of the current region, or None when there is none.

        Raises:
            SuspiciousFileOperation: the name leads out of the region.
            StoreAway: the store does not answer.
        """
        key = self._normalize_name(clean_name(name))
        try:
            with _store():
                found = self.connection.meta.client.head_object(Bucket=self.bucket_name, Key=key)
        except StoreAway as error:
            if _is_missing(error.__cause__):
                return None
            raise
        return Upload(int(found["LastModified"].timestamp()), partial(self._stream, key), found["ContentLength"])

    def _stream(self, key: str) -> Any:
        """Open an object to be read piece by piece, never as a whole."""
        with _store():
            return self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=key)["Body"]

    def url(self, name: str, *_arguments: object, **_named: object) -> str:
        """Return the address at which the application serves a file."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name).lstrip("/"))

    def try_writing(self) -> None:
        """Write an object and delete it.

        Raises:
            StoreAway: that does not work.
        """
        key = f".ready-{secrets.token_hex(8)}"
        with _store():
            self.connection.meta.client.put_object(Bucket=self.bucket_name, Key=key, Body=b"ready\n")
            self.connection.meta.client.delete_object(Bucket=self.bucket_name, Key=key)

    def _open(self, name: str, mode: str = "rb") -> RegionObjectFile:
        key = self._normalize_name(clean_name(name))
        with _store():
            file = RegionObjectFile(key, mode, self)
        file.name = name
        return file

    _save = _asks_store(S3Storage._save)
    delete = _asks_store(S3Storage.delete)
    exists = _asks_store(S3Storage.exists)
    listdir = _asks_store(S3Storage.listdir)
    size = _asks_store(S3Storage.size)
    get_modified_time = _asks_store(S3Storage.get_modified_time)


def _is_missing(error: BaseException | None) -> bool:
    return isinstance(error, ClientError) and error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
