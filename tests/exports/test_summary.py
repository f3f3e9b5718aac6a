"""The length of the executive summary, measured by a worker, and its preview."""

from __future__ import annotations

import re
from math import ceil

import pytest
from celery import current_app
from django.urls import reverse
from kombu.exceptions import OperationalError

from exports.packet.render import summary_length
from exports.tasks import measure_summary
from proposals.models import Proposal
from proposals.queries import readiness
from proposals.queries.drafts import all_answers
from proposals.snapshot import merged
from proposals.summary_length import fits
from tests.exports.packets import made, sample_packet
from tests.worlds import NOW, World, answer, narrative_answer, signed_in
from toolkit.loading import load

pytestmark = pytest.mark.django_db

LONG = " ".join(["The program coordinates care for adults with complex needs."] * 400)


def shown(world: World, proposal: Proposal) -> str:
    """The line about the length, without its tags."""
    response = signed_in(world.ohio.editor).get(reverse("exports:summary_length", args=[proposal.pk]))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", response.content.decode())).strip()


@pytest.mark.parametrize(("sample", "pages"), [(1, 3), (2, 2)])
def test_the_length_is_that_of_the_packet_with_a_part_of_the_last_page(sample: int, pages: int) -> None:
    length = summary_length(sample_packet(sample), load())
    assert (ceil(length), made(sample_packet(sample)).summary_pages, fits(length)) == (pages, pages, True)


def test_a_worker_measures_once_and_again_when_the_words_change(world: World) -> None:
    proposal = world.draft()
    assert shown(world, proposal) == "Measuring the executive summary. Preview"
    pages = measure_summary(str(proposal.pk))
    assert shown(world, proposal) == (
        f"Executive summary: {pages} of 3 pages. The toolkit asks for two to three. Preview"
    )
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer(LONG))
    assert shown(world, proposal) == "Measuring the executive summary. Preview"
    assert measure_summary(str(proposal.pk)) > 3


def test_a_summary_that_is_too_long_is_a_finding_once_it_is_measured(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer(LONG))

    def found() -> bool:
        rules = [f.rule for f in readiness.findings(proposal, merged(all_answers(proposal)), as_of=NOW.date())]
        return "RC-020" in rules

    assert found() is False
    measure_summary(str(proposal.pk))
    assert found() is True


def test_without_a_broker_the_page_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_given: object, **_more: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(current_app, "send_task", unreachable)
    assert shown(world, world.draft()) == "The length of the executive summary cannot be measured now. Preview"


def test_the_preview_reads_like_the_packet(world: World) -> None:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("A health home for adults."))
    page = signed_in(world.ohio.viewer).get(reverse("exports:summary", args=[proposal.pk])).content.decode()
    assert "A health home for adults." in page
    assert [page.count("<h1"), page.count("<main")] == [1, 1]
