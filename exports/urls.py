"""Addresses of packets."""

from __future__ import annotations

from django.urls import path

from exports.views import packets, summary

app_name = "exports"
urlpatterns = [
    path("proposals/<uuid:pk>/packets/", packets.packets, name="packets"),
    path("proposals/<uuid:pk>/summary/", summary.preview, name="summary"),
    path("proposals/<uuid:pk>/summary/length/", summary.length, name="summary_length"),
    path("packets/<uuid:pk>/", packets.packet, name="packet"),
    path("packets/<uuid:pk>/file/", packets.download, name="download"),
]
