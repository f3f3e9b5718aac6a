"""Findings as pages draw them: how much each matters, what to do, and links that land on the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from icm_portal.addresses import reverse
from proposals.forms.prompts import anchor_of, cell_id_of, field_anchor_of
from proposals.models import Proposal
from toolkit.completeness import BLOCKING
from toolkit.findings import Finding, Place
from toolkit.readiness.reader import Sheet, place_of
from toolkit.types import ROW

#: A finding of this kind must be mended before a submission; the others are named after their severity.
STOP = "stop"
#: More places than these fold.
MOST_LINKS = 4


@dataclass(frozen=True)
class Link:
    """A place to go to: its name, its address, and the section it is in where that is another one."""

    label: str
    url: str
    section: str = ""


@dataclass(frozen=True)
class FindingView:
    """A finding as `includes/finding.html` draws it. ``kind`` is stop, error, warning or info."""

    kind: str
    message: str
    fix: str
    rule: str
    source: str
    links: tuple[Link, ...]
    more_links: tuple[Link, ...] = ()


class FindingDrawer:
    """Draws the findings of one proposal.

    ``may_edit`` says of a section whether its fields are on its page, or only answers to read. On the page of a section,
    ``here`` is its id: links into it stay on the page. ``page_of`` gives the address of a section, by default the editor's.
    """

    def __init__(
        self,
        proposal: Proposal,
        sheet: Sheet,
        may_edit: Callable[[str], bool],
        here: str = "",
        page_of: Callable[[str], str] | None = None,
    ) -> None:
        self.proposal = proposal
        self.sheet = sheet
        self.may_edit = may_edit
        self.here = here
        self.page_of = page_of or (lambda key: reverse("proposals:section", args=[proposal.pk, key]))

    def draw(self, finding: Finding) -> FindingView:
        """Return what a page shows of a finding."""
        stops = finding.rule in BLOCKING and finding.is_live
        links = tuple(self.link(place) for place in self._sorted(dict.fromkeys(self._reachable(finding.places))))
        return FindingView(
            kind=STOP if stops else finding.severity.value,
            message=finding.message,
            fix=finding.fix,
            rule=finding.rule,
            source=finding.source,
            links=links[:MOST_LINKS],
            more_links=links[MOST_LINKS:],
        )

    def _reachable(self, places: Iterable[Place]) -> Iterator[Place]:
        """Yield places that are shown; for a hidden one, the answers that would show it."""
        for place in places:
            if self.sheet.shows(place):
                yield place
            else:
                yield from (place_of(ref) for ref in self.sheet.switches(place))

    def _sorted(self, places: Iterable[Place]) -> list[Place]:
        """Put the places of this page first."""
        return sorted(places, key=lambda place: self._section_of(place) != self.here) if self.here else list(places)

    def _section_of(self, place: Place) -> str:
        return self.sheet.toolkit.prompt(place.prompt_id).section_id

    def link(self, place: Place) -> Link:
        """Return a link to a place, to the field where the reader may edit it."""
        section = self._section_of(place)
        url = "" if section == self.here else self.page_of(section)
        title = "" if section == self.here else self.sheet.toolkit.section(section).title
        return Link(self._label(place), f"{url}#{self._anchor(place, section)}", title)

    def _anchor(self, place: Place, section: str) -> str:
        if not place.field_key or not self.may_edit(section):
            return anchor_of(place.prompt_id)
        field = self.sheet.toolkit.prompt(place.prompt_id).field(place.field_key)
        if place.row:
            return cell_id_of(place.prompt_id, place.field_key, place.row, field.columns[0].key)
        return field_anchor_of(place.prompt_id, place.field_key)

    def _label(self, place: Place) -> str:
        prompt = self.sheet.toolkit.prompt(place.prompt_id)
        if not place.field_key:
            return prompt.label
        row = f", row {self._number(place)}" if place.row else ""
        return f"{prompt.label}: {prompt.field(place.field_key).label}{row}"

    def _number(self, place: Place) -> int:
        """The number of a row, as the row editor counts."""
        rows = self.sheet.rows(f"{place.prompt_id}:{place.field_key}")
        return next(number for number, row in enumerate(rows, start=1) if row.get(ROW) == place.row)
