"""A person of two agencies sees for which one they act, and changes over in the header."""

from __future__ import annotations

from django.urls import reverse

from icm_portal.accounts.models import Membership, Role
from tests.worlds import World, signed_in


def test_the_header_offers_the_other_agency_and_shows_its_proposals_after_the_change(world: World) -> None:
    ours, theirs = world.draft(title="Of Ohio"), world.draft(world.texas, title="Of Texas")
    person = world.ohio.editor
    Membership.objects.create(user=person.user, agency=world.texas.agency, role=Role.VIEWER)
    client = signed_in(person)
    home, switch = reverse("proposals:home"), reverse("accounts:switch")

    before = client.get(home).content.decode()
    client.post(switch, {"agency": world.texas.agency.pk})
    after = client.get(home).content.decode()

    button = '<button type="submit" name="agency" value="{}"'
    assert before.count(button.format(world.texas.agency.pk)) == after.count(button.format(world.ohio.agency.pk)) == 1
    assert (ours.title in before, theirs.title in before) == (True, False)
    assert (ours.title in after, theirs.title in after) == (False, True)


def test_a_person_of_one_agency_is_offered_no_change(world: World) -> None:
    page = signed_in(world.ohio.editor).get(reverse("proposals:home")).content.decode()

    assert reverse("accounts:switch") not in page
