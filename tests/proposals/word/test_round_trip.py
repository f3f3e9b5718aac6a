"""A section goes out as a Word file and comes back: changes are shown beside what stands, and saved as if typed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.document import Document as Doc
from lxml import html

from proposals.examples import example_answers
from proposals.models import Event, Proposal, Section, SectionRevision
from proposals.queries.at_revision import answers_at
from proposals.status import Verb
from proposals.word.returning import as_given, read_back
from proposals.word.writing import Source, write_section
from tests.proposals.forms.pages import posted as as_sent
from tests.proposals.word.files import HOSTILE, saved, simple
from tests.worlds import World, answer, fresh, narrative_answer, not_applicable, signed_in
from toolkit.loading import load
from toolkit.types import Section as Definition

KEY, MODEL, GOALS = "es.overview", "es.overview.model", "es.overview.goals"
RICH = (
    "<p>Plain <strong>bold</strong>, <em>italic</em> and <strong><em>both</em></strong>.<br>A new line.</p>"
    "<ul><li>one<ul><li>under</li></ul></li><li>two</li></ul><ol><li>first</li><li>second</li></ol><p>Between.</p>"
    "<ol><li>again from one</li></ol>"
    '<p>See <a href="https://example.gov/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">the plan</a>.</p>'
    "<table><tbody><tr><th>County</th><th>Rate</th></tr><tr><td>A &amp; B</td><td>&lt;5%</td></tr>"
    '<tr><td colspan="2">both</td></tr></tbody></table>'
)


def definition() -> Definition:
    return load().section(KEY)


def page_of(proposal: Proposal) -> str:
    return reverse("proposals:word_section", args=[proposal.pk, KEY])


def given_out(client: Client, proposal: Proposal) -> Doc:
    """The file as the portal hands it out, opened as in Word."""
    answer = client.get(reverse("proposals:word_file", args=[proposal.pk, KEY]))
    assert answer.status_code == 200
    return Document(io.BytesIO(b"".join(answer)))


def edited(document: Doc, before: str, after: str) -> Doc:
    """Replace the text of one paragraph; "" empties it."""
    (place,) = [item for item in document.paragraphs if item.text == before]
    place.text = after
    return document


def sent_back(client: Client, proposal: Proposal, content: bytes) -> str:
    """Send a file; return the page that compares."""
    response = client.post(page_of(proposal), {"file": SimpleUploadedFile("section.docx", content)})
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def posted(page: str, **choices: str) -> dict[str, Any]:
    """What a browser posts: every control of the form as it stands on the page, with other choices for some prompts."""
    form = next(found for found in html.fromstring(page).forms if "base_revision" in found.fields)
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return {**sent, **{name: [value] for name, value in choices.items()}}


def narrative(proposal: Proposal, prompt_id: str = MODEL) -> str:
    stored = Section.objects.get(proposal=proposal, key=KEY).answers[prompt_id]
    return str(stored["fields"].get("narrative", ""))


def world_with_text(world: World) -> Proposal:
    proposal = world.draft()
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("A health home."))
    answer(
        proposal, world.ohio.editor, GOALS, {"disposition": "answered", "fields": {"narrative": "<p>Better care.</p>"}}
    )
    return fresh(proposal)


# --- the file ---------------------------------------------------------------------------------------------------------


def source(text: str) -> Source:
    proposal = "11111111-2222-4333-8444-555555555555"
    answers = {MODEL: {"disposition": "answered", "fields": {"model_types": ["health_home"], "narrative": text}}}
    return Source(UUID(proposal), "Buckeye", "OH-ICM-0001", definition(), 7, answers, {})


def test_a_narrative_survives_the_way_through_word_unchanged() -> None:
    assert as_given(source(RICH), load())[MODEL, "narrative"] == RICH


def test_the_file_says_where_it_came_from_and_shows_facts_that_are_not_read_back() -> None:
    content = write_section(source("<p>Words.</p>"))
    returned = read_back(content, "x.docx", load(), source("<p>Words.</p>"))
    assert (str(returned.origin.proposal), returned.origin.section, returned.origin.revision) == (
        "11111111-2222-4333-8444-555555555555", KEY, 7,
    )  # fmt: skip
    lines = [
        item.text for item in Document(io.BytesIO(content)).paragraphs if item.style and item.style.name == "ICM Fact"
    ]
    assert [line for line in lines if "Health home" in line] != []
    assert returned.texts[MODEL, "narrative"] == "<p>Words.</p>"
    assert returned.leftover == ""


def test_what_people_write_under_a_line_for_information_comes_back_and_the_line_itself_does_not() -> None:
    document = Document(io.BytesIO(write_section(source("<p>Words.</p>"))))
    gray = [item for item in document.paragraphs if item.style and item.style.name == "ICM Fact"]
    [chosen] = [item for item in gray if "Health home" in item.text]
    typed = chosen.insert_paragraph_before("Typed in the gray style.", style=chosen.style)
    typed.insert_paragraph_before("", style=chosen.style)
    chosen.add_run(" And one more word.")
    gray[0].add_run(" Above the first heading.")

    returned = read_back(saved(document), "x.docx", load(), source("<p>Words.</p>"))

    assert returned.texts[MODEL, "narrative"] == (f"<p>Typed in the gray style.</p><p>{chosen.text}</p><p>Words.</p>")
    assert returned.leftover == f"<p>{gray[0].text}</p>"


def test_a_line_is_for_information_as_it_read_when_the_file_was_given_out(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    document = edited(given_out(client, proposal), "A health home.", "A health home for adults.")
    changed = narrative_answer("A health home.")
    changed["fields"]["model_types"] = ["aco_like"]
    answer(proposal, world.ohio.signatory, MODEL, changed)

    page = sent_back(client, proposal, saved(document))

    assert [text.strip() for text in posted(page)["es-overview-model-narrative"]] == ["A health home for adults."]


def test_every_section_of_a_full_proposal_comes_back_with_its_narratives_and_nothing_else() -> None:
    answers, came = example_answers(), 0
    for section in load().sections:
        own = {prompt.id: answers[prompt.id] for prompt in section.prompts if prompt.id in answers}
        given = Source(UUID(int=1), "Title", "OH-ICM-0001", section, 1, own, answers)
        returned = read_back(write_section(given), "x.docx", load(), given)
        stored = {(key, field): own.get(key, {}).get("fields", {}).get(field, "") for key, field in returned.texts}
        assert (returned.texts, returned.leftover) == (stored, ""), section.id
        came += sum(map(bool, stored.values()))
    assert came > 50


def test_what_applied_when_a_file_was_given_out_is_not_read_as_typed_when_it_does_not_any_more() -> None:
    section = next(item for item in load().sections if "vbc_design" in str(item.prompts[0].applies_when))
    [prompt, key] = next((p.id, f.key) for p in section.prompts for f in p.fields if f.kind.name == "rich")
    own = {prompt: {"disposition": "answered", "fields": {key: "<p>Words.</p>"}}}
    scope = {"pr.scope": {"disposition": "answered", "fields": {"supplements": ["vbc_design"]}}}
    given = Source(UUID(int=1), "Title", "OH-ICM-0001", section, 1, own, scope)
    now = replace(given, switches={})

    returned = read_back(write_section(given), "x.docx", load(), now)

    before = as_given(now, load())
    assert (returned.leftover, returned.texts[prompt, key]) == ("", "<p>Words.</p>")
    assert returned.texts == {place: before[place] for place in returned.texts}


def test_a_heading_without_its_bookmark_is_known_by_its_words() -> None:
    document = Document(io.BytesIO(write_section(source("<p>Words.</p>"))))
    for mark in document.element.xpath("//w:bookmarkStart|//w:bookmarkEnd"):
        mark.getparent().remove(mark)
    returned = read_back(saved(document), "x.docx", load(), source("<p>Words.</p>"))
    assert (returned.origin.revision, returned.texts[MODEL, "narrative"]) == (-1, "<p>Words.</p>")


def test_what_stands_before_the_first_heading_is_not_lost() -> None:
    document = Document(io.BytesIO(write_section(source("<p>Words.</p>"))))
    document.paragraphs[0].insert_paragraph_before("A word to the team.")
    assert (
        read_back(saved(document), "x.docx", load(), source("<p>Words.</p>")).leftover == "<p>A word to the team.</p>"
    )


def test_an_earlier_revision_is_put_together_from_what_changed_since(world: World) -> None:
    proposal = world_with_text(world)
    section = Section.objects.get(proposal=proposal, key=KEY)
    assert [sorted(answers_at(section, revision)) for revision in (0, 1, 2, -1, 99)] == [
        [], [MODEL], [GOALS, MODEL], [GOALS, MODEL], [GOALS, MODEL],
    ]  # fmt: skip


# --- coming back ------------------------------------------------------------------------------------------------------


def test_an_unchanged_file_changes_nothing(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    page = sent_back(client, proposal, saved(given_out(client, proposal)))
    assert "no answer in the file differs from what stands here." in page
    assert Event.objects.filter(proposal=proposal, verb=Verb.WORD_GIVEN, section_key=KEY).count() == 1


def test_accepted_changes_are_saved_and_others_are_not(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    document = edited(given_out(client, proposal), "A health home.", "A health home for adults.")
    edited(document, "Better care.", "Better health.")
    page = sent_back(client, proposal, saved(document))
    assert "2 answers in the file differ. Nothing is saved yet." in page
    assert narrative(proposal) == "<p>A health home.</p>"

    refused = posted(page, **{"keep-es-overview-goals": "theirs"})
    assert client.post(reverse("proposals:section", args=[proposal.pk, KEY]), refused).status_code == 302
    assert (narrative(proposal), narrative(proposal, GOALS)) == (
        "<p>A health home for adults.</p>",
        "<p>Better care.</p>",
    )
    stored = Section.objects.get(proposal=proposal, key=KEY).answers[MODEL]["fields"]
    assert (stored["model_types"], stored["features"]) == (["health_home"], ["coordinated"])
    newest = SectionRevision.objects.filter(section__proposal=proposal, section__key=KEY).latest("revision")
    assert (list(newest.changes), newest.author) == ([MODEL], world.ohio.editor.user)


def test_what_came_back_is_saved_also_after_signing_in_again_meanwhile(world: World) -> None:
    proposal, editor = world_with_text(world), world.ohio.editor
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor.user)
    document = edited(given_out(client, proposal), "A health home.", "A health home for adults.")
    page = sent_back(signed_in(editor), proposal, saved(document))
    client.force_login(editor.user)  # a new form token, as after each sign-in
    section, here = reverse("proposals:section", args=[proposal.pk, KEY]), {"Sec-Fetch-Site": "same-origin"}

    answered = client.post(section, posted(page), headers=here)
    assert "Press the button once more to save what you typed." in answered.content.decode()
    assert client.post(section, as_sent(answered.content.decode(), "unsent"), headers=here).status_code == 302
    assert narrative(proposal) == "<p>A health home for adults.</p>"


def test_taking_a_text_to_edit_opens_the_editor_with_it_and_stores_nothing(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    document = edited(given_out(client, proposal), "A health home.", "To be edited.")
    page = sent_back(client, proposal, saved(document))
    answer = client.post(
        reverse("proposals:section", args=[proposal.pk, KEY]), posted(page, **{"keep-es-overview-model": "edit"})
    )
    assert (answer.status_code, "To be edited." in answer.content.decode()) == (200, True)
    assert narrative(proposal) == "<p>A health home.</p>"


def test_a_section_that_moved_on_shows_both_and_keeps_its_own_text_unless_told(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    document = edited(given_out(client, proposal), "A health home.", "A home from the file.")
    edited(document, "Better care.", "Better health.")
    answer(proposal, world.ohio.signatory, MODEL, narrative_answer("A home changed here."))

    page = sent_back(client, proposal, saved(document))
    assert "The section was saved here after the file was downloaded." in page
    assert page.count("This answer changed here after the file was downloaded.") == 1
    body = posted(page)
    assert (body["keep-es-overview-model"], body["keep-es-overview-goals"]) == (["theirs"], ["mine"])
    client.post(reverse("proposals:section", args=[proposal.pk, KEY]), body)
    assert (narrative(proposal), narrative(proposal, GOALS)) == ("<p>A home changed here.</p>", "<p>Better health.</p>")
    client.post(reverse("proposals:section", args=[proposal.pk, KEY]), {**body, "keep-es-overview-model": "mine"})
    assert narrative(proposal) == "<p>A home from the file.</p>"


def test_a_save_by_a_colleague_after_the_comparison_is_a_conflict_and_loses_nothing(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    document = edited(given_out(client, proposal), "A health home.", "A home from the file.")
    page = sent_back(client, proposal, saved(document))
    answer(proposal, world.ohio.signatory, MODEL, narrative_answer("A home changed at once."))

    response = client.post(reverse("proposals:section", args=[proposal.pk, KEY]), posted(page))

    shown = response.content.decode()
    assert response.status_code == 409
    assert ("from the file" in shown, "changed at once" in shown) == (True, True)
    assert narrative(proposal) == "<p>A home changed at once.</p>"


def test_what_is_not_yet_known_stays_so_and_what_does_not_apply_becomes_an_answer(world: World) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    plan = {"reason": "", "plan": "Ask the actuary.", "owner": "Ada", "expected": "2027-05-01"}
    later = {"disposition": "nyk", **plan, "fields": {"narrative": "<p>So far.</p>"}}
    answer(proposal, world.ohio.editor, MODEL, later)
    answer(proposal, world.ohio.editor, GOALS, not_applicable())
    document = edited(given_out(client, proposal), "So far.", "A little more.")
    heading = next(item for item in document.paragraphs if item.text == load().prompt(GOALS).label)
    follows = document.paragraphs[[item.text for item in document.paragraphs].index(heading.text) + 3]
    follows.text = "It does apply."
    page = sent_back(client, proposal, saved(document))
    assert "Taking the text makes it an answer." in page
    assert client.post(reverse("proposals:section", args=[proposal.pk, KEY]), posted(page)).status_code == 302
    stored = Section.objects.get(proposal=proposal, key=KEY).answers
    assert stored[MODEL] == {**later, "fields": {"narrative": "<p>A little more.</p>"}}
    assert (stored[GOALS]["disposition"], stored[GOALS]["fields"]) == (
        "answered",
        {"narrative": "<p>It does apply.</p>"},
    )


def test_files_from_elsewhere_are_told_apart(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    other = world.draft(title="Other")
    elsewhere = client.get(reverse("proposals:word_file", args=[proposal.pk, "es.program"]))
    sentences = {
        "another proposal": (saved(given_out(client, other)), "This file was downloaded from another proposal."),
        "another section": (
            b"".join(elsewhere), "This file is of another section of this proposal. Upload it there.",
        ),
        "none of ours": (
            simple("# Zebras", "Text."),
            "This file has none of the headings of this section. Download the section here, and keep its headings.",
        ),
    }  # fmt: skip
    for content, sentence in sentences.values():
        response = client.post(page_of(proposal), {"file": SimpleUploadedFile("x.docx", content)})
        assert (response.status_code, sentence in unescape(response.content.decode())) == (422, True)
    response = client.post(page_of(proposal), {})
    assert (response.status_code, "Choose a Word file first." in response.content.decode()) == (422, True)


@pytest.mark.parametrize(("make", "sentence"), HOSTILE[:4])
def test_hostile_files_get_one_sentence_here_too(world: World, make: Callable[[], bytes], sentence: str) -> None:
    proposal, client = world.draft(), signed_in(world.ohio.editor)
    response = client.post(page_of(proposal), {"file": SimpleUploadedFile("x.docx", make())})
    assert (response.status_code, sentence in unescape(response.content.decode())) == (422, True)


def test_who_may_take_a_section_out_and_bring_it_back(world: World) -> None:
    proposal = world_with_text(world)
    file = reverse("proposals:word_file", args=[proposal.pk, KEY])
    people = [world.ohio.viewer, world.ohio.editor, world.texas.editor, world.cms.lead]
    found = []
    for actor in people:
        client = signed_in(actor)
        out = client.get(file)
        if out.streaming:
            b"".join(out)
        body = {"file": SimpleUploadedFile("x.docx", simple("x"))}
        found.append(
            (
                out.status_code,
                client.get(page_of(proposal)).status_code,
                client.post(page_of(proposal), body).status_code,
            )
        )
    assert found == [(200, 200, 403), (200, 200, 422), (404, 404, 404), (404, 404, 404)]


def test_pages_cost_a_constant(world: World) -> None:
    proposal, client = world_with_text(world), signed_in(world.ohio.editor)
    client.get(page_of(proposal))
    counts = []
    for times in (1, 3):
        for number in range(times):
            answer(proposal, world.ohio.editor, MODEL, narrative_answer(f"{times} {number}"))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(proposal))
        counts.append(len(queries))
    assert counts == [6, 6]
