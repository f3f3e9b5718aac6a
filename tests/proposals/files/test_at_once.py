"""The same file sent by many threads at once is kept once, and a proposal never holds one too many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from proposals.actions.attaching import NotAttached
from proposals.models import Attachment, Proposal
from tests.proposals.files.samples import pdf, put
from tests.system.test_many_at_once import all_at_once
from tests.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)


def sending(world: World, proposal: Proposal, content: bytes, name: str) -> Callable[[], str]:
    def send() -> str:
        try:
            return put(proposal, world.ohio.editor, content, name).attachment.name
        except NotAttached as refusal:
            return str(refusal)

    return send


def test_the_same_file_is_kept_once(transactional_db: None) -> None:
    world = World()
    proposal = world.draft()

    said = all_at_once(sending(world, proposal, pdf("one"), "plan.pdf") for _ in range(8))

    again = "“plan.pdf” is the same file as “plan.pdf”, which is attached here already."
    assert sorted(map(str, said)) == sorted(["plan.pdf", *[again] * 7])
    assert Attachment.objects.count() == 1
    assert len(default_storage.listdir(f"attachments/{proposal.pk}")[1]) == 1


def test_no_proposal_holds_a_file_too_many(transactional_db: None, settings: Settings) -> None:
    settings.ATTACHMENTS_PER_PROPOSAL = 3
    world = World()
    proposal = world.draft()

    all_at_once(sending(world, proposal, pdf(str(number)), f"{number}.pdf") for number in range(8))

    assert Attachment.objects.count() == 3
