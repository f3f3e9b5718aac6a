"""The example beside each prompt: how the first sample, an invented program, answers it."""

from __future__ import annotations

from functools import cache

from proposals.sample_file import SAMPLES, read_answers, read_samples
from toolkit.answers import Answers, Disposition, disposition


@cache
def example_answers() -> Answers:
    """Return the answers of the first sample by prompt; read once in a process."""
    first = read_samples(SAMPLES)[0]
    by_section = read_answers((first,))[first.id]
    return {prompt_id: answer for answers in by_section.values() for prompt_id, answer in answers.items()}


def has_example(prompt_id: str) -> bool:
    """Whether the sample answers the prompt in words and figures, and not with "not applicable"."""
    return disposition(example_answers().get(prompt_id)) == Disposition.ANSWERED
