"""What the section editor shows: navigation, prompts, threads and findings of one section."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.forms.prompts import PromptForm, anchor_of
from proposals.forms.sections import SectionForm
from proposals.models import DraftComment, Proposal, Thread
from proposals.models import Section as StoredSection
from proposals.queries import discussion, drafts, lists
from proposals.status import Status, ThreadStatus
from toolkit.answers import Answers, Disposition, applies, disposition, display_answer, lookup, visible_fields
from toolkit.completeness import Finding, submission_blockers
from toolkit.conditions import Condition
from toolkit.display import Display, Fact, TableDisplay
from toolkit.loading import load
from toolkit.richtext import to_text
from toolkit.types import Prompt, Section

NAV_MARKS = {"locked": "locked", "hidden": "not_applicable", "ready": "ready", "started": "in_progress", "empty": "not_started"}
PROMPT_MARKS = {
    Disposition.ANSWERED: "answered", Disposition.NA: "na", Disposition.NYK: "nyk", Disposition.BLANK: "blank",
}  # fmt: skip
SUMMARY_FACTS = 3
SUMMARY_LENGTH = 140


@dataclass(frozen=True)
class PromptView:
    """One prompt on the page, editable or to read."""

    prompt: Prompt
    form: PromptForm
    applies: bool
    condition: str
    mark: str
    threads: list[ThreadView]
    findings: list[Finding]
    displays: tuple[Display, ...]
    hidden_fields: frozenset[str]

    @property
    def anchor(self) -> str:
        """The id of the prompt's element."""
        return anchor_of(self.prompt.id)

    @property
    def answer(self) -> dict[str, Any]:
        """The stored answer, for its reason, note and plan."""
        return self.form.stored or {}

    @property
    def reason(self) -> str:
        """The reason of the disposition in words."""
        is_na = self.answer.get("disposition") == Disposition.NA
        reasons = self.prompt.na_reasons if is_na else self.prompt.nyk_reasons
        return reasons.label(self.answer["reason"]) if self.answer.get("reason") else ""

    @property
    def open_threads(self) -> list[ThreadView]:
        """Its questions that still wait for a reply."""
        return [item for item in self.threads if item.waits]

    @property
    def starts_open(self) -> bool:
        """Whether there is something to do in it: nothing said yet, a question, a finding, an error."""
        unsettled = self.form.disposition == Disposition.BLANK or self.form.is_bound
        return unsettled or bool(self.open_threads or self.findings)

    @cached_property
    def summary(self) -> str:
        """The answer in one line."""
        if self.form.stored is None:
            return ""
        facts = [item.text for item in self.displays if isinstance(item, Fact)][:SUMMARY_FACTS]
        parts = [*([self.reason] if self.reason else []), *facts, *_sizes(self.displays)]
        text = ". ".join(parts)
        return f"{text[:SUMMARY_LENGTH].rstrip()}…" if len(text) > SUMMARY_LENGTH else text


def _sizes(displays: tuple[Display, ...]) -> list[str]:
    rows = sum(len(item.rows) for item in displays if isinstance(item, TableDisplay))
    words = sum(len(to_text(item.html).split()) for item in displays if not isinstance(item, Fact | TableDisplay))
    sizes = ((rows, "row"), (words, "word"))
    return [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in sizes if count]


@dataclass(frozen=True)
class ThreadView:
    """A released thread as the state sees it, with its own drafted reply."""

    thread: Thread
    reply: DraftComment | None
    may_reply: bool
    place: str
    url: str
    typed: str | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody has drafted a reply to it."""
        return self.thread.status == ThreadStatus.OPEN and self.reply is None

    @property
    def reply_text(self) -> str:
        """What stands in the reply box."""
        if self.typed is not None:
            return self.typed
        return to_text(self.reply.body).replace("\n", "\n\n") if self.reply else ""


@dataclass
class SectionPage:
    """Everything the editor page draws. Reads a constant number of queries."""

    actor: Actor
    proposal: Proposal
    definition: Section
    stored: StoredSection
    form: SectionForm
    typed_replies: dict[str, str] = field(default_factory=dict)
    now: Any = field(default_factory=timezone.now)

    @cached_property
    def state(self) -> drafts.DraftState:
        """Where the whole draft stands."""
        return drafts.DraftState(self.proposal)

    @cached_property
    def turn(self) -> lists.Turn | None:
        """Whose turn it is."""
        return lists.turn_of(self.actor, self.proposal, self.now)

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
    def progress(self) -> Any:
        """Progress of this section."""
        return next(item.progress for item in self.state.sections if item.key == self.definition.id)

    @cached_property
    def threads(self) -> list[ThreadView]:
        """The released questions of this section, open ones first."""
        replies = discussion.replies_by_thread(self.actor, self.proposal)
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
                    typed=self.typed_replies.get(str(thread.pk)),
                )
            )
        return sorted(found, key=lambda item: not item.waits)

    @cached_property
    def findings(self) -> list[Finding]:
        """What keeps this section from being submitted."""
        here = {prompt.id for prompt in self.definition.prompts}
        return [f for f in submission_blockers(self.state.toolkit, self.answers) if f.prompt_id in here]

    @cached_property
    def prompts(self) -> list[PromptView]:
        """The prompts in the order of the toolkit."""
        threads: dict[str, list[ThreadView]] = defaultdict(list)
        for item in self.threads:
            threads[item.thread.prompt_id].append(item)
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            findings[finding.prompt_id].append(finding)
        return [self._prompt(prompt, threads[prompt.id], findings[prompt.id]) for prompt in self.definition.prompts]

    def _prompt(self, prompt: Prompt, threads: list[ThreadView], findings: list[Finding]) -> PromptView:
        waits = any(item.waits for item in threads)
        standing = PROMPT_MARKS[disposition(self.stored.answers.get(prompt.id))]
        shown = {spec.key for spec in visible_fields(prompt, self.answers)}
        blocked = findings and standing != "blank"
        return PromptView(
            prompt=prompt,
            form=self.form.forms[prompt.id],
            applies=applies(prompt, self.answers),
            condition=condition_words(self.proposal.toolkit_version, prompt.applies_when),
            mark="question" if waits else "error" if blocked else standing,
            threads=threads,
            findings=findings,
            displays=display_answer(prompt, self.answers),
            hidden_fields=frozenset(spec.key for spec in prompt.fields if spec.key not in shown),
        )

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
        counts = discussion.question_counts(self.proposal)
        waiting: dict[str, int] = defaultdict(int)
        for thread in discussion.unanswered(self.proposal) if self.proposal.is_state_turn else ():
            waiting[thread.section_key] += 1
        parts = [
            {"title": part.definition.name, "sections": [self._nav_section(s, counts, waiting) for s in part.sections]}
            for part in self.state.parts
        ]
        overview = reverse("proposals:overview", args=[self.proposal.pk])
        return {"label": "Sections", "link_url": overview, "link_text": "Overview", "parts": parts}

    def _nav_section(
        self, item: drafts.SectionState, counts: dict[str, tuple[int, int]], waiting: dict[str, int]
    ) -> dict[str, Any]:
        current = item.key == self.definition.id
        return {
            "title": item.definition.title,
            "url": reverse("proposals:section", args=[self.proposal.pk, item.key]),
            "status": NAV_MARKS[item.mark],
            "questions": waiting[item.key],
            "answered": item.key in counts and not waiting[item.key],
            "current": current,
            "prompts": [self._nav_prompt(view) for view in self.prompts if view.applies] if current else [],
        }

    @staticmethod
    def _nav_prompt(view: PromptView) -> dict[str, str]:
        return {"title": view.prompt.label, "url": f"#{view.anchor}", "status": view.mark}

    @cached_property
    def next_key(self) -> str:
        """The next section in which something applies; the first one after the last."""
        keys = [item.key for item in self.state.sections if item.applies or item.key == self.definition.id]
        return keys[(keys.index(self.definition.id) + 1) % len(keys)]


@lru_cache(maxsize=512)
def condition_words(version: str, condition: Condition) -> str:
    """Return when something applies, in words for a page without scripts; "" when it always does."""
    toolkit = load(version)
    said = []
    for test in condition.tests:
        prompt_id, _, key = test.ref.partition(":")
        spec = toolkit.prompt(prompt_id).field(key)
        values = " or ".join(
            ("Yes" if value else "No") if isinstance(value, bool) else spec.options.label(value) if spec.options else value
            for value in test.values
        )
        said.append(f"“{spec.label}” is {values}")
    return " and ".join(said)
