"""The wiring as an installed app: template tags, system checks and the Celery application."""

from django.apps import AppConfig


class IcmPortalConfig(AppConfig):
    """Registers the deployment checks and the Celery application when Django starts."""

    name = "icm_portal"
    verbose_name = "ICM Portal"

    def ready(self) -> None:
        """Import both modules here: they need the settings, which are loaded only now."""
        from icm_portal import celery, checks  # noqa: F401, PLC0415
