"""The app of Zuid-Limburg's own package. It has no tables."""

from zelfregie_core import plugin_app


class ZuidLimburgExtraConfig(plugin_app.PluginConfig):
    name = "zelfregie_zuidlimburg_extra"
    verbose_name = "Zuid-Limburg extra"
