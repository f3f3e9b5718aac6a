"""Whatever is missing in the answers, the check gives findings and never fails; it is quick."""

from __future__ import annotations

import copy
import time
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.toolkit.readiness.samples import AS_OF
from tests.toolkit.test_samples import sample
from toolkit.answers import Answers
from toolkit.completeness import BLOCKING, submission_blockers
from toolkit.loading import load
from toolkit.readiness.checking import check

FULL = sample("sample-1")
SWITCHED_ON: dict[str, Any] = {
    "pm.overview.method": {"uses_global": True, "advanced_payment": True, "risk_track": "two_sided"},
    "pr.scope": {"supplements": ["managed_care", "demonstration_1115", "vbc_design"]},
    "pr.authority": {"sought": ["1115a", "438.6c", "1945", "1932a"]},
    "es.overview.model": {"model_types": ["health_home"]},
    "pd.participants.enrollment": {"basis": "mandatory"},
}


def paths(answers: Answers) -> list[tuple[str | int, ...]]:
    """Everything that can be taken away: prompts, their details, fields, rows and cells."""
    found: list[tuple[str | int, ...]] = []
    for prompt_id, answer in answers.items():
        found += [(prompt_id,), *((prompt_id, key) for key in answer if key not in ("disposition", "fields"))]
        for key, value in answer["fields"].items():
            found.append((prompt_id, "fields", key))
            for number, row in enumerate(value if isinstance(value, list) else ()):
                if isinstance(row, dict):
                    found.append((prompt_id, "fields", key, number))
                    found += [(prompt_id, "fields", key, number, cell) for cell in row]
    return found


def without(answers: Answers, gone: set[tuple[str | int, ...]]) -> Answers:
    """The answers without what stands at these paths."""
    left: dict[str, Any] = copy.deepcopy(dict(answers))
    for path in sorted(gone, key=lambda p: [str(part).zfill(4) for part in p], reverse=True):
        place: Any = left
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]
    return left


def switched_on() -> Answers:
    """Sample 1 with every switch of supplements and of rules on."""
    answers = copy.deepcopy(dict(FULL))
    for prompt_id, fields in SWITCHED_ON.items():
        answers[prompt_id]["fields"] |= fields
    return answers


BASES = (FULL, switched_on(), sample("sample-2"))


@given(st.data())
def test_nothing_missing_makes_it_fail(data: st.DataObject) -> None:
    base = data.draw(st.sampled_from(BASES))
    gone = data.draw(st.sets(st.sampled_from(paths(base)), max_size=60))
    answers = without(base, {path for path in gone if not any(path[:n] in gone for n in range(1, len(path)))})
    pages = data.draw(st.none() | st.floats(0, 10))
    found = check(load(), answers, as_of=data.draw(st.dates(date(2020, 1, 1), date(2040, 1, 1))), es_pages=pages)
    assert all(finding.places for finding in found)
    blockers = submission_blockers(load(), answers)
    live = {finding.rule for finding in found if finding.is_live and finding.rule in BLOCKING}
    assert {blocker.rule for blocker in blockers} >= live


def test_a_table_without_any_cell_does_not_make_it_fail() -> None:
    answers: Any = copy.deepcopy(dict(switched_on()))
    for prompt in load().prompts:
        for field in prompt.fields:
            if field.columns:
                answer = answers.setdefault(prompt.id, {"disposition": "answered", "fields": {}})
                answer["fields"][field.key] = [{"_row": "00000001"}, {"_row": "00000002"}]
    assert check(load(), answers, as_of=AS_OF, es_pages=None)


def test_a_full_proposal_is_checked_in_thirty_milliseconds() -> None:
    check(load(), FULL, as_of=AS_OF, es_pages=2.4)
    begun = time.process_time()
    for _ in range(10):
        check(load(), FULL, as_of=AS_OF, es_pages=2.4)
    assert (time.process_time() - begun) / 10 < 0.03
