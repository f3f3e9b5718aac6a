"""What the preview of a release shows: the round exactly as the state will see it."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.utils import timezone

from proposals.models import DraftComment, Thread
from proposals.queries import discussion
from proposals.status import ThreadStatus
from proposals.views.cards import CommentCard, ThreadCard, name_for_others, passage_view
from proposals.views.release_page import PAGE_SIZE, ReleasePage


class ReleasePreview(ReleasePage):
    """The round with its questions numbered as the release will number them, and without names."""

    @cached_property
    def fingerprint(self) -> str:
        """What changes when anything in the preview changes."""
        drafts = [(str(draft.pk), draft.kind, draft.updated_at.isoformat()) for draft in self.included]
        return hashlib.sha256(json.dumps([drafts, dict(self.form.data)], default=list).encode()).hexdigest()

    @cached_property
    def preview(self) -> Page[DraftComment]:
        """The drafts that go out, as far as they stand on this page of the preview."""
        return Paginator(self.included, PAGE_SIZE).get_page(self.number)

    @cached_property
    def as_the_state(self) -> list[ThreadCard]:
        """The threads on this page as the state will see them: with their numbers, without names."""
        return [self._card(draft, self._names[draft.pk]) for draft in self.preview.object_list]

    @cached_property
    def _names(self) -> dict[object, str]:
        """The "Q4" of each draft that goes out."""
        number = discussion.highest_number(self.proposal)
        names: dict[object, str] = {}
        for draft in self.included:
            number += draft.thread is None
            names[draft.pk] = str(draft.thread or f"Q{number}")
        return names

    @cached_property
    def standing(self) -> dict[object, Thread]:
        """The threads on this page that are already released, by id."""
        asked_again = [draft.thread_id for draft in self.preview.object_list if draft.thread_id]
        if not asked_again:
            return {}
        return {thread.pk: thread for thread in discussion.threads(self.proposal).filter(pk__in=asked_again)}

    def _card(self, draft: DraftComment, name: str) -> ThreadCard:
        earlier = self.standing.get(draft.thread_id)
        said = [
            CommentCard(name_for_others(comment.agency), comment.at, comment.body)
            for comment in (earlier.comments.all() if earlier else ())
        ]
        return ThreadCard(
            number=name,
            kind=draft.get_kind_display(),
            status=ThreadStatus.OPEN,
            anchor=self.cards.place(draft.section_key, draft.prompt_id),
            anchor_url="",
            passage=passage_view(earlier or draft, self.cards.reading),
            comments=(*said, CommentCard(name_for_others(self.actor.agency), timezone.now(), draft.body)),
            reply=None,
            actions=(),
            section_key=draft.section_key,
            prompt_id=draft.prompt_id,
        )
