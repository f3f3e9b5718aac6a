"""The documents and their printed parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from proposals.models import Proposal
from proposals.status import OPEN, Status
from proposals.workflow import TABLE, Transition
from tests.docs.imports import layers, mermaid, reduced, rooms

DOCS = Path(__file__).resolve().parents[2] / "docs"


def diagram_of_rooms() -> str:
    """Draw which room imports from which."""
    return mermaid(rooms())


def diagram_of_proposals() -> str:
    """Draw the layers of `proposals`; arrows that follow from others are left out."""
    return mermaid(reduced(layers("proposals")))


def diagram_of_exports() -> str:
    """Draw the layers of `exports` in the same way."""
    return mermaid(reduced(layers("exports")))


def diagram_of_workflow() -> str:
    """Draw the statuses and the transitions between them; all open statuses together are drawn as one."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Status.DRAFT}"]
    for row in TABLE.values():
        sources, targets = _as_one(row.sources), _as_one(_targets(row))
        lines += [f"    {source} --> {target}: {row.name}" for source in sources for target in targets]
    lines += ["    state open {", *(f"        {status}" for status in Status if status in OPEN), "    }", "```"]
    return "\n".join(lines)


def _targets(row: Transition) -> frozenset[Status]:
    """Return every status a transition may lead to, whatever happened to the proposal before."""
    return frozenset(
        row.target(Proposal(status=source, round=number, withdrawn_from=before))
        for source in row.sources
        for number in (1, 2)
        for before in OPEN
    )


def _as_one(statuses: frozenset[Status]) -> list[str]:
    return ["open"] if statuses == OPEN else [status for status in Status if status in statuses]


def table_of_workflow() -> str:
    """Print every row of the table."""
    head = "| Transition | Button | From | To | Who | Reason | Rule in the code |\n|---|---|---|---|---|---|---|"
    return "\n".join([head, *(_row(row) for row in TABLE.values())])


def _row(row: Transition) -> str:
    sources = ", ".join(f"`{source}`" for source in Status if source in row.sources)
    targets = _targets(row)
    goal = "where it came from" if len(targets) > 1 else f"`{min(targets)}`"
    if row.begins_round:
        goal += ", next round"
    reason = "yes" if row.needs_reason else ""
    return f"| `{row.name}` | {row.label} | {sources} | {goal} | {row.who_words} | {reason} | `policy.{row.who.__name__}` |"


PRINTED: dict[str, dict[str, Callable[[], str]]] = {
    "architecture.md": {
        "rooms": diagram_of_rooms,
        "layers of proposals": diagram_of_proposals,
        "layers of exports": diagram_of_exports,
    },
    "workflow.md": {"diagram": diagram_of_workflow, "table": table_of_workflow},
}


def printed(name: str) -> str:
    """Return a document with its printed parts as they should be now. Raises ValueError when a part has no place."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for part, write in PRINTED[name].items():
        begin, end = f"<!-- printed: {part} -->", "<!-- end -->"
        if begin not in text:
            raise ValueError(f"{name} has no place for “{part}”.")
        # In parts, not with sub: what is printed may hold a backslash.
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n\n{write()}\n\n{end}{rest.partition(end)[2]}"
    return text
