"""What the review page shows of verdicts and of the reader's own place: where divisions stand, the form, the tick."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from icm_portal.accounts.actor import ActorRequest
from icm_portal.addresses import reverse
from proposals import policy
from proposals.actions.verdicts import stamp
from proposals.forms.verdicts import VerdictForm
from proposals.models import Division
from proposals.queries.reviews import FrozenRound
from proposals.queries.verdicts import Looked, Standing, section_standings
from toolkit.types import Section


@dataclass(frozen=True)
class DivisionRow:
    """Where a division stands; ``url`` leads to the form for it, for those who may fill it in."""

    standing: Standing
    url: str
    is_current: bool


class VerdictPanel:
    """The verdicts on one section of a round, and the form for a division of the reader.

    ``back`` is the page to come back to, without a division in its address.
    """

    def __init__(
        self, request: ActorRequest, frozen: FrozenRound, section: Section, *, is_newest: bool, back: str
    ) -> None:
        self.actor = request.actor
        self.frozen = frozen
        self.proposal = frozen.proposal
        self.section = section
        self.is_newest = is_newest
        self.back = back
        self._wanted = request.GET.get("division", "")

    @cached_property
    def mine(self) -> frozenset[str]:
        """The keys of the divisions for which the reader may write here."""
        return policy.verdict_divisions(self.actor, self.proposal) if self.is_newest else frozenset()

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Where each division stands."""
        return section_standings(self.actor, self.frozen, self.section)

    @cached_property
    def rows(self) -> list[DivisionRow]:
        """The divisions, each with a link to its form."""
        here = self.current
        return [
            DivisionRow(found, self._form_url(found.division), is_current=here is found) for found in self.standings
        ]

    def _form_url(self, division: Division) -> str:
        if division.key not in self.mine:
            return ""
        address, _, query = self.back.partition("?")
        return f"{address}?{query}{'&' if query else ''}{urlencode({'division': division.key})}#verdict"

    @cached_property
    def current(self) -> Standing | None:
        """The division that the form is for: the one asked for, else the first of the reader's that has nothing to show."""
        mine = [found for found in self.standings if found.division.key in self.mine]
        asked = [found for found in mine if found.division.key == self._wanted]
        lacking = [found for found in mine if not found.holds]
        return next(iter([*asked, *lacking, *mine]), None)

    @cached_property
    def form(self) -> VerdictForm:
        """The form, filled with what the division said in this round, or of the same text before."""
        review = self.current.review if self.current and self.current.holds else None
        return VerdictForm(initial={"verdict": review.verdict, "reason": review.reason} if review else None)

    @cached_property
    def seen(self) -> str:
        """What tells the verdict of this round that the reader sees from a newer one."""
        return stamp(self.current.review) if self.current and self.current.in_round else ""

    @cached_property
    def action(self) -> str:
        """Where the form goes."""
        if self.current is None:
            return ""
        name, key = "proposals:verdict", self.current.division.key
        address = reverse(name, args=[self.proposal.pk, self.section.id])
        return f"{address}?{urlencode({'division': key, 'next': f'{self.back}#verdict'})}"


class ReadingPlace:
    """How far a reader has come in a round, and in the ``section`` they have before them, if any."""

    def __init__(self, request: ActorRequest, frozen: FrozenRound, section: Section | None, *, is_newest: bool) -> None:
        self.section = section
        self.looked = Looked(request.actor, frozen)
        self.frozen = frozen
        self.may_tick = is_newest and policy.can_tick_viewed(request.actor, frozen.proposal)

    def mark(self, section: Section) -> str:
        """Return the sign of a section in the navigation: viewed, changed since it was, or "" for neither."""
        if self.looked.is_viewed(section):
            return "viewed"
        return "unseen" if self.looked.last_round(section) else ""

    @cached_property
    def words(self) -> str:
        """How many sections of the round are viewed."""
        found = [item.definition for item in self.frozen.sections]
        return f"{sum(self.looked.is_viewed(section) for section in found)} of {len(found)} viewed"

    @cached_property
    def is_viewed(self) -> bool:
        """Whether the reader has viewed the section as it stands in this round."""
        return self.section is not None and self.looked.is_viewed(self.section)

    def unseen_words(self, prompt_id: str) -> str:
        """Return what to say beside a prompt that changed since the reader viewed the section; "" for others."""
        if self.section is None or prompt_id not in self.looked.unseen(self.section):
            return ""
        return f"Changed since you viewed round {self.looked.last_round(self.section)}"
