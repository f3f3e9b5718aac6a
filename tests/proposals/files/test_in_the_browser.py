"""Files dropped and chosen in Chromium: several at once, each with its bar, and what is refused says why beside its name."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect
from pytest_django import Settings

from proposals.models import Attachment, Proposal
from proposals.status import ScanStatus
from tests.browser import WIDTHS, OpenPage, overflow, violations
from tests.proposals.drafting.test_in_the_browser import opened, section_path
from tests.proposals.files.samples import MODEL, pdf, png, put
from tests.worlds import World

DROP = """([element, files]) => {
  const data = new DataTransfer();
  files.forEach(([name, text]) => data.items.add(new File([text], name)));
  for (const kind of ["dragover", "drop"]) {
    element.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
  }
}"""


def payload(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def names(proposal: Proposal) -> list[str]:
    return sorted(Attachment.objects.filter(proposal=proposal).values_list("name", flat=True))


def choose(page: Page, place: str, *files: FilePayload) -> None:
    """Press the button of a place and choose files."""
    with page.expect_file_chooser() as chooser:
        page.locator(place).get_by_role("button", name="choose files").click()
    chooser.value.set_files(list(files))


def test_several_files_at_once_beside_a_prompt_while_words_are_typed(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, section_path(proposal, "es.overview"))
    zone = f'[data-drop][data-about="{MODEL}"]'
    expect(page.locator(zone)).to_be_visible()

    choose(page, zone, *(payload(f"{number}.pdf", pdf(str(number))) for number in range(5)), payload("no.pdf", b"MZ"))

    expect(page.locator(f"{zone} li.file")).to_have_count(5)
    expect(page.locator(f"{zone} .usa-error-message")).to_have_text(
        "“no.pdf” is called a PDF but its content is not one. Open it, save it again and attach that."
    )
    expect(page.locator(f"{zone} progress")).to_have_count(0)
    assert names(proposal) == [f"{number}.pdf" for number in range(5)]
    assert set(Attachment.objects.values_list("prompt_id", flat=True)) == {MODEL}
    expect(page.locator("#save-state")).to_contain_text("Nothing saved yet")


def test_dropped_files_go_where_the_page_says(transactional_db: None, live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, reverse("proposals:attachments", args=[proposal.pk]))
    page.get_by_label("What the files are about").select_option(MODEL)

    page.evaluate(DROP, [page.locator("[data-drop]").element_handle(), [["rates.csv", "a,b"], ["a.exe", "MZ\u0000"]]])

    expect(page.locator("li.file")).to_have_count(1)
    expect(page.locator(".usa-error-message")).to_contain_text("“a.exe” is of a kind that cannot be attached.")
    assert list(Attachment.objects.values_list("name", "prompt_id")) == [("rates.csv", MODEL)]
    page.evaluate(DROP, [page.locator("h1").element_handle(), [["lost.csv", "a,b"]]])
    assert page.url.endswith("/attachments/")


def test_a_lost_network_is_said_and_tried_again(transactional_db: None, live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, reverse("proposals:attachments", args=[proposal.pk]))
    page.route("**/attachments/", lambda route: route.fulfill(status=200, body="<html>"), times=1)

    choose(page, "[data-drop]", payload("plan.pdf", pdf()))
    expect(page.locator(".usa-error-message")).to_contain_text("“plan.pdf” was not attached")
    page.get_by_role("button", name="Try again: plan.pdf").click()

    expect(page.locator("li.file")).to_have_count(1)
    assert names(proposal) == ["plan.pdf"]


def test_without_scripts_a_plain_form_does_it(transactional_db: None, live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = world.draft()
    address = reverse("proposals:attachments", args=[proposal.pk])
    page = opened(open_page, live_site, world.ohio.editor, address, javascript=False)

    page.get_by_label("Files", exact=True).set_input_files([payload("a.pdf", pdf()), payload("b.png", png())])
    page.get_by_role("button", name="Attach").click()

    expect(page.get_by_role("link", name="a.pdf", exact=True)).to_be_visible()
    assert names(proposal) == ["a.pdf", "b.png"]


def test_the_page_of_files_is_accessible_and_fits(
    transactional_db: None, live_site: str, open_page: OpenPage, settings: Settings
) -> None:
    world = World()
    proposal = world.draft()
    put(
        proposal,
        world.ohio.editor,
        name="A very long name of a file that nobody shortened before they sent it here.pdf",
    )
    virus = put(proposal, world.ohio.editor, name="virus.pdf", prompt_id="").attachment
    Attachment.objects.filter(pk=virus.pk).update(scan=ScanStatus.INFECTED, virus="Test-Virus")
    page = opened(open_page, live_site, world.ohio.editor, reverse("proposals:attachments", args=[proposal.pk]))
    choose(page, "[data-drop]", payload("no.pdf", b"MZ"), payload("yes.pdf", pdf("yes")))
    expect(page.locator("[data-sent] li.file")).to_have_count(1)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0
        assert violations(page) == []
