"""Small files of every kind, real enough to be recognized, and some that only claim to be one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from icm_portal.accounts.actor import Actor
from proposals.actions.attaching import Attached, attach
from proposals.models import Proposal
from tests.worlds import NOW

MODEL = "es.overview.model"


def pdf(word: str = "A plan") -> bytes:
    """A PDF of one empty page whose title is a word; its cross-reference table is right."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Title(%s)>>" % word.encode(),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def png() -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    head = struct.pack("!LLBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """The beginning and the end of a picture."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 20 + b"\xff\xd9"


def office(*parts: str, content: bytes = b"<x/>") -> bytes:
    """An Office file with these parts, and the list of types that all of them have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part in ("[Content_Types].xml", *parts):
            package.writestr(part, content)
    return out.getvalue()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content)


def put(
    proposal: Proposal,
    actor: Actor,
    content: bytes | None = None,
    name: str = "plan.pdf",
    *,
    prompt_id: str = MODEL,
    now: datetime = NOW,
) -> Attached:
    """Attach a file the way the page does."""
    file = ContentFile(pdf(name) if content is None else content, name)
    return attach(actor=actor, proposal=proposal, prompt_id=prompt_id, file=file, name=name, now=now)
