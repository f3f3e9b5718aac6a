"""Changing the title or the type of model of a proposal."""

from __future__ import annotations

import pytest
from django.urls import reverse

from proposals.models import Event, Proposal
from tests.worlds import World, fresh, signed_in

NEW = {"title": "Buckeye Care Homes", "model_type": ""}


def address(proposal: Proposal) -> str:
    return reverse("proposals:details", args=[proposal.pk])


def test_a_writer_changes_them_in_a_first_draft(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    overview = reverse("proposals:overview", args=[proposal.pk])
    assert f'href="{address(proposal)}"' in client.get(overview).content.decode()
    assert 'value="Buckeye Health Homes"' in client.get(address(proposal)).content.decode()
    assert client.post(address(proposal), NEW)["Location"] == overview
    found = fresh(proposal)
    assert (found.title, found.model_type) == ("Buckeye Care Homes", "")
    assert Event.objects.filter(proposal=proposal, verb="details_changed").count() == 1


def test_saving_the_page_untouched_records_nothing(world: World) -> None:
    proposal = world.draft()
    same = {"title": proposal.title, "model_type": proposal.model_type}
    assert signed_in(world.ohio.editor).post(address(proposal), same).status_code == 302
    assert not Event.objects.filter(proposal=proposal, verb="details_changed").exists()


@pytest.mark.parametrize("data", [{"title": " "}, {"title": "x" * 201}, {"title": "A", "model_type": "no_such"}])
def test_what_cannot_be_read_stays_on_the_page(world: World, data: dict[str, str]) -> None:
    proposal = world.draft()
    assert signed_in(world.ohio.editor).post(address(proposal), data).status_code == 422
    assert fresh(proposal).title == "Buckeye Health Homes"


def test_nobody_else_changes_them(world: World) -> None:
    draft, submitted, asked = world.draft(), world.submitted(title="With CMS"), world.questioned(title="Asked")
    answers = [
        signed_in(actor).post(address(proposal), NEW).status_code
        for actor, proposal in (
            (world.ohio.viewer, draft),
            (world.texas.editor, draft),
            (world.ohio.editor, submitted),
            (world.ohio.editor, asked),
            (world.cms.lead, submitted),
        )
    ]
    assert answers == [403, 404, 403, 403, 404]
    assert [fresh(item).title for item in (draft, submitted, asked)] == ["Buckeye Health Homes", "With CMS", "Asked"]
    overview = reverse("proposals:overview", args=[submitted.pk])
    assert f'href="{address(submitted)}"' not in signed_in(world.ohio.editor).get(overview).content.decode()
