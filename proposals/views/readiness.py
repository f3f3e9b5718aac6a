"""The readiness check as the state's people read it: a page of its own, and the panel of a section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.addresses import reverse
from proposals import policy
from proposals.models import Proposal
from proposals.queries import access, drafts, readiness, turns
from proposals.snapshot import merged
from proposals.views import opening
from proposals.views.findings import FindingDrawer, FindingView
from proposals.views.terms import marks_of
from toolkit.answers import Answers
from toolkit.completeness import BLOCKING, submission_blockers
from toolkit.findings import Finding
from toolkit.readiness.reader import Sheet
from toolkit.types import Section, Severity, Toolkit

#: Advice that a panel shows at once; more of it folds.
MOST_ADVICE = 3
#: What findings of a severity are called when they are counted.
NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Readiness:
    """What the check finds in a proposal as its state writes it. Two queries, none of them for who may edit."""

    def __init__(self, actor: Actor, proposal: Proposal, now: datetime) -> None:
        self.actor = actor
        self.proposal = proposal
        self.now = now
        self.toolkit: Toolkit = access.toolkit_of(proposal)

    @cached_property
    def answers(self) -> Answers:
        """The answers of all sections."""
        return merged(drafts.all_answers(self.proposal))

    @cached_property
    def as_of(self) -> date:
        """The day of the check."""
        return readiness.day_of(self.proposal, self.now)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, in the order of the content."""
        return readiness.findings(self.proposal, self.answers, as_of=self.as_of)

    @property
    def live(self) -> list[Finding]:
        """What was found in answers that are asked for."""
        return [finding for finding in self.findings if finding.is_live]

    @property
    def in_words(self) -> str:
        """How many findings of each kind there are."""
        numbers = Counter(finding.severity for finding in self.live)
        return ", ".join(_counted(numbers[s], NOUNS[s]) for s in Severity if numbers[s]) or "Nothing found"

    def drawer(self, here: str = "") -> FindingDrawer:
        """Return what draws findings, on the page of a section or on one of their own."""
        open_keys = drafts.open_section_keys(self.proposal, self.toolkit)

        def may_edit(section: str) -> bool:
            return policy.can_edit_section(self.actor, self.proposal, section, open_keys)

        return FindingDrawer(self.proposal, Sheet(self.toolkit, self.answers), may_edit, here)


# --- the page -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many findings of a severity there are, and the address that shows only these."""

    words: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    """The findings of one group of rules."""

    id: str
    title: str
    findings: tuple[FindingView, ...]


class ReadinessPage(Readiness):
    """The page of a proposal; ``show`` is a severity, or empty for all."""

    def __init__(self, actor: Actor, proposal: Proposal, now: datetime, show: str) -> None:
        super().__init__(actor, proposal, now)
        self.show = show if show in tuple(Severity) else ""

    @cached_property
    def counts(self) -> list[Count]:
        """The number of findings by severity, gravest first."""
        numbers = Counter(finding.severity for finding in self.live)
        url = reverse("proposals:readiness", args=[self.proposal.pk])
        return [Count(_counted(numbers[s], NOUNS[s]), f"{url}?show={s}", s == self.show) for s in Severity]

    @cached_property
    def groups(self) -> list[Group]:
        """The groups in which something was found, in the order of the content."""
        chosen = {f.rule: f for f in self.live if self.show in ("", f.severity)}
        groups = []
        for group in self.toolkit.rule_groups:
            found = tuple(self._drawer.draw(chosen[rule.id]) for rule in group.rules if rule.id in chosen)
            if found:
                groups.append(Group(group.id, group.title, found))
        return groups

    @property
    def silent(self) -> list[str]:
        """The titles of the groups in which nothing was found."""
        found = {finding.rule for finding in self.live}
        return [g.title for g in self.toolkit.rule_groups if found.isdisjoint(rule.id for rule in g.rules)]

    @cached_property
    def left_out(self) -> list[FindingView]:
        """What was found in answers that are hidden, and left out of the packet."""
        return [self._drawer.draw(finding) for finding in self.findings if not finding.is_live]

    @property
    def stops(self) -> bool:
        """Whether something must be mended before a submission."""
        return any(finding.rule in BLOCKING for finding in self.live)

    @cached_property
    def _drawer(self) -> FindingDrawer:
        return self.drawer()


@actor_required
def readiness_page(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show everything the check finds; 404 for everybody but the state that owns the proposal."""
    proposal = opening.get_own_proposal(request, pk)
    now = timezone.now()
    page = ReadinessPage(request.actor, proposal, now, request.GET.get("show", ""))
    turn = turns.turn_of(request.actor, proposal, now)
    context = {"page": page, "proposal": proposal, "turn": turn, "marks": marks_of(page.toolkit)}
    return render(request, "proposals/readiness.html", context)


# --- the panel of a section -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """What is still to do in a section. ``is_whole`` is false where only what stops a submission was looked for."""

    proposal: Proposal
    section: Section
    stops: tuple[FindingView, ...]
    advice: tuple[FindingView, ...] = ()
    is_whole: bool = False

    @property
    def shown(self) -> tuple[FindingView, ...]:
        """The advice that stands open: the gravest first."""
        return self.advice[:MOST_ADVICE]

    @property
    def folded(self) -> tuple[FindingView, ...]:
        """The rest of it."""
        return self.advice[MOST_ADVICE:]

    @property
    def number(self) -> int:
        """How many findings there are."""
        return len(self.stops) + len(self.advice)


def panel_of(drawer: FindingDrawer, section: Section, findings: Iterable[Finding] | None = None) -> Panel:
    """Return the panel of a section; with ``findings``, those of all rules, it is whole.

    What stops a submission stands there prompt by prompt, so the same rules are left out of the rest.
    """
    sheet = drawer.sheet
    stops = submission_blockers(sheet.toolkit, sheet.answers, section.prompts)
    here = {prompt.id for prompt in section.prompts}
    concerning = [
        finding
        for finding in findings or ()
        if finding.is_live and finding.rule not in BLOCKING and not here.isdisjoint(finding.prompt_ids)
    ]
    gravest = sorted(concerning, key=lambda finding: list(Severity).index(finding.severity))
    return Panel(
        proposal=drawer.proposal,
        section=section,
        stops=tuple(drawer.draw(finding) for finding in stops),
        advice=tuple(drawer.draw(finding) for finding in gravest),
        is_whole=findings is not None,
    )


@actor_required
def section_findings(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Draw the whole panel of a section, for its page to put in place; 404 as the section itself."""
    proposal = opening.get_own_proposal(request, pk)
    definition = access.get_definition(proposal, section)
    found = Readiness(request.actor, proposal, timezone.now())
    panel = panel_of(found.drawer(definition.id), definition, found.findings)
    return render(request, "proposals/partials/findings.html", {"panel": panel, "marks": marks_of(found.toolkit)})
