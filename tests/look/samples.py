"""Things to draw: one sample for each reusable piece, in the states that differ to the eye."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace as Thing
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from proposals.diff import FactChange, Facts, Text, blocks, compare_tables, line
from proposals.snapshot import FileChange
from toolkit.display import TableDisplay
from toolkit.kinds import KINDS
from toolkit.loading import load

NOW = dt.datetime(2027, 2, 11, 16, 42, tzinfo=dt.UTC)
LONG = "Facilitating Circumstances, Gaps and Barriers in Eligible Provider Entities/Provider Characteristics"


def turn(*, yours: bool, due_on: dt.date | None) -> Thing:
    """Whose turn it is, as ``proposals.queries.turns`` words it."""
    return Thing(
        side="Northland",
        is_yours=yours,
        is_cms=False,
        days=13,
        count="day 13 of 30",
        due_on=due_on,
        paused_since=None,
        next="Northland replies and submits round 2",
    )


AGENCY = Thing(short_name="Northland")


def span(*, pauses: bool) -> Thing:
    """A time with one side, with a pause or still going on."""
    pause = Thing(since=NOW, until=NOW, reason="The actuary was away.")
    until = NOW + dt.timedelta(days=12) if pauses else None
    side = "cms" if pauses else "state"
    return Thing(round=1, side=side, since=NOW, until=until, days=12, pauses=[pause] if pauses else [])


def nav() -> Thing:
    """Two parts with a section in every status."""
    prompts = [Thing(title=LONG, url="#p1", status="question"), Thing(title="Payment", url="#p2", status="nyk")]
    statuses = ["ready", "in_progress", "not_started", "locked", "not_applicable", "changed"]
    sections = [
        Thing(
            title=LONG if place == 1 else f"Section {place}",
            url=f"#s{place}",
            status=status,
            questions=2 if place == 1 else 0,
            answered=place == 0,
            note="3 changed" if place == 2 else "",
            current=place == 1,
            prompts=prompts if place == 1 else [],
        )
        for place, status in enumerate(statuses)
    ]
    parts = [Thing(title="Part 1. Executive summary", sections=sections[:3])]
    parts.append(Thing(title="Part 2 I. Program design", sections=sections[3:]))
    return Thing(label="Sections", link_url="#ready", link_text="Readiness (5)", parts=parts)


def thread(status: str = "open", *, number: str = "Q4") -> Thing:
    """A question with a quote, two comments, a reply box and two actions."""
    comments = [
        Thing(
            who="CMS reviewer",
            at=NOW,
            body="<p>How many members is this?</p><ul><li>By month</li></ul>",
            is_draft=False,
        ),
        Thing(who="Finance reviewer", at=NOW, body="<p>3,480 people in the test run.</p>", is_draft=True),
    ]
    reply = Thing(url="/reply/", label="Reply to CMS", hint="goes out with round 2", text="", action="Save reply")
    actions = [Thing(url="/resolve/", label=f"Resolve {number}", name="to", value="resolved")]
    return Thing(
        number=number,
        kind="Change needed",
        status=status,
        anchor="People in the shared savings pool",
        anchor_url="#p2",
        passage=Thing(quote="Members with short eligibility stay in the program", row="", standing="changed"),
        comments=comments,
        reply=reply if status == "open" else None,
        actions=actions if status == "answered" else [],
    )


def comparison() -> Any:
    """Lines that stayed, changed, went and came."""
    before = ["The pool is the program's own population.", "About 60,000 members are expected.", "This line goes away."]
    after = ["The pool is the program's own population.", "About 58,200 members are expected.", "Entirely new words."]
    return blocks(before, after)


def changed_answer() -> dict[str, Any]:
    """An answer of which a fact changed, and of its table a row moved, one came, one went and one stayed."""
    rows = {"a": ("Turnover", "18%"), "b": ("Trend", "3%"), "c": ("Enrollment", "60,000"), "d": ("Workforce", "80")}
    old, new = (
        TableDisplay(
            "Assumptions", ("Assumption", "Value"), tuple(rows[key] for key in keys), (False, True), tuple(keys)
        )
        for keys in ("bcda", "abc")
    )
    new = replace(new, rows=(("Turnover", "19%"), *new.rows[1:], ("Rates", "4%")), row_ids=(*new.row_ids, "e"))
    facts = Facts((FactChange("People", line("60,000", "58,200")), FactChange("As of", line("2026", "2026"))))
    found = (facts, compare_tables(old, new, old.columns), Text("Explanation", comparison()))
    files = (FileChange("", "report.pdf", came=True), FileChange("", "draft.pdf", came=False))
    return {"pieces": found, "files": files, "before": "Round 1", "after": "Round 2"}


def pieces() -> list[tuple[str, dict[str, Any]]]:
    """Every include with the context it is drawn in, once for each state that differs to the eye."""
    today = timezone.localdate()
    soon, past = today + dt.timedelta(days=15), today - dt.timedelta(days=2)
    entries = [
        Thing(at=NOW, text="Finance reviewer saved Risk Adjustment", is_step=False, reason="", url=""),
        Thing(at=NOW, text="Northland recalled round 1", is_step=True, reason="A table was missing", url=""),
        Thing(at=NOW, text="Northland submitted round 1", is_step=False, reason="", url="#r"),
    ]
    facts = [Thing(label="Population", value="58,200", line="people, without Medicare", old="60,000")] + [
        Thing(label=label, value="ACO-like", line="", old="")
        for label in ("Model", "Payment", "Authorities", "Numbers")
    ]
    finding = {"message": "The two answers disagree.", "fix": "Make them agree.", "rule": "RC-149", "source": "Toolkit"}
    links = [Thing(label=f"Scope of counted cost, row {row}", url="#p7", section="Cost" * (row > 1)) for row in (1, 2)]
    return [
        ("status_line", {"status": "changes_requested", "turn": turn(yours=True, due_on=soon)}),
        ("status_line", {"status": "in_review", "turn": turn(yours=False, due_on=past), "note": "Round 2"}),
        ("status_line", {"status": "concluded", "turn": None}),
        ("recipients", {"recipients": Thing(groups=[Thing(label="CMS reviewers", count=3, who=())], missing="")}),
        ("recipients", {"recipients": Thing(groups=[], missing="Nobody in Northland would be told.")}),
        ("clock", {"spans": [span(pauses=True), span(pauses=False)], "proposal": Thing(agency=AGENCY)}),
        ("clock", {"spans": [], "proposal": Thing(agency=AGENCY)}),
        ("section_nav", {"nav": nav()}),
        ("thread", {"thread": thread()}),
        ("thread", {"thread": thread("answered", number="Q5")}),
        ("thread", {"thread": thread("resolved", number="Q6")}),
        ("passage", {"passage": Thing(quote="One of two", row="Ref: M2; Milestone: Launch", standing="there")}),
        ("passage", {"passage": Thing(quote="", row="Ref: M3; Milestone: Report", standing="gone")}),
        (
            "finding",
            {"finding": Thing(kind="stop", links=links, more_links=[], **{**finding, "fix": "", "source": ""})},
        ),
        ("finding", {"finding": Thing(kind="error", links=links, more_links=links, **finding)}),
        ("finding", {"finding": Thing(kind="warning", links=links[:1], more_links=[], **finding)}),
        ("finding", {"finding": Thing(kind="info", links=[], more_links=[], **finding)}),
        ("pagination", {"page": Paginator(range(120), 50).page(2), "name": "Proposals"}),
        ("empty_state", {"title": "No proposals yet", "text": "Start one.", "url": "#n", "action": "New proposal"}),
        ("facts", {"facts": facts}),
        ("activity_log", {"entries": entries}),
        ("diff", {"blocks": comparison()}),
        ("pieces", changed_answer()),
        ("pieces", {**changed_answer(), "view": "side", "only_changed": True}),
        ("side_by_side", {"blocks": comparison(), "before": "Round 1", "after": "Round 2"}),
        (
            "confirm",
            {
                "heading": "Withdraw this proposal?",
                "text": "CMS is told at once.",
                "points": ["It can be restored."],
                "form": ReasonForm(),
                "action": "Withdraw",
                "cancel_url": "#c",
                "danger": True,
            },
        ),
    ]


class ReasonForm(forms.Form):
    """One long text."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Both sides can read it.")


class EveryForm(forms.Form):
    """One field of every shape the pack draws."""

    name = forms.CharField(help_text="As in the letter.", max_length=5)
    email = forms.EmailField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    on = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")])
    one = forms.ChoiceField(
        choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect, help_text="Choose one."
    )
    some = forms.MultipleChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.CheckboxSelectMultiple)
    agree = forms.BooleanField(label="I have read it", help_text="All of it.")
    text = forms.CharField(widget=forms.Textarea)
    file = forms.FileField(required=False)
    secret_key = forms.CharField(widget=forms.HiddenInput, required=False)


def toolkit_form(data: dict[str, Any] | None = None) -> forms.Form:
    """One field of each kind of the toolkit, the first of its kind in the order of the toolkit."""
    form = forms.Form(data)
    found: dict[str, Any] = {}
    for prompt in load().prompts:
        for field in prompt.fields:
            found.setdefault(field.kind.name, field)
    for name in KINDS:
        form.fields[f"f-{name}"] = found[name].kind.form_field(found[name])
    return form
