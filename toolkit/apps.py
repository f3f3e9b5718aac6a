"""The app of the toolkit: no tables, only content and its checks."""

from __future__ import annotations

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    """Registers the checks of the definition files."""

    name = "toolkit"
    verbose_name = "Toolkit"

    def ready(self) -> None:
        from toolkit import checks  # noqa: F401 - importing registers them
