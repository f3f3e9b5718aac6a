"""The HTML of a packet: what stands where, and in which words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from exports.packet.document import document_html, summary_html
from exports.packet.fitting import choose
from exports.packet.glance import plan
from tests.exports.packets import (
    TOOLKIT,
    answers,
    draft_packet,
    exchange,
    message,
    note,
    review_packet,
    sample_packet,
    squeezed,
    state_packet,
)

NYK = {
    "disposition": "nyk",
    "reason": "analysis",
    "plan": "Ask the actuary",
    "owner": "Finance",
    "expected": "2027-05-31",
}


def html_of(content: Any) -> str:
    return document_html(content, TOOLKIT, "")


def block_of(html: str, prompt_id: str) -> str:
    """What is printed for one prompt, up to the next heading."""
    start = html.index(f'id="prompt-{prompt_id.replace(".", "-")}"')
    return re.sub(r"\s+", " ", re.split(r"<h[234] ", html[start:])[0])


def test_a_blank_prompt_is_open() -> None:
    printed = block_of(html_of(state_packet()), "pd.participants.geography")
    assert '<p class="open"><b>Open.</b> No answer yet.</p>' in printed


def test_not_applicable_gives_its_reason_in_one_line() -> None:
    given = answers(pd__services__limits={"disposition": "na", "reason": "not_in_model", "note": "No limits."})
    label = TOOLKIT.option_sets["na_reason"].label("not_in_model")
    printed = block_of(html_of(state_packet(answers=given)), "pd.services.limits")
    assert f'<p class="na"><b>Not applicable.</b> {label}. No limits.</p>' in printed


def test_not_yet_known_gives_plan_owner_and_date_and_what_is_known() -> None:
    given = answers(pd__participants__geography=NYK | {"fields": {"reach": "statewide"}})
    code = given["pd.participants.geography"]["reason"]
    label = TOOLKIT.option_sets["nyk_reason"].label(code)
    printed = block_of(html_of(state_packet(answers=given)), "pd.participants.geography")
    words = f"{label}. Plan: Ask the actuary. Owner: Finance. Expected by 31 May 2027."
    assert f'<p class="nyk"><b>Not yet known.</b> {words}</p>' in printed
    assert "What is known so far" in printed
    assert "Whole state from day one" in printed


def test_not_yet_known_without_details_says_only_that() -> None:
    bare = {"disposition": "nyk", "reason": "", "plan": "", "owner": "", "expected": "", "fields": {}}
    printed = block_of(html_of(state_packet(answers={"pd.participants.geography": bare})), "pd.participants.geography")
    assert '<p class="nyk"><b>Not yet known.</b> </p>' in printed
    assert "What is known so far" not in printed


def test_a_prompt_shows_its_source_its_question_and_its_answer_in_order() -> None:
    given = answers(
        pd__participants__geography={"reach": "statewide", "narrative": "<p>From the first day.</p>"},
    )
    printed = block_of(html_of(state_packet(answers=given)), "pd.participants.geography")
    prompt = TOOLKIT.prompt("pd.participants.geography")
    places = [
        printed.index(words)
        for words in (prompt.label, "item 1", prompt.question, "Whole state from day one", "From the first day.")
    ]
    assert places == sorted(places)


def test_prompts_that_do_not_apply_are_left_out() -> None:
    html = html_of(state_packet())
    assert 'id="prompt-pm-overview-method"' in html
    assert 'id="prompt-pm-ss-overview"' not in html
    assert "Advanced payment" not in html


def test_a_supplement_that_is_switched_on_is_printed() -> None:
    given = answers(pr__scope={"supplements": ["vbc_design"]})
    assert "Supplement D" in html_of(state_packet(answers=given))


def test_the_summary_keeps_tables_texts_and_dates_for_its_annex() -> None:
    given = answers(
        es__program__population={"groups": ["children"], "criteria": "A rule", "as_of": "2026-09-30"},
        es__overview__goals={"goals": [{"aim": "better_care", "goal": "A goal"}]},
    )
    html = html_of(state_packet(answers=given))
    population = block_of(html, "es.program.population")
    assert "Children" in population
    assert "A rule" not in population
    assert "<b>Goals by aim</b> Table A1" in block_of(html, "es.overview.goals")
    annex = html[html.rindex('id="annex-a"') :]
    assert "A rule" in annex
    assert "30 September 2026" in annex
    assert "<b>Table A1</b> Goals by aim" in annex


def test_without_such_answers_the_annex_says_so() -> None:
    assert "holds no tables, dates or short texts" in html_of(state_packet())


def test_several_narratives_of_a_prompt_carry_their_labels() -> None:
    printed = block_of(html_of(sample_packet(1)), "pd.stakeholders.input")
    assert re.findall(r'<p class="known">([^<]+)</p>', printed) == [
        "Tribes and programs consulted, dates, outcome",
        "Explanation",
    ]


def test_words_of_people_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    content = draft_packet(
        title=evil,
        agency=evil,
        jurisdiction=evil,
        sample_note=evil,
        answers=answers(pr__identity={"program_name": evil, "contacts": [{"name": evil}]}),
        exchanges=(exchange(quote=evil),),
    )
    assert "<script" not in html_of(content)


def test_questions_and_replies_stand_in_their_annex() -> None:
    asked = exchange(quote="some words", messages=(message("Why so?"), message("Because.", from_cms=False)))
    html = html_of(state_packet(exchanges=(asked, exchange(number="Q2", prompt_id="", standing="Open"))))
    annex = squeezed(re.sub(r"<[^>]+>", " ", html[html.rindex('id="annex-b"') :]))
    for words in ("2 released comments in 1 round", "Q1: The model in brief", "some words", "Why so?", "Because."):
        assert squeezed(words) in annex
    assert squeezed("Q2: Overview") in annex
    assert "2 released by CMS, 1 open (Annex B)" in html


def test_a_question_on_everything_names_the_proposal() -> None:
    html = html_of(state_packet(exchanges=(exchange(section_id="", prompt_id=""),)))
    assert "Q1: The proposal as a whole" in html
    assert "1 released comment in 1 round" in html


def test_the_record_counts_lists_and_proves() -> None:
    given = answers(pd__participants__geography={"reach": "statewide"})
    html = html_of(state_packet(answers=given, change_summary="We named the model."))
    record = html[html.rindex('id="annex-c"') :]
    for words in (
        "We named the model.",
        "10:04 EST, by Sam Signatory",
        "CDEF 0123",
        "Submitted round 1",
        "Open points",
    ):
        assert words in record
    assert TOOLKIT.prompt("pd.participants.geography").label not in record[record.index("Open points") :]


def test_without_history_there_is_no_table_of_it() -> None:
    assert "<b>History</b>" not in html_of(state_packet(history=()))


def test_a_full_packet_says_that_nothing_is_open() -> None:
    assert "Every prompt that applies is answered in full." in html_of(sample_packet(1))


def test_notes_stand_in_the_review_packet() -> None:
    html = html_of(review_packet(notes=(note("Private words.", prompt_id="es.overview.model"),)))
    assert "Private words." in html[html.rindex('id="annex-d"') :]
    assert "This annex must not leave CMS." in html
    assert "No internal notes were written." in html_of(review_packet())


@pytest.mark.parametrize(("title", "css"), [("x" * 60, ""), ("x" * 61, "long"), ("x" * 111, "longest")])
def test_long_titles_are_set_smaller(title: str, css: str) -> None:
    assert f'<h1 class="cover {css}">' in html_of(state_packet(title=title))


def test_a_sample_says_so_on_every_page() -> None:
    html = html_of(state_packet(sample_note="All figures are invented."))
    assert 'data-packet="Buckeye Health Homes (sample, figures invented)"' in html
    assert html.count("All figures are invented.") == 3


def test_the_glance_repeats_answers_that_exist() -> None:
    html = html_of(sample_packet(1))
    front = html[html.index('id="glance"') : html.index('id="contents"')]
    for words in (
        "60,000",
        "Jan 2028",
        "60%",
        "No enrollment: attribution from claims",
        "30 June 2027",
        "Ingrid Solberg",
    ):
        assert words in front


def test_the_glance_of_an_empty_proposal_counts_what_is_open() -> None:
    html = html_of(state_packet())
    front = html[html.index('id="glance"') : html.index('id="contents"')]
    assert "0 of" in front
    assert 'class="key"' not in front


def test_every_answer_the_glance_repeats_exists_in_the_toolkit() -> None:
    for pick in (*plan().numbers, *plan().facts, plan().table):
        field = TOOLKIT.prompt(pick.prompt_id).field(pick.field_key)
        for column in (*pick.where, pick.column):
            assert not column or field.column(column)


def test_a_milestone_of_another_kind_is_no_start() -> None:
    given = answers(
        pd__timeline__plan={"milestones": [{"title": "Notice", "kind": "public_notice", "date": "2027-01-01"}]}
    )
    html = html_of(state_packet(answers=given))
    assert "program starts" not in html[html.index('id="glance"') : html.index('id="contents"')]


def test_the_summary_alone_is_the_summary_chapter() -> None:
    html = summary_html(state_packet(), TOOLKIT, "fit2")
    assert '<body class="fit2"' in html
    assert re.findall(r'<h2 id="([^"]+)"', html) == ["part1"]


@pytest.mark.parametrize(
    ("pages", "step"),
    [({"": 3}, ""), ({"": 4, "fit1": 3}, "fit1"), ({"": 4, "fit1": 4, "fit2": 4}, "fit3")],
)
def test_the_summary_is_set_as_tight_as_needed(pages: dict[str, int], step: str) -> None:
    assert choose(pages.__getitem__) == step
