"""People at a browser: signing in, opening a proposal, and what every test here starts from."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from proposals.models import Proposal
from proposals.sample_file import SAMPLES
from tests.browser import OpenPage
from tests.worlds import PASSWORD, Team, signed_in

#: Other work may keep the machine busy; waiting longer hides nothing.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def load_sample(team: Team, sample: str = "sample-1") -> Proposal:
    """Load a sample for a state with the command that people use; its last line names the proposal."""
    out = StringIO()
    call_command("load_sample", str(SAMPLES), sample=sample, agency=team.agency.code, stdout=out)
    return Proposal.objects.select_related("agency").get(number=out.getvalue().splitlines()[-1])


@dataclass(frozen=True)
class Desk:
    """Opens pages of the portal for its people."""

    site: str
    open_page: OpenPage

    def sign_in(self, actor: Actor, *, width: int = 1440, javascript: bool = True) -> Page:
        """Sign a person in through the sign-in page, as they would."""
        page = self.enter(None, width=width, javascript=javascript)
        page.goto(self.site)
        page.get_by_label("E-mail address").fill(actor.user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My work")
        return page

    def enter(self, person: Actor | User | None, *, width: int = 1440, javascript: bool = True) -> Page:
        """Open a browser in which somebody is signed in already; nobody is, for ``None``."""
        page = self.open_page(width=width, javascript=javascript)
        page.set_default_timeout(PATIENCE)
        if person is not None:
            cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.site}])
        return page


def open_proposal(page: Page, proposal: Proposal) -> None:
    """Go from any page to the overview of a proposal by the menu and the list."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Proposals").click()
    page.get_by_role("link", name=proposal.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(proposal.title)


def open_section(page: Page, title: str) -> None:
    """Go from the overview to a section."""
    page.get_by_role("main").get_by_role("table").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True).first).to_be_visible()


def said(page: Page, words: str) -> None:
    """The portal confirms what was done."""
    expect(page.locator(".usa-alert").filter(has_text=words)).to_be_visible()
