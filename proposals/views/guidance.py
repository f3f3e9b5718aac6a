"""What the words mean, and what an answer may look like."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.examples import example as sample
from proposals.examples import example_answers, has_example
from proposals.queries.reading import read_answer
from proposals.views.terms import marks_of
from toolkit.loading import load
from toolkit.types import Term

#: As many characters of a search as count.
LONGEST_SEARCH = 100


@actor_required
@require_safe
def glossary(request: ActorRequest) -> HttpResponse:
    """Show the terms of art, by letter; ``?q=`` searches terms, the other words they stand under, meanings, sources."""
    wanted = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    terms = sorted(load().glossary, key=lambda term: term.term.casefold())
    found = [term for term in terms if _matches(term, _plain(wanted))]
    letters = [(letter, list(run)) for letter, run in groupby(found, key=lambda term: term.term[:1].upper())]
    context = {"letters": letters, "wanted": wanted, "count": len(found), "all": len(terms), "longest": LONGEST_SEARCH}
    return render(request, "proposals/glossary.html", context)


@actor_required
@require_safe
def example(request: ActorRequest, prompt: str) -> HttpResponse:
    """Show how the sample answers a prompt; the section editor unfolds it on the spot."""
    if not has_example(prompt):
        raise Http404
    toolkit = load()
    asked = toolkit.prompt(prompt)
    context = {
        "prompt": asked,
        "sample": sample(),
        "answer": read_answer(toolkit, asked, example_answers()),
        "marks": marks_of(toolkit),
    }
    return render(request, "proposals/example.html", context)


def _matches(term: Term, wanted: str) -> bool:
    return any(wanted in _plain(text) for text in (*term.forms, term.definition, term.source))


def _plain(text: str) -> str:
    """What a search compares: capitals and hyphens do not count."""
    return text.casefold().replace("-", " ")
