"""Words about people for the pages: what a role means, which sections, what happened."""

from __future__ import annotations

from datetime import date

from django import template

from icm_portal.accounts.models import AccountEvent, AccountVerb, Agency
from icm_portal.accounts.places import people_url as address_of_people
from icm_portal.accounts.record import written
from icm_portal.accounts.roles import CMS_REVIEWERS, ROLE_MEANING, STATE_WRITERS
from icm_portal.accounts.sections import section_names as names_of_sections

register = template.Library()


@register.filter
def role_meaning(role: str) -> str:
    """What a role may do, in plain words."""
    return ROLE_MEANING[role]


@register.filter
def writes(role: str) -> bool:
    """Whether a role writes anything at all."""
    return role in STATE_WRITERS or role in CMS_REVIEWERS


@register.filter
def section_names(ids: list[str]) -> str:
    """Labels of sections in the order of the toolkit, separated by semicolons."""
    return "; ".join(names_of_sections(ids))


@register.filter
def people_url(agency: Agency) -> str:
    """The people page of an agency."""
    return address_of_people(agency)


@register.filter
def iso_day(value: str) -> str:
    """A stored day such as 2026-03-14, written out."""
    return written(date.fromisoformat(value))


@register.filter
def sentence(event: AccountEvent) -> str:
    """What happened, as a sentence."""
    words = f"{event.actor} {event.get_verb_display()}"
    if event.verb in {AccountVerb.JOINED, AccountVerb.FACTS, AccountVerb.REVIEWS, AccountVerb.DIVISIONS}:
        return f"{words} {event.agency}."
    return f"{words} {event.subject or event.email or event.agency}."
