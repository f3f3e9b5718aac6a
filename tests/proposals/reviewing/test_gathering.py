"""What a lead does with the drafted comments of all divisions: edit, drop, make one of several, order. Authors are told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals.actions.discussing import Place, draft_comment
from proposals.actions.reviewing import assign
from proposals.models import DraftComment, Notification, Proposal, Thread
from tests.worlds import NOW, World, make_actor, signed_in

GOALS, MODEL = "es.overview.goals", "es.overview.model"


def url(name: str, proposal: Proposal, *keys: object) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys])


def ask(actor: Actor, proposal: Proposal, prompt_id: str, body: str) -> DraftComment:
    place = Place("es.overview", prompt_id)
    return draft_comment(actor=actor, proposal=proposal, place=place, kind="question", body=body, now=timezone.now())


@pytest.fixture
def proposal(world: World) -> Proposal:
    """In review, with questions of two reviewers: one on the model, two on the goals."""
    proposal = world.in_review()
    ask(world.cms.reviewer, proposal, MODEL, "Which model?")
    ask(world.cms.reviewer, proposal, GOALS, "Which goals?")
    ask(make_actor(world.cms.agency, Role.REVIEWER, name="Actuary"), proposal, GOALS, "How measured?")
    return proposal


@pytest.fixture
def lead(world: World) -> Client:
    """The CMS lead's browser."""
    return signed_in(world.cms.lead)


def draft_of(body: str) -> DraftComment:
    return DraftComment.objects.get(body=f"<p>{body}</p>")


def told(verb: str) -> set[str]:
    """The names of those who were told of it."""
    return set(Notification.objects.filter(event__verb=verb).values_list("recipient__name", flat=True))


def order() -> list[str]:
    found = DraftComment.objects.order_by("position").values_list("body", flat=True)
    return [body.removeprefix("<p>").removesuffix("</p>") for body in found]


def test_the_author_of_an_edited_comment_is_told_and_reads_both_wordings(
    world: World, lead: Client, proposal: Proposal
) -> None:
    draft = draft_of("Which model?")
    lead.post(url("draft_comment", proposal, draft.pk), {"kind": "change", "body": "Name the model."})
    assert told("draft_comment_edited") == {"CMS reviewer"}
    author = signed_in(world.cms.reviewer)
    page = url("draft_wordings", proposal, draft.pk)
    assert page in author.get(reverse("proposals:notifications")).content.decode()
    seen = author.get(page).content.decode()
    assert ("Name the model." in seen, "Which model?" in seen, "CMS lead changed a colleague" in seen) == (True,) * 3
    author.post(url("draft_comment", proposal, draft.pk), {"kind": "change", "body": "Name it, please."})
    assert Notification.objects.filter(event__verb="draft_comment_edited").count() == 1


def test_a_colleagues_comment_is_dropped_with_a_reason_only(world: World, lead: Client, proposal: Proposal) -> None:
    draft = draft_of("Which model?")
    page = url("drop_draft", proposal, draft.pk)
    sent = lead.post(url("draft_comment", proposal, draft.pk), {"drop": "yes"})
    assert sent.headers["Location"].startswith(page)
    assert lead.post(page, {"body": " "}).status_code == 422
    assert lead.post(page, {"body": "The toolkit says so already."}).status_code == 302
    assert (DraftComment.objects.count(), told("draft_comment_dropped")) == (2, {"CMS reviewer"})
    seen = signed_in(world.cms.reviewer).get(url("draft_wordings", proposal, draft.pk)).content.decode()
    assert ("Which model?" in seen, "The toolkit says so already." in seen) == (True, True)
    ohio = signed_in(world.ohio.editor)
    assert "The toolkit says so already." not in ohio.get(url("activity", proposal)).content.decode()
    assert ohio.get(page).status_code == 404


def test_ones_own_comment_is_dropped_at_once(world: World, proposal: Proposal) -> None:
    draft = draft_of("Which model?")
    signed_in(world.cms.reviewer).post(url("draft_comment", proposal, draft.pk), {"drop": "yes"})
    assert (DraftComment.objects.count(), told("draft_comment_dropped")) == (2, set())


def merge_url(proposal: Proposal) -> str:
    return f"{url('merge_drafts', proposal)}?section=es.overview&prompt={GOALS}"


def test_several_comments_on_one_place_become_one_that_holds_the_words_of_all(
    world: World, lead: Client, proposal: Proposal
) -> None:
    page = lead.get(merge_url(proposal))
    assert "Which goals?\r\n\r\nHow measured?" in page.context["form"]["body"].value().replace("\n", "\r\n").replace(
        "\r\r", "\r"
    )
    kept, gone = draft_of("Which goals?"), draft_of("How measured?")
    sent = {"drafts": [str(kept.pk), str(gone.pk)], "kind": "change", "body": "Which goals, and how measured?"}
    assert lead.post(merge_url(proposal), sent).status_code == 302
    one = DraftComment.objects.get(prompt_id=GOALS)
    assert (one.pk, one.author_id, one.kind) == (kept.pk, kept.author_id, "change")
    assert (told("draft_comment_merged"), told("draft_comment_edited")) == ({"Actuary"}, {"CMS reviewer"})
    assert "How measured?" in lead.get(url("draft_wordings", proposal, gone.pk)).content.decode()


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (["Which goals?"], "Choose at least two comments."),
        (["Which goals?", "Which model?"], "A comment was dropped or already released meanwhile."),
        ([], "Choose at least two comments."),
    ],
)
def test_a_merge_that_cannot_be_says_why_and_keeps_the_words(
    lead: Client, proposal: Proposal, chosen: list[str], sentence: str
) -> None:
    sent = {"drafts": [str(draft_of(body).pk) for body in chosen], "kind": "change", "body": "Half an hour of work."}
    response = lead.post(merge_url(proposal), sent)
    text = response.content.decode()
    assert (response.status_code, sentence in text, "Half an hour of work." in text) == (422, True, True)
    assert DraftComment.objects.count() == 3


def test_words_for_a_merge_that_come_late_are_shown_again(world: World, lead: Client, proposal: Proposal) -> None:
    drafts = [str(draft_of(body).pk) for body in ("Which goals?", "How measured?")]
    world.release(proposal, ["es.overview"])
    response = lead.post(merge_url(proposal), {"drafts": drafts, "kind": "change", "body": "Half an hour of work."})
    assert response.status_code in {409, 422}
    assert "Half an hour of work." in response.content.decode()


def test_only_leads_merge(world: World, proposal: Proposal) -> None:
    people = (world.cms.reviewer, world.cms.observer, world.cms.approver, world.ohio.signatory, world.texas.editor)
    assert [signed_in(actor).get(merge_url(proposal)).status_code for actor in people] == [403, 403, 403, 404, 404]


def test_the_order_a_lead_gives_decides_the_numbers(world: World, lead: Client, proposal: Proposal) -> None:
    draft = draft_of("How measured?")
    for _ in range(2):
        response = lead.post(url("release", proposal), {"go": f"up-{draft.pk}", "cover_text": "Half a sentence"})
        assert response.headers["Location"] == f"{url('release', proposal)}#draft-{draft.pk}"
    assert order() == ["How measured?", "Which model?", "Which goals?"]
    lead.post(url("release", proposal), {"go": f"up-{draft.pk}"})
    lead.post(url("release", proposal), {"go": f"down-{draft_of('Which model?').pk}"})
    assert order() == ["How measured?", "Which goals?", "Which model?"]
    ask(world.cms.reviewer, proposal, "es.overview.current", "Since when?")
    world.release(proposal, ["es.overview"])
    said = Thread.objects.order_by("number").values_list("comments__words", flat=True)
    assert list(said) == ["<p>How measured?</p>", "<p>Which goals?</p>", "<p>Which model?</p>", "<p>Since when?</p>"]


def test_nobody_else_moves_comments(world: World, proposal: Proposal) -> None:
    draft = draft_of("How measured?")
    for actor, code in ((world.cms.reviewer, 403), (world.cms.approver, 403), (world.ohio.signatory, 404)):
        assert signed_in(actor).post(url("release", proposal), {"go": f"up-{draft.pk}"}).status_code == code
    assert DraftComment.objects.filter(position__isnull=False).count() == 0


def test_the_page_names_the_division_of_each_author(world: World, lead: Client, proposal: Proposal) -> None:
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW, division="payment")
    page = lead.get(url("release", proposal)).content.decode()
    assert page.count("Division: Payment") == 2
    assert page.count("Merge with others on this place") == 2
