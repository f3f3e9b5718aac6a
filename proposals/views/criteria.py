"""What a reviewer checks in a section, as it stands on the review page: the same words on every page, so drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from proposals.forms.prompts import anchor_of
from toolkit.loading import load
from toolkit.marking import aside
from toolkit.types import Prompt


@dataclass(frozen=True)
class PromptLink:
    """A way to the card of a prompt on the same page."""

    label: str
    anchor: str


@dataclass(frozen=True)
class Point:
    """One point with its terms of art as candidates for marking (`toolkit.marking`)."""

    html: SafeString
    source_html: SafeString
    prompts: tuple[PromptLink, ...]


@lru_cache(maxsize=1024)
def criteria_html(version: str, section_id: str, shown: frozenset[str], *, is_open: bool) -> SafeString:
    """Draw the points of a section that are about the prompts `shown` on the page; "" if there are none.

    Its terms are candidates for marking: give it to ``{% terms %}``. KeyError for a section the version does not have.
    """
    toolkit = load(version)
    section = toolkit.section(section_id)
    prompts = {prompt.id: prompt for prompt in section.prompts if prompt.id in shown}
    points = [
        Point(
            html=toolkit.marker.html(criterion.text),
            source_html=toolkit.marker.html(criterion.source),
            prompts=tuple(_link(prompts[name]) for name in criterion.prompt_ids if name in prompts),
        )
        for criterion in section.criteria
        if not prompts.keys().isdisjoint(criterion.prompt_ids)
    ]
    if not points:
        return SafeString("")
    context = {"points": points, "is_open": is_open}
    drawn = render_to_string("proposals/partials/criteria.html", context)
    return drawn if is_open else aside(drawn)


def _link(prompt: Prompt) -> PromptLink:
    return PromptLink(f"{prompt.number}. {prompt.label}", anchor_of(prompt.id))
