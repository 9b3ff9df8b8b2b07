"""Figures of regions, kept per day and read for all regions at once."""

import datetime as dt

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from zelfregie_core.domain.indicators import refresh_indicators
from zelfregie_core.plugins import Indicator, hookimpl
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_tenants.domain.indicators import regions_overview, store_indicators
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import IndicatorSnapshot, Region


@pytest.fixture
def proef(temporary_plugin, noord, zuid):
    """A plugin with one indicator, in its second definition, on in both regions."""

    @hookimpl
    def register_indicators():
        return [Indicator("dingen", "Dingen", "Alle dingen.", 2, lambda: 3)]

    temporary_plugin("proef", register_indicators=register_indicators)
    set_plugin_enabled(zuid, "proef", enabled=True)
    return "proef"


def figures(slug):
    return [
        (figure.plugin, figure.key, figure.value)
        for region in regions_overview()
        if region.slug == slug
        for figure in region.figures
        if figure.plugin == "proef"
    ]


def test_counting_keeps_the_figures_of_the_current_region_only(proef, noord, zuid):
    with tenant_context(zuid):
        refresh_indicators()

    assert figures("zuid") == [("proef", "dingen", 3)]
    assert figures("noord") == []


def test_second_count_on_a_day_replaces_the_first(proef, zuid):
    store_indicators(zuid, {("proef", "dingen"): 1})

    store_indicators(zuid, {("proef", "dingen"): 5})

    assert list(IndicatorSnapshot.objects.values_list("numerator", "definition_version")) == [(5, 2)]
    assert figures("zuid") == [("proef", "dingen", 5)]


def test_overview_shows_the_last_day(proef, zuid):
    store_indicators(zuid, {("proef", "dingen"): 5})
    row = IndicatorSnapshot.objects.get()
    row.pk, row.numerator, row.taken_on = None, 4, row.taken_on - dt.timedelta(days=1)
    row.save()

    assert figures("zuid") == [("proef", "dingen", 5)]


def test_figures_of_an_older_definition_are_not_shown(proef, zuid):
    IndicatorSnapshot.objects.create(
        region=zuid, plugin="proef", key="dingen", numerator=9, definition_version=1,
        taken_on=timezone.localdate(), taken_at=timezone.now(),
    )  # fmt: skip

    assert figures("zuid") == []


def test_overview_has_launched_regions_with_their_address_and_no_hub(noord, zuid, hub):
    Region.objects.filter(pk=noord.pk).update(state="draft")
    Region.objects.filter(pk=zuid.pk).update(
        area={"municipalities": ["0917"], "postcodes": ["6400-6419"]}, latitude=50.9, longitude=6.0, tagline="Samen"
    )

    found = [
        (region.slug, region.url, region.municipalities, region.postcodes, region.latitude)
        for region in regions_overview()
    ]

    assert found == [("zuid", "http://zuid.test", ("0917",), ((6400, 6419),), 50.9)]


def test_overview_takes_the_same_queries_for_any_number_of_regions(proef, noord, zuid, django_assert_num_queries):
    store_indicators(zuid, {("proef", "dingen"): 5})

    with django_assert_num_queries(2):
        regions_overview()

    store_indicators(noord, {("proef", "dingen"): 5})
    with django_assert_num_queries(2):
        assert len(regions_overview()) == 2


def test_overview_is_answered_to_core(zuid, rf):
    answer = get_plugins().pm.hook.regions_overview(request=rf.get("/"))

    assert [region.slug for region in answer] == ["noord", "zuid"]


def test_figures_outside_a_region_are_not_kept(zuid):
    from django.db import connection

    connection.set_schema_to_public()

    assert get_plugins().pm.hook.store_indicators(values={("proef", "x"): 1}, request=None) is None
    assert IndicatorSnapshot.objects.count() == 0
