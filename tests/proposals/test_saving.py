"""Saving a section: merging per prompt, conflicts that carry every text, and doors that stay shut."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals.actions.sections import SectionClosed, SectionConflict, UnknownRevision, save_section
from proposals.models import AnswerChange, Event, Proposal, Section, SectionRevision
from tests.worlds import NOW, World, answer, make_actor, narrative_answer, not_applicable, settle, settling

KEY = "es.overview"
MODEL, GOALS = "es.overview.model", "es.overview.goals"


def section_of(proposal: Proposal, key: str = KEY) -> Section:
    return Section.objects.get(proposal=proposal, key=key)


def save(actor: Actor, proposal: Proposal, base: int, key: str = KEY, **changes: object) -> object:
    return save_section(
        actor=actor,
        section=section_of(proposal, key),
        base_revision=base,
        changes={name.replace("__", "."): value for name, value in changes.items()},  # type: ignore[misc]
        now=NOW,
    )


def test_a_save_stores_the_answers_and_a_revision_with_only_what_changed(world: World) -> None:
    proposal = world.draft()
    value = narrative_answer("First words.")

    result = save_section(
        actor=world.ohio.editor,
        section=section_of(proposal),
        base_revision=0,
        changes={MODEL: value, GOALS: None},
        now=NOW,
    )

    stored = section_of(proposal)
    assert (result.revision, result.saved, result.merged) == (1, frozenset({MODEL}), frozenset())
    assert (stored.answers, stored.dispositions, stored.revision) == ({MODEL: value}, {MODEL: "answered"}, 1)
    assert SectionRevision.objects.get(section=stored).changes == {MODEL: {"before": None, "after": value}}
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["created", "section_saved"]


def test_a_save_that_changes_nothing_writes_nothing(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Words."))

    result = save_section(
        actor=world.ohio.editor,
        section=section_of(proposal),
        base_revision=1,
        changes={MODEL: narrative_answer("Words.")},
        now=NOW,
    )

    assert (result.revision, result.saved) == (1, frozenset())
    assert SectionRevision.objects.filter(section__key=KEY).count() == 1


def test_two_people_in_different_prompts_are_merged(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, es__overview__model=narrative_answer("Mine."))

    whole_form = {MODEL: None, GOALS: not_applicable()}
    result = save_section(
        actor=world.ohio.team_lead, section=section_of(proposal), base_revision=0, changes=whole_form, now=NOW
    )

    assert section_of(proposal).answers == {MODEL: narrative_answer("Mine."), GOALS: not_applicable()}
    assert (result.revision, result.saved, result.merged) == (2, frozenset({GOALS}), frozenset({MODEL}))


def test_the_same_prompt_raises_a_conflict_with_all_three_texts_and_saves_nothing(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, es__overview__model=narrative_answer("Base."))
    save(world.ohio.editor, proposal, 1, es__overview__model=narrative_answer("Theirs."))

    with pytest.raises(SectionConflict) as raised:
        save_section(
            actor=world.ohio.team_lead,
            section=section_of(proposal),
            base_revision=1,
            changes={MODEL: narrative_answer("Yours."), GOALS: not_applicable()},
            now=NOW,
        )

    [conflict] = raised.value.conflicts
    assert (conflict.prompt.id, conflict.base, conflict.theirs, conflict.yours) == (
        MODEL,
        narrative_answer("Base."),
        narrative_answer("Theirs."),
        narrative_answer("Yours."),
    )
    assert conflict.their_name == world.ohio.editor.user.name
    assert (raised.value.revision, section_of(proposal).answers) == (2, {MODEL: narrative_answer("Theirs.")})


def test_the_same_text_from_two_people_is_no_conflict(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, es__overview__model=narrative_answer("Same."))

    save(world.ohio.team_lead, proposal, 0, es__overview__model=narrative_answer("Same."))

    assert section_of(proposal).revision == 1


def test_ones_own_saves_never_conflict_also_from_two_tabs(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, es__overview__model=narrative_answer("First tab."))

    save(world.ohio.editor, proposal, 0, es__overview__model=narrative_answer("Second tab."))

    assert section_of(proposal).answers[MODEL] == narrative_answer("Second tab.")


@pytest.mark.parametrize("base", [-1, 7])
def test_a_revision_that_never_was_is_refused(world: World, base: int) -> None:
    proposal = world.draft()

    with pytest.raises(UnknownRevision):
        save(world.ohio.editor, proposal, base, es__overview__model=not_applicable())


def test_another_state_and_cms_cannot_save(world: World) -> None:
    proposal = world.draft()

    for actor in (world.texas.editor, world.cms.lead):
        with pytest.raises(PermissionDenied):
            save(actor, proposal, 0, es__overview__model=not_applicable())

    assert section_of(proposal).revision == 0


def test_a_viewer_and_a_person_limited_to_other_sections_cannot_save(world: World) -> None:
    proposal = world.draft()
    actuary = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss"])

    for actor in (world.ohio.viewer, actuary):
        with pytest.raises(SectionClosed):
            save(actor, proposal, 0, es__overview__model=not_applicable())

    save(actuary, proposal, 0, "pm.ss", pm__ss__overview=not_applicable())
    assert (section_of(proposal).revision, section_of(proposal, "pm.ss").revision) == (0, 1)


def test_a_stale_tab_cannot_write_into_a_submitted_proposal(world: World) -> None:
    proposal = world.submitted()

    with pytest.raises(SectionClosed):
        save(world.ohio.editor, proposal, 1, es__overview__model=not_applicable("Changed."))


def test_only_reopened_sections_can_be_changed_in_a_later_round(world: World) -> None:
    proposal = world.questioned()

    save(world.ohio.editor, proposal, 1, es__overview__model=narrative_answer("Better."))
    with pytest.raises(SectionClosed):
        save(world.ohio.editor, proposal, 1, "qs", qs__goals=not_applicable("Changed."))


def test_a_section_opens_by_itself_when_a_reopened_switch_makes_its_prompts_apply(world: World) -> None:
    proposal = world.in_review()
    world.release(proposal, ["pm.overview"])
    method = {"disposition": "answered", "fields": {"shared_savings": True, "risk_track": "gain_only"}}

    with pytest.raises(SectionClosed):
        save(world.ohio.editor, proposal, 1, "pm.ss.trend", pm__ss__trend__method=not_applicable("Changed."))
    answer(proposal, world.ohio.editor, "pm.overview.method", method)
    save(world.ohio.editor, proposal, 1, "pm.ss.trend", pm__ss__trend__method=not_applicable("Changed."))

    assert section_of(proposal, "pm.ss.trend").revision == 2


def test_a_prompt_of_another_section_is_refused(world: World) -> None:
    proposal = world.draft()

    with pytest.raises(KeyError):
        save(world.ohio.editor, proposal, 0, qs__goals=not_applicable())


PLAN = "pd.timeline.plan"


def steps(*rows: tuple[str, str]) -> dict[str, object]:
    """An answered table of milestones, each row as identity and title."""
    table = [{"_row": row_id, "title": title} for row_id, title in rows]
    return {"disposition": "answered", "fields": {"milestones": table}}


ANA, BEN = ("0000000a", "Ana"), ("0000000b", "Ben")


def test_two_people_in_different_rows_of_one_table_are_merged_by_row(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "pd.timeline", pd__timeline__plan=steps(ANA))
    save(world.ohio.editor, proposal, 1, "pd.timeline", pd__timeline__plan=steps(("0000000a", "Anna")))

    result = save_section(
        actor=world.ohio.team_lead, section=section_of(proposal, "pd.timeline"), base_revision=1,
        changes={PLAN: steps(ANA, BEN)}, now=NOW,
    )  # fmt: skip

    assert section_of(proposal, "pd.timeline").answers[PLAN] == steps(("0000000a", "Anna"), BEN)
    assert (result.saved, result.blended) == (frozenset({PLAN}), frozenset({PLAN}))


def test_the_same_cell_of_two_people_is_a_conflict_that_holds_the_other_rows_of_both(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "pd.timeline", pd__timeline__plan=steps(ANA))
    save(world.ohio.editor, proposal, 1, "pd.timeline", pd__timeline__plan=steps(("0000000a", "Anna"), BEN))

    with pytest.raises(SectionConflict) as raised:
        save(world.ohio.team_lead, proposal, 1, "pd.timeline", pd__timeline__plan=steps(("0000000a", "Anne")))

    [conflict] = raised.value.conflicts
    assert (conflict.theirs, conflict.yours) == (
        steps(("0000000a", "Anna"), BEN),
        steps(("0000000a", "Anne"), BEN),
    )


def test_whoever_decides_for_the_own_version_keeps_what_the_colleague_changed_beside_it(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "pd.timeline", pd__timeline__plan=steps(ANA))
    save(world.ohio.editor, proposal, 1, "pd.timeline", pd__timeline__plan=steps(("0000000a", "Anna"), BEN))

    save_section(
        actor=world.ohio.team_lead, section=section_of(proposal, "pd.timeline"), base_revision=1,
        changes={PLAN: steps(("0000000a", "Anne"))}, over={PLAN: 2}, now=NOW,
    )  # fmt: skip

    assert section_of(proposal, "pd.timeline").answers[PLAN] == steps(("0000000a", "Anne"), BEN)


def test_a_decision_does_not_reach_a_version_that_was_not_seen(world: World) -> None:
    proposal = world.draft()
    for base, name in enumerate(("Ana", "Anna", "Annie")):
        save(world.ohio.editor, proposal, base, "pd.timeline", pd__timeline__plan=steps(("0000000a", name)))

    with pytest.raises(SectionConflict):
        save_section(
            actor=world.ohio.team_lead, section=section_of(proposal, "pd.timeline"), base_revision=1,
            changes={PLAN: steps(("0000000a", "Anne"))}, over={PLAN: 2}, now=NOW,
        )  # fmt: skip


def test_two_tabs_of_one_person_in_different_rows_keep_both(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, "pd.timeline", pd__timeline__plan=steps(ANA))

    save(world.ohio.editor, proposal, 0, "pd.timeline", pd__timeline__plan=steps(BEN))

    assert section_of(proposal, "pd.timeline").answers[PLAN] == steps(ANA, BEN)


def test_the_last_of_ones_own_saves_counts_although_a_colleague_changed_another_field_between(world: World) -> None:
    proposal = world.draft()
    save(world.ohio.editor, proposal, 0, es__overview__model=narrative_answer("First tab."))
    colleague = narrative_answer("First tab.")
    colleague["fields"]["features"] = ["coordinated", "primary_care"]
    save(world.ohio.team_lead, proposal, 1, es__overview__model=colleague)

    second = {"disposition": "answered", "fields": {"narrative": "<p>Second tab.</p>"}}
    save(world.ohio.editor, proposal, 0, es__overview__model=second)

    assert section_of(proposal).answers[MODEL] == {
        **colleague,
        "fields": {**colleague["fields"], "narrative": "<p>Second tab.</p>"},
    }


def left_behind(proposal: Proposal) -> list[list[dict[str, object]]]:
    """Everything that saving stores, without what names the rows."""
    sections = Section.objects.filter(proposal=proposal).defer(None).order_by("key")
    found = [
        sections,
        SectionRevision.objects.filter(section__proposal=proposal).order_by("section__key", "revision"),
        AnswerChange.objects.filter(section__proposal=proposal).order_by("section__key", "prompt_id", "revision"),
        Event.objects.filter(proposal=proposal).order_by("pk"),
    ]
    return [
        [{key: value for key, value in row.items() if key not in {"id", "proposal_id", "section_id"}} for row in rows]
        for rows in (query.values() for query in found)
    ]


def test_the_settled_draft_that_tests_begin_with_is_what_saving_section_by_section_leaves(world: World) -> None:
    at_once, one_by_one = world.draft(title="Same"), world.draft(title="Same")
    settle(at_once, world.ohio.editor)
    for section in Section.objects.filter(proposal=one_by_one).order_by("pk"):
        save(world.ohio.editor, one_by_one, section.revision, section.key, **settling(section.key))
    assert left_behind(at_once) == left_behind(one_by_one)
