"""A platform that is thrown away: a database of its own with two regions and a hub, as the tests have."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

from zelfregie_tenants.testing.database import TestDatabase


@contextmanager
def scratch_platform() -> Iterator[None]:
    """Make a platform on the server of DATABASE_URL, or on the embedded one; drop it afterwards.

    It is a copy of the template of the tests, which is made anew when a migration changed, one of the plugin too.
    """
    with tempfile.TemporaryDirectory(prefix="zelfregie-check-") as folder:
        media = str(Path(folder) / "media")
        with override_settings(MEDIA_ROOT=media, EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            # A check looks at all that is logged; whoever reads its outcome wants to see failures only.
            for handler in logging.getLogger().handlers:
                handler.setLevel(logging.ERROR)
            setup_test_environment(debug=False)
            database = TestDatabase()
            try:
                database.create()
                yield
            finally:
                database.drop()
                teardown_test_environment()
