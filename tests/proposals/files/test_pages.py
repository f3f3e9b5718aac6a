"""Attachments on their pages: what each side sees, sends and takes away."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from proposals.actions.attaching import remove
from proposals.actions.discussing import draft_reply
from proposals.actions.submitting import recall
from proposals.models import Attachment, Event, Proposal, Thread
from proposals.status import ScanStatus, Verb
from tests.proposals.files.samples import MODEL, pdf, png, put, upload
from tests.worlds import MODEL_CHANGED, NOW, World, fresh, hand_over, signed_in

#: What a page with files costs, whatever their number.
QUERIES = {"attachments of the draft": 7, "attachments of a round": 8, "section": 0, "review": 1}


def page_of(proposal: Proposal) -> str:
    return reverse("proposals:attachments", args=[proposal.pk])


def file_of(file: Attachment) -> str:
    return reverse("proposals:attachment_file", args=[file.pk])


def names(page: str) -> list[str]:
    """Return the names of files in the order of a page."""
    return re.findall(r'<li class="file">\s*<p><(?:a|span)[^>]*>([^<]+)<', page)


def test_several_files_come_in_by_a_plain_form(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)

    answer = client.post(page_of(proposal), {"about": MODEL, "files": [upload(pdf(), "a.pdf"), upload(png(), "b.png")]})

    assert (answer.status_code, answer["Location"]) == (302, page_of(proposal))
    page = client.get(page_of(proposal)).content.decode()
    assert "Attached: “a.pdf”, “b.png”." in page
    assert sorted(names(page)) == ["a.pdf", "b.png"]
    assert page.count("attached by Ohio editor") == 2
    editor = client.get(reverse("proposals:section", args=[proposal.pk, "es.overview"])).content.decode()
    assert sorted(names(editor)) == ["a.pdf", "b.png"]


def test_what_is_refused_says_why_and_keeps_nothing_else_out(world: World, settings: Settings) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    settings.ATTACHMENT_BYTES = 200_000
    files = [upload(pdf(), "a.pdf"), upload(b"MZ", "b.pdf"), upload(pdf() + b"0" * 200_000, "c.pdf")]

    answer = client.post(page_of(proposal), {"about": "", "files": files})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“a.pdf” is attached." in page
    assert "“b.pdf” is called a PDF but its content is not one. Open it, save it again and attach that." in page
    assert "“c.pdf” is larger than 0 MB. Make it smaller and try again." in page
    assert names(page) == ["a.pdf"]


def test_more_files_than_one_form_may_hold_are_named(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    files = [upload(pdf(str(number)), f"{number}.pdf") for number in range(21)]

    page = client.post(page_of(proposal), {"about": "", "files": files}).content.decode()

    assert "“20.pdf” was not taken: send at most 20 files at once." in page
    assert len(names(page)) == 20


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Choose one or more files first."),
        ({"files": "no file at all"}, "Choose one or more files first."),
        ({"about": "qs.nothing"}, "Choose a place that is open for changes to you."),
    ],
)
def test_an_odd_form_gets_one_sentence(world: World, body: dict[str, str], sentence: str) -> None:
    answer = signed_in(world.ohio.editor).post(page_of(world.draft()), body)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_a_script_gets_one_outcome_for_each_file(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    put(proposal, world.ohio.editor, pdf("same"), "first.pdf", prompt_id="")

    def send(content: bytes, name: str) -> dict[str, object]:
        answer = client.post(
            page_of(proposal), {"about": MODEL, "files": upload(content, name)}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 200
        (outcome,) = answer.json()["outcomes"]
        return dict(outcome)

    taken, refused = send(pdf("same"), "<b>.pdf"), send(b"", "empty.pdf")
    assert (taken["ok"], taken["sentence"]) == (
        True,
        "The same file is attached to “the whole proposal” as “first.pdf”.",
    )
    assert names(str(taken["html"])) == ["b.pdf"]
    assert refused == {"ok": False, "sentence": "“empty.pdf” is empty.", "html": ""}


def test_a_file_leaves_as_a_download_and_is_recorded(world: World) -> None:
    proposal = world.draft()
    file = put(proposal, world.ohio.editor, pdf("out"), "Plän.pdf").attachment

    answer = signed_in(world.ohio.viewer).get(file_of(file))

    assert b"".join(answer) == pdf("out")
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename*=utf-8''Pl%C3%A4n.pdf",
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    event = Event.objects.filter(proposal=proposal).latest("pk")
    assert (event.verb, event.object_id) == (Verb.ATTACHMENT_DOWNLOADED, str(file.pk))


def test_there_is_one_way_out_for_files() -> None:
    rooms = [path for room in ("icm_portal", "proposals", "exports") for path in Path(room).rglob("*.py")]
    found = {str(path) for path in rooms if re.search(r"FileResponse|StreamingHttpResponse", path.read_text())}
    assert found == {"proposals/files/leaving.py"}


def test_cms_sees_what_went_out_with_a_round_as_it_was(world: World) -> None:
    proposal = world.complete_draft()
    sent = put(proposal, world.ohio.editor, name="sent.pdf").attachment
    whole = put(proposal, world.ohio.editor, name="whole.pdf", prompt_id="").attachment
    cms = signed_in(world.cms.observer)
    assert [cms.get(address).status_code for address in (page_of(proposal), file_of(sent))] == [404, 404]

    submission = hand_over(proposal, world.ohio.signatory)
    page = cms.get(page_of(proposal)).content.decode()
    assert names(page) == ["whole.pdf", "sent.pdf"]
    assert "attached by" not in page
    assert names(cms.get(reverse("proposals:review", args=[proposal.pk, "es.overview"])).content.decode()) == [
        "sent.pdf"
    ]
    assert names(cms.get(reverse("proposals:review_start", args=[proposal.pk])).content.decode()) == ["whole.pdf"]
    receipt = cms.get(reverse("proposals:receipt", args=[proposal.pk, 1])).content.decode()
    assert (sent.sha256 in receipt, whole.sha256 in receipt) == (True, True)
    assert b"".join(cms.get(file_of(sent))) == pdf("sent.pdf")

    recall(actor=world.ohio.signatory, proposal=fresh(proposal), reason="Typo", now=NOW + timedelta(days=2))
    assert [cms.get(address).status_code for address in (page_of(proposal), file_of(sent))] == [404, 404]
    assert submission.attached.count() == 2


def test_what_a_state_removes_or_adds_later_changes_nothing_for_cms(world: World) -> None:
    proposal = world.complete_draft()
    sent = put(proposal, world.ohio.editor, name="sent.pdf").attachment
    hand_over(proposal, world.ohio.signatory)
    lead = signed_in(world.cms.lead)
    lead.post(reverse("proposals:transition", args=[proposal.pk, "begin_review"]))
    world.ask(fresh(proposal), MODEL, "Which?")
    world.release(fresh(proposal), ["es.overview"])
    remove(actor=world.ohio.editor, attachment=sent, now=NOW)
    later = put(fresh(proposal), world.ohio.editor, name="later.pdf").attachment

    assert names(lead.get(page_of(proposal)).content.decode()) == ["sent.pdf"]
    assert b"".join(lead.get(file_of(sent))) == pdf("sent.pdf")
    assert lead.get(file_of(later)).status_code == 404
    own = signed_in(world.ohio.signatory)
    assert names(own.get(page_of(proposal)).content.decode()) == ["later.pdf"]

    thread = Thread.objects.get()
    draft_reply(actor=world.ohio.editor, thread=thread, body="This one.", now=NOW, claimed=MODEL_CHANGED)
    summary = own.get(reverse("proposals:submit", args=[proposal.pk])).content.decode()
    assert "File added: later.pdf.\nFile removed: sent.pdf." in summary
    hand_over(fresh(proposal), world.ohio.signatory, summary="Another file.")
    second = lead.get(reverse("proposals:review_start", args=[proposal.pk])).content.decode()
    assert re.findall(r"<li>File (\w+): ([^<]+)</li>", second) == [("added", "later.pdf"), ("removed", "sent.pdf")]
    first = lead.get(reverse("proposals:review", args=[proposal.pk, "es.overview"]) + "?round=1").content.decode()
    assert names(first) == ["sent.pdf"]


def test_nobody_but_the_state_adds_or_removes(world: World) -> None:
    proposal = world.submitted()
    file = put(world.draft(), world.ohio.editor).attachment
    body = {"about": "", "files": upload(pdf(), "a.pdf")}
    answers = {
        "cms": signed_in(world.cms.lead).post(page_of(proposal), body).status_code,
        "texas": signed_in(world.texas.editor).post(page_of(proposal), body).status_code,
        "viewer": signed_in(world.ohio.viewer).post(page_of(file.proposal), body).status_code,
    }
    assert answers == {"cms": 403, "texas": 404, "viewer": 422}
    place = reverse("proposals:attachment_remove", args=[file.pk])
    people = (world.texas.editor, world.cms.lead, world.ohio.viewer)
    assert [signed_in(actor).post(place).status_code for actor in people] == [404, 404, 403]


def test_removing_asks_first(world: World) -> None:
    file, client = put(world.draft(), world.ohio.editor).attachment, signed_in(world.ohio.editor)
    place = reverse("proposals:attachment_remove", args=[file.pk])

    assert "Remove “plan.pdf”?" in client.get(place).content.decode()
    assert client.post(place)["Location"] == page_of(file.proposal)
    assert "“plan.pdf” is removed." in client.get(page_of(file.proposal)).content.decode()
    assert [client.get(address).status_code for address in (place, file_of(file))] == [404, 404]


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        (ScanStatus.WAITING, "Waits for the virus scanner. Try again in a minute."),
        (ScanStatus.INFECTED, "Carries a virus (Worm) and cannot be downloaded."),
        (ScanStatus.FAILED, "The virus scanner could not read it; it cannot be downloaded."),
    ],
)
def test_what_is_not_clean_does_not_leave(world: World, settings: Settings, scan: str, sentence: str) -> None:
    file = put(world.draft(), world.ohio.editor).attachment
    settings.CLAMAV_ADDRESS = "tcp://127.0.0.1:9"
    Attachment.objects.filter(pk=file.pk).update(scan=scan, virus="Worm")

    answer = signed_in(world.ohio.editor).get(file_of(file))

    assert (answer.status_code, sentence in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_one_file_and_for_three(world: World, rows: int) -> None:
    sent, draft = world.complete_draft(title="Sent"), world.draft()
    bare = world.draft(title="Bare")
    for number in range(rows):
        for proposal in (sent, draft):
            put(proposal, world.ohio.editor, name=f"{number}.pdf")
    bare_sent = world.submitted(title="Nothing attached")
    hand_over(sent, world.ohio.signatory)
    state, cms = signed_in(world.ohio.editor), signed_in(world.cms.observer)

    def cost(client: object, address: str) -> int:
        client.get(address)  # type: ignore[attr-defined]
        with CaptureQueriesContext(connection) as queries:
            client.get(address)  # type: ignore[attr-defined]
        return len(queries)

    def more(client: object, name: str, full: Proposal, empty: Proposal) -> int:
        return cost(client, reverse(name, args=[full.pk, "es.overview"])) - cost(
            client, reverse(name, args=[empty.pk, "es.overview"])
        )

    assert {
        "attachments of the draft": cost(state, page_of(draft)),
        "attachments of a round": cost(cms, page_of(sent)),
        "section": more(state, "proposals:section", draft, bare),
        "review": more(cms, "proposals:review", sent, bare_sent),
    } == QUERIES
