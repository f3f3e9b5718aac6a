"""What became of each mail: whom it was for, when, and why not; and sending the mail of a step once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from proposals.actions.mail import NotSentAgain, choose_mail, send_again
from proposals.actions.pausing import pause, resume
from proposals.actions.reviewing import assign
from proposals.delivery import LONGEST, UNREACHED, said_by_server
from proposals.models import Event, Notification, Proposal
from proposals.queries.mails import AGAIN_AFTER, NAMED
from proposals.status import Verb
from proposals.tasks import MOST_ATTEMPTS, send_digests, send_notifications, sweep_notifications
from tests.services.refusing import RefusingServer, refusing
from tests.worlds import NOW, World, make_actor, signed_in

REFUSED = (
    "550 5.1.1 <signatory@oh.example>: mailbox of signatory@oh.example unavailable, see https://mx.oh.example/help"
)
WHY = "The mail server refused the address (550): 5.1.1: mailbox of unavailable, see."


@pytest.fixture
def server(settings: Settings) -> Iterator[RefusingServer]:
    """A mail server of the world that refuses every recipient."""
    with refusing(REFUSED) as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", found.port, False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield found


def url_of(proposal: Proposal) -> str:
    """The page of a proposal's mails."""
    return reverse("proposals:sent_mail", args=[proposal.pk])


def rows(actor: Actor, proposal: Proposal) -> list[tuple[str, list[tuple[str, str, int, str]]]]:
    """What the page shows somebody: each step with whom, in which state, after how many attempts, and why."""
    steps = signed_in(actor).get(url_of(proposal)).context["steps"]
    return [
        (step.event.verb, [(line.who, line.state, line.attempts, line.said) for line in step.lines]) for step in steps
    ]


def mailed(verb: Verb) -> Event:
    """Send what is unsent about the last event of a kind."""
    event = Event.objects.filter(verb=verb).latest("pk")
    send_notifications(event.pk)
    return event


# --- what became of them --------------------------------------------------------------------------------------------


def test_each_mail_waits_is_sent_or_failed_with_what_the_server_said(world: World, server: RefusingServer) -> None:
    proposal = world.concluded()
    before = rows(world.cms.approver, proposal)[0]
    mailed(Verb.CONCLUDED)
    failed = rows(world.cms.approver, proposal)[0]
    server.answer = ""
    mailed(Verb.CONCLUDED)
    sent = rows(world.cms.approver, proposal)[0]
    state = [f"{role}, Ohio" for role in ("Editor", "Signatory", "Team lead")]

    assert before == (Verb.CONCLUDED, [(who, "waiting", 0, "") for who in (*state, "CMS lead")])
    assert failed == (Verb.CONCLUDED, [*((who, "failed", 1, "") for who in state), ("CMS lead", "failed", 1, WHY)])
    assert sent == (Verb.CONCLUDED, [(who, "sent", 2, "") for who in (*state, "CMS lead")])
    assert len(server.taken) == 4


def test_a_state_reads_of_cms_that_there_are_reviewers_and_nothing_the_server_said(
    world: World, server: RefusingServer
) -> None:
    proposal = world.submitted()
    mailed(Verb.SUBMITTED)
    page = signed_in(world.ohio.viewer).get(url_of(proposal)).content.decode()

    assert rows(world.ohio.viewer, proposal) == [(Verb.SUBMITTED, [("CMS reviewer", "failed", 1, "")])]
    assert ("CMS lead" in page, "5.1.1" in page, "@" in page) == (False, False, False)


def test_each_side_reads_of_its_own_steps_only_and_another_state_of_none(world: World) -> None:
    proposal = world.answered()
    found = {actor: [verb for verb, _ in rows(actor, proposal)] for actor in (world.ohio.editor, world.cms.observer)}

    assert found == {
        world.ohio.editor: [Verb.SUBMITTED, Verb.SUBMITTED],
        world.cms.observer: [Verb.CHANGES_REQUESTED, Verb.REVIEW_BEGUN],
    }
    assert signed_in(world.texas.signatory).get(url_of(proposal)).status_code == 404


def test_a_choice_of_the_other_side_is_not_shown(world: World) -> None:
    for actor, when in ((world.ohio.editor, "daily"), (world.ohio.signatory, "never"), (world.cms.lead, "daily")):
        choose_mail(actor=actor, wanted={"decision": when}, now=NOW)
    proposal = world.concluded()

    assert rows(world.cms.approver, proposal)[0][1] == [
        ("Team lead, Ohio", "waiting", 0, ""),
        ("CMS lead", "daily", 0, ""),
        ("Editor, Ohio", "none", 0, ""),
        ("Signatory, Ohio", "none", 0, ""),
    ]


def test_of_many_people_the_failed_come_first_and_the_others_are_counted(world: World) -> None:
    for number in range(NAMED):
        make_actor(world.ohio.agency, world.ohio.editor.role, name=f"Editor {number}")
    proposal = world.in_review()
    Notification.objects.filter(event__verb=Verb.REVIEW_BEGUN, recipient__name="Editor 7").update(
        error="No.", attempts=1
    )
    (step,) = signed_in(world.cms.lead).get(url_of(proposal)).context["steps"]

    assert (step.lines[0].state, len(step.lines), step.unnamed) == ("failed", NAMED, 3)
    assert (step.tally.told, step.tally.failed) == (NAMED + 3, 1)


def test_ten_steps_stand_on_a_page_newest_first(world: World) -> None:
    proposal = world.in_review()
    for hour in range(5):
        moment = NOW + timedelta(days=3, hours=hour)
        pause(actor=world.cms.lead, proposal=proposal, reason="Because.", now=moment)
        resume(actor=world.cms.lead, proposal=proposal, now=moment + timedelta(minutes=1))
    client = signed_in(world.cms.lead)
    pages = [client.get(url_of(proposal), {"page": number}).context["steps"] for number in (1, 2)]

    assert [[step.event.verb for step in steps] for steps in pages] == [["resumed", "paused"] * 5, ["review_begun"]]
    assert [step.may_again for steps in pages for step in steps] == [True, *[False] * 10]


def test_without_a_step_the_page_says_so(world: World) -> None:
    page = signed_in(world.ohio.editor).get(url_of(world.draft())).content.decode()
    assert "Ohio has done nothing on this proposal yet that others are mailed about." in page


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(111, "10.0.0.7 refused"), UNREACHED),
        (TimeoutError(), UNREACHED),
        (SMTPAuthenticationError(535, b"user portal is wrong"), UNREACHED),
        (SMTPRecipientsRefused({"a@b.example": (550, b"No such user <a@b.example>")}),
         "The mail server refused the address (550): No such user."),
        (SMTPSenderRefused(553, b"", "portal@example.gov"), "The mail server refused the mail (553)."),
        (SMTPDataError(452, b"Full\r\nat mx1.inside.example [10.0.0.7] 10.0.0.8 \x07now"),
         "The mail server refused the mail (452): Full at now."),
    ],
)  # fmt: skip
def test_what_a_server_said_is_one_sentence_that_names_nobody(error: OSError, said: str) -> None:
    assert said_by_server(error) == said


def test_a_long_answer_is_cut() -> None:
    assert len(said_by_server(SMTPDataError(554, b"word " * 500))) == LONGEST


# --- sending again --------------------------------------------------------------------------------------------------


def test_failed_mails_go_out_again_and_only_those(
    world: World, server: RefusingServer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = world.questioned()
    event = mailed(Verb.CHANGES_REQUESTED)
    Notification.objects.filter(event=event, recipient=world.ohio.editor.user).update(sent_at=NOW, error="")
    server.answer = ""
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(world.cms.lead).post(url_of(proposal), {"step": event.pk, "which": "failed"})
    send_notifications(event.pk)

    assert answer.status_code == 302
    assert sorted(line for text in server.taken for line in text.splitlines() if line.startswith("To:")) == [
        "To: signatory@oh.example", "To: team_lead@oh.example",
    ]  # fmt: skip
    assert set(Notification.objects.filter(event=event).values_list("error", flat=True)) == {""}
    kept = Event.objects.get(verb=Verb.MAILED_AGAIN)
    assert (kept.object_id, kept.round, kept.actor) == (str(event.pk), 1, world.cms.lead.user)


def test_all_who_still_have_access_get_it_again_but_whoever_chose_otherwise(world: World) -> None:
    choose_mail(actor=world.ohio.editor, wanted={"decision": "never"}, now=NOW)
    proposal = world.concluded()
    event = mailed(Verb.CONCLUDED)
    mail.outbox.clear()
    Membership.objects.filter(pk=world.ohio.team_lead.membership.pk).update(ended_at=NOW)

    count = send_again(actor=world.cms.approver, proposal=proposal, event=event, only_failed=False, now=NOW)
    send_notifications(event.pk)

    assert count == 2
    assert sorted(address for message in mail.outbox for address in message.to) == [
        "lead@cms.example", "signatory@oh.example",
    ]  # fmt: skip


def test_only_those_who_may_take_the_step_have_its_mail_sent_again(world: World) -> None:
    sent, decided = world.submitted(), world.concluded(title="Decided")
    paused = world.in_review(title="Paused")
    pause(actor=world.cms.lead, proposal=paused, reason="Because.", now=NOW + timedelta(days=3))
    found: dict[str, list[str]] = {}
    for proposal in (sent, decided, paused):
        event = Event.objects.filter(proposal=proposal, verb__in=("submitted", "concluded", "paused")).latest("pk")
        send_notifications(event.pk)
        for actor in world.everybody:
            data = {"step": event.pk, "which": "all"}
            if signed_in(actor).post(url_of(proposal), data).status_code == 302:
                found.setdefault(proposal.title, []).append(actor.user.name)
                Notification.objects.update(again_at=None, sent_at=NOW)

    assert found == {
        "Buckeye Health Homes": ["Ohio signatory"], "Decided": ["CMS approver"], "Paused": ["CMS lead"],
    }  # fmt: skip


def test_mail_about_anything_else_is_sent_again_by_whoever_did_it(world: World, server: RefusingServer) -> None:
    """An assignment is no step: nobody else on its side may, and a later step does not end it."""
    proposal = world.in_review()
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, division="", now=NOW)
    event = mailed(Verb.ASSIGNED)
    pause(actor=world.cms.lead, proposal=proposal, reason="Because.", now=NOW + timedelta(days=3))
    found = dict(rows(world.cms.approver, proposal))
    data = {"step": event.pk, "which": "failed"}

    assert [(who, state) for who, state, _, _ in found[Verb.ASSIGNED]] == [("CMS reviewer", "failed")]
    assert Verb.ASSIGNED not in dict(rows(world.ohio.signatory, proposal))
    codes = [
        signed_in(actor).post(url_of(proposal), data).status_code for actor in (world.cms.approver, world.cms.lead)
    ]
    assert codes == [403, 302]


def test_nothing_is_sent_again_twice_within_minutes(world: World) -> None:
    proposal = world.submitted()
    event = mailed(Verb.SUBMITTED)
    client, data = signed_in(world.ohio.signatory), {"step": event.pk, "which": "all"}
    first = client.post(url_of(proposal), data)
    send_notifications(event.pk)
    second = client.post(url_of(proposal), data)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "It was sent again less than 10 minutes ago." in second.content.decode()
    later = timezone.now() + AGAIN_AFTER + timedelta(seconds=1)
    assert send_again(actor=world.ohio.signatory, proposal=proposal, event=event, only_failed=False, now=later) == 1


def test_the_mail_of_an_earlier_step_is_not_sent_again(world: World) -> None:
    proposal = world.in_review()
    event = mailed(Verb.SUBMITTED)

    with pytest.raises(NotSentAgain, match="has moved on since"):
        send_again(actor=world.ohio.signatory, proposal=proposal, event=event, only_failed=False, now=NOW)
    assert signed_in(world.ohio.signatory).get(url_of(proposal)).context["steps"][0].may_again is False


def test_what_waits_or_was_never_sent_is_not_sent_again(world: World) -> None:
    proposal = world.submitted()
    event = Event.objects.get(verb=Verb.SUBMITTED)

    with pytest.raises(NotSentAgain, match="no mail of this step to send again"):
        send_again(actor=world.ohio.signatory, proposal=proposal, event=event, only_failed=False, now=NOW)


@pytest.mark.parametrize("step", ["", "none", "0", "9" * 30, "٣x", "-1"])
def test_what_is_no_step_of_ones_own_side_is_not_found(world: World, step: str) -> None:
    proposal = world.submitted()
    assert signed_in(world.ohio.signatory).post(url_of(proposal), {"step": step}).status_code == 404


def test_the_sweep_counts_anew_from_the_moment_it_was_asked_again(
    world: World, server: RefusingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = world.submitted()
    event = mailed(Verb.SUBMITTED)
    Notification.objects.update(attempts=MOST_ATTEMPTS + 1)
    asked = event.at + timedelta(days=20)
    send_again(actor=world.ohio.signatory, proposal=proposal, event=event, only_failed=True, now=asked)
    tries = []
    for minutes in (1, 3, 4, 5):
        moment: datetime = asked + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda later=moment: later)
        sweep_notifications()
        tries.append(Notification.objects.get().attempts)

    assert tries == [0, 1, 1, 2]


def test_a_failed_mail_of_the_day_says_why(
    world: World, server: RefusingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_mail(actor=world.cms.lead, wanted={"decision": "daily"}, now=NOW)
    proposal = world.concluded()
    found = []
    for answer in (REFUSED, ""):
        server.answer = answer
        monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=31))
        send_digests()
        monkeypatch.undo()
        found.append(rows(world.cms.approver, proposal)[0][1][0 if answer else -1])

    assert found == [("CMS lead", "failed", 1, WHY), ("CMS lead", "sent", 2, "")]
