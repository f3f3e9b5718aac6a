"""Attaching, removing and scanning: what is kept, for whom, and what a round keeps for good."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from icm_portal.accounts.models import Role
from proposals import policy
from proposals.actions.attaching import NotAttached, UnknownPlace, note_download, remove
from proposals.actions.submitting import recall
from proposals.models import Attachment, Event, Submission, SubmittedAttachment
from proposals.queries import access, attachments
from proposals.snapshot import fingerprint
from proposals.status import FileKind, ScanStatus, Verb
from proposals.tasks import scan_attachment, sweep_scans
from tests.proposals.files.clamd import EVIL, clamd
from tests.proposals.files.samples import MODEL, pdf, put
from tests.worlds import NOW, World, fresh, hand_over, make_actor

LATER = NOW + timedelta(minutes=5)
#: A sweep leaves alone what was attached a moment ago, by the clock of the machine.
LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_a_file_is_kept_with_its_hash_its_kind_and_who_brought_it(world: World) -> None:
    proposal, content = world.draft(), pdf("kept")

    file = put(proposal, world.ohio.editor, content, "C:\\plan.pdf").attachment

    assert (file.name, file.kind, file.size) == ("plan.pdf", FileKind.PDF, len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.section_key, file.prompt_id, file.uploaded_by) == ("es.overview", MODEL, world.ohio.editor.user)
    with file.file.open() as stored:
        assert stored.read() == content
    assert "plan" not in str(file.file.name)
    event = Event.objects.filter(proposal=proposal).latest("pk")
    assert (event.verb, event.section_key, event.object_id) == (Verb.ATTACHED, "es.overview", str(file.pk))


def test_the_same_file_twice_in_one_place_is_named_and_kept_once(world: World) -> None:
    proposal = world.draft()
    put(proposal, world.ohio.editor, pdf("one"), "plan.pdf")

    with pytest.raises(NotAttached) as refusal:
        put(proposal, world.ohio.editor, pdf("one"), "copy.pdf")

    assert str(refusal.value) == "“copy.pdf” is the same file as “plan.pdf”, which is attached here already."
    elsewhere = put(proposal, world.ohio.editor, pdf("one"), "copy.pdf", prompt_id="", now=LATER)
    assert elsewhere.note == "The same file is attached to “The model in brief” as “plan.pdf”."
    assert [file.name for file in attachments.of_draft(proposal)] == ["plan.pdf", "copy.pdf"]
    assert len(default_storage.listdir(f"attachments/{proposal.pk}")[1]) == 2


def test_a_file_too_many_or_too_large_is_refused_and_leaves_nothing_behind(world: World, settings: Settings) -> None:
    proposal = world.draft()
    settings.ATTACHMENTS_PER_PROPOSAL = 1
    put(proposal, world.ohio.editor)
    with pytest.raises(NotAttached, match=r"^“b.pdf” was not attached: a proposal holds 1 files at most\.$"):
        put(proposal, world.ohio.editor, pdf("b"), "b.pdf")
    settings.ATTACHMENT_BYTES = 1024 * 1024
    with pytest.raises(NotAttached, match=r"^“big.pdf” is larger than 1 MB\.$"):
        put(proposal, world.ohio.editor, b"0" * (1024 * 1024 + 1), "big.pdf")
    assert len(default_storage.listdir(f"attachments/{proposal.pk}")[1]) == 1


def test_only_those_who_may_write_there_attach_and_remove(world: World) -> None:
    draft = world.draft()
    limited = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss"])
    for actor in (world.texas.editor, world.cms.lead):
        with pytest.raises(PermissionDenied):
            put(draft, actor)
    for actor in (world.ohio.viewer, limited):
        with pytest.raises(NotAttached, match="not open for changes to you"):
            put(draft, actor)
    with pytest.raises(UnknownPlace):
        put(draft, world.ohio.editor, prompt_id="es.nothing")
    reopened = world.questioned(title="Asked")
    with pytest.raises(NotAttached, match="not open for changes to you"):
        put(reopened, world.ohio.editor, prompt_id="qs.goals")
    kept = put(reopened, world.ohio.editor).attachment
    for actor in (world.texas.editor, world.cms.lead):
        with pytest.raises(PermissionDenied):
            remove(actor=actor, attachment=kept, now=NOW)
    with pytest.raises(NotAttached):
        remove(actor=limited, attachment=kept, now=NOW)


def test_removing_deletes_what_no_round_holds_and_is_recorded(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = world.draft()
    file = put(proposal, world.ohio.editor).attachment
    stored = str(file.file.name)

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            remove(actor=world.ohio.team_lead, attachment=file, now=LATER)

    assert not default_storage.exists(stored)
    file.refresh_from_db()
    assert (file.removed_by, file.removed_at, file.file.name) == (world.ohio.team_lead.user, LATER, "")
    assert list(attachments.of_draft(proposal)) == []
    assert Event.objects.filter(proposal=proposal, verb=Verb.ATTACHMENT_REMOVED).count() == 1
    put(proposal, world.ohio.editor)


def test_a_round_keeps_the_files_it_went_out_with(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = world.complete_draft()
    file = put(proposal, world.ohio.editor).attachment
    submission = hand_over(proposal, world.ohio.signatory)

    assert submission.content["attachments"] == [
        {
            "id": str(file.pk), "name": "plan.pdf", "kind": "pdf", "size": file.size, "sha256": file.sha256,
            "section": "es.overview", "prompt": MODEL,
        }
    ]  # fmt: skip
    assert submission.fingerprint == fingerprint(submission.content)
    recall(actor=world.ohio.signatory, proposal=fresh(proposal), reason="One more file", now=NOW + timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        remove(actor=world.ohio.editor, attachment=file, now=NOW + timedelta(days=2))
    second = hand_over(proposal, world.ohio.signatory)
    assert attachments.of_round(submission) == [file]
    assert attachments.of_round(second) == []
    assert default_storage.exists(str(file.file.name))


def test_who_sees_a_file(world: World) -> None:
    for team in (world.ohio, world.texas):
        put(world.draft(team, "Draft"), team.editor)
        sent = world.complete_draft(team, "Sent")
        put(sent, team.editor)
        hand_over(sent, team.signatory)
        taken_back = world.complete_draft(team, "Taken back")
        put(taken_back, team.editor)
        hand_over(taken_back, team.signatory)
        recall(actor=team.signatory, proposal=fresh(taken_back), reason="Typo", now=LATER)

    everything = list(Attachment.objects.select_related("proposal"))
    for actor in world.everybody:
        listed = set(Attachment.objects.filter(policy.visible_attachments(actor)))
        assert listed == {row for row in everything if policy.can_view_attachment(actor, row)}
        found = {row for row in everything if _opens(actor, row)}
        assert found == listed
    seen = Attachment.objects.filter(policy.visible_attachments(world.cms.observer))
    assert sorted(row.proposal.title for row in seen) == ["Sent", "Sent"]
    unsent = next(row for row in everything if row.proposal.title == "Draft")
    with pytest.raises(PermissionDenied):
        note_download(actor=world.cms.lead, attachment=unsent, now=NOW)


def _opens(actor: object, file: Attachment) -> bool:
    try:
        return access.get_attachment(actor, file.pk) == file  # type: ignore[arg-type]
    except Http404:
        return False


# --- scanning ---------------------------------------------------------------------------------------------------------


def test_without_a_scanner_files_leave_unscanned_and_say_so(world: World) -> None:
    file = put(world.draft(), world.ohio.editor).attachment

    assert (file.may_leave, file.standing) == (True, "Not scanned: no virus scanner is set up")
    assert (scan_attachment(str(file.pk)), sweep_scans()) == (False, 0)


def test_with_a_scanner_a_file_leaves_once_it_is_clean(world: World, settings: Settings) -> None:
    file = put(world.draft(), world.ohio.editor).attachment
    with clamd() as server:
        settings.CLAMAV_ADDRESS = server.address
        assert (file.may_leave, file.standing) == (False, "Waits for the virus scanner")
        assert (scan_attachment(str(file.pk)), scan_attachment(str(file.pk))) == (True, False)
        assert server.seen == [pdf("plan.pdf")]
        file.refresh_from_db()
        assert (file.may_leave, file.standing) == (True, "No virus found")


def test_a_file_with_a_virus_loses_its_bytes_and_goes_out_with_no_round(
    world: World, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = world.complete_draft()
    file = put(proposal, world.ohio.editor, pdf(EVIL.decode()), now=LONG_AGO).attachment
    stored = str(file.file.name)
    with clamd() as server, django_capture_on_commit_callbacks(execute=True):
        settings.CLAMAV_ADDRESS = server.address
        assert sweep_scans() == 1

    file.refresh_from_db()
    assert (file.scan, file.virus, file.may_leave) == (ScanStatus.INFECTED, "Test-Virus", False)
    assert file.standing == "Carries a virus (Test-Virus) and cannot be downloaded"
    assert not default_storage.exists(stored)
    event = Event.objects.filter(proposal=proposal).latest("pk")
    assert (event.verb, event.actor, event.actor_agency) == (
        Verb.ATTACHMENT_REFUSED, world.ohio.editor.user, world.ohio.agency,
    )  # fmt: skip
    assert hand_over(proposal, world.ohio.signatory).content["attachments"] == []


def test_while_the_scanner_is_down_files_wait_and_a_file_it_cannot_read_is_given_up(
    world: World, settings: Settings
) -> None:
    file = put(world.draft(), world.ohio.editor, now=LONG_AGO).attachment
    with clamd() as server:
        settings.CLAMAV_ADDRESS = server.address
    assert (scan_attachment(str(file.pk)), sweep_scans()) == (False, 0)
    file.refresh_from_db()
    assert (file.scan, file.scan_attempts) == (ScanStatus.WAITING, 0)
    with clamd() as server:
        settings.CLAMAV_ADDRESS = server.address
        server.answer = "stream: Can't read ERROR"
        assert [sweep_scans() for _ in range(6)] == [0] * 6
        assert len(server.seen) == attachments.MOST_SCANS
    file.refresh_from_db()
    assert (file.scan, file.standing) == (
        ScanStatus.FAILED, "The virus scanner could not read it; it cannot be downloaded",
    )  # fmt: skip


def test_rows_of_what_went_out_name_round_and_file(world: World) -> None:
    proposal = world.complete_draft()
    file = put(proposal, world.ohio.editor).attachment
    hand_over(proposal, world.ohio.signatory)

    row = SubmittedAttachment.objects.get()
    assert (row.attachment, row.submission) == (file, Submission.objects.get())
