"""The pytest plugin of the platform: tests run inside a region, with a second one beside it.

pytest loads it by itself wherever the distribution is installed. It gives

- a database made once per session from a template that is kept between runs (no migrations, 0.2 s);
- two regions, `noord` (noord.test) and `zuid` (zuid.test), and the national hub `hub` (landelijk.test), each with a
  home page, roles and themes; all plugins are on in the two regions, and `national` is on in the hub;
- every test that uses the database starts inside noord, and is rolled back;
- fixtures: `noord`, `zuid`, `hub`, `client` (a browser at noord), `region_client`, `in_region`, `same_numbers`,
  `task_queue`, `mailbox`, `temporary_plugin` (of core, switched on in the current region); `shared_rows` and
  `shared_numbers`, for rows that all tests of a file start from and that are made once.
"""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the fixtures when the project under test is this platform."""
    from django.apps import apps  # noqa: PLC0415 -- this module is loaded in projects without Django, too

    if apps.ready and apps.is_installed("zelfregie_tenants"):
        from zelfregie_tenants.testing import fixtures  # noqa: PLC0415 -- imports models

        # Registered last, so that these replace pytest-django's fixtures of the same name.
        config.pluginmanager.register(fixtures, "zelfregie-fixtures")
