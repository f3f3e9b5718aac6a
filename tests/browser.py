"""A real browser for tests: one Chromium for the whole run, one clean profile per test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.services.chromium import chromium_program

WIDTHS = (360, 1024, 1440)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAYOUT_RULES = ["target-size", "scrollable-region-focusable", "aria-hidden-focus", "nested-interactive"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, else the one Playwright has installed."""
    # Playwright's loop runs in the test's own thread; the database calls of the test are synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_program(), args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens a page: ``open_page(width=360, javascript=False)``.

    At the end of the test every complaint of a browser console fails it: script errors, missing files, what the
    content security policy refused.
    A form that is refused with 4xx is no complaint: the answer is a page that says why.
    """
    contexts = []
    complaints: list[tuple[str, str]] = []
    refusals: set[str] = set()

    def note_refusal(response: Response) -> None:
        if response.request.is_navigation_request() and 400 <= response.status < 500:
            refusals.add(response.url)

    def opened(*, width: int = 1440, height: int = 900, javascript: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=javascript)
        contexts.append(context)
        page = context.new_page()
        page.on("response", note_refusal)
        page.on("pageerror", lambda error: complaints.append((str(error), "")))
        page.on(
            "console",
            lambda said: complaints.append((said.text, said.location["url"])) if said.type == "error" else None,
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    loud = [text for text, url in complaints if not (text.startswith("Failed to load resource") and url in refusals)]
    assert loud == []


def violations(page: Page, *, colors: bool = True, layout_only: bool = False) -> list[str]:
    """What axe finds on the page as it stands: one line per rule and place, empty when all is well.

    Contrast takes most of the time: ``colors=False`` leaves it out where the same page was looked at before, at
    another width. ``layout_only`` asks just the rules whose answer depends on where things stand.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    rules = LAYOUT_RULES if layout_only else RULES
    enabled = {} if layout_only else {"color-contrast": {"enabled": colors}}
    options = {"runOnly": rules, "resultTypes": ["violations"], "rules": enabled}
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
