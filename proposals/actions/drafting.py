"""Starting a proposal and changing its details."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Length

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency
from proposals import policy, record
from proposals.actions.revising import move_on
from proposals.models import AnswerChange, Proposal, Section, SectionRevision
from proposals.queries.access import lock
from proposals.queries.drafts import all_answers
from proposals.status import Verb
from toolkit.answers import Answer, Disposition
from toolkit.loading import CURRENT_VERSION, load


class DifferentToolkit(Exception):
    """The proposal to copy was written with another version of the toolkit."""


def create_proposal(
    *,
    actor: Actor,
    title: str,
    model_type: str,
    now: datetime,
    copy_of: Proposal | None = None,
    sections: Collection[str] | None = None,
    sample_note: str = "",
) -> Proposal:
    """Start a proposal for the actor's agency, empty or with the answers of an earlier one; return it.

    ``sections`` names those to take over from ``copy_of``, None for all. Raises `PermissionDenied`, and
    `DifferentToolkit` when ``copy_of`` does not use the current toolkit.
    """
    if not policy.can_create_proposal(actor) or (copy_of and not policy.can_view_draft(actor, copy_of)):
        raise PermissionDenied
    if copy_of and copy_of.toolkit_version != CURRENT_VERSION:
        raise DifferentToolkit(f"“{copy_of.title}” uses toolkit {copy_of.toolkit_version}.")
    with transaction.atomic():
        proposal = Proposal.objects.create(
            number=next_number(actor.agency),
            agency=actor.agency,
            title=title,
            model_type=model_type,
            toolkit_version=CURRENT_VERSION,
            status_since=now,
            turn_since=now,
            sample_note=sample_note or (copy_of.sample_note if copy_of else ""),
            created_by=actor.user,
            created_at=now,
            updated_at=now,
        )
        given = {"pr": _known_answers(proposal)} | (_taken_over(actor, copy_of, sections) if copy_of else {})
        _lay_out_sections(proposal, actor, now, given)
        record.append(proposal=proposal, verb=Verb.CREATED, actor=actor, now=now)
    return proposal


def next_number(agency: Agency) -> str:
    """Return the next free number of an agency; its row is locked so that two people never get the same."""
    Agency.objects.select_for_update().get(pk=agency.pk)
    prefix = f"{agency.code}-ICM-"
    newest = (
        Proposal.objects.filter(number__startswith=prefix)
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:04d}"


def _taken_over(actor: Actor, copy_of: Proposal, sections: Collection[str] | None) -> dict[str, dict[str, Answer]]:
    """Return the answers of an earlier proposal by section, of those that are wanted and within the actor's limits."""
    found = all_answers(copy_of)
    wanted = [key for key in found if actor.reaches(key) and (sections is None or key in sections)]
    return {key: dict(found[key]) for key in wanted}


def _lay_out_sections(
    proposal: Proposal, actor: Actor, now: datetime, given: Mapping[str, Mapping[str, Answer]]
) -> None:
    rows = [
        Section(proposal=proposal, key=section.id, updated_at=now, updated_by=actor.user)
        for section in load(proposal.toolkit_version).sections
    ]
    written = [
        move_on(row, proposal=proposal, wanted=given[row.key], author=actor.user, now=now)
        for row in rows
        if given.get(row.key)
    ]
    Section.objects.bulk_create(rows)
    SectionRevision.objects.bulk_create(item.revision for item in written)
    AnswerChange.objects.bulk_create(change for item in written for change in item.changes)


def _known_answers(proposal: Proposal) -> dict[str, Answer]:
    """Return what the portal knows already of a state: who it is, and the facts its team lead has confirmed."""
    agency = proposal.agency
    identity = {"jurisdiction": agency.jurisdiction, "agency": agency.name, "program_name": proposal.title}
    answers: dict[str, Answer] = {"pr.identity": {"disposition": Disposition.ANSWERED.value, "fields": identity}}
    if agency.defaults.get("confirmed"):
        facts = {"tribes_present": agency.defaults["tribes"], "fmap": float(agency.defaults["fmap"])}
        answers["pr.context"] = {"disposition": Disposition.ANSWERED.value, "fields": facts}
    return answers


def change_details(*, actor: Actor, proposal: Proposal, title: str, model_type: str, now: datetime) -> None:
    """Change the title or the model type of a first draft. Raises `PermissionDenied`."""
    with transaction.atomic():
        locked = lock(proposal.pk)
        if not policy.can_change_details(actor, locked):
            raise PermissionDenied
        Proposal.objects.filter(pk=proposal.pk).update(title=title, model_type=model_type, updated_at=now)
        record.append(proposal=locked, verb=Verb.DETAILS_CHANGED, actor=actor, now=now)
