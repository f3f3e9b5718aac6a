"""Form fields and widgets: what they draw, what they read back, and how fast."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from tests.toolkit.fields import COLORS, make_field, make_table
from toolkit.forms import FormField
from toolkit.loading import load
from toolkit.table_widget import row_action
from toolkit.widgets import Checkboxes, Radios, Select, options_html

A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"


class Controls(HTMLParser):
    """The start tags of a piece of HTML, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def with_id(self, control_id: str) -> dict[str, str | None]:
        [found] = [attrs for _, attrs in self.tags if attrs.get("id") == control_id]
        return found


def form_with(
    *specs: Any, data: dict[str, Any] | QueryDict | None = None, initial: dict[str, Any] | None = None
) -> forms.Form:
    form = forms.Form(data, initial=initial)
    for spec in specs:
        form.fields[spec.key] = spec.kind.form_field(spec)
    return form


@pytest.mark.parametrize(
    "kind", ["text", "rich", "choice", "multi", "yesno", "int", "decimal", "money", "percent", "date"]
)
def test_every_kind_has_a_field_that_is_never_required(kind: str) -> None:
    spec = make_field(kind, required=True)
    field = spec.kind.form_field(spec)
    assert (field.required, field.asked_for, field.label) == (False, True, kind.capitalize())
    assert field.clean(field.widget.value_from_datadict({}, {}, kind)) is None


def test_a_field_cleans_like_the_kind_and_keeps_what_was_typed() -> None:
    form = form_with(make_field("int"), make_field("date"), data={"int": "6o", "date": "3/14/2027"})
    assert form.errors == {"int": ["“Int” must be a whole number, such as 60,000."]}
    assert form.cleaned_data["date"] == "2027-03-14"
    assert Controls(str(form["int"])).named("input")[0]["value"] == "6o"


def test_stored_values_are_edited_the_way_they_are_typed() -> None:
    form = form_with(make_field("money"), make_field("date"), initial={"money": 1200.5, "date": "2027-03-14"})
    money, day = (Controls(str(form[key])).named("input")[0] for key in ("money", "date"))
    assert (money["value"], money["inputmode"], day["value"]) == ("1,200.50", "decimal", "14 March 2027")
    assert (form.fields["money"].widget.prefix, form.fields["money"].widget.suffix) == ("$", "")


def test_a_narrative_tells_the_script_how_many_words_are_expected() -> None:
    form = form_with(make_field("rich", guide_words=(60, 220)), initial={"rich": "<p>x</p>"})
    [area] = Controls(str(form["rich"])).named("textarea")
    assert (area["data-rich"], area["data-guide"]) == ("true", "60-220")
    assert "&lt;p&gt;x&lt;/p&gt;" in str(form["rich"])


def test_few_options_are_radios_and_many_a_select() -> None:
    many = load().prompt("pd.participants.attribution").field("refresh")
    assert isinstance(make_field("choice").kind.widget(make_field("choice")), Radios)
    assert isinstance(many.kind.widget(many), Select)


def test_radios_can_take_an_answer_back() -> None:
    form = form_with(make_field("choice"), make_field("yesno"), initial={"choice": "sea_green", "yesno": False})
    radios = Controls(str(form["choice"])).named("input")
    assert [(r["value"], "checked" in r) for r in radios] == [
        ("red", False),
        ("sea_green", True),
        ("1945", False),
        ("", False),
    ]
    assert [(r["value"], "checked" in r) for r in Controls(str(form["yesno"])).named("input")] == [
        ("true", False),
        ("false", True),
        ("", False),
    ]
    assert "Green &amp; blue" in str(form["choice"])
    assert form["choice"].id_for_label == "id_choice_0"
    assert form_with(make_field("yesno"))["yesno"].id_for_label == "id_yesno_0"


def test_radios_are_marked_when_their_answer_is_wrong() -> None:
    form = form_with(make_field("choice"), make_field("yesno"), data={"choice": "blue", "yesno": "maybe"})
    assert form.errors.keys() == {"choice", "yesno"}
    assert {r["aria-invalid"] for r in Controls(str(form["choice"])).named("input")} == {"true"}
    assert ["checked" in r for r in Controls(str(form["yesno"])).named("input")] == [False, False, True]


def test_checkboxes_read_every_box_that_is_checked() -> None:
    form = form_with(make_field("multi"), data=QueryDict("multi=1945&multi=red"))
    assert form.is_valid()
    assert form.cleaned_data == {"multi": ["red", "1945"]}
    boxes = Controls(str(form["multi"])).named("input")
    assert [(b["value"], "checked" in b) for b in boxes] == [("red", True), ("sea_green", False), ("1945", True)]
    widget = Checkboxes(COLORS)
    assert widget.value_from_datadict({"multi": ["red"]}, {}, "multi") == ["red"]
    assert widget.value_omitted_from_data({}, {}, "multi") is False
    assert "checked" not in widget.render("multi", None)
    assert 'id="_0"' in widget.render("multi", None, {"id": ""})
    assert (widget.id_for_label(""), widget.id_for_label("x", "2")) == ("", "x_2")


def test_a_select_marks_the_chosen_option_and_offers_none() -> None:
    html = str(Select(COLORS).render("c", "1945", {"id": "x", "class": "usa-select"}))
    assert html.startswith('<select class="usa-select" id="x" name="c"><option value="">Choose one</option>')
    assert '<option value="1945" selected>Old</option>' in html
    assert "selected" in Select(COLORS).render("c", None)
    assert options_html(COLORS, "red") is options_html(COLORS, "red")


def table_data(**cells: str) -> dict[str, str]:
    return {"rows-order": f"{A},{B}", **{f"rows-{key.replace('__', '-')}": value for key, value in cells.items()}}


def read(data: dict[str, str]) -> Any:
    spec = make_table()
    return spec.kind.form_field(spec).widget.value_from_datadict(data, {}, "rows")


def texts(rows: Any) -> list[tuple[str, str]]:
    return [(row["_row"], row.get("text", "")) for row in rows]


def test_rows_are_read_in_their_posted_order() -> None:
    data = {
        "rows-order": f" {B},{A}, ,{B}",
        f"rows-{A}-text": "first",
        f"rows-{B}-text": "second",
        "rows-zz-text": "no",
    }
    assert texts(read(data)) == [(B, "second"), (A, "first")]
    assert read({}) is None


def test_a_row_is_removed_moved_or_added_without_a_script() -> None:
    base = {"rows-order": f"{A},{B},{C}", **{f"rows-{i}-text": i[0] for i in (A, B, C)}}
    assert texts(read({**base, f"rows-{B}-DELETE": "on"})) == [(A, "a"), (C, "c")]
    assert texts(read({**base, f"rows-{C}-UP": ""})) == [(A, "a"), (C, "c"), (B, "b")]
    assert texts(read({**base, f"rows-{A}-DOWN": ""})) == [(B, "b"), (A, "a"), (C, "c")]
    assert texts(read({**base, f"rows-{A}-UP": ""})) == [(A, "a"), (B, "b"), (C, "c")]
    assert texts(read({**base, f"rows-{C}-DOWN": ""})) == [(A, "a"), (B, "b"), (C, "c")]
    added = read({**base, "rows-ADD": ""})
    assert [len(added), added[3].keys()] == [4, {"_row"}]


def test_row_buttons_are_recognized() -> None:
    names = ("x-ADD", f"x.y-{A}-UP", f"x-{A}-DOWN", f"x-{A}-DELETE")
    assert [row_action({"other": "1", name: ""}) for name in names] == list(names)
    assert row_action({"x-order": A, f"x-{A}-text": "ADD"}) == ""


def test_cells_show_their_error_and_what_was_typed() -> None:
    data = {"rows-order": f"{A},{B}", f"rows-{A}-text": "fine", f"rows-{B}-int": "6o", f"rows-{B}-yesno": "true"}
    form = form_with(make_table(), data=data)
    assert form.errors == {"rows": ["“Int” in row 2 of “Rows” must be a whole number, such as 60,000."]}
    html = str(form["rows"].as_widget())
    controls = Controls(html)
    box = controls.with_id(f"id_rows-{B}-int")
    assert (box["value"], box["aria-invalid"], box["aria-describedby"]) == ("6o", "true", f"id_rows-{B}-int-error")
    assert (box["name"], box["aria-label"]) == (f"rows-{B}-int", "Int, row 2")
    assert html.count("usa-error-message") == html.count("aria-invalid") == 1
    assert f'id="id_rows-{B}-int-error">{form.errors["rows"][0]}</span>' in html
    assert 'aria-label="Yesno, row 2"><option value="">No answer yet</option><option value="true" selected>' in html


def drawn(rows: Any) -> str:
    spec = make_table()
    return str(spec.kind.form_field(spec).widget.render("rows", rows, {"id": "id_rows"}))


def test_a_table_draws_its_rows_in_order_and_one_to_copy() -> None:
    html = drawn([{"_row": A, "text": "<b>", "choice": "red", "date": "2027-03-14"}, {"_row": B, "money": 5}])
    controls = Controls(html)
    assert [tag["data-row"] for tag in controls.named("tbody")] == [A, B, "__row__"]
    assert controls.named("input")[0]["value"] == f"{A},{B}"
    assert [button["name"] for button in controls.named("button") if "name" in button] == [
        "rows-ADD",
        *(f"rows-{row}-{button}" for row in (A, B, "__row__") for button in ("UP", "DOWN", "DELETE")),
    ]
    assert [button["name"] for button in controls.named("button") if "disabled" in button] == [
        f"rows-{A}-UP",
        f"rows-{B}-DOWN",
    ]
    assert controls.with_id(f"id_rows-{A}-date")["value"] == "14 March 2027"
    assert controls.with_id(f"id_rows-{B}-money")["value"] == "5"
    assert controls.with_id("id_rows-__row__-text")["aria-label"] == "Text"
    assert html.count("&lt;b&gt;</textarea>") == html.count('<option value="red" selected>') == 1


def test_a_value_is_never_taken_for_a_place_in_the_frame() -> None:
    html = drawn([{"_row": A, "text": "__row__ __number__ \x00 <i>"}, {"_row": '"><\x00script>', "text": "last"}])
    assert html.count("__row__ __number__ \x00 &lt;i&gt;</textarea>") == 1
    assert Controls(html).with_id('id_rows-"><script>-text')["aria-label"] == "Text, row 2"
    assert "<script>" not in html


def test_an_empty_table_offers_a_row() -> None:
    spec = make_table()
    widget = spec.kind.form_field(spec).widget
    for value in (None, [], "nonsense", ["nonsense"]):
        first, blank = [tag["data-row"] or "" for tag in Controls(drawn(value)).named("tbody")]
        assert (len(first), blank) == (8, "__row__")
    assert (widget.id_for_label("id_rows"), widget.id_for_label("")) == ("id_rows-table", "")
    assert widget.value_omitted_from_data({}, {}, "rows") is True
    assert widget.value_omitted_from_data({"rows-order": ""}, {}, "rows") is False


def test_a_field_knows_whether_it_was_changed() -> None:
    spec = make_table()
    field = spec.kind.form_field(spec)
    stored = [{"_row": A, "int": 1000}]
    assert field.has_changed(stored, [{"_row": A, "int": "1,000", "text": ""}]) is False
    assert field.has_changed(stored, [{"_row": A, "int": "1,001"}]) is True
    assert field.has_changed(stored, [{"_row": A, "int": "x"}]) is True
    number = make_field("int")
    assert number.kind.form_field(number).has_changed(5, "5") is False


def test_errors_of_one_form_do_not_reach_another() -> None:
    spec = make_table()
    first, second = spec.kind.form_field(spec), spec.kind.form_field(spec)
    with pytest.raises(ValidationError):
        first.clean([{"_row": A, "int": "x"}])
    assert isinstance(first, FormField)
    assert (len(first.widget.errors), len(second.widget.errors)) == (1, 0)


def test_a_page_of_tables_is_drawn_quickly() -> None:
    spec = load().prompt("pd.timeline.plan").field("milestones")
    rows = [
        {"_row": f"{n:08x}", "ref": f"M{n}", "title": "x", "phase": "design", "date": "2027-01-01"} for n in range(20)
    ]
    widget = spec.kind.form_field(spec).widget
    widget.render("rows", rows, {"id": "x"})
    before = time.process_time()
    for _ in range(8):
        widget.render("rows", rows, {"id": "x"})
    assert time.process_time() - before < 0.2  # eight tables of twenty rows; measured about 0.01
