from django.utils.translation import gettext_lazy as _

from zelfregie_core import plugin_app


class GroupsConfig(plugin_app.PluginConfig):
    name = "zelfregie_groups"
    verbose_name = _("Groepen")

    def ready(self) -> None:
        super().ready()
        from zelfregie_groups import signal_handlers  # noqa: PLC0415 -- models exist from here on
        from zelfregie_groups.domain.audit import register_actions  # noqa: PLC0415 -- models exist from here on

        signal_handlers.connect()
        register_actions()
