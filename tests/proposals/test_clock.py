"""The clock: whole days of the right zone, pauses that count for nobody, and what comes next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from icm_portal.accounts.models import Side
from proposals import clock
from proposals.actions.pausing import pause, resume
from proposals.actions.reviewing import begin_review
from proposals.actions.submitting import recall, restore, withdraw
from proposals.clock import Tick, days_between, spans
from proposals.models import Event, Notification, Proposal
from proposals.queries import turns
from proposals.status import Status
from proposals.workflow import ReasonMissing, TransitionRefused
from tests.worlds import NOW, World, fresh, hand_over, signed_in

CHICAGO = "America/Chicago"


def at(day: int, hour: int = 15) -> datetime:
    """An hour of January 2027, in UTC."""
    return datetime(2027, 1, day, hour, tzinfo=UTC)


def rows(*ticks: Tick, now: datetime) -> list[tuple[int, str, int, int]]:
    """Round, side, days and pauses of each spell."""
    return [(span.round, span.side, span.days, len(span.pauses)) for span in spans(ticks, CHICAGO, now)]


# --- pure -----------------------------------------------------------------------------------------------------------


def test_a_day_is_a_midnight_of_the_zone_and_not_24_hours() -> None:
    evening, morning = datetime(2027, 1, 4, 4, 50, tzinfo=UTC), datetime(2027, 1, 4, 5, 10, tzinfo=UTC)
    assert days_between(evening, morning, "America/New_York") == 1
    assert days_between(evening, morning, CHICAGO) == 0
    assert days_between(at(4, 6), at(5, 5), CHICAGO) == 0


def test_days_stay_whole_when_the_hour_changes() -> None:
    before, after = datetime(2027, 3, 13, 17, tzinfo=UTC), datetime(2027, 3, 15, 16, 30, tzinfo=UTC)
    assert days_between(before, after, "America/New_York") == 2


def test_each_round_is_with_the_state_then_with_cms() -> None:
    found = rows(
        Tick("created", 1, at(1)),
        Tick("submitted", 1, at(5)),
        Tick("review_begun", 1, at(6)),
        Tick("changes_requested", 1, at(15)),
        Tick("submitted", 2, at(18)),
        Tick("concluded", 2, at(28)),
        now=at(31),
    )
    assert found == [(1, "state", 4, 0), (1, "cms", 10, 0), (2, "state", 3, 0), (2, "cms", 10, 0)]


def test_a_pause_counts_for_nobody_whether_it_ended_or_lasts() -> None:
    begun = (Tick("submitted", 1, at(1)), Tick("paused", 1, at(5), "Actuary is out."))
    ended = spans([*begun, Tick("resumed", 1, at(9))], CHICAGO, at(12))
    lasting = spans(begun, CHICAGO, at(12))
    assert [(span.days, [(p.days, p.reason) for p in span.pauses]) for span in (*ended, *lasting)] == [
        (7, [(4, "Actuary is out.")]),
        (4, [(7, "Actuary is out.")]),
    ]
    assert lasting[0].pauses[0].until is None


def test_a_release_ends_a_pause() -> None:
    found = rows(
        Tick("submitted", 1, at(1)), Tick("paused", 1, at(5), "x"), Tick("changes_requested", 1, at(8)), now=at(9)
    )
    assert found == [(1, "cms", 4, 1), (2, "state", 1, 0)]


def test_nobody_has_it_while_it_is_withdrawn() -> None:
    found = rows(Tick("submitted", 1, at(1)), Tick("withdrawn", 1, at(3)), Tick("restored", 1, at(10)), now=at(12))
    assert found == [(1, "cms", 2, 0), (1, "cms", 2, 0)]


def test_a_recall_gives_the_same_round_back() -> None:
    found = rows(Tick("submitted", 1, at(1)), Tick("recalled", 1, at(2)), Tick("submitted", 1, at(5)), now=at(5))
    assert found == [(1, "cms", 1, 0), (1, "state", 3, 0), (1, "cms", 0, 0)]


def test_a_reopened_proposal_begins_the_next_round() -> None:
    found = rows(Tick("submitted", 1, at(1)), Tick("concluded", 1, at(3)), Tick("reopened", 1, at(9)), now=at(11))
    assert found == [(1, "cms", 2, 0), (2, "state", 2, 0)]


@pytest.mark.parametrize(
    ("status", "paused", "words"),
    [
        ("draft", False, "Ohio submits round 1"),
        ("submitted", False, "CMS begins its review"),
        ("in_review", False, "CMS asks questions or decides"),
        ("in_review", True, "CMS resumes its review"),
        ("changes_requested", False, "Ohio replies and submits round 1"),
        ("concluded", False, ""),
        ("withdrawn", False, ""),
    ],
)
def test_the_next_step_in_words(status: str, paused: bool, words: str) -> None:  # noqa: FBT001 - a table
    assert clock.next_step(status, "Ohio", 1, paused=paused) == words


# --- with the record ------------------------------------------------------------------------------------------------


def turn(world: World, proposal: Proposal, days: int) -> turns.Turn:
    """Whose turn it is so many days after the world was made, as CMS reads it."""
    found = turns.turn_of(world.cms.lead, fresh(proposal), NOW + timedelta(days=days))
    assert found
    return found


def test_the_turn_goes_on_when_the_review_begins_and_has_a_target(world: World) -> None:
    proposal = world.in_review()  # submitted on day 1, begun on day 2

    found = turn(world, proposal, 13)

    assert (found.side, found.count, found.due_on) == ("CMS", ", day 12 of 30", date(2027, 2, 15))
    assert found.next == "CMS asks questions or decides"


def test_a_state_counts_to_its_due_date_in_its_own_zone(world: World) -> None:
    proposal = world.in_review(world.texas)
    world.release(proposal, ["es.overview"])  # on day 14

    late = turns.turn_of(world.texas.editor, fresh(proposal), datetime(2027, 2, 2, 5, 59, tzinfo=UTC))

    assert late
    assert (late.side, late.is_yours, late.count) == ("Texas", True, ", day 3 of 28")


def test_nobodys_turn_is_after_the_end(world: World) -> None:
    assert turns.turn_of(world.cms.lead, world.concluded(), NOW) is None


def test_a_pause_stops_the_days_and_moves_the_target(world: World) -> None:
    proposal = world.in_review()
    pause(actor=world.cms.lead, proposal=proposal, reason="Our actuary is out.", now=NOW + timedelta(days=5))
    standing = turn(world, proposal, 9)
    resume(actor=world.cms.lead, proposal=fresh(proposal), now=NOW + timedelta(days=10))
    going = turn(world, proposal, 12)

    assert (standing.count, standing.next, standing.due_on) == (
        ", day 4 of 30",
        "CMS resumes its review",
        date(2027, 2, 15),
    )
    assert (going.count, going.due_on, going.paused_since) == (", day 6 of 30", date(2027, 2, 20), None)
    [span] = turns.spans(world.cms.lead, fresh(proposal), NOW + timedelta(days=12))
    assert (span.days, [pause.days for pause in span.pauses]) == (6, [5])


def test_both_sides_are_told_of_a_pause_and_read_its_reason(world: World) -> None:
    proposal = world.in_review()
    pause(actor=world.cms.lead, proposal=proposal, reason="Our actuary is out.", now=NOW)

    told = Notification.objects.filter(event__verb="paused").values_list("recipient__email", flat=True)
    page = signed_in(world.ohio.viewer).get(reverse("proposals:overview", args=[proposal.pk])).content.decode()

    assert sorted(told) == ["editor@oh.example", "signatory@oh.example", "team_lead@oh.example"]
    assert ("Our actuary is out." in page, "Paused since" in page) == (True, True)


def test_only_a_cms_lead_pauses_and_only_while_cms_has_it(world: World) -> None:
    review, asked = world.in_review(), world.questioned(title="Asked")
    for actor, proposal in (
        (world.cms.approver, review),
        (world.ohio.team_lead, review),
        (world.texas.team_lead, review),
        (world.cms.lead, asked),
    ):
        with pytest.raises(PermissionDenied):
            pause(actor=actor, proposal=proposal, reason="Because.", now=NOW)
    with pytest.raises(ReasonMissing):
        pause(actor=world.cms.lead, proposal=review, reason=" ", now=NOW)
    with pytest.raises(TransitionRefused):
        resume(actor=world.cms.lead, proposal=review, now=NOW)
    pause(actor=world.cms.lead, proposal=review, reason="Because.", now=NOW)
    with pytest.raises(TransitionRefused):
        pause(actor=world.cms.lead, proposal=review, reason="Because.", now=NOW)
    assert Event.objects.filter(verb__in=["paused", "resumed"]).count() == 1


def test_the_page_pauses_with_a_reason_and_resumes(world: World) -> None:
    proposal = world.in_review()
    client, url = signed_in(world.cms.lead), reverse("proposals:pause", args=[proposal.pk])
    empty = client.post(url, {"reason": ""})
    paused = client.post(url, {"reason": "Waiting for a letter."})
    again = client.post(url, {"reason": "Kept words."})
    resumed = client.post(url, {"resume": "yes"})

    assert [answer.status_code for answer in (empty, paused, again, resumed)] == [422, 302, 409, 302]
    assert "Kept words." in again.content.decode()
    assert fresh(proposal).paused_at is None


def test_a_withdrawal_stops_the_clock_until_it_is_restored(world: World) -> None:
    proposal = world.in_review()
    withdraw(actor=world.ohio.signatory, proposal=proposal, reason="Budget", now=NOW + timedelta(days=5))
    restore(actor=world.ohio.signatory, proposal=fresh(proposal), reason="On", now=NOW + timedelta(days=15))

    found = turn(world, proposal, 20)

    assert (found.count, found.due_on) == (", day 9 of 30", date(2027, 2, 25))
    assert sum(span.days for span in turns.spans(world.cms.lead, fresh(proposal), NOW + timedelta(days=20))) == 9


def test_a_recalled_round_is_the_states_turn_anew(world: World) -> None:
    proposal = world.submitted()
    recall(actor=world.ohio.signatory, proposal=proposal, reason="Typo", now=NOW + timedelta(days=4))

    assert turns.turn_of(world.ohio.editor, fresh(proposal), NOW + timedelta(days=6)).count == ", day 2"  # type: ignore[union-attr]


def test_the_target_is_the_one_that_held_when_the_round_came(world: World) -> None:
    first = world.submitted()
    client = signed_in(world.cms.lead)
    assert client.post(reverse("accounts:target"), {"days": "0"}).status_code == 200
    assert client.post(reverse("accounts:target"), {"days": "45"}).status_code == 302
    second = world.complete_draft(title="Second")
    hand_over(second, world.ohio.signatory)

    assert (turn(world, first, 3).of, turn(world, second, 3).of) == (30, 45)


def test_a_state_says_how_many_days_cms_starts_from(world: World) -> None:
    url = reverse("accounts:target")
    answers = [signed_in(actor).post(url, {"days": "20"}).status_code for actor in world.ohio.people.values()]
    world.ohio.agency.refresh_from_db()

    assert answers == [403, 403, 403, 302]
    assert turns.response_due(world.in_review(), NOW) == date(2027, 2, 4)


def test_cms_does_not_read_how_long_a_state_wrote_before_it_submitted(world: World) -> None:
    proposal = world.submitted()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW + timedelta(days=3))

    sides = {
        actor.side: [span.side for span in turns.spans(actor, proposal, NOW + timedelta(days=9))]
        for actor in (world.ohio.viewer, world.cms.observer)
    }

    assert sides == {Side.STATE: [Side.STATE, Side.CMS], Side.CMS: [Side.CMS]}
    assert fresh(proposal).status == Status.IN_REVIEW


def test_the_line_stands_on_pages_and_in_lists(world: World) -> None:
    proposal = world.in_review()
    client = signed_in(world.cms.lead)
    pages = [
        client.get(reverse(f"proposals:{name}", args=args)).content.decode()
        for name, args in (("overview", [proposal.pk]), ("activity", [proposal.pk]), ("list", []), ("home", []))
    ]

    assert ["Next: CMS asks questions or decides" in page for page in pages] == [True, True, True, True]
    assert ["Target" in page for page in pages] == [True, True, True, True]
