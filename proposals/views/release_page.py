"""What the page shows on which the lead puts a round together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, Self

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from icm_portal.accounts.queries import members
from proposals import audiences
from proposals.divisions import named
from proposals.forms.review import ReleaseForm
from proposals.models import DraftComment, Proposal
from proposals.queries import access, discussion, reviews
from proposals.queries.handovers import taken_back
from proposals.queries.turns import Turn, response_due
from proposals.queries.verdicts import reviewers_by_division
from proposals.status import NEEDS_REPLY
from proposals.views.cards import Cards, WordsCard
from proposals.views.lines import turn_now
from toolkit.types import Section

#: So many drafts stand on one page of a release, and on one of its preview.
PAGE_SIZE = 50


@dataclass(frozen=True)
class Plan:
    """What the lead has chosen so far, as the form sent it. ``known`` are the drafts that were on the page."""

    include: list[str]
    known: list[str]
    sections: list[str]
    due_on: str
    cover_text: str

    @classmethod
    def of(cls, sent: QueryDict, earlier: Mapping[str, Any] | None) -> Self:
        """Read what a form sent. Of the ``earlier`` plan stays what was chosen of drafts that were on other pages."""
        include, known = sent.getlist("include"), sent.getlist("known")
        if earlier:
            include += [key for key in earlier["include"] if key not in set(known)]
            known += [key for key in earlier["known"] if key not in set(known)]
        return cls(
            include=include,
            known=known,
            sections=sent.getlist("sections"),
            due_on=sent.get("due_on", ""),
            cover_text=sent.get("cover_text", ""),
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for the session."""
        return asdict(self)


@dataclass(frozen=True)
class DraftRow:
    """A drafted comment with its checkbox."""

    card: WordsCard
    is_included: bool
    #: The divisions its author works for on this proposal.
    divisions: str
    number: int
    #: Whether there are other new comments on the same place.
    may_merge: bool


@dataclass(frozen=True)
class DraftGroup:
    """The drafted comments of one section."""

    title: str
    rows: tuple[DraftRow, ...]


@dataclass(frozen=True)
class SectionRow:
    """A section that may reopen, with the comments that ask for it."""

    section: Section
    is_chosen: bool
    asked: int


class ReleasePage:
    """The round as it stands: drafts, sections, date, people; ``plan`` is what the lead has chosen, if anything.

    Of many drafts, the page ``number`` is shown. The others are part of the round as well: drafts on a page that the
    lead has not opened are new to the plan, and what is new goes out unless it is left out.
    """

    def __init__(self, actor: Actor, proposal: Proposal, plan: Mapping[str, Any] | None, number: str = "") -> None:
        self.actor = actor
        self.proposal = proposal
        self.frozen = reviews.FrozenRound(actor, proposal, proposal.round)
        self.cards = Cards(actor, proposal, "", self.frozen.reading)
        self.drafts = discussion.release_order(proposal, discussion.drafts(actor, proposal))
        self.number = number
        self.sections = self._sections()
        self.form = self._form(plan)

    def _sections(self) -> list[Section]:
        """The sections of the round, and any other that a drafted comment points to."""
        shown = {item.key for item in self.frozen.sections} | {draft.section_key for draft in self.drafts}
        return [section for section in self.frozen.toolkit.sections if section.id in shown]

    def _form(self, plan: Mapping[str, Any] | None) -> ReleaseForm:
        if plan is None:
            return ReleaseForm(self.drafts, self.sections, initial=self._preset())
        standing = {str(draft.pk) for draft in self.drafts}
        # Drafts that a colleague added since the page was sent are part of the round until the lead leaves them out.
        chosen = [key for key in plan["include"] if key in standing] + sorted(standing - set(plan["known"]))
        return ReleaseForm(self.drafts, self.sections, {**plan, "include": chosen})

    def _preset(self) -> dict[str, Any]:
        """The values of a release that nobody has touched, or of the one that was taken back, as it was sent."""
        due_on, undone = response_due(self.proposal, timezone.now()), taken_back(self.proposal)
        if undone is None or undone.release is None:
            return ReleaseForm.preset(self.drafts, discussion.reopened_by(self.drafts), due_on)
        sent, left_out = undone.release, undone.before.get("left_out", ())
        if sent.due_on and sent.due_on > timezone.localdate():
            due_on = sent.due_on
        asked = [draft for draft in self.drafts if str(draft.pk) not in left_out]
        return {**ReleaseForm.preset(asked, sent.section_keys, due_on), "cover_text": sent.cover_text}

    # --- choices ----------------------------------------------------------------------------------------------------

    def _values(self, name: str) -> set[str]:
        return set(self.form[name].value() or [])

    @cached_property
    def included(self) -> list[DraftComment]:
        """The drafts that go out, in the order of their numbers."""
        chosen = self._values("include")
        return [draft for draft in self.drafts if str(draft.pk) in chosen]

    @cached_property
    def left_out(self) -> int:
        """How many drafts stay behind."""
        return len(self.drafts) - len(self.included)

    @cached_property
    def shown(self) -> Page[DraftComment]:
        """The drafts on this page."""
        return Paginator(self.drafts, PAGE_SIZE).get_page(self.number)

    @cached_property
    def groups(self) -> list[DraftGroup]:
        """The drafts on this page by section."""
        chosen = self._values("include")
        grouped = groupby(self.shown.object_list, key=lambda draft: draft.section_key)
        return [
            DraftGroup(self.cards.place(key, ""), tuple(self._row(draft, str(draft.pk) in chosen) for draft in drafts))
            for key, drafts in grouped
        ]

    def _row(self, draft: DraftComment, is_included: bool) -> DraftRow:  # noqa: FBT001 - a value of the row
        place = (draft.section_key, draft.prompt_id)
        return DraftRow(
            card=self.cards.draft(draft),
            is_included=is_included,
            divisions=", ".join(self._divisions.get(draft.author_id, ())),
            number=self._places[draft.pk],
            may_merge=draft.thread_id is None and self._new_at[place] > 1,
        )

    @cached_property
    def _places(self) -> dict[object, int]:
        """The place of each draft in the round, from 1."""
        return {draft.pk: number for number, draft in enumerate(self.drafts, 1)}

    @cached_property
    def _new_at(self) -> Counter[tuple[str, str]]:
        """How many new comments point to each place."""
        return Counter((draft.section_key, draft.prompt_id) for draft in self.drafts if draft.thread_id is None)

    @cached_property
    def _divisions(self) -> dict[int, list[str]]:
        """The names of the divisions for which each person reviews."""
        found: dict[int, list[str]] = {}
        for key, people in reviewers_by_division(self.proposal).items():
            for person in people if key else ():
                found.setdefault(person.pk, []).append(named(key).label)
        return found

    @cached_property
    def section_rows(self) -> list[SectionRow]:
        """The sections, those that are chosen or asked about first in sight."""
        chosen, asked = self._values("sections"), Counter(draft.section_key for draft in self.included)
        return [SectionRow(section, section.id in chosen, asked[section.id]) for section in self.sections]

    @cached_property
    def locked_but_asked(self) -> list[Section]:
        """The sections in which a change is asked for that stay locked all the same."""
        wanted = {draft.section_key for draft in self.included if draft.kind == "change"}
        return [row.section for row in self.section_rows if row.section.id in wanted and not row.is_chosen]

    @cached_property
    def reopened(self) -> int:
        """How many sections reopen."""
        return sum(row.is_chosen for row in self.section_rows)

    @cached_property
    def reopened_sections(self) -> list[Section]:
        """The sections that reopen."""
        return [row.section for row in self.section_rows if row.is_chosen]

    # --- checks -----------------------------------------------------------------------------------------------------

    @cached_property
    def told(self) -> list[tuple[str, int]]:
        """The roles of those who will be told, with how many hold each; empty when there is nobody."""
        now = timezone.now()
        people = audiences.state_team(self.proposal, now).order_by().values("pk")
        roles = members(self.proposal.agency, now).filter(user__in=people).values_list("role", flat=True)
        return [(Role(role).label, number) for role, number in Counter(roles).most_common()]

    @cached_property
    def people(self) -> int:
        """How many people will be told."""
        return sum(number for _, number in self.told)

    @cached_property
    def is_ready(self) -> bool:
        """Whether the round could go out now; errors stand in the form."""
        if not (self.form.is_bound and self.form.is_valid()):
            return False
        if not self.form.cleaned_data["include"] and not self.form.cleaned_data["sections"]:
            self.form.add_error(None, "Choose at least one question to ask or one section to reopen.")
        if self.form.cleaned_data["due_on"] <= timezone.localdate():
            self.form.add_error("due_on", "Choose a due date after today.")
        if not self.told:
            self.form.add_error(None, f"Nobody in {self.proposal.agency.short_name} would be told.")
        return not self.form.errors

    @cached_property
    def heading(self) -> str:
        """The title of the page."""
        return f"Release round {self.proposal.round} questions to {self.proposal.agency.short_name}"

    @cached_property
    def due(self) -> date | None:
        """The due date chosen, if it can be read."""
        if not self.form.is_bound:
            return self.form.initial["due_on"]  # type: ignore[no-any-return]
        self.form.is_valid()
        return self.form.cleaned_data.get("due_on")

    @cached_property
    def days(self) -> int | None:
        """How many days the state will have."""
        return (self.due - timezone.localdate()).days if self.due else None

    @cached_property
    def note_count(self) -> int:
        """How many internal notes stay inside."""
        return access.notes(self.actor, self.proposal).count()

    @cached_property
    def must_reply(self) -> int:
        """How many of the threads the state must reply to."""
        return sum(draft.kind in NEEDS_REPLY for draft in self.included)

    @cached_property
    def turn(self) -> Turn | None:
        """Whose turn it is."""
        return turn_now(self.actor, self.proposal)
