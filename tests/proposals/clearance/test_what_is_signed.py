"""What a signature stands for, its name and files; and sign-offs taken over from another proposal."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from icm_portal.accounts.models import Role
from proposals.actions.attaching import remove
from proposals.actions.clearance import SignOffRefused, Wanted, change_sign_off, take_over_sign_offs
from proposals.models import Attachment, Section, SignOff
from proposals.queries import access
from proposals.queries.clearance import Standing, cells_in
from tests.proposals.clearance.scenes import MODEL, OVERVIEW, PROGRAM, asked, cell, say
from tests.proposals.files.samples import pdf, put
from tests.proposals.forms.pages import posted
from tests.worlds import NOW, World, make_actor, signed_in


def test_a_file_that_comes_or_goes_after_a_signature_makes_it_stale_and_is_named(world: World) -> None:
    proposal, lead = world.draft(), world.ohio.team_lead
    actuary = asked(world, proposal, world.ohio.signatory, "Actuary")
    first = put(proposal, lead, pdf("rates"), "rates.pdf", prompt_id=MODEL).attachment
    say(world.ohio.signatory, actuary, OVERVIEW, PROGRAM)
    assert cell(proposal, actuary).standing == Standing.SIGNED

    remove(actor=lead, attachment=first, now=NOW)
    put(proposal, lead, pdf("other rates"), "rates v2.pdf", prompt_id=MODEL)
    swapped = cell(proposal, actuary)
    assert (swapped.standing, swapped.came, swapped.went, swapped.changed) == (
        Standing.STALE, ("rates v2.pdf",), ("rates.pdf",), (),
    )  # fmt: skip
    assert cell(proposal, actuary, PROGRAM).standing == Standing.SIGNED
    [beside] = cells_in(
        proposal, Section.objects.get(proposal=proposal, key=OVERVIEW), access.get_definition(proposal, OVERVIEW)
    )
    assert (beside.came, beside.went) == (swapped.came, swapped.went)
    page = signed_in(world.ohio.signatory).get(reverse("proposals:sign_off", args=[proposal.pk, actuary.pk]))
    assert "File attached: rates v2.pdf. File removed: rates.pdf." in " ".join(page.content.decode().split())

    remove(actor=lead, attachment=Attachment.objects.get(removed_at__isnull=True), now=NOW)
    put(proposal, lead, pdf("rates"), "the same again.pdf", prompt_id=MODEL)
    assert cell(proposal, actuary).standing == Standing.SIGNED


def test_a_file_of_the_whole_proposal_is_signed_with_its_profile(world: World) -> None:
    proposal = world.draft()
    director = asked(world, proposal, world.ohio.signatory, "Director")
    say(world.ohio.signatory, director, "pr", OVERVIEW)
    put(proposal, world.ohio.team_lead, pdf("letter"), "letter.pdf", prompt_id="")
    assert (cell(proposal, director, "pr").came, cell(proposal, director).standing) == (
        ("letter.pdf",), Standing.SIGNED,
    )  # fmt: skip


def test_nobody_signs_a_file_that_came_after_they_opened_the_page(world: World) -> None:
    proposal = world.draft()
    legal = asked(world, proposal, world.ohio.signatory, "Legal")
    client, address = signed_in(world.ohio.signatory), reverse("proposals:sign_off", args=[proposal.pk, legal.pk])
    put(proposal, world.ohio.team_lead, pdf("one"), "one.pdf", prompt_id=MODEL)
    seen = posted(client.get(address).content.decode(), form_id="") | {f"decision-{OVERVIEW}": "signed"}
    put(proposal, world.ohio.team_lead, pdf("two"), "two.pdf", prompt_id=MODEL)

    response = client.post(address, seen)

    assert (response.status_code, "Somebody saved changes after you opened" in response.content.decode()) == (409, True)
    assert cell(proposal, legal).standing == Standing.WAITING
    again = posted(client.get(address).content.decode(), form_id="") | {f"decision-{OVERVIEW}": "signed"}
    assert client.post(address, again).status_code == 302
    assert cell(proposal, legal).standing == Standing.SIGNED


def test_a_sign_off_under_which_somebody_signed_keeps_its_name(world: World) -> None:
    proposal, lead = world.draft(), world.ohio.team_lead
    finance = asked(world, proposal, world.ohio.signatory, "Finance")
    change_sign_off(actor=lead, sign_off=finance, wanted=Wanted("Budget", world.ohio.signatory.user), now=NOW)
    say(world.ohio.signatory, finance, OVERVIEW)
    with pytest.raises(SignOffRefused) as refused:
        change_sign_off(actor=lead, sign_off=finance, wanted=Wanted("Legal", world.ohio.signatory.user), now=NOW)
    assert refused.value.field == "name"
    assert str(refused.value) == (
        "Somebody has signed under “Budget” or asked for changes, so its name stays. Take this sign-off away "
        "and ask for a new one instead."
    )
    change_sign_off(actor=lead, sign_off=finance, wanted=Wanted(" budget", world.ohio.viewer.user), now=NOW)
    finance.refresh_from_db()
    assert (finance.name, finance.signer) == ("budget", world.ohio.viewer.user)
    assert cell(proposal, finance).standing == Standing.SIGNED


def test_sign_offs_are_taken_over_from_another_proposal_of_the_agency_without_what_was_signed(world: World) -> None:
    earlier, proposal, foreign = world.draft(title="Earlier"), world.draft(), world.draft(world.texas)
    finance = asked(world, earlier, world.ohio.signatory, "Finance", [OVERVIEW])
    gone = make_actor(world.ohio.agency, Role.EDITOR, name="Gone")
    asked(world, earlier, gone, "Legal")
    gone.user.is_active = False
    gone.user.save()
    asked(world, earlier, world.ohio.viewer, "Director")
    asked(world, proposal, world.ohio.editor, "director")
    asked(world, foreign, world.texas.viewer, "Actuary")
    say(world.ohio.signatory, finance, OVERVIEW)
    client, address = signed_in(world.ohio.team_lead), reverse("proposals:sign_off_new", args=[proposal.pk])
    page = client.get(address).content.decode()
    assert (str(earlier.pk) in page, str(foreign.pk) in page) == (True, False)

    response = client.post(address, {"take": str(earlier.pk)}, follow=True)

    rows = SignOff.objects.filter(proposal=proposal).order_by("name").values_list("name", "signer", "section_keys")
    assert list(rows) == [
        ("Finance", world.ohio.signatory.user.pk, [OVERVIEW]), ("director", world.ohio.editor.user.pk, None),
    ]  # fmt: skip
    assert cell(proposal, SignOff.objects.get(proposal=proposal, name="Finance")).standing == Standing.WAITING
    told = " ".join(unescape(response.content.decode()).split())
    assert "1 sign-off is taken over from “Earlier”." in told
    assert "“Director”: This proposal already asks for a sign-off called “Director”." in told
    assert "“Legal”: Choose somebody of Ohio Medicaid." in told


@pytest.mark.parametrize("odd", ["", "x", "of another agency"])
def test_nothing_is_taken_over_from_elsewhere(world: World, odd: str) -> None:
    proposal, foreign = world.draft(), world.draft(world.texas)
    asked(world, foreign, world.texas.viewer, "Actuary")
    address = reverse("proposals:sign_off_new", args=[proposal.pk])
    sent = {"take": str(foreign.pk) if odd == "of another agency" else odd}
    assert signed_in(world.ohio.team_lead).post(address, sent)["Location"] == address
    assert signed_in(world.ohio.editor).post(address, sent).status_code == 403
    with pytest.raises(PermissionDenied):
        take_over_sign_offs(actor=world.ohio.team_lead, proposal=proposal, source=foreign, now=NOW)
    assert SignOff.objects.filter(proposal=proposal).count() == 0
