"""The core app: loads the plugins when Django has its models."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "zelfregie_core"
    verbose_name = _("Zelfregie")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # These import models, which exist only now.
        manager = import_module("zelfregie_core.plugins.manager")
        plugins = manager.get_plugins()
        plugins.register_house(import_module("zelfregie_core.hooks"), "core")
        plugins.load_installed()
        import_module("zelfregie_core.checks")
