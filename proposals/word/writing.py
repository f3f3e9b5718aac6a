"""Writes one section as a Word file that people without accounts can edit, and that is known again when it comes back.

Headings carry bookmarks (`proposals.word.names`). Narratives are text to edit; everything else stands in a style of
its own, for information: those lines, as `lines_of` gives them, are not read back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count
from typing import Any
from uuid import UUID

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from proposals.word.names import FACT_STYLE, bookmarks_of_file, narratives
from toolkit.answers import Answer, Answers, Disposition, applies, display_fields, disposition, visible_fields
from toolkit.display import Fact, TableDisplay
from toolkit.types import Field, Prompt, Section

HOW_TO = (
    "Edit the text under the headings. Keep the headings: they say where each text belongs. Lines in gray are for "
    "information; what you write there comes back as text under its heading."
)
#: Word's template has styles for three levels of lists.
_DEEPEST = 3
_GRAY = RGBColor(0x56, 0x5C, 0x65)


@dataclass(frozen=True)
class Source:
    """What is written: a section of a proposal with the answers it had at a revision."""

    proposal: UUID
    title: str
    number: str
    section: Section
    revision: int
    answers: Answers
    switches: Answers

    @property
    def everything(self) -> Answers:
        """All answers that conditions look at."""
        return {**self.switches, **self.answers}


def write_section(source: Source, *, whole: bool = False) -> bytes:
    """Return the Word file of a section, with the prompts that apply; ``whole`` has all that might have applied once."""
    document = Document()
    _prepare(document, source)
    names = count(1)
    title = document.add_heading(source.section.title, 0)
    for name in bookmarks_of_file(source.proposal, source.section.id, source.revision):
        _bookmark(title, name, next(names))
    _facts(document, _of_file(source))
    for prompt, fields in _asked(source, whole=whole):
        _prompt(document, prompt, fields, source.everything, names)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines_of(source: Source) -> Iterator[str]:
    """Yield every line that a file of this section may hold for information, whatever applied when it was given out."""
    yield from _of_file(source)
    for prompt, fields in _asked(source, whole=True):
        yield from _of_prompt(prompt, fields, source.everything)


def _asked(source: Source, *, whole: bool) -> Iterator[tuple[Prompt, tuple[Field, ...]]]:
    """Yield the prompts that apply, each with its visible fields; or all of both."""
    for prompt in source.section.prompts:
        if whole or applies(prompt, source.everything):
            yield prompt, prompt.fields if whole else visible_fields(prompt, source.everything)


def _of_file(source: Source) -> list[str]:
    return [f"{source.title}, {source.number}", HOW_TO]


def _of_prompt(prompt: Prompt, fields: Iterable[Field], answers: Answers) -> list[str]:
    return [prompt.question, *_known(prompt, fields, answers)]


def _prepare(document: WordDocument, source: Source) -> None:
    document.core_properties.title = f"{source.section.title}, {source.title}"
    document.core_properties.author = ""
    style: Any = document.styles.add_style(FACT_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = style.next_paragraph_style = document.styles["Normal"]
    style.font.size, style.font.color.rgb = Pt(9), _GRAY


def _facts(document: WordDocument, lines: Iterable[str]) -> None:
    for line in lines:
        document.add_paragraph(line, style=FACT_STYLE)


def _prompt(
    document: WordDocument, prompt: Prompt, fields: tuple[Field, ...], answers: Answers, names: Iterable[int]
) -> None:
    answer = answers.get(prompt.id)
    texts = {name: field for name, field in narratives(prompt).items() if field in fields}
    heading = document.add_heading(prompt.label, 1)
    _facts(document, _of_prompt(prompt, fields, answers))
    for name, field in texts.items():
        place = heading if len(texts) == 1 else document.add_heading(field.label, 2)
        _bookmark(place, name, next(iter(names)))
        html = (answer or {}).get("fields", {}).get(field.key, "")
        _Writer(document).write(html) if html else document.add_paragraph()


def _known(prompt: Prompt, fields: Iterable[Field], answers: Answers) -> Iterable[str]:
    """What else is answered, as lines: how the prompt is answered, facts, and rows of tables."""
    answer: Answer | None = answers.get(prompt.id)
    match disposition(answer):
        case Disposition.NA:
            yield "Marked as not applicable."
        case Disposition.NYK:
            yield "Marked as not yet known."
    for item in display_fields(prompt, fields, answers):
        match item:
            case Fact(label=label, text=text):
                yield f"{label}: {text}"
            case TableDisplay(label=label, columns=columns, rows=rows):
                for row in rows:
                    cells = "; ".join(f"{name} {cell}" for name, cell in zip(columns, row, strict=True) if cell)
                    yield f"{label}: {cells}"


def _bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.append(start)  # noqa: SLF001 - python-docx has no bookmarks
    paragraph._p.append(end)  # noqa: SLF001 - the same


class _Writer(HTMLParser):
    """Writes sanitised HTML as paragraphs, lists and tables."""

    def __init__(self, document: WordDocument) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.place: Any = document
        self.paragraph: Paragraph | None = None
        self.lists: list[tuple[str, int]] = []
        self.looks: list[str] = []
        self.link = ""
        self.rows: list[list[Any]] = []
        self.fresh_cell = False

    def write(self, html: str) -> None:
        """Write everything."""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "p" if not (self.lists and self.paragraph is not None):
                self.paragraph = self._new("")
            case "ul" | "ol":
                self.lists.append((tag, self._restarted() if tag == "ol" else 0))
            case "li":
                self.paragraph = self._item()
            case "br":
                self._here().add_run().add_break()
            case "strong" | "em":
                self.looks.append(tag)
            case "a":
                self.link = dict(attrs).get("href") or ""
            case _:
                self._table_start(tag, int(dict(attrs).get("colspan") or 1))

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "p" | "li":
                self.paragraph = None
            case "ul" | "ol":
                self.lists.pop()
            case "strong" | "em":
                self.looks.pop()
            case "a":
                self.link = ""
            case "td" | "th":
                self.place, self.paragraph = self.document, None
            case "table":
                self._table_end()

    def handle_data(self, data: str) -> None:
        run = self._here().add_run(data)
        run.bold, run.italic = "strong" in self.looks or None, "em" in self.looks or None
        if self.link:
            _link(self._here(), run, self.link)

    def _here(self) -> Paragraph:
        if self.paragraph is None:
            self.paragraph = self._item() if self.lists else self._new("")
        return self.paragraph

    def _new(self, style: str) -> Paragraph:
        """A new paragraph; a new cell comes with an empty one."""
        if self.fresh_cell:
            self.fresh_cell = False
            found: Paragraph = self.place.paragraphs[0]
        else:
            found = self.place.add_paragraph()
        if style:
            found.style = style
        return found

    def _item(self) -> Paragraph:
        kind, number = self.lists[-1]
        depth = min(len(self.lists), _DEEPEST)
        name = f"List {'Number' if kind == 'ol' else 'Bullet'}{f' {depth}' if depth > 1 else ''}"
        item = self._new(name)
        if number:
            properties: Any = item._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - python-docx has no lists
            properties.get_or_add_numId().val = number
            properties.get_or_add_ilvl().val = 0
        return item

    def _restarted(self) -> int:
        """A new numbering, so that each list counts from 1; lists deeper than the first use Word's own."""
        if self.lists:
            return 0
        numbering: Any = self.document.part.numbering_part.element
        style: Any = self.document.styles["List Number"].element
        of = next(num for num in numbering.num_lst if num.numId == style.pPr.numPr.numId.val)
        made = numbering.add_num(of.abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(made.numId)

    # --- tables -----------------------------------------------------------------------------------------------------

    def _table_start(self, tag: str, span: int) -> None:
        """Collect where cells begin; the table is drawn once its size is known."""
        if tag == "table":
            self.rows, self.paragraph = [], None
            self.table = self.document.add_table(0, 1)
            self.table.style = "Table Grid"
        elif tag == "tr":
            self.row, self.cell = self.table.add_row(), 0
        elif tag in {"td", "th"}:
            while self.cell + span > len(self.table.columns):
                self.table.add_column(Pt(90))
            cells = self.row.cells[self.cell : self.cell + span]
            self.place, self.fresh_cell, self.paragraph = cells[0].merge(cells[-1]), True, None
            self.cell += span
            if tag == "th":
                self._mark_head()

    def _mark_head(self) -> None:
        properties = self.row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no header rows
        if properties.find(qn("w:tblHeader")) is None:
            properties.append(OxmlElement("w:tblHeader"))

    def _table_end(self) -> None:
        self.place, self.paragraph, self.fresh_cell = self.document, None, False


def _link(paragraph: Paragraph, run: Any, target: str) -> None:
    """Wrap a run in a link."""
    key = paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run._r.addprevious(link)  # noqa: SLF001 - python-docx has no links
    link.append(run._r)  # noqa: SLF001 - the same
