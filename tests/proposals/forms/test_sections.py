"""The section form: every answer comes back as it was stored, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.http import QueryDict
from django.template.loader import render_to_string

from proposals.forms.prompts import as_typed, prefix_of
from proposals.forms.sections import SectionForm
from proposals.views.prompt_views import PromptView
from tests.proposals.forms.pages import posted
from toolkit.answers import Answer, clean_answer
from toolkit.loading import load
from toolkit.types import Section

SAMPLES = yaml.safe_load(Path("proposals/samples/sample-proposals.yaml").read_text())["samples"]


def stored_answers(sample: dict[str, Any]) -> dict[str, Answer]:
    """The answers of a sample as they are stored."""
    toolkit = load()
    read = {key: clean_answer(toolkit.prompt(key), raw) for key, raw in sample["answers"].items()}
    return {key: answer for key, answer in read.items() if answer is not None}


def drawn(form: SectionForm) -> str:
    """The prompts of a form as the page draws them."""
    views = (
        PromptView(
            prompt=item.prompt, version=load().version, form=item, applies=True, mark="blank", threads=[], findings=[],
            displays=(), hidden_fields=frozenset(),
        )
        for item in form.forms.values()
    )  # fmt: skip
    page = {"proposal": {"pk": uuid4()}}
    body = "".join(render_to_string("proposals/partials/prompt.html", {"view": view, "page": page}) for view in views)
    return f'<form id="answers">{body}</form>'


def query(fields: dict[str, list[str]]) -> QueryDict:
    """Fields as a view receives them."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def sent_back(section: Section, answers: dict[str, Answer]) -> SectionForm:
    """Draw a section and send it back untouched."""
    return SectionForm(section, answers, query(posted(drawn(SectionForm(section, answers)))))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["sample"]["id"])
def test_every_answer_of_a_sample_posts_back_unchanged(sample: dict[str, Any]) -> None:
    answers = stored_answers(sample)
    back: dict[str, Answer | None] = {}
    for section in load().sections:
        form = sent_back(section, answers)
        assert form.problems() == []
        back |= form.changes()
    assert back == {prompt.id: answers.get(prompt.id) for prompt in load().prompts}


def test_a_prompt_can_be_answered_marked_and_planned() -> None:
    section = load().section("pm.ss")
    prefix = prefix_of("pm.ss.target")
    na = {f"{prefix}-_shown": ["1"], f"{prefix}-_disposition": ["na"], f"{prefix}-_na_reason": ["not_in_model"],
          f"{prefix}-_na_note": ["No pool."], f"{prefix}-target_people": ["48,000"]}  # fmt: skip
    assert SectionForm(section, {}, query(na)).changes() == {
        "pm.ss.target": {
            "disposition": "na", "reason": "not_in_model", "note": "No pool.", "fields": {"target_people": 48000},
        }
    }  # fmt: skip
    nyk = {f"{prefix}-_shown": ["1"], f"{prefix}-_disposition": ["nyk"], f"{prefix}-_nyk_reason": [""],
           f"{prefix}-_nyk_plan": ["A new run"], f"{prefix}-_nyk_owner": ["Actuary"],
           f"{prefix}-_nyk_expected": ["19 February 2027"]}  # fmt: skip
    assert SectionForm(section, {}, query(nyk)).changes() == {
        "pm.ss.target": {
            "disposition": "nyk", "reason": "", "plan": "A new run", "owner": "Actuary", "expected": "2027-02-19",
            "fields": {},
        }
    }  # fmt: skip


def test_filled_fields_imply_an_answer_and_an_emptied_prompt_is_blank() -> None:
    section = load().section("pm.ss")
    prefix = prefix_of("pm.ss.target")
    filled = {f"{prefix}-_shown": ["1"], f"{prefix}-target_people": ["48,000"]}
    assert SectionForm(section, {}, query(filled)).changes() == {
        "pm.ss.target": {"disposition": "answered", "fields": {"target_people": 48000}}
    }
    emptied = {f"{prefix}-_shown": ["1"], f"{prefix}-_disposition": ["answered"], f"{prefix}-target_people": [""]}
    stored: dict[str, Answer] = {"pm.ss.target": {"disposition": "answered", "fields": {"target_people": 48000}}}
    assert SectionForm(section, stored, query(emptied)).changes() == {"pm.ss.target": None}


def test_a_prompt_the_page_did_not_hold_is_left_alone() -> None:
    section = load().section("pm.ss")
    stored: dict[str, Answer] = {"pm.ss.target": {"disposition": "answered", "fields": {"target_people": 48000}}}
    assert SectionForm(section, stored, query({"base_revision": ["1"]})).changes() == {}


def test_an_unreadable_answer_keeps_what_was_typed_and_no_other_from_being_saved() -> None:
    section = load().section("pm.ss")
    target, outline = prefix_of("pm.ss.target"), prefix_of("pm.ss.overview")
    form = SectionForm(section, {}, query({
        f"{target}-_shown": ["1"], f"{target}-target_people": ["about fifty thousand"],
        f"{outline}-_shown": ["1"], f"{outline}-cycles": ["3"],
    }))  # fmt: skip
    assert form.changes() == {"pm.ss.overview": {"disposition": "answered", "fields": {"cycles": 3}}}
    assert [problem.target for problem in form.problems()] == [f"id_{target}-target_people"]
    again = posted(drawn(form.fresh({})))
    assert again[f"{target}-target_people"] == ["about fifty thousand"]
    assert again[f"{outline}-cycles"] == [""]


def test_an_error_in_a_cell_points_to_its_row_and_column() -> None:
    section = load().section("pd.timeline")
    name = f"{prefix_of('pd.timeline.plan')}-milestones"
    form = SectionForm(section, {}, query({
        f"{prefix_of('pd.timeline.plan')}-_shown": ["1"], f"{name}-order": ["0000000a,0000000b"],
        f"{name}-0000000a-title": ["Start"], f"{name}-0000000b-date": ["next spring"],
    }))  # fmt: skip
    assert [problem.target for problem in form.problems()] == [f"id_{name}-0000000b-date"]
    again = posted(drawn(form))
    assert again[f"{name}-0000000b-date"] == ["next spring"]
    assert again[f"{name}-0000000a-title"] == ["Start"]


ROWS = ["0000000a", "0000000b", "0000000c"]


@pytest.mark.parametrize(
    ("button", "left"),
    [
        ("", ["A", "B", "C"]),
        ("0000000b-UP", ["B", "A", "C"]),
        ("0000000b-DOWN", ["A", "C", "B"]),
        ("0000000b-DELETE", ["A", "C"]),
        ("0000000a-UP", ["A", "B", "C"]),
        ("ADD", ["A", "B", "C"]),
        ("ffffffff-DELETE", ["A", "B", "C"]),
    ],
)
def test_row_buttons_work_without_scripts(button: str, left: list[str]) -> None:
    prefix = prefix_of("pr.identity")
    name = f"{prefix}-contacts"
    data = {f"{prefix}-_shown": ["1"], f"{name}-order": [",".join(ROWS)]}
    data |= {f"{name}-{row}-name": [letter] for row, letter in zip(ROWS, "ABC", strict=True)}
    if button:
        data[f"{name}-{button}"] = ["1"]
    form = SectionForm(load().section("pr"), {}, query(data))
    answer = form.changes()["pr.identity"]
    assert answer is not None
    assert [row["name"] for row in answer["fields"]["contacts"]] == left
    assert form.place_of(f"{name}-ADD").ref == "pr.identity:contacts"


def test_an_added_row_is_empty_and_at_the_end() -> None:
    stored: dict[str, Answer] = {
        "pr.identity": {"disposition": "answered", "fields": {"contacts": [{"_row": "0000000a", "name": "A"}]}}
    }
    form = SectionForm(load().section("pr"), stored)
    form.add_row("pr.identity:contacts")
    form.add_row("pr.identity:nothing")
    order = posted(drawn(form))["pr-identity-contacts-order"][0].split(",")
    assert order[0] == "0000000a"
    assert len(order) == 2


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("<p>One.</p><p>Two<br>lines.</p>", "One.\n\nTwo\nlines."),
        ("<p>5 &lt; 6 &amp; more</p>", "5 < 6 & more"),
        ("<p>Written &lt;b&gt; out</p>", "<p>Written &lt;b&gt; out</p>"),
        ("<p>A <strong>bold</strong> word</p>", "<p>A <strong>bold</strong> word</p>"),
        ("<ul><li>Item</li></ul>", "<ul><li>Item</li></ul>"),
    ],
)
def test_a_narrative_is_plain_text_where_it_is_nothing_but_paragraphs(stored: str, typed: str) -> None:
    assert as_typed(stored) == typed


HOSTILE = {
    "ten megabytes": "x" * 10_000_000,
    "script": "<script>alert(1)</script><p onclick='x()'>Text</p>",
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "unknown option": "no_such_code",
    "a list": "[1, 2]",
    "bidi": "\u202e\u2066text",
    "number": "9" * 5000,
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("section_key", ["pr", "pd.timeline", "pm.overview", "qs"])
def test_hostile_values_are_read_or_refused_in_words(value: str, section_key: str) -> None:
    section = load().section(section_key)
    data = posted(drawn(SectionForm(section, {})))
    form = SectionForm(section, {}, query({name: [value] if "_shown" not in name else ["1"] for name in data}))
    assert all("Traceback" not in problem.message for problem in form.problems())
    kept = {key: answer for key, answer in form.changes().items() if answer is not None}
    assert "<script>alert" not in drawn(SectionForm(section, kept))


@pytest.mark.parametrize(
    "order",
    ["", ",,,", "0000000a,0000000a", "../../etc", "zzzz", "0000000a\x00", ",".join(f"{n:08x}" for n in range(600))],
)
def test_wrong_row_ids_never_break_a_table(order: str) -> None:
    prefix = prefix_of("pr.identity")
    data = {f"{prefix}-_shown": ["1"], f"{prefix}-contacts-order": [order], f"{prefix}-contacts-0000000a-name": ["A"]}
    form = SectionForm(load().section("pr"), {}, query(data))
    assert isinstance(form.changes(), dict)
    assert drawn(form).count("data-rows-paste") == 2
