"""Sections that say the same since a round: told from what was frozen, and true because nothing can write in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from proposals.actions.attaching import NotAttached, attach, remove
from proposals.actions.sections import SectionClosed, save_section
from proposals.actions.submitting import recall
from proposals.actions.word import place_piece
from proposals.models import Attachment, Proposal, Section, WordImport
from proposals.queries.access import counting
from proposals.queries.drafts import as_document
from proposals.queries.unchanged import unchanged_since
from proposals.snapshot import digest_of_section
from proposals.word.pieces import Piece
from tests.proposals.files.samples import pdf
from tests.worlds import NOW, World, answer, fresh, hand_over, narrative_answer, not_applicable, signed_in
from toolkit.loading import load

OPEN, LOCKED = "es.overview", "es.program"
PLACE = "es.program.population"


def digests(proposal: Proposal) -> dict[str, str]:
    """What each section of the draft says now."""
    document = as_document(proposal)
    return {section.id: digest_of_section(document, section) for section in load().sections}


def third_round(world: World) -> Proposal:
    """A proposal of which round 2 changed one section, and round 3 another."""
    proposal = world.answered()
    begin = reverse("proposals:transition", args=[proposal.pk, "begin_review"])
    assert signed_in(world.cms.lead).post(begin).status_code == 302
    world.ask(fresh(proposal), PLACE, "How many people?")
    world.release(fresh(proposal), [LOCKED])
    answer(proposal, world.ohio.editor, PLACE, not_applicable("We do not know yet."))
    return fresh(proposal)


def since_rounds(actor: Actor, proposal: Proposal, last: int, draft: Mapping[str, Any] | None = None) -> dict[str, int]:
    """Since which round each section says the same, as the actor may know."""
    return unchanged_since(load(), counting(actor, proposal), last, draft)


def test_each_section_says_since_which_round_it_reads_the_same(world: World) -> None:
    proposal = third_round(world)

    second = since_rounds(world.cms.lead, proposal, 2)
    draft = since_rounds(world.ohio.editor, proposal, 2, as_document(proposal))

    assert (second[OPEN], second[LOCKED], second["qs"]) == (2, 1, 1)
    assert (draft[OPEN], draft[LOCKED], draft["qs"]) == (2, 3, 1)


def test_a_recalled_round_counts_for_nothing(world: World) -> None:
    proposal = world.submitted()
    recall(actor=world.ohio.signatory, proposal=proposal, reason="A mistake.", now=NOW)
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("Corrected."))
    hand_over(proposal, world.ohio.signatory)

    assert set(since_rounds(world.ohio.editor, fresh(proposal), 1).values()) == {1}


def test_a_file_that_came_is_a_change_of_its_section(world: World) -> None:
    proposal = world.questioned()
    put(world.ohio.editor, proposal, "es.overview.model")

    since = since_rounds(world.ohio.editor, proposal, 1, as_document(proposal))

    assert (since[OPEN], since[LOCKED]) == (2, 1)


def test_review_and_comparison_say_it_to_their_readers(world: World) -> None:
    proposal = world.answered()
    client = signed_in(world.cms.reviewer)

    locked = client.get(reverse("proposals:review", args=[proposal.pk, LOCKED])).content.decode()
    changed = client.get(reverse("proposals:review", args=[proposal.pk, OPEN])).content.decode()
    page = client.get(reverse("proposals:compare", args=[proposal.pk])).context["page"]

    assert "Unchanged since round 1" in locked
    assert "Unchanged since round" not in changed
    assert {(section.id, since) for section, since in page.unchanged} > {(LOCKED, 1), ("qs", 1)}
    assert OPEN not in {section.id for section, _ in page.unchanged}


def put(actor: Actor, proposal: Proposal, prompt_id: str) -> Attachment:
    """Attach a file to a prompt."""
    file = ContentFile(pdf(), name="plan.pdf")
    return attach(actor=actor, proposal=proposal, prompt_id=prompt_id, file=file, name="plan.pdf", now=NOW).attachment


def save(actor: Actor, proposal: Proposal) -> None:
    """Save another answer."""
    section = Section.objects.get(proposal=proposal, key=LOCKED)
    changes = {PLACE: not_applicable("Other words.")}
    save_section(actor=actor, section=section, base_revision=section.revision, changes=changes, now=NOW)


def put_file(actor: Actor, proposal: Proposal) -> None:
    """Attach a file."""
    put(actor, proposal, PLACE)


def remove_file(actor: Actor, proposal: Proposal) -> None:
    """Remove the file that went out."""
    remove(actor=actor, attachment=Attachment.objects.get(proposal=proposal), now=NOW)


def place_words(actor: Actor, proposal: Proposal) -> None:
    """Put a piece of the Word file it began from into a prompt."""
    found = WordImport.objects.get(proposal=proposal)
    place_piece(actor=actor, found=found, number=0, prompt_id=PLACE, now=NOW)


ATTEMPTS: tuple[Callable[[Actor, Proposal], None], ...] = (save, put_file, remove_file, place_words)


def test_nobody_can_change_a_section_that_was_not_reopened(world: World) -> None:
    proposal = world.complete_draft()
    put(world.ohio.editor, proposal, PLACE)
    WordImport.objects.create(
        agency=world.ohio.agency, uploaded_by=world.ohio.editor.user, uploaded_at=NOW, name="old.docx", proposal=proposal,
        pieces=[Piece("Words", 1, (), "<p>Words</p>").as_json()], places=[""], settled_at=NOW, toolkit_version=load().version,
    )  # fmt: skip
    hand_over(proposal, world.ohio.signatory)
    begin = reverse("proposals:transition", args=[proposal.pk, "begin_review"])
    signed_in(world.cms.lead).post(begin)
    world.ask(fresh(proposal), "es.overview.model", "Which model is it?")
    world.release(fresh(proposal), [OPEN])
    before = digests(fresh(proposal))

    for actor, attempt in product(world.everybody, ATTEMPTS):
        with pytest.raises((SectionClosed, NotAttached, PermissionDenied)):
            attempt(actor, fresh(proposal))

    assert digests(fresh(proposal)) == before


def test_answers_are_written_in_one_place_only() -> None:
    """What the test above tries is all there is: whoever writes answers elsewhere has to look at open sections too."""
    callers = {str(path) for path in Path("proposals").rglob("*.py") if re.search(r"\bmove_on\(", path.read_text())}
    assert callers == {
        "proposals/actions/drafting.py",
        "proposals/actions/revising.py",
        "proposals/actions/sections.py",
        "proposals/management/bulk_state.py",
    }
