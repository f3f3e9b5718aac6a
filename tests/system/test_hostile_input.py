"""Nothing that anybody sends makes an error of ours, and what is refused stores nothing and loses no word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from proposals.models import Comment, Decision, DraftComment, Note, Section
from tests.system.marked import undone
from tests.system.posts import TYPED, Post, Posts
from tests.worlds import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM = "application/x-www-form-urlencoded"
SCRIPT = (
    '<p>fine</p><script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>'
    '<svg/onload=alert(4)><iframe srcdoc="<script>alert(5)</script>"></iframe><p style="x" onclick="alert(6)">y</p>'
    "<math><mtext></p><style><img src=x onerror=alert(7)></style><!--><script>alert(8)</script>-->"
)
#: What nobody types into a field of words, though they may be taken.
WORDS = ("", "a\x00b", SCRIPT, "\ud7ff\ufffe", "x" * 30_000)
#: What no page offers, for fields that take only what the page offers.
CODES = (
    "a\x00b", "../../etc/passwd", "[]", "-1", "9" * 30, "9" * 5000, "1e999", "NaN", "٣", str(uuid4()), "0000-01-01", SCRIPT,
)  # fmt: skip
#: Long walks go in so many parts, so that they can go side by side.
PARTS = 4
#: Never POST: pages to read.
READ_ONLY = {
    "account_inactive", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_set_password", "account_signup", "accounts:people",
    "accounts:session", "exports:download", "exports:packet", "exports:summary", "exports:summary_length", "health",
    "proposals:activity", "proposals:administration", "proposals:correcting", "proposals:attachment_file",
    "proposals:calendar_feed", "proposals:clearance", "proposals:compare",
    "proposals:default_reviewers", "proposals:early_looks", "proposals:review_findings",
    "proposals:example", "proposals:feed", "proposals:findings", "proposals:glossary", "proposals:history",
    "proposals:home", "proposals:list", "proposals:overview", "proposals:prompts", "proposals:questions",
    "proposals:questions_csv",
    "proposals:readiness", "proposals:receipt", "proposals:review", "proposals:review_start", "proposals:verdicts",
    "proposals:word_file", "proposals:note_wordings", "proposals:draft_wordings", "proposals:letter",
}  # fmt: skip
#: Sign-in counts attempts and remembers when; no words of anybody.
UNCOUNTED = {"last_login"}
#: Statements that change what is of interest here; a session is not.
WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(accounts|proposals|exports)_')
REFUSED = {400, 403, 404, 409, 422}


@pytest.fixture(scope="module")
def posts(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Posts]:
    """A world in which each POST could be sent; each test leaves it as it was."""
    with django_db_blocker.unblock(), undone():
        yield Posts()


@pytest.fixture(autouse=True)
def no_limits() -> Iterator[None]:
    """Attempts of one test are not counted against the next."""
    cache.clear()
    yield
    cache.clear()


def stored() -> str:
    """Return a digest of everything the portal stores, but for sessions."""
    found = hashlib.sha256()
    for app in ("accounts", "proposals", "exports"):
        for model in apps.get_app_config(app).get_models():
            names = [field.name for field in model._meta.concrete_fields if field.name not in UNCOUNTED]
            found.update(repr(list(model._default_manager.order_by("pk").values_list(*names))).encode())
    return found.hexdigest()


class Trial:
    """Sends to one address again and again, each time as if it were the first; collects what is wrong."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.before = stored()
        self.client = post.client()
        self.cookies = self.client.cookies.output(header="")
        self.wrong: list[str] = []

    def send(
        self, what: str, *, may_store: bool = False, csrf: bool = False, method: str = "post", **request: Any
    ) -> None:
        """Send once, look at the answer and at what is stored, and take everything back."""
        cache.clear()
        self.client.cookies = SimpleCookie(self.cookies)
        self.client.handler.enforce_csrf_checks = csrf
        connection.queries_log.clear()
        with undone(), CaptureQueriesContext(connection) as queries:
            if "content_type" in request:  # `post` would bring the body into shape
                response = self.client.generic("POST", self.post.address, **request)
            else:
                response = getattr(self.client, method)(self.post.address, **request)
            writes = any(WRITE.match(query["sql"] or "") for query in queries)
            if response.status_code >= 500:
                self.wrong.append(f"{what}: {response.status_code} {exception_of(self.client)}")
            elif writes and (not may_store or response.status_code in REFUSED) and stored() != self.before:
                self.wrong.append(f"{what}: answered {response.status_code} and stored something")
            if response.status_code in {200, 409, 422}:
                self._words_come_back(what, request.get("data"), response)

    def _words_come_back(self, what: str, sent: Any, response: Any) -> None:
        if isinstance(sent, dict) and TYPED in sent.values() and TYPED not in response.content.decode():
            self.wrong.append(f"{what}: answered {response.status_code} without the words that were typed")


def exception_of(client: Client) -> str:
    info = client.exc_info
    return repr(info[1])[:300] if info else ""


# --- the list is complete -------------------------------------------------------------------------------------------


def names(found: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Yield the full name of every address of ours."""
    for item in found:
        if isinstance(item, URLPattern):
            yield f"{space}{item.name}"
        elif item.namespace != "admin":
            yield from names(item.url_patterns, f"{item.namespace}:" if item.namespace else space)


def test_every_address_is_either_read_or_tried_here(posts: Posts) -> None:
    assert {post.name for post in posts.all()} | READ_ONLY == set(names(get_resolver().url_patterns))
    assert {post.name for post in posts.all()} & READ_ONLY == set()


def test_every_body_that_is_varied_here_would_be_taken(posts: Posts) -> None:
    refused = {}
    for post in posts.all():
        with undone():
            response = post.client().post(post.address, post.body)
        is_taken = response.status_code in {201, 204, 302} or response.headers.get("Content-Type") == "application/json"
        if not is_taken and not post.needs_file:
            refused[post.address] = response.status_code
    assert refused == {}


# --- what stands in fields ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_of_any_field_makes_an_error_and_none_that_is_refused_is_stored(posts: Posts, part: int) -> None:
    wrong = {}
    for post in list(posts.all())[part::PARTS]:
        trial = Trial(post)
        for name, value in post.body.items():
            for odd in CODES if name in post.closed else WORDS:
                sent = {**post.body, name: [odd] if isinstance(value, list) else odd}
                trial.send(f"{name}={odd[:40]!r}", data=sent, may_store=name not in post.closed)
            trial.send(f"{name} is missing", data={k: v for k, v in post.body.items() if k != name}, may_store=True)
            trial.send(f"{name} twice", data={**post.body, name: [odd_twice(value), "../x"]}, may_store=True)
        if trial.wrong:
            wrong[post.address] = trial.wrong
    assert wrong == {}


def odd_twice(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_in_any_field_makes_an_error(posts: Posts, data: st.DataObject) -> None:
    post = data.draw(st.sampled_from([post for post in posts.all() if post.body]))
    sent = {
        name: data.draw(st.one_of(st.just(value), st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3)))
        for name, value in post.body.items()
    }
    with undone():
        client = post.client()
        assert client.post(post.address, sent).status_code < 500, exception_of(client)


# --- bodies that are none -------------------------------------------------------------------------------------------


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield bodies that no page of ours sends."""
    # No view reads JSON yet: one that is no form at all stands for every other.
    yield "JSON", {"data": "[" * 100_000, "content_type": "application/json"}
    yield "nothing", {"data": b"", "content_type": FORM}
    yield "broken UTF-8", {"data": b"zz=%ff%fe%80&yy=\xff\xfe&section=%ed%a0%80", "content_type": FORM}
    yield "no form", {"data": b"\x00\x01\x02", "content_type": "application/octet-stream"}
    yield "multipart without end", {"data": b"--x\r\nContent-Disp", "content_type": "multipart/form-data; boundary=x"}
    yield "multipart without boundary", {"data": b"x", "content_type": "multipart/form-data"}
    yield "multipart, odd boundary", {"data": b"x", "content_type": "multipart/form-data; boundary=" + "é" * 3}
    yield "unknown charset", {"data": b"zz=x", "content_type": f"{FORM}; charset=klingon"}
    yield "charset that is no text", {"data": b"zz=x", "content_type": f"{FORM}; charset=base64"}
    yield "UTF-16", {"data": b"zz=x", "content_type": f"{FORM}; charset=utf-16"}
    yield "6,000 fields", {"data": "&".join(f"f{n}=x" for n in range(6000)), "content_type": FORM}


def too_large() -> Iterator[dict[str, Any]]:
    """Yield bodies that are refused before any page of ours sees them."""
    yield {"data": "&".join(f"f{n}=x" for n in range(25_000)), "content_type": FORM}
    yield {"data": b"body=" + b"x" * 10_000_000, "content_type": FORM}


def test_no_body_makes_an_error_and_none_is_stored(posts: Posts) -> None:
    wrong = {}
    for post in posts.all():
        trial = Trial(post)
        for what, request in bodies():
            trial.send(what, may_store=post.bare, **request)
        if trial.wrong:
            wrong[post.address] = trial.wrong
    assert wrong == {}


def test_more_than_the_portal_takes_is_refused_in_words(posts: Posts) -> None:
    post = next(post for post in posts.all() if post.name == "proposals:note")
    for request in too_large():
        response = post.client().post(post.address, **request)
        assert (response.status_code, "This request could not be read" in response.content.decode()) == (400, True)


def test_nothing_is_done_without_the_token_of_a_page_or_by_another_method(posts: Posts) -> None:
    wrong = {}
    for post in posts.all():
        trial = Trial(post)
        trial.send("no token", csrf=True, data=post.body)
        trial.send("wrong token", csrf=True, data={**post.body, "csrfmiddlewaretoken": "x" * 64})
        for method in ("put", "patch", "delete", "options", "head"):
            trial.send(method, method=method)
        if trial.wrong:
            wrong[post.address] = trial.wrong
    assert wrong == {}


# --- words ----------------------------------------------------------------------------------------------------------


def test_no_stored_words_hold_script(posts: Posts) -> None:
    for post in posts.all():
        sent = {name: SCRIPT if value == TYPED else value for name, value in post.body.items()}
        if sent == post.body:
            continue
        with undone():
            response = post.client().post(post.address, sent, follow=True)
            assert response.status_code < 500
            rich = [row.body for model in (Note, DraftComment, Comment) for row in model._default_manager.all()]
            rich += [row.letter for row in Decision.objects.all()]
            rich += [narrative for row in Section.objects.all() for narrative in narratives(row.answers)]
            for text in (*rich, re.sub(r'="[^"]*"', '=""', response.content.decode())):
                assert not re.search(r"<(script|img|svg/|iframe|style)[ >/]*(>alert|src=x|onload|srcdoc)", text), (
                    post.address
                )
                assert not re.search(r'href="javascript|<[^>]+ on(click|error|load)=', text), post.address


def narratives(answers: dict[str, Any]) -> Iterator[str]:
    """Yield the fields of stored answers that hold rich text."""
    for answer in answers.values():
        yield from (value for key, value in answer.get("fields", {}).items() if key == "narrative")


def test_a_section_stores_a_text_in_broken_utf_8_readably(posts: Posts) -> None:
    post = next(post for post in posts.all() if post.name == "proposals:note")
    with undone():
        post.client().post(post.address, data=b"body=a%ffb%00c", content_type=FORM)
        written = Note.objects.exclude(pk__in=[posts.note.pk, posts.inside.pk])
        assert [note.body for note in written.all()] == []
        post.client().post(post.address, data=b"body=a%ffb", content_type=FORM)
        assert [note.body for note in written.all()] == ["<p>a\ufffdb</p>"]


# --- addresses ------------------------------------------------------------------------------------------------------

#: What each page reads from its address, behind the question mark.
OWN_PAGES = {
    "proposals:home": ["page"], "proposals:list": ["q", "status", "agency", "mine", "page"], "proposals:feed": ["page"],
    "proposals:notifications": ["page"], "proposals:glossary": ["q"], "accounts:people": ["agency", "page"],
    "accounts:invite": ["agency"], "accounts:facts": ["agency"],
}  # fmt: skip
STATE_PAGES = {
    "compare": ["from", "to", "view", "lines"], "questions": ["round"], "activity": ["page"],
    "questions_csv": ["round", "section", "standing"], "sent_mail": ["page"],
    "note": ["section", "about", "quote", "next"],
}  # fmt: skip
CMS_PAGES = STATE_PAGES | {
    "review_start": ["round", "view", "write"], "comment": ["section", "about", "quote", "next"], "release": ["next"],
}  # fmt: skip


@pytest.fixture
def readers(posts: Posts) -> list[tuple[Client, str, list[str]]]:
    """Everything that is opened with an address and a query, by somebody who may."""
    ohio, cms = signed_in(posts.world.ohio.team_lead), signed_in(posts.world.cms.lead)
    return [
        *((ohio, reverse(name), names) for name, names in OWN_PAGES.items()),
        *((ohio, reverse(f"proposals:{name}", args=[posts.changes.pk]), read) for name, read in STATE_PAGES.items()),
        *((cms, reverse(f"proposals:{name}", args=[posts.reviewed.pk]), read) for name, read in CMS_PAGES.items()),
        (ohio, reverse("proposals:section", args=[posts.draft.pk, "pd.timeline"]), ["add"]),
        (ohio, reverse("proposals:letter", args=[posts.changes.pk, 1]), ["page"]),
        (ohio, reverse("proposals:history", args=[posts.draft.pk, "qs"]), ["who", "prompt", "since", "page"]),
        (ohio, reverse("proposals:bring_back", args=[posts.draft.pk, "qs"]), ["prompt", "revision"]),
        (cms, reverse("proposals:review", args=[posts.reviewed.pk, "pr"]), ["round", "view", "write", "about"]),
        (cms, reverse("proposals:list"), ["q", "status", "agency", "mine", "page"]),
    ]


Readers = list[tuple[Client, str, list[str]]]


def test_no_query_makes_an_error(readers: Readers) -> None:
    for client, address, read in readers:
        for query in ({name: value} for name in read for value in ("abc", "\x00", "9" * 30, "../..", "-1")):
            assert client.get(address, query).status_code in {200, 404}, (address, query)
        twice = "&".join(f"{name}=1&{name}=%ff" for name in read)
        assert client.get(f"{address}?{twice}").status_code in {200, 404}, address


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_in_a_query_makes_an_error(readers: Readers, data: st.DataObject) -> None:
    client, address, read = readers[data.draw(st.integers(0, len(readers) - 1))]
    query = data.draw(st.dictionaries(st.sampled_from(read), st.text(max_size=30), min_size=1))
    assert client.get(address, query).status_code in {200, 404}


def test_unknown_places_are_not_found(posts: Posts) -> None:
    client, cms = signed_in(posts.world.ohio.signatory), signed_in(posts.world.cms.lead)
    draft, reviewed = f"/proposals/{posts.draft.pk}", f"/proposals/{posts.reviewed.pk}"
    for path in (
        "/proposals/nothing/", f"/proposals/{uuid4()}/", f"/proposals/{'9' * 32}/", f"{draft}/sections/../../etc/",
        f"{draft}/sections/..%2F..%2Fetc/", f"{draft}/sections/%00/", f"{draft}/sections/%ff/", f"{draft}/sections/none/",
        f"{draft}/do/destroy/", f"{draft}/do/__class__/", f"{draft}/do/submit/", f"{draft}/do/begin_review/",
        f"{draft}/rounds/{'9' * 30}/receipt/", f"{draft}/rounds/{'9' * 5000}/receipt/", f"{draft}/rounds/-1/receipt/",
        f"/packets/{uuid4()}/", f"/packets/{uuid4()}/file/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in (f"{reviewed}/review/none/", f"{reviewed}/drafts/{uuid4()}/", f"{reviewed}/threads/{uuid4()}/reply/"):
        assert cms.get(path).status_code == 404, path
        assert cms.post(path, {"body": TYPED}).status_code in {404, 405}, path


@pytest.mark.parametrize(
    "wanted", ["abc", "proposals:list", "//evil.example", "https://evil.example/", "/" + "x" * 9000, "\x00"]
)
def test_the_way_back_leads_to_our_own_pages_only(posts: Posts, wanted: str) -> None:
    client = signed_in(posts.world.ohio.editor)
    address = reverse("proposals:note", args=[posts.draft.pk])
    response = client.post(f"{address}?{'next=' + wanted}", {"body": TYPED})
    assert (response.status_code, response["Location"].startswith("/proposals/")) == (302, True)


def test_reopening_takes_back_a_resolution_and_nothing_else(posts: Posts) -> None:
    post = next(post for post in posts.all() if post.name == "proposals:thread_status")
    thread, found = posts.reviewed.threads.get(), []
    with undone():
        posts.reviewed.threads.update(status="open")
        for status in ("answered", "nonsense", "", "resolved", "answered"):
            code = post.client().post(post.address, {"status": status, "body": "Look again."}).status_code
            thread.refresh_from_db()
            found.append((code, thread.status))
    assert found == [(302, "open"), (404, "open"), (404, "open"), (302, "resolved"), (302, "answered")]


def test_a_full_table_is_taken(posts: Posts) -> None:
    plan = "pd-timeline-plan-"
    rows = [f"{number:08x}" for number in range(500)]
    sent = {"base_revision": "1", f"{plan}_shown": "1", f"{plan}_disposition": "answered"}
    sent[f"{plan}milestones-order"] = ",".join(rows)
    for row in rows:
        for column in ("ref", "title", "phase", "kind", "start", "date", "owner"):
            sent[f"{plan}milestones-{row}-{column}"] = "M" if column == "title" else ""
    with undone():
        address = reverse("proposals:section", args=[posts.draft.pk, "pd.timeline"])
        assert signed_in(posts.world.ohio.editor).post(address, sent).status_code == 302
        section = Section.objects.get(proposal=posts.draft, key="pd.timeline")
        assert len(section.answers["pd.timeline.plan"]["fields"]["milestones"]) == 500
