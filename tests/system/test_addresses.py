"""Every address times every persona answers as the table says (`permissions.py`); an address without a row fails the build."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from exports.models import Packet
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Invitation, Membership, Role, User
from proposals.actions.discussing import Place, write_note
from proposals.models import Proposal, Thread
from tests.proposals.clearance.scenes import asked as asked_for
from tests.proposals.early.scenes import share
from tests.proposals.files.samples import put
from tests.proposals.word.files import begun, read
from tests.system.permissions import ELSEWHERE, OF_ONE_THING, PERSONAS, PLAIN, POSTS
from tests.system.permissions_of_proposals import OF_A_PROPOSAL
from tests.worlds import NOW, World, make_actor, signed_in


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """A browser for each persona: Ohio owns everything, Texas is the other state."""
    former = make_actor(world.ohio.agency, Role.EDITOR, name="Former colleague")
    yesterday = timezone.now() - timedelta(days=2)
    Membership.objects.filter(pk=former.membership.pk).update(expires_on=yesterday.date())
    people: dict[str, Actor | User] = {
        "outsider": world.outsider,
        "expired": former,
        "texas": world.texas.signatory,
        "viewer": world.ohio.viewer,
        "editor": world.ohio.editor,
        "signatory": world.ohio.signatory,
        "observer": world.cms.observer,
        "reviewer": world.cms.reviewer,
        "lead": world.cms.lead,
        "approver": world.cms.approver,
    }
    return {"nobody": Client(), **{name: signed_in(person) for name, person in people.items()}}


def answers(clients: dict[str, Client], address: str, method: str = "get", data: dict[str, str] | None = None) -> str:
    """Ask as every persona; return the status codes in the order of `PERSONAS`, ``in`` for the way to sign in."""
    found = []
    for name in PERSONAS:
        response = getattr(clients[name], method)(address, data)
        to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
        found.append("in" if to_sign_in else str(response.status_code))
        if response.streaming:
            b"".join(response)  # a file is closed once it was read
    return " ".join(found)


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Yield the full name of every address of ours; Django's admin is closed by its own tests."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def addresses(world: World) -> dict[str, str]:
    """Make one thing of Ohio's behind each address that names one."""
    review, asked = world.in_review(title="Asked about"), world.questioned(title="Answering")
    draft, thread = world.ask(review, "es.overview.model", "Why?"), Thread.objects.get(proposal=asked)
    membership = world.ohio.viewer.membership.pk
    invitation = Invitation.objects.create(
        agency=world.ohio.agency,
        email="new@oh.example",
        role=Role.EDITOR,
        invited_by=world.ohio.team_lead.user,
        created_at=NOW,
        valid_until=timezone.now() + timedelta(days=3),
    )
    packet = Packet.objects.create(
        proposal=world.draft(title="Printed"), audience="state", requested_by=world.ohio.editor.user, created_at=NOW
    )
    cleared = world.draft(title="Cleared")
    sign_off = asked_for(world, cleared, world.ohio.viewer)
    note = write_note(actor=world.ohio.editor, proposal=asked, place=Place(), body="Between us.", now=NOW)
    inside = write_note(actor=world.cms.reviewer, proposal=review, place=Place(), body="Between us.", now=NOW)
    attachment = put(world.draft(title="With a file"), world.ohio.editor).attachment
    look = share(world, world.draft(title="Shared early"))
    arguments: dict[str, list[object]] = {
        "accounts:membership": [membership],
        "accounts:end_membership": [membership],
        "accounts:resend_invitation": [invitation.pk],
        "accounts:withdraw_invitation": [invitation.pk],
        "accounts:accept_invitation": ["no-such-token"],
        "proposals:sign_off": [cleared.pk, sign_off.pk],
        "proposals:sign_off_change": [cleared.pk, sign_off.pk],
        "proposals:early_look": [look.pk],
        "proposals:early_section": [look.pk, "es.overview"],
        "proposals:note_change": [asked.pk, note.pk],
        "proposals:note_wordings": [asked.pk, note.pk],
        "proposals:note_ask": [review.pk, inside.pk],
        "proposals:draft_comment": [review.pk, draft.pk],
        "proposals:draft_wordings": [review.pk, draft.pk],
        "proposals:drop_draft": [review.pk, draft.pk],
        "proposals:reply": [asked.pk, thread.pk],
        "proposals:correct_comment": [asked.pk, thread.comments.get().pk],
        "proposals:calendar_feed": ["no-such-secret"],
        "proposals:default_reviewers_of": ["OH"],
        "proposals:division": ["payment"],
        "proposals:example": ["es.overview.goals"],
        "proposals:thread_status": [asked.pk, thread.pk],
        "proposals:word_match": [read(world.ohio.editor).pk],
        "proposals:aside": [begun(world.ohio.editor).pk],
        "proposals:attachment_file": [attachment.pk],
        "proposals:attachment_remove": [attachment.pk],
        "exports:packet": [packet.pk],
        "exports:download": [packet.pk],
    }
    return {name: reverse(name, args=given) for name, given in arguments.items()}


def address_of(row: str, proposal: Proposal) -> str:
    """Return the address a row of `OF_A_PROPOSAL` is about."""
    name, _, transition = row.partition(" ")
    more: dict[str, list[object]] = {
        "section": ["es.overview"],
        "take": ["es.overview"],
        "findings": ["es.overview"],
        "history": ["es.overview"],
        "bring_back": ["es.overview"],
        "here": ["es.overview"],
        "prompts": ["es.overview"],
        "review": ["es.overview"],
        "review_findings": ["es.overview"],
        "verdict": ["es.overview"],
        "viewed": ["es.overview"],
        "word_section": ["es.overview"],
        "word_file": ["es.overview"],
        "receipt": [1],
        "letter": [1],
        "transition": [transition],
        "correct_step": [transition],
    }
    return reverse(full_name(name), args=[proposal.pk, *more.get(name, [])])


def full_name(name: str) -> str:
    """Return the name of an address of a proposal with its room."""
    return f"exports:{name}" if name in {"packets", "summary", "summary_length"} else f"proposals:{name}"


def test_every_address_has_a_row() -> None:
    of_a_proposal = {row.partition(" ")[0] for row in OF_A_PROPOSAL}
    known = {full_name(name) for name in of_a_proposal}

    assert set(names(get_resolver().url_patterns)) == known | set(PLAIN) | set(OF_ONE_THING) | ELSEWHERE


@pytest.mark.parametrize("standing", ["draft", "in_review", "changes", "concluded"])
def test_addresses_of_a_proposal(world: World, clients: dict[str, Client], standing: str) -> None:
    makers = {
        "draft": world.draft, "in_review": world.in_review, "changes": world.questioned, "concluded": world.concluded,
    }  # fmt: skip
    proposal = makers[standing]()

    found = {row: answers(clients, address_of(row, proposal)) for row in OF_A_PROPOSAL}

    assert found == {row: expected[standing] for row, expected in OF_A_PROPOSAL.items()}


def test_addresses_without_an_argument(clients: dict[str, Client]) -> None:
    assert {name: answers(clients, reverse(name)) for name in PLAIN} == PLAIN


def test_addresses_of_one_thing(world: World, clients: dict[str, Client]) -> None:
    places = addresses(world)

    found = {name: answers(clients, places[name]) for name in OF_ONE_THING}
    posted = {name: answers(clients, places[name], "post", {"status": "resolved"}) for name in POSTS}

    assert (found, posted) == (OF_ONE_THING, POSTS)


def test_what_does_not_exist_is_not_found_for_anybody(clients: dict[str, Client]) -> None:
    address = reverse("proposals:overview", args=[uuid4()])

    assert answers(clients, address) == "in 403 403 404 404 404 404 404 404 404 404"
