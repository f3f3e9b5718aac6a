"""The frame of a page stays light: styles and scripts that every page loads, compressed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

LIMIT = 110_000


def test_styles_and_scripts_of_every_page_are_light() -> None:
    names = re.findall(r"static '([^']+\.(?:css|js))'", Path("templates/base.html").read_text())
    assert len(names) == len(set(names)) >= 6
    sizes = {name: len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 6)) for name in names}
    assert sum(sizes.values()) <= LIMIT, sizes


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = Path(str(finders.find("uswds/img/sprite.svg"))).read_text()
    known = set(re.findall(r'id="([a-z_0-9]+)"', sprite))
    from icm_portal.templatetags import icm  # noqa: PLC0415

    named = {look.icon for look in (*icm.LOOKS.values(), *icm.MARKS.values())}
    for path in Path("templates").rglob("*.html"):
        named |= set(re.findall(r"{% icon ['\"]([a-z_0-9]+)['\"]", path.read_text()))
    assert sorted(named - known) == []
