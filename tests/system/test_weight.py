"""What a page asks of a slow line: scripts, styles and icons, compressed. Fonts are cached once and not counted."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.worlds import World, signed_in

KILOBYTE = 1000


def weight(client: Client, address: str) -> int:
    """Sum the compressed sizes of the files a page names, each once, in bytes."""
    html = client.get(address).content.decode()
    names = set(re.findall(r'"/static/([^"#?]+\.(?:css|js|svg))', html))
    files = [Path(str(finders.find(name))) for name in names]
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)


def test_the_editor_stays_below_250_kilobytes_and_other_pages_below_110(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.editor)
    editor = reverse("proposals:section", args=[proposal.pk, "pm.ss"])
    others = [reverse("proposals:home"), reverse("proposals:list"), reverse("proposals:overview", args=[proposal.pk])]

    weights = {address: weight(client, address) for address in [editor, *others]}

    assert 150 * KILOBYTE < weights.pop(editor) < 250 * KILOBYTE
    assert all(20 * KILOBYTE < found < 110 * KILOBYTE for found in weights.values()), weights
