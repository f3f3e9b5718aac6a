"""Column widths worked out from the typeface."""

from __future__ import annotations

import pytest

from exports.packet.fonts import Metrics
from exports.packet.resources import REGULAR
from exports.packet.widths import FULL, Content, Typeface, lay_out


class Typewriter:
    """Every letter is half an em wide."""

    def width(self, text: str, size: float) -> float:
        return len(text) * size / 2


FACES = Typeface(Typewriter(), Typewriter())


def content(head: list[str], *rows: list[str], numbers: str = "", dates: str = "") -> Content:
    """A table; `numbers` and `dates` name their columns by position."""
    places = [str(place) for place in range(len(head))]
    return Content(head, rows, [place in numbers for place in places], [place in dates for place in places])


def test_a_small_table_keeps_to_the_text_and_together() -> None:
    layout = lay_out(content(["Name", "Role"], ["Ada", "Actuary"]), FACES)
    assert layout.css == "keep"
    assert sum(layout.shares) == pytest.approx(100)


def test_a_table_takes_the_full_width_when_asked() -> None:
    assert lay_out(content(["A"], *[["x"]] * 30), FACES, wide=True).css == "wide"


def test_six_columns_that_wrap_take_the_full_width() -> None:
    row = ["several words in a cell"] * 6
    assert lay_out(content(list("ABCDEF"), *[row] * 9), FACES).css == "wide"


def test_columns_that_do_not_fit_are_set_smaller() -> None:
    row = ["w" * 20] * 7
    layout = lay_out(content(list("ABCDEFG"), *[row] * 9), FACES)
    assert layout.css == "wide dense"
    assert layout.shares == pytest.approx([100 / 7] * 7, rel=0.1)


def test_words_longer_than_the_page_still_get_a_share() -> None:
    layout = lay_out(content(["A", "B"], ["w" * 900, "x"]), FACES)
    assert layout.css == "wide dense"
    assert min(layout.shares) > 0
    assert sum(layout.shares) == pytest.approx(100)


def test_a_column_is_as_wide_as_its_longest_word_with_what_holds_it() -> None:
    layout = lay_out(content(["A", "B"], *[["w" * 30, "many short words " * 9]] * 9), FACES)
    points = layout.shares[0] / 100 * (FULL if "wide" in layout.css else FULL - 1.15 * 72)
    assert points >= 30 * 8.25 / 2


def test_numbers_stay_whole_and_dates_give_way_where_that_saves_lines() -> None:
    words = "many words that need room " * 9
    rows = [[words, "31 December 2027", "31 December 2028", words, "9,999,999"]] * 9
    layout = lay_out(content(list("ABCDE"), *rows, numbers="4", dates="12"), FACES)
    assert layout.whole == (False, False, False, False, True)


def test_dates_stay_whole_where_there_is_room() -> None:
    layout = lay_out(content(["A", "By"], *[["x", "31 December 2027"]] * 9, dates="1"), FACES)
    assert layout.whole == (False, True)


def test_a_table_without_rows_is_laid_out() -> None:
    assert sum(lay_out(content(["A", "B"]), FACES).shares) == pytest.approx(100)


def test_figures_have_one_width_and_unknown_letters_some() -> None:
    face = Metrics(REGULAR)
    assert face.width("1", 10) == face.width("8", 10) == face.width(",", 10)
    assert face.width("\u4f60", 10) == pytest.approx(7)
    assert 4 < face.width("n", 10) < 7
