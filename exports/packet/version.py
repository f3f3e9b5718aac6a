"""What a packet's bytes depend on: its content, the toolkit, and the code that draws it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.template.loader import select_template

from exports.packet.content import PacketContent
from exports.packet.resources import NEEDED, static_file
from toolkit.types import Toolkit

_HERE = Path(__file__).parent
_LIBRARIES = ("weasyprint", "pikepdf", "fonttools")


def content_key(content: PacketContent, toolkit: Toolkit) -> str:
    """Name everything that goes into a packet by one hash.

    ``prepared_at`` is left out: a draft that has not changed since is the same packet.
    """
    said = asdict(content)
    del said["prepared_at"]
    parts = [type(content).__name__, said, toolkit.content_hash, code_version()]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def code_version() -> str:
    """A hash of the code, templates, stylesheets, fonts and libraries that draw packets."""
    templates = Path(select_template(["exports/packet/document.html"]).template.origin.name).parent
    static = [static_file(name) for name in NEEDED]
    files = sorted([*_HERE.glob("*.py"), *_HERE.glob("*.yaml"), *templates.rglob("*.html"), *static])
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
