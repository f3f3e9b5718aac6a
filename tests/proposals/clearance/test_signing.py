"""Asking for sign-offs and giving them: who may, what makes one stale, who is told, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from icm_portal.accounts.models import Membership, Role
from proposals import policy, workflow
from proposals.actions.clearance import (
    MOST,
    NothingSaid,
    ReasonMissing,
    SectionsMovedOn,
    SignOffRefused,
    Wanted,
    ask_sign_off,
    change_sign_off,
    end_sign_off,
    mark_sections,
)
from proposals.models import Event, Notification, SignOff, SignOffMark
from proposals.queries.clearance import Standing, asked_of, clearance_of
from proposals.status import Audience, MarkKind, audience_of
from tests.proposals.clearance.scenes import MODEL, OVERVIEW, PROGRAM, asked, cell, revision_of, say
from tests.worlds import NOW, World, answer, fresh, hand_over, make_actor, narrative_answer, not_applicable

LATER = NOW + timedelta(days=1)


def told() -> list[tuple[str, str]]:
    """Who was told of what, in order."""
    rows = Notification.objects.order_by("pk").values_list("event__verb", "recipient__email")
    return [(verb, email.partition("@")[0]) for verb, email in rows]


def test_the_person_asked_is_told_and_signs(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[PROGRAM, OVERVIEW])

    before = cell(proposal, finance).standing
    say(world.ohio.viewer, finance, OVERVIEW)

    assert finance.section_keys == [OVERVIEW, PROGRAM]
    assert (before, cell(proposal, finance).standing) == (Standing.WAITING, Standing.SIGNED)
    assert clearance_of(proposal).missing == {finance.pk: 1}
    assert told() == [("sign_off_asked", "viewer")]
    verbs = Event.objects.filter(proposal=proposal).order_by("-pk").values_list("verb", "section_key", "object_id")
    assert list(verbs[:2]) == [("signed_off", OVERVIEW, str(finance.pk)), ("sign_off_asked", "", str(finance.pk))]


def test_an_edit_makes_a_signature_stale_and_names_what_changed(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    say(world.ohio.viewer, finance, OVERVIEW, PROGRAM)

    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Other words."))
    stale = cell(proposal, finance)
    other = cell(proposal, finance, PROGRAM)

    assert (stale.standing, [prompt.id for prompt in stale.changed]) == (Standing.STALE, [MODEL])
    assert other.standing == Standing.SIGNED

    say(world.ohio.viewer, finance, OVERVIEW, now=LATER)
    assert cell(proposal, finance).standing == Standing.SIGNED
    assert SignOffMark.objects.filter(sign_off=finance, section_key=OVERVIEW).count() == 2


def test_a_text_that_reads_again_as_it_was_signed_is_signed(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    say(world.ohio.viewer, finance, OVERVIEW)

    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Other words."))
    answer(proposal, world.ohio.editor, MODEL, not_applicable())

    assert cell(proposal, finance).standing == Standing.SIGNED


def test_changes_are_asked_for_with_a_reason_and_team_leads_are_told(world: World) -> None:
    proposal = world.complete_draft()
    legal = asked(world, proposal, world.ohio.viewer, "Legal")

    say(world.ohio.viewer, legal, OVERVIEW, reason=" Name the statute. ")

    found = cell(proposal, legal)
    assert found.mark
    assert (found.standing, found.mark.reason) == (Standing.CHANGES, "Name the statute.")
    assert told() == [("sign_off_asked", "viewer"), ("sign_off_changes", "team_lead")]
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("With the statute."))
    assert [prompt.id for prompt in cell(proposal, legal).changed] == [MODEL]
    assert cell(proposal, legal).standing == Standing.CHANGES
    say(world.ohio.viewer, legal, OVERVIEW, now=LATER)
    assert cell(proposal, legal).standing == Standing.SIGNED


def test_many_sections_signed_at_once_are_one_entry_of_the_record(world: World) -> None:
    proposal = world.complete_draft()
    program = asked(world, proposal, world.ohio.editor, "Program")

    say(world.ohio.editor, program, *[item.section.id for item in clearance_of(proposal).of(program)])

    assert clearance_of(proposal).is_complete
    newest = Event.objects.filter(proposal=proposal).latest("pk")
    assert (newest.verb, newest.section_key) == ("several_signed_off", "")


def test_what_was_not_read_is_not_signed(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    seen = revision_of(proposal, OVERVIEW)
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Newer words."))

    with pytest.raises(SectionsMovedOn) as refusal:
        say(world.ohio.viewer, finance, OVERVIEW, revision=seen)

    assert refusal.value.section_keys == {OVERVIEW}
    assert not SignOffMark.objects.exists()


def test_signing_says_something_and_asking_says_why(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    with pytest.raises(NothingSaid):
        mark_sections(actor=world.ohio.viewer, sign_off=finance, said={}, now=NOW)
    with pytest.raises(ReasonMissing):
        say(world.ohio.viewer, finance, OVERVIEW, reason="  ")
    assert not SignOffMark.objects.exists()


def test_only_the_person_asked_signs_only_what_is_asked_while_the_state_writes(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW])
    for actor in (*world.ohio.people.values(), *world.texas.people.values(), *world.cms.people.values()):
        if actor.user != world.ohio.viewer.user:
            with pytest.raises(PermissionDenied):
                say(actor, finance, OVERVIEW)
    for key in (PROGRAM, "nowhere"):
        with pytest.raises(PermissionDenied):
            say(world.ohio.viewer, finance, key, revision=1)
    hand_over(proposal, world.ohio.signatory)
    with pytest.raises(PermissionDenied):
        say(world.ohio.viewer, finance, OVERVIEW)
    assert not SignOffMark.objects.exists()


def test_a_limited_member_signs_only_within_the_limit_and_nothing_after_the_last_day(world: World) -> None:
    proposal = world.complete_draft()
    actuary = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss", "pm.ss.trend"])
    for keys in (None, [OVERVIEW, "pm.ss"]):
        with pytest.raises(SignOffRefused, match="limited to some sections"):
            asked(world, proposal, actuary, keys=keys)
    rates = asked(world, proposal, actuary, "Rates", keys=["pm.ss"])
    Membership.objects.filter(pk=actuary.membership.pk).update(section_ids=["pm.ss.trend"])
    actuary.membership.refresh_from_db()
    with pytest.raises(PermissionDenied):
        say(actuary, rates, "pm.ss")
    Membership.objects.filter(pk=actuary.membership.pk).update(expires_on=NOW.date() - timedelta(days=1))
    with pytest.raises(SignOffRefused, match="Choose somebody of Ohio Medicaid"):
        asked(world, proposal, actuary, "More rates", keys=["pm.ss.trend"])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("  ", "Name the sign-off"), ("x" * 61, "up to 60 characters"), (" finance ", "already asks for a sign-off")],
)
def test_a_sign_off_has_a_name_of_its_own(world: World, name: str, sentence: str) -> None:
    proposal = world.draft()
    asked(world, proposal, world.ohio.viewer)
    with pytest.raises(SignOffRefused, match=sentence):
        asked(world, proposal, world.ohio.editor, name)
    assert SignOff.objects.count() == 1


def test_the_database_keeps_names_apart_too(world: World) -> None:
    proposal = world.draft()
    first = asked(world, proposal, world.ohio.viewer)
    second = asked(world, proposal, world.ohio.viewer, "Legal")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.filter(pk=second.pk).update(name="FINANCE")
    end_sign_off(actor=world.ohio.team_lead, sign_off=first, now=NOW)
    SignOff.objects.filter(pk=second.pk).update(name="FINANCE")


def test_there_is_room_for_so_many_sign_offs(world: World) -> None:
    proposal = world.draft()
    for number in range(MOST):
        asked(world, proposal, world.ohio.viewer, f"Number {number}")
    with pytest.raises(SignOffRefused, match="up to 12"):
        asked(world, proposal, world.ohio.viewer, "One more")


def test_signers_and_sections_are_those_of_the_proposal(world: World) -> None:
    proposal = world.draft()
    for person in (world.texas.editor, world.cms.lead):
        with pytest.raises(SignOffRefused, match="Choose somebody of Ohio Medicaid"):
            asked(world, proposal, person)
    with pytest.raises(SignOffRefused, match="Choose sections"):
        asked(world, proposal, world.ohio.viewer, keys=["nowhere"])


def test_a_new_signer_is_told_and_what_was_signed_stands(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    say(world.ohio.viewer, finance, OVERVIEW)
    lead = world.ohio.team_lead
    change_sign_off(actor=lead, sign_off=finance, wanted=Wanted("Finance", world.ohio.editor.user, None), now=LATER)

    assert told() == [("sign_off_asked", "viewer"), ("sign_off_asked", "editor")]
    assert cell(proposal, finance).standing == Standing.SIGNED
    with pytest.raises(PermissionDenied):
        say(world.ohio.viewer, finance, PROGRAM)
    say(world.ohio.editor, finance, PROGRAM)

    change_sign_off(
        actor=lead, sign_off=finance, wanted=Wanted("Finance", world.ohio.editor.user, [PROGRAM]), now=LATER
    )
    assert clearance_of(proposal).is_complete
    assert Event.objects.latest("pk").verb == "sign_off_changed"


def test_a_sign_off_taken_away_asks_for_nothing_more(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    say(world.ohio.viewer, finance, OVERVIEW)
    for _ in range(2):
        end_sign_off(actor=world.ohio.team_lead, sign_off=finance, now=NOW)
    assert clearance_of(proposal).sign_offs == ()
    assert Event.objects.filter(verb="sign_off_ended").count() == 1
    with pytest.raises(PermissionDenied):
        say(world.ohio.viewer, finance, PROGRAM)
    assert SignOffMark.objects.count() == 1


def test_only_team_leads_of_the_state_set_up_until_it_is_over(world: World) -> None:
    proposal = world.draft()
    finance = asked(world, proposal, world.ohio.viewer)
    wanted = Wanted("Legal", world.ohio.viewer.user)
    for actor in world.everybody:
        if actor.user == world.ohio.team_lead.user:
            continue
        with pytest.raises(PermissionDenied):
            ask_sign_off(actor=actor, proposal=fresh(proposal), wanted=wanted, now=NOW)
        with pytest.raises(PermissionDenied):
            change_sign_off(actor=actor, sign_off=finance, wanted=wanted, now=NOW)
        with pytest.raises(PermissionDenied):
            end_sign_off(actor=actor, sign_off=finance, now=NOW)
    over = world.concluded(title="Over")
    with pytest.raises(PermissionDenied):
        ask_sign_off(actor=world.ohio.team_lead, proposal=over, wanted=wanted, now=NOW)


def test_missing_sign_offs_block_only_where_the_state_says_so(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW, PROGRAM])
    submit = workflow.TABLE["submit"]
    assert list(submit.hinders(fresh(proposal))) == []

    world.ohio.agency.needs_clearance = True
    world.ohio.agency.save()
    assert [item.message for item in submit.hinders(fresh(proposal))] == [
        "The sign-off “Finance” is missing in 2 sections."
    ]
    say(world.ohio.viewer, finance, OVERVIEW)
    say(world.ohio.viewer, finance, PROGRAM, reason="Too long.")
    with pytest.raises(workflow.Blocked, match="missing in 1 section"):
        hand_over(proposal, world.ohio.signatory)
    say(world.ohio.viewer, finance, PROGRAM)
    hand_over(proposal, world.ohio.signatory)


def test_what_waits_for_a_person_is_read_for_all_proposals_at_once(world: World) -> None:
    first, second = world.complete_draft(), world.complete_draft(title="Second")
    finance = asked(world, first, world.ohio.viewer, keys=[OVERVIEW])
    asked(world, first, world.ohio.editor, "Legal")
    asked(world, second, world.ohio.viewer, "Actuary", keys=[PROGRAM])
    say(world.ohio.viewer, finance, OVERVIEW)
    answer(first, world.ohio.editor, MODEL, narrative_answer("Other."))

    found = asked_of(world.ohio.viewer, [fresh(first), fresh(second)])
    said = {(str(item.sign_offs[0]), row.section.id, row.asked[0].standing) for item in found for row in item.rows}
    assert said == {("Finance", OVERVIEW, Standing.STALE), ("Actuary", PROGRAM, Standing.WAITING)}
    assert asked_of(world.cms.lead, [fresh(first)]) == []
    assert asked_of(world.ohio.viewer, []) == []


def test_no_entry_of_clearance_is_read_by_the_other_side() -> None:
    verbs = ("sign_off_asked", "sign_off_changed", "sign_off_ended", "signed_off", "several_signed_off",
             "sign_off_changes", "note_changed", "note_deleted")  # fmt: skip
    assert {audience_of(verb) for verb in verbs} == {Audience.OWN}


def test_who_sees_a_sign_off(world: World) -> None:
    for team in (world.ohio, world.texas):
        asked(world, world.draft(team), team.viewer)
    for actor in world.everybody:
        listed = set(SignOff.objects.filter(policy.visible_sign_offs(actor)))
        assert listed == {row for row in SignOff.objects.all() if policy.can_view_sign_off(actor, row)}
        assert len(listed) == (1 if actor.is_state else 0)


def test_a_mark_gives_a_reason_exactly_when_it_refuses(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    for kind, reason in ((MarkKind.CHANGES, ""), (MarkKind.SIGNED, "x"), ("perhaps", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignOffMark.objects.create(
                sign_off=finance, section_key=OVERVIEW, kind=kind, reason=reason, revision=1, digests={},
                by=world.ohio.viewer.user, at=NOW,
            )  # fmt: skip
