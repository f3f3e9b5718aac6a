"""Reminders around a date, mails of the day, and what each person chooses: once each, however often a task runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from proposals.actions.mail import choose_mail
from proposals.actions.pausing import pause
from proposals.actions.reviewing import begin_review
from proposals.clock import reminder_stage
from proposals.models import Digest, Event, Notification, Proposal, Reminder
from proposals.status import MailKind, Verb
from proposals.tasks import remind, send_digests, send_notifications, sweep_notifications
from proposals.views.mail import rules
from tests.proposals.test_mail import DeadServer
from tests.worlds import DUE, NOW, World, fresh, hand_over, settle, signed_in

Clock = Callable[[datetime], None]
#: Ohio's morning of its due date.
DUE_MORNING = datetime(DUE.year, DUE.month, DUE.day, 14, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set what time it is."""

    def set_now(now: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now)

    return set_now


def told() -> list[str]:
    """To whom the mails went since the last look, sorted."""
    people = sorted(address for message in mail.outbox for address in message.to)
    mail.outbox.clear()
    return people


def chosen(actor: Actor, **wanted: str) -> None:
    """A person chooses when to get which mail."""
    choose_mail(actor=actor, wanted=wanted, now=NOW)


OHIO = ["editor@oh.example", "signatory@oh.example", "team_lead@oh.example"]


# --- reminders ------------------------------------------------------------------------------------------------------


def test_the_stages_of_a_date() -> None:
    found = {left: reminder_stage(left) for left in (8, 7, 2, 1, 0, -1, -6, -7, -90)}
    assert found == {
        8: None, 7: "week", 2: "week", 1: "day", 0: "day", -1: "late", -6: "late", -7: "week_late", -90: "week_late",
    }  # fmt: skip


def test_each_stage_is_mailed_once_to_those_whose_turn_it_is(world: World, at: Clock) -> None:
    world.questioned()
    world.questioned(world.texas, "Lone Star")
    Membership.objects.filter(agency=world.texas.agency).update(ended_at=NOW)
    found = {}
    for days in (-8, -7, -6, -1, 0, 1, 3, 7, 20):
        at(DUE_MORNING + timedelta(days=days))
        remind()
        remind()
        found[days] = told()

    assert found == {-8: [], -7: OHIO, -6: [], -1: OHIO, 0: [], 1: OHIO, 3: [], 7: OHIO, 20: []}
    assert Reminder.objects.count() == 12


def test_a_reminder_says_which_date_and_no_word(world: World, at: Clock) -> None:
    proposal = world.questioned()
    at(DUE_MORNING - timedelta(days=7))
    remind()

    message = mail.outbox[0]
    assert message.subject == "OH-ICM-0001: round 2, is due on 26 February 2027"
    assert f"/proposals/{proposal.pk}/" in message.body
    assert "Buckeye" not in message.subject + message.body


def test_cms_is_reminded_of_its_target_and_not_while_the_clock_stands(world: World, at: Clock) -> None:
    proposal = world.in_review()
    assert proposal.due_on == date(2027, 2, 15)
    at(datetime(2027, 2, 8, 14, tzinfo=UTC))
    remind()
    subject, people = mail.outbox[0].subject, told()
    pause(actor=world.cms.lead, proposal=proposal, reason="Because.", now=timezone.now())
    at(datetime(2027, 2, 14, 14, tzinfo=UTC))
    remind()

    assert (subject, people, told()) == (
        "OH-ICM-0001: round 1, target is 15 February 2027", ["lead@cms.example"], [],
    )  # fmt: skip


def test_another_date_begins_anew_and_what_was_handed_over_is_left_alone(world: World, at: Clock) -> None:
    proposal = world.questioned()
    at(DUE_MORNING - timedelta(days=5))
    remind()
    first = told()
    Proposal.objects.filter(pk=proposal.pk).update(due_on=DUE + timedelta(days=1))
    remind()
    second = told()
    world.complete_draft(title="No date")
    remind()

    assert (first, second, told()) == (OHIO, OHIO, [])


def test_a_dead_mail_server_is_tried_again_and_nobody_gets_it_twice(
    world: World, at: Clock, settings: Settings
) -> None:
    world.questioned()
    settings.EMAIL_BACKEND = f"{DeadServer.__module__}.DeadServer"
    at(DUE_MORNING - timedelta(days=7))
    remind()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    remind()
    soon = told()
    at(DUE_MORNING - timedelta(days=7) + timedelta(minutes=15))
    remind()

    assert (soon, told(), set(Reminder.objects.values_list("attempts", flat=True))) == ([], OHIO, {2})


def test_a_reminder_is_a_notice_once_also_for_whoever_wants_no_such_mail(world: World, at: Clock) -> None:
    chosen(world.ohio.editor, reminder="never")
    proposal = world.questioned()
    at(DUE_MORNING - timedelta(days=7))
    client, url = signed_in(world.ohio.editor), reverse("proposals:notifications")
    remind()
    remind()
    page = client.get(url)
    lines = [(line.reminder.stage, line.word, line.holds, line.reminder.read_at) for line in page.context["dates"]]
    unread = page.context["unread_notices"]
    client.post(url)
    Proposal.objects.filter(pk=proposal.pk).update(due_on=DUE + timedelta(days=9))
    read = client.get(url)

    assert "editor@oh.example" not in told()
    assert lines == [("week", "due", True, None)]
    assert "Reminder, a week before: due 26 February 2027" in page.content.decode()
    assert (unread, read.context["unread_notices"]) == (3, 0)
    assert "This date no longer counts." in read.content.decode()


def test_reminders_are_read_by_their_recipient_on_what_they_may_see(world: World, at: Clock) -> None:
    proposal = world.in_review()
    at(datetime(2027, 2, 8, 14, tzinfo=UTC))
    remind()
    url = reverse("proposals:notifications")
    found = {
        actor.user.name: [(line.reminder.proposal, line.word) for line in signed_in(actor).get(url).context["dates"]]
        for actor in (world.cms.lead, world.cms.reviewer, world.ohio.editor)
    }
    Proposal.objects.filter(pk=proposal.pk).update(status="draft")

    assert found == {"CMS lead": [(proposal, "target")], "CMS reviewer": [], "Ohio editor": []}
    page = signed_in(world.cms.lead).get(url)
    assert (page.context["dates"], page.context["unread_notices"]) == ([], 0)


# --- choices --------------------------------------------------------------------------------------------------------


def test_a_choice_holds_for_its_kind_and_never_for_ones_own_turn(world: World) -> None:
    chosen(world.ohio.editor, step="never", decision="never", reminder="never", other="never")
    chosen(world.ohio.signatory, step="daily")
    proposal = world.submitted()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    world.release(fresh(proposal), ["es.overview"])
    found = {}
    for verb in (Verb.REVIEW_BEGUN, Verb.CHANGES_REQUESTED):
        send_notifications(Event.objects.get(verb=verb).pk)
        found[verb] = told()
    sweep_notifications()

    assert found == {Verb.REVIEW_BEGUN: ["team_lead@oh.example"], Verb.CHANGES_REQUESTED: OHIO}
    assert Notification.objects.filter(recipient=world.ohio.editor.user).count() == 2


def test_the_page_keeps_the_choice_and_refuses_others(world: World) -> None:
    client, url = signed_in(world.ohio.editor), reverse("proposals:mail")
    wanted = {"step": "daily", "decision": "now", "reminder": "never", "other": "now"}
    answers = [client.post(url, data).status_code for data in ({}, {**wanted, "step": "hourly"}, wanted)]

    form = client.get(url).context["form"]

    assert answers == [422, 422, 302]
    assert {name: form[name].value() for name in wanted} == wanted


def test_the_rules_name_everything_that_anybody_is_told_of(world: World) -> None:
    world.answered()
    world.concluded(title="Ended")
    for verb in {*Notification.objects.values_list("event__verb", flat=True)}:
        words = Verb(verb).label.replace("round {round}", "a round")
        assert f"Somebody {words}" in [rule.happens for rule in rules(world.ohio.viewer)], verb


def test_each_side_reads_its_own_inside_rules_only(world: World) -> None:
    pages = [
        signed_in(actor).get(reverse("proposals:mail")).content.decode()
        for actor in (world.ohio.viewer, world.cms.lead)
    ]
    assert [("asked for a sign-off" in page, "assigned a reviewer" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]
    assert all("Everybody who writes for the state agency." in page for page in pages)


# --- the mail of the day --------------------------------------------------------------------------------------------


def test_the_mail_of_the_day_comes_once_in_the_morning_with_counts(world: World, at: Clock) -> None:
    chosen(world.ohio.viewer, step="daily")
    chosen(world.ohio.editor, step="daily", reminder="daily")
    world.questioned()
    found = []
    for hour in (11, 12, 13, 36):  # 6:00, 7:00 and 8:00 in Ohio, and the next morning
        at(DUE_MORNING.replace(hour=0) - timedelta(days=6) + timedelta(hours=hour))
        remind()
        mail.outbox.clear()
        found.append(send_digests())

    assert found == [0, 1, 0, 0]
    assert Digest.objects.count() == 1
    assert Notification.objects.filter(when="daily", sent_at=None).count() == 0


def test_it_counts_by_proposal_and_quotes_nobody(world: World, at: Clock) -> None:
    chosen(world.ohio.editor, step="daily", reminder="daily")
    world.questioned()
    settle_second(world)
    at(DUE_MORNING - timedelta(days=6))
    remind()
    mail.outbox.clear()
    send_digests()

    [message] = mail.outbox
    assert (message.to, message.subject) == (["editor@oh.example"], "ICM Portal: 3 notices")
    assert "OH-ICM-0001: 1 notice, 1 date to keep" in message.body
    assert "OH-ICM-0002: 1 notice\n" in message.body
    assert "Buckeye" not in message.body


def test_it_reminds_of_no_date_that_was_met_changed_or_stands_still(world: World, at: Clock) -> None:
    chosen(world.ohio.editor, reminder="daily")
    kept, met, changed, still = (world.questioned(title=title) for title in ("Kept", "Met", "Changed", "Still"))
    at(DUE_MORNING - timedelta(days=6))
    remind()
    Proposal.objects.filter(pk=met.pk).update(status="submitted")
    Proposal.objects.filter(pk=changed.pk).update(due_on=DUE + timedelta(days=1))
    Proposal.objects.filter(pk=still.pk).update(paused_at=NOW)
    mail.outbox.clear()
    send_digests()

    [message] = mail.outbox
    assert (message.to, message.subject) == (["editor@oh.example"], "ICM Portal: 1 notice")
    assert f"{kept.number}: 1 date to keep" in message.body


def test_nobody_is_reminded_whose_access_has_ended(world: World, at: Clock, settings: Settings) -> None:
    world.questioned()
    at(DUE_MORNING)
    settings.EMAIL_BACKEND = f"{DeadServer.__module__}.DeadServer"
    remind()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Membership.objects.filter(pk=world.ohio.editor.membership.pk).update(ended_at=NOW)
    at(DUE_MORNING + timedelta(hours=1))
    remind()

    assert told() == OHIO[1:]


def settle_second(world: World) -> None:
    """Another proposal of Ohio's, in review."""
    second = world.draft(title="Buckeye two")
    settle(second, world.ohio.editor)
    hand_over(second, world.ohio.signatory)
    begin_review(actor=world.cms.lead, proposal=fresh(second), now=NOW)


def test_whose_access_has_ended_gets_no_mail_of_the_day(world: World, at: Clock) -> None:
    chosen(world.ohio.editor, step="daily")
    world.questioned()
    Membership.objects.filter(pk=world.ohio.editor.membership.pk).update(ended_at=NOW)
    at(DUE_MORNING)
    assert send_digests() == 0


def test_a_failed_mail_of_the_day_goes_out_with_the_next_run(world: World, at: Clock, settings: Settings) -> None:
    chosen(world.ohio.editor, step="daily")
    world.questioned()
    at(DUE_MORNING)
    settings.EMAIL_BACKEND = f"{DeadServer.__module__}.DeadServer"
    failed = send_digests()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert (failed, Digest.objects.count(), send_digests(), send_digests()) == (0, 0, 1, 0)


def test_every_kind_but_ones_own_turn_can_be_chosen(world: World) -> None:
    page = signed_in(world.ohio.viewer).get(reverse("proposals:mail"))
    assert list(page.context["form"].fields) == [kind for kind in MailKind if kind != MailKind.TURN]
