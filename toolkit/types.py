"""What the toolkit asks, as frozen objects. `toolkit.loading.load` makes them.

They compare by identity: one version is loaded once, and its objects are shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from toolkit.conditions import Condition
    from toolkit.glossary import Marker
    from toolkit.kinds.base import Kind

Number = int | float

# The key under which a row of a table keeps its identity.
ROW = "_row"


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to choose from. The code is stored and never changes."""

    code: str
    label: str
    note: str = ""
    marker: Marker | None = field(default=None, repr=False, compare=False)

    @property
    def html(self) -> SafeString:
        """The label with its terms of art as candidates for marking (`toolkit.marking`)."""
        return self.marker.html(self.label) if self.marker else conditional_escape(self.label)


@dataclass(frozen=True, slots=True, eq=False)
class OptionSet:
    """A named list to choose from, in the order shown."""

    key: str
    source: str
    options: tuple[Option, ...]
    _labels: Mapping[str, str] = field(init=False, repr=False)
    _positions: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_labels", {o.code: o.label for o in self.options})
        object.__setattr__(self, "_positions", {o.code: i for i, o in enumerate(self.options)})

    def __contains__(self, code: object) -> bool:
        return code in self._labels

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(self._labels)

    def label(self, code: str) -> str:
        """The words for a code; the code itself if the list does not know it."""
        return self._labels.get(code, code)

    def position(self, code: str) -> int:
        """Place of a code in the list, from 0. Raises KeyError for an unknown code."""
        return self._positions[code]


class Spec(Protocol):
    """What a kind needs to know about the field or column it reads."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def label(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def options(self) -> OptionSet | None: ...
    @property
    def min(self) -> Number | None: ...
    @property
    def max(self) -> Number | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a table."""

    key: str
    kind: Kind
    label: str
    options: OptionSet | None = None
    min: Number | None = None
    max: Number | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a prompt."""

    key: str
    kind: Kind
    label: str
    required: bool
    options: OptionSet | None
    min: Number | None
    max: Number | None
    guide_words: tuple[int, int] | None
    show_when: Condition
    columns: tuple[Column, ...] = ()
    marker: Marker | None = None

    @property
    def html(self) -> SafeString:
        """The label with its terms of art as candidates for marking (`toolkit.marking`)."""
        return self.marker.html(self.label) if self.marker else conditional_escape(self.label)

    def column(self, key: str) -> Column:
        """The column of that key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a prompt comes from: a document, its part, a heading and the item under it."""

    doc: str
    part: str
    heading: str
    item: str

    @property
    def text(self) -> str:
        """In words, such as "ICM Toolkit, Part 1, Overview, item 2"."""
        part = f"Part {self.part}" if self.part[:1].isdigit() else self.part
        named = self.item.startswith(("intro", "text"))
        item = self.item.replace("intro", "introduction").replace("text", "text below the heading")
        return ", ".join((self.doc, part, self.heading, item if named else f"item {item}"))


@dataclass(frozen=True, slots=True)
class Term:
    """A term of art with our definition and where the term comes from. `forms` are the words it stands under."""

    term: str
    definition: str
    source: str
    slug: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; `term` is set where it is the use of a term of art."""

    text: str
    term: Term | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """One thing the toolkit asks; `number` is its place in its section, from 1."""

    id: str
    label: str
    question: str
    help: str
    source: Source | None
    covers: tuple[str, ...]
    priority: str
    applies_when: Condition
    fields: tuple[Field, ...]
    section_id: str
    number: int
    na_reasons: OptionSet
    nyk_reasons: OptionSet

    @property
    def is_core(self) -> bool:
        """True if a submission needs an answer, a reason or a plan here."""
        return self.priority == "core"

    def field(self, key: str) -> Field:
        """The field of that key. Raises KeyError."""
        for candidate in self.fields:
            if candidate.key == key:
                return candidate
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One point that a reviewer checks: a question of which "yes" is the good answer, and the prompts it is about."""

    id: str
    text: str
    source: str
    prompt_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A heading of the toolkit: the unit of editing and saving. `criteria` is what a reviewer checks in it."""

    id: str
    title: str
    intro: str
    part_id: str
    prompts: tuple[Prompt, ...]
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the toolkit, such as "Part 2 I. Program design"."""

    id: str
    label: str
    title: str
    sections: tuple[Section, ...]
    is_supplement: bool

    @property
    def name(self) -> str:
        """Label and title in one line."""
        return f"{self.label}. {self.title}"


class Severity(StrEnum):
    """How much a finding matters: a reviewer will stop here, is likely to ask, or should know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule of the readiness check says. How it looks at the answers is in `toolkit.readiness`."""

    id: str
    severity: Severity
    message: str
    fix: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class RuleGroup:
    """Rules about one thing, in order."""

    id: str
    title: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Toolkit:
    """One version of everything that is asked. Lookups raise KeyError for unknown ids."""

    version: str
    content_hash: str
    parts: tuple[Part, ...]
    option_sets: Mapping[str, OptionSet]
    glossary: tuple[Term, ...]
    rule_groups: tuple[RuleGroup, ...]
    marker: Marker
    sections: tuple[Section, ...] = field(init=False, repr=False)
    prompts: tuple[Prompt, ...] = field(init=False, repr=False)
    switch_prompt_ids: frozenset[str] = field(init=False, repr=False)
    switch_section_ids: frozenset[str] = field(init=False, repr=False)
    _section_by_id: Mapping[str, Section] = field(init=False, repr=False)
    _prompt_by_id: Mapping[str, Prompt] = field(init=False, repr=False)
    _part_by_id: Mapping[str, Part] = field(init=False, repr=False)
    _rule_by_id: Mapping[str, Rule] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("sections", tuple(s for part in self.parts for s in part.sections))
        put("prompts", tuple(p for section in self.sections for p in section.prompts))
        put("_section_by_id", {s.id: s for s in self.sections})
        put("_prompt_by_id", {p.id: p for p in self.prompts})
        put("_part_by_id", {p.id: p for p in self.parts})
        put("_rule_by_id", {r.id: r for group in self.rule_groups for r in group.rules})
        put("switch_prompt_ids", self._find_switches())
        put("switch_section_ids", frozenset(self.prompt(i).section_id for i in self.switch_prompt_ids))

    def _find_switches(self) -> frozenset[str]:
        """Prompts on whose answers something in another section depends."""
        return frozenset(
            other
            for prompt in self.prompts
            for condition in (prompt.applies_when, *(f.show_when for f in prompt.fields))
            for other in condition.prompt_ids
            if self.prompt(other).section_id != prompt.section_id
        )

    def section(self, section_id: str) -> Section:
        """The section of that id. Raises KeyError."""
        return self._section_by_id[section_id]

    def prompt(self, prompt_id: str) -> Prompt:
        """The prompt of that id. Raises KeyError."""
        return self._prompt_by_id[prompt_id]

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises KeyError."""
        return self._rule_by_id[rule_id]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of the readiness check, in order."""
        return tuple(self._rule_by_id.values())

    def part_of(self, section: Section) -> Part:
        """The part a section belongs to."""
        return self._part_by_id[section.part_id]
