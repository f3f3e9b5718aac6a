"""The pages of early looks: what each side reads of them, and that nothing else of the draft can be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals.actions.discussing import Place, write_note
from proposals.actions.early import end_early
from proposals.models import EarlyLook, EarlyWords, Event, Notification, Proposal
from proposals.queries import history
from proposals.queries.early import SHOWN
from proposals.status import EARLY_VERBS, Verb
from tests.proposals.clearance.scenes import asked
from tests.proposals.early.scenes import MODEL, OVERVIEW, advice, reply, share
from tests.proposals.files.samples import put
from tests.worlds import NOW, World, answer, fresh, hand_over, make_actor, narrative_answer, not_applicable, signed_in

MARK = "Not submitted: shared early for informal advice"
#: What stands beside the shared section; no page of an early look shows any of it.
HIDDEN = ("Unshared answer", "Note of Ohio", "Sign-off of Ohio", "hidden-file", "Newer answer", "Newer title")


def page_of(look: EarlyLook, section: str = "") -> str:
    name, more = ("early_section", [section]) if section else ("early_look", [])
    return reverse(f"proposals:{name}", args=[look.pk, *more])


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return unescape(response.content.decode())


def full_draft(world: World) -> Proposal:
    """A draft with a shared answer, and with everything beside it that must stay inside."""
    draft = world.draft(title="Shared title")
    editor = world.ohio.editor
    answer(draft, editor, MODEL, narrative_answer("Shared answer"))
    answer(draft, editor, "qs.goals", not_applicable("Unshared answer"))
    put(fresh(draft), editor, name="hidden-file.pdf")
    write_note(actor=editor, proposal=fresh(draft), place=Place(OVERVIEW, MODEL), body="Note of Ohio", now=NOW)
    asked(world, draft, world.ohio.viewer, "Sign-off of Ohio")
    return draft


def test_the_reviewer_reads_exactly_what_was_shared_under_a_mark(world: World) -> None:
    draft = full_draft(world)
    look = share(world, draft, wanted="Which authority fits?")
    answer(draft, world.ohio.editor, MODEL, narrative_answer("Newer answer"))
    Proposal.objects.filter(pk=draft.pk).update(title="Newer title")
    client = signed_in(world.cms.reviewer)

    pages = [text(client, page_of(look)), text(client, page_of(look, OVERVIEW))]

    assert [MARK in page for page in pages] == [True, True]
    assert ["Shared title" in page for page in pages] == [True, True]
    assert ("Which authority fits?" in pages[0], "Shared answer" in pages[1]) == (True, True)
    assert [word for word in HIDDEN for page in pages if word in page] == []
    assert [word for word in (world.ohio.editor.user.name, str(draft.pk)) for page in pages if word in page] == []
    assert client.get(page_of(look, "qs")).status_code == 404


def test_everything_else_of_the_draft_stays_closed_to_the_reviewer(world: World) -> None:
    draft = full_draft(world)
    look = share(world, draft)
    client = signed_in(world.cms.reviewer)
    for name, more in (
        ("overview", []), ("section", [OVERVIEW]), ("review", [OVERVIEW]), ("attachments", []), ("activity", []),
        ("questions", []), ("note", []), ("history", [OVERVIEW]), ("early_looks", []), ("early_new", []),
    ):  # fmt: skip
        text(client, reverse(f"proposals:{name}", args=[draft.pk, *more]), 404)
    for name in ("list", "feed"):
        page = text(client, reverse(f"proposals:{name}"))
        assert ("Shared title" in page, draft.number in page) == (False, False)
    notices = text(client, reverse("proposals:notifications"))
    assert (page_of(look) in notices, "Shared title" in notices) == (True, False)


def test_only_those_named_see_the_block_on_their_work(world: World) -> None:
    look = share(world, world.draft(title="Shared title"))
    home = reverse("proposals:home")
    for actor in world.everybody:
        page = text(signed_in(actor), home)
        shown = ("Shared with you early" in page, page_of(look) in page)
        assert shown == ((True, True) if actor == world.cms.reviewer else (False, False)), actor


def test_after_the_end_there_is_nothing_for_cms_and_the_state_keeps_the_advice(world: World) -> None:
    draft = world.complete_draft(title="Shared title")
    ends: dict[str, Callable[[EarlyLook], object]] = {
        "by the state": lambda look: end_early(actor=world.ohio.editor, look=look, now=timezone.now()),
        "by its day": lambda look: EarlyLook.objects.filter(pk=look.pk).update(ends_at=timezone.now()),
        "by submitting": lambda _look: hand_over(draft, world.ohio.signatory),
    }
    for way, end in ends.items():
        look = share(world, draft)
        reply(world.ohio.editor, advice(world.cms.reviewer, look, f"Advised {way}"), "Heard.")
        client = signed_in(world.cms.reviewer)
        end(look)
        for address in (page_of(look), page_of(look, OVERVIEW)):
            text(client, address, 404)
        assert "Shared with you early" not in text(client, reverse("proposals:home"))
        assert page_of(look) not in text(client, reverse("proposals:notifications"))
        page = text(signed_in(world.ohio.viewer), page_of(look, OVERVIEW))
        assert ("This early look has ended" in page, f"Advised {way}" in page, "Heard." in page) == (True, True, True)
        assert ("Send the reply" in page, "Send the advice" in page) == (False, False)


def test_advice_enters_no_round_no_question_and_no_packet(world: World) -> None:
    draft = world.complete_draft()
    look = share(world, draft, wanted="earlymark wish")
    reply(world.ohio.editor, advice(world.cms.reviewer, look, "earlymark advice"), "earlymark reply")
    hand_over(draft, world.ohio.signatory)
    sent = fresh(draft)
    assert "earlymark" not in str(sent.submissions.get().content)
    for client in (signed_in(world.cms.reviewer), signed_in(world.ohio.editor)):
        for name in ("overview", "questions", "activity", "compare"):
            assert "earlymark" not in text(client, reverse(f"proposals:{name}", args=[draft.pk]))
    activity = text(signed_in(world.cms.reviewer), reverse("proposals:activity", args=[draft.pk]))
    assert ("informal advice" in activity, "early look" in activity) == (False, False)


def test_the_state_reads_addresses_and_no_names_of_those_at_cms(world: World) -> None:
    ada, ben = (make_actor(world.cms.agency, Role.REVIEWER, name=name) for name in ("Ada Pine", "Ben Oak"))
    look = share(world, world.draft(), ada, ben)
    advice(ada, look, "Think of section 1932.")
    client = signed_in(world.ohio.editor)
    pages = text(client, page_of(look)) + text(client, page_of(look, OVERVIEW))
    assert [person.user.name in pages for person in (ada, ben)] == [False, False]
    assert [person.user.email in pages for person in (ada, ben)] == [True, True]
    inside = text(signed_in(ben), page_of(look, OVERVIEW))
    assert (ada.user.name in inside, world.ohio.editor.user.name in inside) == (True, False)


def test_a_membership_with_a_limit_sees_no_early_look(world: World) -> None:
    look = share(world, world.draft())
    client = signed_in(make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=[OVERVIEW]))
    assert "Early look" not in text(client, reverse("proposals:overview", args=[look.proposal_id]))
    text(client, page_of(look), 404)
    for name in ("early_looks", "early_new"):
        text(client, reverse(f"proposals:{name}", args=[look.proposal_id]), 403)


# --- forms ----------------------------------------------------------------------------------------------------------


def body(world: World, **changed: object) -> dict[str, object]:
    whole: dict[str, object] = {
        "sections": [OVERVIEW], "reviewers": world.cms.reviewer.user.email, "wanted": "Which authority?",
        "ends_on": (timezone.localdate() + timedelta(days=10)).isoformat(),
    }  # fmt: skip
    return whole | changed


def test_the_form_shares_and_the_list_shows_it(world: World) -> None:
    draft, client = world.draft(), signed_in(world.ohio.team_lead)
    listed = reverse("proposals:early_looks", args=[draft.pk])
    assert "Nothing of this proposal was shared early." in text(client, listed)
    new = reverse("proposals:early_new", args=[draft.pk])
    days = client.get(new).context["form"].initial["ends_on"] - timezone.localdate()
    assert abs(days - timedelta(days=14)) <= timedelta(days=1)
    people = f"{world.cms.reviewer.user.email},\n{world.cms.lead.user.email};"
    assert client.post(new, body(world, reviewers=people))["Location"] == listed
    look = EarlyLook.objects.get()
    assert sorted(look.readers.values_list("address", flat=True)) == ["lead@cms.example", "reviewer@cms.example"]
    page = text(client, listed)
    assert (page_of(look) in page, "Open until" in page) == (True, True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sections": []}, "Choose at least one section."),
        ({"sections": ["no.such"]}, "Choose sections of this proposal in which something is asked."),
        ({"reviewers": ""}, "Name at least one reviewer at CMS."),
        ({"reviewers": "somebody"}, "“somebody” is not an e-mail address."),
        ({"reviewers": "observer@cms.example"}, "Nobody who reviews at CMS has the address observer@cms.example."),
        ({"ends_on": "2020-01-01"}, "Choose a day from tomorrow on, up to 60 days ahead."),
        ({"ends_on": "soon"}, "Enter the last day, such as 3/14/2027."),
        ({"wanted": ""}, "Say in a few words what you want to hear."),
        ({"wanted": "x" * 2001}, "This text is longer than 2,000 characters. Shorten it."),
    ],
)
def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(
    world: World, changed: dict[str, object], sentence: str
) -> None:
    client = signed_in(world.ohio.editor)
    new = reverse("proposals:early_new", args=[world.draft().pk])
    response = client.post(new, body(world, **changed))
    page = unescape(response.content.decode())
    assert (response.status_code, sentence in page) == (422, True)
    assert str({"wanted": "Which authority?"} | changed).count("x" * 2001) == page.count("x" * 2001)
    assert not EarlyLook.objects.exists()


def test_both_sides_write_on_the_page_of_the_section(world: World) -> None:
    look = share(world, world.draft())
    address, cms, ohio = page_of(look, OVERVIEW), signed_in(world.cms.reviewer), signed_in(world.ohio.editor)
    assert cms.post(address, {"about": MODEL, "body": "Think of section 1932."})["Location"] == address
    assert cms.post(address, {"about": OVERVIEW, "body": "Well begun."})["Location"] == address
    thread = EarlyWords.objects.get(prompt_id=MODEL)
    for client in (ohio, cms):
        assert client.post(address, {"thread": str(thread.pk), "body": "Indeed."})["Location"] == address
    assert thread.replies.count() == 2
    page = text(ohio, address)
    assert page.index("Well begun.") < page.index("Think of section 1932.") < page.index("Indeed.")
    assert "No advice yet" not in text(ohio, page_of(look))


def test_words_that_are_refused_stand_in_their_box_again(world: World) -> None:
    look = share(world, world.draft())
    thread = advice(world.cms.reviewer, look, "Think of section 1932.")
    address, cms = page_of(look, OVERVIEW), signed_in(world.cms.reviewer)
    for sent in ({"about": "qs.goals", "body": "Kept words"}, {"about": MODEL, "body": "Kept words " * 2000}):
        response = cms.post(address, sent)
        assert (response.status_code, "Kept words" in response.content.decode()) == (422, True)
    response = cms.post(f"{address}?page=9", {"thread": str(thread.pk), "body": "Kept words " * 2000})
    assert (response.status_code, "Kept words" in response.content.decode()) == (422, True)
    assert EarlyWords.objects.count() == 1


def test_words_that_come_after_the_end_are_given_back(world: World) -> None:
    look = share(world, world.draft())
    thread = advice(world.cms.reviewer, look, "Think of section 1932.")
    end_early(actor=world.ohio.editor, look=look, now=timezone.now())
    for actor, sent, status in (
        (world.cms.reviewer, {"about": MODEL, "body": "Kept words"}, 404),
        (world.ohio.editor, {"thread": str(thread.pk), "body": "Kept words"}, 403),
    ):
        response = signed_in(actor).post(page_of(look, OVERVIEW), sent)
        assert (response.status_code, "Kept words" in response.content.decode()) == (status, True)


def test_a_reply_goes_to_advice_of_this_section_only(world: World) -> None:
    look = share(world, world.draft(), keys=(OVERVIEW, "qs"))
    elsewhere = advice(world.cms.reviewer, look, "On quality.", "qs.goals")
    other = advice(world.cms.reviewer, share(world, world.draft(title="Other")), "On another draft.")
    client = signed_in(world.ohio.editor)
    for sent in (str(elsewhere.pk), str(other.pk), "nonsense", "9" * 30, ""):
        assert client.post(page_of(look, OVERVIEW), {"thread": sent, "body": "Hm."}).status_code == 404
    assert client.post(page_of(look, OVERVIEW), {"about": MODEL, "body": "Hm."}).status_code == 403
    assert EarlyWords.objects.count() == 2


def test_the_state_renews_and_ends_on_the_page(world: World) -> None:
    draft = world.draft()
    look, client = share(world, draft), signed_in(world.ohio.editor)
    answer(draft, world.ohio.editor, MODEL, narrative_answer("Newer answer"))
    for actor in (world.cms.reviewer, world.ohio.viewer):
        assert signed_in(actor).post(page_of(look), {"end": "yes"}).status_code == 403
    assert client.post(page_of(look), {"renew": "yes"})["Location"] == page_of(look)
    assert "Newer answer" in text(signed_in(world.cms.reviewer), page_of(look, OVERVIEW))
    assert client.post(page_of(look), {"end": "yes"})["Location"] == page_of(look)
    text(signed_in(world.cms.reviewer), page_of(look, OVERVIEW), 404)
    assert "End the early look now" not in text(client, page_of(look))


def test_a_colleague_limited_to_sections_reads_nothing_of_it_in_the_record_nor_among_the_notices(world: World) -> None:
    draft = world.draft()
    look = share(world, draft)
    advice(world.cms.reviewer, look, "Think of section 1932.")
    end_early(actor=world.ohio.editor, look=look, now=timezone.now())
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Limited One", section_ids=["es.program"])
    for event in Event.objects.filter(verb__in=EARLY_VERBS):
        Notification.objects.get_or_create(recipient=limited.user, event=event)
    found = {}
    for actor in (limited, world.ohio.viewer, world.cms.reviewer):
        read = {event.verb for event in (*history.events(actor, draft), *history.feed(actor))}
        told = {notice.event.verb for notice in history.notices(actor, timezone.now())}
        found[actor.user.name] = (read & EARLY_VERBS, told, history.unread_count(actor, timezone.now()))
    shared = {Verb.EARLY_SHARED, Verb.EARLY_ADVISED, Verb.EARLY_ENDED}
    assert found == {
        "Limited One": (set(), set(), 0), "Ohio viewer": (shared, set(), 0), "CMS reviewer": (set(), set(), 0),
    }  # fmt: skip


def test_long_lists_of_advice_come_in_pages(world: World) -> None:
    look = share(world, world.draft())
    for number in range(21):
        advice(world.cms.reviewer, look, f"Advice number {number}.")
    client = signed_in(world.ohio.viewer)
    first, second = (text(client, f"{page_of(look, OVERVIEW)}?page={number}") for number in (1, 2))
    assert ["Advice number 0." in page for page in (first, second)] == [False, True]
    assert ["Advice number 20." in page for page in (first, second)] == [True, False]


def test_many_looks_stand_on_my_work_in_pages(world: World) -> None:
    for number in range(SHOWN + 1):
        share(world, world.draft(title=f"Draft number {number}."), days=1 + number)
    client, home = signed_in(world.cms.reviewer), reverse("proposals:home")
    first, second = (client.get(f"{home}?page={number}") for number in (1, 2))
    assert [len(page.context["shared_early"]) for page in (first, second)] == [SHOWN, 1]
    last = f"Draft number {SHOWN}."
    assert [last in page.content.decode() for page in (first, second)] == [False, True]
    assert f"({SHOWN + 1})" in first.content.decode()
    assert 'href="?page=2"' in first.content.decode()


def queries(actor: Actor, address: str) -> int:
    client = signed_in(actor)
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_one_row_and_for_three(world: World, rows: int) -> None:
    draft, cms, ohio = world.draft(), world.cms, world.ohio
    readers = [make_actor(cms.agency, Role.REVIEWER, name=f"Reviewer {number}") for number in range(rows)]
    for _ in range(rows):
        look = share(world, draft, cms.reviewer, *readers, keys=(OVERVIEW, "qs", "es.program")[:rows])
        thread = advice(cms.reviewer, look, "Think of section 1932.")
        for actor in (*readers, ohio.editor):
            reply(actor, thread, "Indeed.")
    proposal = [draft.pk]
    found = {
        "home": queries(cms.reviewer, reverse("proposals:home")),
        "list": queries(ohio.editor, reverse("proposals:early_looks", args=proposal)),
        "new": queries(ohio.editor, reverse("proposals:early_new", args=proposal)),
        "look, CMS": queries(cms.reviewer, page_of(look)),
        "look, state": queries(ohio.editor, page_of(look)),
        "section, CMS": queries(cms.reviewer, page_of(look, OVERVIEW)),
        "section, state": queries(ohio.editor, page_of(look, OVERVIEW)),
    }
    assert found == {
        "home": 13, "list": 7, "new": 7, "look, CMS": 7, "look, state": 7, "section, CMS": 10, "section, state": 8,
    }  # fmt: skip
