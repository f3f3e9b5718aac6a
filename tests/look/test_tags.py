"""What tags and filters write."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from icm_portal.templatetags import icm
from proposals.status import Status, ThreadStatus

NOW = dt.datetime(2026, 3, 14, 15, 42, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _friday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def draw(source: str, **context: Any) -> str:
    return Template("{% load icm %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("day", dt.date(2026, 3, 14), "14 March 2026"),
        ("day", "2026-03-04", "4 March 2026"),
        ("day", "soon", "No date"),
        ("day", None, "No date"),
        ("day", dt.datetime(2026, 3, 14, 3, 0, tzinfo=dt.UTC), "13 March 2026"),
        ("day", dt.datetime(2026, 3, 14, 3, 0), "14 March 2026"),  # noqa: DTZ001
        ("day_short", dt.date(2026, 1, 2), "2 January"),
        ("day_short", dt.date(2027, 1, 2), "2 January 2027"),
        ("day_short", "", "No date"),
        ("moment", NOW, "14 March 2026, 10:42"),
        ("moment", dt.date(2026, 3, 14), "14 March 2026"),
        ("ago", NOW, "Today, 10:42"),
        ("ago", NOW - dt.timedelta(days=1), "Yesterday, 10:42"),
        ("ago", NOW - dt.timedelta(days=30), "12 February 2026"),
        ("ago", dt.date(2026, 3, 14), "14 March 2026"),
        ("days_since", NOW, "today"),
        ("days_since", dt.date(2026, 3, 13), "1 day"),
        ("days_since", dt.date(2026, 3, 1), "13 days"),
        ("days_since", None, ""),
        ("days_left", dt.date(2026, 3, 14), "due today"),
        ("days_left", dt.date(2026, 3, 15), "1 day left"),
        ("days_left", dt.date(2026, 3, 12), "2 days late"),
        ("days_left", "", ""),
        ("is_late", dt.date(2026, 3, 13), "True"),
        ("is_late", dt.date(2026, 3, 14), "False"),
        ("number", 58200, "58,200"),
        ("number", "1234.50", "1,234.50"),
        ("number", "about 3", "about 3"),
        ("number", None, ""),
        ("number", "NaN", "NaN"),
        ("number", True, "True"),
        ("number", Decimal("12.5"), "12.5"),
        ("count_of:'question,questions'", 1, "1 question"),
        ("count_of:'question,questions'", [1, 2], "2 questions"),
    ],
)
def test_filter(source: str, value: Any, text: str) -> None:
    with timezone.override("America/Chicago"):
        assert draw("{{ value|" + source + " }}", value=value) == text


def test_a_slash_may_end_a_line() -> None:
    assert draw("{{ title|breakable }}", title="Participants/<Beneficiary>") == "Participants/<wbr>&lt;Beneficiary&gt;"


def test_every_status_has_its_own_look() -> None:
    plain = icm.LOOKS["withdrawn"].modifier
    looks = {status: icm.LOOKS[status] for status in (*Status.values, *ThreadStatus.values)}
    assert [status for status, look in looks.items() if not (look.icon and look.word)] == []
    assert [status for status, look in looks.items() if look.modifier == plain] == ["withdrawn"]


def test_an_unknown_status_is_drawn_with_its_own_name() -> None:
    assert draw("{% status_tag 'on_hold' %}") == '<span class="tag tag--plain">On hold</span>'


def test_words_of_a_tag_are_escaped() -> None:
    assert "&lt;b&gt;" in draw("{% status_tag 'draft' word %}", word="<b>")


def test_a_meter_has_a_bar_until_all_is_done() -> None:
    assert [draw("{% meter done 9 'prompts' %}", done=done).count("<progress") for done in (0, 4, 9)] == [1, 1, 0]
    assert draw("{% meter 0 0 'questions' %}") == '<span class="meter">No questions</span>'


def test_a_mark_speaks_its_word() -> None:
    assert draw("{% mark 'locked' %}").endswith('<span class="usa-sr-only">Locked in this round: </span>')
    assert draw("{% mark 'unheard' %}").endswith('<span class="usa-sr-only">Not started: </span>')


def test_breadcrumbs_end_with_the_page_itself() -> None:
    html = draw("{% breadcrumbs %}{% crumb 'My work' '/' %}{% crumb name %}{% endbreadcrumbs %}", name="A & B")
    assert html.count('aria-current="page"') == 1
    assert html.index('href="/"') < html.index("A &amp; B")


@pytest.mark.parametrize(
    ("zone", "words"),
    [("America/Chicago", "Central Time"), ("UTC", "Coordinated Universal Time"), ("Asia/Tokyo", "Tokyo")],
)
def test_the_time_zone_has_a_name(zone: str, words: str) -> None:
    with timezone.override(zone):
        assert draw("{% zone_name %}") == words


def test_a_stranger_has_no_session_to_end() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert draw("{% session_seconds %}", request=request) == "0"
    assert draw("{% session_seconds %}") == "0"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/", "home"),
        ("/proposals/new/", "list"),
        ("/activity/", "feed"),
        ("/notices/", "notifications"),
        ("/glossary/", "glossary"),
        ("/account/", ""),
    ],
)
def test_the_menu_knows_where_a_page_belongs(address: str, place: str) -> None:
    request = RequestFactory().get(address)
    request.resolver_match = resolve(address)
    assert draw("{% nav_place %}", request=request) == place
    assert draw("{% nav_place %}") == ""
