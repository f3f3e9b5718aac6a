"""What a section said at an earlier revision."""

from __future__ import annotations

from proposals.models import Section, SectionRevision
from toolkit.answers import Answer


def answers_at(section: Section, revision: int) -> dict[str, Answer]:
    """Return the answers of a section as they were after a revision; those of now for one that never was."""
    answers: dict[str, Answer | None] = dict(section.answers)
    if not 0 <= revision < section.revision:
        return dict(section.answers)
    later = SectionRevision.objects.filter(section=section, revision__gt=revision).order_by("-revision")
    for changes in later.values_list("changes", flat=True).iterator(chunk_size=50):
        answers |= {prompt_id: change["before"] for prompt_id, change in changes.items()}
    return {prompt_id: answer for prompt_id, answer in answers.items() if answer is not None}
