"""The portal's addresses and one empty view: the unit in which all pages are measured."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """Do nothing: what is measured is the server and the middleware around it."""
    return HttpResponse("ok")


urlpatterns = [path("bench/empty/", empty), path("", include("icm_portal.urls"))]
