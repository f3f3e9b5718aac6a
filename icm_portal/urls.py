"""The addresses of the portal: each app brings its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from icm_portal.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("admin/", admin.site.urls),
    path("accounts/", include("icm_portal.accounts.auth_urls")),
    path("", include("icm_portal.accounts.urls")),
    path("", include("exports.urls")),
    path("", include("proposals.urls")),
]
