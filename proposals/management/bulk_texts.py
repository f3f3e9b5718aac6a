"""Answers for proposals in bulk: those of sample 1, told for each state, varied and in part left out."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any

from proposals.actions.importing import clean_all
from proposals.sample_file import SAMPLES, read_samples
from toolkit.answers import Answer
from toolkit.loading import load

SectionAnswers = dict[str, dict[str, Answer]]

TITLES = (
    "Integrated Care Partnerships",
    "Health Homes for Chronic Conditions",
    "Primary Care Networks",
    "Accountable Care for Children",
    "Rural Care Coordination",
    "Behavioral Health Integration",
)
WORDS = (
    "The Department has tested this with its providers and will report the result each quarter.",
    "Members were asked, and their answers changed the plan in two places.",
    "The figures were checked by the actuary and agree with the budget of the state.",
    "Small practices receive help in the first year so that nobody is left out.",
)


@cache
def _sample() -> str:
    return json.dumps(clean_all(read_samples(SAMPLES)[0].answers))


def answers_of(jurisdiction: str) -> SectionAnswers:
    """Return sample 1 as the given state would have written it."""
    name = json.dumps(jurisdiction)[1:-1]
    found: SectionAnswers = json.loads(_sample().replace("Northland", name))
    return found


def part_of(answers: SectionAnswers, random: Random) -> SectionAnswers:
    """Return the answers of a draft that is somewhere between begun and finished."""
    done = random.uniform(0.1, 1.0)
    kept = {key: {p: a for p, a in prompts.items() if random.random() < done} for key, prompts in answers.items()}
    return {key: prompts for key, prompts in kept.items() if prompts}


def varied(answers: SectionAnswers, random: Random, count: int) -> SectionAnswers:
    """Return the answers with a sentence more in some narratives; sections without a change stay the same objects."""
    ids = [prompt_id for prompts in answers.values() for prompt_id in prompts]
    changed = {key: dict(prompts) for key, prompts in answers.items()}
    for prompt_id in random.sample(ids, min(count, len(ids))):
        key = load().prompt(prompt_id).section_id
        longer = _longer(answers[key][prompt_id], random.choice(WORDS))
        changed[key][prompt_id] = longer
    return {key: prompts if prompts != answers[key] else answers[key] for key, prompts in changed.items()}


def _longer(answer: Answer, words: str) -> Answer:
    fields: dict[str, Any] = {
        name: f"{value}<p>{words}</p>" if isinstance(value, str) and value.startswith("<p>") else value
        for name, value in answer.get("fields", {}).items()
    }
    return {**answer, "fields": fields}
