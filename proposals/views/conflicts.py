"""When a save meets a colleague's, or a closed section: pages that show both texts and lose none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from proposals import diff
from proposals.actions.sections import PromptConflict, SectionConflict
from proposals.forms.prompts import BASE, OVER, SHOWN, PromptForm, anchor_of, prefix_of
from proposals.forms.sections import SectionForm
from proposals.models import Proposal
from proposals.queries.access import toolkit_of
from proposals.views.replies import SavedReplies
from toolkit.answers import Answer, same
from toolkit.types import Prompt, Section, Toolkit

CONFLICT = 409
#: How a conflict is settled; posted as `keep-PROMPT`.
MINE, THEIRS, EDIT = "mine", "theirs", "edit"
STALE_PAGE = "This page does not match what is stored. Open the section again."


@dataclass(frozen=True)
class ConflictView:
    """One prompt that two people changed: both answers as lines of text, and their comparison."""

    prompt: Prompt
    name: str
    over_name: str
    their_name: str
    their_time: object
    theirs: list[str]
    yours: list[str]
    blocks: tuple[diff.Block, ...]

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor_of(self.prompt.id)


def conflict_page(
    request: HttpRequest, proposal: Proposal, definition: Section, conflict: SectionConflict
) -> HttpResponse:
    """Show both versions of each answer in conflict (409); everything posted is carried along."""
    toolkit = toolkit_of(proposal)
    context = {
        "proposal": proposal,
        "definition": definition,
        "conflicts": [conflict_view(item, toolkit) for item in conflict.conflicts],
        "revision": conflict.revision,
        "carried": carried_over(request.POST, {prefix_of(item.prompt.id) for item in conflict.conflicts}),
    }
    return render(request, "proposals/section_conflict.html", context, status=CONFLICT)


def conflict_view(item: PromptConflict, toolkit: Toolkit) -> ConflictView:
    """Return a conflict ready to draw."""
    theirs, yours = answer_lines(item.prompt, item.theirs, toolkit), answer_lines(item.prompt, item.yours, toolkit)
    return ConflictView(
        prompt=item.prompt,
        name=f"keep-{prefix_of(item.prompt.id)}",
        over_name=f"{prefix_of(item.prompt.id)}-{OVER}",
        their_name=item.their_name,
        their_time=item.their_time,
        theirs=theirs,
        yours=yours,
        blocks=diff.blocks(theirs, yours),
    )


def answer_lines(prompt: Prompt, answer: Answer | None, toolkit: Toolkit) -> list[str]:
    """Return one answer as lines of text; "No answer" when it is blank."""
    if answer is None:
        return ["No answer"]
    return diff.answer_lines(prompt, answer, {prompt.id: answer}, toolkit)


def carried_over(data: QueryDict, asked: Collection[str]) -> list[tuple[str, str]]:
    """Return everything that was posted as (name, value) pairs, but for what the new form says itself.

    The revisions it was drawn from are carried too: only of the prompts in ``asked`` is anything newer decided. A choice
    made for another prompt stands.
    """
    own = {"csrfmiddlewaretoken", *(f"keep-{prefix}" for prefix in asked), *(f"{prefix}-{OVER}" for prefix in asked)}
    return [(name, value) for name, values in data.lists() if name not in own for value in values]


def settled(form: SectionForm, data: QueryDict) -> set[str]:
    """Apply the choices of a conflict page to a form; return the prompts to be edited once more.

    A prompt whose other version was chosen is left as it is stored; so is one to be edited, until it is saved.
    """
    to_edit = set()
    for prompt_id, prompt_form in form.forms.items():
        choice = data.get(f"keep-{prefix_of(prompt_id)}", MINE)
        if choice == THEIRS:
            form.forms[prompt_id] = PromptForm(prompt_form.prompt, prompt_form.stored)
        elif choice == EDIT:
            to_edit.add(prompt_id)
    form.held_back = to_edit
    return to_edit


def closed_page(
    request: HttpRequest,
    proposal: Proposal,
    definition: Section,
    form: SectionForm,
    refusal: Exception,
    replies: SavedReplies,
) -> HttpResponse:
    """Say why no answer was saved (409), and show what was typed so that it can be copied."""
    toolkit = toolkit_of(proposal)
    reason = str(refusal) or STALE_PAGE
    context = {
        "proposal": proposal,
        "definition": definition,
        "reason": reason,
        "replies": replies,
        "typed": [(item.prompt, list(_typed(item, toolkit))) for item in form.forms.values() if _differs(item)],
    }
    return render(request, "proposals/section_closed.html", context, status=CONFLICT)


def _differs(form: PromptForm) -> bool:
    if not form.is_bound:
        return False
    return not form.is_valid() or not same(form.prompt, form.answer, form.stored)


def _typed(form: PromptForm, toolkit: Toolkit) -> Iterable[str]:
    """Return what was typed in a prompt, readable or not."""
    if form.is_valid():
        return answer_lines(form.prompt, form.answer, toolkit)
    posted = cast(QueryDict, form.data).lists()
    mine = ((name, values) for name, values in posted if name.startswith(f"{form.prefix}-"))
    return (
        value
        for name, values in mine
        if not name.endswith((f"-{SHOWN}", f"-{BASE}", f"-{OVER}"))
        for value in values
        if value.strip()
    )
