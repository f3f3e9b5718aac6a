"""What the agency that lost a proposal, and the one that got it, read afterwards; and what is no longer shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor, Administrator
from icm_portal.accounts.models import Role, User
from proposals.actions.correcting import move_proposal
from proposals.actions.reviewing import begin_review
from proposals.actions.submitting import recall
from proposals.actions.undoing import undo_release
from proposals.models import Comment, DraftComment, EarlyLook, Event, Notification, Proposal, Section
from proposals.policy import can_view_early_look
from proposals.queries import discussion, history
from proposals.queries.access import early_looks
from proposals.status import Verb
from proposals.tasks import send_notifications
from tests.proposals.early.scenes import share
from tests.worlds import NOW, PASSWORD, World, answer, fresh, make_actor, narrative_answer, signed_in

LATER = NOW + timedelta(days=20)


@pytest.fixture
def admin(world: World) -> Administrator:
    """A site administrator who belongs to no agency."""
    return Administrator(
        User.objects.create_user(email="admin@example.org", password=PASSWORD, name="Admin", is_staff=True)
    )


def moved(world: World, admin: Administrator, proposal: Proposal) -> Proposal:
    return move_proposal(by=admin, proposal=proposal, agency=world.texas.agency, reason="Wrong state.", now=LATER)


def test_what_the_agency_shared_early_ends_and_is_read_by_it_alone(world: World, admin: Administrator) -> None:
    proposal, now = world.draft(), timezone.now()
    look = share(world, proposal)
    readers = [world.ohio.editor, world.texas.editor, world.cms.reviewer]
    before = [[found.pk for found in early_looks(actor, now)] for actor in readers]
    after = fresh(moved(world, admin, proposal))
    address = reverse("proposals:early_look", args=[look.pk])
    assert before == [[look.pk], [], [look.pk]]
    assert [list(early_looks(actor, now)) for actor in readers] == [[], [], []]
    assert [signed_in(actor).get(address).status_code for actor in readers] == [404, 404, 404]
    assert [can_view_early_look(actor, EarlyLook.objects.get(), now) for actor in readers] == [False, False, False]
    move_proposal(by=admin, proposal=after, agency=world.ohio.agency, reason="Right at first.", now=LATER)
    assert [signed_in(actor).get(address).status_code for actor in readers] == [200, 404, 404]


def test_a_recall_after_it_takes_back_what_the_agency_before_replied(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    moved(world, admin, proposal)
    recall(actor=world.texas.signatory, proposal=fresh(proposal), reason="Wrong.", now=LATER)
    assert [comment.agency for comment in Comment.objects.filter(thread__proposal=proposal)] == [world.cms.agency]
    assert [str(thread) for thread in discussion.unanswered(fresh(proposal))] == ["Q1"]
    (draft,) = DraftComment.objects.select_related("claim").filter(proposal=proposal)
    assert (draft.agency, draft.body, draft.claim.prompt_ids) == (
        world.ohio.agency,
        "<p>It is a health home.</p>",
        ["es.overview.model"],
    )
    assert list(discussion.drafts(world.texas.editor, fresh(proposal))) == []


def test_people_of_the_agency_before_are_named_by_it_alone(world: World, admin: Administrator) -> None:
    proposal = world.answered()
    release_again(world, proposal)
    moved(world, admin, proposal)
    answer(proposal, world.texas.editor, "es.overview.model", narrative_answer("A home in Texas."))
    client, place = signed_in(world.texas.editor), [proposal.pk, "es.overview"]
    history_page = client.get(reverse("proposals:history", args=place))
    assert [author.name for author in history_page.context["page"].authors] == ["Ohio", "Texas editor"]
    pages = [history_page, client.get(reverse("proposals:section", args=place))]
    pages += [client.get(reverse("proposals:bring_back", args=place), asked_for) for asked_for in earlier(proposal)]
    for page in pages:
        assert page.status_code == 200
        assert "Ohio editor" not in page.content.decode()
    assert "before Ohio changed it" in pages[-1].content.decode()
    assert '<span class="who">Ohio</span>' in pages[1].content.decode()


def earlier(proposal: Proposal) -> list[dict[str, str]]:
    """What the agency before changed last in the answer on the model."""
    section = Section.objects.get(proposal=proposal, key="es.overview")
    return [{"prompt": "es.overview.model", "revision": str(section.revision - 1)}]


def release_again(world: World, proposal: Proposal) -> None:
    """CMS asks once more, so that the state writes again."""
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    world.ask(proposal, "es.overview.model", "Which one?")
    world.release(proposal, ["es.overview"])


def test_the_agency_before_reads_that_and_why_and_the_mail_leads_there(
    world: World, admin: Administrator, mailoutbox: list[EmailMessage]
) -> None:
    proposal, reader = world.questioned(), world.ohio.editor
    moved(world, admin, proposal)
    Proposal.objects.filter(pk=proposal.pk).update(title="Lone Star Homes")
    beside = Actor(reader.user, make_actor(world.texas.agency, Role.VIEWER, name="In both").membership)
    assert [notice.event.verb for notice in history.notices(reader, LATER)] == [Verb.MOVED]
    for actor in (reader, world.ohio.viewer, world.texas.editor, beside, world.cms.lead):
        assert history.unread_count(actor, LATER) == history.notices(actor, LATER).filter(read_at=None).count(), actor
    page = signed_in(reader).get(reverse("proposals:notifications"))
    (line,) = page.context["lines"]
    assert (line.text, line.reason, line.about, line.url) == (
        "An administrator moved the proposal to another agency", "Wrong state.", proposal.number, "",
    )  # fmt: skip
    assert "Wrong state." in page.content.decode()
    assert ("Lone Star" in page.content.decode(), "Texas" in page.content.decode()) == (False, False)
    mailoutbox.clear()
    send_notifications(Event.objects.get(verb=Verb.MOVED).pk)
    places = [reverse("proposals:notifications"), reverse("proposals:overview", args=[proposal.pk])]
    found = {
        mail.to[0]: [f"{settings.SITE_URL}{place}" in mail.body.split() for place in places] for mail in mailoutbox
    }
    assert found[reader.user.email] == [True, False]
    assert found[world.texas.editor.user.email] == found[world.cms.lead.user.email] == [False, True]


def test_who_heard_of_the_move_hears_that_the_questions_were_taken_back(world: World, admin: Administrator) -> None:
    proposal, soon = world.questioned(), NOW + timedelta(days=14, minutes=10)
    moved(world, admin, proposal)
    mail_of_move = Notification.objects.filter(event__verb=Verb.MOVED)
    mail_of_move.exclude(recipient=world.texas.signatory.user).update(attempts=1, sent_at=soon)
    undo_release(actor=world.cms.lead, proposal=fresh(proposal), reason="The wrong list.", now=soon)
    told = Notification.objects.filter(event__verb=Verb.RELEASE_UNDONE).values_list("recipient__email", flat=True)
    assert sorted(told) == ["editor@tx.example", "team_lead@tx.example"]
