"""What the tests of the plugin framework share."""

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Page

from zelfregie_core.models import ContentPage, HomePage


@pytest.fixture
def switch(noord: Any) -> Callable[..., None]:
    """Switch a plugin on or off: ``switch("proef", enabled=False)``, in noord unless another region is given."""
    from zelfregie_tenants.domain.plugins import set_plugin_enabled

    def act(plugin: str, *, enabled: bool, region: Any = None) -> None:
        set_plugin_enabled(region or noord, plugin, enabled=enabled)

    return act


@pytest.fixture
def log_plugin_errors(settings: Any) -> None:
    """As in production: an error of a plugin is logged instead of raised."""
    settings.ZELFREGIE_RAISE_PLUGIN_ERRORS = False


@pytest.fixture
def request_to_noord(noord: Any, rf: Any) -> Any:
    """A request for the home page of noord, as hooks get it."""
    request = rf.get("/", headers={"host": "noord.test"})
    request.region = noord
    return request


@pytest.fixture
def home(noord: Any) -> HomePage:
    return HomePage.objects.get()


@pytest.fixture
def content_page(home: HomePage) -> Page:
    return home.add_child(instance=ContentPage(title="Over ons", slug="over-ons"))


@pytest.fixture
def administrator(noord: Any, django_user_model: Any) -> Any:
    """Somebody with every permission in noord."""
    return django_user_model.objects.create_superuser("beheer", "beheer@noord.test", "geheim")
