"""What divisions say of a section: by whom, on which text, without losing a word, and never for a state to read."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from proposals import policy
from proposals.actions.reviewing import assign, set_lead
from proposals.actions.verdicts import VerdictRefused, give_verdict, mark_viewed, unmark_viewed
from proposals.divisions import named, working_keys
from proposals.models import Event, SectionReview
from proposals.queries import access
from proposals.status import Audience, Verdict, audience_of
from tests.proposals.reviewing.verdicts import KEY, another_round, newest, reviewer_for, say, sent, url
from tests.worlds import NOW, World, fresh, signed_in
from toolkit.loading import load

WORDS = "The measure set names no baseline."


def test_a_reviewer_says_what_their_division_holds_and_colleagues_read_it(world: World) -> None:
    proposal = world.in_review()
    person = reviewer_for(world, proposal, "quality")
    back = url("review", proposal, KEY)
    response = signed_in(person).post(
        url("verdict", proposal, KEY, query=f"division=quality&next={back}"), sent(proposal, "clarity", WORDS)
    )
    assert (response.status_code, response["Location"]) == (302, back)
    row = SectionReview.objects.get()
    assert (row.division, row.verdict, row.reason, row.by, row.submission) == (
        "quality",
        "clarity",
        WORDS,
        person.user,
        newest(proposal),
    )
    event = Event.objects.get(verb="verdict_given")
    assert (event.section_key, event.object_id, audience_of(event.verb)) == (KEY, "quality", Audience.OWN)
    page = signed_in(world.cms.observer).get(back).content.decode()
    assert (WORDS in page, person.user.name in page, "Save verdict" in page) == (True, True, False)


def test_everybody_writes_for_their_own_divisions_and_leads_for_any(world: World) -> None:
    proposal = world.in_review()
    quality, several = reviewer_for(world, proposal, "quality"), reviewer_for(world, proposal, "payment")
    reviewer_for(world, proposal, "actuarial", name="Somebody else")
    assign(actor=world.cms.lead, proposal=proposal, reviewer=several.user, now=NOW, division="policy")
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW)
    people = {
        "quality": quality, "several": several, "no division": world.cms.reviewer, "observer": world.cms.observer,
        "lead": world.cms.lead, "approver": world.cms.approver, "state": world.ohio.signatory,
    }  # fmt: skip
    assert {name: policy.verdict_divisions(actor, fresh(proposal)) for name, actor in people.items()} == {
        "quality": {"quality"}, "several": {"payment", "policy"}, "no division": set(), "observer": set(),
        "lead": working_keys(), "approver": working_keys(), "state": set(),
    }  # fmt: skip
    set_lead(actor=world.cms.approver, proposal=proposal, reviewer=quality.user, now=NOW)
    assert policy.verdict_divisions(quality, fresh(proposal)) == working_keys()
    assert policy.verdict_divisions(world.cms.lead, world.submitted(title="Not begun")) == set()


def test_nobody_writes_for_a_division_of_others(world: World) -> None:
    proposal = world.in_review()
    person = reviewer_for(world, proposal, "quality")
    found = {}
    for name, actor in {
        "own": person,
        "unassigned": world.cms.reviewer,
        "observer": world.cms.observer,
        "state": world.ohio.signatory,
    }.items():
        address = url("verdict", proposal, KEY, query="division=payment")
        found[name] = (
            signed_in(actor).get(address).status_code,
            signed_in(actor).post(address, sent(proposal)).status_code,
        )
    assert found == {"own": (403, 403), "unassigned": (403, 403), "observer": (403, 403), "state": (404, 404)}
    assert signed_in(person).get(url("verdict", proposal, KEY)).context["division"] == named("quality")
    assert signed_in(person).get(url("verdict", proposal, KEY, query="division=legal")).status_code == 404
    assert SectionReview.objects.count() == 0


def test_a_verdict_without_a_choice_loses_no_word(world: World) -> None:
    proposal = world.in_review()
    address = url("verdict", proposal, KEY, query="division=policy")
    for verdict, says in (("", "Choose a verdict."), ("perhaps", "Choose a verdict from the list.")):
        response = signed_in(world.cms.lead).post(address, sent(proposal, verdict, WORDS))
        assert (response.status_code, WORDS in response.content.decode(), says in response.content.decode()) == (
            422,
            True,
            True,
        )
    response = signed_in(world.cms.lead).post(address, sent(proposal, "na", "x" * 4_001))
    assert (response.status_code, "This reason has 4001 characters, 4000 fit" in response.content.decode()) == (
        422,
        True,
    )


def test_of_two_in_one_division_the_second_sees_both_and_loses_nothing(world: World) -> None:
    proposal = world.in_review()
    first, second = (reviewer_for(world, proposal, "quality", name) for name in ("First", "Second"))
    say(first, proposal, "quality", Verdict.ADDRESSES, "Baselines are named.")
    client, address = signed_in(second), url("verdict", proposal, KEY, query="division=quality")
    response = client.post(address, sent(proposal, "clarity", WORDS))
    text = response.content.decode()
    assert (
        response.status_code,
        "First saved another verdict" in text,
        "Baselines are named." in text,
        WORDS in text,
    ) == (409, True, True, True)
    assert SectionReview.objects.get().verdict == "addresses"
    seen = response.context["giving"].seen
    assert client.post(address, sent(proposal, "clarity", WORDS, seen)).status_code == 302
    assert (SectionReview.objects.get().verdict, SectionReview.objects.get().by) == ("clarity", second.user)


def test_words_that_come_too_late_stand_on_the_page(world: World) -> None:
    proposal = world.in_review()
    person = reviewer_for(world, proposal, "quality")
    body = sent(proposal, "missing", WORDS)
    world.release(proposal, [KEY])
    response = signed_in(person).post(url("verdict", proposal, KEY, query="division=quality"), body)
    text = response.content.decode()
    assert (
        response.status_code,
        WORDS in text,
        "Not saved, because the proposal is now with Ohio." in text,
        "Save verdict" in text,
    ) == (409, True, True, False)
    assert SectionReview.objects.count() == 0


def test_a_verdict_on_a_text_that_is_no_longer_the_newest_waits_for_its_reader(world: World) -> None:
    proposal = world.in_review()
    body = sent(proposal, "addresses", WORDS)
    another_round(world, proposal, "Other words.")
    client, address = signed_in(world.cms.lead), url("verdict", proposal, KEY, query="division=policy")
    response = client.post(address, body)
    text = response.content.decode()
    assert (response.status_code, WORDS in text, "A newer round has come" in text) == (409, True, True)
    assert client.post(address, sent(proposal, "addresses", WORDS)).status_code == 302
    assert SectionReview.objects.get().submission.round == 2


def test_actions_refuse_what_no_page_offers(world: World) -> None:
    proposal = world.in_review()
    first = newest(proposal)
    proposal = another_round(world, proposal, "Other words.")
    section, lead = load().section(KEY), world.cms.lead
    for submission, reason in ((first, "ok"), (newest(proposal), "x" * 4_001)):
        with pytest.raises(VerdictRefused):
            give_verdict(actor=lead, proposal=proposal, submission=submission, section=section, division="policy",
                         verdict=Verdict.NA, reason=reason, seen="", now=NOW)  # fmt: skip
    with pytest.raises(PermissionDenied):
        mark_viewed(actor=world.ohio.editor, proposal=proposal, submission=first, section=section, now=NOW)
    with pytest.raises(PermissionDenied):
        unmark_viewed(actor=world.ohio.editor, proposal=proposal, section=section)


@pytest.mark.parametrize("words", ["", "Other words."])
def test_a_verdict_holds_in_the_next_round_until_the_text_changes(world: World, words: str) -> None:
    proposal, outdated = world.in_review(), bool(words)
    person = reviewer_for(world, proposal, "quality")
    say(person, proposal, "quality", Verdict.ADDRESSES, WORDS)
    proposal = another_round(world, proposal, words)
    page = signed_in(person).get(url("review", proposal, KEY))
    (standing,) = (row.standing for row in page.context["page"].verdicts.rows if row.standing.division.key == "quality")
    assert (standing.holds, standing.in_round, standing.review.submission.round) == (not outdated, False, 1)
    text = page.content.decode()
    assert ("Was: Addresses it" in text, "The text has changed since" in text, ", round 1" in text) == (
        outdated,
        outdated,
        True,
    )
    # On the first round, it is the verdict of that round.
    before = signed_in(person).get(url("review", proposal, KEY, query="round=1")).content.decode()
    assert ("Was: Addresses it" in before, "Save verdict" in before) == (False, False)


def test_the_predicate_and_the_filter_agree(world: World) -> None:
    for team in (world.ohio, world.texas):
        proposal = world.in_review(team)
        say(world.cms.lead, proposal, "policy", Verdict.NA)
    rows = list(SectionReview.objects.select_related("proposal__agency"))
    for actor in world.everybody:
        listed = set(SectionReview.objects.filter(policy.visible_section_reviews(actor)))
        assert listed == {row for row in rows if policy.can_view_section_review(actor, row)}
        assert bool(listed) == actor.is_cms
    with pytest.raises(Http404):
        access.section_reviews(world.ohio.editor, rows[0].proposal)
