"""The stories app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "zelfregie_stories"
    verbose_name = _("Verhalen")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from zelfregie_stories.domain.audit import register_actions  # noqa: PLC0415 -- Wagtail's apps must be loaded

        register_actions()
