"""Addresses that keep the agency a site administrator has chosen."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from .models import Agency


def people_url(agency: Agency) -> str:
    """The people page of `agency`."""
    return f"{reverse('accounts:people')}?{urlencode({'agency': agency.code})}"
