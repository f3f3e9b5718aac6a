"""The exports room: packets."""

from __future__ import annotations

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Registers the models of this room."""

    name = "exports"
    verbose_name = "Packets"
