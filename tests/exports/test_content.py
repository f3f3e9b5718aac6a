"""What a packet says, by type."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from exports.packet.chapters import annexes
from exports.packet.content import PacketContent, ReviewPacket, StatePacket, grouped
from exports.packet.prompts import Writer
from exports.packet.version import content_key
from tests.exports.packets import TOOLKIT, WHEN, draft_packet, note, review_packet, state_packet


def test_the_state_packet_has_no_place_for_notes() -> None:
    assert {field.name for field in fields(ReviewPacket)} - {field.name for field in fields(StatePacket)} == {"notes"}
    assert not issubclass(ReviewPacket, StatePacket)
    make: Any = StatePacket  # the types refuse it as well
    with pytest.raises(TypeError):
        make(notes=(), **{field.name: None for field in fields(StatePacket)})


def test_the_mark_says_what_a_reader_must_know() -> None:
    assert state_packet().mark == ""
    assert draft_packet().mark == "DRAFT of round 1, not submitted"
    assert review_packet().mark == "CMS review copy, not for release"


def test_only_the_review_packet_has_an_annex_of_notes() -> None:
    state = annexes(state_packet(), Writer(TOOLKIT, state_packet()))
    review = annexes(review_packet(), Writer(TOOLKIT, review_packet()))
    assert [chapter.title for chapter in review] == [chapter.title for chapter in state] + ["CMS internal notes"]


def test_an_unknown_type_of_packet_has_no_annexes() -> None:
    values = {field.name: getattr(state_packet(), field.name) for field in fields(PacketContent)}
    plain = PacketContent(**values)
    with pytest.raises(TypeError, match="PacketContent"):
        annexes(plain, Writer(TOOLKIT, plain))


def test_a_fingerprint_is_grouped_for_reading() -> None:
    assert grouped("0123456789ab") == "0123 4567 89AB"


def test_times_are_told_on_the_clock_of_the_agency() -> None:
    assert f"{state_packet().local(WHEN):%H:%M %Z}" == "10:04 EST"


def test_the_key_names_everything_that_counts_and_not_the_hour() -> None:
    key = content_key(state_packet(), TOOLKIT)
    assert key == content_key(state_packet(prepared_at=WHEN.replace(hour=3)), TOOLKIT)
    others = [state_packet(title="Other"), review_packet(), review_packet(notes=(note("one"),)), draft_packet()]
    assert len({key, *(content_key(content, TOOLKIT) for content in others)}) == 5
