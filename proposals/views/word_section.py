"""The round trip of a section through Word: give the file out, take it back, and show what came back beside what stands."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals import diff
from proposals.actions.word import note_given
from proposals.files.kinds import CONTENT_TYPES, Refused, clean_name
from proposals.files.leaving import as_download
from proposals.files.uploads import skipped
from proposals.forms.prompts import DETAILS, DISPOSITION, SHOWN, PromptForm, anchor_of, prefix_of
from proposals.forms.word import WordFileForm
from proposals.models import Proposal
from proposals.models import Section as StoredSection
from proposals.policy import can_edit_section
from proposals.queries import access, drafts
from proposals.queries.at_revision import answers_at
from proposals.status import FileKind
from proposals.word.returning import Key, Returned, as_given, read_back
from proposals.word.writing import Source, write_section
from toolkit.answers import Answer, Disposition, disposition
from toolkit.richtext import to_text
from toolkit.types import Field, Prompt, Section

UNREADABLE = 422


@dataclass(frozen=True)
class Change:
    """One narrative that came back different: the comparison, and whether it moved on here meanwhile."""

    field: Field
    html: str
    blocks: tuple[diff.Block, ...]
    theirs: tuple[diff.Block, ...]
    moved: bool

    @property
    def only_looks(self) -> bool:
        """Whether the words are the same."""
        return all(block.op == diff.Op.SAME for block in self.blocks)


@dataclass(frozen=True)
class ChangedPrompt:
    """A prompt whose narratives came back different; it is accepted or refused as a whole."""

    prompt: Prompt
    changes: tuple[Change, ...]
    stored: Answer | None

    @property
    def prefix(self) -> str:
        """What the names of the prompt's controls begin with."""
        return prefix_of(self.prompt.id)

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor_of(self.prompt.id)

    @property
    def moved(self) -> bool:
        """Whether a narrative of it changed here after the file was given out."""
        return any(change.moved for change in self.changes)

    @property
    def is_na(self) -> bool:
        """Whether the prompt is marked as not applicable now."""
        return disposition(self.stored) == Disposition.NA

    @property
    def hidden(self) -> Iterator[tuple[str, str]]:
        """How the prompt is answered: one that is not yet known stays so, with its plan."""
        is_later = disposition(self.stored) == Disposition.NYK
        yield f"{self.prefix}-{SHOWN}", "1"
        yield f"{self.prefix}-{DISPOSITION}", Disposition.NYK.value if is_later else Disposition.ANSWERED.value
        for name, key in DETAILS[Disposition.NYK].items() if is_later else ():
            yield f"{self.prefix}-{name}", str((self.stored or {}).get(key, ""))

    @property
    def controls(self) -> list[SafeString]:
        """Every control of the prompt as the editor draws it, with the texts of the file in it.

        All of them are posted, as from the editor: a browser does not tell an empty list of choices from none.
        """
        came = {change.field.key: change.html for change in self.changes}
        stored = self.stored or {"disposition": Disposition.ANSWERED.value}
        form = PromptForm(self.prompt, {**stored, "fields": {**stored.get("fields", {}), **came}})
        return [view.control for view in form.field_views]


class Comparison:
    """What came back in a file, beside what it was given out with and what stands now."""

    def __init__(self, source: Source, stored: StoredSection, returned: Returned) -> None:
        self.source, self.stored, self.returned = source, stored, returned
        self.toolkit = access.toolkit_of(stored.proposal)

    @cached_property
    def is_of_old_revision(self) -> bool:
        """Whether the section was saved after the file was given out, or nobody knows."""
        return self.returned.origin.revision != self.stored.revision

    @cached_property
    def prompts(self) -> list[ChangedPrompt]:
        """The prompts that came back different, in the order of the section."""
        base = answers_at(self.stored, self.returned.origin.revision)
        given = as_given(replace(self.source, answers=base), self.toolkit) if self.is_of_old_revision else self._now
        found = ((prompt, tuple(self._changes(prompt, given))) for prompt in self.source.section.prompts)
        return [
            ChangedPrompt(prompt, changes, self.stored.answers.get(prompt.id)) for prompt, changes in found if changes
        ]

    def _changes(self, prompt: Prompt, given: Mapping[Key, str]) -> Iterator[Change]:
        """Yield the narratives that somebody changed in the file, but not to what stands here already."""
        for field in prompt.fields:
            key = (prompt.id, field.key)
            came, before, now = (texts.get(key, "") for texts in (self.returned.texts, given, self._now))
            if key in self.returned.texts and came not in {before, now}:
                lines = to_text(came).splitlines()
                yield Change(
                    field=field,
                    html=came,
                    blocks=diff.blocks(to_text(now).splitlines(), lines),
                    theirs=diff.blocks(to_text(before).splitlines(), lines),
                    moved=before != now,
                )

    @cached_property
    def _now(self) -> Mapping[Key, str]:
        return as_given(self.source, self.toolkit)


def _source(proposal: Proposal, definition: Section, stored: StoredSection) -> Source:
    return Source(
        proposal=proposal.pk, title=proposal.title, number=proposal.number, section=definition,
        revision=stored.revision, answers=stored.answers,
        switches=drafts.switch_answers(proposal, access.toolkit_of(proposal)),
    )  # fmt: skip


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def word_section(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Offer a section as a Word file, and compare one that came back; 404 for everybody but the state that owns it.

    Nothing is stored here: what the person accepts is posted to the section, as if they had typed it.
    """
    proposal = access.get_own_proposal(request.actor, pk)
    definition = access.get_definition(proposal, section)
    stored = access.get_section(request.actor, proposal, section)
    stored.proposal = proposal
    open_keys = drafts.open_section_keys(proposal, access.toolkit_of(proposal))
    editable = can_edit_section(request.actor, proposal, section, open_keys)
    if request.method == "POST" and not editable:
        raise PermissionDenied
    form = WordFileForm(request.POST, request.FILES) if request.method == "POST" else WordFileForm()
    found = _compared(request, form, _source(proposal, definition, stored), stored) if form.is_bound else None
    context = {"proposal": proposal, "definition": definition, "form": form, "editable": editable, "found": found}
    return render(request, "proposals/word_section.html", context, status=UNREADABLE if form.errors else 200)


def _compared(request: ActorRequest, form: WordFileForm, source: Source, stored: StoredSection) -> Comparison | None:
    """Read the file that was sent; None when it cannot be read or is of somewhere else, with the reason in the form."""
    for sentence in skipped(request):
        form.errors.clear()
        form.add_error("file", sentence)
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        returned = read_back(
            file.read(), clean_name(file.name), access.toolkit_of(stored.proposal), source, partial(answers_at, stored)
        )
        _check_origin(returned, source)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return None
    return Comparison(source, stored, returned)


def _check_origin(returned: Returned, source: Source) -> None:
    origin = returned.origin
    if origin.proposal not in {None, source.proposal}:
        raise Refused("This file was downloaded from another proposal.")
    if origin.section not in {"", source.section.id}:
        raise Refused("This file is of another section of this proposal. Upload it there.")
    if not returned.texts:
        raise Refused(
            "This file has none of the headings of this section. Download the section here, and keep its headings."
        )


@never_cache
@require_safe
@actor_required
def word_file(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Hand a section out as a Word file; 404 for everybody but the state that owns it."""
    proposal = access.get_own_proposal(request.actor, pk)
    definition = access.get_definition(proposal, section)
    stored = access.get_section(request.actor, proposal, section)
    content = write_section(_source(proposal, definition, stored))
    note_given(actor=request.actor, proposal=proposal, section_key=section, now=timezone.now())
    name = clean_name(f"{proposal.number} {definition.title}.docx")
    return as_download(io.BytesIO(content), name=name, content_type=CONTENT_TYPES[FileKind.DOCX])
