"""Word files made for tests: by python-docx, with what it cannot write put in as XML, and some that mean harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from docx import Document
from docx.document import Document as Doc
from lxml import etree

from icm_portal.accounts.actor import Actor
from proposals.actions.word import read_in, start_from_word
from proposals.models import Proposal, WordImport
from tests.worlds import NOW

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NOTES = f"""<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>
<w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Counted footnote words.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
COMMENTS = f"""<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="Actuary"><w:p><w:r><w:t>Remarked here.</w:t></w:r></w:p>
</w:comment></w:comments>"""


def saved(document: Doc) -> bytes:
    """A document as bytes."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_parts(content: bytes, parts: Mapping[str, str | bytes]) -> bytes:
    """The package with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def paragraph(inner: str) -> Any:
    """A paragraph with these runs."""
    return etree.fromstring(f'<w:p xmlns:w="{W}">{inner}</w:p>')


def run(text: str) -> str:
    """A run of text."""
    return f"<w:r><w:t>{text}</w:t></w:r>"


#: What python-docx cannot write: a note, tracked changes, a content control, a text box, a smart tag.
SPECIAL = [
    run("Noted") + '<w:r><w:footnoteReference w:id="7"/></w:r>' + run(" afternote"),
    (
        f'<w:ins w:id="1" w:author="A">{run("insertedword")}</w:ins><w:del w:id="2" w:author="A"><w:r><w:delText>'
        "deletedword</w:delText></w:r></w:del>"
    ),
    f"<w:sdt><w:sdtContent>{run('controlword')}</w:sdtContent></w:sdt>",
    f"<w:r><w:pict><w:txbxContent><w:p>{run('boxword')}</w:p></w:txbxContent></w:pict></w:r>",
    f"<w:smartTag>{run('smartword ')}</w:smartTag><w:r><w:t>tab</w:t><w:tab/><w:t>stop</w:t><w:br/><w:t>newline</w:t></w:r>",
]
#: Every word a reader sees in the paper below.
SAID = (
    "Headerword Ohio Buckeye paper Opening words before anything The model in brief Plain boldword and italicword "
    "Subheading nobody knows Undersub text bulletone bullettwo numberone Program goals under the three aims cella "
    "cellb cellc celld more Noted Counted footnote words afternote insertedword controlword boxword smartword tab "
    "stop newline Zebra crossing rules Unplaced words Actuary Remarked here"
)


def concept_paper() -> tuple[bytes, set[str]]:
    """A paper as a state writes one, and every word a reader sees in it."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Headerword Ohio"
    document.add_heading("Buckeye paper", 0)
    document.add_paragraph("Opening words before anything.")
    document.add_heading("1. The model in brief", 1)
    line = document.add_paragraph("Plain ")
    line.add_run("boldword").bold = True
    line.add_run(" and ")
    line.add_run("italicword").italic = True
    document.add_heading("Subheading nobody knows", 2)
    document.add_paragraph("Undersub text.")
    for style, text in (("List Bullet", "bulletone"), ("List Bullet 2", "bullettwo"), ("List Number", "numberone")):
        document.add_paragraph(text, style=style)
    document.add_heading("Program goals under the three aims", 1)
    table = document.add_table(2, 2)
    for place, word in enumerate(("cella", "cellb", "cellc", "celld & <more>")):
        table.cell(place // 2, place % 2).text = word
    body = document.element.body
    for inner in SPECIAL:
        body.insert(len(body) - 1, paragraph(inner))
    document.add_heading("Zebra crossing rules", 1)
    document.add_paragraph("Unplaced words.")
    content = with_parts(saved(document), {"word/footnotes.xml": NOTES, "word/comments.xml": COMMENTS})
    return content, set(SAID.split())


def simple(*lines: str) -> bytes:
    """A file of headings (beginning with "# ") and paragraphs."""
    document = Document()
    for line in lines:
        if line.startswith("# "):
            document.add_heading(line[2:], 1)
        else:
            document.add_paragraph(line)
    return saved(document)


# --- what means harm --------------------------------------------------------------------------------------------------


def document_xml(inner: str, head: str = "") -> bytes:
    """The main part with a body."""
    return f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'.encode()


def entity() -> bytes:
    head = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return with_parts(simple("x"), {"word/document.xml": document_xml("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", head)})


def late_entity() -> bytes:
    """Declares its entities where a short look does not find them."""
    head = f'<!--{"x" * 5000}--><!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return with_parts(simple("x"), {"word/document.xml": document_xml("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", head)})


def broken() -> bytes:
    return with_parts(simple("x"), {"word/document.xml": document_xml("<w:p><w:r>")[:-40]})


def macro() -> bytes:
    return with_parts(simple("x"), {"word/vbaProject.bin": b"\0" * 10})


def large_image() -> bytes:
    return with_parts(simple("x"), {"word/media/image1.png": b"\0" * (200 * 1024 * 1024)})


def much_text() -> bytes:
    return with_parts(simple("x"), {"word/document.xml": document_xml("<w:p/>" * (13 * 1024 * 1024 // 6))})


def many_paragraphs() -> bytes:
    return with_parts(simple("x"), {"word/document.xml": document_xml("<w:p/>" * 20_001)})


def many_cells() -> bytes:
    """Hides its paragraphs in a table, where they are no blocks of the text."""
    row = f"<w:tr>{'<w:tc><w:p/></w:tc>' * 10}</w:tr>"
    return with_parts(simple("x"), {"word/document.xml": document_xml(f"<w:tbl>{row * 2_001}</w:tbl>")})


def circular_notes() -> bytes:
    """A note that names itself, named many times: its words count once."""
    note = f'<w:footnote w:id="7"><w:p>{run("Notewords")}<w:r><w:footnoteReference w:id="7"/></w:r></w:p></w:footnote>'
    named = '<w:r><w:footnoteReference w:id="7"/></w:r>' * 500
    notes = f'<?xml version="1.0"?><w:footnotes xmlns:w="{W}">{note}</w:footnotes>'
    # The footnotes part is known to the file only where it was made with one.
    base = with_parts(concept_paper()[0], {"word/document.xml": document_xml(f"<w:p>{run('Text')}{named}</w:p>")})
    return with_parts(base, {"word/footnotes.xml": notes.encode()})


def deep() -> bytes:
    inner = "<w:sdt><w:sdtContent>" * 400 + "</w:sdtContent></w:sdt>" * 400
    return with_parts(simple("x"), {"word/document.xml": document_xml(inner)})


HOSTILE: list[tuple[Callable[[], bytes], str]] = [
    (entity, "“x.docx” declares entities, which Word files never do. It was not read."),
    (late_entity, "“x.docx” declares entities, which Word files never do. It was not read."),
    (broken, "“x.docx” is damaged: its text cannot be read. Open it in Word and save it again."),
    (macro, "“x.docx” holds macros. Save it without them, as .docx, .xlsx or .pptx."),
    (large_image, "“x.docx” unpacks to more than 100 MB. Make its pictures smaller."),
    (much_text, "“x.docx” holds more text than can be read at once. Split it into several files."),
    (many_cells, "“x.docx” has more than 20,000 paragraphs. Split it into several files."),
    (many_paragraphs, "“x.docx” has more than 20,000 paragraphs. Split it into several files."),
    (deep, "“x.docx” is damaged: its text cannot be read. Open it in Word and save it again."),
    (lambda: simple("x")[:-200], "“x.docx” is damaged: it cannot be opened as an Office file."),
    (lambda: b"%PDF-1.4 no Word file", (
        "“x.docx” is called a Word document but its content is not one. Open it, save it again and attach that."
    )),
]  # fmt: skip


# --- in the portal ----------------------------------------------------------------------------------------------------


def read(actor: Actor, *lines: str) -> WordImport:
    """A file that a person has sent and not matched yet."""
    return read_in(actor=actor, file=io.BytesIO(simple(*lines or ("# Goals", "Text."))), name="paper.docx", now=NOW)


def begun(actor: Actor, title: str = "From a paper", *lines: str) -> Proposal:
    """A proposal that began from a file, as it was proposed."""
    found = read(actor, *lines)
    return start_from_word(actor=actor, found=found, title=title, model_type="", places=found.places, now=NOW)
