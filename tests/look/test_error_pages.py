"""Error pages say what to do; those that must, work without a database."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

STANDALONE = {
    "400.html": "This request could not be read",
    "403_csrf.html": "This form has expired",
    "429.html": "Too many attempts",
    "500.html": "Something went wrong on our side",
}


@pytest.mark.parametrize(("name", "heading"), STANDALONE.items())
def test_page_needs_neither_request_nor_database(name: str, heading: str) -> None:
    html = render_to_string(name)
    assert f"<h1>{heading}</h1>" in html
    assert f"<title>{heading} | ICM Portal</title>" in html


@pytest.mark.django_db
def test_an_unknown_address_is_a_page_that_helps(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"})
    assert answer.status_code == 403
    assert "<h1>This form has expired</h1>" in answer.content.decode()
