"""Every address times every persona answers as the tables here say; an address without a row fails the build."""

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
from tests.proposals.files.samples import put
from tests.proposals.word.files import begun, read
from tests.worlds import NOW, World, make_actor, signed_in

PERSONAS = (
    "nobody", "outsider", "expired", "texas", "viewer", "editor", "signatory", "observer", "reviewer", "lead", "approver",
)  # fmt: skip


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


#: address of a proposal -> where Ohio's proposal stands -> the answers to GET, in the order of `PERSONAS`
OF_A_PROPOSAL = {
    "overview": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "section": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "findings": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "readiness": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "summary": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "summary_length": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "take": {
        "draft": "in 403 403 405 405 405 405 405 405 405 405",
        "in_review": "in 403 403 405 405 405 405 405 405 405 405",
        "changes": "in 403 403 405 405 405 405 405 405 405 405",
        "concluded": "in 403 403 405 405 405 405 405 405 405 405",
    },
    "details": {
        "draft": "in 403 403 404 403 200 200 404 404 404 404",
        "in_review": "in 403 403 404 403 403 403 404 404 404 404",
        "changes": "in 403 403 404 403 403 403 404 404 404 404",
        "concluded": "in 403 403 404 403 403 403 404 404 404 404",
    },
    "here": {
        "draft": "in 403 403 405 405 405 405 405 405 405 405",
        "in_review": "in 403 403 405 405 405 405 405 405 405 405",
        "changes": "in 403 403 405 405 405 405 405 405 405 405",
        "concluded": "in 403 403 405 405 405 405 405 405 405 405",
    },
    "prompts": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "history": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "bring_back": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 404 404 404 404",
        "changes": "in 403 403 404 404 404 404 404 404 404 404",
        "concluded": "in 403 403 404 404 404 404 404 404 404 404",
    },
    "clearance": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "sign_off_new": {
        "draft": "in 403 403 404 403 403 403 404 404 404 404",
        "in_review": "in 403 403 404 403 403 403 404 404 404 404",
        "changes": "in 403 403 404 403 403 403 404 404 404 404",
        "concluded": "in 403 403 404 403 403 403 404 404 404 404",
    },
    "attachments": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "word_section": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "word_file": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 200 200 200 404 404 404 404",
    },
    "submit": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 302 302 302 404 404 404 404",
        "changes": "in 403 403 404 200 200 200 404 404 404 404",
        "concluded": "in 403 403 404 302 302 302 404 404 404 404",
    },
    "receipt": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "review_start": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 200 200 200 200",
        "changes": "in 403 403 404 404 404 404 200 200 200 200",
        "concluded": "in 403 403 404 404 404 404 200 200 200 200",
    },
    "review": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 200 200 200 200",
        "changes": "in 403 403 404 404 404 404 200 200 200 200",
        "concluded": "in 403 403 404 404 404 404 200 200 200 200",
    },
    "assign": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 403 403 200 200",
        "changes": "in 403 403 404 404 404 404 403 403 200 200",
        "concluded": "in 403 403 404 404 404 404 403 403 200 200",
    },
    "release": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 403 403 200 403",
        "changes": "in 403 403 404 404 404 404 403 403 302 403",
        "concluded": "in 403 403 404 404 404 404 403 403 302 403",
    },
    "release_preview": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 403 403 302 403",
        "changes": "in 403 403 404 404 404 404 403 403 302 403",
        "concluded": "in 403 403 404 404 404 404 403 403 302 403",
    },
    "decision": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "announce": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 403 403 403 302",
        "changes": "in 403 403 404 404 404 404 403 403 403 302",
        "concluded": "in 403 403 404 404 404 404 403 403 403 302",
    },
    "reopen": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 403 403 403 200",
        "changes": "in 403 403 404 404 404 404 403 403 403 200",
        "concluded": "in 403 403 404 404 404 404 403 403 403 200",
    },
    "note": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "comment": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 403 200 200 200",
        "changes": "in 403 403 404 404 404 404 403 403 403 403",
        "concluded": "in 403 403 404 404 404 404 403 403 403 403",
    },
    "questions": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "compare": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "activity": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
    "transition submit": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 404 404 404 404",
        "changes": "in 403 403 404 404 404 404 404 404 404 404",
        "concluded": "in 403 403 404 404 404 404 404 404 404 404",
    },
    "transition recall": {
        "draft": "in 403 403 404 404 404 409 404 404 404 404",
        "in_review": "in 403 403 404 404 404 409 404 404 404 404",
        "changes": "in 403 403 404 404 404 409 404 404 404 404",
        "concluded": "in 403 403 404 404 404 409 404 404 404 404",
    },
    "transition begin_review": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 404 404 409 409",
        "changes": "in 403 403 404 404 404 404 404 404 409 409",
        "concluded": "in 403 403 404 404 404 404 404 404 409 409",
    },
    "transition request_changes": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 404 404 404 404",
        "changes": "in 403 403 404 404 404 404 404 404 404 404",
        "concluded": "in 403 403 404 404 404 404 404 404 404 404",
    },
    "transition conclude": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 404 404 404 404",
        "changes": "in 403 403 404 404 404 404 404 404 404 404",
        "concluded": "in 403 403 404 404 404 404 404 404 404 404",
    },
    "transition reopen": {
        "draft": "in 403 403 404 404 404 404 404 404 404 404",
        "in_review": "in 403 403 404 404 404 404 404 404 404 404",
        "changes": "in 403 403 404 404 404 404 404 404 404 404",
        "concluded": "in 403 403 404 404 404 404 404 404 404 404",
    },
    "transition withdraw": {
        "draft": "in 403 403 404 404 404 200 404 404 404 404",
        "in_review": "in 403 403 404 404 404 200 404 404 404 404",
        "changes": "in 403 403 404 404 404 200 404 404 404 404",
        "concluded": "in 403 403 404 404 404 409 404 404 404 404",
    },
    "transition restore": {
        "draft": "in 403 403 404 404 404 409 404 404 404 404",
        "in_review": "in 403 403 404 404 404 409 404 404 404 404",
        "changes": "in 403 403 404 404 404 409 404 404 404 404",
        "concluded": "in 403 403 404 404 404 409 404 404 404 404",
    },
    "packets": {
        "draft": "in 403 403 404 200 200 200 404 404 404 404",
        "in_review": "in 403 403 404 200 200 200 200 200 200 200",
        "changes": "in 403 403 404 200 200 200 200 200 200 200",
        "concluded": "in 403 403 404 200 200 200 200 200 200 200",
    },
}

#: addresses without an argument -> the answers to GET
PLAIN = {
    "proposals:home": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:list": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:new": "in 403 403 200 403 200 200 403 403 403 403",
    "proposals:word_new": "in 403 403 200 403 200 200 403 403 403 403",
    "proposals:feed": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:notifications": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:glossary": "in 403 403 200 200 200 200 200 200 200 200",
    "accounts:people": "in 403 403 200 200 200 200 200 200 200 200",
    "accounts:invite": "in 403 403 403 403 403 403 403 403 200 403",
    "accounts:facts": "in 403 403 403 403 403 403 403 403 403 403",
    "accounts:clearance": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:account": "in 200 200 200 200 200 200 200 200 200 200",
    "accounts:switch": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:session": "in 200 200 200 200 200 200 200 200 200 200",
    "accounts:keepalive": "in 405 405 405 405 405 405 405 405 405 405",
    "health": "200 200 200 200 200 200 200 200 200 200 200",
    "account_login": "200 302 302 302 302 302 302 302 302 302 302",
    "account_logout": "in 200 200 200 200 200 200 200 200 200 200",
    "account_inactive": "200 200 200 200 200 200 200 200 200 200 200",
    "account_signup": "200 302 302 302 302 302 302 302 302 302 302",
    "account_reauthenticate": "in 200 200 200 200 200 200 200 200 200 200",
    "account_change_password": "in 200 200 200 200 200 200 200 200 200 200",
    "account_set_password": "in 302 302 302 302 302 302 302 302 302 302",
    "account_reset_password": "200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_done": "200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key_done": "200 200 200 200 200 200 200 200 200 200 200",
}

#: addresses of one thing of Ohio's -> the answers to GET
OF_ONE_THING = {
    "accounts:membership": "in 403 403 404 403 403 403 404 404 404 404",
    "accounts:end_membership": "in 403 403 404 403 403 403 404 404 404 404",
    "accounts:resend_invitation": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:withdraw_invitation": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:accept_invitation": "410 410 410 410 410 410 410 410 410 410 410",
    "proposals:sign_off": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:sign_off_change": "in 403 403 404 403 403 403 404 404 404 404",
    "proposals:note_change": "in 403 403 404 403 200 403 404 404 404 404",
    "proposals:draft_comment": "in 403 403 404 404 404 404 403 200 200 200",
    "proposals:reply": "in 403 403 404 403 200 200 403 403 403 403",
    "proposals:example": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:thread_status": "in 403 403 405 405 405 405 405 405 405 405",
    "proposals:word_match": "in 403 403 404 404 200 404 404 404 404 404",
    "proposals:aside": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:attachment_file": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:attachment_remove": "in 403 403 404 403 200 200 404 404 404 404",
    "exports:packet": "in 403 403 404 200 200 200 404 404 404 404",
    "exports:download": "in 403 403 404 404 404 404 404 404 404 404",
}
#: addresses that only take a POST -> the answers to one that resolves, resends or withdraws
POSTS = {
    "accounts:resend_invitation": "in 403 403 404 403 403 403 404 404 404 404",
    "accounts:withdraw_invitation": "in 403 403 404 403 403 403 404 404 404 404",
    "proposals:thread_status": "in 403 403 404 403 403 403 403 403 403 403",
}


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
    attachment = put(world.draft(title="With a file"), world.ohio.editor).attachment
    arguments: dict[str, list[object]] = {
        "accounts:membership": [membership],
        "accounts:end_membership": [membership],
        "accounts:resend_invitation": [invitation.pk],
        "accounts:withdraw_invitation": [invitation.pk],
        "accounts:accept_invitation": ["no-such-token"],
        "proposals:sign_off": [cleared.pk, sign_off.pk],
        "proposals:sign_off_change": [cleared.pk, sign_off.pk],
        "proposals:note_change": [asked.pk, note.pk],
        "proposals:draft_comment": [review.pk, draft.pk],
        "proposals:reply": [asked.pk, thread.pk],
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
        "word_section": ["es.overview"],
        "word_file": ["es.overview"],
        "receipt": [1],
        "transition": [transition],
    }
    return reverse(full_name(name), args=[proposal.pk, *more.get(name, [])])


def full_name(name: str) -> str:
    """Return the name of an address of a proposal with its room."""
    return f"exports:{name}" if name in {"packets", "summary", "summary_length"} else f"proposals:{name}"


#: an address that allauth makes for one mail; its own tests open it
ELSEWHERE = {"account_reset_password_from_key"}


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
