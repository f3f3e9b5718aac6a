"""What can be taken over into a section: from other prompts of the proposal, and from the agency's last proposal."""

from __future__ import annotations

from proposals.models import Proposal, Section
from proposals.queries.access import toolkit_of
from toolkit.answers import Answers
from toolkit.carrying import Offer, carried, from_earlier, sources_of
from toolkit.types import Prompt
from toolkit.types import Section as Definition

#: So many earlier proposals are looked through for the facts of a state.
EARLIER = 5
#: The facts of a state, which seldom change between its proposals.
PROFILE = "pr"


def of_section(proposal: Proposal, definition: Definition, answers: Answers) -> dict[str, Offer]:
    """Return the offers for prompts of a section by prompt; ``answers`` are those of the section.

    One query where anything can be carried into the section, else none.
    """
    if definition.id == PROFILE:
        return _from_the_last_proposal(proposal, definition, answers)
    toolkit = toolkit_of(proposal)
    keys = sources_of(toolkit, definition.prompts)
    if not keys:
        return {}
    everything = dict(answers)
    for stored in Section.objects.filter(proposal=proposal, key__in=keys - {definition.id}).only("answers"):
        everything |= stored.answers
    found = (carried(toolkit, prompt, everything) for prompt in definition.prompts)
    return {offer.prompt.id: offer for offer in found if offer}


def _from_the_last_proposal(proposal: Proposal, definition: Definition, answers: Answers) -> dict[str, Offer]:
    others = Section.objects.filter(
        key=PROFILE, proposal__agency_id=proposal.agency_id, proposal__created_at__lte=proposal.created_at
    ).exclude(proposal=proposal)
    earlier = list(others.select_related("proposal").order_by("-proposal__created_at")[:EARLIER])
    found = (_newest(prompt, answers, earlier) for prompt in definition.prompts)
    return {offer.prompt.id: offer for offer in found if offer}


def _newest(prompt: Prompt, answers: Answers, earlier: list[Section]) -> Offer | None:
    """What the newest earlier proposal that says anything of use says."""
    offers = (from_earlier(prompt, answers, row.answers, f"your proposal {row.proposal.number}") for row in earlier)
    return next((offer for offer in offers if offer), None)
