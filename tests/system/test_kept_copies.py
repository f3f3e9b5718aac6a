"""Words that a browser keeps for one person stay theirs: whoever uses that browser next can neither open nor find them."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.kept import person_mark
from icm_portal.accounts.models import User
from tests.proposals.drafting.desks import MODEL, Sit, sit, world_at_work
from tests.worlds import World, signed_in

pytestmark = pytest.mark.once
__all__ = ["sit", "world_at_work"]

#: Everything kept in this browser, and whether any key that the portal gives to this page's person opens it.
OPENED = """async address => {
  const given = await (await fetch(address)).json();
  const raw = Object.values(given.keys).map((key) => Uint8Array.from(atob(key), (c) => c.charCodeAt(0)));
  const keys = await Promise.all(raw.map((key) => crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"])));
  const shelf = await new Promise((found) => {
    const asked = indexedDB.open("icm-kept", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("copies", { keyPath: "id" }).createIndex("scope", "scope");
    asked.onsuccess = () => found(asked.result);
  });
  const copies = await new Promise((found) => {
    const all = shelf.transaction("copies").objectStore("copies").getAll();
    all.onsuccess = () => found(all.result);
  });
  shelf.close();
  const words = [];
  for (const copy of copies) for (const key of keys) {
    const guard = { name: "AES-GCM", iv: copy.iv, additionalData: new TextEncoder().encode(copy.id) };
    await crypto.subtle.decrypt(guard, key, copy.data).then((data) => words.push(new TextDecoder().decode(data)), () => null);
  }
  return { kept: copies.length, words };
}"""


def enter(context: BrowserContext, site: str, person: Actor | User) -> Page:
    """Sign somebody in in a browser that others have used, and open their account."""
    context.clear_cookies()
    session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page = context.new_page()
    page.goto(site + reverse("accounts:account"))
    assert page.evaluate("window.icm.kept.ready")
    page.wait_for_timeout(500)
    return page


def test_nobody_else_in_the_same_browser_can_open_or_is_offered_what_one_person_typed(
    sit: Sit, world_at_work: World
) -> None:
    world, address = world_at_work, reverse("accounts:session")
    desk = sit(world.ohio.editor, world.draft()).open()
    context = desk.page.context
    desk.page.route("**/sections/**", lambda route: route.abort())
    desk.type(MODEL, "Words of the editor alone")
    desk.line("Offline, kept in this browser")
    desk.crash()
    Session.objects.all().delete()

    for person in (world.ohio.signatory, world.ohio.viewer, world.texas.editor, world.cms.lead, world.outsider):
        page = enter(context, desk.site, person)
        assert page.evaluate(OPENED, address) == {"kept": 1, "words": []}, person
        expect(page.locator("[data-kept-offer]")).to_have_count(0)
        expect(page.get_by_role("heading", name="Words kept in this browser")).to_be_hidden()
    colleague = enter(context, desk.site, world.ohio.signatory)
    colleague.goto(desk.site + reverse("proposals:section", args=[desk.proposal.pk, "es.overview"]))
    assert colleague.evaluate("window.icm.kept.ready")
    colleague.wait_for_timeout(500)
    expect(colleague.locator("[data-kept-offer]")).to_have_count(0)

    mine = enter(context, desk.site, world.ohio.editor)
    found = mine.evaluate(OPENED, address)
    assert (found["kept"], len(found["words"])) == (1, 1)
    assert "Words of the editor alone" in found["words"][0]
    expect(mine.locator("[data-kept-offer]")).to_contain_text("Words of the editor alone")


# --- the keys -------------------------------------------------------------------------------------------------------


def keys_of(client: Client, **asked: Any) -> set[str]:
    """The keys that the portal gives to a browser, whatever else it asks for."""
    answer = client.get(reverse("accounts:session"), asked, headers={"X-Person": str(asked)})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    return set(answer.json()["keys"].values())


def test_the_keys_given_are_ones_own_whatever_is_asked_for(world: World) -> None:
    people = [*(actor.user for actor in world.everybody), world.outsider]
    own = {user.pk: keys_of(signed_in(user)) for user in people}
    assert len({key for keys in own.values() for key in keys}) == 3 * len(people)
    for user in people:
        for other in people:
            asked = {"person": person_mark(other), "user": other.pk, "pk": other.pk, "email": other.email, "week": "1"}
            assert keys_of(signed_in(user), **asked) == own[user.pk]


def test_without_a_sign_in_or_by_a_post_there_are_no_keys(world: World) -> None:
    address = reverse("accounts:session")
    for response in (Client().get(address), Client().post(address), signed_in(world.ohio.editor).post(address)):
        assert response.status_code in {302, 405}
        assert b"keys" not in response.content
