"""The letter of a round as HTML for print: what CMS asks, about what, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from django.template.loader import render_to_string

from exports.packet import narrative
from exports.packet.blocks import Block, Fact, Facts, Paragraph, PromptHeading, RichText
from exports.packet.content import Exchange, LetterPacket
from exports.packet.prompts import anchor, long_date
from toolkit.types import Toolkit


def letter_html(content: LetterPacket, toolkit: Toolkit) -> str:
    """Write the letter; flat, like a packet."""
    context = {
        "content": content,
        "running": content.title,
        "head": tuple(_head(content)),
        "asked": tuple(block for exchange in content.exchanges for block in _asked(exchange, toolkit)),
        "sections": [toolkit.section(section_id).title for section_id in content.section_ids],
    }
    return render_to_string("exports/packet/letter.html", context)


def _head(content: LetterPacket) -> Iterator[Block]:
    sent = long_date(content.local(content.prepared_at).date())
    yield Facts(
        (
            Fact("To", content.agency),
            Fact("Proposal", f"{content.number}, {content.title}"),
            Fact("Sent", sent),
            Fact("Answer due", long_date(content.due_on) if content.due_on else "No date given"),
            Fact("Comments", str(len(content.exchanges))),
        )
    )
    if content.cover_text:
        yield RichText(narrative.plain(content.cover_text))


def _asked(exchange: Exchange, toolkit: Toolkit) -> Iterator[Block]:
    yield PromptHeading(
        id=anchor("exchange", exchange.number.lower()),
        title=f"{exchange.number}: {_place(exchange, toolkit)}",
        tag="h3",
        margin_head=exchange.kind,
    )
    if exchange.quote:
        yield Paragraph(
            f"About the words: \N{LEFT DOUBLE QUOTATION MARK}{exchange.quote}\N{RIGHT DOUBLE QUOTATION MARK}", css="who"
        )
    for message in exchange.messages:
        yield RichText(narrative.flatten(message.body, "ask"))


def _place(exchange: Exchange, toolkit: Toolkit) -> str:
    if exchange.prompt_id:
        prompt = toolkit.prompt(exchange.prompt_id)
        return f"{toolkit.section(prompt.section_id).title}, {prompt.label}"
    return toolkit.section(exchange.section_id).title if exchange.section_id else "The whole proposal"
