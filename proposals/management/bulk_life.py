"""The life of one proposal in bulk: the rows that the actions would have written.

What must hold for every proposal holds here too: revisions without gaps, submissions with their fingerprint, an event for
everything, threads numbered through, notices already sent. `tests/proposals/commands/test_seed_many.py` checks it.
"""

from __future__ import annotations

from datetime import timedelta

from proposals.management.bulk_diary import Rows
from proposals.management.bulk_state import StateLife
from proposals.management.bulk_texts import SectionAnswers, part_of
from proposals.models import Assignment, Decision, DraftComment, Note, Round, Thread
from proposals.status import Outcome, Status, ThreadKind, Verb

QUESTIONS = (
    "Please say how this was calculated.",
    "Who decides when the two figures differ?",
    "How will members learn of this change?",
    "Which providers have agreed to take part?",
)


class Life(StateLife):
    """A whole life: the state's side, and CMS's."""

    def live(self, answers: SectionAnswers) -> Rows:
        """Go from the first draft to where the plan ends; return the rows by table."""
        self.begin(part_of(answers, self.random) if self.plan.status == Status.DRAFT else answers)
        for number in range(1, self.plan.rounds + 1):
            if number > 1:
                self._ask_for_changes()
                self.change()
            self.submit()
        if self.plan.status != Status.DRAFT:
            self._end()
        self.proposal.updated_at = self.now
        return self.rows

    def _begin_review(self) -> None:
        self.later(4)
        if self.proposal.lead_reviewer is None:
            self.proposal.lead_reviewer = self.cms.lead
            reviewer = self.random.choice(self.cms.reviewers)
            self.keep(Assignment(proposal=self.proposal, reviewer=reviewer, at=self.now))
            self.event(Verb.ASSIGNED, self.cms.lead, self.cms.agency, object_id=reviewer.pk)
        self.step(Verb.REVIEW_BEGUN, self.cms.lead, self.cms.agency, Status.IN_REVIEW, [self.state.editor])

    def _ask_for_changes(self) -> None:
        self._begin_review()
        self.later(12)
        keys = sorted(self.random.sample(sorted(self.answers()), min(4, len(self.answers()))))
        due_on = (self.now + timedelta(days=30)).date()
        release = self.keep(
            Round(
                proposal=self.proposal,
                submission=self.submission,
                number=self.proposal.round,
                due_on=due_on,
                section_keys=keys,
                cover_text="We have some questions before we can go on.",
                released_by=self.cms.lead,
                released_at=self.now,
            )
        )
        for number in range(self.plan.questions if not self.threads else 1):
            self._question(release, keys[number % len(keys)])
        self.step(Verb.CHANGES_REQUESTED, self.cms.lead, self.cms.agency, Status.CHANGES_REQUESTED, [self.state.editor])
        self.proposal.round += 1
        self.proposal.due_on = due_on

    def _question(self, release: Round, key: str) -> None:
        thread: Thread = self.keep(
            Thread(
                proposal=self.proposal,
                round=release,
                number=len(self.threads) + 1,
                kind=self.random.choice((ThreadKind.QUESTION, ThreadKind.CHANGE)),
                section_key=key,
                prompt_id=self.random.choice(sorted(self.stored[key].answers)),
            )
        )
        self.threads.append(thread)
        body = f"<p>{self.random.choice(QUESTIONS)}</p>"
        self.say(thread, self.random.choice(self.cms.reviewers), self.cms.agency, body)

    def _end(self) -> None:
        match self.plan.status:
            case Status.CHANGES_REQUESTED:
                self._ask_for_changes()
            case Status.IN_REVIEW:
                self._begin_review()
                self._work_inside()
            case Status.CONCLUDED:
                self._begin_review()
                self._conclude()
            case Status.WITHDRAWN:
                self.withdraw()

    def _work_inside(self) -> None:
        self.later(3)
        key = self.random.choice(sorted(self.answers()))
        author = self.rows[Assignment][0].reviewer
        self.keep(
            Note(
                proposal=self.proposal, agency=self.cms.agency, author=author, section_key=key,
                body="<p>This part is ready.</p>", at=self.now,
            )
        )  # fmt: skip
        self.event(Verb.NOTE_ADDED, author, self.cms.agency, section_key=key)
        draft = self.keep(
            DraftComment(
                proposal=self.proposal, agency=self.cms.agency, author=author, section_key=key,
                body=f"<p>{self.random.choice(QUESTIONS)}</p>", updated_at=self.now,
            )
        )  # fmt: skip
        self.event(Verb.DRAFT_COMMENT_SAVED, author, self.cms.agency, section_key=key, object_id=draft.pk)

    def _conclude(self) -> None:
        self.later(15)
        self.keep(
            Decision(
                proposal=self.proposal,
                submission=self.submission,
                outcome=self.random.choice(Outcome.values),
                letter="<p>Thank you for your proposal.</p>",
                drafted_by=self.cms.lead,
                drafted_at=self.now,
                announced_by=self.cms.approver,
                announced_at=self.now,
            )
        )
        self.event(Verb.DECISION_DRAFTED, self.cms.lead, self.cms.agency)
        self.step(
            Verb.CONCLUDED, self.cms.approver, self.cms.agency, Status.CONCLUDED, [self.state.editor, self.cms.lead]
        )
