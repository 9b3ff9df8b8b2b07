"""Addresses of regions, and Wagtail's Site in step with them."""

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import connection
from django_tenants.utils import tenant_context
from wagtail.models import Site

from zelfregie_tenants.domain.domains import (
    DomainTaken,
    address,
    current_address,
    primary_host,
    region_url,
    set_domains,
    sites_out_of_step,
    sync_site,
)
from zelfregie_tenants.models import Domain


def hosts(region):
    return list(
        Domain.objects.filter(tenant=region).order_by("-is_primary", "domain").values_list("domain", "is_primary")
    )


def test_first_domain_is_primary_and_the_site_follows(zuid):
    changed = set_domains(zuid, ["nieuw.test", "zuid.test"])

    assert changed is True
    assert hosts(zuid) == [("nieuw.test", True), ("zuid.test", False)]
    with tenant_context(zuid):
        assert list(Site.objects.values_list("hostname", "port")) == [("nieuw.test", 80)]
    assert connection.schema_name == "region_noord"


def test_setting_the_same_domains_changes_nothing(zuid):
    before = list(Domain.objects.filter(tenant=zuid).values_list("pk", flat=True))

    assert set_domains(zuid, ["zuid.test"]) is False
    assert list(Domain.objects.filter(tenant=zuid).values_list("pk", flat=True)) == before


def test_domain_that_is_left_out_is_given_up(zuid):
    set_domains(zuid, ["zuid.test", "extra.test"])

    set_domains(zuid, ["zuid.test"])

    assert hosts(zuid) == [("zuid.test", True)]


def test_domain_of_another_region_is_refused(zuid):
    with pytest.raises(DomainTaken, match=r"noord\.test belongs to noord"):
        set_domains(zuid, ["zuid.test", "noord.test"])

    assert hosts(zuid) == [("zuid.test", True)]


def test_no_host_name_is_refused(zuid):
    with pytest.raises(ValidationError):
        set_domains(zuid, ["zuid_limburg.test"])

    assert hosts(zuid) == [("zuid.test", True)]


def test_region_without_domain_is_refused(zuid):
    with pytest.raises(ValueError, match="at least one"):
        set_domains(zuid, [])


def test_site_that_is_out_of_step_is_found_and_put_right(zuid):
    with tenant_context(zuid):
        Site.objects.update(hostname="elders.test")

    found = sites_out_of_step()

    assert found == ["zuid: its site answers to elders.test and its primary domain is zuid.test."]
    assert sync_site(zuid) is True
    assert sites_out_of_step() == []


@pytest.mark.parametrize(
    ("scheme", "port", "expected"),
    [("http", 80, "http://a.nl"), ("https", 443, "https://a.nl"), ("http", 8000, "http://a.nl:8000")],
)
def test_address_leaves_the_usual_port_out(settings, scheme, port, expected):
    settings.ZELFREGIE_URL_SCHEME, settings.ZELFREGIE_URL_PORT = scheme, port

    assert address("a.nl") == expected


def test_wagtail_writes_the_address_of_the_current_region_in_its_mails(noord, zuid):
    in_noord = str(django_settings.WAGTAILADMIN_BASE_URL)
    with tenant_context(zuid):
        in_zuid = f"{django_settings.WAGTAILADMIN_BASE_URL}/admin/"
    connection.set_schema_to_public()

    assert (in_noord, in_zuid, current_address()) == ("http://noord.test", "http://zuid.test/admin/", "")


def test_region_without_domain_has_no_address(zuid):
    Domain.objects.filter(tenant=zuid).delete()

    assert primary_host(zuid) is None
    assert sync_site(zuid) is False
    with pytest.raises(Domain.DoesNotExist):
        region_url(zuid)
