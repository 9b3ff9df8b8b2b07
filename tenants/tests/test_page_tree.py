"""Adding many pages at once gives what Wagtail itself gives, page by page."""

from __future__ import annotations

import pytest
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from zelfregie_core.models import ContentPage, HomePage, Theme, ThemeIndexPage, ThemePage
from zelfregie_tenants.domain.page_tree import add_pages

pytestmark = pytest.mark.django_db

OWN = {"id", "path", "slug", "url_path", "page_ptr", "translation_key", "theme"}
MOMENTS = {"first_published_at", "last_published_at", "latest_revision_created_at"}


def test_pages_are_as_wagtail_would_have_made_them():
    home = HomePage.objects.get()
    add_pages(home, [ThemeIndexPage(title="Thema's", slug="themas")])
    index = ThemeIndexPage.objects.get()
    first, second, third = Theme.objects.order_by("slug")[:3]
    body = '[{"type": "heading", "value": "Kop"}]'
    add_pages(
        index,
        [ThemePage(title="Een", slug="een", theme=first, body=body), ThemePage(title="Een", slug="twee", theme=second)],
    )

    index.refresh_from_db()
    theirs = index.add_child(instance=ThemePage(title="Een", slug="drie", theme=third, body=body))

    ours = ThemePage.objects.get(slug="een")
    theirs = ThemePage.objects.get(pk=theirs.pk)
    for field in ThemePage._meta.concrete_fields:
        if field.name not in OWN | MOMENTS | {"body"}:
            assert (field.name, getattr(ours, field.name)) == (field.name, getattr(theirs, field.name))
    assert ours.body[0].value == theirs.body[0].value
    assert ours.url_path == index.url_path + "een/"
    assert all(getattr(ours, name) for name in MOMENTS)
    assert [page.slug for page in index.get_children()] == ["een", "twee", "drie"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_pages_can_be_found_at_once():
    add_pages(HomePage.objects.get(), [ContentPage(title="Zeldzaamheden", slug="zeldzaam", intro="Over kwikstaarten.")])

    found = get_search_backend().search("kwikstaarten", ContentPage.objects.all())

    assert [page.slug for page in found] == ["zeldzaam"]


def test_adding_pages_costs_as_much_for_many_as_for_few(django_assert_max_num_queries):
    home = HomePage.objects.get()

    with django_assert_max_num_queries(20):
        add_pages(home, [ContentPage(title=f"Pagina {number}", slug=f"pagina-{number}") for number in range(40)])

    assert home.get_children().count() == 40
