"""Answers: plain JSON, one for each prompt that is not blank, and the one function that reads them.

    {"disposition": "answered", "fields": {...}}
    {"disposition": "na", "reason": code, "note": text, "fields": {...}}
    {"disposition": "nyk", "reason": code, "plan": text, "owner": text, "expected": date, "fields": {...}}

Details of a disposition that are missing are "". Fields that are empty are absent. Fields of a prompt
marked not applicable are kept, so that a mistaken mark costs nothing; so are the details of dispositions that were
left again, in ``"kept": {"nyk": {...}}``. A prompt that has nothing else is blank:

    {"disposition": "blank", "kept": {...}, "fields": {}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from toolkit.conditions import Lookup
from toolkit.display import Display
from toolkit.errors import AnswerErrors, Invalid
from toolkit.kinds.base import lines, one_line
from toolkit.kinds.choices import read_code
from toolkit.kinds.dates import parse_date
from toolkit.types import ROW, Field, OptionSet, Prompt

Answer = dict[str, Any]
Answers = Mapping[str, Answer]

#: What each disposition asks for besides fields.
DETAILS = {"na": ("reason", "note"), "nyk": ("reason", "plan", "owner", "expected")}
NOTE_LIMIT = 2_000
OWNER_LIMIT = 500


class Disposition(StrEnum):
    """How a prompt is dealt with. These are the stored codes."""

    BLANK = "blank"
    ANSWERED = "answered"
    NA = "na"
    NYK = "nyk"


#: The dispositions that have details, in the words of the page.
_LEFT = {Disposition.NA: "Not applicable", Disposition.NYK: "Not yet known"}


def disposition(answer: Answer | None) -> Disposition:
    """The disposition of a stored answer; BLANK if there is none."""
    return Disposition(answer["disposition"]) if answer else Disposition.BLANK


def details_of(answer: Answer | None) -> dict[str, dict[str, str]]:
    """The details of each disposition that a stored answer holds: of its own, and kept of those it had before."""
    stored = answer or {}
    found = {key: dict(details) for key, details in stored.get("kept", {}).items()}
    own = stored.get("disposition", "")
    return found | ({own: {key: stored.get(key, "") for key in DETAILS[own]}} if own in DETAILS else {})


def lookup(answers: Answers) -> Lookup:
    """A function from `prompt:field` to its value: None unless the prompt is answered or not yet known."""

    def value(ref: str) -> Any:
        prompt_id, _, key = ref.partition(":")
        answer = answers.get(prompt_id)
        if disposition(answer) not in (Disposition.ANSWERED, Disposition.NYK):
            return None
        return (answer or {}).get("fields", {}).get(key)

    return value


def applies(prompt: Prompt, answers: Answers) -> bool:
    """Whether a prompt applies, given all answers of the proposal."""
    return prompt.applies_when.holds(lookup(answers))


def visible_fields(prompt: Prompt, answers: Answers) -> tuple[Field, ...]:
    """The fields of a prompt that are shown, given all answers of the proposal."""
    values = lookup(answers)
    return tuple(field for field in prompt.fields if field.show_when.holds(values))


def clean_answer(prompt: Prompt, raw: Mapping[str, Any]) -> Answer | None:
    """Read an answer from a form, a JSON document or a YAML file; None if it is blank and nothing is kept.

    Drops empty values and rows, gives rows their identity, and demands no required field: a draft may
    leave anything out. Without a disposition an answer with any field counts as answered, and without any field
    nothing does. Details of another disposition (a plan beside "na") are left out, unless they come as ``kept``: then they
    are read like its own. Clean answers stay as they are. Raises AnswerErrors with the path of everything that cannot be read.
    """
    reader = _Reader(prompt)
    chosen = reader.disposition(raw)
    details = reader.details(raw, chosen)
    fields = reader.fields(raw.get("fields"))
    kept = reader.kept(raw.get("kept"), chosen)
    if reader.errors:
        raise AnswerErrors(reader.errors)
    if chosen in (Disposition.BLANK, Disposition.ANSWERED):
        chosen = Disposition.ANSWERED.value if fields else Disposition.BLANK.value
        if not fields and not kept:
            return None
    return {"disposition": chosen, **details, **({"kept": kept} if kept else {}), "fields": fields}


def as_said(answers: Answers) -> dict[str, Answer]:
    """Return answers as they are handed over: blank ones, and what is only kept for the writers, left out."""
    found = ((prompt_id, said(answer)) for prompt_id, answer in answers.items())
    return {prompt_id: answer for prompt_id, answer in found if answer}


def said(answer: Answer | None) -> Answer | None:
    """What an answer says to whoever reads it, without what is only kept for its writers; None where that is nothing."""
    if disposition(answer) == Disposition.BLANK:
        return None
    return {key: value for key, value in (answer or {}).items() if key != "kept"}


def same(prompt: Prompt, a: Answer | None, b: Answer | None) -> bool:
    """Whether two answers to a prompt are stored alike, with what they keep; the identity of rows does not count."""
    return _without_row_ids(prompt, a) == _without_row_ids(prompt, b)


def reads_same(prompt: Prompt, a: Answer | None, b: Answer | None) -> bool:
    """Whether two answers to a prompt say the same to whoever reads them."""
    return same(prompt, said(a), said(b))


def display_answer(prompt: Prompt, answers: Answers) -> tuple[Display, ...]:
    """What page and packet draw: the visible, answered fields in order.

    A prompt that is blank or not applicable shows none; one not yet known shows what is known.
    """
    return display_fields(prompt, visible_fields(prompt, answers), answers)


def display_fields(prompt: Prompt, fields: Iterable[Field], answers: Answers) -> tuple[Display, ...]:
    """What there is to draw of these fields of a prompt: those that are answered, visible or not."""
    values = lookup(answers)
    shown = ((field, values(f"{prompt.id}:{field.key}")) for field in fields)
    return tuple(field.kind.display(field, value) for field, value in shown if field.kind.is_answered(value))


def _note(raw: Any) -> str | None:
    return lines(raw, NOTE_LIMIT)


def _reason(reasons: OptionSet) -> Callable[[Any], str | None]:
    return lambda raw: read_code(reasons, raw)


def _without_row_ids(prompt: Prompt, answer: Answer | None) -> Answer | None:
    if not answer:
        return None
    fields = dict(answer.get("fields", {}))
    for field in prompt.fields:
        if field.columns and field.key in fields:
            fields[field.key] = [{k: v for k, v in row.items() if k != ROW} for row in fields[field.key]]
    return {**answer, "fields": fields}


class _Reader:
    """Reads the pieces of one answer and collects what is wrong, with paths."""

    _KEYS = frozenset({"disposition", "fields", "reason", "note", "plan", "owner", "expected", "kept"})

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.errors: list[tuple[str, str]] = []

    def disposition(self, raw: Mapping[str, Any]) -> str:
        """The code of the disposition; "blank" where it is missing or wrong."""
        if not isinstance(raw, Mapping):
            raise AnswerErrors([(self.prompt.id, "An answer must be an object.")])
        for key in raw.keys() - self._KEYS:
            self.errors.append((f"{self.prompt.id}.{str(key)[:60]}", f"An answer has no “{str(key)[:60]}”."))
        code = raw.get("disposition") or Disposition.BLANK.value
        if code not in tuple(Disposition):
            words = "“Answer”, “Not applicable” or “Not yet known”"
            self.errors.append((f"{self.prompt.id}.disposition", f"Choose one of {words}."))
            return Disposition.BLANK.value
        return str(Disposition(code).value)

    def details(self, raw: Mapping[str, Any], chosen: str) -> dict[str, str]:
        """Reason, note, plan, owner and date, as far as the disposition has them."""
        if chosen == Disposition.NA:
            return {
                "reason": self._read(raw, "reason", "Reason", _reason(self.prompt.na_reasons)),
                "note": self._read(raw, "note", "Note", _note),
            }
        if chosen == Disposition.NYK:
            return {
                "reason": self._read(raw, "reason", "Reason", _reason(self.prompt.nyk_reasons)),
                "plan": self._read(raw, "plan", "Plan", _note),
                "owner": self._read(raw, "owner", "Owner", lambda value: one_line(value, OWNER_LIMIT)),
                "expected": self._read(raw, "expected", "Expected date", parse_date),
            }
        return {}

    def kept(self, raw: Any, chosen: str) -> dict[str, dict[str, str]]:
        """The details of dispositions that were left, as far as they say anything.

        Their controls are out of sight by now, so the sentence about one that cannot be read says where it stands.
        """
        found: dict[str, dict[str, str]] = {}
        for other, words in _LEFT.items():
            details = raw.get(other.value) if isinstance(raw, Mapping) and other != chosen else None
            reader = _Reader(self.prompt)
            read = reader.details(details, other) if isinstance(details, Mapping) else {}
            if any(read.values()):
                found[other.value] = read
            for path, text in reader.errors:
                where = path.replace(self.prompt.id, f"{self.prompt.id}.kept.{other.value}", 1)
                self.errors.append((where, f"{text} It stands under “{words}”: choose that to mend or empty it."))
        return found

    def fields(self, raw: Any) -> dict[str, Any]:
        """The fields that say something, in stored form and in the order of the prompt."""
        if raw is None:
            return {}
        if not isinstance(raw, Mapping):
            self.errors.append((f"{self.prompt.id}.fields", "Fields must be an object."))
            return {}
        known = {field.key for field in self.prompt.fields}
        for key in raw:
            if key not in known:
                path = f"{self.prompt.id}:{str(key)[:60]}"
                self.errors.append((path, f"“{self.prompt.label}” has no field “{str(key)[:60]}”."))
        read = {f.key: self._field(f, raw[f.key]) for f in self.prompt.fields if f.key in raw}
        return {key: value for key, value in read.items() if value is not None}

    def _field(self, field: Field, raw: Any) -> Any:
        try:
            return field.kind.clean(field, raw)
        except AnswerErrors as error:
            self.errors += [(f"{self.prompt.id}:{field.key}{path}", text) for path, text in error.errors]
            return None

    def _read(self, raw: Mapping[str, Any], key: str, label: str, read: Callable[[Any], str | None]) -> str:
        try:
            return read(raw.get(key)) or ""
        except Invalid as error:
            self.errors.append((f"{self.prompt.id}.{key}", f"“{label}” {error}."))
            return ""
