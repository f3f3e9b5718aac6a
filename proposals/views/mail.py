"""Who gets which mail, read off the rules themselves, and when one wants one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.actions import correcting, pausing, reminding
from proposals.actions.mail import choose_mail
from proposals.audiences import TOLD_ALONE, Circle
from proposals.forms.mail import MailForm
from proposals.queries.digest import choices_of
from proposals.status import CORRECTIONS, MailKind, ReminderStage, Verb, mail_kind_of
from proposals.views.lines import posted
from proposals.workflow import TABLE, told_in_place


@dataclass(frozen=True)
class Rule:
    """One kind of event: what happens, who is told, and what the mail is about."""

    happens: str
    told: tuple[str, ...]
    kind: MailKind


def rules(actor: Actor) -> list[Rule]:
    """Return every rule there is; what happens inside the other side is left out."""
    circles = {row.verb: row.told for row in TABLE.values()} | dict.fromkeys((Verb.PAUSED, Verb.RESUMED), pausing.TOLD)
    circles |= dict.fromkeys(CORRECTIONS, correcting.TOLD)
    circles |= {row.in_place: told_in_place(row) for row in TABLE.values() if row.in_place}
    circles[Verb.RESUMED_FOR] = pausing.TOLD
    told = {verb: _words(found) for verb, found in circles.items()}
    told |= {verb: (_begun(words[actor.side]),) for verb, words in TOLD_ALONE.items() if actor.side in words}
    found = [Rule(_happens(verb), people, mail_kind_of(verb)) for verb, people in told.items()]
    stages = ", ".join(stage.label for stage in ReminderStage)
    reminders = Rule(f"A date is near or past: {stages}", _words(tuple(reminding.TOLD.values())), MailKind.REMINDER)
    return [*found, reminders]


def _happens(verb: Verb) -> str:
    return f"Somebody {verb.label.replace('round {round}', 'a round').format(section='a section')}"


def _words(circles: tuple[Circle, ...]) -> tuple[str, ...]:
    return tuple(_begun(circle.words) for circle in circles)


def _begun(words: str) -> str:
    """Return words as a sentence begins."""
    return f"{words[0].upper()}{words[1:]}"


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: ActorRequest) -> HttpResponse:
    """Show who gets which mail, and let the reader choose when to get their own."""
    form = MailForm(posted(request), chosen=choices_of(request.user))
    if request.method == "POST" and form.is_valid():
        choose_mail(actor=request.actor, wanted=form.cleaned_data, now=timezone.now())
        messages.success(request, "Your choice is saved. It counts for what happens from now on.")
        return redirect("proposals:mail")
    context = {"form": form, "rules": rules(request.actor), "turn": MailKind.TURN}
    return render(request, "proposals/mail.html", context, status=422 if form.errors else 200)
