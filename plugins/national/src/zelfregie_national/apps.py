from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NationalConfig(AppConfig):
    name = "zelfregie_national"
    verbose_name = _("Landelijk")
