"""The app configuration of a plugin. Imported while Django loads its apps, so it imports no models."""

from django.apps import AppConfig

from zelfregie_core.discovery import installed_plugins
from zelfregie_core.plugin_errors import PluginError


class PluginConfig(AppConfig):
    """Base of a plugin's app configuration: an error in its models stops the start with the plugin's name.

    In the plugin's ``apps.py``::

        from zelfregie_core import plugin_app

        class StoriesConfig(plugin_app.PluginConfig):
            name = "zelfregie_stories"

    Import the module, not the class: Django takes every configuration class in ``apps.py`` for the app's own.
    """

    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Import the models; Django calls this once.

        :raises PluginError: whatever goes wrong; the cause is chained.
        """
        try:
            super().import_models()
        except Exception as error:
            slug = next((plugin.slug for plugin in installed_plugins() if plugin.app == self.name), self.label)
            raise PluginError(
                slug,
                f"the models of {self.name} could not be imported: {type(error).__name__}: {error}. "
                "Repair or uninstall the plugin.",
            ) from error
