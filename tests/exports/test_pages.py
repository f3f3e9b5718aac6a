"""The pages of packets."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exports.models import Packet
from exports.status import Audience, Status
from proposals.models import Event, Proposal
from proposals.status import Verb
from tests.exports.test_policy import store
from tests.worlds import NOW, World, signed_in


def finished(proposal: Proposal, audience: Audience = Audience.STATE, *, draft: bool = False) -> Packet:
    packet = store(proposal, None if draft else proposal.submissions.get(), audience)
    packet.file = default_storage.save(f"packets/{packet.pk}.pdf", ContentFile(b"%PDF-1.7 the packet"))
    packet.status = Status.DONE
    packet.pages = 7
    packet.finished_at = NOW
    packet.save()
    return packet


def list_url(proposal: Proposal) -> str:
    return reverse("exports:packets", args=[proposal.pk])


def test_a_state_asks_for_its_draft_and_watches(world: World) -> None:
    client = signed_in(world.ohio.viewer)
    proposal = world.draft()
    page = client.get(list_url(proposal))
    assert "No packet of this proposal has been made yet." in page.content.decode()
    answer = client.post(list_url(proposal), {"what": "draft:state"})
    packet = Packet.objects.get()
    assert answer["Location"] == reverse("exports:packet", args=[packet.pk])
    watch = client.get(answer["Location"]).content.decode()
    assert '<meta http-equiv="refresh" content="3">' in watch
    assert 'hx-trigger="every 1s"' in watch
    assert "Waiting for a worker" in watch


@pytest.mark.parametrize("what", ["", "draft:cms", "nonsense"])
def test_a_wrong_choice_comes_back_with_a_sentence(world: World, what: str) -> None:
    proposal = world.draft()
    answer = signed_in(world.ohio.viewer).post(list_url(proposal), {"what": what})
    assert answer.status_code == 400
    assert "There is 1 problem to fix" in answer.content.decode()
    assert not Packet.objects.exists()


def test_cms_is_offered_its_copy_and_no_draft(world: World) -> None:
    proposal = world.submitted()
    page = signed_in(world.cms.reviewer).get(list_url(proposal)).content.decode()
    assert "Round 1, with CMS internal notes" in page
    assert "The draft as it is now" not in page


def test_the_list_shows_earlier_packets_with_their_fingerprint(world: World) -> None:
    proposal = world.submitted()
    finished(proposal)
    finished(proposal, Audience.CMS)
    state = signed_in(world.ohio.viewer).get(list_url(proposal)).content.decode()
    cms = signed_in(world.cms.observer).get(list_url(proposal))
    assert state.count("ABAB ABAB ABAB") == 1
    assert "review copy" not in state
    assert "Packet of round 1, CMS review copy" in cms.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(
    world: World, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    proposal = world.submitted()
    for _ in range(count):
        finished(proposal)
    client = signed_in(world.ohio.viewer)
    client.get(list_url(proposal))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(list_url(proposal))


LIST_QUERIES = 8


def test_a_ready_packet_can_be_downloaded(world: World) -> None:
    packet = finished(world.submitted())
    client = signed_in(world.cms.observer)
    page = client.get(reverse("exports:packet", args=[packet.pk])).content.decode()
    assert reverse("exports:download", args=[packet.pk]) in page
    assert "http-equiv" not in page
    answer = client.get(reverse("exports:download", args=[packet.pk]))
    assert b"".join(answer) == b"%PDF-1.7 the packet"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{packet.proposal.number}-round-1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(verb=Verb.PACKET_DOWNLOADED).count() == 1


def test_names_of_files_say_what_they_are(world: World) -> None:
    proposal = world.submitted()
    assert finished(proposal, draft=True).filename == f"{proposal.number}-draft.pdf"
    assert finished(proposal, Audience.CMS).filename == f"{proposal.number}-round-1-cms-review-copy.pdf"


def test_htmx_gets_the_middle_and_then_the_whole_page(world: World) -> None:
    packet = store(world.draft(), None, Audience.STATE)
    client = signed_in(world.ohio.viewer)
    url = reverse("exports:packet", args=[packet.pk])
    part = client.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part
    Packet.objects.update(status=Status.FAILED, error="It did not work.")
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "It did not work." in client.get(url).content.decode()


def test_a_packet_that_is_not_ready_cannot_be_downloaded(world: World) -> None:
    packet = store(world.draft(), None, Audience.STATE)
    assert signed_in(world.ohio.viewer).get(reverse("exports:download", args=[packet.pk])).status_code == 404


def test_strangers_cannot_tell_existing_from_missing(world: World) -> None:
    proposal = world.submitted()
    draft, review, round_ = finished(proposal, draft=True), finished(proposal, Audience.CMS), finished(proposal)
    cases = [
        (world.texas.signatory, [draft, review, round_]),
        (world.ohio.signatory, [review]),
        (world.cms.approver, [draft]),
    ]
    for actor, packets in cases:
        client = signed_in(actor)
        for pk in [*(packet.pk for packet in packets), uuid.uuid4()]:
            for name in ("exports:packet", "exports:download"):
                assert client.get(reverse(name, args=[pk])).status_code == 404
    assert signed_in(world.texas.signatory).get(list_url(proposal)).status_code == 404
