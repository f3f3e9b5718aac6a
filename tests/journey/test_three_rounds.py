"""Four people of CMS and three of a state over three rounds: assign, ask, answer, ask again, compare, judge, decide.

People click; the test only looks into the database for what no page shows.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from deploy.processes import Child
from proposals.status import Outcome
from tests.browser import OpenPage
from tests.journey import third_round, wording
from tests.journey.acts import announce, attest, begin, resolve, save, say_more, wait_for_mail, write_words
from tests.journey.cast import Cast, gather
from tests.journey.people import Desk, open_proposal, open_section, said
from tests.worlds import World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_three_rounds_of_a_review_by_three_divisions(
    world: World, live_site: str, celery_worker_process: Child, open_page: OpenPage
) -> None:
    cast = gather(world, Desk(live_site, open_page))

    signatory = cast.at(cast.signatory)
    submit(signatory, cast, 1)
    lead = cast.at(cast.lead)
    begin(lead)
    assign(lead, cast)
    quality, payment = cast.at(cast.quality), cast.at(cast.payment)
    ask_for_a_change(quality)
    ask_about_a_row(payment)
    judge_and_find_the_conflict(lead, cast)
    gather_and_release(lead)
    wait_for_mail(cast.editor)
    turn_away(cast)

    change_and_reply(cast.at(cast.editor))
    limited = cast.at(cast.limited)
    reply_without_a_change(limited)
    submit(signatory, cast, 2)

    pause_and_resume(lead, signatory, cast)
    accept_the_change(quality, cast)
    ask_again(payment, cast)
    release_again(lead, cast)
    move_and_add_rows(limited, cast)
    submit(signatory, cast, 3)

    check_and_decide(lead, payment, cast)
    announce(cast.at(cast.approver), wording.LETTER)
    third_round.check_state_pages(signatory, cast)


def submit(signatory: Page, cast: Cast, number: int) -> None:
    """The signatory signs what the editors have written."""
    open_proposal(signatory, cast.proposal)
    signatory.get_by_role("link", name="Sign and submit").first.click()
    attest(signatory, number)
    expect(signatory.get_by_role("heading", level=1)).to_have_text(f"Round {number} is submitted")


# --- round 1 --------------------------------------------------------------------------------------------------------


def assign(lead: Page, cast: Cast) -> None:
    """The lead says who reviews for which division; nobody does for the fourth."""
    open_proposal(lead, cast.proposal)
    lead.get_by_role("link", name="Reviewers", exact=True).click()
    for division, person in (("Policy", cast.lead), ("Quality", cast.quality), ("Payment", cast.payment)):
        group = lead.get_by_role("group", name=re.compile(f"^{division}"))
        group.locator("label").filter(has_text=person.user.name).click()
    lead.get_by_role("button", name="Save the assignments").click()
    said(lead, "The assignments are saved.")


def ask(reviewer: Page, about: str, kind: str, words: str) -> None:
    """A reviewer drafts a comment for the state on a prompt, or on a row of its table."""
    composer = reviewer.locator("[data-composer]")
    composer.get_by_role("link", name="Ask Northland").click()
    form = composer.locator("[data-for=ask]")
    form.get_by_label("About", exact=True).select_option(label=about)
    form.locator("label").filter(has_text=kind).click()
    write_words(form, "Words to Northland", words, "Add to round 1")
    said(reviewer, "Added to round 1.")
    expect(reviewer.get_by_role("complementary").get_by_text(words)).to_be_visible()


def judge(reviewer: Page, division: str, section: str, verdict: str, reason: str) -> None:
    """A reviewer gives the verdict of a division on the section before them."""
    panel = reviewer.locator("#verdict")
    panel.locator("label").filter(has_text=verdict).click()
    panel.get_by_label(re.compile("^Reason")).fill(reason)
    panel.get_by_role("button", name=f"Save verdict of {division}").click()
    said(reviewer, f"The verdict of {division} on {section} is saved.")


def ask_for_a_change(quality: Page) -> None:
    """Quality asks for a change in the summary, makes a remark, and finds the section unclear."""
    open_section(quality, wording.OVERVIEW)
    ask(quality, wording.MODEL, "Change needed", wording.ASKED_CHANGE)
    ask(quality, wording.MODEL, "Remark", wording.DROPPED)
    judge(quality, "quality", wording.OVERVIEW, "Needs clarity", wording.REASON_QUALITY)
    quality.get_by_role("button", name="Mark as viewed", exact=True).click()
    expect(quality.get_by_text("You viewed this section.")).to_be_visible()


def ask_about_a_row(payment: Page) -> None:
    """Payment asks about a row of a table, and writes a note for colleagues."""
    open_section(payment, wording.PAYMENT)
    ask(payment, "4. Row 2: Community health worker, $9.80", "Question", wording.ASKED_ROW)
    composer = payment.locator("[data-composer]")
    write_words(composer.locator("[data-for=note]"), "Internal note", wording.NOTE, "Save internal note")
    said(payment, "Stays inside CMS.")
    expect(payment.get_by_role("complementary").get_by_text(wording.NOTE)).to_be_visible()


def judge_and_find_the_conflict(lead: Page, cast: Cast) -> None:
    """Policy is content with the section that quality finds unclear: the divisions disagree, and the matrix says so."""
    open_proposal(lead, cast.proposal)
    open_section(lead, wording.OVERVIEW)
    judge(lead, "policy", wording.OVERVIEW, "Addresses it", wording.REASON_POLICY)
    lead.locator("#verdict").get_by_role("link", name="All sections").click()
    third_round.check_conflict(lead)


def gather_and_release(lead: Page) -> None:
    """The lead drops the remark with a reason, puts the row first, and releases the rest as one round."""
    lead.get_by_role("link", name="Release questions to Northland").click()
    lead.get_by_role("button", name=f"Edit or drop the remark on {wording.MODEL}").click()
    lead.get_by_role("button", name="Drop this draft").click()
    lead.get_by_label("Reason", exact=True).fill(wording.WHY_DROPPED)
    lead.get_by_role("button", name="Drop the comment").click()
    said(lead, "The draft is dropped.")
    lead.get_by_role("button", name=re.compile("^Up.*the question")).click()
    expect(lead.locator("li.draft .rich")).to_have_text([wording.ASKED_ROW, wording.ASKED_CHANGE])
    release(lead, wording.COVER, ["es.overview", "pm.overview"])
    said(lead, "The questions of round 1 are with Northland.")


def release(lead: Page, cover: str, sections: list[str]) -> None:
    """The lead gives a date and covering words, finds the asked sections chosen, and sends the round."""
    lead.get_by_label("Due date").fill((timezone.now().date() + timedelta(days=21)).isoformat())
    lead.get_by_label("Covering words").fill(cover)
    chosen = lead.locator("#id_sections input:checked")
    assert [box.get_attribute("value") for box in chosen.all()] == sections
    lead.get_by_role("button", name="Preview as the state").click()
    lead.get_by_role("button", name="Release round to Northland").click()


def turn_away(cast: Cast) -> None:
    """For another state the proposal is not there."""
    stranger = cast.desk.enter(cast.stranger)
    answered = stranger.goto(cast.desk.site + reverse("proposals:overview", args=[cast.proposal.pk]))
    assert answered
    assert answered.status == 404


# --- round 2 --------------------------------------------------------------------------------------------------------


def change_and_reply(editor: Page) -> None:
    """An editor changes the summary, and says in the reply that it is what was changed."""
    open_section(editor, wording.OVERVIEW)
    say_more(editor, "Summary of the model", wording.NEW_WORDS)
    save(editor, wording.OVERVIEW)
    editor.get_by_role("link", name=re.compile("^Name the answers you changed for it.*Q2")).click()
    question = editor.get_by_role("article", name=re.compile("^Q2. Change needed"))
    expect(question.get_by_role("checkbox", name=wording.MODEL)).to_be_checked()
    question.get_by_label("Reply to Q2").fill(wording.REPLY_CHANGE)
    question.get_by_role("button", name="Save the reply").click()
    said(editor, "Your words on Q2 are saved.")


def reply_without_a_change(limited: Page) -> None:
    """The editor of the payment section replies, and says why no answer changed."""
    limited.get_by_role("link", name="Questions and replies").first.click()
    question = limited.get_by_role("article", name=re.compile("^Q1. Question"))
    question.get_by_label("Reply to Q1").fill(wording.REPLY_ROW)
    question.get_by_label("Or: no answer changed, because").fill(wording.NO_CHANGE)
    question.get_by_role("button", name="Save the reply").click()
    said(limited, "Your words on Q1 are saved.")


def pause_and_resume(lead: Page, signatory: Page, cast: Cast) -> None:
    """The lead stops the clock, which the state sees on its pages, and lets it go on."""
    open_proposal(lead, cast.proposal)
    begin(lead)
    open_proposal(lead, cast.proposal)
    lead.get_by_role("link", name="Pause the clock").click()
    lead.get_by_label("Reason").fill(wording.PAUSED)
    lead.get_by_role("button", name="Pause the clock").click()
    said(lead, "The clock stands still.")
    open_proposal(signatory, cast.proposal)
    line = signatory.get_by_role("region", name="Status of the proposal")
    expect(line).to_have_text(re.compile(r"With CMS since today\s+Paused since .*\s+Next: CMS resumes its review"))
    lead.get_by_role("link", name="Resume the review").click()
    lead.get_by_role("button", name="Resume the review").click()
    said(lead, "The clock is running again.")


def accept_the_change(quality: Page, cast: Cast) -> None:
    """Quality sees word by word what changed since it looked, resolves its question, and is content."""
    open_proposal(quality, cast.proposal)
    open_section(quality, wording.OVERVIEW)
    changed = quality.locator("article[data-change]")
    expect(changed).to_have_count(1)
    expect(changed.locator("ins")).to_have_text([f"added: {wording.NEW_WORDS}"])
    expect(changed.locator("del")).to_have_count(0)
    expect(changed.locator(".prompt__head .tag")).to_have_text(["Changed for Q2", "Changed since you viewed round 1"])
    resolve(quality, "Q2", wording.WHY_RESOLVED)
    judge(quality, "quality", wording.OVERVIEW, "Addresses it", wording.REASON_QUALITY_AGAIN)


def ask_again(payment: Page, cast: Cast) -> None:
    """Payment finds the row unchanged, and asks again in the same question."""
    open_proposal(payment, cast.proposal)
    open_section(payment, wording.PAYMENT)
    question = payment.get_by_role("article", name=re.compile("^Q1"))
    expect(question).to_contain_text(wording.REPLY_ROW)
    question.get_by_role("link", name="Ask again in round 2").click()
    write_words(payment.locator("#composer"), "Words to Northland", wording.ASKED_AGAIN, "Add to round 2")
    said(payment, "Your words on Q1 are saved.")


def release_again(lead: Page, cast: Cast) -> None:
    """Only the payment section reopens."""
    open_proposal(lead, cast.proposal)
    lead.get_by_role("link", name="Release questions").first.click()
    release(lead, wording.COVER_AGAIN, ["pm.overview"])
    said(lead, "The questions of round 2 are with Northland.")


# --- round 3 --------------------------------------------------------------------------------------------------------


def move_and_add_rows(limited: Page, cast: Cast) -> None:
    """The editor of the payment section moves the last row up by two, adds one, and replies."""
    open_proposal(limited, cast.proposal)
    open_section(limited, wording.PAYMENT)
    limited.get_by_role("button", name="Open all prompts").click()
    table = limited.get_by_role("group", name="Rate build-up")
    table.get_by_role("button", name=re.compile("^Edit row 4, Data and reporting")).click()
    for row in (4, 3):
        moving = table.locator("tbody[data-row]").nth(row - 1)
        moving.get_by_role("button", name="Move up").click()
    table.get_by_role("button", name="Done with row 2").click()
    table.get_by_role("button", name="Add row", exact=True).click()
    for column, words in (("Element", "Yearly review"), ("Amount", "1.20"), ("Basis", "Actuary's contract")):
        table.get_by_label(f"{column}, row 5").fill(words)
    table.get_by_label("Unit, row 5").select_option(label="Per member per quarter")
    table.get_by_role("button", name="Done with row 5").click()
    save(limited, wording.PAYMENT)

    limited.get_by_role("link", name=re.compile("^Name the answers you changed for it.*Q1")).click()
    question = limited.get_by_role("article", name=re.compile("^Q1. Question"))
    expect(question.get_by_role("checkbox", name=wording.RATES)).to_be_checked()
    question.get_by_label("Reply to Q1").fill(wording.REPLY_AGAIN)
    question.get_by_role("button", name="Save the reply").click()
    said(limited, "Your words on Q1 are saved.")


def check_and_decide(lead: Page, payment: Page, cast: Cast) -> None:
    """CMS reads the third round on every page it has for that, and the lead drafts the decision."""
    open_proposal(lead, cast.proposal)
    begin(lead)
    third_round.check_comparison(lead)
    third_round.check_response_matrix(lead)
    third_round.check_clock(lead, cast)
    open_proposal(payment, cast.proposal)
    open_section(payment, wording.PAYMENT)
    resolve(payment, "Q1", wording.WHY_RESOLVED_AGAIN)
    judge(payment, "payment", wording.PAYMENT, "Addresses it", wording.REASON_PAYMENT)
    open_proposal(lead, cast.proposal)
    open_section(lead, wording.OVERVIEW)
    lead.locator("#verdict").get_by_role("link", name="All sections").click()
    third_round.check_verdicts(lead)
    lead.get_by_role("link", name="Decision", exact=True).click()
    lead.get_by_role("main").locator("label").filter(has_text=Outcome.READY.label).click()
    lead.get_by_label("Letter to the state").fill(wording.LETTER)
    lead.get_by_role("button", name="Save the draft").click()
    expect(lead.get_by_text("An approver previews and announces it.")).to_be_visible()
