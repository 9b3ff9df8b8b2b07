from django.utils.translation import gettext_lazy as _

from zelfregie_core import plugin_app


class GroupsConfig(plugin_app.PluginConfig):
    name = "zelfregie_groups"
    verbose_name = _("Groepen")
