"""The tag ``url`` of every template: Django's own in what it takes and gives, with `icm_portal.addresses` behind it.

A builtin of the template engine (`TEMPLATES` in the settings), so no template loads it.
"""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from icm_portal.addresses import reverse

register = template.Library()


class AddressNode(URLNode):
    """An address, or with ``as`` a variable that holds it; the variable is empty when there is no such address."""

    def render(self, context: Context) -> SafeString:
        """Return the address; raises `NoReverseMatch` as Django's tag does."""
        args = [value.resolve(context) for value in self.args]
        kwargs = {key: value.resolve(context) for key, value in self.kwargs.items()}
        try:
            address = reverse(self.view_name.resolve(context), args, kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            address = ""
        if self.asvar is None:
            return conditional_escape(address)
        context[self.asvar] = address
        return SafeString()


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """Parse ``{% url 'name' value ... as variable %}``."""
    node = parse(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
