"""The app of people: who is asking, and for which agency."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, agencies, memberships and invitations."""

    name = "icm_portal.accounts"
    label = "accounts"
    verbose_name = "People and agencies"
    default_auto_field = "django.db.models.BigAutoField"
