"""Every page, full, empty and refused: accessible, and never wider than its window."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from playwright.sync_api import Page, expect

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from proposals.models import Proposal
from tests.browser import WIDTHS, OpenPage, overflow, violations
from tests.journey.people import Desk
from tests.journey.scene import Scene
from tests.system.test_addresses import names
from tests.worlds import World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

#: Addresses that show no page of their own: they take a post, hand out a file, or lead elsewhere.
NO_PAGE = {
    "health", "account_signup", "account_set_password", "exports:download", "accounts:switch", "accounts:keepalive",
    "accounts:session", "proposals:here", "proposals:prompts", "proposals:viewed",
    "accounts:clearance",
    "accounts:resend_invitation", "accounts:withdraw_invitation", "proposals:take", "exports:summary_length",
    "account_reset_password_from_key", "proposals:calendar_feed", "proposals:attachment_file", "proposals:word_file", "proposals:findings",
    "proposals:questions_csv",
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One page to look at; ``act`` brings it into another state once it is open."""

    name: str
    args: tuple[Any, ...] = ()
    query: str = ""
    act: Callable[[Page], object] | None = None
    status: int = 200


def of(proposal: Proposal, *pages: str, space: str = "proposals") -> list[Visit]:
    """Pages of one proposal, each as "name", "name argument" or "name?query"."""
    visits = []
    for page in pages:
        address, _, query = page.partition("?")
        name, *more = address.split()
        visits.append(Visit(f"{space}:{name}", (proposal.pk, *more), f"?{query}" if query else ""))
    return visits


def problems(page: Page, site: str, visits: Iterable[Visit]) -> list[str]:
    """Look at each page at each width; return what is wrong, with the place.

    Every rule is asked of the narrowest and the widest page, which differ most; in between, those about the layout.
    Colors are looked at where an address is seen for the first time: they do not change with the width.
    """
    found: list[str] = []
    seen: set[str] = set()
    for visit in visits:
        address = open_it(page, site, visit, found)
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            if (wider := overflow(page)) > 0:
                found.append(f"{address} at {width}: {wider} pixels too wide")
            colors = width == WIDTHS[-1] and visit.name not in seen
            faults = violations(page, colors=colors, layout_only=width not in {WIDTHS[0], WIDTHS[-1]})
            found += [f"{address} at {width}: {fault}" for fault in faults]
        seen.add(visit.name)
    return found


def open_it(page: Page, site: str, visit: Visit, found: list[str]) -> str:
    """Open the page of a visit; note where it leads when that is somewhere else, and return its address."""
    address = reverse(visit.name, args=visit.args) + visit.query
    page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
    response = page.goto(site + address)
    if not response or response.status != visit.status:
        found.append(f"{address} answers {response and response.status}")
    if visit.act:
        visit.act(page)
    elif page.url != site + address:
        found.append(f"{address} leads to {page.url}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    return address


def press(name: str) -> Callable[[Page], object]:
    """Press a button of the page without having filled anything in."""
    return lambda page: page.get_by_role("main").get_by_role("button", name=name).first.click()


def emptied(field: str, button: str) -> Callable[[Page], object]:
    """Empty a field that the page fills in, then press the button."""

    def act(page: Page) -> None:
        page.get_by_label(field).first.fill("")
        press(button)(page)

    return act


def wrong_password(page: Page) -> None:
    """Try to sign in as nobody."""
    page.get_by_label("E-mail address").fill("nobody@example.org")
    page.get_by_label("Password", exact=True).fill("not a password at all")
    press("Sign in")(page)


def open_all(page: Page) -> None:
    """Open every prompt that is closed, with the editors of its narratives."""
    while (closed := page.locator("details.prompt:not([open]):visible > summary")).count():
        closed.first.click()


def unreadable_date(page: Page) -> None:
    """Save a milestone with a date that is none."""
    open_all(page)
    table = page.get_by_role("group", name="Milestones")
    table.get_by_role("button", name=re.compile("^Edit row 1,")).click()
    table.get_by_label("Target date, row 1").fill("some day soon")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("[data-error-summary]")).to_be_visible()


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    while (closed := page.locator("main details:not([open]):visible > summary")).count():
        closed.first.click()


def open_menu(page: Page) -> None:
    """Open the menu of the person."""
    page.locator("details.menu summary").click()


def stranger(scene: Scene) -> list[Visit]:
    plain = ("account_login", "account_inactive", "account_reset_password", "account_reset_password_done",
             "account_reset_password_from_key_done")  # fmt: skip
    return [
        *map(Visit, plain),
        Visit("account_login", act=wrong_password),
        Visit("account_reset_password", act=press("Send the link")),
        Visit("accounts:accept_invitation", (scene.invitation_token,)),
        Visit("accounts:accept_invitation", ("no-such-token",), status=410),
    ]


def editor(scene: Scene) -> list[Visit]:
    plain = ("proposals:home", "proposals:list", "proposals:new", "proposals:feed", "proposals:notifications",
             "proposals:glossary", "accounts:people", "accounts:account", "account_logout", "account_reauthenticate",
             "account_change_password")  # fmt: skip
    sections = [f"section {key}" for key in ("pr", "qs", "pm.ss.calc", "vb")]
    return [
        *map(Visit, plain),
        Visit("proposals:home", act=open_menu),
        Visit("proposals:mail"),
        Visit("proposals:calendar"),
        Visit("proposals:calendar", act=press("Make an address")),
        Visit("proposals:calendar", act=press("Revoke the address")),
        Visit("proposals:example", ("pd.timeline.plan",)),
        Visit("proposals:list", query="?q=nothing-like-this"),
        Visit("proposals:new", act=press("Start the proposal")),
        Visit("account_change_password", act=press("Change")),
        *of(
            scene.draft,
            "overview",
            "details",
            "submit",
            "readiness",
            "readiness?show=info",
            "note",
            "activity",
            "sent_mail",
            "questions",
            "compare",
            "decision",
            *sections,
        ),
        *of(scene.draft, "packets", "summary", space="exports"),
        *(Visit("exports:packet", (packet.pk,)) for packet in scene.packets.values()),
        Visit("proposals:section", (scene.draft.pk, "pd.timeline"), act=unreadable_date),
        *of(scene.draft, "clearance", f"sign_off {scene.sign_off.pk}", f"note_change {scene.note.pk}"),
        *of(scene.draft, "early_looks", "early_new"),
        Visit("proposals:early_new", (scene.draft.pk,), act=press("Share these sections")),
        Visit("proposals:early_look", (scene.look.pk,)),
        Visit("proposals:early_section", (scene.look.pk, "es.overview"), act=unfold),
        *of(scene.draft, "history es.overview?since=1", f"bring_back es.overview?{scene.earlier}"),
        Visit("proposals:history", (scene.draft.pk, "es.overview"), act=unfold),
        Visit("proposals:section", (scene.asked.pk, "es.overview"), act=open_all),
        *of(scene.asked, "overview", "readiness", "section es.program", "section pd.participants", "questions"),
        *of(scene.asked, "compare", f"reply {scene.thread.pk}"),
    ]


def signatory(scene: Scene) -> list[Visit]:
    return [
        *of(scene.asked, "submit", "receipt 1", "transition withdraw"),
        *of(scene.submitted, "overview", "receipt 1", "transition recall", "section es.overview"),
        *of(scene.concluded, "overview", "decision"),
        *of(scene.withdrawn, "overview", "transition restore"),
        Visit("proposals:transition", (scene.submitted.pk, "recall"), act=press("Recall")),
    ]


def team_lead(scene: Scene) -> list[Visit]:
    membership = (scene.world.ohio.viewer.membership.pk,)
    return [
        Visit("accounts:people"),
        Visit("accounts:facts"),
        Visit("accounts:target"),
        Visit("accounts:target", act=emptied("Days for a response", "Save")),
        Visit("accounts:invite"),
        Visit("accounts:invite", act=press("Send")),
        Visit("accounts:membership", membership),
        Visit("accounts:end_membership", membership),
        *of(scene.draft, "clearance", "overview", "sign_off_new", f"sign_off_change {scene.sign_off.pk}"),
        Visit("proposals:sign_off_new", (scene.draft.pk,), act=press("Ask for this sign-off")),
    ]


def viewer(scene: Scene) -> list[Visit]:
    sign_off = (scene.draft.pk, scene.sign_off.pk)
    return [
        Visit("proposals:home"),
        *of(scene.draft, "clearance"),
        Visit("proposals:sign_off", sign_off),
        Visit("proposals:sign_off", sign_off, act=press("Save my decisions")),
    ]


def lead(scene: Scene) -> list[Visit]:
    preview = of(scene.review, "release_preview")
    return [
        *map(
            Visit, ("proposals:home", "proposals:list", "proposals:feed", "proposals:notifications", "accounts:people")
        ),
        Visit("proposals:early_look", (scene.look.pk,)),
        Visit("proposals:early_section", (scene.look.pk, "es.overview"), act=unfold),
        Visit("proposals:early_section", (scene.look.pk, "pd.timeline"), act=press("Send the advice")),
        Visit("proposals:default_reviewers"),
        Visit("proposals:default_reviewers_of", ("OH",)),
        Visit("proposals:divisions"),
        Visit("proposals:divisions", act=press("Add the division")),
        Visit("proposals:division", ("payment",)),
        Visit("proposals:division", ("payment",), act=emptied("Name", "Save the division")),
        *of(scene.submitted, "overview", "review_start", "transition begin_review", "questions"),
        *of(
            scene.review,
            "overview",
            "review_start",
            "review es.overview",
            "review_findings es.overview",
            "review es.overview?view=clean&write=ask",
        ),
        *of(scene.review, "review es.overview?round=1", "assign", "release", "decision", "note"),
        *of(scene.review, "verdicts", "verdict es.overview"),
        Visit("proposals:verdict", (scene.review.pk, "pd.timeline"), act=press("Save verdict of policy")),
        *of(scene.review, "comment?section=es.overview", "questions", "compare", "compare?view=side&lines=all"),
        *of(scene.review, "activity", "sent_mail", f"draft_comment {scene.comment.pk}"),
        *of(scene.review, f"thread_status {scene.answered.pk}", f"draft_wordings {scene.comment.pk}"),
        *of(
            scene.review,
            "letter 1",
            f"drop_draft {scene.comment.pk}",
            "merge_drafts?section=es.overview&prompt=es.overview.goals",
        ),
        *of(scene.review, f"note_ask {scene.inside.pk}", f"note_wordings {scene.inside.pk}"),
        Visit("proposals:review", (scene.review.pk, "es.overview"), act=unfold),
        *of(scene.review, "packets", space="exports"),
        Visit("proposals:release", (scene.review.pk,), act=press("Preview as the state")),
        *preview,
        Visit("proposals:release", (scene.review.pk,), act=emptied("Due date", "Preview as the state")),
        *of(scene.review, "pause"),
        Visit("proposals:pause", (scene.review.pk,), act=press("Pause the clock")),
        Visit("proposals:note", (scene.review.pk,), act=press("Save internal note")),
        Visit("proposals:decision", (scene.review.pk,), act=emptied("Letter to the state", "Save the draft")),
    ]


def approver(scene: Scene) -> list[Visit]:
    return [
        *of(scene.review, "announce", "decision"),
        *of(scene.concluded, "reopen"),
        Visit("proposals:reopen", (scene.concluded.pk,), act=press("Reopen")),
        Visit("proposals:decision", (scene.withdrawn.pk,), status=404),
    ]


def files(scene: Scene) -> list[Visit]:
    """Pages of attached files, as the state's editor sees them."""
    return [
        *of(scene.draft, "attachments", "attachments?about=es.overview.model"),
        *of(scene.begun, "aside"),
        *of(scene.draft, "word_section es.overview"),
        Visit("proposals:word_section", (scene.draft.pk, "es.overview"), act=press("Compare")),
        *of(scene.submitted, "word_section es.overview"),
        Visit("proposals:word_new"),
        Visit("proposals:word_new", act=press("Read the file")),
        Visit("proposals:word_match", (scene.word_file.pk,)),
        Visit("proposals:word_match", (scene.word_file.pk,), act=emptied("Name of the program", "Start the proposal")),
        *of(scene.review, "attachments"),
        Visit("proposals:attachment_remove", (scene.attachment.pk,)),
        Visit("proposals:attachment_file", (scene.infected.pk,), status=409),
    ]


def nothing_yet(scene: Scene) -> list[Visit]:
    plain = ("proposals:feed", "proposals:notifications", "accounts:people")
    return [
        *map(Visit, plain),
        *of(scene.texas_draft, "overview", "readiness", "submit", "activity", "section es.overview", "note"),
        *of(scene.texas_draft, "clearance", "history es.overview", "early_looks"),
        *of(scene.texas_draft, "packets", space="exports"),
        Visit("proposals:overview", (scene.draft.pk,), status=404),
    ]


def nobody_anywhere(scene: Scene) -> list[Visit]:
    return [Visit("proposals:home", status=403), Visit("accounts:account")]


def administrator(scene: Scene) -> list[Visit]:
    comment = scene.asked.threads.first().comments.first()  # type: ignore[union-attr]
    assert comment
    return [
        Visit("proposals:administration"),
        Visit("proposals:administration", query="?number=none", status=422),
        *of(scene.asked, "correcting", "correcting?question=1", "correct_agency"),
        *of(scene.stuck, "correcting", "correct_step withdraw"),
        Visit("proposals:correct_step", (scene.asked.pk, "withdraw"), status=409),
        Visit("proposals:correct_comment", (scene.asked.pk, comment.pk)),
    ]


TOURS: dict[str, tuple[Callable[[Scene], list[Visit]], Callable[[World], Actor | User | None]]] = {
    "stranger": (stranger, lambda world: None),
    "editor": (editor, lambda world: world.ohio.editor),
    "editor with files": (files, lambda world: world.ohio.editor),
    "signatory": (signatory, lambda world: world.ohio.signatory),
    "viewer": (viewer, lambda world: world.ohio.viewer),
    "team lead": (team_lead, lambda world: world.ohio.team_lead),
    "lead": (lead, lambda world: world.cms.lead),
    "approver": (approver, lambda world: world.cms.approver),
    "administrator": (administrator, lambda _: User.objects.get(email="admin@example.org")),
    "nothing yet": (nothing_yet, lambda world: world.texas.editor),
    "nobody anywhere": (nobody_anywhere, lambda world: world.outsider),
}


#: Who walks one after the other through one scene: making it takes as long as many pages.
WALKS = (
    ("editor", "stranger", "administrator"),
    ("editor with files", "signatory", "viewer", "team lead"),
    ("lead", "approver", "nothing yet", "nobody anywhere"),
)


@pytest.mark.parametrize("walk", WALKS, ids=[walk[0] for walk in WALKS])
def test_every_page_is_accessible_and_fits(
    world: World, live_site: str, open_page: OpenPage, walk: tuple[str, ...]
) -> None:
    scene = Scene(world)
    tours = {name: make(scene) for name, (make, _) in TOURS.items()}
    assert {visit.name for tour in tours.values() for visit in tour} | NO_PAGE == set(
        names(get_resolver().url_patterns)
    )
    for name in walk:
        page = Desk(live_site, open_page).enter(TOURS[name][1](world))
        assert (name, problems(page, live_site, tours[name])) == (name, [])


def test_everybody_walks() -> None:
    assert sorted(name for walk in WALKS for name in walk) == sorted(TOURS)


def test_faults_are_seen(open_page: OpenPage) -> None:
    page = open_page(width=360)
    page.set_content("<p style='width: 800px; color: #bbb'>Too wide, and too pale to read.</p>")
    assert overflow(page) > 0
    assert {fault.partition(":")[0] for fault in violations(page)} > {"color-contrast", "document-title"}
    assert "color-contrast" not in str(violations(page, colors=False))
    page.set_content(
        "<style>button { width: 9px; height: 9px; padding: 0 }</style><button>a</button><button>b</button>"
    )
    assert {fault.partition(":")[0] for fault in violations(page, layout_only=True)} == {"target-size"}
