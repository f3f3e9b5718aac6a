"""Completeness: RC-001 to RC-010."""

from __future__ import annotations

from toolkit.answers import Disposition
from toolkit.completeness import gaps, lacks_answer
from toolkit.readiness.reader import Reader
from toolkit.readiness.registry import NOWHERE, Found, at, rule
from toolkit.readiness.schedule import go_live


def _unknown(read: Reader, *, expected_before: str = "", expected_from: str = "") -> list[str]:
    """The prompts not yet known whose answer is promised for a day before the one, or on or after the other."""
    promised = ((prompt.id, answer.get("expected")) for prompt, answer in read.marked(Disposition.NYK))
    return [
        prompt_id
        for prompt_id, day in promised
        if day and (day < expected_before if expected_before else day >= expected_from)
    ]


@rule
def rc_001(read: Reader) -> Found:
    """Core prompts that apply and are blank."""
    return at(*(prompt.id for prompt in read.toolkit.prompts if lacks_answer(read, prompt)))


@rule
def rc_002(read: Reader) -> Found:
    """Not applicable without a reason."""
    return at(*(prompt.id for prompt, answer in read.marked(Disposition.NA) if not answer.get("reason")))


@rule
def rc_003(read: Reader) -> Found:
    """Not yet known without a plan."""
    return at(*(prompt.id for prompt, answer in read.marked(Disposition.NYK) if not answer.get("plan")))


@rule
def rc_004(read: Reader) -> Found:
    """Not yet known without a date."""
    return at(*(prompt.id for prompt, answer in read.marked(Disposition.NYK) if not answer.get("expected")))


@rule
def rc_005(read: Reader) -> Found:
    """The promised date has passed."""
    return at(*_unknown(read, expected_before=read.today))


@rule
def rc_006(read: Reader) -> Found:
    """Known only when the program has started."""
    start = go_live(read)
    return at(*_unknown(read, expected_from=start)) if start else NOWHERE


@rule
def rc_007(read: Reader) -> Found:
    """Too many core prompts not yet known."""
    core = [prompt for prompt in read.toolkit.prompts if prompt.is_core and read.applies(prompt)]
    unknown = [prompt.id for prompt in core if read.disposition(prompt.id) == Disposition.NYK]
    return at(*unknown) if len(unknown) * 100 > read.limits.unknown_percent * len(core) else NOWHERE


@rule
def rc_008(read: Reader) -> Found:
    """Required fields that are empty in answered prompts."""
    return tuple(place for prompt in read.toolkit.prompts for gap in gaps(read, prompt) for place in gap.places(prompt))


@rule
def rc_009(read: Reader) -> Found:
    """Answers to prompts that do not apply any more."""
    left = [p for p in read.toolkit.prompts if read.answered(p.id) and not read.applies(p)]
    places = at(*(prompt.id for prompt in left))
    switches = dict.fromkeys(ref for place in places for ref in read.switches(place))
    return (*at(*switches), *places)


@rule
def rc_010(read: Reader) -> Found:
    """Shared savings topics put aside as no part of the model."""
    return at(
        *(
            prompt.id
            for prompt, answer in read.marked(Disposition.NA)
            if answer.get("reason") == "not_in_model" and prompt.id.startswith("pm.ss.") and read.applies(prompt)
        )
    )
