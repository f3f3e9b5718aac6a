"""The letter of a round: what CMS asked with one release, as it went out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from proposals.models import Comment, Proposal, Round, Submission, Thread
from proposals.queries import discussion
from proposals.queries.access import toolkit_of
from proposals.status import NEEDS_REPLY
from toolkit.types import Section


@dataclass(frozen=True)
class Asked:
    """One question of the letter: its thread, and CMS's words in this round."""

    thread: Thread
    words: tuple[Comment, ...]

    @property
    def is_asked(self) -> bool:
        """Whether any of the words still stand there: an administrator may have removed them."""
        return any(comment.hidden_at is None for comment in self.words)


class Letter:
    """One release with its questions, the same for both sides; nothing in it ever changes."""

    def __init__(self, proposal: Proposal, release: Round) -> None:
        self.proposal = proposal
        self.release = release

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The questions in the order of their numbers."""
        number = self.release.number
        return tuple(
            Asked(thread, tuple(c for c in thread.comments.all() if c.agency.is_cms and c.round == number))
            for thread in discussion.asked_in(self.proposal, number, number)
        )

    @cached_property
    def must_reply(self) -> int:
        """How many of them the state must reply to."""
        return sum(item.thread.kind in NEEDS_REPLY and item.is_asked for item in self.asked)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections that it opened, in the order of the toolkit."""
        opened = set(self.release.section_keys)
        return tuple(section for section in toolkit_of(self.proposal).sections if section.id in opened)


def has_letter(submission: Submission) -> bool:
    """Whether a letter went out on a submission and was not taken back; `access.submissions` has read it already."""
    known = getattr(submission, "has_letter", None)
    return submission.releases.exists() if known is None else bool(known)


def get_letter(proposal: Proposal, round_number: int) -> Letter:
    """Return the letter on a round of a proposal the caller may see, or raise `Http404` when none went out."""
    release = Round.objects.filter(proposal=proposal, number=round_number).first()
    if release is None:
        raise Http404
    return Letter(proposal, release)
