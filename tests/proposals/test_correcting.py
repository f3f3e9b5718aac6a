"""What a site administrator puts right: who may, what everybody reads afterwards, and what stays as it was."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from exports.actions.requesting import request_packet
from exports.models import Packet
from exports.policy import can_view_packet, visible_packets
from exports.queries.assemble import packet_content
from exports.status import Audience
from icm_portal.accounts.actor import Administrator
from icm_portal.accounts.models import Agency, Side, User
from proposals import workflow
from proposals.actions.correcting import CorrectionRefused, hide_comment, move_proposal, show_comment
from proposals.actions.discussing import Place, draft_reply, write_note
from proposals.actions.mail import send_again
from proposals.actions.submitting import recall
from proposals.actions.undoing import undo_release
from proposals.models import (
    Comment,
    Correction,
    DraftComment,
    Event,
    Notification,
    Proposal,
    SignOff,
    Thread,
)
from proposals.policy import can_view_proposal
from proposals.queries import discussion, history, sentences, work
from proposals.queries.access import notes
from proposals.queries.drafts import last_submission
from proposals.status import MailWhen, Verb
from proposals.tasks import send_notifications, sweep_notifications
from tests.proposals.clearance.scenes import asked
from tests.worlds import NOT_CHANGED, NOW, PASSWORD, World, fresh, hand_over, signed_in

LATER = NOW + timedelta(days=20)
QUESTION, REPLY = "Which model is it exactly?", "It is a health home."
REMOVED = "A comment was removed by an administrator on 4 February 2027."


@pytest.fixture
def admin(world: World) -> Administrator:
    """A site administrator who belongs to no agency."""
    return Administrator(
        User.objects.create_user(email="admin@example.org", password=PASSWORD, name="Admin", is_staff=True)
    )


def said(proposal: Proposal, *, by_cms: bool = True) -> Comment:
    side = Side.CMS if by_cms else Side.STATE
    return Comment.objects.select_related("thread__proposal").get(thread__proposal=proposal, agency__side=side)


def hidden(world: World, admin: Administrator, *, by_cms: bool = True) -> Proposal:
    proposal = world.answered()
    hide_comment(by=admin, comment=said(proposal, by_cms=by_cms), reason="It names a patient.", now=LATER)
    return fresh(proposal)


def test_a_hidden_question_keeps_its_words_and_shows_none_of_them(world: World, admin: Administrator) -> None:
    proposal = hidden(world, admin)
    found = said(proposal)
    assert (found.words, found.body) == (f"<p>{QUESTION}</p>", f"<p>{REMOVED}</p>")
    assert said(proposal, by_cms=False).body == f"<p>{REPLY}</p>"


@pytest.mark.parametrize("by_cms", [True, False])
def test_no_page_of_either_side_shows_the_words(world: World, admin: Administrator, by_cms: bool) -> None:  # noqa: FBT001 - a table
    proposal = hidden(world, admin, by_cms=by_cms)
    words = QUESTION if by_cms else REPLY
    thread = Thread.objects.get(proposal=proposal)
    both = ["overview", "questions", "activity", ("letter", 1), ("receipt", 1)]
    state = [*both, ("section", "es.overview"), ("history", "es.overview"), "compare"]
    cms = [*both, ("review", "es.overview"), ("thread_status", thread.pk), "compare"]
    shown = 0
    for actor, places in ((world.ohio.editor, state), (world.cms.lead, cms)):
        for place in places:
            name, *more = (place,) if isinstance(place, str) else place
            page = signed_in(actor).get(reverse(f"proposals:{name}", args=[proposal.pk, *more]))
            assert page.status_code in {200, 403}, name
            assert words not in page.content.decode(), (actor.user.name, name)
            shown += REMOVED in page.content.decode()
    assert shown >= 4


def test_new_packets_say_so_and_earlier_ones_are_nobodys(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    lead, submission = world.cms.lead, last_submission(proposal)
    packet = request_packet(
        actor=lead, proposal=proposal, submission=submission, audience=Audience.CMS, now=timezone.now()
    )
    assert can_view_packet(lead, packet)
    hide_comment(by=admin, comment=said(proposal), reason="It names a patient.", now=LATER)
    content = packet_content(fresh(proposal), submission, Audience.STATE, LATER)
    assert [message.body for item in content.exchanges for message in item.messages] == [
        f"<p>{REMOVED}</p>",
        f"<p>{REPLY}</p>",
    ]
    for actor in (*world.ohio.people.values(), *world.cms.people.values()):
        assert not can_view_packet(actor, packet)
        assert not Packet.objects.filter(visible_packets(actor)).exists()
    show_comment(by=admin, comment=said(proposal), reason="It did not.", now=LATER)
    assert can_view_packet(lead, packet)


def test_a_packet_made_before_is_made_anew_also_when_it_reads_the_same(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    wanted = partial(
        request_packet,
        actor=world.ohio.editor,
        proposal=proposal,
        submission=proposal.submissions.get(round=1),
        audience=Audience.STATE,
    )
    before = wanted(now=NOW)
    hide_comment(by=admin, comment=said(proposal), reason="It names a patient.", now=LATER)
    after, again = (wanted(now=LATER + timedelta(hours=hour)) for hour in (1, 2))
    assert before != after == again
    assert [can_view_packet(world.ohio.editor, packet) for packet in (before, after)] == [False, True]


def test_a_hidden_question_needs_no_reply_and_counts_again_when_it_is_back(world: World, admin: Administrator) -> None:
    proposal = world.questioned()
    hide_comment(by=admin, comment=said(proposal), reason="The wrong list.", now=LATER)
    assert discussion.unanswered(fresh(proposal)) == []
    assert work.question_totals([fresh(proposal)]) == {}
    assert not list(workflow.TABLE["submit"].hinders(fresh(proposal)))
    assert work.tasks(world.ohio.editor, [fresh(proposal)])[0].label.startswith("CMS asks for changes")
    show_comment(by=admin, comment=said(proposal), reason="It was right.", now=LATER)
    assert [str(thread) for thread in discussion.unanswered(fresh(proposal))] == ["Q1"]
    assert work.question_totals([fresh(proposal)]) == {proposal.pk: (1, 0)}
    assert said(proposal).body == f"<p>{QUESTION}</p>"


@pytest.mark.parametrize(("replied", "standing"), [(False, "open"), (True, "answered")])
def test_a_question_that_is_back_after_the_next_round_waits_for_the_reply_it_did_not_get(
    world: World,
    admin: Administrator,
    replied: bool,  # noqa: FBT001 - a table
    standing: str,
) -> None:
    proposal = world.questioned()
    thread = Thread.objects.select_related("proposal__agency").get(proposal=proposal)
    if replied:
        draft_reply(actor=world.ohio.editor, thread=thread, body=REPLY, now=LATER, claimed=NOT_CHANGED)
    hide_comment(by=admin, comment=said(proposal), reason="The wrong list.", now=LATER)
    hand_over(proposal, world.ohio.signatory, summary="As wished.")
    show_comment(by=admin, comment=said(proposal), reason="It was right.", now=LATER)
    assert Thread.objects.get(pk=thread.pk).status == standing


def test_a_hidden_reply_does_not_come_back_when_its_round_is_recalled(world: World, admin: Administrator) -> None:
    proposal = hidden(world, admin, by_cms=False)
    assert Thread.objects.get(proposal=proposal).status == "answered"
    recall(actor=world.ohio.signatory, proposal=proposal, reason="Wrong.", now=LATER)
    assert list(DraftComment.objects.filter(proposal=proposal)) == []
    assert [str(thread) for thread in discussion.unanswered(fresh(proposal))] == ["Q1"]
    assert [comment.agency for comment in Comment.objects.filter(thread__proposal=proposal)] == [world.cms.agency]


def test_a_hidden_question_does_not_come_back_when_its_release_is_undone(world: World, admin: Administrator) -> None:
    proposal = world.in_review()
    for words in (QUESTION, "Who pays for it?"):
        world.ask(proposal, "es.overview.model", words)
    world.release(proposal, ["es.overview"])
    first = Comment.objects.select_related("thread__proposal").get(words=f"<p>{QUESTION}</p>")
    soon = NOW + timedelta(days=14, minutes=10)
    hide_comment(by=admin, comment=first, reason="It names a patient.", now=soon)
    undo_release(actor=world.cms.lead, proposal=fresh(proposal), reason="The wrong list.", now=soon)
    assert [draft.body for draft in DraftComment.objects.filter(proposal=proposal)] == ["<p>Who pays for it?</p>"]
    assert Comment.objects.filter(thread__proposal=proposal).count() == 0
    assert Thread.objects.filter(proposal=proposal).count() == 0


def test_both_sides_read_that_an_administrator_did_it_and_why(world: World, admin: Administrator) -> None:
    proposal = hidden(world, admin)
    for actor in (world.ohio.viewer, world.cms.observer):
        found = sentences.entry(history.events(actor, proposal)[0], actor)
        assert (found.text, found.reason) == (
            "An administrator removed a comment in Overview",
            "It names a patient.",
        )
    told = Notification.objects.filter(event__verb=Verb.COMMENT_HIDDEN).values_list("recipient__email", flat=True)
    assert sorted(told) == [
        "editor@oh.example", "lead@cms.example", "signatory@oh.example", "team_lead@oh.example",
    ]  # fmt: skip
    correction = Correction.objects.get()
    assert (correction.was, correction.became) == ("answered", "resolved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.update(was="")


def test_it_is_no_step_of_a_side_whose_mail_stands_with_the_mails_or_is_sent_again(
    world: World, admin: Administrator
) -> None:
    proposal = world.questioned()
    event = Event.objects.get(verb=Verb.CHANGES_REQUESTED)
    send_notifications(event.pk)
    hide_comment(by=admin, comment=said(proposal), reason="The wrong list.", now=LATER)
    pages = [
        signed_in(actor).get(reverse("proposals:sent_mail", args=[proposal.pk]))
        for actor in (world.ohio.editor, world.cms.lead)
    ]
    assert [[step.event.verb for step in page.context["steps"]] for page in pages] == [
        [Verb.SUBMITTED],
        [Verb.CHANGES_REQUESTED, Verb.REVIEW_BEGUN],
    ]
    assert send_again(actor=world.cms.lead, proposal=proposal, event=event, only_failed=False, now=LATER) == 3


def test_nobody_but_an_administrator_puts_anything_right(world: World) -> None:
    proposal = world.questioned()
    for actor in world.everybody:
        by = Administrator(actor.user)
        with pytest.raises(PermissionDenied):
            hide_comment(by=by, comment=said(proposal), reason="Mine.", now=LATER)
        with pytest.raises(PermissionDenied):
            move_proposal(by=by, proposal=proposal, agency=world.texas.agency, reason="Mine.", now=LATER)


def test_each_needs_a_reason_and_is_done_once(world: World, admin: Administrator) -> None:
    proposal = hidden(world, admin)
    with pytest.raises(CorrectionRefused):
        hide_comment(by=admin, comment=said(proposal), reason="Again.", now=LATER)
    with pytest.raises(workflow.ReasonMissing):
        show_comment(by=admin, comment=said(proposal), reason=" ", now=LATER)
    with pytest.raises(workflow.ReasonMissing):
        move_proposal(by=admin, proposal=proposal, agency=world.texas.agency, reason="", now=LATER)


# --- another agency -------------------------------------------------------------------------------------------------


def moved(world: World, admin: Administrator, proposal: Proposal) -> Proposal:
    return move_proposal(by=admin, proposal=proposal, agency=world.texas.agency, reason="Wrong state.", now=LATER)


def test_access_follows_at_once_and_the_number_stays(world: World, admin: Administrator) -> None:
    proposal = world.questioned()
    events = list(Event.objects.filter(proposal=proposal).values_list("pk", flat=True))
    after = fresh(moved(world, admin, proposal))
    assert (after.agency, after.number, after.round) == (world.texas.agency, proposal.number, 2)
    assert [can_view_proposal(actor, after) for actor in world.ohio.people.values()] == [False] * 4
    assert [can_view_proposal(actor, after) for actor in world.texas.people.values()] == [True] * 4
    assert [can_view_proposal(actor, after) for actor in world.cms.people.values()] == [True] * 4
    address = reverse("proposals:overview", args=[proposal.pk])
    codes = [signed_in(team.editor).get(address).status_code for team in (world.ohio, world.texas)]
    assert codes == [404, 200]
    assert set(events) < set(Event.objects.filter(proposal=proposal).values_list("pk", flat=True))


def test_what_the_agency_kept_inside_is_read_by_nobody_else(world: World, admin: Administrator) -> None:
    proposal = world.questioned()
    write_note(actor=world.ohio.editor, proposal=proposal, place=Place(), body="Between us.", now=NOW)
    thread = Thread.objects.select_related("proposal__agency").get(proposal=proposal)
    draft_reply(actor=world.ohio.editor, thread=thread, body="Not yet said.", now=NOW)
    asked(world, proposal, world.ohio.viewer, "Legal")
    after = fresh(moved(world, admin, proposal))
    assert list(notes(world.texas.editor, after)) == []
    assert list(discussion.drafts(world.texas.editor, after)) == []
    assert [str(item) for item in discussion.unanswered(after)] == ["Q1"]
    assert SignOff.objects.get(proposal=proposal).ended_at == LATER
    thread.proposal = after
    draft_reply(actor=world.texas.editor, thread=thread, body="It is a health home.", now=LATER)
    back = move_proposal(by=admin, proposal=after, agency=world.ohio.agency, reason="Right at first.", now=LATER)
    assert [note.body for note in notes(world.ohio.editor, back)] == ["<p>Between us.</p>"]
    assert [draft.body for draft in discussion.drafts(world.ohio.editor, back)] == ["<p>Not yet said.</p>"]


def test_both_agencies_and_cms_are_told_and_nothing_else_goes_to_the_old_one(
    world: World, admin: Administrator, mailoutbox: list[object]
) -> None:
    proposal = world.questioned()
    old = Notification.objects.filter(recipient__email__endswith="oh.example")
    told = sorted(old.values_list("recipient", "event__verb"))
    old.filter(recipient=world.ohio.editor.user).update(attempts=1, error="No.")
    moved(world, admin, proposal)
    event = Event.objects.get(verb=Verb.MOVED)
    assert event.notifications.count() == 7
    before = Notification.objects.filter(event__proposal=proposal, recipient__email__endswith="oh.example")
    assert set(before.exclude(event=event).values_list("when", flat=True)) == {MailWhen.NEVER}
    assert sorted(before.exclude(event=event).values_list("recipient", "event__verb")) == told
    mailoutbox.clear()
    send_notifications(Event.objects.get(verb=Verb.CHANGES_REQUESTED).pk)
    sweep_notifications()
    assert mailoutbox == []
    assert send_notifications(event.pk) == 7
    subject = f"{proposal.number}: An administrator moved the proposal to another agency"
    assert {mail.subject for mail in mailoutbox} == {subject}  # type: ignore[attr-defined]
    assert (event.correction.was, event.correction.became) == ("OH", "TX")


def test_where_it_cannot_go(world: World, admin: Administrator) -> None:
    proposal = world.questioned()
    empty = Agency.objects.create(
        code="NV", name="Nevada Medicaid", side=Side.STATE, jurisdiction="Nevada", time_zone="America/Los_Angeles"
    )
    for agency in (world.ohio.agency, world.cms.agency, empty):
        with pytest.raises(CorrectionRefused):
            move_proposal(by=admin, proposal=proposal, agency=agency, reason="Wrong state.", now=LATER)
    assert fresh(proposal).agency == world.ohio.agency


# --- the pages ------------------------------------------------------------------------------------------------------


def test_an_administrator_finds_a_proposal_by_its_number_and_reads_nothing_of_it(
    world: World, admin: Administrator
) -> None:
    proposal = world.answered()
    client = signed_in(admin.user)
    find = reverse("proposals:administration")
    assert client.get(find).status_code == 200
    assert client.get(find, {"number": "OH-ICM-9999"}).status_code == 422
    answer = client.get(find, {"number": proposal.number.lower()})
    assert answer["Location"] == reverse("proposals:correcting", args=[proposal.pk])
    page = client.get(answer["Location"], {"question": "1"}).content.decode()
    assert "Q1: CMS" in page
    assert "Q1: Ohio" in page
    for words in (proposal.title, QUESTION, REPLY, "A health home for adults."):
        assert words not in page
    assert client.get(answer["Location"], {"question": "9"}).status_code == 422


def test_removing_and_putting_back_on_the_page(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    client = signed_in(admin.user)
    address = reverse("proposals:correct_comment", args=[proposal.pk, said(proposal).pk])
    page = client.get(address).content.decode()
    assert QUESTION in page
    assert REPLY not in page
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "It names a patient."}).status_code == 302
    again = client.post(address, {"reason": "It names a patient."})
    assert "Somebody else did this meanwhile" in again.content.decode()
    assert said(proposal).hidden_at is not None
    assert client.post(address, {"reason": "It did not.", "back": "yes"}).status_code == 302
    assert said(proposal).hidden_at is None


def test_moving_on_the_page(world: World, admin: Administrator) -> None:
    proposal = world.questioned()
    client = signed_in(admin.user)
    address = reverse("proposals:correct_agency", args=[proposal.pk])
    page = client.get(address, {"agency": "TX"}).content.decode()
    assert "Texas Medicaid: 3 people" in page
    assert client.post(address, {"agency": "CMS", "reason": "Wrong."}).status_code == 422
    assert client.post(address, {"agency": "TX", "reason": "Wrong state."}).status_code == 302
    assert fresh(proposal).agency == world.texas.agency


def test_the_pages_are_not_there_for_anybody_else(world: World) -> None:
    proposal = world.answered()
    pk, comment = proposal.pk, said(proposal).pk
    addresses = [
        reverse("proposals:administration"),
        reverse("proposals:correcting", args=[pk]),
        reverse("proposals:correct_agency", args=[pk]),
        reverse("proposals:correct_comment", args=[pk, comment]),
    ]
    for actor in world.everybody:
        assert [signed_in(actor).get(address).status_code for address in addresses] == [404] * 4
