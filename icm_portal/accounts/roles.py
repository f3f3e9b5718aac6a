"""Sides and roles: the words everything else in this package is built on."""

from __future__ import annotations

from typing import Final

from django.db import models


class Side(models.TextChoices):
    """The two sides of a proposal. *State* always means a US state or territory."""

    STATE = "state", "State"
    CMS = "cms", "CMS"


class Role(models.TextChoices):
    """What a person is in an agency. A role belongs to one side only."""

    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    SIGNATORY = "signatory", "Signatory"
    TEAM_LEAD = "team_lead", "Team lead"
    OBSERVER = "observer", "Observer"
    REVIEWER = "reviewer", "Reviewer"
    LEAD = "lead", "Lead"
    APPROVER = "approver", "Approver"


STATE_ROLES: Final = (Role.VIEWER, Role.EDITOR, Role.SIGNATORY, Role.TEAM_LEAD)
CMS_ROLES: Final = (Role.OBSERVER, Role.REVIEWER, Role.LEAD, Role.APPROVER)
STATE_WRITERS: Final = frozenset({Role.EDITOR, Role.SIGNATORY, Role.TEAM_LEAD})
CMS_REVIEWERS: Final = frozenset({Role.REVIEWER, Role.LEAD, Role.APPROVER})
LEADS: Final = frozenset({Role.TEAM_LEAD, Role.LEAD})

ROLE_MEANING: Final[dict[str, str]] = {
    Role.VIEWER: "Reads the agency's proposals. Changes nothing.",
    Role.EDITOR: "Writes answers and replies to questions. Does not submit.",
    Role.SIGNATORY: "Writes answers, signs and submits, recalls and withdraws a proposal.",
    Role.TEAM_LEAD: "Writes answers and manages the people of the agency. Does not submit.",
    Role.OBSERVER: "Reads submitted proposals and the review. Changes nothing.",
    Role.REVIEWER: "Reviews submitted proposals, drafts questions and keeps internal notes.",
    Role.LEAD: "Reviews, assigns reviewers, sends questions to the state and manages the people of CMS.",
    Role.APPROVER: "Reviews, announces the outcome and reopens a concluded proposal.",
}


def roles_of(side: str) -> tuple[Role, ...]:
    """The roles a person can hold on `side` ("state" or "cms"), from the smallest to the widest."""
    return CMS_ROLES if side == Side.CMS else STATE_ROLES
