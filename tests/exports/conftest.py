"""The packets of both samples, each made once for all tests."""

from __future__ import annotations

import pytest

from exports.packet.render import Packet
from tests.exports.packets import exchange, made, sample_packet, state_packet
from tests.exports.structure_check import Finding, check


@pytest.fixture(scope="session")
def first_sample() -> Packet:
    return made(sample_packet(1))


@pytest.fixture(scope="session")
def second_sample() -> Packet:
    return made(sample_packet(2))


@pytest.fixture(scope="session")
def first_sample_check(first_sample: Packet) -> Finding:
    return check(first_sample.pdf)


@pytest.fixture(scope="session")
def small_packet() -> Packet:
    """A packet without answers: short, with headings, lists, links and tables."""
    return made(state_packet(exchanges=(exchange(),)))
