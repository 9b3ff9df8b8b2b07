"""The four examples launch as they are, without one bad row."""

from __future__ import annotations

from pathlib import Path

import pytest
from django_tenants.utils import schema_context

from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.schemas import drop_schema
from zelfregie_tenants.models import Region

EXAMPLES = Path(__file__).parent.parent / "blueprint" / "examples"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["zuid-limburg", "zuidoost-brabant", "twente", "landelijk"])
def test_example_launches_as_it_is(slug, hub, region_client):
    with schema_context("public"):  # there is one national hub; the example takes its place
        drop_schema(hub)
        hub.delete()

    result = launch_region(EXAMPLES / slug, invite=False)

    assert {name: report.problems for name, report in result.reports.items() if report.problems} == {}
    assert Region.objects.get(slug=slug).state == "launched"
    browser = region_client(result.region)
    for path in ("/", "/privacy/", "/toegankelijkheid/", "/hulp-bij-crisis/"):
        response = browser.get(path)
        assert (path, response.status_code) == (path, 200)
        assert "voorbeeld" in response.text.lower()
    assert launch_region(EXAMPLES / slug, invite=False).plan.changes == ()
