"""The stories app."""

from django.utils.translation import gettext_lazy as _

from zelfregie_core import plugin_app


class StoriesConfig(plugin_app.PluginConfig):
    name = "zelfregie_stories"
    verbose_name = _("Verhalen")

    def ready(self) -> None:
        from zelfregie_stories.domain.audit import register_actions  # noqa: PLC0415 -- Wagtail's apps must be loaded

        register_actions()
