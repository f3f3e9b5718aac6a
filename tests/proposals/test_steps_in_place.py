"""Steps that an administrator takes because nobody of a side is left who may: which, when, and what everybody reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from icm_portal.accounts.actor import Actor, Administrator
from icm_portal.accounts.models import Membership, Role, User
from proposals import workflow
from proposals.actions.correcting import IN_PLACE, CorrectionRefused, step_in_place
from proposals.actions.default_reviewers import set_default_reviewers
from proposals.actions.pausing import pause
from proposals.actions.reviewing import assign
from proposals.actions.submitting import restore
from proposals.models import Comment, Correction, DraftComment, Event, Notification, Proposal
from proposals.queries import history, sentences, turns
from proposals.status import OPEN, Status, Verb
from tests.worlds import NOW, PASSWORD, World, fresh, make_actor, signed_in

LATER = NOW + timedelta(days=20)
WHY = "Its only signatory has left."


@pytest.fixture
def admin(world: World) -> Administrator:
    """A site administrator who belongs to no agency."""
    return Administrator(
        User.objects.create_user(email="admin@example.org", password=PASSWORD, name="Admin", is_staff=True)
    )


def gone(*actors: Actor) -> None:
    """These people are members no more."""
    Membership.objects.filter(pk__in=[actor.membership.pk for actor in actors]).update(ended_at=NOW)


def in_place(admin: Administrator, proposal: Proposal, name: str, **more: Any) -> Proposal:
    given: dict[str, Any] = {"seen": proposal.status, "reason": WHY, "now": LATER} | more
    return step_in_place(by=admin, proposal=proposal, name=name, **given)


def read(actor: Actor, proposal: Proposal) -> tuple[str, str]:
    """What somebody reads of the newest entry of the record."""
    entry = sentences.entry(history.events(actor, proposal)[0], actor)
    return entry.text, entry.reason


# --- who may --------------------------------------------------------------------------------------------------------


def test_those_who_are_counted_are_those_who_may(world: World) -> None:
    for team in (world.ohio, world.texas):
        make_actor(team.agency, Role.SIGNATORY, name="Second")
    gone(make_actor(world.ohio.agency, Role.SIGNATORY, name="Left"))
    other = make_actor(world.cms.agency, Role.REVIEWER, name="Other")
    waiting, taken = world.submitted(title="Waiting"), world.submitted(title="Assigned")
    assign(actor=world.cms.lead, proposal=taken, reviewer=world.cms.reviewer.user, now=NOW)
    chosen = {("", str(other.user.pk)): other.user}
    set_default_reviewers(actor=world.cms.lead, agency=world.ohio.agency, chosen=chosen, now=NOW)
    memberships = Membership.objects.filter(ended_at__isnull=True).select_related("user", "agency")
    actors = [Actor(membership.user, membership) for membership in memberships]
    for proposal in (waiting, taken, world.questioned(), world.concluded(), world.submitted(world.texas)):
        for row in workflow.TABLE.values():
            may = {actor.user.pk for actor in actors if row.who(actor, proposal)}
            assert set(row.doers(proposal, NOW).values_list("pk", flat=True)) == may, (row.name, proposal.title)


def test_what_signs_asks_or_decides_is_never_done_for_anybody(world: World, admin: Administrator) -> None:
    gone(*world.ohio.people.values(), *world.cms.people.values())
    assert {row.name for row in workflow.TABLE.values() if row.in_place} | {"resume"} == set(IN_PLACE)
    for name in workflow.TABLE.keys() - IN_PLACE.keys():
        row = workflow.TABLE[name]
        for status in row.sources:
            proposal = world.draft(title=f"{name} {status}")
            before = Status.SUBMITTED if status == Status.WITHDRAWN else ""
            Proposal.objects.filter(pk=proposal.pk).update(status=status, withdrawn_from=before)
            with pytest.raises(PermissionDenied):
                workflow.perform(name=name, proposal_id=proposal.pk, actor=admin, now=LATER, reason=WHY)


def test_nobody_but_an_administrator_acts_in_the_place_of_a_side(world: World) -> None:
    proposal = world.submitted()
    gone(world.ohio.signatory)
    for actor in world.everybody:
        with pytest.raises(PermissionDenied):
            in_place(Administrator(actor.user), proposal, "withdraw")
    assert fresh(proposal).status == Status.SUBMITTED


@pytest.mark.parametrize("name", ["recall", "withdraw"])
def test_while_somebody_can_an_administrator_cannot(world: World, admin: Administrator, name: str) -> None:
    proposal = world.submitted()
    with pytest.raises(workflow.TransitionRefused, match="Somebody of that side can do this now"):
        in_place(admin, proposal, name)
    assert (fresh(proposal).status, Correction.objects.count()) == (Status.SUBMITTED, 0)


def test_it_needs_a_reason_and_the_status_that_was_seen(world: World, admin: Administrator) -> None:
    proposal = world.in_review()
    gone(world.ohio.signatory)
    with pytest.raises(workflow.ReasonMissing):
        in_place(admin, proposal, "withdraw", reason=" ")
    with pytest.raises(CorrectionRefused):
        in_place(admin, proposal, "withdraw", seen=Status.SUBMITTED)
    with pytest.raises(workflow.TransitionRefused, match="now “in review”"):
        in_place(admin, proposal, "recall")
    assert fresh(proposal).status == Status.IN_REVIEW


# --- what becomes of it ---------------------------------------------------------------------------------------------


def test_a_recalled_round_is_back_as_if_its_signatory_had_recalled_it(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    gone(world.ohio.signatory)
    after = in_place(admin, proposal, "recall")
    assert (after.status, after.round, after.turn_since) == (Status.CHANGES_REQUESTED, 2, LATER)
    assert proposal.submissions.get(round=2).recall.at == LATER
    assert DraftComment.objects.get(proposal=proposal).body == "<p>It is a health home.</p>"
    assert not Comment.objects.filter(thread__proposal=proposal, round=2).exists()
    correction = Correction.objects.get()
    assert (correction.was, correction.became) == ("submitted", "changes_requested")
    told = Notification.objects.filter(event=correction.event).values_list("recipient__email", flat=True)
    assert sorted(told) == ["editor@oh.example", "lead@cms.example", "team_lead@oh.example"]
    newest = turns.spans(world.ohio.editor, after, LATER)[-1]
    assert (newest.side, newest.since, newest.until) == ("state", LATER, None)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_a_proposal_ends_from_wherever_it_is_open(world: World, admin: Administrator, status: str) -> None:
    made = {
        "draft": world.draft, "submitted": world.submitted, "in_review": world.in_review,
        "changes_requested": world.questioned,
    }  # fmt: skip
    proposal = made[status]()
    gone(world.ohio.signatory)
    after = in_place(admin, proposal, "withdraw")
    assert (after.status, after.withdrawn_from) == (Status.WITHDRAWN, status)
    readers = [world.ohio.viewer] if status == "draft" else [world.ohio.viewer, world.cms.observer]
    for reader in readers:
        assert read(reader, after) == (
            "An administrator withdrew the proposal in the place of the state",
            WHY,
        )
    at_cms = Notification.objects.filter(event__verb=Verb.WITHDRAWN_FOR, recipient__email__endswith="cms.example")
    assert at_cms.exists() == (status != "draft")
    newest = turns.spans(world.ohio.editor, after, LATER + timedelta(days=9))[-1]
    assert newest.until == LATER
    back = make_actor(world.ohio.agency, Role.SIGNATORY, name="New")
    assert restore(actor=back, proposal=after, reason="We go on.", now=LATER).status == status


def test_a_pause_that_nobody_can_end_ends(world: World, admin: Administrator) -> None:
    proposal = world.in_review()
    paused = pause(actor=world.cms.lead, proposal=proposal, reason="The actuary.", now=NOW + timedelta(days=5))
    with pytest.raises(workflow.TransitionRefused, match="Somebody of that side"):
        in_place(admin, paused, "resume")
    gone(world.cms.lead)
    after = in_place(admin, paused, "resume")
    assert (after.paused_at, after.paused_days, after.status) == (None, 15, Status.IN_REVIEW)
    assert after.due_on == paused.due_on + timedelta(days=15)  # type: ignore[operator]
    assert read(world.cms.observer, after) == (
        "An administrator resumed the review of round 1 in the place of CMS",
        WHY,
    )
    (counted,) = turns.spans(world.cms.observer, after, LATER)[-1].pauses
    assert (counted.until, counted.days) == (LATER, 15)
    with pytest.raises(workflow.TransitionRefused, match="running already"):
        in_place(admin, after, "resume")
    Proposal.objects.filter(pk=proposal.pk).update(status=Status.CONCLUDED)
    with pytest.raises(workflow.TransitionRefused, match="no review of CMS now"):
        in_place(admin, fresh(proposal), "resume")


def test_its_mails_are_no_step_that_the_state_sends_again(world: World, admin: Administrator) -> None:
    proposal = world.submitted()
    gone(world.ohio.signatory)
    in_place(admin, proposal, "recall")
    client = signed_in(world.ohio.team_lead)
    page = client.get(reverse("proposals:sent_mail", args=[proposal.pk]))
    assert [step.event.verb for step in page.context["steps"]] == ["submitted"]


# --- the pages ------------------------------------------------------------------------------------------------------


def counted(admin: Administrator, proposal: Proposal) -> list[tuple[str, int, bool]]:
    page = signed_in(admin.user).get(reverse("proposals:correcting", args=[proposal.pk]))
    return [(way.name, way.count, way.is_stuck) for way in page.context["ways"]]


def test_the_page_counts_who_may_take_each_step(world: World, admin: Administrator) -> None:
    make_actor(world.ohio.agency, Role.SIGNATORY, name="Second")
    submitted, reviewed = world.submitted(), world.in_review(title="Reviewed")
    assert counted(admin, submitted) == [("recall", 2, False), ("begin_review", 2, False), ("withdraw", 2, False)]
    pause(actor=world.cms.lead, proposal=reviewed, reason="Because.", now=NOW)
    gone(world.cms.lead, world.ohio.signatory)
    assert counted(admin, reviewed) == [
        ("request_changes", 0, False), ("conclude", 1, False), ("withdraw", 1, False), ("resume", 0, True),
    ]  # fmt: skip
    Membership.objects.update(ended_at=NOW)
    assert counted(admin, submitted) == [("recall", 0, True), ("begin_review", 0, False), ("withdraw", 0, True)]
    page = signed_in(admin.user).get(reverse("proposals:correcting", args=[submitted.pk])).content.decode()
    assert not {name for name in ("Second", "Ohio signatory", "@oh.example", submitted.title) if name in page}


def test_what_can_no_longer_be_taken_back_is_not_counted(world: World, admin: Administrator) -> None:
    proposal = world.questioned()
    assert [name for name, _, _ in counted(admin, proposal)] == ["submit", "undo_release", "withdraw"]
    Proposal.objects.filter(pk=proposal.pk).update(unopened_at=None)
    assert [name for name, _, _ in counted(admin, proposal)] == ["submit", "withdraw"]


def test_the_page_shows_before_and_after_and_who_is_told(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    gone(world.ohio.signatory)
    address = reverse("proposals:correct_step", args=[proposal.pk, "recall"])
    client = signed_in(admin.user)
    page = client.get(address)
    assert page.context["change"] == [
        ("Status", "Submitted", "Changes requested"),
        ("Whose turn", "CMS", "Ohio Medicaid"),
    ]
    assert page.context["told"] == [("Ohio Medicaid", 2), ("CMS", 1)]
    body = {"seen": "submitted", "reason": WHY}
    assert client.post(address, {**body, "reason": ""}).status_code == 422
    late = client.post(address, {**body, "seen": "in_review"})
    assert (late.status_code, WHY in late.content.decode()) == (409, True)
    assert client.post(address, body).status_code == 302
    again = client.post(address, body)
    assert (again.status_code, fresh(proposal).status) == (409, Status.CHANGES_REQUESTED)
    assert Event.objects.filter(verb=Verb.RECALLED_FOR).count() == 1


def test_who_came_between_page_and_click_keeps_the_administrator_from_it(world: World, admin: Administrator) -> None:
    proposal = world.submitted()
    gone(world.ohio.signatory)
    address = reverse("proposals:correct_step", args=[proposal.pk, "withdraw"])
    client = signed_in(admin.user)
    assert client.get(address).status_code == 200
    make_actor(world.ohio.agency, Role.SIGNATORY, name="New")
    for answer in (client.post(address, {"seen": "submitted", "reason": WHY}), client.get(address)):
        page = answer.content.decode()
        assert (answer.status_code, workflow.SOMEBODY in page, "Nobody who may" in page) == (409, True, False)
    assert fresh(proposal).status == Status.SUBMITTED


def test_other_steps_have_no_page(world: World, admin: Administrator) -> None:
    proposal = world.submitted()
    Membership.objects.update(ended_at=NOW)
    for name in ("submit", "begin_review", "conclude", "restore", "reopen", "undo_release", "hide"):
        address = reverse("proposals:correct_step", args=[proposal.pk, name])
        assert signed_in(admin.user).get(address).status_code == 404


def test_the_page_is_not_there_for_anybody_else(world: World) -> None:
    address = reverse("proposals:correct_step", args=[world.submitted().pk, "recall"])
    for actor in world.everybody:
        assert signed_in(actor).get(address).status_code == 404
