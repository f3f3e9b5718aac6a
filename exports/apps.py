"""Packets."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Packets."""

    name = "exports"
