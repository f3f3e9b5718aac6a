"""What people of both sides do in more than one journey: write, save, sign, begin, ask, resolve, announce."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect

from icm_portal.accounts.actor import Actor
from proposals.actions.submitting import ATTESTATION
from proposals.models import Notification
from tests.journey.people import said

#: The worker sends mail within seconds; on a machine busy with other work, within many.
MAIL_SECONDS = 120


def say_more(page: Page, label: str, words: str) -> None:
    """Type a new last paragraph into a narrative, in the rich text editor once it has taken the place of the plain box."""
    text = page.get_by_role("textbox", name=label).and_(page.locator("[contenteditable=true]"))
    text.click()
    text.press("Control+End")
    text.press("Enter")
    text.press_sequentially(words)


def save(page: Page, title: str) -> None:
    """Save the section with the button that is always in view."""
    page.get_by_role("region", name="Save state").get_by_role("button", name="Save", exact=True).click()
    said(page, f"“{title}” is saved.")


def attest(signatory: Page, number: int) -> None:
    """Declare and submit."""
    signatory.locator("label").filter(has_text=ATTESTATION).click()
    signatory.get_by_role("button", name=f"Submit round {number} to CMS").click()


def begin(lead: Page) -> None:
    """The lead of CMS begins the review."""
    lead.get_by_role("main").get_by_role("link", name="Begin the review").first.click()
    lead.get_by_role("button", name="Begin the review").click()
    said(lead, "The review has begun.")


def write_words(composer: Locator, label: str, words: str, action: str) -> None:
    """Fill the composer and press its button."""
    composer.get_by_label(label, exact=True).fill(words)
    composer.get_by_role("button", name=action).click()


def wait_for_mail(person: Actor) -> None:
    """The worker sends the mail that tells the state."""
    end = time.monotonic() + MAIL_SECONDS
    told = Notification.objects.filter(recipient=person.user, event__verb="changes_requested")
    while not told.filter(sent_at__isnull=False).exists():
        assert time.monotonic() < end, "no mail was sent"
        time.sleep(0.1)


def resolve(reviewer: Page, number: str, reason: str = "") -> None:
    """A reviewer is content with a reply; why, is read by CMS alone."""
    reviewer.locator("summary").filter(has_text=f"Resolve {number}").click()
    reviewer.locator(f"#reason-{number}").fill(reason)
    reviewer.get_by_role("button", name=f"Resolve {number}").click()
    said(reviewer, f"{number} is resolved.")


def announce(approver: Page, letter: str) -> None:
    """An approver reads the drafted decision as the state will, and announces it."""
    approver.get_by_role("link", name="Announce the decision").click()
    approver.get_by_role("link", name="Preview and announce").click()
    expect(approver.get_by_text(letter)).to_be_visible()
    approver.get_by_role("button", name="Announce the decision").click()
    said(approver, "The decision is announced.")
