"""Whatever keeps a form with typed words from being taken, the words come back to the person who typed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from lxml import html
from pytest_django import DjangoDbBlocker

from icm_portal.accounts.kept import person_mark
from proposals.models import Proposal
from tests.proposals.forms.pages import posted
from tests.system.marked import undone
from tests.system.posts import TYPED, Post, Posts
from tests.worlds import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.no_cover]

#: Names, addresses and secrets of people: quickly typed again, and no page of ours should repeat them.
OF_PEOPLE = {"accounts:account", "accounts:accept_invitation"}


@pytest.fixture(scope="module")
def posts(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Posts]:
    """A world in which each POST could be sent; each test leaves it as it was."""
    with django_db_blocker.unblock(), undone():
        yield Posts()


def carries(address: str) -> bool:
    """Whether the view behind an address is marked."""
    try:
        return getattr(
            resolve(address.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]).func, "carries_words", False
        )
    except Resolver404:
        return False


def holds(post: Post) -> bool:
    return any(TYPED in value for value in post.body.values())


def carrying(posts: Posts) -> list[Post]:
    return [post for post in posts.all() if carries(post.address)]


def again(response: Any) -> dict[str, list[str]]:
    """The form of the answer, without its token."""
    assert response["Cache-Control"] == "no-store"
    fields = posted(response.content.decode(), "unsent")
    del fields["csrfmiddlewaretoken"]
    return fields


def listed(body: dict[str, str | list[str]]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in body.items()}


def test_every_address_that_takes_typed_words_gives_them_back(posts: Posts) -> None:
    assert {post.name for post in posts.all() if holds(post) and not carries(post.address)} == OF_PEOPLE


def test_signed_out_everything_that_was_sent_is_on_the_answer_and_the_words_can_be_read(posts: Posts) -> None:
    for post in carrying(posts):
        page = Client().post(post.address, post.body)
        assert (post.name, page.status_code) == (post.name, 403)
        assert again(page) == listed(post.body), post.name
        read = [area.text_content().strip() for area in html.fromstring(page.content).findall(".//textarea[@readonly]")]
        assert (TYPED in read) == holds(post), post.name
        assert page.content.decode().count(TYPED) == sum(TYPED in value for value in post.body.values()), post.name


def test_who_is_somebody_else_saves_nothing_and_sees_nothing_of_it(posts: Posts) -> None:
    for post in carrying(posts):
        body = {**post.body, "person": person_mark(posts.world.texas.editor.user)}
        page = post.client().post(post.address, body)
        assert (post.name, page.status_code) == (post.name, 403)
        assert "Somebody else is signed in" in page.content.decode()
        assert TYPED not in page.content.decode()


def without(page: Any, *words: str) -> str:
    """A page without what differs from one answer to the next."""
    found: str = page.content.decode()
    for area in html.fromstring(found).findall(".//input[@name='csrfmiddlewaretoken']"):
        words += (str(area.get("value")),)
    found = re.sub(r'data-session-seconds="\d+"', "", found)
    for word in words:
        found = found.replace(word, "")
    return found


def test_what_is_not_open_to_the_sender_gives_the_words_back_and_tells_no_more_than_that(posts: Posts) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    for post in filter(holds, carrying(posts)):
        page = signed_in(posts.world.texas.editor).post(post.address, post.body)
        if post.name == "proposals:new":
            assert page.status_code == 302
            continue
        assert (post.name, page.status_code) == (post.name, 404)
        assert again(page) == listed(post.body)
        assert "that you can open for Texas" in unescape(page.content.decode()), post.name
        found = next((str(pk) for pk in keys_in(post.address)), "")
        if not found:
            continue  # it names nothing that could be missing
        other = signed_in(posts.world.texas.editor).post(post.address.replace(found, missing), post.body)
        assert (other.status_code, without(other, missing)) == (404, without(page, found)), post.name


def keys_in(address: str) -> list[Any]:
    return [value for name, value in resolve(address.partition("?")[0]).kwargs.items() if name == "pk"]


def test_who_acts_for_no_agency_any_more_can_copy_the_words(posts: Posts) -> None:
    for post in filter(holds, carrying(posts)):
        page = signed_in(posts.world.outsider).post(post.address, post.body)
        assert (post.name, page.status_code) == (post.name, 403)
        assert "You act for no agency now" in page.content.decode()
        assert "Save what I typed" not in page.content.decode()
        assert again(page) == listed(post.body)


# --- the forms themselves -------------------------------------------------------------------------------------------


def pages(posts: Posts) -> list[tuple[Client, str]]:
    """Pages with forms: every address that is posted to, and those whose forms lead elsewhere."""
    found = [(post.client(), post.address) for post in carrying(posts)]
    planned = next(post for post in carrying(posts) if post.name == "proposals:release")
    found.append((planned.client(), planned.address.replace("/release/", "/release/preview/")))
    found[-1][0].post(planned.address, planned.body)
    ohio, cms = posts.world.ohio, posts.world.cms
    for actor, name, proposal, *more in (
        (ohio.editor, "section", posts.changes, "es.overview"),
        (cms.lead, "review", posts.reviewed, "es.overview"),
        (cms.lead, "review", posts.submitted, "es.overview"),
        (cms.lead, "review_start", posts.submitted),
        (cms.lead, "overview", posts.submitted),
    ):
        assert isinstance(proposal, Proposal)
        found.append((signed_in(actor), reverse(f"proposals:{name}", args=[proposal.pk, *more])))
    back = reverse("proposals:bring_back", args=[posts.changes.pk, "es.overview"])
    merge = reverse("proposals:merge_drafts", args=[posts.twice.pk])
    return [
        *found,
        (signed_in(ohio.editor), f"{back}?prompt=es.overview.model&revision=2"),
        (signed_in(cms.lead), f"{merge}?section=es.overview&prompt=es.overview.model"),
    ]


def test_every_form_that_carries_words_names_whom_it_was_drawn_for(posts: Posts) -> None:
    seen = set()
    for client, address in pages(posts):
        response = client.get(address, follow=True)
        if response.status_code != 200:
            continue
        here = response.redirect_chain[-1][0] if response.redirect_chain else address
        mark = person_mark(response.context["request"].user)
        for form in html.fromstring(response.content).findall(".//form[@method='post']"):
            target = form.get("action") or here
            target = here if target.startswith("#") else target
            if not carries(target):
                assert form.findall(".//textarea") == [], (address, target)
                continue
            seen.add(resolve(target.split("?")[0]).view_name)
            assert [field.get("value") for field in form.findall(".//input[@name='person']")] == [mark], (
                address,
                target,
            )
    assert seen >= {post.name for post in carrying(posts)} - {"proposals:take"}
