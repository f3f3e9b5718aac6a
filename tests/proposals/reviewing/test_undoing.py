"""CMS takes back what it handed over by mistake: what stands then, who hears of it, and when it is too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from icm_portal.accounts.actor import Actor
from proposals import clock, workflow
from proposals.actions.deciding import conclude, reopen
from proposals.actions.discussing import draft_follow_up
from proposals.actions.gathering import move_draft
from proposals.actions.mail import send_again
from proposals.actions.notices import mark_read
from proposals.actions.pausing import pause
from proposals.actions.reviewing import begin_review, request_changes
from proposals.actions.undoing import undo_decision, undo_release
from proposals.models import Comment, DraftComment, Handover, Notification, Proposal, Round, Thread
from proposals.opening import note_opened
from proposals.queries import history, letters, reviews, turns
from proposals.status import MailWhen, Status, Verb
from proposals.tasks import send_notifications
from tests.worlds import DUE, NOW, World, fresh

RELEASED = NOW + timedelta(days=14)
SOON = RELEASED + timedelta(minutes=59)
ANNOUNCED = NOW + timedelta(days=30)
CLOCK = ("status", "round", "status_since", "turn_since", "due_on", "paused_at", "paused_days")


def clock_of(proposal: Proposal) -> dict[str, object]:
    return {name: getattr(fresh(proposal), name) for name in CLOCK}


def drafts_of(proposal: Proposal) -> list[object]:
    return list(DraftComment.objects.filter(proposal=proposal).order_by("pk").values())


def take_back(world: World, proposal: Proposal) -> Proposal:
    return undo_release(actor=world.cms.lead, proposal=proposal, reason="The wrong list.", now=SOON)


def told_of(proposal: Proposal, verb: Verb) -> list[str]:
    rows = Notification.objects.filter(event__proposal=proposal, event__verb=verb)
    return sorted(rows.values_list("recipient__email", flat=True))


def test_taken_back_the_round_is_in_review_as_if_nothing_had_been_sent(world: World) -> None:
    proposal = world.in_review()
    world.ask(proposal, "es.overview.model", "Which model is it exactly?")
    second = world.ask(proposal, "es.program.population", "How many people?")
    move_draft(actor=world.cms.lead, proposal=proposal, draft=second, step=-1, now=NOW)
    before, drafts = clock_of(proposal), drafts_of(proposal)
    world.release(proposal, ["es.overview"])
    assert (fresh(proposal).status, fresh(proposal).round, drafts_of(proposal)) == ("changes_requested", 2, [])
    take_back(world, proposal)
    assert clock_of(proposal) == before
    assert drafts_of(proposal) == drafts
    assert not Thread.objects.filter(proposal=proposal).exists()
    assert not Round.objects.filter(proposal=proposal).exists()
    with pytest.raises(Http404):
        letters.get_letter(fresh(proposal), 1)


def test_a_question_that_was_asked_again_stands_as_it_stood(world: World) -> None:
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW + timedelta(days=1))
    thread = Thread.objects.select_related("proposal").get(proposal=proposal)
    draft_follow_up(actor=world.cms.reviewer, thread=thread, body="For children too?", now=NOW + timedelta(days=2))
    said, drafts = list(Comment.objects.filter(thread=thread)), drafts_of(proposal)
    world.release(fresh(proposal), ["es.overview"])
    take_back(world, proposal)
    thread.refresh_from_db()
    assert (thread.status, list(Comment.objects.filter(thread=thread))) == ("answered", said)
    assert drafts_of(proposal) == drafts
    assert [release.number for release in Round.objects.filter(proposal=proposal)] == [1]


def test_a_release_after_it_has_the_same_numbers_and_its_own_letter(world: World) -> None:
    proposal = world.questioned()
    take_back(world, proposal)
    world.release(fresh(proposal), ["es.program"])
    letter = letters.get_letter(fresh(proposal), 1)
    assert [str(item.thread) for item in letter.asked] == ["Q1"]
    assert letter.release.section_keys == ["es.program"]
    assert fresh(proposal).round == 2
    undo_release(actor=world.cms.lead, proposal=proposal, reason="Again.", now=SOON)
    world.release(fresh(proposal), ["es.overview"])
    assert letters.get_letter(fresh(proposal), 1).release.attempt == 3


def test_a_pause_that_the_release_ended_goes_on(world: World) -> None:
    proposal = world.in_review()
    pause(actor=world.cms.lead, proposal=proposal, reason="The actuary is out.", now=NOW + timedelta(days=5))
    before = clock_of(proposal)
    world.ask(proposal, "es.overview.model", "Which model is it exactly?")
    world.release(fresh(proposal), ["es.overview"])
    take_back(world, proposal)
    assert clock_of(proposal) == before
    [_, mine] = turns.spans(world.ohio.editor, fresh(proposal), SOON)
    assert (mine.side, mine.days, [pause.days for pause in mine.pauses], mine.until) == ("cms", 4, [9], None)


def test_the_table_of_who_had_it_forgets_what_was_taken_back() -> None:
    ticks = [
        clock.Tick("submitted", 1, NOW),
        clock.Tick("changes_requested", 1, NOW + timedelta(days=3)),
        clock.Tick("release_undone", 1, NOW + timedelta(days=3, hours=1)),
        clock.Tick("concluded", 1, NOW + timedelta(days=5)),
        clock.Tick("decision_undone", 1, NOW + timedelta(days=5, hours=1)),
    ]
    found = clock.spans(ticks, "America/New_York", NOW + timedelta(days=8))
    assert [(span.round, span.side, span.days, span.until) for span in found] == [(1, "cms", 8, None)]


def test_after_an_hour_it_is_too_late(world: World) -> None:
    proposal = world.questioned()
    late = RELEASED + timedelta(hours=1, seconds=1)
    with pytest.raises(workflow.TransitionRefused, match="hour"):
        undo_release(actor=world.cms.lead, proposal=proposal, reason="Late.", now=late)
    assert fresh(proposal).status == Status.CHANGES_REQUESTED


def test_once_somebody_of_the_state_has_opened_it_it_is_too_late(world: World) -> None:
    proposal = world.questioned()
    assert note_opened(proposal=proposal, actor=world.ohio.viewer, now=SOON)
    with pytest.raises(workflow.Blocked, match="Ohio has opened it"):
        take_back(world, proposal)
    handover = Handover.objects.get(proposal=proposal)
    assert (handover.opened_at, handover.opened_by, handover.undone_at) == (SOON, world.ohio.viewer.user, None)


def test_of_an_opening_and_a_taking_back_the_first_wins(world: World) -> None:
    opened, undone = world.questioned(title="Opened"), world.questioned(title="Taken back")
    seen_by_the_state = fresh(undone)
    take_back(world, undone)
    assert not note_opened(proposal=seen_by_the_state, actor=world.ohio.editor, now=SOON)
    assert Handover.objects.get(proposal=undone).opened_at is None
    twice = fresh(opened)
    assert note_opened(proposal=fresh(opened), actor=world.ohio.editor, now=SOON)
    assert not note_opened(proposal=twice, actor=world.ohio.viewer, now=SOON + timedelta(minutes=1))
    assert Handover.objects.get(proposal=opened).opened_by == world.ohio.editor.user


def test_no_one_but_the_state_opens_it(world: World) -> None:
    proposal = world.questioned()
    for actor in (world.cms.lead, world.texas.editor):
        assert note_opened(proposal=proposal, actor=actor, now=SOON)
    assert fresh(proposal).unopened_at == RELEASED
    assert Handover.objects.get(proposal=proposal).opened_at is None


@pytest.mark.parametrize("role", ["observer", "reviewer", "approver"])
def test_only_those_who_may_release_take_a_release_back(world: World, role: str) -> None:
    proposal = world.questioned()
    with pytest.raises(PermissionDenied):
        undo_release(actor=getattr(world.cms, role), proposal=proposal, reason="Mine?", now=SOON)
    with pytest.raises(PermissionDenied):
        undo_release(actor=world.ohio.signatory, proposal=proposal, reason="Ours?", now=SOON)


def test_it_needs_a_reason_that_both_sides_read(world: World) -> None:
    proposal = world.questioned()
    with pytest.raises(workflow.ReasonMissing):
        undo_release(actor=world.cms.lead, proposal=proposal, reason=" ", now=SOON)
    take_back(world, proposal)
    for actor in (world.ohio.viewer, world.cms.observer):
        newest = history.events(actor, fresh(proposal))[0]
        assert (newest.verb, newest.round, newest.reason.text) == ("release_undone", 1, "The wrong list.")


def test_who_was_not_reached_is_never_told(world: World) -> None:
    proposal = world.questioned()
    assert len(told_of(proposal, Verb.CHANGES_REQUESTED)) == 3
    take_back(world, proposal)
    assert told_of(proposal, Verb.CHANGES_REQUESTED) == []
    # The lead took it back; of the reviewers nobody else works on it.
    assert told_of(proposal, Verb.RELEASE_UNDONE) == []


def test_who_got_a_mail_or_read_the_notice_is_told(world: World, mailoutbox: list[object]) -> None:
    proposal = world.questioned()
    sent = Notification.objects.get(
        event__verb=Verb.CHANGES_REQUESTED, recipient=world.ohio.editor.user, event__proposal=proposal
    )
    Notification.objects.filter(pk=sent.pk).update(attempts=1, sent_at=RELEASED)
    mark_read(actor=world.ohio.signatory, now=RELEASED)
    mailoutbox.clear()
    take_back(world, proposal)
    assert told_of(proposal, Verb.RELEASE_UNDONE) == ["editor@oh.example", "signatory@oh.example"]
    sent.refresh_from_db()
    assert sent.read_at == SOON
    assert send_notifications(sent.event_id) == 1, "the notice that was read is mailed as chosen"
    event = proposal.events.get(verb=Verb.RELEASE_UNDONE)
    assert send_notifications(event.pk) == 2
    words = [str(mail.subject) for mail in mailoutbox][-2:]  # type: ignore[attr-defined]
    assert words == [f"{proposal.number}: CMS took the questions on round 1 back"] * 2


def announced(world: World) -> tuple[Proposal, Actor]:
    return world.concluded(), world.cms.approver


def test_who_got_the_mail_is_told_also_when_it_was_just_asked_for_again(world: World) -> None:
    proposal = world.questioned()
    event = proposal.events.get(verb=Verb.CHANGES_REQUESTED)
    send_notifications(event.pk)
    soon = RELEASED + timedelta(minutes=10)
    send_again(actor=world.cms.lead, proposal=proposal, event=event, only_failed=False, now=soon)
    assert set(Notification.objects.filter(event=event).values_list("attempts", "sent_at")) == {(0, None)}
    take_back(world, proposal)
    reached = ["editor@oh.example", "signatory@oh.example", "team_lead@oh.example"]
    assert told_of(proposal, Verb.RELEASE_UNDONE) == reached
    assert told_of(proposal, Verb.CHANGES_REQUESTED) == reached


def test_a_decision_is_a_draft_again(world: World) -> None:
    proposal, approver = announced(world)
    soon = ANNOUNCED + timedelta(minutes=5)
    undo_decision(actor=approver, proposal=proposal, reason="Wrong letter.", now=soon)
    assert (fresh(proposal).status, fresh(proposal).round) == ("in_review", 1)
    assert fresh(proposal).turn_since == NOW + timedelta(days=1)
    assert reviews.announced_decision(fresh(proposal)) is None
    drafted = reviews.drafted_decision(fresh(proposal))
    assert drafted
    assert (drafted.letter, drafted.announced_by) == ("<p>Please file.</p>", None)
    conclude(actor=approver, proposal=proposal, drafted_at=drafted.drafted_at, now=soon + timedelta(hours=3))
    assert fresh(proposal).status == Status.CONCLUDED
    assert Handover.objects.filter(proposal=proposal).count() == 2


def test_a_decision_that_was_opened_is_reopened_instead(world: World) -> None:
    proposal, approver = announced(world)
    soon = ANNOUNCED + timedelta(minutes=5)
    note_opened(proposal=proposal, actor=world.ohio.viewer, now=soon)
    with pytest.raises(workflow.Blocked):
        undo_decision(actor=approver, proposal=proposal, reason="Wrong letter.", now=soon)
    reopen(
        actor=approver, proposal=proposal, reason="Wrong letter.", section_keys=["es.overview"], due_on=DUE, now=soon
    )
    assert fresh(proposal).status == Status.CHANGES_REQUESTED
    with pytest.raises(workflow.Blocked):
        undo_release(actor=world.cms.lead, proposal=proposal, reason="No.", now=soon)


def test_a_daily_mail_about_it_is_not_sent(world: World) -> None:
    proposal, approver = announced(world)
    rows = Notification.objects.filter(event__proposal=proposal, event__verb=Verb.CONCLUDED)
    rows.filter(recipient=world.ohio.editor.user).update(when=MailWhen.DAILY)
    undo_decision(actor=approver, proposal=proposal, reason="Wrong letter.", now=ANNOUNCED + timedelta(minutes=5))
    assert not rows.filter(recipient__email__endswith="oh.example").exists()


def test_what_was_left_out_of_the_round_stays_a_draft_beside_what_comes_back(world: World) -> None:
    proposal = world.in_review()
    asked = world.ask(proposal, "es.overview.model", "Which model is it exactly?")
    left = world.ask(proposal, "es.program.population", "How many people?")
    request_changes(
        actor=world.cms.lead, proposal=proposal, drafts=[asked], section_keys=["es.overview"],
        due_on=DUE, cover_text="", now=RELEASED,
    )  # fmt: skip
    take_back(world, proposal)
    assert set(DraftComment.objects.filter(proposal=proposal)) == {asked, left}
