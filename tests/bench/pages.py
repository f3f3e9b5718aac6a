"""What is measured: each page with the bar it has to stay under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership, User
from proposals.actions.importing import load_proposal
from proposals.management.bulk_texts import answers_of
from proposals.models import Proposal, Section
from proposals.status import Status
from tests.bench.forms import filled_in
from tests.bench.server import Server
from tests.bench.talk import talk

#: The section with the most prompts, and one of usual size.
LARGEST, USUAL = "pm.ss", "es.overview"
#: So often at most a save is measured.
MOST_SAVES = 500
#: What the page's script sends beside the prompt that changed.
WITH_EACH_SAVE = {"base_revision", "person"}


@dataclass(frozen=True)
class Page:
    """A page, how to ask for it, and how many empty views it may cost."""

    name: str
    request: Callable[[], bytes]
    bar: int


def lead() -> User:
    """CMS's lead, who sees every proposal that was submitted."""
    return User.objects.get(email="bulk.lead@cms.example")


def writer() -> Actor:
    """An editor of the first state."""
    found = Membership.objects.filter(user__email__startswith="bulk.editor").select_related("user", "agency")
    membership = found.order_by("agency__code")[0]
    return Actor(membership.user, membership)


def growing(server: Server) -> list[Page]:
    """Return the pages that must not become slower with the number of proposals."""
    proposal = _oldest(Status.IN_REVIEW)
    return [
        Page("Proposals, 50 rows (CMS)", partial(server.get, reverse("proposals:list")), 60),
        Page("Home (CMS)", partial(server.get, reverse("proposals:home")), 100),
        Page("Overview (CMS)", partial(server.get, _of("overview", proposal)), 100),
        Page("Compare (CMS)", partial(server.get, _of("compare", proposal)), 100),
    ]


def discussed(server: Server, comments: int) -> list[Page]:
    """Return the pages that must not become slower with what was said elsewhere: a proposal with so many comments."""
    proposal = _oldest(Status.IN_REVIEW, skip=1)
    talk(proposal, comments, silent=USUAL)
    get = server.get
    return [
        Page("Overview (CMS)", partial(get, _of("overview", proposal)), 100),
        Page("Compare (CMS)", partial(get, _of("compare", proposal)), 100),
        Page("Review, usual section", partial(get, _of("review", proposal, section=USUAL)), 100),
        Page("Questions, 20 of them (CMS)", partial(get, _of("questions", proposal)), 100),
    ]


def others(server: Server) -> list[Page]:
    """Return the other pages of CMS."""
    proposal = _oldest(Status.IN_REVIEW)
    get = server.get
    return [
        Page("Review, largest section", partial(get, _of("review", proposal, section=LARGEST)), 100),
        Page("Review, usual section", partial(get, _of("review", proposal, section=USUAL)), 100),
        Page("Release a round", partial(get, _of("release", proposal)), 100),
        Page("Questions (CMS)", partial(get, _of("questions", proposal)), 100),
        Page("Activity of a proposal (CMS)", partial(get, _of("activity", proposal)), 100),
        Page("Activity of all proposals (CMS)", partial(get, reverse("proposals:feed")), 100),
        Page("Notices", partial(get, reverse("proposals:notifications")), 100),
        Page("Glossary", partial(get, reverse("proposals:glossary")), 100),
    ]


def of_the_state(server: Server, actor: Actor) -> list[Page]:
    """Return the pages of the state, and the save of a section; a full draft is made for them."""
    draft = load_proposal(
        actor=actor, title="Full draft", model_type="aco_like", answers=answers_of(actor.agency.jurisdiction),
        now=timezone.now(),
    )  # fmt: skip
    get = server.get
    return [
        Page("Overview (state)", partial(get, _of("overview", draft)), 100),
        Page("Section editor, largest section", partial(get, _of("section", draft, section=LARGEST)), 100),
        Page("Section editor, usual section", partial(get, _of("section", draft, section=USUAL)), 100),
        Page("Findings beside a section", partial(get, _of("findings", draft, section=LARGEST)), 100),
        Page("Readiness", partial(get, _of("readiness", draft)), 100),
        Page("Preview before signing", partial(get, _of("submit", draft)), 100),
        Page("Autosave of one changed answer", _saves(server, draft, USUAL, is_script=True), 40),
        Page("Autosave, largest section", _saves(server, draft, LARGEST, is_script=True), 40),
        Page("Save of a whole section by its button", _saves(server, draft, USUAL, is_script=False), 100),
    ]


def _saves(server: Server, proposal: Proposal, key: str, *, is_script: bool) -> Callable[[], bytes]:
    """Return a request that saves one changed text: the prompt alone, as the page's script does, or the whole form.

    Bodies are made beforehand: what a browser does is no work of the server.
    """
    path = _of("section", proposal, section=key)
    sent = filled_in(server.get(path))
    place = max(range(len(sent)), key=lambda number: len(sent[number][1]))
    base = next(number for number, (name, _) in enumerate(sent) if name.endswith("base_revision"))
    prompt = sent[place][0].partition("-narrative")[0]
    stored = Section.objects.get(proposal=proposal, key=key)
    bodies = []
    for times in range(MOST_SAVES):
        sent[base] = (sent[base][0], str(stored.revision + times))
        changed = [*sent]
        changed[place] = (sent[place][0], f"{sent[place][1]}<p>Changed {times} times.</p>")
        if is_script:
            changed = [(name, value) for name, value in changed if name.startswith(prompt) or name in WITH_EACH_SAVE]
        bodies.append(server.body(changed))
    waiting = iter(bodies)
    return lambda: server.post(path, next(waiting), is_script=is_script)


def _of(name: str, proposal: Proposal, **more: str) -> str:
    return reverse(f"proposals:{name}", kwargs={"pk": proposal.pk, **more})


def _oldest(status: Status, skip: int = 0) -> Proposal:
    """Return a proposal with two rounds and questions: the oldest, or after so many of them."""
    found = Proposal.objects.annotate(asked=Count("threads")).filter(status=status, asked__gt=0, round=2)
    return found.order_by("created_at")[skip]
