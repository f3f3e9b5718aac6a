"""Takes the pictures with Chromium, and makes small ones for the documentation."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import ARGUMENTS, WIDTHS
from tests.services.chromium import chromium_program
from tests.shots.pages import Shot

HEIGHT = 900
#: Pictures of the documentation show the window, not the whole page.
DOCS_SIZE = (1440, 1000)
#: So many colors are enough for a page, and make a third of the file.
COLORS = 128


class Camera:
    """One Chromium on one site."""

    def __init__(self, browser: Browser, site: str, password: str, pictures: Path, docs: Path) -> None:
        self.browser, self.site, self.password = browser, site, password
        self.pictures, self.docs = pictures, docs

    def take(self, shots: Iterable[Shot]) -> list[str]:
        """Take all pictures; return a sentence for each page that did not answer as it should."""
        complaints: list[str] = []
        ordered = sorted(shots, key=lambda shot: shot.person)
        for person, group in groupby(ordered, key=lambda shot: shot.person):
            with self._page() as page:
                if person:
                    self._sign_in(page, person)
                for shot in group:
                    complaints += self._shoot(page, shot)
        return complaints

    @contextmanager
    def _page(self) -> Iterator[Page]:
        context = self.browser.new_context(viewport={"width": WIDTHS[-1], "height": HEIGHT})
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield page
        context.close()

    def _sign_in(self, page: Page, person: str) -> None:
        page.goto(f"{self.site}/accounts/login/")
        page.locator("input[name=login]").fill(person)
        page.locator("input[name=password]").fill(self.password)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/accounts/login" not in address)

    def _shoot(self, page: Page, shot: Shot) -> list[str]:
        answer = page.goto(f"{self.site}{shot.path}")
        sys.stdout.write(f"  {shot.name}\n")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=self.pictures / f"{shot.name}-{width}.png", full_page=True)
        if shot.docs:
            page.set_viewport_size({"width": DOCS_SIZE[0], "height": DOCS_SIZE[1]})
            small(page.screenshot(), self.docs / f"{shot.docs}.png")
        if answer is None or answer.status not in {200, 404} or (answer.status == 404) != (shot.name == "not-found"):
            return [f"{shot.name}: {shot.path} answered {answer.status if answer else 'nothing'}"]
        return []


def small(picture: bytes, path: Path) -> None:
    """Write a picture with few colors, a third of its size."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLORS).save(path, optimize=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium: that of the system, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=list(ARGUMENTS))
        yield browser
        browser.close()
