"""No page, packet or mail shows a word to a side that must not read it, and no query of that side asks for one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from django.core import mail
from django.db import connection, reset_queries
from django.db.models import Model
from django.http import FileResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from exports.models import Packet
from exports.packet.document import document_html
from exports.queries.assemble import packet_content
from exports.queries.packets import offers
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership, Role, User
from proposals.actions.calendar import make_address
from proposals.actions.mail import choose_mail
from proposals.models import (
    Attachment,
    Comment,
    DraftComment,
    EarlyLook,
    Event,
    Note,
    Notification,
    Proposal,
    SignOff,
    Thread,
    WordImport,
)
from proposals.tasks import remind, send_digests, send_notifications
from proposals.workflow import TABLE
from tests.system.marked import Marked, marked_world, undone
from tests.worlds import NOW, World, make_actor, signed_in
from toolkit.loading import load

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MARK = re.compile("qx[a-z0-9]+xq")
#: Who walks through the portal for each agency: together they reach every page of their side.
WALKERS = {
    "OH": (Role.SIGNATORY, Role.TEAM_LEAD),
    "TX": (Role.SIGNATORY,),
    "CMS": (Role.LEAD, Role.APPROVER),
}
#: Addresses whose page depends on what stands behind the question mark.
QUERIES = {
    "proposals:compare": [f"from={a}&to={b}&view=side" for a, b in (("1", "2"), ("1", "draft"), ("1", "2.1"))],
    "proposals:questions": ["round=1", "round=2"],
    "proposals:questions_csv": ["round=1", "round=2"],
    "proposals:review": ["round=1", "round=2&view=clean", "write=ask"],
    "proposals:review_start": ["round=1"],
    "proposals:verdict": ["division=quality", "division=policy"],
    "proposals:verdicts": ["round=1", "round=2"],
    "proposals:note": ["section=es.overview"],
    "proposals:history": ["since=0", "prompt=es.overview.model"],
    "proposals:bring_back": [f"prompt=es.overview.model&revision={number}" for number in (2, 3)],
    "proposals:list": ["mine=on", "status=draft", "status=changes_requested", "agency=OH", "agency=TX"],
    "accounts:people": ["agency=OH", "agency=TX", "agency=CMS"],
}
#: Addresses of one thing that names no proposal.
BY_THEMSELVES: dict[str, type[Model]] = {
    "proposals:early_look": EarlyLook,
    "proposals:attachment_file": Attachment,
    "proposals:attachment_remove": Attachment,
    "proposals:word_match": WordImport,
    "exports:packet": Packet,
    "exports:download": Packet,
    "accounts:membership": Membership,
    "accounts:end_membership": Membership,
}
#: Read by one agency each, in the row: the filter that every query must carry.
BY_AGENCY = {"proposals_note", "proposals_draftcomment", "proposals_wording", "proposals_signoff"}
#: Counted for the other side ("3 reviewers of CMS will be told"), and nothing else.
COUNTED = {"state": {"proposals_assignment", "proposals_defaultreviewer"}, "cms": set[str]()}
#: Never asked for by the other side at all.
CLOSED = {
    "state": {
        "proposals_assignment",
        "proposals_defaultreviewer",
        "proposals_division",
        "proposals_sectionreview",
        "proposals_standingreason",
        "proposals_viewed",
    },
    "cms": {
        "proposals_section",
        "proposals_sectionrevision",
        "proposals_answerchange",
        "proposals_signoff",
        "proposals_signoffmark",
        "proposals_draftclaim",
    },
}
SOURCE = re.compile(
    r'(?:FROM|JOIN)\s+"(?P<table>proposals_\w+)"(?:\s+(?!(?:INNER|LEFT|WHERE|ON|ORDER|GROUP|LIMIT|FOR)\b)(?P<alias>\w+))?'
)


@pytest.fixture(scope="module")
def marked(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Marked]:
    """Proposals at every step, with marks on everything; made once, for tests that only read."""
    with django_db_blocker.unblock(), undone():
        yield marked_world(World())


# --- walking --------------------------------------------------------------------------------------------------------


def patterns(found: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address with its full name; Django's admin is closed to all walkers."""
    for item in found:
        if isinstance(item, URLPattern):
            yield f"{space}{item.name}", item
        elif item.namespace != "admin":
            yield from patterns(item.url_patterns, f"{item.namespace}:" if item.namespace else space)


def addresses(marked: Marked) -> Iterator[str]:
    """Yield every address of the portal with everything there is to put into it."""
    for name, pattern in patterns(get_resolver().url_patterns):
        takes = set(pattern.pattern.regex.groupindex)
        for kwargs in fillings(marked, name, takes):
            address = reverse(name, kwargs=kwargs)
            yield address
            yield from (f"{address}?{query}" for query in QUERIES.get(name, ()))


def fillings(marked: Marked, name: str, takes: set[str]) -> list[dict[str, Any]]:
    """Return what the placeholders of an address may hold."""
    if model := BY_THEMSELVES.get(name):
        return [{"pk": pk} for pk in model._default_manager.values_list("pk", flat=True)]
    if name == "proposals:early_section":
        looks = EarlyLook.objects.values_list("pk", flat=True)
        return [{"pk": pk, "section": key} for pk in looks for key in ("es.overview", "qs", "pr")]
    if name in {"accounts:resend_invitation", "accounts:withdraw_invitation"}:
        return [{"pk": 1}]
    if "pk" not in takes:
        return [{"code": code} for code in WALKERS] if takes == {"code"} else [dict.fromkeys(takes, "1")]
    return [
        {"pk": proposal.pk, **more} for proposal in marked.titles.values() for more in inside(proposal, takes - {"pk"})
    ]


def inside(proposal: Proposal, takes: set[str]) -> list[dict[str, Any]]:
    """Return what is found in one proposal for the second placeholder of an address."""
    drafts = DraftComment.objects.filter(proposal=proposal).values_list("pk", flat=True)
    threads = Thread.objects.filter(proposal=proposal).values_list("pk", flat=True)
    found: dict[str, list[Any]] = {
        "section": ["es.overview", "pr"], "round": [1, 2], "name": list(TABLE), "draft": list(drafts),
        "thread": list(threads),
        "comment": list(Comment.objects.filter(thread__proposal=proposal).values_list("pk", flat=True)),
        "sign_off": list(SignOff.objects.filter(proposal=proposal).values_list("pk", flat=True)),
        "note": list(Note.objects.filter(proposal=proposal).values_list("pk", flat=True)),
    }  # fmt: skip
    if not takes:
        return [{}]
    (only,) = takes
    return [{only: value} for value in found[only]]


def words(response: Any) -> str:
    """Return everything an answer says: its headers, and the page or the text of the PDF."""
    head = " ".join(f"{key}: {value}" for key, value in response.items())
    if isinstance(response, FileResponse):
        content = b"".join(bytes(part) for part in response.streaming_content)  # type: ignore[union-attr]
        return head + (word_words(content) if content.startswith(b"PK") else pdf_words(content))
    return f"{head}{response.content.decode()}"


def word_words(content: bytes) -> str:
    """Return everything that stands in a Word file."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return " ".join(package.read(part).decode() for part in package.namelist() if part.endswith(".xml"))


def pdf_words(pdf: bytes) -> str:
    """Return the text and the metadata of a PDF, without what a line end puts between letters."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        text += " ".join(document.get_metadata_dict().values())
    return re.sub(r"[\s\W]+", "", text) + pdf.decode("latin-1")


def walk(marked: Marked, actor: Actor, found: list[str]) -> tuple[set[str], list[str]]:
    """Open every address; return the marks that were seen, and a line for each that should not have been."""
    client = signed_in(actor)
    foreign = marked.foreign_to(actor.agency.code)
    seen: set[str] = set()
    wrong: list[str] = []
    for address in found:
        reset_queries()  # the log of a whole walk would lose its first statements
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        shown = set(MARK.findall(words(response))) - set(MARK.findall(address))
        seen |= shown
        wrong += [f"{actor.role} {address} shows {word}" for word in sorted(shown & foreign)]
        wrong += [f"{actor.role} {address} asks {sql}" for query in queries for sql in offences(query["sql"], actor)]
        assert response.status_code < 500, address
    return seen, wrong


def offences(sql: str, actor: Actor) -> list[str]:
    """Return the statement if it reads a private table without the filter that keeps it private."""
    return [sql for match in SOURCE.finditer(sql) if not is_filtered(sql, match["table"], match["alias"], actor)]


def is_filtered(sql: str, table: str, alias: str | None, actor: Actor) -> bool:
    """Whether a statement may read a table, standing in it under an alias."""
    name = rf'"?{alias}"?' if alias else f'"{table}"'
    if table in CLOSED[actor.side]:
        return table in COUNTED[actor.side] and sql.startswith("SELECT COUNT(*)")
    if table in BY_AGENCY:
        own = [str(actor.agency.pk)]
        # A state's own proposals belong to its agency: comparing with that column says the same.
        own += [r'\("proposals_proposal"."agency_id"\)', r'"proposals_proposal"."agency_id"'] if actor.is_state else []
        return bool(re.search(rf'{name}\."agency_id" = (?:{"|".join(own)})(?![0-9])', sql))
    if table == "proposals_earlylook" and actor.is_cms:
        return bool(re.search(rf'"reviewer_id" = {actor.user.pk}(?![0-9])', sql))
    if table == "proposals_attachment" and actor.is_cms:
        return '"proposals_submittedattachment"' in sql
    if table == "proposals_decision" and actor.is_state:
        return bool(re.search(rf'{name}\."announced_at" IS NOT NULL', sql))
    # How drafts and clock of CMS stood before a handover is for CMS alone, to be put back.
    is_closed = table == "proposals_handover" and actor.is_state
    return not (is_closed and re.search(rf'{name}\."before"', sql))


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", list(WALKERS))
def test_pages_and_packets_show_each_word_to_its_readers_and_to_nobody_else(marked: Marked, code: str) -> None:
    team = {"OH": marked.world.ohio, "TX": marked.world.texas, "CMS": marked.world.cms}[code]
    found = list(addresses(marked))
    seen: set[str] = set()
    wrong: list[str] = []
    for role in WALKERS[code]:
        more, faults = walk(marked, team.people[role], found)
        seen |= more
        wrong += faults
    assert wrong == []
    assert sorted(marked.shown_to(code) - seen) == []


def test_a_colleague_limited_to_other_sections_reads_nothing_that_stands_beside_this_one(marked: Marked) -> None:
    limited = make_actor(marked.world.ohio.agency, Role.EDITOR, name="Limited", section_ids=["qs"])
    seen, faults = walk(marked, limited, list(addresses(marked)))
    assert faults == []
    assert sorted(seen & marked.beside) == []
    assert marked.beside & marked.shown_to("OH") != set()


def test_whoever_belongs_to_no_agency_reads_nothing(marked: Marked) -> None:
    for client in (Client(), signed_in(marked.world.outsider)):
        shown = {word for address in addresses(marked) for word in MARK.findall(words(client.get(address)))}
        assert shown == set()


def test_searching_for_a_hidden_title_finds_nothing(marked: Marked) -> None:
    for actor in (marked.world.ohio.viewer, marked.world.texas.viewer, marked.world.cms.lead):
        client = signed_in(actor)
        for title, proposal in marked.titles.items():
            page = client.get(reverse("proposals:list"), {"q": title}).content.decode()
            assert (str(proposal.pk) in page) == (actor.agency.code in marked.readers[title])


def test_a_refused_page_tells_a_stranger_no_more_than_a_missing_one(marked: Marked) -> None:
    client = signed_in(marked.world.texas.signatory)
    missing = client.get("/proposals/00000000-0000-4000-8000-000000000000/")
    for proposal in marked.titles.values():
        if proposal.agency == marked.world.ohio.agency:
            refused = client.get(reverse("proposals:overview", args=[proposal.pk]))
            assert (refused.status_code, plain(refused).splitlines()) == (404, plain(missing).splitlines())


def plain(response: Any) -> str:
    """Return a page without what is new in every answer."""
    page = re.sub(r'(nonce|value|content|data-[a-z-]+)="[^"]*"', "", response.content.decode())
    return re.sub(r"/proposals/[0-9a-f-]{36}/", "", page)


# --- packets and mail -----------------------------------------------------------------------------------------------


def test_every_packet_that_can_be_asked_for_holds_only_words_of_its_readers(marked: Marked) -> None:
    for actor in (marked.world.ohio.editor, marked.world.texas.editor, marked.world.cms.lead):
        foreign = marked.foreign_to(actor.agency.code)
        seen: set[str] = set()
        for proposal in marked.titles.values():
            for offer in offers(actor, proposal):
                with CaptureQueriesContext(connection) as queries:
                    content = packet_content(proposal, offer.submission, offer.audience, proposal.updated_at)
                if offer.audience == "state":
                    assert "proposals_note" not in str(queries.captured_queries)
                seen |= set(MARK.findall(document_html(content, load(), "")))
        assert seen & foreign == set()
        assert seen != set()


def test_the_packet_for_both_sides_holds_no_word_of_cms_alone(marked: Marked) -> None:
    inside_cms = {word for word, readers in marked.readers.items() if readers == {"CMS"}}
    for proposal in marked.titles.values():
        for offer in offers(marked.world.cms.lead, proposal):
            content = packet_content(proposal, offer.submission, offer.audience, proposal.updated_at)
            found = set(MARK.findall(document_html(content, load(), ""))) & inside_cms
            assert bool(found) == (offer.audience == "cms" and proposal.notes.filter(agency__side="cms").exists())


def test_mails_quote_nobody(marked: Marked) -> None:
    for event in Event.objects.order_by("pk"):
        send_notifications(event.pk)
    assert len(mail.outbox) > 20
    for message in mail.outbox:
        (address,) = message.to
        (membership,) = User.objects.get(email=address).memberships.all()
        head = {key: value for key, value in message.message().items() if key != "To"}
        assert MARK.findall(f"{head} {message.subject} {message.body}") == [], membership


def test_mails_of_the_day_and_reminders_quote_nobody(marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    for actor in marked.world.everybody:
        choose_mail(actor=actor, wanted=dict.fromkeys(("step", "decision", "reminder", "other"), "daily"), now=NOW)
    choose_mail(actor=marked.world.ohio.editor, wanted={"reminder": "now"}, now=NOW)
    Notification.objects.update(when="daily", sent_at=None)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 2, 25, 18, tzinfo=UTC))
    remind()
    assert send_digests() >= 8
    assert {message.subject.partition(":")[0] for message in mail.outbox} > {"ICM Portal"}
    assert {word for message in mail.outbox for word in MARK.findall(f"{message.subject} {message.body}")} == set()


def test_a_calendar_shows_titles_of_its_reader_and_nothing_else(marked: Marked) -> None:
    for actor in marked.world.everybody:
        token = make_address(actor=actor, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            text = Client().get(reverse("proposals:calendar_feed", args=[token])).content.decode().replace("\r\n ", "")
        seen = set(MARK.findall(text))
        assert (seen & marked.foreign_to(actor.agency.code), seen <= set(marked.titles)) == (set(), True)
        assert [sql for query in queries for sql in offences(query["sql"], actor)] == []
        assert bool(seen) == (actor.agency.code != "TX"), actor  # Texas is through


# --- the tests above can fail ---------------------------------------------------------------------------------------


def test_the_search_for_offences_knows_one_when_it_sees_it(marked: Marked) -> None:
    state, cms = marked.world.ohio.editor, marked.world.cms.lead
    own, other = state.agency.pk, cms.agency.pk
    assert offences('SELECT 1 FROM "proposals_note" ORDER BY "at"', state)
    assert offences(f'SELECT 1 FROM "proposals_note" WHERE "proposals_note"."agency_id" = {other}', state)
    assert offences(f'SELECT 1 FROM "proposals_note" U0 WHERE U0."agency_id" = {own}5', state)
    assert offences('SELECT 1 FROM "x" INNER JOIN "proposals_draftcomment" T4 ON ("x"."id" = T4."x_id")', cms)
    assert offences('SELECT 1 FROM "proposals_decision" WHERE "proposals_decision"."proposal_id" = 1', state)
    assert offences('SELECT 1 FROM "proposals_section" WHERE 1', cms)
    assert offences('SELECT 1 FROM "proposals_attachment" WHERE 1', cms)
    assert offences('SELECT 1 FROM "proposals_earlylook" INNER JOIN "proposals_earlyreader" ON 1', cms)
    assert offences('SELECT 1 FROM "proposals_assignment"', state)
    assert not offences(
        'SELECT COUNT(*) FROM "accounts_user" WHERE "id" IN (SELECT 1 FROM "proposals_assignment")', state
    )
    assert offences('SELECT 1 FROM "proposals_sectionreview" INNER JOIN "proposals_submission"', state)
    assert offences('SELECT 1 FROM "proposals_viewed" WHERE 1', state)
    assert offences('SELECT "proposals_handover"."before" FROM "proposals_handover"', state)
    assert offences('SELECT U0."before" FROM "proposals_handover" U0', state)
    assert not offences('SELECT "proposals_handover"."event_id" FROM "proposals_handover"', state)
    assert not offences('SELECT "proposals_handover"."before" FROM "proposals_handover"', cms)
    assert offences('SELECT 1 FROM "proposals_standingreason" WHERE 1', state)
    assert offences('SELECT 1 FROM "proposals_wording" WHERE 1', state)
    assert not offences('SELECT 1 FROM "proposals_sectionreview" WHERE 1', cms)
    assert offences('SELECT 1 FROM "proposals_signoffmark" WHERE 1', cms)
    assert offences(f'SELECT 1 FROM "proposals_signoff" WHERE "proposals_signoff"."agency_id" = {other}', state)
    assert not offences(f'SELECT 1 FROM "proposals_note" U0 WHERE (U0."agency_id" = {own} AND 1)', state)
    assert not offences(
        'SELECT 1 FROM "proposals_decision" WHERE "proposals_decision"."announced_at" IS NOT NULL', state
    )
