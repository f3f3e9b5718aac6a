"""The state's side of a proposal in bulk: writing, submitting, changing, withdrawing."""

from __future__ import annotations

from typing import Any

from proposals import clock
from proposals.actions.revising import move_on
from proposals.actions.submitting import ATTESTATION
from proposals.management.bulk_diary import Diary
from proposals.management.bulk_texts import SectionAnswers, varied
from proposals.models import Claim, Reason, Round, Section, Submission, Thread
from proposals.snapshot import fingerprint, flat_answers, freeze
from proposals.status import Status, ThreadStatus, Verb
from toolkit.answers import Answers
from toolkit.loading import CURRENT_VERSION, load

REPLY = "<p>See the changed text.</p>"
NO_CHANGE = "The text says it already."


class StateLife(Diary):
    """What the state does, in the rows its actions would have written."""

    def begin(self, answers: SectionAnswers) -> None:
        """Start the draft and save its answers section by section."""
        self.keep(self.proposal)
        self.event(Verb.CREATED, self.state.editor, self.state.agency)
        for section in load().sections:
            row = Section(proposal=self.proposal, key=section.id, updated_at=self.now, updated_by=self.state.editor)
            self.stored[section.id] = self.keep(row)
        self.later(2)
        for key, prompts in answers.items():
            self.save(key, prompts)

    def save(self, key: str, prompts: dict[str, Any]) -> None:
        """Store the answers of a section as its next revision."""
        row = self.stored[key]
        wanted = {prompt_id: answer for prompt_id, answer in prompts.items() if row.answers.get(prompt_id) != answer}
        written = move_on(row, proposal=self.proposal, wanted=wanted, author=self.state.editor, now=self.now)
        for kept in (written.revision, *written.changes):
            self.keep(kept)
        self.event(Verb.SECTION_SAVED, self.state.editor, self.state.agency, section_key=key, object_id=row.revision)
        self.later(0.2)

    def answers(self) -> SectionAnswers:
        """Return the answers on file."""
        return {key: row.answers for key, row in self.stored.items() if row.answers}

    def submit(self) -> None:
        """Freeze the draft and answer the open questions."""
        self.later(3)
        summary = (
            "We answered every question and changed the narratives named there." if self.proposal.round > 1 else ""
        )
        waiting = [thread for thread in self.threads if thread.status == ThreadStatus.OPEN]
        before = flat_answers(self.submission.content) if waiting else {}
        content = self._frozen(summary, [{"question": thread.number, "reply": REPLY} for thread in waiting])
        self.submission: Submission = self.keep(
            Submission(
                proposal=self.proposal,
                round=self.proposal.round,
                toolkit_version=CURRENT_VERSION,
                content=content,
                change_summary=summary,
                signatory=self.state.signatory,
                signatory_name=self.state.signatory.name,
                attestation=ATTESTATION,
                submitted_at=self.now,
                fingerprint=fingerprint(content),
            )
        )
        for thread in waiting:
            thread.status = ThreadStatus.ANSWERED
            self._reply(thread, before)
        self.step(Verb.SUBMITTED, self.state.signatory, self.state.agency, Status.SUBMITTED, [self.cms.lead])
        self.proposal.due_on = clock.target(self.now, self.cms.agency.target_days, clock.CMS_ZONE)

    def _reply(self, thread: Thread, before: Answers) -> None:
        """Reply to a question and say what was changed for it since the round in which it was asked."""
        comment = self.say(thread, self.state.editor, self.state.agency, REPLY)
        key = thread.prompt_id
        changed = [key] if self.stored[thread.section_key].answers.get(key) != before.get(key) else []
        self.keep(Claim(comment=comment, prompt_ids=changed, no_change="" if changed else NO_CHANGE))

    def _frozen(self, summary: str, replies: list[dict[str, Any]]) -> dict[str, Any]:
        return freeze(
            number=self.plan.number,
            title=self.plan.title,
            agency={"code": self.state.agency.code, "name": self.state.agency.name},
            toolkit={"version": CURRENT_VERSION, "hash": load().content_hash},
            round_number=self.proposal.round,
            attempt=1,
            answers=self.answers(),
            attachments=[],
            replies=replies,
            change_summary=summary,
            signatory={"name": self.state.signatory.name, "attestation": ATTESTATION},
            submitted_at=self.now,
            sample_note="",
        )

    def change(self) -> None:
        """Edit what CMS reopened."""
        self.later(10)
        before = self.answers()
        reopened = {key: before[key] for key in self.rows[Round][-1].section_keys}
        for key, prompts in varied(reopened, self.random, 3).items():
            if prompts is not before[key]:
                self.save(key, prompts)

    def withdraw(self) -> None:
        """Take the proposal out."""
        self.later(5)
        self.proposal.withdrawn_from = Status.SUBMITTED
        event = self.step(
            Verb.WITHDRAWN, self.state.signatory, self.state.agency, Status.WITHDRAWN, [self.state.editor]
        )
        self.keep(Reason(event=event, text="The legislature did not fund the program this year."))
