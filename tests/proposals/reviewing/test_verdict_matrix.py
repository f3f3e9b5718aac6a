"""The matrix shows sections by divisions, where they disagree, and what is missing."""

from __future__ import annotations

from proposals.actions.deciding import draft_decision
from proposals.models import Proposal
from proposals.status import Outcome, Verdict
from proposals.views.verdict_matrix import Lack, MatrixPage
from tests.proposals.reviewing.verdicts import KEY, another_round, reviewer_for, say, url
from tests.worlds import NOW, World, fresh, signed_in

OPEN, MISSING, CLASH = "A division holds that something is missing", "No decision is drafted", "Divisions disagree"
UNASKED = "Something is missing, but no question is drafted or waiting"


def shown(world: World, proposal: Proposal, query: str = "") -> MatrixPage:
    """The page as the lead sees it."""
    page = signed_in(world.cms.lead).get(url("verdicts", proposal, query=query)).context["page"]
    assert isinstance(page, MatrixPage)
    return page


def lacks(found: list[Lack]) -> dict[str, list[str]]:
    """What is missing, with the sections it is about."""
    return {lack.text: [link.label for link in lack.links] for lack in found}


def test_an_untouched_round_lacks_everything(world: World) -> None:
    page = shown(world, world.in_review())
    total = len(page.matrix.rows)
    nothing: dict[str, list[str]] = {}
    for name in ("Policy", "Quality", "Payment", "Actuarial"):
        nothing[f"{name}: nobody is assigned"] = []
        nothing[f"{name}: {total} of {total} sections without a verdict"] = []
    assert lacks(page.before_release) == nothing
    assert lacks(page.before_decision) == {**nothing, MISSING: []}


def test_divisions_that_disagree_are_marked_until_they_agree(world: World) -> None:
    proposal = world.in_review()
    quality, payment = reviewer_for(world, proposal, "quality"), reviewer_for(world, proposal, "payment")
    say(quality, proposal, "quality", Verdict.ADDRESSES)
    say(payment, proposal, "payment", Verdict.NA)
    title = next(row.section.title for row in shown(world, proposal).matrix.rows if row.section.id == KEY)
    assert CLASH not in lacks(shown(world, proposal).before_release)
    say(payment, proposal, "payment", Verdict.MISSING, "No word on the benchmark.")
    found = lacks(shown(world, proposal).before_release)
    assert (found[CLASH], found[UNASKED]) == ([title], [title])
    response = signed_in(world.cms.lead).get(url("verdicts", proposal)).content.decode()
    assert (response.count('tag--late"'), "No word on the benchmark." in response) == (2, True)
    world.ask(fresh(proposal), "es.overview.model", "Which benchmark?")
    page = shown(world, proposal)
    assert UNASKED not in lacks(page.before_release)
    assert lacks(page.before_decision)[OPEN] == [title]
    say(quality, proposal, "quality", Verdict.CLARITY)
    assert CLASH not in lacks(shown(world, proposal).before_release)


def test_a_verdict_on_other_words_is_missing_again(world: World) -> None:
    proposal = world.in_review()
    quality = reviewer_for(world, proposal, "quality")
    say(quality, proposal, "quality", Verdict.MISSING)
    total = len(shown(world, proposal).matrix.rows)
    assert [(column.done, column.total, column.people) for column in shown(world, proposal).columns] == [
        (0, total, ""), (1, total, quality.user.name), (0, total, ""), (0, total, ""),
    ]  # fmt: skip
    world.ask(proposal, "es.overview.model", "Why?")
    proposal = another_round(world, proposal, "Other words.")
    page = shown(world, proposal)
    assert (page.columns[1].done, page.matrix.open) == (0, [])
    assert lacks(page.before_decision)["1 question is not resolved"] == []
    # The first round stays to be read as it was; nothing is missing in it any more.
    before = shown(world, proposal, "round=1")
    assert (before.columns[1].done, before.is_open) == (1, False)
    assert signed_in(world.cms.lead).get(url("verdicts", proposal, query="round=9")).status_code == 404


def test_a_round_that_lacks_nothing_says_so(world: World) -> None:
    proposal = world.in_review()
    for division in ("policy", "quality", "payment", "actuarial"):
        reviewer = reviewer_for(world, proposal, division)
        for row in shown(world, proposal).matrix.rows:
            say(reviewer, proposal, division, Verdict.ADDRESSES, key=row.section.id)
    draft_decision(
        actor=world.cms.lead, proposal=fresh(proposal), outcome=Outcome.READY, letter="Please file.", now=NOW
    )
    page = shown(world, proposal)
    assert (page.before_release, page.before_decision) == ([], [])
    assert signed_in(world.cms.lead).get(url("verdicts", proposal)).content.decode().count("<p>Nothing.</p>") == 2


def test_release_and_decision_lead_to_the_matrix_and_the_state_finds_no_way(world: World) -> None:
    proposal = world.in_review()
    address = url("verdicts", proposal)
    lead = signed_in(world.cms.lead)
    for name in ("release", "decision"):
        assert f'href="{address}"' in lead.get(url(name, proposal)).content.decode()
    assert f'href="{address}"' in lead.get(url("review", proposal, KEY)).content.decode()
    assert address not in signed_in(world.ohio.signatory).get(url("decision", proposal)).content.decode()
    assert signed_in(world.ohio.signatory).get(address).status_code == 404
