"""The example beside each prompt: how the first sample, an invented program, answers it."""

from __future__ import annotations

from functools import cache

from proposals.sample_file import SAMPLES, Sample, read_answers, read_samples
from toolkit.answers import Answers, Disposition, disposition


@cache
def example() -> Sample:
    """Return the sample the examples come from; its ``note`` says what in it is invented."""
    return read_samples(SAMPLES)[0]


@cache
def example_answers() -> Answers:
    """Return its answers by prompt; read once in a process."""
    by_section = read_answers((example(),))[example().id]
    return {prompt_id: answer for answers in by_section.values() for prompt_id, answer in answers.items()}


def has_example(prompt_id: str) -> bool:
    """Whether the sample says anything at the prompt, be it that and why the prompt does not apply to it."""
    return disposition(example_answers().get(prompt_id)) != Disposition.BLANK
