"""Words that an administrator removed from a thread: nobody reads them any more, nor who the administrator was."""

from __future__ import annotations

from icm_portal.accounts.actor import Actor, Administrator
from icm_portal.accounts.models import User
from proposals.actions.correcting import hide_comment
from proposals.models import Comment, Proposal, Thread
from tests.worlds import NOW


def removed(proposal: Proposal, author: Actor, *, words: str, reason: str, admin: str) -> Comment:
    """Say something in the one thread of a proposal, and have it removed by an administrator of this name."""
    by = User.objects.create_user(f"{admin}@example.org", name=admin, is_staff=True)
    thread = Thread.objects.select_related("proposal__agency").get(proposal=proposal)
    said = Comment.objects.create(
        thread=thread, author=author.user, agency=author.agency, words=f"<p>{words}</p>", round=1, at=NOW
    )
    hide_comment(by=Administrator(by), comment=said, reason=reason, now=NOW)
    return said
