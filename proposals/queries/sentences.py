"""The record in plain sentences. Names of people are shown inside their own agency only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency
from proposals.models import Event, Notification
from proposals.status import CORRECTIONS, STEP_VERBS, Verb
from toolkit.loading import load


@dataclass(frozen=True)
class Entry:
    """One line of the record as one reader sees it; ``is_step`` marks a step of the workflow."""

    event: Event
    who: str
    did: str
    reason: str
    is_step: bool

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.event.at

    @property
    def text(self) -> str:
        """The whole sentence without its full stop."""
        return f"{self.who} {self.did}"


def entry(event: Event, viewer: Actor) -> Entry:
    """Word an event for a reader; ``event`` comes with actor, agency, proposal and reason."""
    own = event.actor_agency_id == viewer.agency.pk
    who = event.actor.name if own and event.verb not in CORRECTIONS else side_of(event)
    reason = event.reason.text if hasattr(event, "reason") else ""
    return Entry(event, who, deed(event), reason, event.verb in STEP_VERBS)


def side_name(agency: Agency) -> str:
    """How an agency is called by the other side: "CMS", or the name of the state."""
    return agency.short_name


def side_of(event: Event) -> str:
    """Who did it, as everybody may read it: a side, or an administrator, who belongs to none."""
    return "An administrator" if event.verb in CORRECTIONS else side_name(event.actor_agency)


def deed(event: Event) -> str:
    """What was done, to follow after who did it."""
    return Verb(event.verb).label.format(section=_section_title(event), round=event.round)


def _section_title(event: Event) -> str:
    if not event.section_key:
        return "the proposal"
    return load(event.proposal.toolkit_version).section(event.section_key).title


def told(notification: Notification) -> str:
    """Word a notice for a mail: the side that acted and what it did, no name and no content."""
    return f"{side_of(notification.event)} {deed(notification.event)}"
