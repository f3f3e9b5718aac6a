"""People who are signed in, each with a section of their own proposal open."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from icm_portal.accounts.kept import person_mark
from icm_portal.accounts.models import Role
from proposals.actions.drafting import create_proposal
from tests.worlds import NOW, World, make_actor


def desks(people: int) -> list[tuple[str, str, str]]:
    """Return for each person the path of a section, the cookies of a session, and the mark of the person.

    Four share each proposal.
    """
    world = World()
    found = []
    for number in range(people):
        actor = make_actor(world.ohio.agency, Role.EDITOR, name=f"Typist {number}")
        if number % 4 == 0:
            proposal = create_proposal(actor=actor, title=f"Program {number}", model_type="", now=NOW)
        client = Client()
        client.force_login(actor.user)
        path = reverse("proposals:section", args=[proposal.pk, "es.overview"])
        client.get(path)
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        found.append((path, cookies, person_mark(actor.user)))
    return found
