"""Every page of the review, for every persona: who gets in, and in which state of the proposal."""

from __future__ import annotations

import pytest
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from proposals.actions.reviewing import begin_review
from proposals.models import DraftComment, Proposal, Thread
from tests.worlds import NOW, World, fresh, signed_in

PERSONAS = (
    "ohio.viewer",
    "ohio.editor",
    "ohio.signatory",
    "texas.editor",
    "cms.observer",
    "cms.reviewer",
    "cms.lead",
    "cms.approver",
    "outsider",
)


def persona(world: World, name: str) -> Actor | User:
    """The actor called "ohio.editor", or the person without any agency."""
    if name == "outsider":
        return world.outsider
    team, role = name.split(".")
    actor: Actor = getattr(getattr(world, team), role)
    return actor


def statuses(world: World, url: str) -> dict[str, int]:
    """What each persona gets when opening a page."""
    return {name: signed_in(persona(world, name)).get(url).status_code for name in PERSONAS}


def row(own: int, viewer: int, cms: int, observer: int, reviewer: int, approver: int) -> dict[str, int]:
    """Expected answers: Ohio's writers, its viewer, then the CMS lead and the other roles of CMS."""
    return {
        "ohio.viewer": viewer,
        "ohio.editor": own,
        "ohio.signatory": own,
        "texas.editor": 404,
        "cms.observer": observer,
        "cms.reviewer": reviewer,
        "cms.lead": cms,
        "cms.approver": approver,
        "outsider": 403,
    }


BOTH = row(200, 200, 200, 200, 200, 200)
CMS = row(404, 404, 200, 200, 200, 200)
PAGES = {
    "review_start": CMS,
    "decision": BOTH,
    "compare": BOTH,
    "questions": BOTH,
    "activity": BOTH,
    "note": BOTH,
    "verdicts": CMS,
    "assign": row(404, 404, 200, 403, 403, 200),
    "release": row(404, 404, 200, 403, 403, 403),
    "comment": row(404, 404, 200, 403, 200, 200),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_for_those_who_may_read_it(world: World, name: str) -> None:
    """Strangers cannot tell existing from missing; colleagues without the right learn that they lack it."""
    proposal = world.in_review()
    world.in_review(world.texas, "Lone Star Homes")
    assert statuses(world, reverse(f"proposals:{name}", args=[proposal.pk])) == PAGES[name]


@pytest.mark.parametrize("section", ["es.overview", "pr", "qs", "pd.timeline"])
def test_each_section_is_read_by_cms_alone(world: World, section: str) -> None:
    """A state has its own page for a section."""
    proposal = world.answered()
    assert statuses(world, reverse("proposals:review", args=[proposal.pk, section])) == CMS


@pytest.mark.parametrize("name", ["review_start", "decision", "compare", "questions", "activity", "note"])
def test_cms_never_sees_a_draft(world: World, name: str) -> None:
    """Before the first submission, and after its recall, there is nothing for CMS."""
    proposal = world.complete_draft()
    assert signed_in(world.cms.lead).get(reverse(f"proposals:{name}", args=[proposal.pk])).status_code == 404


@pytest.mark.parametrize("name", ["feed", "notifications", "glossary"])
def test_pages_of_a_person_open_for_everybody_with_an_agency(world: World, name: str) -> None:
    """Each shows what its reader may see, so nobody is turned away but people without an agency."""
    world.answered()
    found = statuses(world, reverse(f"proposals:{name}"))
    assert found == {persona_name: 403 if persona_name == "outsider" else 200 for persona_name in PERSONAS}


def _urls_of_words(world: World, proposal: Proposal) -> list[str]:
    draft = DraftComment.objects.get(proposal=proposal)
    thread = Thread.objects.get(proposal=proposal)
    return [
        reverse("proposals:draft_comment", args=[proposal.pk, draft.pk]),
        reverse("proposals:reply", args=[proposal.pk, thread.pk]),
    ]


def test_words_are_changed_by_those_who_may(world: World) -> None:
    """A drafted comment of CMS is missing for a state; a thread is there for both, to be answered on one's turn."""
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    world.ask(fresh(proposal), "es.overview.goals", "Which goals?")
    draft, thread = _urls_of_words(world, proposal)
    assert statuses(world, draft) == row(404, 404, 200, 403, 200, 200)
    assert statuses(world, thread) == row(403, 403, 200, 403, 200, 200)
