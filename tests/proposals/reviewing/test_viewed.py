"""Ticks are a reader's own place: they hold for the text that was read, and say what changed since."""

from __future__ import annotations

from typing import Any

from django.test import Client

from proposals.models import Event, Proposal, Viewed
from proposals.snapshot import digest_of_section, digests_of_section
from tests.proposals.files.samples import pdf, put
from tests.proposals.reviewing.verdicts import KEY, another_round, newest, tick, url
from tests.worlds import World, fresh, hand_over, narrative_answer, signed_in
from toolkit.loading import load


def place(client: Client, proposal: Proposal, query: str = "", key: str = KEY) -> tuple[str, str, list[str]]:
    """The sign of the section in the navigation, how many are viewed, and what is said beside its prompts."""
    page = client.get(url("review", proposal, key, query=query)).context["page"]
    (status,) = (item.status for part in page.nav.parts for item in part.sections if item.current)
    return status, page.nav.note, [f"{card.prompt.id}: {card.unseen}" for card in page.prompts if card.unseen]


def test_a_tick_is_set_and_taken_back_by_its_reader_alone(world: World) -> None:
    proposal = world.in_review()
    client, other = signed_in(world.cms.reviewer), signed_in(world.cms.observer)
    status, note, _ = place(client, proposal)
    total = note.partition(" of ")[2]
    assert (status, note) == ("answered", f"0 of {total}")
    tick(client, proposal)
    tick(client, proposal)
    assert place(client, proposal) == ("viewed", f"1 of {total}", [])
    assert "You viewed this section." in client.get(url("review", proposal, KEY)).content.decode()
    assert place(other, proposal) == ("answered", f"0 of {total}", [])
    tick(client, proposal, undo="yes")
    assert place(client, proposal) == ("answered", f"0 of {total}", [])
    assert Event.objects.filter(actor=world.cms.reviewer.user).count() == 0


def test_a_tick_goes_when_the_text_changes_and_the_prompts_say_since_when(world: World) -> None:
    proposal = world.in_review()
    client = signed_in(world.cms.reviewer)
    tick(client, proposal)
    tick(client, proposal, "qs")
    proposal = another_round(world, proposal, "Other words.")
    status, note, beside = place(client, proposal)
    assert (status, note.partition(" ")[0], beside) == (
        "unseen",
        "1",
        ["es.overview.model: Changed since you viewed round 1"],
    )
    assert place(client, proposal, key="qs")[0] == "viewed"
    # Nobody else is told so, and on the first round nothing has changed.
    assert place(signed_in(world.cms.lead), proposal)[2] == []
    assert place(client, proposal, "round=1")[::2] == ("viewed", [])
    # What was read two rounds ago is marked although the last round changed nothing.
    proposal = another_round(world, proposal, "")
    assert place(client, proposal)[::2] == ("unseen", ["es.overview.model: Changed since you viewed round 1"])
    tick(client, proposal)
    assert place(client, proposal)[::2] == ("viewed", [])
    assert place(client, proposal, "round=1")[0] == "answered"


def test_another_file_is_another_text(world: World) -> None:
    proposal = world.in_review()
    client = signed_in(world.cms.reviewer)
    tick(client, proposal)
    world.release(proposal, [KEY])
    put(fresh(proposal), world.ohio.editor, pdf("New"), "New.pdf")
    hand_over(proposal, world.ohio.signatory, summary="A file.")
    assert place(client, proposal)[::2] == ("unseen", ["es.overview.model: Changed since you viewed round 1"])


def test_a_page_of_an_older_round_ticks_nothing(world: World) -> None:
    proposal = world.in_review()
    before = newest(proposal).fingerprint
    proposal = another_round(world, proposal, "Other words.")
    response = signed_in(world.cms.reviewer).post(url("viewed", proposal, KEY), {"fingerprint": before}, follow=True)
    assert "A newer round has come since you opened the page." in response.content.decode()
    assert Viewed.objects.count() == 0
    older = signed_in(world.cms.reviewer).get(url("review", proposal, KEY, query="round=1")).content.decode()
    assert "Mark as viewed" not in older


def test_states_have_no_ticks(world: World) -> None:
    proposal = world.in_review()
    response = signed_in(world.ohio.editor).post(
        url("viewed", proposal, KEY), {"fingerprint": newest(proposal).fingerprint}
    )
    assert (response.status_code, Viewed.objects.count()) == (404, 0)


def test_digests_tell_texts_apart_and_nothing_else() -> None:
    section = load().section(KEY)
    said = {"es.overview.model": narrative_answer("A health home.")}
    plain = {"answers": {KEY: said}}
    filed = {**plain, "attachments": [{"prompt": "es.overview.goals", "sha256": "a"}]}
    both = {**plain, "attachments": [{"prompt": "es.overview.model", "sha256": "a"}]}
    assert set(digests_of_section(plain, section)) == {"es.overview.model"}
    assert set(digests_of_section(filed, section)) == {"es.overview.model", "es.overview.goals"}
    contents: tuple[dict[str, Any], ...] = (plain, filed, both, {"answers": {}})
    assert len({digest_of_section(content, section) for content in contents}) == len(contents)
    assert digest_of_section({"answers": {KEY: dict(said), "qs": {"x": None}}}, section) == digest_of_section(
        plain, section
    )
