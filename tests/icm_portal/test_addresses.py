"""Addresses made from shapes: the same as Django's own for every page and any value, and as strict about names."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django import urls
from django.template import Context, Template
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver

from icm_portal.addresses import reverse

ODD = "50% off 'a b'?&\N{SNOWMAN}#.%(0)s"
VALUES = {"uuid": uuid4(), "int": 7, "string": ODD, "slug": "a-slug", "path": "a/b.pdf"}


def patterns(found: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the name of every address with a value for each of its places."""
    for item in found:
        if isinstance(item, URLResolver):
            inner = f"{space}{item.namespace}:" if item.namespace else space
            yield from patterns(item.url_patterns, inner)
        elif item.name:
            kinds = {key: type(kind).__name__ for key, kind in item.pattern.converters.items()}
            yield (
                f"{space}{item.name}",
                {key: VALUES[kind.removesuffix("Converter").lower()] for key, kind in kinds.items()},
            )


def answer(ask: object, *given: object) -> str:
    """An address, or that there is none."""
    try:
        return str(ask(*given))  # type: ignore[operator]
    except NoReverseMatch:
        return "none"


def test_every_address_is_the_one_that_django_gives() -> None:
    found = list(patterns(get_resolver().url_patterns))

    assert len(found) > 100
    with_slash: list[tuple[str, dict[str, object]]] = [
        (name, {key: f"{value}/x" for key, value in values.items()}) for name, values in found
    ]
    for name, values in [*found, *with_slash]:
        ours = [answer(reverse, name, [], values), answer(reverse, name, list(values.values()))]
        assert ours == [
            answer(urls.reverse, name, None, None, values),
            answer(urls.reverse, name, None, list(values.values())),
        ], name


@pytest.mark.parametrize("value", ["", None, "not a uuid", 7, True])
def test_a_value_that_fits_no_address_is_refused_as_django_refuses_it(value: object) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("proposals:overview", [value])


def test_one_shape_serves_any_number_of_values() -> None:
    first, second = UUID(int=1), UUID(int=2)

    assert [reverse("proposals:section", [pk, "es.overview"]) for pk in (first, second)] == [
        f"/proposals/{first}/sections/es.overview/",
        f"/proposals/{second}/sections/es.overview/",
    ]


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("{% url 'proposals:section' pk 'a&b' %}", "/proposals/00000000-0000-0000-0000-000000000001/sections/a&amp;b/"),
        ("{% url 'proposals:section' pk=pk section='x' as found %}[{{ found }}]", "[/proposals/00000000-0000-0000-0000-000000000001/sections/x/]"),
        ("{% url 'proposals:nowhere' as found %}[{{ found }}]", "[]"),
    ],
)  # fmt: skip
def test_the_tag_of_templates_draws_as_django_does(source: str, drawn: str) -> None:
    assert Template(source).render(Context({"pk": UUID(int=1)})) == drawn


def test_the_tag_of_templates_refuses_a_name_that_is_none() -> None:
    with pytest.raises(NoReverseMatch):
        Template("{% url 'proposals:nowhere' %}").render(Context())
