"""Marking terms of art: ``{% load terms %}``.

A page whose view puts a `toolkit.marking.Marks` as ``marks`` into its context marks the words of the toolkit at the first
use of each term of art. On any other page the same words come out as they are, so that partial templates fit both.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from toolkit.marking import aside

register = template.Library()


class TermsNode(template.Node):
    """Draws one text; a safe one is HTML that was marked before."""

    def __init__(self, words: FilterExpression, off: FilterExpression | None) -> None:
        self.words = words
        self.off = off

    def render(self, context: Context) -> SafeString:
        """Return the text with its terms marked; as it is where the page marks none."""
        words = self.words.resolve(context)
        marks = context.get("marks")
        if marks is None or not words:
            return conditional_escape(words)
        if self.off is not None and self.off.resolve(context):
            html = words if isinstance(words, SafeString) else marks.marker.html(words)
            return marks.html(aside(html))  # type: ignore[no-any-return]
        return marks.html(words) if isinstance(words, SafeString) else marks.text(words)  # type: ignore[no-any-return]


@register.tag
def terms(parser: Parser, token: Token) -> TermsNode:
    """``{% terms text %}`` marks a text of ours; ``{% terms text hidden %}`` one that may not be shown now."""
    words, *off = (parser.compile_filter(bit) for bit in token.split_contents()[1:])
    return TermsNode(words, off[0] if off else None)


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
