from django.utils.translation import gettext_lazy as _

from zelfregie_core import plugin_app


class NationalConfig(plugin_app.PluginConfig):
    name = "zelfregie_national"
    verbose_name = _("Landelijk")
