"""Everything the toolkit says in our words."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.types import Prompt, Toolkit


def texts_of(toolkit: Toolkit) -> Iterator[tuple[str, str]]:
    """Yield each text with its kind; a list that several fields use counts once."""
    for section in toolkit.sections:
        yield "introduction", section.intro
        for prompt in section.prompts:
            yield from _of_prompt(prompt)
        for criterion in section.criteria:
            yield "criterion", criterion.text
            yield "source of a criterion", criterion.source
    for options in toolkit.option_sets.values():
        for option in options.options:
            yield "option", option.label
            yield "meaning of an option", option.note
    for rule in toolkit.rules:
        yield "finding", rule.message
        yield "finding", rule.fix
        yield "source of a finding", rule.source


def _of_prompt(prompt: Prompt) -> Iterator[tuple[str, str]]:
    yield "question", prompt.question
    yield "help", prompt.help
    yield "source", prompt.source.text if prompt.source else ""
    for field in prompt.fields:
        yield "field", field.label
        for column in field.columns:
            yield "column", column.label
