"""From a Word file to a proposal: nothing is stored before the person confirms, and nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.models import Role
from proposals.actions.sections import save_section
from proposals.actions.word import KEPT_FOR, NothingInIt, read_in
from proposals.models import Event, Proposal, Section, WordImport
from proposals.status import Verb
from proposals.tasks import forget_word_files
from proposals.views.word_import import MOVED_ON
from tests.proposals.word.files import begun, concept_paper, simple
from tests.worlds import NOW, World, answer, make_actor, not_applicable, signed_in
from toolkit.loading import load
from toolkit.richtext import to_text

NEW = "/proposals/new/word/"
#: The words of headings that say the same as the prompt their text went to.
LABELS = ("1", "The", "model", "in", "brief", "Program", "goals", "under", "the", "three", "aims")


def send(client: Client, content: bytes, name: str = "paper.docx") -> str:
    """Send a file; return where the portal leads."""
    answer = client.post(NEW, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def proposed(page: str) -> dict[str, str]:
    """Return the choice that the page proposes for each piece."""
    lists = re.findall(r'<select[^>]*name="(piece-\d+)">(.*?)</select>', page, re.DOTALL)
    return {name: re.findall(r'value="([^"]*)" selected', options)[0] for name, options in lists}


def words_of(proposal: Proposal) -> set[str]:
    """Every word in narratives of a proposal, and in what was kept aside."""
    found = " ".join(
        to_text(value)
        for section in Section.objects.filter(proposal=proposal)
        for answer in section.answers.values()
        for value in answer["fields"].values()
        if isinstance(value, str)
    )
    aside = " ".join(
        f"{piece['heading']} {to_text(piece['html'])}"
        for piece, place in zip(proposal.word_import.pieces, proposal.word_import.places, strict=True)
        if not place
    )
    return set(re.findall(r"[A-Za-z]+", f"{found} {aside}"))


def test_a_paper_becomes_a_proposal_as_the_person_confirms_and_no_word_is_lost(world: World) -> None:
    client, (content, words) = signed_in(world.ohio.editor), concept_paper()
    place = send(client, content)
    page = client.get(place).content.decode()
    assert Proposal.objects.count() == 0
    assert 'value="Buckeye paper"' in page
    choices = proposed(page)
    goals, model = "es.overview.goals", "es.overview.model"
    assert list(choices.values()) == ["", model, model, goals, "", "", ""]

    answer = client.post(place, {"title": "Buckeye", "model_type": "", **choices, "piece-4": "qs.goals"})

    proposal = Proposal.objects.get()
    assert answer["Location"] == reverse("proposals:aside", args=[proposal.pk])
    assert proposal.agency == world.ohio.agency
    assert words <= words_of(proposal) | set(LABELS)
    fields = Section.objects.get(proposal=proposal, key="es.overview").answers[model]["fields"]
    assert fields["narrative"].startswith(
        "<p><strong>1. The model in brief</strong></p><p>Plain <strong>boldword</strong>"
    )
    assert "<p><strong>Subheading nobody knows</strong></p><p>Undersub text.</p>" in fields["narrative"]
    verbs = set(Event.objects.filter(proposal=proposal).values_list("verb", flat=True))
    assert verbs == {Verb.CREATED, Verb.WORD_READ, Verb.SECTION_SAVED}

    kept = client.get(answer["Location"]).content.decode()
    assert [word in kept for word in ("Opening words before anything", "Headerword Ohio", "Remarked here")] == [
        True
    ] * 3
    files = client.get(reverse("proposals:attachments", args=[proposal.pk])).content.decode()
    assert answer["Location"] in files
    assert client.get(place)["Location"] == answer["Location"]
    assert client.post(place, {"title": "Again", "model_type": ""})["Location"] == answer["Location"]
    assert Proposal.objects.count() == 1


def test_text_for_a_prompt_that_does_not_apply_yet_says_so(world: World) -> None:
    client = signed_in(world.ohio.editor)
    place = send(client, simple("# Rebasing", "Every three years."))
    assert proposed(client.get(place).content.decode()) == {"piece-0": "pm.ss.rebasing.plan"}
    client.post(place, {"title": "T", "model_type": "", "piece-0": "pm.ss.rebasing.plan"})
    page = client.get(reverse("proposals:aside", args=[Proposal.objects.get().pk])).content.decode()
    assert "This prompt does not apply with the answers given so far." in page
    assert "Every piece of the file went to a prompt." in page


def test_what_cannot_be_read_says_why_beside_the_file(world: World) -> None:
    client = signed_in(world.ohio.editor)
    for content, name, sentence in (
        (b"MZ", "tool.docx", "“tool.docx” is called a Word document but its content is not one."),
        (simple(), "empty.docx", "“empty.docx” holds no text."),
        (simple("x"), "text.doc", "by its content, but its name does not end in .docx."),
        (b"", "nothing.docx", "“nothing.docx” is empty."),
    ):
        answer = client.post(NEW, {"file": SimpleUploadedFile(name, content)})
        assert (answer.status_code, sentence in unescape(answer.content.decode())) == (422, True), name
    answer = client.post(NEW, {})
    assert (answer.status_code, "Choose a Word file first." in answer.content.decode()) == (422, True)
    assert WordImport.objects.count() == 0
    with pytest.raises(NothingInIt):
        read_in(actor=world.ohio.editor, file=SimpleUploadedFile("e.docx", simple()), name="e.docx", now=NOW)


def test_a_choice_the_page_does_not_offer_is_named_and_keeps_the_others(world: World) -> None:
    client = signed_in(world.ohio.editor)
    place = send(client, simple("# Goals", "One.", "# Zebras", "Two."))
    answer = client.post(place, {"title": "T", "model_type": "", "piece-0": "es.nothing", "piece-1": "qs.goals"})
    page = answer.content.decode()
    assert (answer.status_code, "Choose a prompt from the list for “Goals”." in page) == (422, True)
    assert proposed(page) == {"piece-0": "qs.goals", "piece-1": "qs.goals"}
    without_title = client.post(place, {"title": "", "piece-0": "es.overview.goals", "piece-1": ""})
    assert without_title.status_code == 422
    assert proposed(without_title.content.decode()) == {"piece-0": "es.overview.goals", "piece-1": ""}
    assert Proposal.objects.count() == 0


def test_more_than_an_answer_holds_is_refused_and_nothing_is_made(world: World) -> None:
    client = signed_in(world.ohio.editor)
    place = send(client, simple("# Goals", *["long " * 500] * 90))
    answer = client.post(place, {"title": "T", "model_type": "", "piece-0": "qs.goals"})
    sentence = "What you chose for “Quality goals and how they were set” is longer than an answer may be."
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Proposal.objects.count() == 0


def test_a_file_belongs_to_its_sender_and_then_to_the_state(world: World) -> None:
    place = send(signed_in(world.ohio.editor), simple("# Goals", "One."))
    people = (world.ohio.team_lead, world.texas.editor, world.cms.lead)
    assert [signed_in(actor).get(place).status_code for actor in people] == [404] * 3
    assert [signed_in(actor).get(NEW).status_code for actor in (*people, world.ohio.viewer)] == [200, 200, 403, 403]
    signed_in(world.ohio.editor).post(place, {"title": "T", "model_type": "", "piece-0": ""})
    aside = reverse("proposals:aside", args=[Proposal.objects.get().pk])
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss"])
    readers = (world.ohio.viewer, limited, world.texas.editor, world.cms.lead)
    assert [signed_in(actor).get(aside).status_code for actor in readers] == [200, 404, 404, 404]


def test_text_that_was_kept_aside_goes_into_a_prompt_later_and_only_once(world: World) -> None:
    proposal = begun(
        world.ohio.editor, "T", "# Zebras", "Striped.", "# Program goals", "Better care.", "# Lions", "Loud."
    )
    client, aside = signed_in(world.ohio.editor), reverse("proposals:aside", args=[proposal.pk])
    goals = "es.overview.goals"
    assert client.get(aside).content.decode().count("Put it there") == 2

    for _ in range(2):
        assert client.post(aside, {"piece": "0", "place": goals})["Location"] == aside

    assert narrative_of(proposal, goals) == (
        "<p><strong>Program goals</strong></p><p>Better care.</p><p><strong>Zebras</strong></p><p>Striped.</p>"
    )
    page = client.get(aside).content.decode()
    assert (page.count("Put it there"), "Striped." in page, "Loud." in page) == (1, False, True)
    assert f"The text stands at the end of “{load().prompt(goals).label}” now." in page
    assert Event.objects.filter(proposal=proposal, verb=Verb.SECTION_SAVED).count() == 2


def test_a_colleague_who_saves_the_same_prompt_at_the_same_moment_is_told_in_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, goals = begun(world.ohio.editor, "T", "# Zebras", "Striped."), "es.overview.goals"
    client, aside = signed_in(world.ohio.editor), reverse("proposals:aside", args=[proposal.pk])

    def overtaken(**given: Any) -> None:
        answer(proposal, world.ohio.team_lead, goals, {"disposition": "answered", "fields": {"narrative": "<p>B.</p>"}})
        save_section(**given)

    with monkeypatch.context() as patched:
        patched.setattr("proposals.actions.word.save_section", overtaken)
        response = client.post(aside, {"piece": "0", "place": goals})
    assert (response.status_code, MOVED_ON in response.content.decode()) == (422, True)

    assert client.post(aside, {"piece": "0", "place": goals}).status_code == 302
    assert narrative_of(proposal, goals) == "<p><strong>Zebras</strong></p><p>Striped.</p>"


def test_text_goes_beside_a_plan_and_replaces_not_applicable(world: World) -> None:
    proposal = begun(world.ohio.editor, "T", "# Zebras", "Striped.", "# Lions", "Loud.")
    later = {"disposition": "nyk", "reason": "", "plan": "Ask.", "owner": "Ana", "expected": "", "fields": {}}
    answer(proposal, world.ohio.editor, "qs.goals", later)
    answer(proposal, world.ohio.editor, "es.overview.goals", not_applicable())
    client, aside = signed_in(world.ohio.editor), reverse("proposals:aside", args=[proposal.pk])
    for number, prompt_id in enumerate(("qs.goals", "es.overview.goals")):
        assert client.post(aside, {"piece": str(number), "place": prompt_id}).status_code == 302
    found = [Section.objects.get(proposal=proposal, key=key).answers for key in ("qs", "es.overview")]
    assert (found[0]["qs.goals"]["disposition"], found[0]["qs.goals"]["plan"]) == ("nyk", "Ask.")
    assert found[1]["es.overview.goals"]["disposition"] == "answered"


def test_what_cannot_be_placed_stays_aside_and_says_why(world: World) -> None:
    proposal = begun(world.ohio.editor, "T", "# Zebras", *["long " * 500] * 90)
    client, aside = signed_in(world.ohio.editor), reverse("proposals:aside", args=[proposal.pk])
    for sent, sentence in (
        ({"piece": "0", "place": ""}, "Choose a prompt from the list first."),
        ({"piece": "0", "place": "es.nothing"}, "Choose a prompt from the list first."),
        ({"piece": "0", "place": "qs.goals"}, "is longer than an answer may be."),
    ):
        response = client.post(aside, sent)
        assert (response.status_code, sentence in response.content.decode()) == (422, True), sent
    assert [client.post(aside, {"piece": odd, "place": "qs.goals"}).status_code for odd in ("1", "-1", "x", "")] == [
        422
    ] * 4
    assert signed_in(world.ohio.viewer).post(aside, {"piece": "0", "place": "qs.goals"}).status_code == 403
    assert "Put it there" not in signed_in(world.ohio.viewer).get(aside).content.decode()
    assert signed_in(world.texas.editor).post(aside, {"piece": "0", "place": "qs.goals"}).status_code == 404
    proposal.word_import.refresh_from_db()
    assert proposal.word_import.places == [""]


def narrative_of(proposal: Proposal, prompt_id: str) -> str:
    section = Section.objects.get(proposal=proposal, key=prompt_id.rpartition(".")[0])
    return str(section.answers[prompt_id]["fields"]["narrative"])


def test_a_limited_member_places_text_within_the_limit_only(world: World) -> None:
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.overview"])
    client = signed_in(limited)
    place = send(client, simple("# Goals", "One."))
    answer = client.post(place, {"title": "T", "model_type": "", "piece-0": "qs.goals"})
    assert (answer.status_code, "your access does not include it" in answer.content.decode()) == (422, True)
    assert Proposal.objects.count() == 0


def test_files_nobody_matched_wait_on_the_page_and_are_forgotten_in_the_end(world: World) -> None:
    client = signed_in(world.ohio.editor)
    for number in range(3):
        send(client, simple("# Goals", "One."), f"{number}.docx")
    assert re.findall(r"(\d)\.docx", client.get(NEW).content.decode()) == ["2", "1", "0"]
    WordImport.objects.filter(name="0.docx").update(uploaded_at=timezone.now() - KEPT_FOR - timedelta(hours=1))
    assert forget_word_files() == 1
    assert sorted(WordImport.objects.values_list("name", flat=True)) == ["1.docx", "2.docx"]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_one_piece_and_for_three(world: World, rows: int) -> None:
    client = signed_in(world.ohio.editor)
    place = ""
    for _ in range(rows):
        place = send(client, simple(*["# Goals", "Text."] * rows))
    done = send(client, simple(*["# Goals", "Text."] * rows))
    choices = {f"piece-{number}": "qs.goals" for number in range(rows)}
    aside = client.post(done, {"title": "T", "model_type": "", **choices})["Location"]

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    assert [cost(address) for address in (NEW, place, aside)] == [5, 5, 7]
