"""The screenshots: `make shots` takes a picture of every page, as each side sees it, at three widths."""
