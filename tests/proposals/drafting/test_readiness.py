"""The readiness page and the panel of a section: what they say, to whom, and that their links land."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from proposals.actions.drafting import create_proposal
from proposals.actions.sections import save_section
from proposals.models import Proposal, Section
from proposals.queries.drafts import all_answers
from proposals.snapshot import merged
from tests.proposals.drafting.editor import address
from tests.toolkit.readiness.samples import AS_OF, changed
from tests.toolkit.test_samples import sample
from tests.worlds import NOW, World, answer, fresh, signed_in
from toolkit.answers import Answers
from toolkit.loading import load
from toolkit.readiness.checking import check

LINK = re.compile(r'<a class="usa-link" href="([^"]*#[^"]+)">([^<]+)</a>')
RULE = re.compile(r'<p class="tiny quiet">(RC-\d{3})')


@pytest.fixture(autouse=True)
def _on_the_day_of_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 1, 15, tzinfo=UTC))


def written(world: World, answers: Answers) -> Proposal:
    """A draft of Ohio with these answers."""
    actor = world.ohio.editor
    proposal = create_proposal(actor=actor, title="Buckeye Health Homes", model_type="health_home", now=NOW)
    for section in Section.objects.filter(proposal=proposal):
        here: dict[str, Any] = {p.id: answers[p.id] for p in load().section(section.key).prompts if p.id in answers}
        if here:
            save_section(actor=actor, section=section, base_revision=0, changes=here, now=NOW)
    return fresh(proposal)


def page_of(client: Client, proposal: Proposal, query: str = "") -> str:
    page = client.get(reverse("proposals:readiness", args=[proposal.pk]) + query).content.decode()
    return re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", page)


def panel_of(client: Client, proposal: Proposal, section: str) -> str:
    return client.get(reverse("proposals:findings", args=[proposal.pk, section])).content.decode()


def links(html: str) -> Iterator[tuple[str, str]]:
    """The links to places of findings: address and words."""
    return ((unescape(url), unescape(words)) for url, words in LINK.findall(html))


def test_the_page_shows_what_the_check_finds_in_its_groups(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    page = page_of(signed_in(world.ohio.viewer), proposal)
    expected = check(load(), sample("sample-2"), as_of=AS_OF, es_pages=None)
    assert RULE.findall(page) == [finding.rule for finding in expected]
    titles = re.findall(r'<h2 id="group-\w+">([^<]+)</h2>', page)
    assert titles == [
        "Completeness", "Executive summary", "Federal authority", "Participants", "Providers and services",
        "Stakeholders and tribes", "Oversight and timeline", "Quality", "Payment",
    ]  # fmt: skip
    assert "Nothing found in: Shared savings, Advanced payment." in page
    for words in ("All 23", "7 errors", "13 warnings", "3 notes", "on 1 December 2026"):
        assert words in page
    for finding in expected:
        assert f"{finding.message} {finding.fix}".replace("'", "&#x27;") in page


def test_each_severity_can_be_looked_at_alone(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    client = signed_in(world.ohio.editor)
    assert RULE.findall(page_of(client, proposal, "?show=info")) == ["RC-037", "RC-061", "RC-111"]
    assert len(RULE.findall(page_of(client, proposal, "?show=error"))) == 7
    assert len(RULE.findall(page_of(client, proposal, "?show=<script>"))) == 23


def test_what_stops_a_submission_is_told_from_other_errors(world: World) -> None:
    page = page_of(signed_in(world.ohio.editor), written(world, sample("sample-2")))
    assert page.count("Must be fixed before submitting") == 1
    assert page.count("A reviewer will stop here") == 6
    assert page.count("CMS is likely to ask</span>") == 13
    assert page.count("Good to know") == 3


def test_a_proposal_without_findings_says_so(world: World) -> None:
    proposal = written(world, sample("sample-1"))
    client = signed_in(world.ohio.editor)
    page = page_of(client, proposal)
    assert "Nothing found" in page
    assert RULE.findall(page) == []
    assert "Nothing found" in client.get(reverse("proposals:overview", args=[proposal.pk])).content.decode()


@pytest.mark.parametrize(
    "answers",
    [
        sample("sample-2"),
        changed(
            {
                "pm.ss.scope:excluded[1].tracked": False,
                "qs.metrics:measures[0].within_control": False,
                "pr.authority:sought": ["1905t", "438.6c"],
                "pd.timeline.plan:milestones[5].date": "2027-06-29",
                "pm.overview.method:advanced_payment": True,
                "pd.services.limits:has_limits": False,
                "pm.ss.calc.share:tiered": False,
                "pm.ss.calc.share:tiers[3].savings": 1.0,
            }
        ),
        {},
    ],
    ids=["the draft", "the complete one with mistakes", "an empty one"],
)
def test_every_link_lands_on_a_field_or_prompt_that_is_shown(world: World, answers: Answers) -> None:
    proposal = written(world, answers)
    client = signed_in(world.ohio.editor)
    found = list(links(page_of(client, proposal)))
    assert found
    pages: dict[str, str] = {}
    for url, _words in found:
        path, anchor = urlsplit(url).path, urlsplit(url).fragment
        if path not in pages:
            pages[path] = client.get(path).content.decode()
        element = re.search(rf'<[a-z]+[^>]* id="{re.escape(anchor)}"[^>]*>', pages[path])
        assert element, url
        assert "data-off" not in element[0], url


def test_a_link_names_prompt_field_and_row(world: World) -> None:
    proposal = written(world, changed({"pm.ss.scope:excluded[1].tracked": False}))
    found = list(links(page_of(signed_in(world.ohio.editor), proposal)))
    section = Section.objects.get(proposal=proposal, key="pm.ss")
    row = section.answers["pm.ss.scope"]["fields"]["excluded"][1]["_row"]
    prompt = load().prompt("pm.ss.scope")
    words = f"{prompt.label}: {prompt.field('excluded').label}, row 2"
    assert found == [(f"{address(proposal, 'pm.ss')}#id_pm-ss-scope-excluded-{row}-service", words)]


def test_where_a_section_is_only_read_links_lead_to_prompts(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    for url, _words in links(page_of(signed_in(world.ohio.viewer), proposal)):
        assert urlsplit(url).fragment.startswith("p-")


def test_answers_that_do_not_apply_stand_apart_and_lead_to_their_switch(world: World) -> None:
    answers = changed({"pm.overview.method:shared_savings": False, "pm.ss.rebasing.plan:after_years": 7})
    proposal = written(world, answers)
    page = page_of(signed_in(world.ohio.editor), proposal)
    before, _, after = page.partition("In answers that do not apply now")
    assert "RC-160" not in before
    assert RULE.findall(after) == ["RC-160"]
    assert [urlsplit(url).fragment for url, _ in links(after)] == ["f-pm-overview-method-shared_savings"]
    assert "RC-160" not in panel_of(signed_in(world.ohio.editor), proposal, "pm.ss.rebasing")


def test_many_places_fold(world: World) -> None:
    proposal = world.draft()
    page = page_of(signed_in(world.ohio.editor), proposal)
    [blank, _] = check(load(), merged(all_answers(proposal)), as_of=AS_OF, es_pages=None)
    assert f"{len(blank.places) - 4} more places" in page
    for words in ("All 2", "1 error", "1 warning", "0 notes"):
        assert words in page


# --- the panel of a section -----------------------------------------------------------------------------------------


def test_the_editor_comes_with_what_stops_a_submission_and_asks_for_the_rest(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    client = signed_in(world.ohio.editor)
    page = client.get(address(proposal, "qs")).content.decode()
    url = reverse("proposals:findings", args=[proposal.pk, "qs"])
    assert f'data-findings="{url}"' in page
    assert RULE.findall(page) == ["RC-001"] * 3
    panel = panel_of(client, proposal, "qs")
    assert RULE.findall(panel) == ["RC-001"] * 3 + ["RC-111"]
    assert panel.lstrip().startswith('<section id="findings"')
    assert "“Proof of changed practice” has no answer." in panel


def test_the_panel_has_what_concerns_its_section_the_gravest_first(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    panel = panel_of(signed_in(world.ohio.editor), proposal, "pd.timeline")
    assert RULE.findall(panel) == ["RC-084", "RC-068", "RC-071", "RC-081", "RC-083", "RC-087"]
    shown, _, folded = panel.partition("3 more findings")
    assert RULE.findall(folded) == ["RC-081", "RC-083", "RC-087"]
    assert "Nothing in this section keeps you from submitting." in shown


def test_links_of_the_panel_stay_on_the_page_where_they_can(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    panel = panel_of(signed_in(world.ohio.editor), proposal, "pd.providers")
    rule_68 = panel[panel.index("timeline has no certification milestone") :]
    assert [url for url, _ in links(rule_68)][:2] == [
        "#f-pd-providers-targeting-basis",
        f"{address(proposal, 'pd.timeline')}#f-pd-timeline-plan-milestones",
    ]


def test_the_panel_follows_what_is_saved(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    client = signed_in(world.ohio.editor)
    assert "RC-070" in panel_of(client, proposal, "pd.stakeholders")
    fields = sample("sample-1")["pd.stakeholders.input"]["fields"]
    answer(proposal, world.ohio.editor, "pd.stakeholders.input", {"disposition": "answered", "fields": fields})
    assert RULE.findall(panel_of(client, proposal, "pd.stakeholders")) == []


def test_overview_and_submit_lead_to_the_page(world: World) -> None:
    proposal = written(world, sample("sample-2"))
    client = signed_in(world.ohio.editor)
    url = reverse("proposals:readiness", args=[proposal.pk])
    overview = client.get(reverse("proposals:overview", args=[proposal.pk])).content.decode()
    assert "7 errors, 13 warnings, 3 notes" in overview
    for page in (overview, client.get(reverse("proposals:submit", args=[proposal.pk])).content.decode()):
        assert f'href="{url}"' in page


def test_limits_of_the_portal_count_on_the_page(world: World, settings: Any) -> None:
    proposal = written(world, changed({"pm.ss.rebasing.plan:after_years": 7}))
    client = signed_in(world.ohio.editor)
    assert "The benchmark is not rebased for more than five years." in page_of(client, proposal)
    settings.READINESS_REBASING_YEARS = 7
    assert RULE.findall(page_of(client, proposal)) == []
