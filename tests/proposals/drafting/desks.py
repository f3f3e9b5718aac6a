"""People at their browsers in one section: typing, watching the save line, losing the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Error, Locator, Page, expect

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal, Section
from tests.worlds import PASSWORD, World, signed_in

MODEL, GOALS, CURRENT = "es.overview.model", "es.overview.goals", "es.overview.current"
#: Enough for two seconds of silence, a request, and a slow machine.
PATIENCE = 15_000
#: So tall that everything is in view: rich texts are drawn when they come into it, and would move what is clicked.
TALL = 9000


class Desk:
    """One person's browser, in a section of a proposal."""

    def __init__(self, page: Page, site: str, actor: Actor, proposal: Proposal) -> None:
        self.page, self.site, self.actor, self.proposal = page, site, actor, proposal

    def open(self, section: str = "es.overview") -> Desk:
        """Go to a section; every prompt is unfolded."""
        self.page.goto(self.site + reverse("proposals:section", args=[self.proposal.pk, section]))
        self.unfold()
        return self

    def unfold(self) -> None:
        """Open every prompt of the page that comes; wait until its rich texts are drawn, and copies can be kept."""
        self.looked()
        self.page.evaluate("document.querySelectorAll('details.prompt').forEach((d) => (d.open = true))")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('textarea[data-rich]')].every((t) => t.dataset.ready || !t.parentElement.checkVisibility())"
        )

    def looked(self) -> None:
        """Wait until the page is there, and has looked for kept words."""
        self.page.wait_for_function("() => window.icm?.kept?.ready.then(() => true)", timeout=PATIENCE)

    def box(self, prompt_id: str) -> Locator:
        """The rich text of a prompt."""
        return self.page.locator(f"#id_{prompt_id.replace('.', '-')}-narrative-text")

    def type(self, prompt_id: str, words: str) -> None:
        """Type at the end of a prompt's text, key by key."""
        self.box(prompt_id).click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(words)

    def table(self, name: str) -> Locator:
        """A table, by what its names begin with."""
        return self.page.locator(f"[data-rows]:has([name='{name}-order'])")

    def line(self, words: str) -> None:
        """Wait until the save line says so."""
        expect(self.page.locator("#save-state")).to_contain_text(words, timeout=PATIENCE)

    def saved(self) -> None:
        """Wait until everything typed is stored."""
        self.page.wait_for_function(
            "() => [...icm.autosave.units.values()].every((u) => !u.isDirty) && !icm.autosave.state.busy",
            timeout=PATIENCE,
        )
        self.line("Saved")

    def copies(self) -> int:
        """How many copies this browser keeps."""
        return int(
            self.page.evaluate(
                """() => new Promise((resolve) => {
                  const asked = indexedDB.open("icm-kept", 1);
                  asked.onsuccess = () => {
                    const count = asked.result.transaction("copies").objectStore("copies").count();
                    count.onsuccess = () => { asked.result.close(); resolve(count.result); };
                  };
                })"""
            )
        )

    def crash(self) -> None:
        """The page is gone without a word: the browser's process behind it dies. Its person has another."""
        with pytest.raises(Error, match="crash"):
            self.page.goto("chrome://crash")
        self.page = self.page.context.new_page()

    def sign_in(self) -> None:
        """Sign in on the page of the moment."""
        self.page.get_by_label("E-mail").fill(self.actor.user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def stored(self, prompt_id: str) -> Any:
        """What the portal has of an answer."""
        key = next(
            section
            for section, answers in Section.objects.filter(proposal=self.proposal).values_list("key", "answers")
            if prompt_id.startswith(section) and (prompt_id in answers or prompt_id.rpartition(".")[0] == section)
        )
        return Section.objects.get(proposal=self.proposal, key=key).answers.get(prompt_id)

    def arrives(self, prompt_id: str, narrative: str) -> None:
        """Wait until the portal has this narrative."""
        self.page.wait_for_function(
            "id => !icm.autosave.units.get(id).isDirty && !icm.autosave.state.busy", arg=prompt_id, timeout=PATIENCE
        )
        assert self.words(prompt_id) == narrative

    def words(self, prompt_id: str) -> str:
        """The stored narrative of an answer."""
        return str((self.stored(prompt_id) or {"fields": {}})["fields"].get("narrative", ""))


Sit = Callable[..., Desk]


@pytest.fixture
def sit(transactional_db: None, browser: Browser, live_site: str) -> Iterator[Sit]:
    """Give a function that seats a person at a browser of their own: ``sit(actor, proposal)``.

    Errors of scripts fail the test; requests that a test makes fail do not.
    """
    contexts, errors = [], list[str]()

    def seated(actor: Actor, proposal: Proposal, site: str = live_site) -> Desk:
        context = browser.new_context(viewport={"width": 1440, "height": TALL})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        session = signed_in(actor).cookies["icm_session"].value
        context.add_cookies([{"name": "icm_session", "value": session, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        return Desk(page, site, actor, proposal)

    yield seated
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def world_at_work(transactional_db: None) -> World:
    """A world that the served portal sees too."""
    return World()
