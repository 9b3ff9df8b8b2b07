"""The registry refuses what would lead a visitor to the wrong region, in forms and in the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_tenants.utils import schema_context

from zelfregie_tenants.models import Domain, PluginActivation, Region
from zelfregie_tenants.models.domain import validate_domain
from zelfregie_tenants.models.region import schema_name_for, validate_area, validate_languages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_public():
    with schema_context("public"):
        yield


def new_region(**fields):
    return Region(**({"slug": "oost", "name": "Oost"} | fields))


@pytest.mark.parametrize(
    ("slug", "schema"), [("zuid-limburg", "region_zuid_limburg"), ("a1", "region_a1"), ("x" * 40, "region_" + "x" * 40)]
)
def test_schema_follows_from_slug(slug, schema):
    assert schema_name_for(slug) == schema


@pytest.mark.parametrize("slug", ["", "a", "1a", "-a", "Zuid", "zuid_limburg", "a b", "é-oost", "x" * 41, 'a"; drop'])
def test_schema_of_no_slug_is_refused(slug):
    with pytest.raises(ValueError, match="is not a slug"):
        schema_name_for(slug)


def test_new_region_gets_its_schema_name_but_no_schema():
    region = new_region()

    region.save()

    assert region.schema_name == "region_oost"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'region_oost'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"slug": "oost_a", "schema_name": "region_oost_a"}, "region_slug_pattern"),
        ({"schema_name": "region_west"}, "region_schema_follows_slug"),
        ({"kind": "land"}, "region_kind_known"),
        ({"state": "weg"}, "region_state_known"),
        ({"state": "launched"}, "region_launched_has_date"),
        ({"latitude": 50.9}, "region_centre_complete"),
        ({"latitude": 95, "longitude": 5}, "region_centre_complete"),
        ({"kind": "national"}, "region_one_national_hub"),
    ],
)
def test_database_refuses_an_impossible_region(fields, constraint):
    region = new_region(**fields)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        region.save()

    assert caught.value.__cause__.diag.constraint_name == constraint


def test_second_region_with_a_slug_is_refused():
    Region.objects.filter(slug="zuid").update(tagline="eerste")

    with pytest.raises(ValidationError), transaction.atomic():
        new_region(slug="zuid").save()

    assert list(Region.objects.filter(slug="zuid").values_list("tagline", flat=True)) == ["eerste"]


@pytest.mark.parametrize("value", [[], ["de"], ["nl", "nl"], "nl", None, [1]])
def test_languages_that_the_product_does_not_speak_are_refused(value):
    with pytest.raises(ValidationError):
        validate_languages(value)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"municipalities": []},
        {"municipalities": ["917"], "postcodes": []},
        {"municipalities": [], "postcodes": ["6400"]},
    ],
)
def test_area_of_another_shape_is_refused(value):
    with pytest.raises(ValidationError):
        validate_area(value)


@pytest.mark.parametrize("host", ["zuid.nl", "a.b-c.example", "localhost", "xn--n1b.nl", "1.nl", "a" * 63 + ".nl"])
def test_host_name_is_accepted(host):
    assert validate_domain(host) is None


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("zuid_limburg.nl", "underscore"),
        ("https://zuid.nl", "scheme"),
        ("zuid.nl:8000", "scheme"),
        ("zuid.nl/pad", "scheme"),
        ("Zuid.nl", "case"),
        ("zuid..nl", "pattern"),
        ("zuid.nl.", "pattern"),
        ("-zuid.nl", "pattern"),
        ("zuid limburg.nl", "pattern"),
        ("zuid.nl\n", "pattern"),
        ("a" * 64 + ".nl", "pattern"),
        (".".join(["abcdefghi"] * 26), "pattern"),
        ("", "pattern"),
    ],
)
def test_no_host_name_is_refused_with_its_reason(host, code):
    with pytest.raises(ValidationError) as caught:
        validate_domain(host)

    assert caught.value.code == code


@pytest.mark.parametrize("host", ["zuid_limburg.nl", "Zuid.nl", "zuid.nl:80"])
def test_database_refuses_no_host_name(host, noord):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Domain(tenant=noord, domain=host, is_primary=False).save()

    assert caught.value.__cause__.diag.constraint_name == "domain_is_host_name"


def test_database_refuses_two_primary_domains(noord):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Domain.objects.bulk_create([Domain(tenant=noord, domain="tweede.nl", is_primary=True)])

    assert caught.value.__cause__.diag.constraint_name == "domain_one_primary_per_region"


def test_activation_is_unique_per_region(noord):
    PluginActivation.objects.filter(region=noord).delete()
    PluginActivation.objects.create(region=noord, plugin="stories", changed_at=timezone.now())

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        PluginActivation.objects.create(region=noord, plugin="stories", changed_at=timezone.now())

    assert caught.value.__cause__.diag.constraint_name == "plugin_activation_once_per_region"
