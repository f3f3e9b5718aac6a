"""Saving without scripts after the sign-in has ended: the answer holds every word, and only its writer can save it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership, Role
from icm_portal.accounts.views.unsent import FIELD, MOST
from proposals.models import Proposal, Section
from tests.proposals.drafting.editor import MODEL, address, stored
from tests.proposals.forms.pages import posted
from tests.worlds import NOW, PASSWORD, World, signed_in

WORDS = "Typed before the session ended & so on\r\n\r\nand a second paragraph."
STORED = "<p>Typed before the session ended &amp; so on</p><p>and a second paragraph.</p>"
HERE = {"Origin": "http://testserver"}


def opened(actor: Actor, proposal: Proposal, words: str = WORDS) -> tuple[Client, dict[str, Any]]:
    """A browser that checks form tokens as a real one must, and the form of a section with words typed in it."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(actor.user)
    fields = posted(client.get(address(proposal)).content.decode())
    return client, {**fields, f"{MODEL}-_disposition": "answered", f"{MODEL}-narrative": words}


def sign_in(client: Client, actor: Actor) -> None:
    """Sign in as in another tab: the form token is another one afterwards."""
    page = client.get(reverse("account_login")).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    data = {"login": actor.user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(reverse("account_login"), data).status_code == 302


def press(client: Client, proposal: Proposal, fields: dict[str, Any], **headers: str) -> Any:
    """Send a form; return the answer."""
    return client.post(address(proposal), fields, headers=headers)


def again(response: Any) -> dict[str, Any]:
    """The form of the answer, as the browser would send it."""
    assert response.status_code == 403
    assert response["Cache-Control"] == "no-store"
    return dict(posted(response.content.decode().replace("\r\n", "\n"), "unsent"))  # as browsers read line ends


def test_words_sent_after_the_session_ended_come_back_and_are_saved_after_the_next_sign_in(world: World) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    Session.objects.all().delete()

    page = press(client, proposal, fields)
    assert "You were signed out before you saved." in page.content.decode()
    assert page.content.decode().count("and a second paragraph.") == 1
    assert stored(proposal) is None
    carried = again(page)
    assert carried[f"{MODEL}-narrative"] == [WORDS]

    sign_in(client, world.ohio.editor)
    page = press(client, proposal, carried, **HERE)
    assert "Press the button once more" in page.content.decode()
    assert press(client, proposal, again(page), **HERE).status_code == 302
    assert stored(proposal)["fields"]["narrative"] == STORED


def test_everything_on_the_page_is_carried_along(world: World) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    Session.objects.all().delete()
    carried = again(press(client, proposal, fields))
    token = "csrfmiddlewaretoken"
    assert {**carried, token: ""} == {**{name: _listed(value) for name, value in fields.items()}, token: ""}


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_whoever_signs_in_next_is_shown_nothing_and_saves_nothing_of_it(world: World) -> None:
    for other in (world.ohio.signatory, world.texas.editor, world.cms.lead):
        proposal = world.draft()
        client, fields = opened(world.ohio.editor, proposal)
        Session.objects.all().delete()
        carried = again(press(client, proposal, fields))
        sign_in(client, other)
        page = press(client, proposal, carried, **HERE)
        assert page.status_code == 403
        assert "Somebody else is signed in" in page.content.decode()
        assert "Typed before" not in page.content.decode()
        assert stored(proposal) is None


def test_a_page_of_somebody_else_is_refused_also_with_a_good_token(world: World) -> None:
    proposal = world.draft()
    _, fields = opened(world.ohio.editor, proposal)
    page = press(signed_in(world.ohio.signatory), proposal, fields)
    assert (page.status_code, stored(proposal)) == (403, None)
    assert "Typed before" not in page.content.decode()


def test_words_of_a_page_that_names_nobody_are_saved_by_whoever_says_they_are_theirs(world: World) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    del fields["person"]
    Session.objects.all().delete()
    carried = again(press(client, proposal, fields))
    sign_in(client, world.ohio.editor)
    page = press(client, proposal, carried, **HERE)
    assert "Press the button once more if it was you who typed this." in page.content.decode()
    assert press(client, proposal, again(page), **HERE).status_code == 302
    assert stored(proposal)["fields"]["narrative"] == STORED


def test_what_is_too_much_for_a_stranger_is_answered_with_one_sentence_and_carried_after_signing_in(
    world: World,
) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    fields["of no prompt"] = " word" * (MOST // 5)
    many = {f"a{number}": "A word." for number in range(MOST // FIELD)} | {
        "csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]
    }
    Session.objects.all().delete()
    for body in (fields, many):
        page = press(client, proposal, body)
        assert (page.status_code, len(page.content) < 20_000) == (403, True)
        assert "this is too much to keep on this page" in page.content.decode()
        assert "Save what I typed" not in page.content.decode()

    sign_in(client, world.ohio.editor)
    page = press(client, proposal, fields, **HERE)
    assert 'id="typed"' not in page.content.decode()
    assert press(client, proposal, again(page), **HERE).status_code == 302
    assert stored(proposal)["fields"]["narrative"] == STORED


def test_who_acts_for_another_agency_now_switches_back_and_saves(world: World) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    Membership.objects.create(user=world.ohio.editor.user, agency=world.texas.agency, role=Role.EDITOR)
    switch, token = reverse("accounts:switch"), fields["csrfmiddlewaretoken"]
    client.post(switch, {"agency": world.texas.agency.pk, "csrfmiddlewaretoken": token})

    page = press(client, proposal, fields)
    assert (page.status_code, page["Cache-Control"]) == (404, "no-store")
    assert "that you can open for Texas" in page.content.decode()
    assert "Did you type this for another of your agencies?" in page.content.decode()
    carried = dict(posted(page.content.decode().replace("\r\n", "\n"), "unsent"))
    assert stored(proposal) is None

    client.post(switch, {"agency": world.ohio.agency.pk, "csrfmiddlewaretoken": token})
    assert press(client, proposal, carried).status_code == 302
    assert stored(proposal)["fields"]["narrative"] == STORED


def test_words_typed_before_the_access_ended_can_be_copied(world: World) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    Membership.objects.filter(user=world.ohio.editor.user).update(ended_at=NOW)
    page = press(client, proposal, fields)
    assert page.status_code == 403
    assert "You act for no agency now" in page.content.decode()
    assert "and a second paragraph." in page.content.decode()
    assert stored(proposal) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", **HERE},
    ],
)
def test_what_another_site_sends_is_never_shown(world: World, headers: dict[str, str]) -> None:
    proposal = world.draft()
    client, fields = opened(world.ohio.editor, proposal)
    for who in (client, Client(enforce_csrf_checks=True)):
        page = press(who, proposal, {**fields, "csrfmiddlewaretoken": "x" * 64}, **headers)
        assert page.status_code == 403
        assert "This form has expired" in page.content.decode()
        assert "Typed before" not in page.content.decode()
    assert Section.objects.get(proposal=proposal, key="es.overview").revision == 0


def test_a_script_is_told_to_sign_in_and_forms_without_words_lead_to_the_sign_in_page(world: World) -> None:
    proposal = world.draft()
    script = Client().post(address(proposal), {"person": "x"}, headers={"Accept": "application/json"})
    assert (script.status_code, script["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert Client().post(f"/proposals/{proposal.pk}/assign/", {"lead": "1"}).status_code == 302
    assert Client().get(address(proposal)).status_code == 302


def test_the_page_tells_a_stranger_nothing_about_the_proposal(world: World) -> None:
    proposal, missing = world.draft(), "00000000-0000-4000-8000-000000000000"
    pages = []
    for pk in (str(proposal.pk), missing):
        page = Client().post(f"/proposals/{pk}/sections/es.overview/", {f"{MODEL}-narrative": "Some words."})
        pages.append(re.sub(r'(nonce|value)="[^"]*"', "", page.content.decode()).replace(pk, ""))
    assert pages[0] == pages[1]
    assert "Some words." in pages[0]
    assert proposal.title not in pages[0]
