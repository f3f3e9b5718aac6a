"""The main job from end to end: write, sign, review, ask, answer, compare, decide, print.

People click; the test only looks into the database for what no page shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from deploy.processes import Child
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role, Side
from proposals.models import Proposal, Submission
from proposals.status import Outcome
from tests.browser import OpenPage
from tests.exports.expected import misprints
from tests.exports.packets import squeezed
from tests.journey.acts import announce, attest, begin, resolve, save, say_more, wait_for_mail, write_words
from tests.journey.people import Desk, load_sample, open_proposal, open_section, said
from tests.journey.printed import all_text, content_of, summary_pages
from tests.worlds import Team, World, make_team

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

FIRST_WORDS = "Each Partnership names one person who answers for the plan of care."
SECOND_WORDS = "That person is a registered nurse or a licensed social worker."
MEASURE = "Unplanned readmissions within 30 days, adults"
NOTE = "Internal: check the actuary's letter before the quokka meeting."
QUESTION = "Who may be the person who answers for the plan of care?"
WIDE_QUESTION = "Which letters of intent have been signed so far?"
REPLY = "A registered nurse or a licensed social worker; the summary now says so."
WIDE_REPLY = "Eight letters are signed; none was withdrawn."
COVER = "Thank you for a clear proposal. Two points remain."
SUMMARY = "We say who may answer for the plan of care."
LETTER = "The proposal is ready for formal filing."
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
#: A packet takes some seconds; on a machine busy with other work, many more.
PACKET_SECONDS = 120


@dataclass
class Story:
    """The proposal and the people around it, each at a browser once they have signed in."""

    desk: Desk
    proposal: Proposal
    state: Team
    cms: Team
    folder: Path

    def at(self, actor: Actor) -> Page:
        """A person signs in and opens the proposal."""
        page = self.desk.sign_in(actor)
        open_proposal(page, self.proposal)
        return page

    def submission(self, number: int) -> Submission:
        """A round as frozen."""
        return Submission.objects.get(proposal=self.proposal, round=number)


def test_from_the_first_draft_to_the_decision(
    world: World, live_site: str, celery_worker_process: Child, open_page: OpenPage, tmp_path: Path
) -> None:
    northland = make_team("NL", "Northland", Side.STATE, (Role.EDITOR, Role.SIGNATORY))
    story = Story(Desk(live_site, open_page), load_sample(northland), northland, world.cms, tmp_path)

    editor = story.at(northland.editor)
    write(editor)
    signatory = story.at(northland.signatory)
    sign(signatory, story)
    lead = story.at(world.cms.lead)
    begin(lead)
    reviewer = story.at(world.cms.reviewer)
    ask(reviewer)
    release(lead, story)
    wait_for_mail(northland.editor)
    answer(editor, story)
    sign_again(signatory, story)
    compare_and_resolve(lead, story)
    decide(lead, story)
    announce(story.at(world.cms.approver), LETTER)
    read_the_decision(editor, story)
    check_packets(editor, reviewer, story)


def write(editor: Page) -> None:
    """The editor changes a narrative and a row of a table."""
    open_section(editor, "Overview")
    editor.get_by_role("button", name="Open all prompts").click()
    say_more(editor, "Summary of the model", FIRST_WORDS)
    expect(editor.locator("#save-state")).to_contain_text("Saved")

    goals = editor.get_by_role("group", name="Goals by aim")
    goals.get_by_role("button", name=re.compile("^Edit row 1,")).click()
    goals.get_by_label("Measure, row 1").fill(MEASURE)
    goals.get_by_role("button", name="Done with row 1").click()
    expect(goals.get_by_role("cell", name=MEASURE)).to_be_visible()
    save(editor, "Overview")
    editor.get_by_role("button", name="Open all prompts").click()
    expect(editor.get_by_role("textbox", name="Summary of the model")).to_contain_text(FIRST_WORDS)
    expect(goals.get_by_role("cell", name=MEASURE)).to_be_visible()


def sign(signatory: Page, story: Story) -> None:
    """The signatory reads the draft, signs it, and gets a receipt with its fingerprint."""
    signatory.get_by_role("link", name="Sign and submit").first.click()
    section = signatory.locator("details.reading").filter(
        has=signatory.get_by_role("heading", name="Overview", exact=True)
    )
    section.locator("summary").first.click()
    expect(section.get_by_text(FIRST_WORDS)).to_be_visible()
    attest(signatory, 1)
    check_receipt(signatory, story, 1)


def check_receipt(page: Page, story: Story, number: int) -> None:
    """The receipt names the round, and the fingerprint of what was frozen."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Round {number} is submitted")
    shown = page.locator(".fingerprint").inner_text()
    assert FINGERPRINT.fullmatch(shown)
    assert shown == story.submission(number).fingerprint


def ask(reviewer: Page) -> None:
    """A reviewer writes a note, which is what the composer offers first, and asks two questions."""
    open_section(reviewer, "Overview")
    composer = reviewer.locator("[data-composer]")
    about_model = reviewer.get_by_role("link", name="Write about this prompt: The model in brief")
    about_model.click()
    expect(composer.get_by_text("Stays inside CMS. Northland never sees it.")).to_be_visible()
    write_words(composer, "Internal note", NOTE, "Save internal note")
    said(reviewer, "Stays inside CMS.")

    composer.get_by_role("link", name="Ask Northland").click()
    about_model.click()
    write_words(composer, "Words to Northland", QUESTION, "Add to round 1")
    said(reviewer, "Added to round 1.")

    reviewer.get_by_role("link", name="Round as a whole").click()
    composer.get_by_role("link", name="Ask Northland").click()
    write_words(composer, "Words to Northland", WIDE_QUESTION, "Add to round 1")
    said(reviewer, "Added to round 1.")


def release(lead: Page, story: Story) -> None:
    """The lead puts the round together, reads it as the state will, and releases it."""
    open_proposal(lead, story.proposal)
    open_section(lead, "Overview")
    lead.get_by_role("link", name="Release questions to Northland").click()
    due = timezone.now().date() + timedelta(days=21)
    lead.get_by_label("Due date").fill(due.isoformat())
    lead.get_by_label("Covering words").fill(COVER)
    for row in lead.locator("#id_sections").get_by_role("checkbox").all():
        assert row.is_checked() == (row.get_attribute("value") == "es.overview")
    lead.get_by_role("button", name="Preview as the state").click()

    preview = lead.get_by_role("region", name="CMS asks for changes to round 1")
    for words in (COVER, QUESTION, WIDE_QUESTION):
        expect(preview.get_by_text(words)).to_be_visible()
    expect(preview.get_by_text(NOTE)).to_have_count(0)
    lead.get_by_role("button", name="Release round to Northland").click()
    said(lead, "The questions of round 1 are with Northland.")


def answer(editor: Page, story: Story) -> None:
    """The editor finds the question beside its prompt, replies, and changes what was reopened, and only that."""
    open_proposal(editor, story.proposal)
    open_section(editor, "Overview")
    prompt = editor.locator("details.prompt").filter(has=editor.get_by_role("heading", name="The model in brief"))
    expect(prompt.locator("summary.prompt__line")).to_contain_text("Q2 open")
    expect(prompt).to_have_attribute("open", "")
    question = editor.get_by_role("article", name=re.compile("^Q2"))
    expect(question).to_contain_text(QUESTION)
    expect(editor.locator("body")).not_to_contain_text(NOTE)
    question.get_by_label("Reply to CMS").fill(REPLY)
    say_more(editor, "Summary of the model", SECOND_WORDS)
    save(editor, "Overview")
    expect(question).to_contain_text("Reply drafted")

    open_proposal(editor, story.proposal)
    editor.get_by_role("link", name="Programmatic Considerations").click()
    expect(editor.get_by_text("CMS did not reopen this section for round 2.")).to_be_visible()
    expect(editor.get_by_role("button", name=re.compile("^Save"))).to_have_count(0)

    open_proposal(editor, story.proposal)
    editor.get_by_role("link", name="Questions and replies").click()
    wide = editor.get_by_role("article", name=re.compile("^Q1"))
    expect(wide).to_contain_text(WIDE_QUESTION)
    wide.get_by_label("Reply to Q1").fill(WIDE_REPLY)
    wide.get_by_label("Or: no answer changed, because").fill("The schedule stands beside the model.")
    wide.get_by_role("button", name="Save the reply").click()
    said(editor, "Your words on Q1 are saved.")
    named = editor.get_by_role("article", name=re.compile("^Q2"))
    expect(named.get_by_role("checkbox", name="The model in brief")).to_be_checked()
    named.get_by_role("button", name="Save the reply again").click()
    said(editor, "Your words on Q2 are saved.")


def sign_again(signatory: Page, story: Story) -> None:
    """The second round goes out with what changed; a first summary is drafted from the comparison."""
    open_proposal(signatory, story.proposal)
    signatory.get_by_role("link", name="Sign and submit").first.click()
    summary = signatory.get_by_label("What changed since the last round")
    expect(summary).to_have_value("Overview, The model in brief: changed.")
    summary.fill(SUMMARY)
    attest(signatory, 2)
    check_receipt(signatory, story, 2)
    expect(signatory.get_by_text(SUMMARY)).to_be_visible()


def compare_and_resolve(lead: Page, story: Story) -> None:
    """CMS reads what changed word by word and settles both questions."""
    open_proposal(lead, story.proposal)
    begin(lead)
    lead.get_by_role("link", name="Compare rounds").click()
    change = lead.get_by_role("article", name=re.compile("The model in brief"))
    expect(change.locator("ins").filter(has_text="registered nurse")).to_be_visible()
    expect(change).to_contain_text("For Q2")
    expect(lead.locator("[data-change]")).to_have_count(1)

    open_proposal(lead, story.proposal)
    open_section(lead, "Overview")
    expect(lead.get_by_text("Changed for Q2")).to_be_visible()
    expect(lead.get_by_role("article", name=re.compile("^Q2"))).to_contain_text(REPLY)
    resolve(lead, "Q2")
    lead.get_by_role("link", name="Round as a whole").click()
    expect(lead.get_by_text(SUMMARY)).to_be_visible()
    expect(lead.get_by_role("article", name=re.compile("^Q1"))).to_contain_text(WIDE_REPLY)
    resolve(lead, "Q1")


def decide(lead: Page, story: Story) -> None:
    """The lead drafts the decision."""
    open_proposal(lead, story.proposal)
    lead.get_by_role("link", name="Draft the decision").click()
    lead.get_by_role("main").locator("label").filter(has_text=Outcome.READY.label).click()
    lead.get_by_label("Letter to the state").fill(LETTER)
    lead.get_by_role("button", name="Save the draft").click()
    expect(lead.get_by_text("An approver previews and announces it.")).to_be_visible()


def read_the_decision(editor: Page, story: Story) -> None:
    """The state reads it."""
    open_proposal(editor, story.proposal)
    editor.get_by_role("link", name="Read the decision").first.click()
    expect(editor.get_by_text(LETTER)).to_be_visible()


def download_packet(page: Page, story: Story, choice: str) -> bytes:
    """Ask for a packet, wait until it is made, and take it away."""
    open_proposal(page, story.proposal)
    page.get_by_role("link", name="Packets").click()
    page.get_by_role("main").locator("label").filter(has_text=re.compile(f"^{choice}$")).click()
    page.get_by_role("button", name="Make packet").click()
    link = page.get_by_role("link", name="Download PDF")
    expect(link).to_be_visible(timeout=PACKET_SECONDS * 1000)
    with page.expect_download() as download:
        link.click()
    path = story.folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()


def check_packets(editor: Page, reviewer: Page, story: Story) -> None:
    """Both packets hold every answer once and in order; the note of CMS stands in that of CMS only."""
    of_state = download_packet(editor, story, "Round 2")
    of_cms = download_packet(reviewer, story, "Round 2, with CMS internal notes")
    for pdf in (of_state, of_cms):
        assert misprints(pdf, content_of(story.submission(2))) == []
        assert summary_pages(pdf) in {2, 3}
        text = all_text(pdf)
        for words in (FIRST_WORDS, SECOND_WORDS, MEASURE, QUESTION, WIDE_QUESTION, REPLY, WIDE_REPLY, SUMMARY):
            assert text.count(squeezed(words)) == 1, words
    assert [all_text(pdf).count(squeezed(NOTE)) for pdf in (of_state, of_cms)] == [0, 1]
