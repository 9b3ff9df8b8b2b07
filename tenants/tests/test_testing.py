"""The pytest plugin keeps its promises."""

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from wagtail.models import Page, Site

from zelfregie_tenants.models import Domain, Region


def test_database_test_starts_inside_noord(noord):
    assert connection.schema_name == "region_noord"
    assert connection.tenant == noord


def test_regions_have_a_home_page_and_an_address(noord, zuid, hub):
    found = {}
    for region in (noord, zuid, hub):
        with tenant_context(region):
            site = Site.objects.get()
            found[site.hostname] = site.root_page.title

    assert found == {
        "noord.test": "Zelfregie Noord",
        "zuid.test": "Zelfregie Zuid",
        "landelijk.test": "Zelfregie Landelijk",
    }


def test_test_is_rolled_back_first_half(noord):
    assert Page.objects.filter(title="Blijft niet").count() == 0
    Site.objects.get().root_page.add_child(instance=Page(title="Blijft niet"))


def test_test_is_rolled_back_second_half(noord):
    assert Page.objects.filter(title="Blijft niet").count() == 0


@pytest.mark.django_db(transaction=True)
def test_committing_test_gets_a_new_copy_first_half():
    assert Region.objects.count() == 3
    Domain.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_committing_test_gets_a_new_copy_second_half():
    assert Domain.objects.count() == 3


def test_test_without_database_needs_none(django_db_blocker):
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


def test_mailbox_receives_what_is_sent(mailbox):
    from django.core.mail import send_mail

    send_mail("Dag", "Hallo", "van@example.nl", ["aan@example.nl"])

    assert [(message["Subject"], message["To"]) for message in mailbox()] == [("Dag", "aan@example.nl")]
