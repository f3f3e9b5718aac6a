"""Every icon a template names is in the sprite, from which set-up leaves out those that nobody names."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from icm_portal.templatetags import icm


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = Path(str(finders.find("uswds/img/sprite.svg"))).read_text()
    known = set(re.findall(r'id="([a-z_0-9]+)"', sprite))
    named = {look.icon for look in (*icm.LOOKS.values(), *icm.MARKS.values())}
    for path in Path("templates").rglob("*.html"):
        named |= set(re.findall(r"{% icon ['\"]([a-z_0-9]+)['\"]", path.read_text()))
    assert sorted(named - known) == []
