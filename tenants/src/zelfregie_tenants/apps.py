"""App configuration of the registry of regions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ZelfregieTenantsConfig(AppConfig):
    """The platform's own tables (schema `public`) and what makes every other schema a region."""

    name = "zelfregie_tenants"
    label = "zelfregie_tenants"
    verbose_name = _("Regio's")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, keep content types apart and answer core's questions about regions."""
        # Models and the hook manager exist only once the registry is filled.
        from zelfregie_tenants import checks, checks_roles  # noqa: F401, PLC0415 -- apps must be loaded first
        from zelfregie_tenants.domain.content_types import keep_apart  # noqa: PLC0415 -- apps must be loaded first
        from zelfregie_tenants.hooks import register  # noqa: PLC0415 -- apps must be loaded first

        keep_apart()
        register()
