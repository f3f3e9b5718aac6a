"""What the section editor shows: navigation, prompts, threads and findings of one section."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.addresses import reverse
from proposals import policy, summary_length
from proposals.forms.attaching import CHOOSER
from proposals.forms.prompts import anchor_of
from proposals.forms.sections import SectionForm
from proposals.models import Proposal
from proposals.models import Section as StoredSection
from proposals.passages import Reading
from proposals.queries import attachments, discussion, drafts, offers, turns
from proposals.queries.clearance import Cell
from proposals.status import Status
from proposals.views.cards import passage_view
from proposals.views.files import FileView, file_views
from proposals.views.findings import FindingDrawer
from proposals.views.prompt_notes import SectionNotes
from proposals.views.prompt_views import PromptView, ThreadView
from proposals.views.readiness import Panel, panel_of
from proposals.views.replies import SavedReplies
from toolkit.answers import Answers, Disposition, applies, display_answer, disposition, lookup, visible_fields
from toolkit.carrying import Offer
from toolkit.completeness import submission_blockers
from toolkit.findings import Finding
from toolkit.progress import Progress
from toolkit.readiness.reader import Sheet
from toolkit.types import Part, Prompt, Section

NAV_MARKS = {
    "locked": "locked",
    "hidden": "not_applicable",
    "ready": "ready",
    "started": "in_progress",
    "empty": "not_started",
}
PROMPT_MARKS = {
    Disposition.ANSWERED: "answered", Disposition.NA: "na", Disposition.NYK: "nyk", Disposition.BLANK: "blank",
}  # fmt: skip


@dataclass
class SectionPage:
    """Everything the editor page draws. Reads a constant number of queries."""

    actor: Actor
    proposal: Proposal
    definition: Section
    stored: StoredSection
    form: SectionForm
    replies: SavedReplies = field(default_factory=SavedReplies)
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def state(self) -> drafts.DraftState:
        """Where the whole draft stands."""
        return drafts.DraftState(self.proposal)

    @cached_property
    def turn(self) -> turns.Turn | None:
        """Whose turn it is."""
        return turns.turn_of(self.actor, self.proposal, self.now)

    @cached_property
    def editable(self) -> bool:
        """Whether the reader may change this section now."""
        return policy.can_edit_section(self.actor, self.proposal, self.definition.id, self.state.open_keys)

    @cached_property
    def why_locked(self) -> str:
        """Why the answers are only to read, in one sentence."""
        status = Status(self.proposal.status)
        if status in {Status.SUBMITTED, Status.IN_REVIEW}:
            return f"Round {self.proposal.round} is with CMS. Its answers stay as they are until CMS sends it back."
        if not self.proposal.is_state_turn:
            return f"The proposal is {status.label.lower()}, so its answers stay as they are."
        if not policy.can_write_proposal(self.actor, self.proposal):
            return "Your role reads answers and does not change them. Your team lead can change that."
        if self.definition.id not in self.state.open_keys:
            return f"CMS did not reopen this section for round {self.proposal.round}."
        return "Your access does not include this section. Your team lead can change that."

    @cached_property
    def answers(self) -> Answers:
        """The answers of this section, and those that its conditions look at."""
        return {**self.state.switches, **self.stored.answers}

    @cached_property
    def progress(self) -> Progress:
        """Progress of this section."""
        return next(item.progress for item in self.state.sections if item.key == self.definition.id)

    @cached_property
    def threads(self) -> list[ThreadView]:
        """The released questions of this section, open ones first."""
        if not self.proposal.was_returned:
            return []
        replies, unsaved = discussion.replies_by_thread(self.actor, self.proposal), self.replies.by_thread
        reading = Reading(self.state.toolkit, self.answers)
        found = []
        for thread in discussion.section_threads(self.proposal, self.definition.id):
            thread.proposal = self.proposal
            prompt = next((p for p in self.definition.prompts if p.id == thread.prompt_id), None)
            found.append(
                ThreadView(
                    thread=thread,
                    reply=replies.get(thread.pk),
                    may_reply=policy.can_reply(self.actor, thread),
                    place=prompt.label if prompt else self.definition.title,
                    url=f"#{anchor_of(prompt.id)}" if prompt else "#main",
                    passage=passage_view(thread, reading),
                    unsaved=unsaved.get(thread.pk),
                )
            )
        return sorted(found, key=lambda item: not item.waits)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What keeps this section from being submitted. The other findings need the answers of all sections."""
        return submission_blockers(self.state.toolkit, self.answers, self.definition.prompts)

    @cached_property
    def prompts(self) -> list[PromptView]:
        """The prompts in the order of the toolkit."""
        threads: dict[str, list[ThreadView]] = defaultdict(list)
        for item in self.threads:
            threads[item.thread.prompt_id].append(item)
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            findings[finding.place.prompt_id].append(finding)
        return [self._prompt(prompt, threads[prompt.id], findings[prompt.id]) for prompt in self.definition.prompts]

    def _prompt(self, prompt: Prompt, threads: list[ThreadView], findings: list[Finding]) -> PromptView:
        waits = any(item.waits for item in threads)
        standing = PROMPT_MARKS[disposition(self.stored.answers.get(prompt.id))]
        shown = {spec.key for spec in visible_fields(prompt, self.answers)}
        blocked = findings and standing != "blank"
        return PromptView(
            prompt=prompt,
            version=self.proposal.toolkit_version,
            form=self.form.forms[prompt.id],
            applies=applies(prompt, self.answers),
            mark="question" if waits else "error" if blocked else standing,
            threads=threads,
            findings=findings,
            displays=display_answer(prompt, self.answers),
            hidden_fields=frozenset(spec.key for spec in prompt.fields if spec.key not in shown),
            offer=self.offers.get(prompt.id),
            files=self.files.get(prompt.id, ()),
            notes=self.notes.of(prompt.id),
        )

    @cached_property
    def notes(self) -> SectionNotes:
        """The agency's notes in this section, and the way to its history."""
        return SectionNotes(self.actor, self.proposal, self.definition)

    @cached_property
    def sign_offs(self) -> tuple[Cell, ...]:
        """Where each sign-off of the state stands in this section."""
        return self.notes.sign_offs(self.stored)

    @cached_property
    def files(self) -> dict[str, tuple[FileView, ...]]:
        """The attached files of this section, by prompt."""
        found = attachments.of_section(self.proposal, self.definition.id)
        return file_views(self.proposal, found, may_remove=self.editable, name_people=True)

    @property
    def chooser(self) -> dict[str, str]:
        """What a chooser of files says."""
        return CHOOSER

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """What the portal knows already for prompts of this section, where the reader may write."""
        return offers.of_section(self.proposal, self.definition, self.stored.answers) if self.editable else {}

    @cached_property
    def conditions(self) -> dict[str, Any]:
        """The conditions of this section for the browser, with the values it cannot see itself."""
        prompts = {p.id: p.applies_when.as_json() for p in self.definition.prompts if not p.applies_when.is_always}
        fields = {
            f"{p.id}:{f.key}": f.show_when.as_json()
            for p in self.definition.prompts
            for f in p.fields
            if not f.show_when.is_always
        }
        values = lookup(self.answers)
        here = {prompt.id for prompt in self.definition.prompts}
        refs = {test["ref"] for tests in (*prompts.values(), *fields.values()) for test in tests}
        outside = {ref: values(ref) for ref in sorted(refs) if ref.partition(":")[0] not in here}
        return {"prompts": prompts, "fields": fields, "values": outside}

    @cached_property
    def nav(self) -> dict[str, Any]:
        """What `includes/section_nav.html` draws."""
        return navigation(self)

    @cached_property
    def next_key(self) -> str:
        """The next section in which something applies; the first one after the last."""
        keys = [item.key for item in self.state.sections if item.applies or item.key == self.definition.id]
        return keys[(keys.index(self.definition.id) + 1) % len(keys)]

    @property
    def is_summary(self) -> bool:
        """Whether the section belongs to the executive summary, whose length counts."""
        return self.definition.id.startswith(summary_length.PART)

    @property
    def part(self) -> Part:
        """The part of the toolkit the section belongs to."""
        return self.state.toolkit.part_of(self.definition)

    @property
    def note(self) -> str:
        """What the status line says about this round."""
        if self.proposal.status != Status.CHANGES_REQUESTED:
            return ""
        asked = [item for item in self.state.sections if item.applies]
        opened = sum(item.is_open for item in asked)
        return f"Preparing round {self.proposal.round}. {opened} of {len(asked)} sections are open for changes"

    @property
    def waiting(self) -> int:
        """How many questions of the section have no reply yet."""
        return sum(item.waits for item in self.threads)

    @property
    def replied(self) -> int:
        """How many have one."""
        return len(self.threads) - self.waiting

    @property
    def may_reply(self) -> bool:
        """Whether the reader may write a reply, also where the answers are locked."""
        return any(item.may_reply for item in self.threads)

    @property
    def panel(self) -> Panel:
        """What keeps this section from being submitted, until a script puts all findings in its place."""
        sheet = Sheet(self.state.toolkit, self.answers)
        drawer = FindingDrawer(self.proposal, sheet, lambda _section: self.editable, self.definition.id)
        return panel_of(drawer, self.definition)


def navigation(page: SectionPage) -> dict[str, Any]:
    """Return the sections of the proposal for `includes/section_nav.html`, the prompts of the current one below it."""
    counts = discussion.waiting_counts(page.proposal)
    prompts = [{"title": v.prompt.label, "url": f"#{v.anchor}", "status": v.mark} for v in page.prompts if v.applies]

    def line(item: drafts.SectionState) -> dict[str, Any]:
        current = item.key == page.definition.id
        waiting = counts.get(item.key, (0, 0))[1] if page.proposal.is_state_turn else 0
        return {
            "title": item.definition.title,
            "url": reverse("proposals:section", args=[page.proposal.pk, item.key]),
            "status": NAV_MARKS[item.mark],
            "questions": waiting,
            "answered": item.key in counts and not waiting,
            "current": current,
            "prompts": prompts if current else [],
        }

    parts = [
        {"title": part.definition.name, "sections": [line(item) for item in part.sections]} for part in page.state.parts
    ]
    overview = reverse("proposals:overview", args=[page.proposal.pk])
    return {"label": "Sections", "link_url": overview, "link_text": "Overview", "parts": parts}
