"""Due dates in a person's calendar: a secret address, access at each request, and no word of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from proposals import ical
from proposals.actions.pausing import pause
from proposals.actions.reviewing import assign
from proposals.models import CalendarAddress
from tests.worlds import NOW, World, signed_in

PAGE = "proposals:calendar"


@pytest.fixture(autouse=True)
def no_limits() -> Iterator[None]:
    """Requests of one test are not counted against the next."""
    cache.clear()
    yield
    cache.clear()


def address(actor: Actor) -> str:
    """Make an address as a person does; return its path."""
    text = signed_in(actor).post(reverse(PAGE), {"do": "make"}).content.decode()
    found = re.search(r'value="http://[^/]+(/calendar/[^"]+\.ics)"', text)
    assert found
    return found[1]


def summaries(path: str) -> list[str]:
    """What the events of a feed say, unfolded."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    text = answer.content.decode().replace("\r\n ", "")
    return re.findall(r"SUMMARY:(.*)\r\n", text)


# --- the format -----------------------------------------------------------------------------------------------------


def test_an_event_is_a_whole_day_with_its_step_and_link() -> None:
    day = ical.Day("1@example.gov", date(2027, 2, 26), "OH-1: due, Ohio replies", "https://example.gov/p/1/")

    text = ical.calendar("ICM Portal", [day], datetime(2027, 1, 15, 15, tzinfo=UTC))

    assert text.split("\r\n")[7:-2] == [
        "BEGIN:VEVENT",
        "UID:1@example.gov",
        "DTSTAMP:20270115T150000Z",
        "DTSTART;VALUE=DATE:20270226",
        "DTEND;VALUE=DATE:20270227",
        "SUMMARY:OH-1: due\\, Ohio replies",
        "URL:https://example.gov/p/1/",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


@given(st.text(max_size=400))
def test_lines_are_short_whole_characters_and_give_the_text_back(text: str) -> None:
    line = f"SUMMARY:{ical.escaped(text)}"
    pieces = list(ical.folded(line))
    assert all(len(piece.encode("utf-8", "replace")) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert "\n" not in line
    assert "\r" not in line


def test_marks_of_the_format_are_escaped() -> None:
    assert ical.escaped("a;b,c\\d\r\ne\x00") == "a\\;b\\,c\\\\d\\ne"


# --- the address ----------------------------------------------------------------------------------------------------


def test_the_secret_is_shown_once_and_stored_as_a_hash(world: World) -> None:
    path = address(world.ohio.editor)
    token = path.removeprefix("/calendar/").removesuffix(".ics")

    page = signed_in(world.ohio.editor).get(reverse(PAGE)).content.decode()

    assert (len(token), token in page, "It is not shown again" in page) == (43, False, True)
    assert token not in CalendarAddress.objects.get().token_hash


def test_a_new_address_ends_the_old_one_and_revoking_ends_both(world: World) -> None:
    first, second = address(world.ohio.editor), address(world.ohio.editor)
    before = [Client().get(path).status_code for path in (first, second)]
    signed_in(world.ohio.editor).post(reverse(PAGE), {"do": "revoke"})

    assert (before, Client().get(second).status_code) == ([404, 200], 404)


def test_access_is_checked_at_each_request(world: World) -> None:
    world.questioned()
    path = address(world.ohio.editor)
    assert len(summaries(path)) == 1
    world.ohio.editor.user.is_active = False
    world.ohio.editor.user.save()
    closed = Client().get(path).status_code
    world.ohio.editor.user.is_active = True
    world.ohio.editor.user.save()
    Membership.objects.filter(pk=world.ohio.editor.membership.pk).update(ended_at=NOW)

    assert (closed, Client().get(path).status_code) == (404, 404)


def test_unknown_secrets_and_other_methods_get_nothing(world: World) -> None:
    path = address(world.ohio.editor)
    for wrong in ("/calendar/x.ics", f"/calendar/{'x' * 5000}.ics", path.upper().replace("/CALENDAR", "/calendar")):
        assert Client().get(wrong).status_code == 404
    assert Client().post(path).status_code == 405


def test_who_asks_all_the_time_has_to_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = address(world.ohio.editor), address(world.ohio.viewer)
    monkeypatch.setattr("proposals.views.calendar.MOST_A_MINUTE", 2)
    found = [Client().get(path).status_code for _ in range(6)]
    assert (429 in found, found[:2], Client().get(other).status_code) == (True, [200, 200], 200)


# --- what is in it --------------------------------------------------------------------------------------------------


def test_each_reads_the_dates_they_may_see_and_no_word_else(world: World) -> None:
    world.questioned()
    world.in_review(world.texas, "Lone Star")
    world.draft(title="Without a date")

    found = {
        actor.agency.code: summaries(address(actor))
        for actor in (world.ohio.viewer, world.texas.viewer, world.cms.observer)
    }

    ohio = "OH-ICM-0001 Buckeye Health Homes: due\\, Ohio replies and submits round 2"
    texas = "TX-ICM-0001 Lone Star: target\\, CMS asks questions or decides"
    assert found == {"OH": [ohio], "TX": [texas], "CMS": [texas, ohio]}


def test_a_reviewer_reads_what_they_work_on_and_nobody_what_stands_still(world: World) -> None:
    proposal, other = world.in_review(), world.in_review(title="Other")
    path = address(world.cms.reviewer)
    none = summaries(path)
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW)
    one = summaries(path)
    pause(actor=world.cms.lead, proposal=proposal, reason="Because.", now=NOW)

    assert (none, len(one), summaries(path)) == ([], 1, [])
    assert len(summaries(address(world.ohio.viewer))) == 1
    assert other.due_on


def test_somebody_of_two_agencies_reads_both_and_each_date_once(world: World) -> None:
    world.questioned()
    world.questioned(world.texas, "Lone Star")
    Membership.objects.create(user=world.ohio.viewer.user, agency=world.texas.agency, role="viewer")
    assert len(summaries(address(world.ohio.viewer))) == 2


def test_a_feed_costs_the_same_for_one_date_and_for_three(world: World) -> None:
    world.questioned()
    path, counts = address(world.ohio.viewer), []
    for title in ("Second", "Third", ""):
        with CaptureQueriesContext(connection) as captured:
            Client().get(path)
        counts.append(len([query for query in captured if "proposals_" in query["sql"] or "accounts_" in query["sql"]]))
        if title:
            world.questioned(title=title)
    assert counts == [3, 3, 3]
