"""Sharing sections of a draft early: naming who may read them, renewing the copy, ending it, and the advice on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User, normalized_email
from icm_portal.accounts.zones import today_in, zone
from proposals import audiences, notify, policy, record
from proposals.actions.discussing import Place, checked_words
from proposals.models import EarlyLook, EarlyReader, EarlyWords, Event, Proposal
from proposals.queries.access import lock
from proposals.queries.early import EarlyCopy, copied, shareable
from proposals.status import Verb

#: Advice wants some sections and some people; a whole proposal for everybody is a submission.
MOST_SECTIONS, MOST_READERS = 15, 10
#: How many looks of one proposal may be open at once.
MOST_OPEN = 5
#: How long a look lasts unless the state says otherwise, and at most.
DAYS, MOST_DAYS = 14, 60
#: What advice is wanted is said in a few words.
LONGEST_WISH = 2_000
#: How much may be said in one look, and in one thread of it.
MOST_THREADS, MOST_REPLIES = 100, 20
#: A look ends with its last day in the state's time zone.
END_OF_DAY = time(23, 59)


class EarlyRefused(Exception):
    """This cannot be shared or written like this: one sentence, and the field it is about."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class EarlyWish:
    """What a state shares, with whom (by address), until the end of which day, and what it wants to hear."""

    section_keys: Collection[str]
    addresses: Collection[str]
    ends_on: date
    words: str


def share_early(*, actor: Actor, proposal: Proposal, wish: EarlyWish, now: datetime) -> EarlyLook:
    """Share sections of a draft as they stand with reviewers at CMS, and tell these. Returns the early look.

    Raises `PermissionDenied`, `EarlyRefused`.
    """
    with transaction.atomic():
        locked = lock(proposal.pk)
        if not policy.can_share_early(actor, locked):
            raise PermissionDenied
        standing = EarlyLook.objects.filter(proposal=locked, ended_at__isnull=True, ends_at__gt=now)
        if standing.count() >= MOST_OPEN:
            raise EarlyRefused(f"Up to {MOST_OPEN} early looks are open at once. End one of them first.", "sections")
        keys = _sections(locked, wish.section_keys)
        named = _readers(wish.addresses, now)
        ends_at, words = _end(locked, wish.ends_on, now), _words(wish.words)
        pk = uuid4()
        event = record.append(proposal=locked, verb=Verb.EARLY_SHARED, actor=actor, now=now, object_id=pk)
        look = EarlyLook.objects.create(
            id=pk,
            proposal=locked,
            section_keys=keys,
            wanted=words,
            title=locked.title,
            content=copied(locked, keys),
            copied_at=now,
            shared_by=actor.user,
            shared_at=now,
            ends_at=ends_at,
            event=event,
        )
        EarlyReader.objects.bulk_create(
            EarlyReader(look=look, reviewer=person, address=address) for address, person in named.items()
        )
        notify.tell(event, audiences.early_readers(look, now))
    return look


def renew_early(*, actor: Actor, look: EarlyLook, now: datetime) -> None:
    """Put what stands in the draft now in the place of what those at CMS read. Raises `PermissionDenied`."""
    with transaction.atomic():
        locked = _to_change(actor, look, now)
        locked.title, locked.copied_at = locked.proposal.title, now
        locked.content = copied(locked.proposal, locked.section_keys)
        locked.save(update_fields=["title", "content", "copied_at"])
        _record(locked, Verb.EARLY_RENEWED, actor, now)


def end_early(*, actor: Actor, look: EarlyLook, now: datetime) -> None:
    """End an early look: nobody at CMS reads it from now on. Raises `PermissionDenied`."""
    with transaction.atomic():
        locked = _to_change(actor, look, now)
        locked.ended_at = now
        locked.save(update_fields=["ended_at"])
        _record(locked, Verb.EARLY_ENDED, actor, now)


def advise(*, actor: Actor, look: EarlyLook, place: Place, body: str, now: datetime) -> EarlyWords:
    """Write advice on a shared section or a prompt of it; the state and the other reviewers named read it at once.

    Returns it. Raises `PermissionDenied`, `EarlyRefused`, `EmptyText`, `TextTooLong`.
    """
    with transaction.atomic():
        locked = _locked(look)
        if not policy.can_advise(actor, locked, now):
            raise PermissionDenied
        _check_place(locked, place)
        if locked.words.filter(thread__isnull=True).count() >= MOST_THREADS:
            raise EarlyRefused(f"An early look holds up to {MOST_THREADS} pieces of advice. Reply to one.", "body")
        body = checked_words(body)
        event = _record(locked, Verb.EARLY_ADVISED, actor, now, place.section_key)
        words = EarlyWords.objects.create(
            look=locked,
            section_key=place.section_key,
            prompt_id=place.prompt_id,
            author=actor.user,
            agency=actor.agency,
            body=body,
            at=now,
            event=event,
        )
        notify.tell(event, audiences.early_sharer(locked, now))
    return words


def reply_to_advice(*, actor: Actor, thread: EarlyWords, body: str, now: datetime) -> EarlyWords:
    """Reply to advice, from either side; who shared the sections and who wrote in the thread are told. Returns the reply.

    Raises `PermissionDenied`, `EarlyRefused`, `EmptyText`, `TextTooLong`.
    """
    with transaction.atomic():
        locked = _locked(thread.look)
        if not policy.can_reply_to_advice(actor, locked, now):
            raise PermissionDenied
        if thread.replies.count() >= MOST_REPLIES:
            raise EarlyRefused(f"A thread holds up to {MOST_REPLIES} replies. Speak with each other.", "body")
        body = checked_words(body)
        event = _record(locked, Verb.EARLY_REPLIED, actor, now, thread.section_key)
        reply = EarlyWords.objects.create(
            look=locked,
            thread=thread,
            section_key=thread.section_key,
            prompt_id=thread.prompt_id,
            author=actor.user,
            agency=actor.agency,
            body=body,
            at=now,
            event=event,
        )
        wrote = locked.words.filter(Q(pk=thread.pk) | Q(thread=thread)).values("author")
        notify.tell(event, [*audiences.early_readers(locked, now).filter(pk__in=wrote),
                            *audiences.early_sharer(locked, now)])  # fmt: skip
    return reply


def _locked(look: EarlyLook) -> EarlyLook:
    """Return an early look, read again under the lock of its proposal: what ends it takes that lock too."""
    proposal = lock(look.proposal_id)
    found = EarlyLook.objects.get(pk=look.pk)
    found.proposal = proposal
    return found


def _to_change(actor: Actor, look: EarlyLook, now: datetime) -> EarlyLook:
    found = _locked(look)
    if not policy.can_change_early_look(actor, found, now):
        raise PermissionDenied
    return found


def _sections(proposal: Proposal, wanted: Collection[str]) -> list[str]:
    """Return the chosen sections in the order of the toolkit. Raises `EarlyRefused`."""
    keys = [section.id for section in shareable(proposal)]
    if not wanted or not set(wanted) <= set(keys):
        raise EarlyRefused("Choose at least one section of this proposal.", "sections")
    if len(set(wanted)) > MOST_SECTIONS:
        raise EarlyRefused(f"Choose up to {MOST_SECTIONS} sections.", "sections")
    return [key for key in keys if key in wanted]


def _readers(addresses: Collection[str], now: datetime) -> dict[str, User]:
    """Return the reviewers at CMS with these addresses. Raises `EarlyRefused`."""
    wanted = dict.fromkeys(normalized_email(address) for address in addresses)
    if not wanted:
        raise EarlyRefused("Name at least one reviewer at CMS.", "reviewers")
    if len(wanted) > MOST_READERS:
        raise EarlyRefused(f"Name up to {MOST_READERS} reviewers.", "reviewers")
    found = {person.email: person for person in audiences.at_cms_reviewing(now).filter(email__in=list(wanted))}
    if missing := [address for address in wanted if address not in found]:
        raise EarlyRefused(f"Nobody who reviews at CMS has the address {missing[0]}. Check it with them.", "reviewers")
    return {address: found[address] for address in wanted}


def _end(proposal: Proposal, ends_on: date, now: datetime) -> datetime:
    """Return when a look ends. Raises `EarlyRefused`."""
    today = today_in(proposal.agency.time_zone, now)
    if not today < ends_on <= today + timedelta(days=MOST_DAYS):
        raise EarlyRefused(f"Choose a day from tomorrow on, up to {MOST_DAYS} days ahead.", "ends_on")
    return datetime.combine(ends_on, END_OF_DAY, zone(proposal.agency.time_zone))


def _words(wanted: str) -> str:
    """Return what advice is wanted. Raises `EarlyRefused`."""
    words = wanted.strip()
    if not words:
        raise EarlyRefused("Say in a few words what you want to hear.", "wanted")
    if len(words) > LONGEST_WISH:
        raise EarlyRefused(f"This text is longer than {LONGEST_WISH:,} characters. Shorten it.", "wanted")
    return words


def _check_place(look: EarlyLook, place: Place) -> None:
    """Advice belongs to what is shared. Raises `EarlyRefused`."""
    copy = EarlyCopy(look)
    section = copy.section(place.section_key)
    shown = {prompt.id for prompt, _ in copy.prompts(section)} if section else set()
    if section is None or (place.prompt_id and place.prompt_id not in shown):
        raise EarlyRefused("Choose something that is shared with you.", "about")


def _record(look: EarlyLook, verb: Verb, actor: Actor, now: datetime, section_key: str = "") -> Event:
    return record.append(
        proposal=look.proposal, verb=verb, actor=actor, now=now, section_key=section_key, object_id=look.pk
    )
