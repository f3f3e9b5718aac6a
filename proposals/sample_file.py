"""Reading a file of sample proposals, however wrong it may be.

The format is that of `proposals/samples/sample-proposals.yaml`. Only plain YAML is read: texts, numbers, yes and no,
lists and objects. Tags, anchors and repeated keys are refused, and so is a file too large or nested too deep to be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from proposals.actions.importing import clean_all
from toolkit.answers import Answer
from toolkit.errors import AnswerErrors

SAMPLES = Path(__file__).resolve().parent / "samples" / "sample-proposals.yaml"
LARGEST = 5 * 1024 * 1024
DEEPEST = 20
LONGEST_TITLE = 200

_FILE_KEYS = frozenset({"samples"})
#: What an entry may hold besides what is loaded here: the savings model and the expected findings belong to later work.
_ENTRY_KEYS = frozenset({"sample", "answers", "savings_model", "expected_findings"})
_SAMPLE_KEYS = frozenset({"id", "title", "kind", "fictional", "as_of", "completeness", "figures"})

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SampleFileError(Exception):
    """The file holds no samples that can be read; ``problems`` has one line for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Sample:
    """One proposal of a file; ``answers`` are as written, not yet read by the toolkit.

    ``as_of`` is the day on which its expected findings hold, where it names one.
    """

    id: str
    title: str
    note: str
    answers: Mapping[str, Any]
    as_of: date | None = None

    def value(self, ref: str) -> Any:
        """Return what stands under ``prompt:field``, or None when it is not there or not readable."""
        prompt_id, _, key = ref.partition(":")
        answer = self.answers.get(prompt_id)
        fields = answer.get("fields") if isinstance(answer, Mapping) else None
        return fields.get(key) if isinstance(fields, Mapping) else None


class _NotPlainError(Exception):
    """Something in the file that plain YAML does not need, and its line (from 0)."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


class _PlainLoader(_BASE):  # type: ignore[misc]
    """Reads dates as text, as JSON would, and refuses keys that are repeated or no text."""

    def construct_mapping(self, node: yaml.MappingNode, *args: Any) -> dict[Any, Any]:
        """Return the mapping of a node; raises `_NotPlainError` for a bad key."""
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise _NotPlainError("a key that is no text", key.start_mark.line)
            if key.value in seen:
                raise _NotPlainError(f"the key “{key.value}” stands there twice", key.start_mark.line)
            seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, *args)
        return found


_PlainLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in _BASE.yaml_implicit_resolvers.items()
}


def read_samples(path: Path) -> tuple[Sample, ...]:
    """Return the samples of a file in its order. Raises `SampleFileError`."""
    content = _parse(_read(path))
    if not isinstance(content, dict):
        raise SampleFileError(["It must be an object with a list “samples”."])
    problems = list(_unknown("", content, _FILE_KEYS))
    entries = content.get("samples")
    if not isinstance(entries, list) or not entries:
        raise SampleFileError([*problems, "samples: must be a list with at least one sample."])
    samples: list[Sample] = []
    for place, entry in enumerate(entries):
        found = _entry(f"samples[{place}]", entry, problems)
        if found and any(found.id == other.id for other in samples):
            problems.append(f"samples[{place}].sample.id: “{found.id}” is used twice.")
        if found:
            samples.append(found)
    if problems:
        raise SampleFileError(problems)
    return tuple(samples)


def _read(path: Path) -> str:
    try:
        if not path.is_file():
            raise SampleFileError(["There is no such file."])
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise SampleFileError([f"It cannot be opened: {error.strerror or error}."]) from None
    if len(raw) > LARGEST:
        raise SampleFileError([f"It is larger than {LARGEST // 1024**2} MB."])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SampleFileError([f"Line {line} is not UTF-8 text."]) from None


def _parse(text: str) -> Any:
    try:
        _check_plain(text)
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - it is a safe loader
    except _NotPlainError as error:
        raise SampleFileError([f"Line {error.line + 1} is not plain YAML: {error}."]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SampleFileError([f"Line {line} is not plain YAML: {error.problem}."]) from None
    except (yaml.YAMLError, ValueError):
        # A character YAML forbids, or a number of thousands of digits.
        raise SampleFileError(["It is not plain YAML: it holds a character or a number that cannot be read."]) from None


def _check_plain(text: str) -> None:
    """Look at the file as a stream first: nothing is built before it is known to be small and plain."""
    depth = 0
    for event in yaml.parse(text, Loader=_BASE):
        line = event.start_mark.line if event.start_mark else 0
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _NotPlainError(f"it is nested deeper than {DEEPEST} levels", line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _NotPlainError("anchors and aliases are not used here", line)
        if tag := getattr(event, "tag", None):
            raise _NotPlainError(f"the tag {tag} is not used here", line)


def _unknown(path: str, found: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for key in found.keys() - known:
        yield f"{path}{key}: this key is not known here."


def _entry(path: str, entry: Any, problems: list[str]) -> Sample | None:
    if not isinstance(entry, dict):
        problems.append(f"{path}: must be an object with “sample” and “answers”.")
        return None
    problems += sorted(_unknown(f"{path}.", entry, _ENTRY_KEYS))
    about, answers = entry.get("sample"), entry.get("answers")
    before = len(problems)
    if not isinstance(answers, dict):
        problems.append(f"{path}.answers: must be an object of prompts.")
    if not isinstance(about, dict):
        problems.append(f"{path}.sample: must be an object with an id and a title.")
    else:
        problems += sorted(_unknown(f"{path}.sample.", about, _SAMPLE_KEYS))
        problems += _about(f"{path}.sample", about)
    if len(problems) > before or not isinstance(about, dict) or not isinstance(answers, dict):
        return None
    as_of = date.fromisoformat(about["as_of"]) if about.get("as_of") else None
    return Sample(about["id"], about["title"].strip(), about.get("figures", ""), answers, as_of)


def _about(path: str, about: Mapping[str, Any]) -> Iterator[str]:
    for key in ("id", "title"):
        if not isinstance(about.get(key), str) or not about[key].strip():
            yield f"{path}.{key}: must be a text."
    if isinstance(title := about.get("title"), str) and len(title) > LONGEST_TITLE:
        yield f"{path}.title: has {len(title)} characters; at most {LONGEST_TITLE} fit."
    if not isinstance(about.get("figures", ""), str):
        yield f"{path}.figures: must be a text."
    if not is_day(about.get("as_of") or "2000-01-01"):
        yield f"{path}.as_of: must be a day, such as 2026-12-01."


def is_day(text: Any) -> bool:
    """Whether a text is a day as ISO 8601 writes it with hyphens."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def choose(samples: tuple[Sample, ...], wanted: str | None) -> tuple[Sample, ...]:
    """Return all samples, or the one with the id ``wanted``; raises `SampleFileError` if there is none."""
    found = tuple(sample for sample in samples if wanted in (None, sample.id))
    if not found:
        raise SampleFileError([f"It holds no sample “{wanted}”, but: {named(samples)}."])
    return found


def named(samples: tuple[Sample, ...]) -> str:
    """Return the ids of samples as a sentence lists them."""
    return ", ".join(sample.id for sample in samples)


def read_answers(samples: tuple[Sample, ...]) -> dict[str, dict[str, dict[str, Answer]]]:
    """Return the answers by section of each sample; raises `SampleFileError` with every problem of every sample."""
    cleaned: dict[str, dict[str, dict[str, Answer]]] = {}
    problems: list[str] = []
    for sample in samples:
        try:
            cleaned[sample.id] = clean_all(sample.answers)
        except AnswerErrors as error:
            problems += [f"{sample.id}: {place}: {message}" for place, message in error.errors]
    if problems:
        raise SampleFileError(problems)
    return cleaned
