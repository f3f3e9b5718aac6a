"""The pages of clearance over HTTP: setting up, signing, refusing, and what is shown to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icm_portal.accounts.models import Membership, Role
from proposals.models import Proposal, SignOff, SignOffMark
from tests.proposals.clearance.scenes import MODEL, OVERVIEW, PROGRAM, asked, revision_of, say
from tests.worlds import NOW, World, answer, fresh, hand_over, make_actor, narrative_answer, signed_in


def url(name: str, proposal: Proposal, *more: object) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, *more])


def shown(client: Client, address: str) -> str:
    """The words of a page that answers."""
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def decided(proposal: Proposal, **said: str) -> dict[str, str]:
    """What the signer's page posts: "sign", or the reason for changes."""
    data: dict[str, str] = {}
    for name, word in said.items():
        key = name.replace("__", ".")
        data |= {f"seen-{key}": str(revision_of(proposal, key)), f"decision-{key}": "signed"}
        if word != "sign":
            data |= {f"decision-{key}": "changes", f"reason-{key}": word}
    return data


# --- setting up -----------------------------------------------------------------------------------------------------


def test_an_empty_page_says_who_sets_it_up(world: World) -> None:
    proposal = world.draft()
    assert "A team lead of your agency sets this up." in shown(signed_in(world.ohio.viewer), url("clearance", proposal))
    page = shown(signed_in(world.ohio.team_lead), url("clearance", proposal))
    assert url("sign_off_new", proposal) in page
    assert "do not keep anybody from submitting" in page


def test_a_team_lead_asks_changes_and_takes_away(world: World) -> None:
    proposal = world.complete_draft()
    lead, viewer, editor = signed_in(world.ohio.team_lead), world.ohio.viewer.user, world.ohio.editor.user
    sent = {"name": "Finance", "signer": str(viewer.pk), "section_keys": [OVERVIEW]}
    assert lead.post(url("sign_off_new", proposal), sent)["Location"] == url("clearance", proposal)
    sign_off = SignOff.objects.get()
    assert (sign_off.name, sign_off.signer, sign_off.section_keys) == ("Finance", viewer, [OVERVIEW])
    assert "Ohio viewer" in shown(lead, url("clearance", proposal))

    change = url("sign_off_change", proposal, sign_off.pk)
    assert 'value="Finance"' in shown(lead, change)
    assert lead.post(change, {"name": "Budget", "signer": str(editor.pk)}).status_code == 302
    sign_off.refresh_from_db()
    assert (sign_off.name, sign_off.signer, sign_off.section_keys) == ("Budget", editor, None)
    assert lead.post(change, {"end": "yes"}).status_code == 302
    assert "No sign-off is asked for" in shown(lead, url("clearance", proposal))
    assert lead.get(change).status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Name the sign-off"),
        ({"name": "Finance", "signer": "99999999999999999999"}, "Choose somebody of your agency"),
        ({"name": "Legal", "signer": "texas"}, "Choose somebody of your agency"),
        ({"name": "Finance", "signer": "viewer"}, "already asks for a sign-off called"),
        ({"name": "Legal", "signer": "viewer", "section_keys": ["nowhere"]}, "Choose sections of this proposal"),
    ],
)
def test_what_cannot_be_asked_for_is_said_beside_its_field(world: World, sent: dict[str, str], sentence: str) -> None:
    proposal = world.draft()
    asked(world, proposal, world.ohio.viewer)
    people = {"viewer": str(world.ohio.viewer.user.pk), "texas": str(world.texas.editor.user.pk)}
    sent = {**sent, "signer": people.get(sent.get("signer", ""), sent.get("signer", ""))}
    response = signed_in(world.ohio.team_lead).post(url("sign_off_new", proposal), sent)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert SignOff.objects.count() == 1


# --- signing --------------------------------------------------------------------------------------------------------


def test_a_signer_signs_reads_what_changed_and_signs_again(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW, PROGRAM])
    client, address = signed_in(world.ohio.viewer), url("sign_off", proposal, finance.pk)
    assert "your sign-off is missing in 2 sections" in shown(client, url("clearance", proposal))

    sent = decided(proposal, es__overview="sign", es__program="Say how many people.")
    assert client.post(address, sent)["Location"] == address
    page = shown(client, address)
    assert ("Signed by Ohio viewer" in page, "Say how many people." in page) == (True, True)
    assert "Say how many people." in shown(signed_in(world.ohio.editor), url("clearance", proposal))

    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Other words."))
    page = shown(client, address)
    history = f"{url('history', proposal, OVERVIEW)}?since=1"
    assert ("Changed since then: The model in brief" in page, f'href="{history}"' in page) == (True, True)
    assert "Other words." in shown(client, history)
    assert "Changed since" in shown(signed_in(world.ohio.editor), url("clearance", proposal))

    client.post(address, decided(proposal, es__overview="sign", es__program="sign"))
    assert "Changed since" not in shown(client, address)


def test_everything_that_waits_is_signed_at_once_but_for_what_was_decided_otherwise(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW, PROGRAM, "qs"])
    client, address = signed_in(world.ohio.viewer), url("sign_off", proposal, finance.pk)
    say(world.ohio.viewer, finance, "qs")
    sent = {**decided(proposal, es__overview="Which law?"), "all": "yes", "seen-es.program": "1", "seen-qs": "1"}
    assert client.post(address, sent).status_code == 302
    marks = SignOffMark.objects.order_by("section_key", "pk").values_list("section_key", "kind")
    assert list(marks) == [(OVERVIEW, "changes"), (PROGRAM, "signed"), ("qs", "signed")]


def test_a_text_that_moved_on_is_not_signed_and_what_was_decided_stays(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW, PROGRAM])
    client, address = signed_in(world.ohio.viewer), url("sign_off", proposal, finance.pk)
    sent = decided(proposal, es__overview="sign", es__program="Say how many.")
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Newer."))
    response = client.post(address, sent)
    page = response.content.decode()
    assert (response.status_code, "after you opened this page" in page, "Say how many." in page) == (409, True, True)
    assert f'name="seen-{OVERVIEW}" value="2"' in page
    assert not SignOffMark.objects.exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose at least one section"),
        ({f"decision-{OVERVIEW}": "changes", f"seen-{OVERVIEW}": "1", f"reason-{OVERVIEW}": " "}, "Say what should change"),
        ({f"decision-{OVERVIEW}": "perhaps", f"seen-{OVERVIEW}": "1"}, "Choose one of the three"),
        ({f"decision-{OVERVIEW}": "signed", f"seen-{OVERVIEW}": "x"}, "Nothing is saved yet"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_nothing_is_stored(world: World, sent: dict[str, str], sentence: str) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    response = signed_in(world.ohio.viewer).post(url("sign_off", proposal, finance.pk), sent)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert not SignOffMark.objects.exists()


def test_a_decision_without_the_revision_that_was_read_is_none(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    sent = {f"decision-{OVERVIEW}": "signed"}
    assert signed_in(world.ohio.viewer).post(url("sign_off", proposal, finance.pk), sent).status_code == 409


def test_words_that_come_too_late_are_shown_again(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    client, address = signed_in(world.ohio.viewer), url("sign_off", proposal, finance.pk)
    sent = decided(proposal, es__overview="Wait for the actuary.")
    hand_over(proposal, world.ohio.signatory)
    response = client.post(address, sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert ("Not saved, because round 1 now waits at CMS" in page, "Wait for the actuary." in page) == (True, True)
    assert "with Ohio again" in shown(client, address)


def test_colleagues_read_and_do_not_sign(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer)
    address = url("sign_off", proposal, finance.pk)
    for actor in (world.ohio.editor, world.ohio.team_lead):
        client = signed_in(actor)
        assert "Save my decisions" not in shown(client, address)
        assert client.post(address, decided(proposal, es__overview="sign")).status_code == 403
    for actor in (world.texas.team_lead, world.cms.lead):
        assert [signed_in(actor).get(url(name, proposal)).status_code for name in ("clearance", "sign_off_new")] == [
            404,
            404,
        ]
        assert signed_in(actor).get(address).status_code == 404
    assert not SignOffMark.objects.exists()


def test_a_limited_member_sees_and_signs_only_within_the_limit(world: World) -> None:
    proposal = world.complete_draft()
    actuary = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["qs"])
    legal = asked(world, proposal, world.ohio.viewer, "Legal", keys=[OVERVIEW, "qs"])
    rates = asked(world, proposal, actuary, "Rates", keys=["qs"])
    say(world.ohio.viewer, legal, OVERVIEW, reason="words-elsewhere")
    say(world.ohio.viewer, legal, "qs", reason="words-here")
    client = signed_in(actuary)
    for address in (url("clearance", proposal), url("sign_off", proposal, legal.pk)):
        page = shown(client, address)
        assert ("words-here" in page, "words-elsewhere" in page) == (True, False)
    sent = decided(proposal, es__overview="sign", qs="sign")
    assert client.post(url("sign_off", proposal, rates.pk), sent).status_code == 302
    assert list(SignOffMark.objects.filter(sign_off=rates).values_list("section_key", flat=True)) == ["qs"]
    Membership.objects.filter(pk=actuary.membership.pk).update(expires_on=NOW.date() - timedelta(days=900))
    assert client.get(url("sign_off", proposal, rates.pk)).status_code == 403
    assert "no longer belongs to the agency" in shown(signed_in(world.ohio.team_lead), url("clearance", proposal))


# --- beside the draft -----------------------------------------------------------------------------------------------


def test_home_overview_and_submit_page_say_what_is_missing(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.signatory, keys=[OVERVIEW, PROGRAM])
    signer = signed_in(world.ohio.signatory)
    home = shown(signer, reverse("proposals:home"))
    assert ("Sign-off “Finance”" in home, url("sign_off", proposal, finance.pk) in home) == (True, True)
    assert "Sign-off “Finance”" not in shown(signed_in(world.ohio.editor), reverse("proposals:home"))
    overview = shown(signer, url("overview", proposal))
    assert ("Finance asked" in overview, "Sign-offs missing" in overview) == (True, True)
    assert "Finance: missing in 2 sections" in shown(signer, url("submit", proposal))
    assert "Your signature" in shown(signer, url("submit", proposal))

    say(world.ohio.signatory, finance, OVERVIEW, PROGRAM)
    assert "Sign-off “Finance”" not in shown(signer, reverse("proposals:home"))
    assert "Sign-offs missing" not in shown(signer, url("overview", proposal))
    assert "Finance: given" in shown(signer, url("submit", proposal))


def test_where_the_state_says_so_nothing_is_submitted_without_them(world: World) -> None:
    proposal = world.complete_draft()
    asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW])
    world.ohio.agency.needs_clearance = True
    world.ohio.agency.save()
    client = signed_in(world.ohio.signatory)
    page = shown(client, url("submit", proposal))
    assert "The sign-off “Finance” is missing in 1 section." in page
    assert f'href="{url("clearance", proposal)}"' in page
    assert "Your signature" not in page
    assert client.post(url("submit", proposal), {"signatory_name": "Sam", "attested": "on"}).status_code == 409
    assert "sign-offs that your agency requires" in shown(client, url("overview", proposal))
    assert fresh(proposal).status == "draft"


def queries(client: Client, address: str) -> int:
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_for_one_row_and_for_three(world: World, rows: int) -> None:
    proposal = world.complete_draft()
    keys = [OVERVIEW, PROGRAM, "qs"][:rows]
    names = ["Finance", "Legal", "Program"][:rows]
    sign_offs = [asked(world, proposal, world.ohio.viewer, name, keys) for name in names]
    for sign_off in sign_offs:
        say(world.ohio.viewer, sign_off, *keys)
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Newer."))
    viewer, lead = signed_in(world.ohio.viewer), signed_in(world.ohio.team_lead)
    counts = {
        "clearance": queries(viewer, url("clearance", proposal)),
        "sign_off": queries(viewer, url("sign_off", proposal, sign_offs[0].pk)),
        "sign_off_new": queries(lead, url("sign_off_new", proposal)),
        "sign_off_change": queries(lead, url("sign_off_change", proposal, sign_offs[0].pk)),
    }
    assert counts == {"clearance": 12, "sign_off": 12, "sign_off_new": 7, "sign_off_change": 7}


def test_the_section_says_where_each_sign_off_stands(world: World) -> None:
    proposal = world.complete_draft()
    finance = asked(world, proposal, world.ohio.viewer, keys=[OVERVIEW])
    asked(world, proposal, world.ohio.editor, "Legal")
    say(world.ohio.viewer, finance, OVERVIEW)
    client, address = signed_in(world.ohio.editor), url("section", proposal, OVERVIEW)
    head = shown(client, address)
    assert [head.count(words) for words in ("Finance: <span", "</svg> Signed</span>", "</svg> Waiting</span>")] == [
        1,
        1,
        1,
    ]
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("Newer."))
    assert "</svg> Changed since</span>" in shown(client, address)
    limited = signed_in(make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["qs"]))
    assert "Changed since" not in shown(limited, address)
