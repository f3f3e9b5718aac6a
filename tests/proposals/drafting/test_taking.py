"""Taking over what the portal knows already, without losing what was typed beside it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.models import Proposal
from tests.proposals.drafting.editor import address, fields_of, stored
from tests.worlds import World, answer, fresh, signed_in

pytestmark = pytest.mark.django_db

COMPONENTS = ["ffs", "care_pmpm"]
METHOD = {"disposition": "answered", "fields": {"components": COMPONENTS}}


def take_address(proposal: Proposal, section: str) -> str:
    return reverse("proposals:take", args=[proposal.pk, section])


def with_method(world: World) -> Proposal:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, "pm.overview.method", METHOD)
    return proposal


def test_an_answer_is_taken_over_and_what_was_typed_is_saved(world: World) -> None:
    proposal = with_method(world)
    client = signed_in(world.ohio.editor)
    url = address(proposal, "es.program")
    assert "Said already in “" in client.get(url).content.decode()
    typed = {"es-program-providers-_disposition": ["answered"], "es-program-providers-narrative": ["Clinics."]}
    sent = fields_of(client, url) | typed | {"take": ["es.program.payment"]}
    response = client.post(take_address(proposal, "es.program"), sent)
    assert (response.status_code, response["Location"]) == (302, f"{url}#p-es-program-payment")
    assert stored(proposal, "es.program.payment", "es.program") == METHOD
    assert stored(proposal, "es.program.providers", "es.program")["fields"]["narrative"] == "<p>Clinics.</p>"
    assert "Said already in" not in client.get(url).content.decode()


def test_what_cannot_be_saved_comes_back_before_anything_is_taken_over(world: World) -> None:
    proposal = with_method(world)
    client = signed_in(world.ohio.editor)
    wrong = {
        "es-program-population-_disposition": ["answered"], "es-program-population-estimated_people": ["many"],
    }  # fmt: skip
    sent = fields_of(client, address(proposal, "es.program")) | wrong | {"take": ["es.program.payment"]}
    response = client.post(take_address(proposal, "es.program"), sent)
    assert response.status_code == 422
    assert 'value="many"' in response.content.decode()
    assert stored(proposal, "es.program.payment", "es.program") is None


def test_an_offer_that_is_gone_changes_nothing_and_says_so(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    sent = fields_of(client, address(proposal, "es.program")) | {"take": ["es.program.payment"]}
    response = client.post(take_address(proposal, "es.program"), sent, follow=True)
    assert "nothing to take over any more" in response.content.decode()
    assert stored(proposal, "es.program.payment", "es.program") is None


def test_the_facts_of_the_last_proposal_are_offered_to_its_own_agency_only(world: World) -> None:
    facts = {"disposition": "answered", "fields": {"tribes_present": True, "fmap": 64.5}}
    earlier = world.draft()
    answer(earlier, world.ohio.editor, "pr.context", facts)
    proposal, other = world.draft(title="Second"), world.draft(world.texas, "Lone star")
    client = signed_in(world.ohio.editor)
    sent = fields_of(client, address(proposal, "pr")) | {"take": ["pr.context"]}
    page = client.get(address(proposal, "pr")).content.decode()
    assert f"Said already in your proposal {earlier.number}." in page
    assert client.post(take_address(proposal, "pr"), sent).status_code == 302
    assert stored(proposal, "pr.context", "pr") == facts
    assert "Said already in" not in signed_in(world.texas.editor).get(address(other, "pr")).content.decode()
    assert "Said already in" not in signed_in(world.ohio.viewer).get(address(fresh(proposal), "pr")).content.decode()


def test_offers_cost_one_query_and_only_where_there_may_be_some(world: World) -> None:
    proposal = with_method(world)
    for number in range(3):
        world.draft(title=f"Another {number}")
    client = signed_in(world.ohio.editor)

    def queries(section: str) -> int:
        client.get(address(proposal, section))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(proposal, section))
        return len(captured)

    plain = queries("es.overview")
    assert (queries("pr"), queries("es.program")) == (plain + 1, plain + 1)
