"""A small world for tests: two states and CMS, with people in every role, and proposals at every step.

Two states, always: whatever a test shows to one could have leaked from the other. Everything is made through the
actions a person uses. The fixtures below are known to every test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import pytest
from django.test import Client

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Membership, Role, Side, User
from proposals import record
from proposals.actions.deciding import conclude, draft_decision
from proposals.actions.discussing import Claimed, Place, draft_comment, draft_reply
from proposals.actions.drafting import create_proposal
from proposals.actions.reviewing import begin_review, request_changes
from proposals.actions.revising import move_on
from proposals.actions.sections import save_section
from proposals.actions.submitting import submit
from proposals.models import AnswerChange, DraftComment, Proposal, Section, SectionRevision, Submission, Thread
from proposals.status import Outcome, ThreadKind, Verb
from toolkit.answers import Answer
from toolkit.loading import load

#: The moment at which the world is made: a Friday.
NOW = datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
DUE = date(2027, 2, 26)
#: What a reply says was changed for its question: the answer on the model, or none.
MODEL_CHANGED = Claimed(("es.overview.model",))
NOT_CHANGED = Claimed(no_change="The answer says it already.")
PASSWORD = "a long enough test password"


@dataclass(frozen=True)
class Team:
    """An agency and one person for each of its roles, as actors."""

    agency: Agency
    people: dict[Role, Actor]

    def __getattr__(self, role: str) -> Actor:
        try:
            return self.people[Role(role)]
        except ValueError:
            raise AttributeError(role) from None


def make_actor(agency: Agency, role: Role, *, name: str = "", section_ids: list[str] | None = None) -> Actor:
    """Make a person with one membership; the e-mail address is role@code.example unless a name is given."""
    local = (name or role).lower().replace(" ", ".")
    user = User.objects.create_user(
        email=f"{local}@{agency.code.lower()}.example",
        password=PASSWORD,
        name=name or f"{agency.short_name} {role.label.lower()}",
    )
    return Actor(user, Membership.objects.create(user=user, agency=agency, role=role, section_ids=section_ids))


def make_team(code: str, jurisdiction: str, side: Side, roles: tuple[Role, ...]) -> Team:
    """Make an agency and a person for each role."""
    agency = Agency.objects.create(
        code=code,
        name=f"{jurisdiction} Medicaid" if side == Side.STATE else "Centers for Medicare & Medicaid Services",
        side=side,
        jurisdiction=jurisdiction,
        time_zone="America/New_York" if code != "TX" else "America/Chicago",
    )
    return Team(agency, {role: make_actor(agency, role) for role in roles})


class World:
    """Ohio, Texas and CMS. Proposals are made on first use and stay where they are."""

    def __init__(self) -> None:
        state_roles = (Role.VIEWER, Role.EDITOR, Role.SIGNATORY, Role.TEAM_LEAD)
        cms_roles = (Role.OBSERVER, Role.REVIEWER, Role.LEAD, Role.APPROVER)
        self.ohio = make_team("OH", "Ohio", Side.STATE, state_roles)
        self.texas = make_team("TX", "Texas", Side.STATE, state_roles)
        self.cms = make_team("CMS", "United States", Side.CMS, cms_roles)
        self.outsider = User.objects.create_user(email="outsider@example.org", password=PASSWORD, name="Outsider")

    def draft(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A fresh, empty draft."""
        return create_proposal(actor=(team or self.ohio).editor, title=title, model_type="health_home", now=NOW)

    def complete_draft(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A draft that may be submitted: every core prompt is settled."""
        proposal = self.draft(team, title)
        settle(proposal, (team or self.ohio).editor)
        return proposal

    def submitted(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A proposal in its first round, waiting for CMS."""
        proposal = self.complete_draft(team, title)
        hand_over(proposal, (team or self.ohio).signatory)
        return fresh(proposal)

    def in_review(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A proposal that CMS's lead has begun to review."""
        proposal = self.submitted(team, title)
        begin_review(actor=self.cms.lead, proposal=proposal, now=NOW + timedelta(days=2))
        return fresh(proposal)

    def questioned(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A proposal back with the state: one question on `es.overview.model`, and that section reopened."""
        proposal = self.in_review(team, title)
        self.ask(proposal, "es.overview.model", "Which model is it exactly?")
        self.release(proposal, ["es.overview"])
        return fresh(proposal)

    def answered(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A proposal in its second round, with the question answered and the text changed."""
        state = team or self.ohio
        proposal = self.questioned(state, title)
        thread = Thread.objects.get(proposal=proposal, number=1)
        draft_reply(
            actor=state.editor,
            thread=thread,
            body="It is a health home.",
            now=NOW + timedelta(days=20),
            claimed=MODEL_CHANGED,
        )
        answer(proposal, state.editor, "es.overview.model", narrative_answer("A health home for adults."))
        hand_over(proposal, state.signatory, summary="We named the model.")
        return fresh(proposal)

    def concluded(self, team: Team | None = None, title: str = "Buckeye Health Homes") -> Proposal:
        """A proposal whose decision is announced."""
        proposal = self.in_review(team, title)
        draft_decision(actor=self.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Please file.", now=NOW)
        conclude(actor=self.cms.approver, proposal=proposal, drafted_at=NOW, now=NOW + timedelta(days=30))
        return fresh(proposal)

    def ask(self, proposal: Proposal, prompt_id: str, body: str) -> DraftComment:
        """CMS's reviewer drafts a question on a prompt."""
        place = Place(load().prompt(prompt_id).section_id, prompt_id)
        return draft_comment(
            actor=self.cms.reviewer, proposal=proposal, place=place, kind=ThreadKind.QUESTION, body=body, now=NOW
        )

    def release(self, proposal: Proposal, section_keys: list[str]) -> None:
        """CMS's lead releases all drafted comments as one round."""
        request_changes(
            actor=self.cms.lead,
            proposal=proposal,
            drafts=list(DraftComment.objects.filter(proposal=proposal)),
            section_keys=section_keys,
            due_on=DUE,
            cover_text="",
            now=NOW + timedelta(days=14),
        )

    @cached_property
    def everybody(self) -> list[Actor]:
        """Every actor of the world."""
        return [actor for team in (self.ohio, self.texas, self.cms) for actor in team.people.values()]


def fresh(proposal: Proposal) -> Proposal:
    """Read a proposal again."""
    return Proposal.objects.select_related("agency").get(pk=proposal.pk)


def not_applicable(note: str = "Not part of this model.") -> Answer:
    """An answer that settles any prompt."""
    return {"disposition": "na", "reason": "not_in_model", "note": note}


def narrative_answer(text: str) -> Answer:
    """An answered `es.overview.model`."""
    return {
        "disposition": "answered",
        "fields": {"model_types": ["health_home"], "features": ["coordinated"], "narrative": f"<p>{text}</p>"},
    }


def answer(proposal: Proposal, actor: Actor, prompt_id: str, value: Answer | None) -> None:
    """Save one answer on top of what is stored."""
    section = Section.objects.get(proposal=proposal, key=load().prompt(prompt_id).section_id)
    save_section(actor=actor, section=section, base_revision=section.revision, changes={prompt_id: value}, now=NOW)


def settle(proposal: Proposal, actor: Actor) -> None:
    """Mark every prompt as not applicable: what saving section by section leaves behind, written at once.

    Most tests begin here; `proposals/test_saving.py` shows that the two ways end alike.
    """
    sections = list(Section.objects.filter(proposal=proposal).defer(None).order_by("pk"))
    rows = [
        move_on(section, proposal=proposal, wanted=settling(section.key), author=actor.user, now=NOW)
        for section in sections
    ]
    SectionRevision.objects.bulk_create(row.revision for row in rows)
    AnswerChange.objects.bulk_create(change for row in rows for change in row.changes)
    Proposal.objects.filter(pk=proposal.pk).update(updated_at=NOW)
    for section in sections:
        section.save()
        record.append(
            proposal=proposal, verb=Verb.SECTION_SAVED, actor=actor, now=NOW,
            section_key=section.key, object_id=section.revision,
        )  # fmt: skip


def settling(section_key: str) -> dict[str, Answer | None]:
    """Return answers that settle every prompt of a section."""
    return {prompt.id: not_applicable() for prompt in load().section(section_key).prompts}


def hand_over(proposal: Proposal, actor: Actor, summary: str = "") -> Submission:
    """The signatory signs and submits."""
    return submit(
        actor=actor,
        proposal=fresh(proposal),
        signatory_name=actor.user.name,
        attested=True,
        change_summary=summary,
        now=NOW + timedelta(days=1),
    )


def signed_in(actor: Actor | User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(actor.user if isinstance(actor, Actor) else actor)
    return client


@pytest.fixture
def world(db: None) -> World:
    """Ohio, Texas and CMS."""
    return World()
