"""The frozen form of a proposal, and the fingerprint that proves it. Pure: no reads, no writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from toolkit.answers import Answer, Answers, as_said
from toolkit.types import ROW, Section

#: Rises when the layout of the frozen document changes, so that old fingerprints stay checkable.
#: 2 added files, 3 what a reply says was changed for its question.
FORMAT = 3
#: Digits of the digest of one answer: enough that no two answers of a proposal ever share one by chance.
DIGEST = 32

SectionAnswers = Mapping[str, Mapping[str, Answer]]


@dataclass(frozen=True)
class FileChange:
    """A file that came or went between two documents; ``prompt_id`` is "" for one about the whole proposal."""

    prompt_id: str
    name: str
    came: bool


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one byte form of a frozen document: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def freeze(  # noqa: PLR0913 - the parts of a frozen document are named one by one on purpose
    *,
    number: str,
    title: str,
    agency: Mapping[str, str],
    toolkit: Mapping[str, str],
    round_number: int,
    attempt: int,
    answers: SectionAnswers,
    attachments: list[dict[str, Any]],
    replies: list[dict[str, Any]],
    change_summary: str,
    signatory: Mapping[str, str],
    submitted_at: datetime,
    sample_note: str,
) -> dict[str, Any]:
    """Return the document that a submission freezes; JSON types only, sections and prompts without answers left out."""
    return {
        "format": FORMAT,
        "proposal": number,
        "title": title,
        "agency": dict(agency),
        "toolkit": dict(toolkit),
        "round": round_number,
        "attempt": attempt,
        "answers": {key: dict(prompts) for key, prompts in answers.items() if prompts},
        "attachments": attachments,
        "replies": replies,
        "change_summary": change_summary,
        "signatory": dict(signatory),
        "submitted_at": submitted_at.isoformat(),
        "sample_note": sample_note,
    }


def flat_answers(content: Mapping[str, Any]) -> Answers:
    """Return the answers of a frozen document as one mapping of prompt id to answer."""
    return merged(content["answers"])


def files_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FileChange, ...]:
    """Return the files that came, then those that went, told by their content; the same content elsewhere is both."""
    old, new = _files(before), _files(after)
    came = [FileChange(key[0], name, came=True) for key, name in new.items() if key not in old]
    went = [FileChange(key[0], name, came=False) for key, name in old.items() if key not in new]
    return (*came, *went)


def _files(content: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    found = content.get("attachments", ())  # documents of format 1 have none
    return {(file["prompt"], file["sha256"]): file["name"] for file in found}


def merged(answers: SectionAnswers) -> dict[str, Answer]:
    """Join the answers of several sections into one mapping of prompt id to answer."""
    return {prompt_id: answer for prompts in answers.values() for prompt_id, answer in prompts.items()}


def digests(answers: Answers) -> dict[str, str]:
    """Return a short digest of what each answer says, for a signature; blank ones are left out.

    Two that read the same have the same one: neither the identity of rows counts, nor what is only kept for the writers.
    """
    return {prompt_id: digest(answer) for prompt_id, answer in as_said(answers).items()}


def digest(answer: Answer | None) -> str:
    """Return the digest of an answer as it is stored, also of what it keeps; "" for none."""
    return hashlib.sha256(canonical(_without_rows(answer))).hexdigest()[:DIGEST] if answer else ""


def digests_of_section(content: Mapping[str, Any], section: Section) -> dict[str, str]:
    """Return a digest of what each prompt of a section says in a frozen document, files included; silent ones left out."""
    answers: Mapping[str, Answer] = content["answers"].get(section.id, {})
    files: dict[str, list[str]] = {}
    for file in content.get("attachments", ()):  # documents of format 1 have none
        files.setdefault(file["prompt"], []).append(file["sha256"])
    found = {prompt.id: _digest_with_files(answers.get(prompt.id), files.get(prompt.id)) for prompt in section.prompts}
    return {prompt_id: words for prompt_id, words in found.items() if words}


def _digest_with_files(answer: Answer | None, files: list[str] | None) -> str:
    if not files:
        return digest(answer)
    return hashlib.sha256(canonical({"answer": digest(answer), "files": sorted(files)})).hexdigest()[:DIGEST]


def digest_of_section(content: Mapping[str, Any], section: Section) -> str:
    """Return one digest of everything that a section says in a frozen document."""
    return hashlib.sha256(canonical(digests_of_section(content, section))).hexdigest()[:DIGEST]


def _without_rows(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_rows(item) for key, item in value.items() if key != ROW}
    return [_without_rows(item) for item in value] if isinstance(value, list) else value
