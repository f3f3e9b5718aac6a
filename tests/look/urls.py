"""The portal's addresses and, for these tests only, pages that show the reusable pieces."""

from __future__ import annotations

from collections import Counter

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Fieldset, Layout, Row, Submit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import path

from icm_portal.urls import urlpatterns as portal
from tests.look.samples import EveryForm, ReasonForm, pieces, toolkit_form

SHEET = """
{% extends "base.html" %}{% load icm %}
{% block title %}Pieces{% endblock %}
{% block breadcrumbs %}{% breadcrumbs %}{% crumb "My work" "/" %}{% crumb "Pieces" %}{% endbreadcrumbs %}{% endblock %}
{% block content %}<h1>Pieces</h1><h2>All of them</h2><div class="stack-3">{% for piece in drawn %}<div>{{ piece }}</div>{% endfor %}</div>{% endblock %}
"""
FORM = """
{% extends "base.html" %}{% load crispy_forms_tags %}
{% block title %}Form{% endblock %}
{% block content %}<h1>Form</h1><div class="form">{% crispy form helper %}</div>{% endblock %}
"""
PLAIN_FORM = """
{% extends "base.html" %}{% load crispy_forms_tags %}
{% block title %}Form{% endblock %}
{% block content %}<h1>Form</h1><h2>Kinds</h2><form method="post" novalidate>{% csrf_token %}{{ form|crispy }}
<div class="actions"><button type="submit" class="usa-button" name="go" value="1">Save</button></div></form>{% endblock %}
"""


#: What the form of `slow` was sent with, one entry for each time.
posted: list[str] = []


def draw(request: HttpRequest, source: str, context: dict[str, object]) -> HttpResponse:
    """Answer with a template written in this file."""
    return HttpResponse(engines["django"].from_string(source.strip()).render(context, request))


@login_not_required
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Show every reusable piece in its first, second or third state; a page never holds one piece in two."""
    seen: Counter[str] = Counter()
    drawn = []
    for include, context in pieces():
        seen[include] += 1
        if seen[include] == number:
            drawn.append(render_to_string(f"includes/{include}.html", context, request))
    return draw(request, SHEET, {"drawn": drawn})


@login_not_required
def every_form(request: HttpRequest) -> HttpResponse:
    """Show every shape of field, drawn through a crispy layout."""
    form = EveryForm(request.POST or None, request.FILES or None)
    helper = FormHelper()
    row = Row(Column("kind"), Column("on"), css_class="row-of-two")
    helper.layout = Layout(
        "name", "email", "secret", row, Fieldset("Choices", "one", "some", "agree"), Field("text"), "file", "secret_key"
    )
    helper.add_input(Submit("save", "Save"))
    form.is_valid()
    return draw(request, FORM, {"form": form, "helper": helper})


@login_not_required
def slow(request: HttpRequest) -> HttpResponse:
    """Show a form that posts to a page which never answers with another page."""
    if request.method != "POST":
        return draw(request, PLAIN_FORM, {"form": ReasonForm()})
    posted.append(request.POST.get("go", ""))
    return HttpResponse(status=204)


@login_not_required
def kinds(request: HttpRequest) -> HttpResponse:
    """Show a field of each kind of the toolkit."""
    form = toolkit_form(request.POST or None)
    form.is_valid()
    return draw(request, PLAIN_FORM, {"form": form})


urlpatterns = [
    path("look/form/", every_form),
    path("look/kinds/", kinds),
    path("look/slow/", slow),
    path("look/sheet/<int:number>/", sheet),
    *portal,
]
