"""What is read for a packet."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exports.packet.content import AttachedFile, ReviewPacket, StatePacket, grouped
from exports.packet.document import document_html
from exports.queries.assemble import packet_content
from exports.status import Audience
from proposals.actions.discussing import Place, write_note
from proposals.models import Attachment, Proposal, Submission, Thread
from proposals.status import ThreadStatus
from tests.exports.packets import squeezed
from tests.proposals.files.samples import put
from tests.worlds import NOW, World, fresh, hand_over
from toolkit.loading import load

LATER = NOW + timedelta(days=40)
SECRET = "sentinel-of-a-private-note"


def note(world: World, proposal: Proposal, *, by_cms: bool) -> None:
    actor = world.cms.reviewer if by_cms else world.ohio.editor
    write_note(actor=actor, proposal=proposal, place=Place(), body=SECRET, now=NOW)


def newest(proposal: Proposal) -> Submission:
    return proposal.submissions.order_by("-round")[0]


def test_a_round_says_what_was_frozen(world: World) -> None:
    proposal = world.submitted()
    proposal.title = "Renamed afterwards"
    proposal.save()
    submission = newest(proposal)
    content = packet_content(fresh(proposal), submission, Audience.STATE, LATER)
    assert type(content) is StatePacket
    assert content.title == "Buckeye Health Homes"
    assert content.fingerprint == submission.fingerprint
    assert content.prepared_at == content.submitted_at == submission.submitted_at
    assert content.signatory == "Ohio signatory"
    assert content.answers["es.overview.model"]["disposition"] == "na"
    assert [entry.what for entry in content.history] == ["Submitted round 1"]


def test_a_round_keeps_its_words_whatever_happens_later(world: World) -> None:
    proposal = world.submitted()
    submission = newest(proposal)
    before = packet_content(proposal, submission, Audience.STATE, NOW)
    world.answered(title="Another")
    assert packet_content(fresh(proposal), submission, Audience.STATE, LATER) == before


def test_the_second_round_holds_the_question_and_its_reply(world: World) -> None:
    proposal = world.answered()
    content = packet_content(proposal, newest(proposal), Audience.STATE, LATER)
    (exchange,) = content.exchanges
    assert (exchange.number, exchange.standing, exchange.prompt_id) == ("Q1", "Answered", "es.overview.model")
    assert [(message.role, message.from_cms) for message in exchange.messages] == [
        ("CMS", True),
        ("Ohio (state)", False),
    ]
    assert content.change_summary == "We named the model."


def test_the_first_round_does_not_know_the_question_that_came_after_it(world: World) -> None:
    proposal = world.answered()
    first = proposal.submissions.get(round=1)
    assert packet_content(proposal, first, Audience.STATE, LATER).exchanges == ()
    (open_one,) = packet_content(world.questioned(title="Other"), None, Audience.STATE, LATER).exchanges
    assert open_one.standing == "Open"


def test_a_draft_is_marked_and_proved_by_its_answers(world: World) -> None:
    proposal = world.draft()
    content = packet_content(proposal, None, Audience.STATE, NOW)
    assert content.is_draft
    assert content.prepared_at == NOW
    other = packet_content(world.complete_draft(title=proposal.title), None, Audience.STATE, NOW)
    assert other.fingerprint != content.fingerprint


def test_only_cms_s_copy_has_the_notes_of_cms(world: World) -> None:
    proposal = world.in_review()
    note(world, proposal, by_cms=True)
    note(world, proposal, by_cms=False)
    review = packet_content(proposal, newest(proposal), Audience.CMS, LATER)
    assert isinstance(review, ReviewPacket)
    assert [(item.author, SECRET in item.body) for item in review.notes] == [("CMS reviewer", True)]
    assert SECRET not in repr(packet_content(proposal, newest(proposal), Audience.STATE, LATER))


@pytest.mark.parametrize("is_draft", [True, False])
def test_the_state_s_packet_never_reads_private_tables(world: World, is_draft: bool) -> None:  # noqa: FBT001
    proposal = world.in_review()
    note(world, proposal, by_cms=True)
    with CaptureQueriesContext(connection) as queries:
        packet_content(proposal, None if is_draft else newest(proposal), Audience.STATE, LATER)
    sql = " ".join(query["sql"] for query in queries.captured_queries)
    assert "proposals_note" not in sql
    assert "proposals_draftcomment" not in sql
    assert "proposals_decision" not in sql


def test_cms_has_no_packet_of_a_draft(world: World) -> None:
    with pytest.raises(ValueError, match="draft"):
        packet_content(world.draft(), None, Audience.CMS, NOW)


def test_cms_s_copy_knows_the_questions_of_the_round_itself(world: World) -> None:
    proposal = world.questioned()
    (exchange,) = packet_content(proposal, newest(proposal), Audience.CMS, LATER).exchanges
    assert exchange.standing == "Open"


def test_cms_s_copy_tells_how_a_question_stands_now(world: World) -> None:
    proposal = world.answered()
    Thread.objects.update(status=ThreadStatus.RESOLVED)
    (exchange,) = packet_content(proposal, newest(proposal), Audience.CMS, LATER).exchanges
    assert exchange.standing == "Resolved"


def test_a_packet_names_the_files_that_go_with_it(world: World) -> None:
    proposal = world.complete_draft()
    file = put(proposal, world.ohio.editor, name="plan.pdf").attachment
    expected = (AttachedFile("plan.pdf", file.prompt_id, file.size, file.sha256),)
    assert packet_content(proposal, None, Audience.STATE, LATER).files == expected
    submission = hand_over(proposal, world.ohio.signatory)
    Attachment.objects.filter(pk=file.pk).update(removed_at=LATER, removed_by=world.ohio.editor.user)

    content = packet_content(fresh(proposal), submission, Audience.STATE, LATER)

    assert content.files == expected
    assert packet_content(fresh(proposal), None, Audience.STATE, LATER).files == ()
    page = squeezed(unescape(re.sub(r"<[^>]+>", " ", document_html(content, load(), ""))))
    assert squeezed(f"plan.pdf The model in brief {file.size} bytes {grouped(file.sha256)}") in page
