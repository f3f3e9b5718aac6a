"""Help in place: terms of art where a page uses them first, where a prompt comes from, what its choices mean."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from proposals.actions.drafting import create_proposal
from proposals.actions.sections import save_section
from proposals.models import Proposal, Section
from tests.proposals.drafting.editor import address
from tests.toolkit.test_glossary import NOWHERE
from tests.toolkit.test_samples import sample
from tests.worlds import NOW, World, fresh, not_applicable, signed_in
from toolkit.loading import load

pytestmark = pytest.mark.django_db

#: What a page does not show for now.
HIDDEN = (
    "ancestor::*[@data-off or self::details[not(@open)] "
    "or contains(@class, 'prompt__na') or contains(@class, 'prompt__nyk')]"
)
#: Terms that only findings use.
IN_FINDINGS_ONLY = {"Adverse selection", "APD"}
#: A term that only the points of reviewers use.
IN_CRITERIA_ONLY = {"ICRC"}
#: A term in a list that no prompt uses yet.
IN_NO_PROMPT = {"MHPAEA"}


def read(client: Client, url: str) -> html.HtmlElement:
    response = client.get(url)
    assert response.status_code == 200
    assert b"<a data-" not in response.content
    return html.fromstring(response.content)


def marked(page: html.HtmlElement, where: str = "") -> list[str]:
    """The slugs of the terms marked on a page, in order."""
    return [link.get("data-term") for link in page.xpath(f"//a[@class='term']{where}")]


def noted(page: html.HtmlElement) -> list[str]:
    return [note.get("id").removeprefix("term-") for note in page.xpath("//*[@data-term-notes]/div[@popover]")]


def written(world: World, name: str) -> Proposal:
    """A draft of Ohio with the answers of a sample."""
    actor = world.ohio.editor
    proposal = create_proposal(actor=actor, title="Buckeye Health Homes", model_type="health_home", now=NOW)
    for section in Section.objects.filter(proposal=proposal):
        answers = {p.id: sample(name)[p.id] for p in load().section(section.key).prompts if p.id in sample(name)}
        save_section(actor=actor, section=section, base_revision=0, changes=answers, now=NOW)
    return fresh(proposal)


def test_every_editor_marks_each_term_once_in_plain_view_and_all_of_them_mark_what_the_toolkit_says(
    world: World,
) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    everywhere: set[str] = set()
    for section in load().sections:
        page = read(client, address(proposal, section.id))
        in_view = marked(page, f"[not({HIDDEN})]")
        for slugs in (in_view, marked(page, f"[{HIDDEN}]")):
            assert [slug for slug, count in Counter(slugs).items() if count > 1] == []
        assert sorted(noted(page)) == sorted(set(marked(page)))
        everywhere |= set(marked(page))
    names = {term.slug: term.term for term in load().glossary}
    elsewhere = NOWHERE | IN_FINDINGS_ONLY | IN_CRITERIA_ONLY | IN_NO_PROMPT
    assert set(names.values()) - {names[slug] for slug in everywhere} == elsewhere
    assert len(everywhere) == 85


def test_links_lead_to_the_glossary_and_are_described_by_the_meaning(world: World) -> None:
    page = read(signed_in(world.ohio.editor), address(world.draft()))
    link = page.xpath("//a[@data-term='ffs']")[0]
    assert link.get("href") == reverse("proposals:glossary") + "#ffs"
    assert page.get_element_by_id(link.get("aria-describedby")).text == "Fee-for-service: payment for each service."
    glossary = read(signed_in(world.ohio.editor), reverse("proposals:glossary"))
    entries = {term.get("id") for term in glossary.xpath("//dl[@class='terms']/div")}
    assert entries == {term.slug for term in load().glossary}


def test_a_term_in_labels_choices_lists_and_tables_is_marked(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    page = read(client, address(proposal, "es.overview"))
    labels = [link.text for link in page.xpath("//label//a[@class='term'] | //legend//a[@class='term']")]
    assert labels[0] == "Primary care case management"
    lines = [" ".join(line.text_content().split()) for line in page.xpath("//p[contains(@class, 'terms-here')]")]
    assert lines == [
        "Terms in this list: CMS",
        "Terms in this table: CFR, State directed payment, Withhold, FAI, Innovation Center",
    ]


def test_choices_say_what_they_mean(world: World) -> None:
    page = read(signed_in(world.ohio.editor), address(world.draft()))
    [meanings] = page.xpath("//*[@data-field='es.overview.model:model_types']//details")
    assert meanings.xpath("string(.//dt[1])") == "Primary care medical home"
    assert meanings.xpath("string(.//dd[1])").startswith("One practice takes lead responsibility")


def test_what_is_read_only_explains_itself_too(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.viewer)
    page = read(client, address(proposal))
    assert marked(page) == noted(page) != []
    assert "Source: ICM Toolkit, Part 1, Overview, item 1" in page.text_content()


def test_a_review_shows_sources_and_marks_terms_once(world: World) -> None:
    proposal = world.in_review()
    page = read(signed_in(world.cms.reviewer), reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    assert marked(page) == noted(page) != []
    assert len(marked(page)) == len(set(marked(page)))
    sources = [text for text in page.xpath("//article//text()") if text.startswith("Source: ")]
    assert len(sources) == len(load().section("es.overview").prompts)


def test_findings_mark_terms_and_a_panel_brings_their_meanings_along(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 1, 15, tzinfo=UTC))
    proposal, client = written(world, "sample-2"), signed_in(world.ohio.editor)
    page = read(client, reverse("proposals:readiness", args=[proposal.pk]))
    assert len(marked(page)) == len(set(marked(page)))
    assert (marked(page), len(noted(page))) == (noted(page), 14)
    panel = read(client, reverse("proposals:findings", args=[proposal.pk, "es.overview"]))
    assert marked(panel) == noted(panel) != []


def test_the_usual_length_describes_a_narrative(world: World) -> None:
    page = read(signed_in(world.ohio.editor), address(world.draft()))
    [area] = page.xpath("//textarea[@name='es-overview-model-narrative']")
    assert page.get_element_by_id(area.get("aria-describedby")).text == "110 to 200 words suggested"


def test_what_does_not_apply_takes_no_first_use_away(world: World) -> None:
    actor, proposal = world.ohio.editor, world.draft()
    client, url = signed_in(world.ohio.editor), address(proposal, "qs")
    before = marked(read(client, url), f"[not({HIDDEN})]")
    first = load().section("qs").prompts[0].id
    section = Section.objects.get(proposal=proposal, key="qs")
    save_section(actor=actor, section=section, base_revision=0, changes={first: not_applicable()}, now=NOW)
    assert set(before) <= set(marked(read(client, url)))
