"""The app."""

from django.utils.translation import gettext_lazy as _

from zelfregie_core import plugin_app


class AppConfig(plugin_app.PluginConfig):
    name = "[[ cookiecutter.__package ]]"
    verbose_name = _("[[ cookiecutter.title ]]")
