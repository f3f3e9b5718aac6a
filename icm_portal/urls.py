"""The addresses of the portal: each app brings its own."""

from __future__ import annotations

from django.urls import include, path

from icm_portal.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("icm_portal.accounts.urls")),
    path("", include("exports.urls")),
    path("", include("proposals.urls")),
]
