"""Marking terms of art: ``{% load terms %}``.

A page whose view puts a `toolkit.marking.Marks` as ``marks`` into its context marks the words of the toolkit at the first
use of each term of art. On any other page the same words come out as they are, so that partial templates fit both.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from toolkit.display import Fact
from toolkit.marking import Marks, aside

register = template.Library()

#: Facts longer than so many characters take the whole width.
LONG, WIDE = 60, ' class="wide"'


class TermsNode(template.Node):
    """Draws one text; a safe one is HTML that was marked before."""

    def __init__(self, words: FilterExpression, off: FilterExpression | None) -> None:
        self.words = words
        self.off = off

    def render(self, context: Context) -> SafeString:
        """Return the text with its terms marked; as it is where the page marks none."""
        is_off = self.off is not None and bool(self.off.resolve(context))
        return _marked(context.get("marks"), self.words.resolve(context), is_off=is_off)


def _marked(marks: Marks | None, words: str, *, is_off: bool) -> SafeString:
    if marks is None or not words:
        return conditional_escape(words)
    if is_off:
        return marks.html(aside(words if isinstance(words, SafeString) else marks.marker.html(words)))
    return marks.html(words) if isinstance(words, SafeString) else marks.text(words)


@register.tag
def terms(parser: Parser, token: Token) -> TermsNode:
    """``{% terms text %}`` marks a text of ours; ``{% terms text hidden %}`` one that may not be shown now."""
    words, *off = (parser.compile_filter(bit) for bit in token.split_contents()[1:])
    return TermsNode(words, off[0] if off else None)


# Not a loop of the template: a page that shows a whole proposal draws hundreds.
@register.simple_tag(takes_context=True)
def fact_list(context: Context, facts: Iterable[Fact], off: object = None) -> SafeString:
    """Draw a run of facts, their labels and the words of option lists with their terms marked; long ones in full width."""
    marks, is_off = context.get("marks"), bool(off)
    rows = (
        (
            SafeString(WIDE if len(fact.text) > LONG else ""),
            _marked(marks, fact.label, is_off=is_off),
            _marked(marks, fact.text, is_off=is_off) if fact.is_ours else fact.text,
        )
        for fact in facts
    )
    return format_html('<dl class="kv">{}</dl>', format_html_join("", "<div{}><dt>{}</dt><dd>{}</dd></div>", rows))


@register.simple_tag(takes_context=True)
def terms_list(context: Context, heads: tuple[str, ...], off: object = None) -> SafeString:
    """Draw the line of terms below a table, from the heads of its columns."""
    marks = context.get("marks")
    return marks.table(heads, is_aside=bool(off)) if marks is not None else SafeString("")


@register.simple_tag(takes_context=True)
def term_notes(context: Context) -> SafeString:
    """Draw the meanings of the terms marked on the page so far: once, behind everything that marks."""
    marks = context.get("marks")
    return marks.notes if marks is not None else SafeString("")
