"""Clearance inside a state: asking for sign-offs, and giving or refusing them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from icm_portal.accounts.queries import members
from proposals import audiences, notify, policy, record
from proposals.models import Event, Proposal, Section, SignOff, SignOffMark
from proposals.queries.access import lock, toolkit_of
from proposals.queries.attachments import signed_with
from proposals.queries.clearance import Content
from proposals.snapshot import digests
from proposals.status import MarkKind, Verb

#: More would not fit beside the sections.
MOST = 12
NAME_LIMIT = 60
#: A reason is read beside the section; longer texts belong into a note.
REASON_LIMIT = 4_000


class SignOffRefused(Exception):
    """A sign-off cannot be asked for like this: one sentence, and the field it is about."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class NothingSaid(Exception):
    """Nothing was signed and no change asked for."""


class ReasonMissing(Exception):
    """Changes were asked for without saying which; ``section_keys`` names the sections."""

    def __init__(self, section_keys: Collection[str]) -> None:
        super().__init__("Say what should change.")
        self.section_keys = frozenset(section_keys)


class SectionsMovedOn(Exception):
    """Somebody changed the sections or their files after the signer opened them; ``section_keys`` names them."""

    def __init__(self, section_keys: Collection[str]) -> None:
        super().__init__("Somebody saved changes after you opened this page. Look at them, then decide again.")
        self.section_keys = frozenset(section_keys)


@dataclass(frozen=True)
class Wanted:
    """What a team lead asks for; ``section_keys`` None means every section."""

    name: str
    signer: User
    section_keys: list[str] | None = None


@dataclass(frozen=True)
class Said:
    """What a signer says of one section, at the revision they read and with the files they saw (`Content.seen`)."""

    kind: MarkKind
    revision: int
    reason: str = ""
    files: str = ""


@dataclass(frozen=True)
class TakenOver:
    """The sign-offs that are asked for now, and a sentence for each that could not be."""

    asked: list[SignOff]
    left_out: list[str]


def ask_sign_off(*, actor: Actor, proposal: Proposal, wanted: Wanted, now: datetime) -> SignOff:
    """Ask a colleague for a sign-off, and tell them. Returns it. Raises `PermissionDenied`, `SignOffRefused`."""
    with transaction.atomic():
        locked = _locked(actor, proposal)
        standing = SignOff.objects.filter(proposal=locked, agency=actor.agency, ended_at__isnull=True)
        if standing.count() >= MOST:
            raise SignOffRefused(f"A proposal asks for up to {MOST} sign-offs. Take one away first.", "name")
        agreed = _agreed(actor, locked, wanted, now)
        sign_off = SignOff.objects.create(
            proposal=locked,
            agency=actor.agency,
            name=agreed.name,
            signer=agreed.signer,
            section_keys=agreed.section_keys,
            asked_by=actor.user,
            asked_at=now,
        )
        _tell_signer(actor, sign_off, now)
    return sign_off


def take_over_sign_offs(*, actor: Actor, proposal: Proposal, source: Proposal, now: datetime) -> TakenOver:
    """Ask for the sign-offs that another proposal of the agency asks for; the rest comes back, each with its reason.

    Raises `PermissionDenied`.
    """
    if not policy.owns(actor, source):
        raise PermissionDenied
    asked, left_out = [], []
    standing = SignOff.objects.filter(proposal=source, agency=actor.agency, ended_at__isnull=True)
    for found in standing.select_related("signer").order_by("asked_at", "name"):
        wanted = Wanted(found.name, found.signer, found.section_keys)
        try:
            asked.append(ask_sign_off(actor=actor, proposal=proposal, wanted=wanted, now=now))
        except SignOffRefused as refusal:
            left_out.append(f"“{found.name}”: {refusal}")
    return TakenOver(asked, left_out)


def change_sign_off(*, actor: Actor, sign_off: SignOff, wanted: Wanted, now: datetime) -> SignOff:
    """Change the name, the sections or the signer; a new signer is told. What was signed stands.

    A sign-off under which anything was said keeps its name: signatures under another name would say something else.
    Returns it. Raises `PermissionDenied`, `SignOffRefused`.
    """
    with transaction.atomic():
        sign_off.proposal = _locked(actor, sign_off.proposal)
        _check_name_stays(sign_off, wanted.name)
        agreed = _agreed(actor, sign_off.proposal, wanted, now, but=sign_off)
        is_new = sign_off.signer_id != agreed.signer.pk
        sign_off.name, sign_off.signer, sign_off.section_keys = agreed.name, agreed.signer, agreed.section_keys
        if is_new:
            sign_off.asked_by, sign_off.asked_at = actor.user, now
        sign_off.save(update_fields=["name", "signer", "section_keys", "asked_by", "asked_at"])
        if is_new:
            _tell_signer(actor, sign_off, now)
        else:
            _record(Verb.SIGN_OFF_CHANGED, actor, sign_off, now)
    return sign_off


def end_sign_off(*, actor: Actor, sign_off: SignOff, now: datetime) -> None:
    """Take a sign-off away; what was signed stays on file. Raises `PermissionDenied`."""
    with transaction.atomic():
        sign_off.proposal = _locked(actor, sign_off.proposal)
        if SignOff.objects.filter(pk=sign_off.pk, ended_at__isnull=True).update(ended_at=now):
            _record(Verb.SIGN_OFF_ENDED, actor, sign_off, now)


def mark_sections(*, actor: Actor, sign_off: SignOff, said: Mapping[str, Said], now: datetime) -> list[SignOffMark]:
    """Sign sections, or ask for changes in them, by section; all or none. Team leads are told of changes asked for.

    Returns what was stored. Raises `PermissionDenied`, `NothingSaid`, `ReasonMissing`, `SectionsMovedOn`.
    """
    if not said:
        raise NothingSaid("Choose at least one section to sign, or to ask for changes in.")
    if silent := [key for key, item in said.items() if item.kind == MarkKind.CHANGES and not item.reason.strip()]:
        raise ReasonMissing(silent)
    with transaction.atomic():
        proposal = lock(sign_off.proposal_id)
        current = SignOff.objects.select_related("agency").get(pk=sign_off.pk)
        current.proposal = proposal
        sections = {section.key: section for section in Section.objects.filter(proposal=proposal, key__in=said)}
        files = signed_with([proposal])
        if not all(key in sections and policy.can_sign_off(actor, current, key) for key in said):
            raise PermissionDenied
        stands = {key: Content(section.revision, digests(section.answers), files.get((proposal.pk, key), {}))
                  for key, section in sections.items()}  # fmt: skip
        if moved := [key for key, now_there in stands.items() if not _was_seen(said[key], now_there)]:
            raise SectionsMovedOn(moved)
        marks = [_mark(actor, current, key, content, said[key], now) for key, content in stands.items()]
        _record_marks(actor, current, marks, now)
    return marks


def _was_seen(said: Said, content: Content) -> bool:
    return (said.revision, said.files) == (content.revision, content.seen)


def _mark(actor: Actor, sign_off: SignOff, key: str, content: Content, said: Said, now: datetime) -> SignOffMark:
    return SignOffMark.objects.create(
        sign_off=sign_off,
        section_key=key,
        kind=said.kind,
        reason=said.reason.strip()[:REASON_LIMIT] if said.kind == MarkKind.CHANGES else "",
        revision=content.revision,
        digests=content.digests,
        files=content.files,
        by=actor.user,
        at=now,
    )


def _record_marks(actor: Actor, sign_off: SignOff, marks: list[SignOffMark], now: datetime) -> None:
    """One entry for all that was signed at once, and one for each section in which changes are asked for."""
    signed = [mark.section_key for mark in marks if mark.kind == MarkKind.SIGNED]
    if len(signed) == 1:
        _record(Verb.SIGNED_OFF, actor, sign_off, now, signed[0])
    elif signed:
        _record(Verb.SEVERAL_SIGNED_OFF, actor, sign_off, now)
    for mark in marks:
        if mark.kind == MarkKind.CHANGES:
            event = _record(Verb.SIGN_OFF_CHANGES, actor, sign_off, now, mark.section_key)
            notify.tell(event, audiences.team_leads(sign_off.proposal, now))


def _locked(actor: Actor, proposal: Proposal) -> Proposal:
    """Return the proposal under its lock, for those who set up clearance."""
    locked = lock(proposal.pk)
    if not policy.can_set_up_clearance(actor, locked):
        raise PermissionDenied
    return locked


def _agreed(actor: Actor, proposal: Proposal, wanted: Wanted, now: datetime, but: SignOff | None = None) -> Wanted:
    """Return what is asked for as it is stored. Raises `SignOffRefused`."""
    name = " ".join(wanted.name.split())
    if not name:
        raise SignOffRefused("Name the sign-off, such as “Finance”.", "name")
    if len(name) > NAME_LIMIT:
        raise SignOffRefused(f"A name has up to {NAME_LIMIT} characters.", "name")
    same_name = SignOff.objects.filter(proposal=proposal, agency=actor.agency, ended_at__isnull=True, name__iexact=name)
    if (same_name.exclude(pk=but.pk) if but else same_name).exists():
        raise SignOffRefused(f"This proposal already asks for a sign-off called “{name}”.", "name")
    keys = _sections(proposal, wanted.section_keys)
    _check_signer(actor, wanted.signer, keys, now)
    return Wanted(name, wanted.signer, keys)


def _check_name_stays(sign_off: SignOff, wanted: str) -> None:
    stored = SignOff.objects.get(pk=sign_off.pk).name
    if " ".join(wanted.split()).casefold() != stored.casefold() and sign_off.marks.exists():
        raise SignOffRefused(
            f"Somebody has signed under “{stored}” or asked for changes, so its name stays. "
            "Take this sign-off away and ask for a new one instead.",
            "name",
        )


def _sections(proposal: Proposal, wanted: list[str] | None) -> list[str] | None:
    if not wanted:
        return None
    known = [section.id for section in toolkit_of(proposal).sections]
    if not set(wanted) <= set(known):
        raise SignOffRefused("Choose sections of this proposal.", "section_keys")
    return [key for key in known if key in wanted] if set(wanted) != set(known) else None


def _check_signer(actor: Actor, signer: User, keys: list[str] | None, now: datetime) -> None:
    membership = members(actor.agency, now).filter(user=signer, user__is_active=True).first()
    if membership is None:
        raise SignOffRefused(f"Choose somebody of {actor.agency.name}.", "signer")
    limit = membership.section_ids
    if limit is not None and (keys is None or not set(keys) <= set(limit)):
        raise SignOffRefused(
            f"The access of {signer.name} is limited to some sections. Choose the sections to sign among these.",
            "section_keys",
        )


def _tell_signer(actor: Actor, sign_off: SignOff, now: datetime) -> None:
    event = _record(Verb.SIGN_OFF_ASKED, actor, sign_off, now)
    notify.tell(event, audiences.signer(sign_off, now))


def _record(verb: Verb, actor: Actor, sign_off: SignOff, now: datetime, section_key: str = "") -> Event:
    return record.append(
        proposal=sign_off.proposal, verb=verb, actor=actor, now=now, section_key=section_key, object_id=sign_off.pk
    )
