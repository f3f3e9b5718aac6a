"""My work, the list, the overview and a new proposal, for both sides."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from proposals.models import Proposal, Section
from proposals.opening import note_opened
from proposals.queries import work
from proposals.queries.lists import Filters, listed, work_of
from proposals.views.overview import buttons
from tests.worlds import NOW, World, answer, fresh, narrative_answer, signed_in
from toolkit.loading import load


def page(actor: object, name: str, *args: object, **query: str) -> str:
    """The text of a page as somebody sees it."""
    return signed_in(actor).get(reverse(f"proposals:{name}", args=args), query).content.decode()  # type: ignore[arg-type]


# --- my work ---------------------------------------------------------------------------------------------------------


def test_an_empty_home_says_what_to_do_first(world: World) -> None:
    assert "Start the first proposal" in page(world.ohio.editor, "home")
    assert "They appear here when a colleague starts one." in page(world.ohio.viewer, "home")
    assert "when a state submits it" in page(world.cms.lead, "home")


def test_open_questions_wait_for_the_state_until_a_reply_is_drafted(world: World) -> None:
    proposal = world.questioned()
    assert [task.label for task in work.tasks(world.ohio.editor, [proposal])] == ["CMS asks for changes to round 1"]
    note_opened(proposal=proposal, actor=world.ohio.viewer, now=NOW)
    tasks = work.tasks(world.ohio.editor, [proposal])
    assert [(task.label, task.detail, task.due_on) for task in tasks] == [
        ("Q1: Which model is it exactly?", "The model in brief", proposal.due_on)
    ]
    assert "Q1: Which model is it exactly?" in page(world.ohio.editor, "home")
    assert work.tasks(world.ohio.editor, [world.answered(world.ohio, "Second")]) == []


def test_expected_answers_wait_with_their_date(world: World) -> None:
    proposal = world.draft()
    planned = {"disposition": "nyk", "reason": "", "plan": "Ask", "owner": "A", "expected": "2027-02-01", "fields": {}}
    answer(proposal, world.ohio.editor, "es.overview.goals", planned)
    task = work.tasks(world.ohio.editor, [fresh(proposal)])[0]
    assert (str(task.due_on), task.section_key, task.prompt_id) == ("2027-02-01", "es.overview", "es.overview.goals")


def test_a_submission_waits_for_leads_until_somebody_leads_it(world: World) -> None:
    proposal = world.submitted()
    assert [task.label for task in work.tasks(world.cms.lead, [proposal])] == ["Begin the review of round 1"]
    assert work.tasks(world.cms.reviewer, [proposal]) == []
    reviewed = world.in_review(title="Second")
    assert [task.label for task in work.tasks(world.cms.lead, [reviewed])] == ["Review round 1"]
    assert work.tasks(world.cms.approver, [reviewed]) == []


def test_progress_of_several_drafts_is_read_at_once(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    empty, done = world.draft(), world.complete_draft(title="Done")
    with django_assert_num_queries(2):
        progress = work.progress_of([empty, done])
    assert progress[empty.pk].done == 1  # the profile begins with what is known of the agency
    assert progress[done.pk].is_complete


def test_questions_with_and_without_a_reply_are_counted(world: World) -> None:
    proposal = world.questioned()
    assert work.question_totals([proposal]) == {proposal.pk: (1, 0)}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("side", "queries"), [("state", 18), ("cms", 12)])
def test_home_takes_the_same_queries_whatever_it_holds(
    world: World, rows: int, side: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        world.draft(title=f"Draft {number}")
        world.in_review(title=f"Review {number}")
        asked = world.questioned(title=f"Questions {number}")
        note_opened(proposal=asked, actor=world.ohio.editor, now=NOW)
    client = signed_in(world.ohio.editor if side == "state" else world.cms.lead)
    client.get("/")
    with django_assert_num_queries(queries):
        client.get("/")


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered_by_its_address(world: World) -> None:
    world.submitted(title="Alpha homes")
    world.draft(title="Beta homes")
    found = page(world.ohio.editor, "list", q="alpha")
    assert "Alpha homes" in found
    assert "Beta homes" not in found
    drafts = page(world.ohio.editor, "list", status="draft")
    assert "Beta homes" in drafts
    assert "Alpha homes" not in drafts
    assert "No proposal fits" in page(world.ohio.editor, "list", q="gamma")


def test_unreadable_filters_show_everything(world: World) -> None:
    world.submitted(title="Alpha homes")
    for query in ({"status": "nonsense"}, {"agency": "ZZ"}, {"page": "x"}, {"page": "999"}, {"q": "\x00"}):
        response = signed_in(world.cms.lead).get(reverse("proposals:list"), query)
        assert response.status_code == 200


def test_a_proposal_with_many_reviewers_is_listed_once(world: World) -> None:
    proposal = world.in_review()
    people = [str(person.user.pk) for person in (world.cms.reviewer, world.cms.approver, world.cms.lead)]
    lead = signed_in(world.cms.lead)
    sent = {"lead": people[2], "reviewers": people}
    assert lead.post(reverse("proposals:assign", args=[proposal.pk]), sent).status_code == 302
    page = lead.get(reverse("proposals:list"), {"mine": "on"}).content.decode()
    assert page.count(f'href="/proposals/{proposal.pk}/"') == 1


def test_cms_filters_by_agency_and_sees_no_drafts(world: World) -> None:
    world.submitted(world.ohio, "Ohio homes")
    world.submitted(world.texas, "Texas homes")
    world.draft(world.ohio, "Secret plans")
    everything = page(world.cms.lead, "list")
    assert "Secret plans" not in everything
    texas = page(world.cms.lead, "list", agency="TX")
    assert "Texas homes" in texas
    assert "Ohio homes" not in texas


def test_cms_does_not_see_when_a_state_writes(world: World) -> None:
    written, left = world.questioned(title="Written on"), world.questioned(title="Left alone")
    earlier = NOW - timedelta(days=1)
    Proposal.objects.filter(pk=written.pk).update(status_since=earlier, updated_at=earlier)
    Proposal.objects.filter(pk=left.pk).update(status_since=NOW, updated_at=earlier)
    answer(written, world.ohio.editor, "es.overview.model", narrative_answer("Changed."))
    for_cms, for_ohio = (listed(actor, Filters()) for actor in (world.cms.lead, world.ohio.editor))
    assert [(item.title, item.changed_at) for item in for_cms] == [("Left alone", NOW), ("Written on", earlier)]  # type: ignore[attr-defined]
    assert [(item.title, item.changed_at) for item in for_ohio] == [("Written on", NOW), ("Left alone", earlier)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_it_holds(
    world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        world.submitted(title=f"Program {number}")
    client = signed_in(world.ohio.editor)
    client.get(reverse("proposals:list"))
    with django_assert_num_queries(7):
        client.get(reverse("proposals:list"))


# --- a new proposal --------------------------------------------------------------------------------------------------


def test_a_proposal_starts_empty_or_as_a_copy(world: World) -> None:
    client = signed_in(world.ohio.editor)
    earlier = world.complete_draft()
    assert client.post(reverse("proposals:new"), {"title": "Fresh", "model_type": ""}).status_code == 302
    everything = [section.id for section in load().sections]
    sent = {"title": "Copied", "copy_of": str(earlier.pk), "sections": everything}
    assert client.post(reverse("proposals:new"), sent).status_code == 302
    copied = Proposal.objects.get(title="Copied")
    assert work.progress_of([copied])[copied.pk].is_complete
    fresh_one = Proposal.objects.get(title="Fresh")
    assert work.progress_of([fresh_one])[fresh_one.pk].done == 1


def test_a_copy_takes_over_the_sections_that_are_chosen(world: World) -> None:
    client = signed_in(world.ohio.editor)
    sent = {"title": "In part", "copy_of": str(world.complete_draft().pk), "sections": ["es.program", "qs"]}
    assert client.post(reverse("proposals:new"), sent).status_code == 302
    filled = Section.objects.filter(proposal__title="In part").exclude(answers={})
    assert sorted(filled.values_list("key", flat=True)) == ["es.program", "pr", "qs"]
    [profile] = filled.filter(key="pr")
    assert set(profile.answers) == {"pr.identity"}


def test_a_copy_of_no_section_is_refused_in_words(world: World) -> None:
    sent = {"title": "Nothing", "copy_of": str(world.complete_draft().pk), "sections": []}
    response = signed_in(world.ohio.editor).post(reverse("proposals:new"), sent)
    assert response.status_code == 422
    assert "Choose at least one section to take over" in response.content.decode()


@pytest.mark.parametrize(
    "data", [{"title": ""}, {"title": "x" * 201}, {"title": "A", "model_type": "no"}, {"title": "A", "copy_of": "no"}]
)
def test_a_wrong_start_keeps_what_was_typed(world: World, data: dict[str, str]) -> None:
    response = signed_in(world.ohio.editor).post(reverse("proposals:new"), data)
    assert response.status_code == 422
    assert "data-error-summary" in response.content.decode()


def test_nobody_copies_what_they_may_not_see_or_starts_without_the_right(world: World) -> None:
    theirs = world.draft(world.texas)
    data = {"title": "Stolen", "copy_of": str(theirs.pk)}
    assert signed_in(world.ohio.editor).post(reverse("proposals:new"), data).status_code == 422
    for actor in (world.ohio.viewer, world.cms.lead):
        assert signed_in(actor).get(reverse("proposals:new")).status_code == 403
        assert signed_in(actor).post(reverse("proposals:new"), {"title": "No"}).status_code == 403


# --- the overview ----------------------------------------------------------------------------------------------------

STEPS = [
    ("draft", "editor", "Continue drafting"),
    ("complete_draft", "signatory", "Sign and submit"),
    ("complete_draft", "editor", "A signatory of your agency can submit it."),
    ("submitted", "signatory", "Open the receipt"),
    ("in_review", "editor", "CMS is reviewing this round."),
    ("questioned", "editor", "Answer the next question"),
    ("concluded", "editor", "Read the decision"),
]


@pytest.mark.parametrize(("stage", "role", "words"), STEPS)
def test_the_overview_says_what_comes_next_for_the_state(world: World, stage: str, role: str, words: str) -> None:
    proposal = getattr(world, stage)()
    assert words in page(getattr(world.ohio, role), "overview", proposal.pk)


@pytest.mark.parametrize(
    ("stage", "role", "words"),
    [
        ("submitted", "lead", "Begin the review"),
        ("submitted", "observer", "Read the proposal"),
        ("in_review", "reviewer", "Review the next section"),
        ("questioned", "lead", "Ohio is working on round 2. You see round 1."),
        ("concluded", "approver", "Read the decision"),
    ],
)
def test_the_overview_says_what_comes_next_for_cms(world: World, stage: str, role: str, words: str) -> None:
    proposal = getattr(world, stage)()
    assert words in page(getattr(world.cms, role), "overview", proposal.pk)


STAGES = [
    ("complete_draft", "ohio", "signatory"),
    ("submitted", "ohio", "signatory"),
    ("submitted", "cms", "lead"),
    ("in_review", "cms", "lead"),
    ("in_review", "cms", "approver"),
    ("concluded", "cms", "approver"),
]


@pytest.mark.parametrize(("stage", "team", "role"), STAGES)
def test_every_step_that_is_offered_has_a_page(world: World, stage: str, team: str, role: str) -> None:
    proposal = getattr(world, stage)()
    actor = getattr(getattr(world, team), role)
    client = signed_in(actor)
    offered = buttons(actor, proposal)
    text = client.get(reverse("proposals:overview", args=[proposal.pk])).content.decode()
    assert offered
    for button in offered:
        assert f'href="{button.url}"' in text
        assert client.get(button.url).status_code == 200


def test_cms_sees_the_round_and_never_the_draft(world: World) -> None:
    proposal = world.questioned()
    planned = {"disposition": "nyk", "reason": "", "plan": "x", "owner": "", "expected": "", "fields": {}}
    answer(proposal, world.ohio.editor, "es.overview.goals", planned)
    text = page(world.cms.lead, "overview", proposal.pk)
    assert "Sections of round 1" in text
    assert "Ready to submit?" not in text
    assert f"/proposals/{proposal.pk}/sections/" not in text


def test_strangers_cannot_tell_whether_a_proposal_exists(world: World) -> None:
    draft = world.draft()
    for actor, pk in ((world.texas.editor, draft.pk), (world.cms.lead, draft.pk), (world.ohio.editor, uuid4())):
        assert signed_in(actor).get(reverse("proposals:overview", args=[pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("side", "queries"), [("state", 19), ("cms", 12)])
def test_the_overview_takes_the_same_queries_whatever_it_holds(
    world: World, rows: int, side: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    proposal = world.in_review()
    for number in range(rows):
        world.ask(proposal, "es.overview.model", f"Question {number}?")
    world.release(proposal, ["es.overview"])
    client = signed_in(world.ohio.signatory if side == "state" else world.cms.lead)
    client.get(reverse("proposals:overview", args=[proposal.pk]))
    with django_assert_num_queries(queries):
        client.get(reverse("proposals:overview", args=[proposal.pk]))


def test_home_groups_are_what_the_queries_say(world: World) -> None:
    world.draft(title="Mine to write")
    world.submitted(title="With them")
    found = work_of(world.ohio.editor)
    assert [item.title for item in found.waiting] == ["Mine to write"]
    assert [item.title for item in found.with_others] == ["With them"]
    assert found.waiting[0].created_at == NOW
