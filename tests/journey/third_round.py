"""What the pages say of three rounds, by content: comparison, response matrix, clock, verdicts, and what the state sees."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import zip_longest
from typing import cast as taken_as
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Locator, Page, expect

from proposals.models import Event
from tests.journey import wording
from tests.journey.cast import Cast

#: Northland and CMS live by the same clock.
ZONE = ZoneInfo("America/New_York")
CELLS = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"
MOVED_AND_ADDED = [
    ["Moved from row 4 to row 2 Data and reporting", "$2.60", "Per member per quarter", "Cost survey of nine groups"],
    ["Row added added: Yearly review", "added: $1.20", "added: Per member per quarter", "added: Actuary's contract"],
]
ROW_ASKED_ABOUT = "Element: Community health worker; Amount: $9.80; Unit: Per member per quarter; Basis: Caseload 180"
#: So many sections of the sample apply.
SECTIONS = 21
WITHOUT_TIME = "rows => rows.map(row => row.textContent.replace(row.querySelector('time').textContent, ''))"
STEPS = [
    "CMS announced the decision on round 3",
    "CMS began the review of round 3",
    "Northland signatory submitted round 3",
    "CMS requested changes to round 2",
    "CMS resumed the review of round 2",
    f"CMS paused the clock of round 2 Reason: {wording.PAUSED}",
    "CMS began the review of round 2",
    "Northland signatory submitted round 2",
    "CMS requested changes to round 1",
    "CMS began the review of round 1",
    "Northland signatory submitted round 1",
]
#: Pages that the state opens, with words that each must show.
STATE_PAGES = {
    "overview": ["Concluded"],
    "section es.overview": [wording.NEW_WORDS, wording.ASKED_CHANGE, wording.REPLY_CHANGE],
    "section pm.overview": [wording.ASKED_ROW, wording.REPLY_ROW, wording.ASKED_AGAIN, wording.REPLY_AGAIN],
    "questions": [wording.COVER_AGAIN, wording.ASKED_AGAIN, wording.REPLY_AGAIN],
    "questions?round=1": [
        wording.COVER,
        wording.ASKED_CHANGE,
        wording.REPLY_CHANGE,
        wording.ASKED_ROW,
        wording.NO_CHANGE,
    ],
    "letter 1": [wording.COVER, wording.ASKED_CHANGE, wording.ASKED_ROW],
    "letter 2": [wording.COVER_AGAIN, wording.ASKED_AGAIN],
    "compare": ["Moved from row 4 to row 2", f"{wording.OVERVIEW} unchanged since round 2"],
    "compare?from=1&to=2": [wording.NEW_WORDS, "For Q2"],
    "activity": [],
    "decision": [wording.LETTER],
}


def cells(rows: Locator) -> list[list[str]]:
    """The words of each row of a page that has come whole, cell by cell."""
    rows.page.wait_for_load_state("domcontentloaded")
    return taken_as("list[list[str]]", rows.evaluate_all(CELLS))


def texts(found: Locator) -> list[str]:
    """The words of each element of a page that has come whole, spaces made single."""
    found.page.wait_for_load_state("domcontentloaded")
    return [" ".join(text.split()) for text in found.all_text_contents()]


# --- comparison and response matrix ---------------------------------------------------------------------------------


def check_comparison(page: Page) -> None:
    """From round 2 to round 3 one row moved and one came; every section says since when it reads as it does."""
    page.get_by_role("link", name="Compare rounds").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed between round 2 and round 3")
    change = page.locator("[data-change]")
    expect(change).to_have_count(1)
    expect(change.get_by_role("heading", level=3)).to_have_text(wording.RATES)
    expect(change.locator(".tag").first).to_have_text("For Q1")
    assert cells(change.locator("tbody tr")) == MOVED_AND_ADDED
    expect(change.locator(".pieces > p")).to_have_text(["3 rows unchanged."])
    expect(change.locator("del")).to_have_count(0)
    since = dict(line.split(" unchanged since round ") for line in texts(page.locator("ul.unchanged li")))
    assert len(since) == SECTIONS - 1
    assert since == {title: "2" if title == wording.OVERVIEW else "1" for title in since}
    assert wording.PAYMENT not in since


def check_response_matrix(page: Page) -> None:
    """Both releases, question by question: what was asked, the reply, the text before and after, and the standing."""
    page.get_by_role("link", name="Questions and replies").first.click()
    expect(page.get_by_role("heading", name="Asked on round 2")).to_be_visible()
    again = matrix_row(page, "Q1")
    assert standing_of(again) == ["Q1. Question", "Answered"]
    assert words_of(again) == [wording.ASKED_ROW, wording.REPLY_ROW, wording.ASKED_AGAIN, wording.REPLY_AGAIN]
    assert texts(again.locator("blockquote")) == [f"About the row: {ROW_ASKED_ABOUT}"]
    assert texts(changed_in(again).locator("summary")) == [wording.RATES]
    assert cells(again.locator(".pieces tbody tr")) == MOVED_AND_ADDED
    expect(page.locator(".matrix")).to_have_count(1)
    expect(page.get_by_text("Nothing else changed.")).to_be_visible()

    page.get_by_role("group", name="Round").get_by_role("link", name="Round 1").click()
    expect(page.get_by_role("heading", name="Asked on round 1")).to_be_visible()
    unchanged, changed = matrix_row(page, "Q1"), matrix_row(page, "Q2")
    assert texts(changed_in(unchanged).locator("> *")) == [
        "Changed for Q1",
        "No answer changed, because:",
        wording.NO_CHANGE,
    ]
    assert standing_of(changed) == ["Q2. Change needed", "Resolved"]
    assert words_of(changed) == [wording.ASKED_CHANGE, wording.REPLY_CHANGE]
    assert texts(changed_in(changed).locator("summary")) == [wording.MODEL]
    assert texts(changed.locator(".pieces ins")) == [f"added: {wording.NEW_WORDS}"]
    expect(changed.locator(".pieces del")).to_have_count(0)
    expect(changed.locator("article .note")).to_contain_text("Quinn Osei resolved it")
    expect(changed.locator("article .note")).to_contain_text(wording.WHY_RESOLVED)
    expect(page.locator(".matrix")).to_have_count(2)


def matrix_row(page: Page, number: str) -> Locator:
    """A question with what was changed for it."""
    return page.locator(".matrix").filter(has=page.locator(f"#thread-{number}"))


def changed_in(row: Locator) -> Locator:
    """The half that says what was changed for a question."""
    return row.locator("> div").nth(1)


def standing_of(row: Locator) -> list[str]:
    """The name of a question and where it stands."""
    return texts(row.locator("article header > .row > *"))


def words_of(row: Locator) -> list[str]:
    """What both sides said, in order."""
    return texts(row.locator("article .rich"))


# --- clock ----------------------------------------------------------------------------------------------------------


def check_clock(page: Page, cast: Cast) -> None:
    """CMS reads whose turn it is and five spells, one of them paused; how long Northland wrote first, it never reads."""
    page.get_by_role("region", name="Where you are").get_by_role("link", name="Activity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
    line = texts(page.get_by_role("region", name="Status of the proposal"))
    assert re.fullmatch(r"In review Your turn since today .+ Next: CMS asks questions or decides", line[0])
    assert spells(page) == expected_spells(cast)[1:]
    expect(page.locator("ol.log")).to_contain_text(f"Reason: {wording.WHY_DROPPED}")


def spells(page: Page) -> list[list[str]]:
    """The rows of the clock."""
    return cells(page.get_by_role("table", name="Who had the proposal, by round").locator("tbody tr"))


def expected_spells(cast: Cast) -> list[list[str]]:
    """Six spells by the days on which the record has the proposal change sides; the second of CMS with its pause."""
    happened = Event.objects.filter(proposal=cast.proposal).order_by("at", "pk")
    days = [day_of(event.at) for event in happened.filter(verb__in=("created", "submitted", "changes_requested"))]
    ends = [*days[1:], *(day_of(event.at) for event in happened.filter(verb="concluded"))]
    paused, resumed = (written(day_of(happened.get(verb=verb).at)) for verb in ("paused", "resumed"))
    rows = []
    for number, (since, until) in enumerate(zip_longest(days, ends)):
        side = "CMS" if number % 2 else "Northland"
        words = f"{written(since)} to {written(until) if until else 'now'}"
        pause = f"Paused from {paused} to {resumed}: {wording.PAUSED}" if number == 3 else ""
        rows.append([str(number // 2 + 1), side, words + pause, str(((until or day_of(now())) - since).days)])
    assert len(rows) == 6
    return rows


def day_of(moment: datetime) -> date:
    """The day on which something happened, by the clock of both sides."""
    return moment.astimezone(ZONE).date()


def written(day: date) -> str:
    """A day as the clock writes it: without its year, if that is this year."""
    year = "" if day.year == day_of(now()).year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"


# --- verdicts -------------------------------------------------------------------------------------------------------


def check_conflict(page: Page) -> None:
    """After round 1 policy and quality disagree on the overview, and that stands in the way of a release."""
    rows = verdicts(page)
    assert rows.pop(wording.OVERVIEW + " Divisions disagree") == [
        f"Addresses it Lee Harper {wording.REASON_POLICY}",
        f"Needs clarity Quinn Osei {wording.REASON_QUALITY}",
        "No verdict",
        "No verdict",
    ]
    assert set(map(tuple, rows.values())) == {("No verdict",) * 4}
    assert lacks(page, "release") == [*sections_left(1, 1, 0), f"Divisions disagree: {wording.OVERVIEW}"]


def check_verdicts(page: Page) -> None:
    """After round 3 nobody disagrees; a verdict on an older text does not count, one on the same text does."""
    rows = verdicts(page)
    assert rows.pop(wording.OVERVIEW) == [
        "Was: Addresses it Lee Harper, round 1 The text has changed since",
        f"Addresses it Quinn Osei, round 2 {wording.REASON_QUALITY_AGAIN}",
        "No verdict",
        "No verdict",
    ]
    assert rows.pop(wording.PAYMENT) == [
        "No verdict",
        "No verdict",
        f"Addresses it Pat Moreno {wording.REASON_PAYMENT}",
        "No verdict",
    ]
    assert set(map(tuple, rows.values())) == {("No verdict",) * 4}
    assert lacks(page, "release") == sections_left(0, 1, 1)
    assert lacks(page, "decision") == [*sections_left(0, 1, 1), "No decision is drafted"]


def verdicts(page: Page) -> dict[str, list[str]]:
    """What stands in the matrix, by section, without the days."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Verdicts")
    rows = cells(page.locator(".verdict-matrix tbody tr:not(.group)"))
    return {section: [re.sub(r", \d+ [A-Z]\w+", "", cell) for cell in row] for section, *row in rows}


def lacks(page: Page, before: str) -> list[str]:
    """What the page says is missing."""
    return texts(page.get_by_role("region", name=f"Missing before a {before}").get_by_role("listitem"))


def sections_left(policy: int, quality: int, payment: int) -> list[str]:
    """The sentences on sections without a verdict, by how many each division has judged; nobody is there for one."""
    judged = {"Policy": policy, "Quality": quality, "Payment": payment, "Actuarial": 0}
    found = [f"{name}: {SECTIONS - number} of {SECTIONS} sections without a verdict" for name, number in judged.items()]
    return [*found[:3], "Actuarial: nobody is assigned", found[3]]


# --- what the state sees --------------------------------------------------------------------------------------------


def check_state_pages(page: Page, cast: Cast) -> None:
    """Every page shows the state what both sides may read, and neither a word nor a name from inside CMS."""
    inside = (*wording.INSIDE, *(person.user.name for person in cast.of_cms))
    for address, shown in STATE_PAGES.items():
        name, _, query = address.partition("?")
        path, *number = name.split()
        page.goto(f"{cast.desk.site}{reverse(f'proposals:{path}', args=[cast.proposal.pk, *number])}?{query}")
        for words in shown:
            expect(page.locator("body")).to_contain_text(words)
        html = page.content()
        assert [words for words in inside if words in html] == [], address
        if path == "activity":
            assert spells(page) == expected_spells(cast)
            assert steps(page) == STEPS


def steps(page: Page) -> list[str]:
    """The steps of the workflow in the record, newest first, with their reasons."""
    return [" ".join(text.split()) for text in page.locator("ol.log li.key").evaluate_all(WITHOUT_TIME)]
