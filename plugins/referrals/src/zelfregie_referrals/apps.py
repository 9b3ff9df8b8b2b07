from django.utils.translation import gettext_lazy as _

from zelfregie_core import plugin_app


class ReferralsConfig(plugin_app.PluginConfig):
    name = "zelfregie_referrals"
    verbose_name = _("Verwijskaarten")
