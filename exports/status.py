"""The closed vocabularies of this room. A leaf: imports nothing of ours."""

from __future__ import annotations

from django.db.models import TextChoices


class Audience(TextChoices):
    """Whom a packet is for; a letter is for both sides."""

    STATE = "state", "Packet"
    CMS = "cms", "CMS review copy with internal notes"
    LETTER = "letter", "CMS's letter with its questions"


class Status(TextChoices):
    """How far the making of a packet is."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "In work"
    DONE = "done", "Ready"
    FAILED = "failed", "Failed"


#: The packet is still to come.
PENDING = frozenset({Status.QUEUED, Status.RUNNING})
#: A packet of the same content in one of these is used again.
REUSABLE = PENDING | {Status.DONE}
