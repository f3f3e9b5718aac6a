"""Answers that can be carried over where the toolkit asks the same thing twice (toolkit README, A5).

What the checks RC-156 and RC-157 compare (thresholds of quality with tiers and gate) has another shape on each side and
is not carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.answers import Answers, Disposition, disposition, lookup
from toolkit.display import Display
from toolkit.errors import AnswerErrors
from toolkit.types import Field, Prompt, Toolkit

_ATTRIBUTION = ("method", "timing", "tie_rule")
#: From field to field.
CARRIED: tuple[tuple[str, str], ...] = (
    ("pm.overview.method:components", "es.program.payment:components"),
    ("es.program.population:excluded_groups", "pd.participants.geography:excluded_groups"),
    ("qs.payment_link:linked", "pm.overview.method:quality_linked"),
    ("es.program.population:estimated_people", "pm.ss.population:people"),
    *((f"pd.participants.attribution:{key}", f"pm.ss.attribution:{key}") for key in _ATTRIBUTION),
    ("pm.ss.scope:excluded", "pm.ss.baseline.exclusions:items"),
)


@dataclass(frozen=True)
class Offer:
    """Values for fields of a prompt that have none, and where they come from in words."""

    prompt: Prompt
    fields: Mapping[str, Any]
    source: str

    @property
    def displays(self) -> tuple[Display, ...]:
        """The values as a page draws them."""
        return tuple(
            spec.kind.display(spec, self.fields[spec.key]) for spec in self.prompt.fields if spec.key in self.fields
        )


def sources_of(toolkit: Toolkit, prompts: tuple[Prompt, ...]) -> frozenset[str]:
    """Return the sections from which something could be carried into these prompts."""
    ids = {prompt.id for prompt in prompts}
    found = {source.partition(":")[0] for source, target in CARRIED if target.partition(":")[0] in ids}
    return frozenset(toolkit.prompt(prompt_id).section_id for prompt_id in found)


def carried(toolkit: Toolkit, prompt: Prompt, answers: Answers) -> Offer | None:
    """Return what other prompts already say for the fields of ``prompt`` that are blank; None for nothing."""
    if disposition(answers.get(prompt.id)) == Disposition.NA:
        return None
    values, offered, said = lookup(answers), {}, []
    for source, target in CARRIED:
        prompt_id, _, key = target.partition(":")
        if prompt_id != prompt.id or prompt.field(key).kind.is_answered(values(target)):
            continue
        source_id = source.partition(":")[0]
        value = _fitted(prompt.field(key), values(source))
        if value is not None:
            offered[key] = value
            said.append(f"“{toolkit.prompt(source_id).label}”")
    return Offer(prompt, offered, " and ".join(dict.fromkeys(said))) if offered else None


def from_earlier(prompt: Prompt, answers: Answers, earlier: Answers, source: str) -> Offer | None:
    """Return what an earlier proposal says for the fields of ``prompt`` that are blank in this one."""
    if disposition(answers.get(prompt.id)) == Disposition.NA:
        return None
    now, then = lookup(answers), lookup(earlier)
    offered = {}
    for spec in prompt.fields:
        ref = f"{prompt.id}:{spec.key}"
        if not spec.kind.is_answered(now(ref)) and (value := _fitted(spec, then(ref))) is not None:
            offered[spec.key] = value
    return Offer(prompt, offered, source) if offered else None


def _fitted(spec: Field, value: Any) -> Any:
    """The value as the field stores it, of a table the columns both have; None when there is nothing that fits."""
    if spec.columns and isinstance(value, list):
        keys = {column.key for column in spec.columns}
        value = [{key: cell for key, cell in row.items() if key in keys} for row in value]
    try:
        return spec.kind.clean(spec, value)
    except AnswerErrors:
        return None
