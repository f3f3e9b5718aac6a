"""The app of the toolkit: no tables, only content and its checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from toolkit.checks import check_definitions


class ToolkitConfig(AppConfig):
    """Registers the checks of the definition files."""

    name = "toolkit"
    verbose_name = "Toolkit"

    def ready(self) -> None:
        register(check_definitions, "toolkit")
