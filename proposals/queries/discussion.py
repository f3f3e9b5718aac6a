"""Reads of what was said: released threads for both sides, drafts and notes for the agency that wrote them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Side
from proposals.models import Comment, DraftComment, Event, Proposal, StandingReason, Thread
from proposals.queries.access import toolkit_of
from proposals.status import DRAFT_VERBS, NEEDS_REPLY, ThreadStatus, Verb

#: What is read of a comment and of whoever wrote it.
_READ = (
    "thread", "words", "hidden_at", "round", "at", "author__name", "agency__side", "agency__jurisdiction",
    "claim__prompt_ids", "claim__no_change",
)  # fmt: skip


def threads(proposal: Proposal) -> QuerySet[Thread]:
    """Return the released threads of a proposal the caller may see, with comments, in the order of their numbers."""
    comments = Comment.objects.select_related("author", "agency", "claim").only(*_READ).order_by("at", "pk")
    return (
        Thread.objects.filter(proposal=proposal)
        .select_related("round")
        .prefetch_related(Prefetch("comments", queryset=comments))
        .order_by("number")
    )


def section_threads(proposal: Proposal, section_key: str) -> QuerySet[Thread]:
    """Return the threads anchored in one section."""
    return threads(proposal).filter(section_key=section_key)


def question_counts(proposal: Proposal) -> dict[str, tuple[int, int]]:
    """Return by section how many threads there are and how many of them are still open."""
    if not proposal.was_returned:
        return {}
    rows = Thread.objects.filter(proposal=proposal).values_list("section_key")
    counted = rows.annotate(total=Count("pk"), waiting=Count("pk", filter=Q(status=ThreadStatus.OPEN)))
    return {key: (total, waiting) for key, total, waiting in counted}


def unresolved_counts(proposal: Proposal) -> Counter[str]:
    """Count by section the threads that CMS has not resolved."""
    rows = Thread.objects.filter(proposal=proposal).exclude(status=ThreadStatus.RESOLVED).values_list("section_key")
    return Counter(dict(rows.annotate(number=Count("pk"))))


def standing_reasons(actor: Actor, found: Iterable[Thread]) -> dict[object, list[StandingReason]]:
    """Return why CMS resolved threads or opened them again, by thread, oldest first; nothing for states."""
    by_thread: dict[object, list[StandingReason]] = {}
    threads = [thread.pk for thread in found]
    if actor.is_cms and threads:
        rows = StandingReason.objects.filter(thread__in=threads).select_related("event__actor")
        for reason in rows.order_by("pk"):
            by_thread.setdefault(reason.thread_id, []).append(reason)
    return by_thread


def drafts(actor: Actor, proposal: Proposal) -> QuerySet[DraftComment]:
    """Return the unreleased comments of the actor's own agency on a proposal the caller may see."""
    return (
        proposal.draft_comments.filter(agency=actor.agency)
        .select_related("author", "thread")
        .order_by("section_key", "prompt_id", "updated_at")
    )


def is_gone(actor: Actor, proposal: Proposal, draft_id: UUID) -> bool:
    """Whether the actor's agency once drafted a comment under this id that is now sent or dropped."""
    if drafts(actor, proposal).filter(pk=draft_id).exists():
        return False
    saved = Event.objects.filter(proposal=proposal, actor_agency=actor.agency, verb=Verb.DRAFT_COMMENT_SAVED)
    return saved.filter(object_id=str(draft_id)).exists()


def replies_by_thread(
    actor: Actor, proposal: Proposal, found: Iterable[Thread] | None = None
) -> dict[object, DraftComment]:
    """Return the drafted reply of the actor's agency for each thread that has one, among all or among those given.

    Those of a state come with what they claim.
    """
    replies = drafts(actor, proposal).filter(thread__isnull=False)
    if actor.is_state:
        replies = replies.select_related("author", "thread", "claim")
    if found is not None:
        replies = replies.filter(thread__in=[thread.pk for thread in found])
    return {draft.thread_id: draft for draft in replies}


def unanswered(proposal: Proposal) -> list[Thread]:
    """Return the open questions and changes for which the state has not even drafted a reply."""
    if not proposal.was_returned:
        return []
    return list(
        Thread.objects.filter(proposal=proposal, status=ThreadStatus.OPEN, kind__in=NEEDS_REPLY)
        .exclude(drafts__agency_id=proposal.agency_id)
        .order_by("number")
    )


def waiting_counts(proposal: Proposal) -> dict[str, tuple[int, int]]:
    """Return by section how many threads there are and how many wait for words of the state.

    While the state writes, those for which it has not even drafted a reply; else those that are open.
    """
    counts = question_counts(proposal)
    if not (counts and proposal.is_state_turn):
        return counts
    waiting = Counter(thread.section_key for thread in unanswered(proposal))
    return {key: (total, waiting[key]) for key, (total, _open) in counts.items()}


def release_order(proposal: Proposal, items: Iterable[DraftComment]) -> list[DraftComment]:
    """Return drafted comments in the order in which a release numbers them.

    That is the one a lead gave them; those without a place follow in the order of the toolkit, then of writing.
    """
    place = {prompt.id: float(number) for number, prompt in enumerate(toolkit_of(proposal).prompts)}
    for section in toolkit_of(proposal).sections:
        place[section.id] = place[section.prompts[0].id] - 0.5

    def key(item: DraftComment) -> tuple[float, float, datetime]:
        given = float("inf") if item.position is None else item.position
        return given, place.get(item.prompt_id or item.section_key, -1), item.updated_at

    return sorted(items, key=key)


def what_became_of(actor: Actor, proposal: Proposal, draft_id: UUID) -> QuerySet[Event]:
    """Return what colleagues of the actor's agency did with a draft, newest first."""
    found = Event.objects.filter(proposal=proposal, actor_agency=actor.agency, verb__in=DRAFT_VERBS)
    return found.filter(object_id=str(draft_id)).select_related("actor", "reason", "proposal").order_by("-at", "-pk")


def asked_in(proposal: Proposal, first: int, last: int) -> QuerySet[Thread]:
    """Return the threads in which CMS asked anything in the rounds from ``first`` to ``last``, with comments."""
    asked = Comment.objects.filter(thread=OuterRef("pk"), agency__side=Side.CMS, round__range=(first, last))
    return threads(proposal).filter(Exists(asked))


def highest_number(proposal: Proposal) -> int:
    """Return the 4 of the last "Q4"; 0 before the first."""
    return Thread.objects.filter(proposal=proposal).aggregate(highest=Max("number"))["highest"] or 0


def reopened_by(items: Iterable[DraftComment]) -> list[str]:
    """Return the sections that drafted comments point to: the preset of what a release reopens."""
    return sorted({item.section_key for item in items if item.section_key})
