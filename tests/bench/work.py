"""Measurements of work that is no page: comparing, building a packet."""

from __future__ import annotations

import time
from multiprocessing import get_context
from random import Random

from proposals.diff import compare
from proposals.management.bulk_texts import answers_of
from proposals.snapshot import merged
from tests.bench import packets
from toolkit.answers import Answer
from toolkit.loading import load

WORDS = 10_000


def comparison(words: int = WORDS) -> tuple[int, float]:
    """Compare two rounds whose narratives hold so many words, one in forty changed; return words and milliseconds."""
    random = Random(7)  # noqa: S311 - not for secrets
    before = _narratives(words, random)
    after = {prompt_id: _edited(answer, random) for prompt_id, answer in before.items()}
    load()
    best = min(_wall(before, after) for _ in range(5))
    return sum(len(answer["fields"]["narrative"].split()) for answer in before.values()), best * 1000


def _wall(before: dict[str, Answer], after: dict[str, Answer]) -> float:
    begun = time.perf_counter()
    changes = compare(load(), before, after)
    took = time.perf_counter() - begun
    if len(changes) != len(before):
        raise RuntimeError("The comparison missed a change.")
    return took


def _narratives(words: int, random: Random) -> dict[str, Answer]:
    """Return answers with narratives of sample 1, repeated until there are enough words."""
    texts = [
        (prompt_id, answer["fields"]["narrative"])
        for prompt_id, answer in merged(answers_of("Northland")).items()
        if "narrative" in answer.get("fields", {}) and load().prompt(prompt_id).applies_when.is_always
    ]
    own = sum(len(text.split()) for _, text in texts)
    times = -(-words // own)
    shuffled = {
        prompt_id: [part for _ in range(times) for part in text.split("</p>") if part] for prompt_id, text in texts
    }
    return {
        prompt_id: {"disposition": "answered", "fields": {"narrative": "".join(f"{part}</p>" for part in parts)}}
        for prompt_id, parts in shuffled.items()
    }


def _edited(answer: Answer, random: Random) -> Answer:
    words = answer["fields"]["narrative"].split(" ")
    for place in random.sample(range(1, len(words)), max(1, len(words) // 40)):
        if "<" not in words[place]:
            words[place] = "changed"
    return {**answer, "fields": {"narrative": " ".join(words)}}


def packet() -> tuple[int, float, float]:
    """Build the packet of sample 1 in a warm process of its own; return pages, milliseconds, and its memory in MB."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(packets.measure)
