"""What the words mean, and what an answer may look like."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.examples import example_answers, has_example
from toolkit.answers import display_answer
from toolkit.loading import load
from toolkit.types import Term


@actor_required
@require_safe
def glossary(request: ActorRequest) -> HttpResponse:
    """Show the terms of art, by letter; ``?q=`` searches terms and meanings."""
    wanted = request.GET.get("q", "").strip()
    terms = sorted(load().glossary, key=lambda term: term.term.casefold())
    found = [term for term in terms if _matches(term, wanted.casefold())]
    letters = [(letter, list(run)) for letter, run in groupby(found, key=lambda term: term.term[:1].upper())]
    context = {"letters": letters, "wanted": wanted, "count": len(found), "all": len(terms)}
    return render(request, "proposals/glossary.html", context)


@actor_required
@require_safe
def example(request: ActorRequest, prompt: str) -> HttpResponse:
    """Show how the sample answers a prompt; the section editor unfolds it on the spot."""
    if not has_example(prompt):
        raise Http404
    asked = load().prompt(prompt)
    context = {"prompt": asked, "displays": display_answer(asked, example_answers())}
    return render(request, "proposals/example.html", context)


def _matches(term: Term, wanted: str) -> bool:
    return wanted in term.term.casefold() or wanted in term.definition.casefold()
