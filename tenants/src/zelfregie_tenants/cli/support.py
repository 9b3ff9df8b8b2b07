"""What the commands share: setting Django up, and finding the region that an option names."""

from __future__ import annotations

import gc
import getpass
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zelfregie_tenants.models import Region

DEFAULT_SETTINGS = "zelfregie_tenants.settings.development"


class UnknownRegion(Exception):
    """No region has this slug. The message says which there are."""


def set_up_django() -> None:
    """Load settings, models and plugins; by default those for one's own machine.

    Raises:
        ImproperlyConfigured, PluginError, EmbeddedError: with a sentence that says what to do.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEFAULT_SETTINGS)
    import django  # noqa: PLC0415 -- `zelfregie --help` stays quick
    from django.apps import apps  # noqa: PLC0415 -- the same

    if not apps.ready:
        # Two thousand modules stay for as long as the process lives: looking through them again and again for what
        # may go takes a sixth of the time of a short command.
        gc.disable()
        try:
            django.setup()
        finally:
            gc.enable()


def operator_name() -> str:
    """Return the login name of who runs the command, for the log of regions."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return f"uid {os.getuid()}"


def find_region(slug: str) -> Region:
    """Return the region with this slug.

    Raises:
        UnknownRegion: there is none.
    """
    from zelfregie_tenants.models import Region  # noqa: PLC0415 -- models exist after set_up_django

    region = Region.objects.filter(slug=slug).first()
    if region is None:
        known = ", ".join(Region.objects.values_list("slug", flat=True)) or "none"
        message = f"There is no region “{slug}”. Regions: {known}."
        raise UnknownRegion(message)
    return region
