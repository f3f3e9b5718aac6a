"""Comments by the hundred on one proposal, as a long discussion leaves them."""

from __future__ import annotations

from itertools import cycle, islice

from proposals.models import Claim, Comment, Proposal, Thread
from proposals.status import ThreadStatus


def talk(proposal: Proposal, comments: int, *, silent: str) -> None:
    """Fill a proposal up to so many comments, each question with the reply of the first one, and resolved.

    None is about the section ``silent``: what a page does not show may not make it slower.
    """
    model = proposal.threads.order_by("number")[0]
    question, reply = model.comments.order_by("pk")[:2]
    frozen = proposal.submissions.order_by("round")[0].content["answers"]
    places = [(key, prompt_id) for key, prompts in frozen.items() if key != silent for prompt_id in prompts]
    have = Comment.objects.filter(thread__proposal=proposal).count()
    first = Thread.objects.filter(proposal=proposal).count() + 1
    threads = [
        Thread(
            proposal=proposal, round=model.round, number=first + number, kind=model.kind,
            status=ThreadStatus.RESOLVED, section_key=key, prompt_id=prompt_id,
        )
        for number, (key, prompt_id) in enumerate(islice(cycle(places), max(0, comments - have) // 2))
    ]  # fmt: skip
    Thread.objects.bulk_create(threads)
    Comment.objects.bulk_create(_again(question, thread) for thread in threads)
    replies = Comment.objects.bulk_create(_again(reply, thread) for thread in threads)
    Claim.objects.bulk_create(Claim(comment=said, prompt_ids=[], no_change="The text says it.") for said in replies)


def _again(said: Comment, thread: Thread) -> Comment:
    return Comment(
        thread=thread,
        author_id=said.author_id,
        agency_id=said.agency_id,
        words=said.words,
        round=said.round,
        at=said.at,
    )
