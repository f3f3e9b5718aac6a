"""Plays the demo's story: every step is one action of one demo person, at its moment in the past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.files.base import ContentFile

from icm_portal.accounts.actor import Actor
from proposals.actions import (
    attaching,
    clearance,
    deciding,
    discussing,
    drafting,
    early,
    reviewing,
    sections,
    standing,
    submitting,
    verdicts,
)
from proposals.models import DraftComment, EarlyLook, EarlyWords, Proposal, Section, SignOff, Thread
from proposals.queries import access, reviews
from proposals.queries.access import toolkit_of
from proposals.status import MarkKind, Verdict
from toolkit.answers import clean_answer

STORY = Path(__file__).resolve().parent.parent / "samples" / "demo-story.yaml"

Step = Mapping[str, Any]
Cast = Mapping[str, Actor]


@dataclass
class Scene:
    """One step being played: who acts, on what, and when."""

    step: Step
    cast: Cast
    proposal: Proposal
    now: datetime
    today: datetime

    @property
    def actor(self) -> Actor:
        """The person of the step."""
        return self.cast[self.step["by"]]

    @property
    def thread(self) -> Thread:
        """The question the step is about."""
        threads = Thread.objects.select_related("proposal__agency")
        return threads.get(proposal=self.proposal, prompt_id=self.step["prompt"])

    @property
    def place(self) -> discussing.Place:
        """Where the words of the step point."""
        if "prompt" not in self.step:
            return discussing.Place(self.step.get("section", ""))
        prompt = toolkit_of(self.proposal).prompt(self.step["prompt"])
        return discussing.Place(prompt.section_id, prompt.id)


def play(*, original: Proposal, cast: Cast, today: datetime) -> list[Proposal]:
    """Play all stories on copies of ``original`` and return the proposals they leave.

    ``cast`` names the actors by e-mail. Raises what the actions raise; KeyError for a step nobody can do.
    """
    made: list[Proposal] = []
    for story in yaml.safe_load(STORY.read_text(encoding="utf-8")):
        proposal = original
        for step in story["steps"]:
            now = today - timedelta(days=step["days_ago"])
            if step["do"] == "copy":
                proposal = _copy(original, cast[step["by"]], story["title"], now)
                continue
            fresh = Proposal.objects.select_related("agency").get(pk=proposal.pk)
            STEPS[step["do"]](Scene(step, cast, fresh, now, today))
        made.append(proposal)
    return made


def _copy(original: Proposal, actor: Actor, title: str, now: datetime) -> Proposal:
    return drafting.create_proposal(actor=actor, title=title, model_type=original.model_type, now=now, copy_of=original)


def _submit(scene: Scene) -> None:
    submitting.submit(
        actor=scene.actor,
        proposal=scene.proposal,
        signatory_name=scene.actor.user.name,
        attested=True,
        change_summary=scene.step.get("summary", ""),
        now=scene.now,
    )


def _assign(scene: Scene) -> None:
    reviewer = scene.cast[scene.step["reviewer"]].user
    reviewing.assign(
        actor=scene.actor,
        proposal=scene.proposal,
        reviewer=reviewer,
        division=scene.step.get("division", ""),
        now=scene.now,
    )


def _lead(scene: Scene) -> None:
    reviewer = scene.cast[scene.step["reviewer"]].user
    reviewing.set_lead(actor=scene.actor, proposal=scene.proposal, reviewer=reviewer, now=scene.now)


def _begin_review(scene: Scene) -> None:
    reviewing.begin_review(actor=scene.actor, proposal=scene.proposal, now=scene.now)


def _ask(scene: Scene) -> None:
    discussing.draft_comment(
        actor=scene.actor,
        proposal=scene.proposal,
        place=scene.place,
        kind=scene.step["kind"],
        body=scene.step["body"],
        quote=scene.step.get("quote", ""),
        now=scene.now,
    )


def _note(scene: Scene) -> None:
    discussing.write_note(
        actor=scene.actor, proposal=scene.proposal, place=scene.place, body=scene.step["body"], now=scene.now
    )


def _judge(scene: Scene) -> None:
    """Say for a division what it holds of a section."""
    verdicts.give_verdict(
        actor=scene.actor,
        proposal=scene.proposal,
        submission=access.get_submission(scene.actor, scene.proposal, scene.proposal.round),
        section=access.get_definition(scene.proposal, scene.step["section"]),
        division=scene.step["division"],
        verdict=Verdict(scene.step["verdict"]),
        reason=scene.step.get("reason", ""),
        seen="",
        now=scene.now,
    )


def _release(scene: Scene) -> None:
    drafts = DraftComment.objects.filter(proposal=scene.proposal, agency=scene.actor.agency)
    reviewing.request_changes(
        actor=scene.actor,
        proposal=scene.proposal,
        drafts=list(drafts),
        section_keys=scene.step["sections"],
        due_on=(scene.today + timedelta(days=scene.step["due_in_days"])).date(),
        cover_text=scene.step["cover"],
        now=scene.now,
    )


def _reply(scene: Scene) -> None:
    claimed = discussing.Claimed(tuple(scene.step.get("changed", ())), scene.step.get("no_change", ""))
    discussing.draft_reply(
        actor=scene.actor, thread=scene.thread, body=scene.step["body"], now=scene.now, claimed=claimed
    )


def _resolve(scene: Scene) -> None:
    standing.resolve_thread(actor=scene.actor, thread=scene.thread, now=scene.now)


def _edit(scene: Scene) -> None:
    """Change one field: put another value, or other words in place of some that must be there."""
    prompt = toolkit_of(scene.proposal).prompt(scene.step["prompt"])
    section = Section.objects.get(proposal=scene.proposal, key=prompt.section_id)
    answer = section.answers[prompt.id]
    value = scene.step.get("set")
    if value is None:
        text = answer["fields"][scene.step["field"]]
        if scene.step["replace"] not in text:
            raise ValueError(f"{prompt.id}: the words to replace are not there: {scene.step['replace']}")
        value = text.replace(scene.step["replace"], scene.step["with"])
    changed = {**answer, "fields": {**answer["fields"], scene.step["field"]: value}}
    sections.save_section(
        actor=scene.actor,
        section=section,
        base_revision=section.revision,
        changes={prompt.id: clean_answer(prompt, changed)},
        now=scene.now,
    )


def _attach(scene: Scene) -> None:
    """Attach a file of text beside a prompt."""
    attaching.attach(
        actor=scene.actor,
        proposal=scene.proposal,
        prompt_id=scene.step["prompt"],
        file=ContentFile(scene.step["text"].encode()),
        name=scene.step["name"],
        now=scene.now,
    )


def _ask_sign_off(scene: Scene) -> None:
    """Ask a demo person for a sign-off, of some sections or of all."""
    signer = scene.cast[scene.step["signer"]].user
    wanted = clearance.Wanted(scene.step["name"], signer, scene.step.get("sections"))
    clearance.ask_sign_off(actor=scene.actor, proposal=scene.proposal, wanted=wanted, now=scene.now)


def _sign_off(scene: Scene) -> None:
    """Sign sections, or ask for changes in them where the step gives a reason."""
    reason = scene.step.get("reason", "")
    kind = MarkKind.CHANGES if reason else MarkKind.SIGNED
    sections = Section.objects.filter(proposal=scene.proposal, key__in=scene.step["sections"])
    said = {section.key: clearance.Said(kind, section.revision, reason) for section in sections}
    sign_off = SignOff.objects.get(proposal=scene.proposal, agency=scene.actor.agency, name=scene.step["name"])
    clearance.mark_sections(actor=scene.actor, sign_off=sign_off, said=said, now=scene.now)


def _share_early(scene: Scene) -> None:
    """Share sections with reviewers at CMS, named by their addresses."""
    step = scene.step
    ends_on = (scene.today + timedelta(days=step["ends_in_days"])).date()
    wish = early.EarlyWish(step["sections"], step["readers"], ends_on, step["wanted"])
    early.share_early(actor=scene.actor, proposal=scene.proposal, wish=wish, now=scene.now)


def _advise(scene: Scene) -> None:
    look = EarlyLook.objects.get(proposal=scene.proposal)
    early.advise(actor=scene.actor, look=look, place=scene.place, body=scene.step["body"], now=scene.now)


def _reply_to_advice(scene: Scene) -> None:
    thread = EarlyWords.objects.get(look__proposal=scene.proposal, thread=None, prompt_id=scene.step["prompt"])
    early.reply_to_advice(actor=scene.actor, thread=thread, body=scene.step["body"], now=scene.now)


def _decide(scene: Scene) -> None:
    deciding.draft_decision(
        actor=scene.actor,
        proposal=scene.proposal,
        outcome=scene.step["outcome"],
        letter=scene.step["letter"],
        now=scene.now,
    )


def _conclude(scene: Scene) -> None:
    drafted = reviews.drafted_decision(scene.proposal)
    if drafted is None:
        raise LookupError("The story announces a decision that it has not drafted.")
    deciding.conclude(actor=scene.actor, proposal=scene.proposal, drafted_at=drafted.drafted_at, now=scene.now)


STEPS: dict[str, Callable[[Scene], None]] = {
    "submit": _submit,
    "assign": _assign,
    "lead": _lead,
    "begin_review": _begin_review,
    "ask": _ask,
    "note": _note,
    "judge": _judge,
    "release": _release,
    "reply": _reply,
    "resolve": _resolve,
    "edit": _edit,
    "attach": _attach,
    "ask_sign_off": _ask_sign_off,
    "sign_off": _sign_off,
    "share_early": _share_early,
    "advise": _advise,
    "reply_to_advice": _reply_to_advice,
    "decide": _decide,
    "conclude": _conclude,
}
