"""`manage.py seed_many`: rows in bulk for which everything holds that holds for proposals made by people."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from pytest_django import Settings

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Membership, User
from icm_portal.accounts.roles import Side
from proposals.actions.drafting import create_proposal
from proposals.actions.reviewing import begin_review
from proposals.actions.sections import save_section
from proposals.models import Comment, Event, Notification, Proposal, Section, SectionRevision, Submission, Thread
from proposals.queries.drafts import DraftState, all_answers
from proposals.snapshot import fingerprint
from proposals.status import Status, ThreadStatus, Verb

NOW = datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
PROPOSALS = 90


def seed(*options: str) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("seed_many", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def _many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Ninety proposals, made once for all tests of this file and rolled back after them."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        assert seed("--proposals", str(PROPOSALS), "--comments", "4") == "Added 90 proposals.\n"
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("_many")
class TestMany:
    """What holds for every one of them."""

    def test_they_are_spread_over_all_states_and_statuses(self) -> None:
        assert set(Proposal.objects.values_list("status", flat=True)) == set(Status.values)
        assert Agency.objects.filter(side=Side.STATE, proposals=None).count() == 0

    def test_every_submission_has_the_fingerprint_of_its_content(self) -> None:
        wrong = [s.pk for s in Submission.objects.all() if fingerprint(s.content) != s.fingerprint]
        assert (wrong, Submission.objects.exists()) == ([], True)

    def test_a_submission_that_counts_holds_what_the_sections_hold(self) -> None:
        for proposal in Proposal.objects.filter(status__in=(Status.SUBMITTED, Status.CONCLUDED)):
            frozen = proposal.submissions.get(round=proposal.round).content["answers"]
            assert frozen == {key: answers for key, answers in all_answers(proposal).items() if answers}

    def test_the_revisions_of_a_section_have_no_gap_and_end_in_its_answers(self) -> None:
        assert Section.objects.filter(revision__gt=1).exists()
        for section in Section.objects.prefetch_related("revisions"):
            answers: dict[str, Any] = {}
            revisions = sorted(section.revisions.all(), key=lambda row: row.revision)
            assert [row.revision for row in revisions] == list(range(1, section.revision + 1))
            for row in revisions:
                assert {key: answers.get(key) for key in row.changes} == {
                    key: change["before"] for key, change in row.changes.items()
                }
                answers |= {key: change["after"] for key, change in row.changes.items()}
            assert answers == section.answers

    def test_every_save_and_every_submission_is_in_the_record(self) -> None:
        counts = {verb: Event.objects.filter(verb=verb).count() for verb in (Verb.SECTION_SAVED, Verb.SUBMITTED)}
        assert counts == {
            Verb.SECTION_SAVED: SectionRevision.objects.count(),
            Verb.SUBMITTED: Submission.objects.count(),
        }

    def test_the_record_of_a_proposal_is_in_order_and_over(self) -> None:
        for proposal in Proposal.objects.prefetch_related("events"):
            times = [event.at for event in sorted(proposal.events.all(), key=lambda event: event.pk)]
            assert times == sorted(times)
            assert proposal.status_since <= proposal.updated_at

    def test_questions_are_numbered_through_and_answered_by_the_next_round(self) -> None:
        for proposal in Proposal.objects.filter(threads__isnull=False).distinct().prefetch_related("threads"):
            threads = sorted(proposal.threads.all(), key=lambda thread: thread.number)
            assert [thread.number for thread in threads] == list(range(1, len(threads) + 1))
            assert len([thread for thread in threads if thread.round_id == threads[0].round_id]) == 4
        open_threads = Thread.objects.filter(status=ThreadStatus.OPEN)
        assert {thread.proposal.status for thread in open_threads} == {Status.CHANGES_REQUESTED}
        replies = Comment.objects.filter(agency=F("thread__proposal__agency"))
        assert replies.count() == Thread.objects.filter(status=ThreadStatus.ANSWERED).count()

    def test_no_mail_is_waiting(self) -> None:
        assert (Notification.objects.filter(sent_at=None).count(), Notification.objects.exists()) == (0, True)

    def test_nobody_can_sign_in_as_the_people_who_made_them(self) -> None:
        people = User.objects.filter(email__startswith="bulk.")
        assert [person.email for person in people if person.has_usable_password()] == []

    def test_work_goes_on_with_them(self) -> None:
        drafted = Proposal.objects.filter(status=Status.DRAFT).select_related("agency")[0]
        actor = writer(drafted)
        section = Section.objects.filter(proposal=drafted, revision=1)[0]
        saved = save_section(
            actor=actor, section=section, base_revision=1, changes=dict.fromkeys(section.answers), now=NOW
        )
        assert (saved.revision, DraftState(drafted).progress.total > 0) == (2, True)
        waiting = Proposal.objects.filter(status=Status.SUBMITTED).select_related("agency")[0]
        lead = Membership.objects.select_related("user", "agency").get(user__email="bulk.lead@cms.example")
        assert begin_review(actor=Actor(lead.user, lead), proposal=waiting, now=NOW).status == Status.IN_REVIEW

    def test_numbers_go_on_from_the_last(self) -> None:
        proposal = Proposal.objects.order_by("number").select_related("agency")[0]
        last = proposal.agency.proposals.count()
        made = create_proposal(actor=writer(proposal), title="Next", model_type="", now=NOW)
        assert made.number == f"{proposal.agency.code}-ICM-{last + 1:04d}"
        seed("--proposals", "1", "--comments", "0")
        assert Proposal.objects.filter(number=f"{proposal.agency.code}-ICM-{last + 2:04d}").exists()


def writer(proposal: Proposal) -> Actor:
    """The person who writes a proposal in bulk."""
    found = Membership.objects.select_related("user", "agency")
    membership = found.get(agency=proposal.agency, role="editor")
    return Actor(membership.user, membership)


def test_it_refuses_in_production(settings: Settings) -> None:
    settings.ICM_MODE = "production"
    with pytest.raises(CommandError) as failed:
        seed("--proposals", "1")
    assert str(failed.value) == "seed_many fills a database with invented proposals: it does not run in production."


@pytest.mark.parametrize("options", [("--proposals", "0"), ("--proposals", "1", "--comments", "-1")])
def test_it_refuses_numbers_that_make_no_sense(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as failed:
        seed(*options)
    assert str(failed.value) == "--proposals must be at least 1, and --comments at least 0."
