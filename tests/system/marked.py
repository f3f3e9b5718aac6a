"""A world in which every word that somebody must not read is marked, and the list of who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from exports.actions.requesting import request_packet
from exports.models import Packet
from exports.status import Audience
from exports.tasks import build_packet
from icm_portal.accounts.actor import Actor
from proposals.actions.deciding import conclude, draft_decision
from proposals.actions.discussing import (
    Claimed,
    Place,
    change_draft,
    change_note,
    draft_comment,
    draft_follow_up,
    draft_reply,
    drop_draft,
    write_note,
)
from proposals.actions.early import end_early
from proposals.actions.pausing import pause, resume
from proposals.actions.reviewing import assign, begin_review, request_changes
from proposals.actions.standing import reopen_thread, resolve_thread
from proposals.actions.submitting import recall, submit
from proposals.actions.verdicts import give_verdict, mark_viewed
from proposals.models import Division, DraftComment, EarlyLook, Note, Notification, Proposal, Submission, Thread
from proposals.status import Outcome, ThreadKind, Verb, Verdict
from tests.proposals.clearance.scenes import asked, say
from tests.proposals.early.scenes import advice, reply, share
from tests.proposals.files.samples import pdf, put
from tests.proposals.word.files import begun, read
from tests.system.removed import removed
from tests.worlds import DUE, NOW, Team, World, answer, fresh, narrative_answer, not_applicable
from toolkit.loading import load

MODEL = "es.overview.model"
HERE = Place("es.overview", MODEL)
LATER = NOW + timedelta(days=20)


@dataclass
class Marked:
    """Proposals at every step, each word of them known: ``readers`` maps each mark to the agencies that may read it."""

    world: World
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Marks that stand beside `MODEL` inside its state: a colleague limited to other sections does not read them.
    beside: set[str] = field(default_factory=set)
    #: Marks that no page shows to anybody; they are stored all the same.
    unseen: set[str] = field(default_factory=set)
    titles: dict[str, Proposal] = field(default_factory=dict)
    packets: list[Packet] = field(default_factory=list)

    def mark(self, what: str, *readers: str) -> str:
        """Return a word that stands nowhere else, for the agencies with these codes."""
        word = f"qx{what.replace(' ', '')}xq"
        assert word not in self.readers
        self.readers[word] = frozenset(readers)
        return word

    def foreign_to(self, code: str) -> set[str]:
        """Return the marks that an agency must never see."""
        return {word for word, readers in self.readers.items() if code not in readers}

    def shown_to(self, code: str) -> set[str]:
        """Return the marks that some page shows to an agency."""
        return {word for word, readers in self.readers.items() if code in readers} - self.unseen


@contextmanager
def undone() -> Iterator[None]:
    """Let several tests read one world: whatever was written is gone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def marked_world(world: World) -> Marked:
    """Fill a world with marks."""
    made = Marked(world)
    Division.objects.filter(key="policy").update(
        name=made.mark("cmsdivision", "CMS"), looks_at=made.mark("cmslooksat", "CMS")
    )
    for actor in world.everybody:
        _name(made, actor)
    _in_review(made)
    _being_answered(made)
    _recalled_at_once(made)
    _recalled_answer(made)
    _draft(made)
    _shared_early(made)
    _concluded(made)
    _mails(made)
    return made


def _mails(made: Marked) -> None:
    """The mail server refused a colleague of the one who announced the decision, and said why."""
    told = Notification.objects.filter(event__proposal=made.titles["qxtextitlexq"], event__verb=Verb.CONCLUDED)
    told.filter(recipient=made.world.cms.lead.user).update(error=made.mark("texcmsserver", "CMS"))


def _name(made: Marked, actor: Actor) -> None:
    code = actor.agency.code
    person = f"{code}{actor.role}".lower().replace("_", "")
    actor.user.name = made.mark(f"{person}name", code)
    actor.user.email = f"{made.mark(f'{person}mail', code)}@{code.lower()}.example"
    actor.user.save()


class _Story:
    """One proposal on its way; ``tag`` tells its marks from those of the others, ``shared`` is who reads what goes out."""

    def __init__(self, made: Marked, tag: str, team: Team, *, reaches_cms: bool = True) -> None:
        self.made, self.tag, self.team = made, tag, team
        self.code = team.agency.code
        self.shared = (self.code, "CMS") if reaches_cms else (self.code,)
        title = made.mark(f"{tag}title", *self.shared)
        self.proposal = made.world.complete_draft(team, title)
        made.titles[title] = self.proposal

    def own(self, what: str) -> str:
        """A word of the state alone."""
        return self.made.mark(f"{self.tag}own{what}", self.code)

    def inside(self, what: str) -> str:
        """A word of the state alone that stands beside the section, not in it."""
        word = self.own(what)
        self.made.beside.add(word)
        return word

    def cms(self, what: str) -> str:
        """A word of CMS alone."""
        return self.made.mark(f"{self.tag}cms{what}", "CMS")

    def both(self, what: str) -> str:
        """A word that went out."""
        return self.made.mark(f"{self.tag}{what}", *self.shared)

    def write(self, word: str) -> None:
        """Write the answer that everything here is about."""
        answer(self.proposal, self.team.editor, MODEL, narrative_answer(word))

    def clear(self) -> None:
        """Somebody wrote words that are gone, a colleague refuses the section twice, and another signs it."""
        gone = narrative_answer(self.inside("dropped"))
        answer(self.proposal, self.team.signatory, MODEL, gone)
        rewritten = self.inside("rewritten")
        self.write(rewritten)
        legal = asked(self.made.world, self.proposal, self.team.viewer, self.own("signoff"))
        first = self.inside("oldwhy")
        # Only the newest reason is shown, and of a sitting only its first and last text.
        self.made.unseen |= {first, rewritten}
        for reason in (first, self.inside("why")):
            say(self.team.viewer, legal, "es.overview", reason=reason)
        other = asked(self.made.world, self.proposal, self.team.editor, self.own("signed"))
        say(self.team.editor, other, "es.overview", "qs")

    def sign(self, summary: str = "") -> Submission:
        """Submit under a name that is not the name of the account."""
        return submit(
            actor=self.team.signatory,
            proposal=fresh(self.proposal),
            signatory_name=self.both(f"signed{fresh(self.proposal).round}"),
            attested=True,
            change_summary=summary,
            now=NOW + timedelta(days=fresh(self.proposal).round),
        )

    def begin(self) -> None:
        """CMS's lead begins."""
        begin_review(actor=self.made.world.cms.lead, proposal=fresh(self.proposal), now=NOW + timedelta(days=2))

    def ask(self, word: str, quote: str = "", row: str = "") -> DraftComment:
        """CMS's reviewer drafts a question."""
        reviewer = self.made.world.cms.reviewer
        draft = draft_comment(
            actor=reviewer, proposal=fresh(self.proposal), place=HERE, kind=ThreadKind.QUESTION, body=word, now=NOW
        )
        # What is quoted stands in an answer that more people read: a word of its own shows who reads this column.
        DraftComment.objects.filter(pk=draft.pk).update(quote=quote, row_id="0a1b2c3d", row_words=row)
        return draft

    def judge(self, round_number: int) -> None:
        """CMS says what it holds of the section, in a round, and where it has read up to."""
        cms, proposal, section = self.made.world.cms, fresh(self.proposal), load().section("es.overview")
        submission = proposal.submissions.get(round=round_number, recall__isnull=True)
        for actor, division in ((cms.lead, "quality"), (cms.approver, "policy")):
            reason = self.cms(f"verdict{division}{round_number}")
            give_verdict(
                actor=actor, proposal=proposal, submission=submission, section=section, division=division,
                verdict=Verdict.CLARITY, reason=reason, seen="", now=LATER,
            )  # fmt: skip
            mark_viewed(actor=actor, proposal=proposal, submission=submission, section=section, now=LATER)

    def release(self) -> None:
        """CMS's lead releases one question under a cover text, and leaves another drafted."""
        self.ask(self.both("question"), self.both("quote"), self.both("row"))
        asked = fresh(self.proposal).draft_comments.get()
        self.ask(self.cms("leftout"))
        request_changes(
            actor=self.made.world.cms.lead,
            proposal=fresh(self.proposal),
            drafts=[asked],
            section_keys=["es.overview"],
            due_on=DUE,
            cover_text=self.both("cover"),
            now=NOW + timedelta(days=14),
        )

    def reply(self, word: str, why: str) -> None:
        """The state drafts its reply, and says why it changed nothing for the question."""
        thread = Thread.objects.select_related("proposal__agency").get(proposal=self.proposal)
        draft_reply(actor=self.team.editor, thread=thread, body=word, now=LATER, claimed=Claimed(no_change=why))

    def attach(self, word: str, inside: str) -> None:
        """The state attaches a file, with one word for its name and one that stands in it."""
        put(fresh(self.proposal), self.team.editor, pdf(inside), f"{word}.pdf")

    def note(self, actor: Actor, word: str) -> None:
        """Somebody writes a note inside their agency."""
        earlier = self.cms("noteearlier") if actor.is_cms else self.inside("noteearlier")
        note = write_note(actor=actor, proposal=fresh(self.proposal), place=HERE, body=earlier, now=LATER)
        change_note(actor=actor, note=note, body=word, now=LATER)
        if actor.is_cms:
            quote, row = self.cms("notequote"), self.cms("noterow")
            Note.objects.filter(pk=note.pk).update(quote=quote, row_id="0a1b2c3d", row_words=row)

    def packet(self, actor: Actor, submission: Submission | None, audience: Audience) -> None:
        """Somebody asks for a packet, and it is made."""
        packet = request_packet(
            actor=actor, proposal=fresh(self.proposal), submission=submission, audience=audience, now=LATER
        )
        assert build_packet(str(packet.pk))
        self.made.packets.append(packet)


def _in_review(made: Marked) -> None:
    """Ohio's second round is with CMS, who discuss it among themselves and draft its end."""
    story, cms = _Story(made, "rev", made.world.ohio), made.world.cms
    story.clear()
    story.write(story.both("before"))
    story.attach(story.both("file"), story.both("infile"))
    story.sign()
    story.begin()
    story.judge(1)
    story.release()
    story.reply(story.both("reply"), story.both("nochange"))
    story.write(story.both("after"))
    submission = story.sign(story.both("summary"))
    story.begin()
    story.judge(2)
    pause(actor=cms.lead, proposal=fresh(story.proposal), reason=story.both("pause"), now=LATER)
    resume(actor=cms.lead, proposal=fresh(story.proposal), now=LATER)
    story.note(cms.reviewer, story.cms("note"))
    story.note(made.world.ohio.editor, story.inside("note"))
    dropped = story.ask(story.cms("dropped"))
    made.unseen.add("qxrevcmsdroppedxq")  # its page has an address that no page of the walk leads to
    drop_draft(actor=cms.lead, draft=dropped, reason=story.cms("droppedwhy"), now=LATER)
    draft = story.ask(story.cms("askedearlier"), story.cms("quoting"), story.cms("row"))
    change_draft(actor=cms.reviewer, draft=draft, kind=draft.kind, body=story.cms("asking"), now=LATER)
    thread = Thread.objects.select_related("proposal__agency").get(proposal=story.proposal)
    resolve_thread(actor=cms.lead, thread=thread, reason=story.cms("resolved"), now=LATER)
    reopen_thread(actor=cms.lead, thread=thread, reason=story.cms("openagain"), now=LATER)
    draft_follow_up(actor=cms.lead, thread=thread, body=story.cms("followup"), now=LATER)
    letter = story.cms("letter")
    draft_decision(actor=cms.lead, proposal=fresh(story.proposal), outcome=Outcome.READY, letter=letter, now=LATER)
    for reviewer in (cms.reviewer, cms.approver):
        assign(actor=cms.lead, proposal=fresh(story.proposal), reviewer=reviewer.user, now=LATER)
    story.packet(cms.lead, submission, Audience.CMS)
    story.packet(cms.reviewer, submission, Audience.STATE)


def _being_answered(made: Marked) -> None:
    """Ohio writes its second round; CMS waits."""
    story = _Story(made, "wri", made.world.ohio)
    story.clear()
    story.write(story.both("before"))
    story.sign()
    story.begin()
    story.release()
    story.reply(story.own("reply"), story.own("nochange"))
    story.write(story.own("after"))
    story.attach(story.own("file"), story.own("infile"))
    answer(story.proposal, made.world.ohio.editor, "es.overview.goals", not_applicable(story.own("reason")))
    for by, author in (("ohio", made.world.ohio.editor), ("cms", made.world.cms.reviewer)):
        words, admin = made.mark(f"wriremovedof{by}"), made.mark(f"wriadminof{by}")
        removed(story.proposal, author, words=words, reason=story.both(f"removedwhy{by}"), admin=admin)
    story.note(made.world.ohio.signatory, story.inside("note"))
    story.note(made.world.cms.approver, story.cms("note"))


def _recalled_at_once(made: Marked) -> None:
    """Ohio took its only round back: for CMS there is no such proposal."""
    story = _Story(made, "gon", made.world.ohio, reaches_cms=False)
    story.write(story.own("answer"))
    story.attach(story.own("file"), story.own("infile"))
    story.sign()
    made.unseen.add("qxgonsigned1xq")
    recall(actor=made.world.ohio.signatory, proposal=fresh(story.proposal), reason=story.own("why"), now=LATER)


def _recalled_answer(made: Marked) -> None:
    """Ohio took its second round back: CMS knows the first."""
    story = _Story(made, "bac", made.world.ohio)
    story.write(story.both("before"))
    story.sign()
    story.begin()
    story.release()
    story.reply(story.own("reply"), story.own("nochange"))
    story.write(story.own("after"))
    story.shared = (story.code,)
    story.sign(story.own("summary"))
    made.unseen |= {"qxbacsigned2xq", "qxbacownsummaryxq"}
    story.shared = (story.code, "CMS")
    reason = story.both("why")
    recall(actor=made.world.ohio.signatory, proposal=fresh(story.proposal), reason=reason, now=LATER)


def _draft(made: Marked) -> None:
    """Ohio has not submitted."""
    story = _Story(made, "dra", made.world.ohio, reaches_cms=False)
    heading, text, title = story.own("aside"), story.own("asidetext"), story.own("wordtitle")
    made.titles[title] = begun(made.world.ohio.editor, title, f"# {heading}", text)
    # What nobody matched yet is seen by its sender alone, who does not walk.
    read(made.world.ohio.editor, f"# {made.mark('drawordfile')}")
    story.clear()
    story.write(story.own("answer"))
    story.attach(story.own("file"), story.own("infile"))
    story.note(made.world.ohio.editor, story.inside("note"))


def _shared_early(made: Marked) -> None:
    """Ohio shows CMS's lead one section of a draft, and has shown it another one for a while."""
    story, cms, editor = _Story(made, "ear", made.world.ohio, reaches_cms=False), made.world.cms, made.world.ohio.editor
    inside = not_applicable(story.own("other"))
    ended = _look(story, story.own("before"), story.own("oldwish"), story.own("oldtitle"))
    reply(editor, advice(cms.lead, ended, story.own("oldadvice")), story.own("oldreply"))
    end_early(actor=editor, look=ended, now=timezone.now())
    story.shared = (story.code, "CMS")
    look = _look(story, story.both("answer"), story.both("wish"), story.both("showntitle"))
    reply(editor, advice(cms.lead, look, story.both("advice")), story.both("reply"))
    answer(story.proposal, editor, "qs.goals", inside)
    story.write(story.own("newer"))
    story.note(editor, story.inside("note"))
    story.attach(story.own("file"), story.own("infile"))


def _look(story: _Story, words: str, wish: str, title: str) -> EarlyLook:
    """Share the section as it says these words; the lead's address is known to the state that typed it."""
    world = story.made.world
    story.write(words)
    look = share(world, story.proposal, world.cms.lead, wanted=wish)
    EarlyLook.objects.filter(pk=look.pk).update(title=title)
    story.made.readers["qxcmsleadmailxq"] |= {story.code}
    return look


def _concluded(made: Marked) -> None:
    """Texas is through, which is no business of Ohio's."""
    story, cms = _Story(made, "tex", made.world.texas), made.world.cms
    story.clear()
    story.write(story.both("before"))
    story.attach(story.both("file"), story.both("infile"))
    story.sign()
    story.begin()
    story.release()
    story.reply(story.both("reply"), story.both("nochange"))
    story.write(story.both("after"))
    submission = story.sign(story.both("summary"))
    story.begin()
    story.judge(2)
    story.note(made.world.texas.editor, story.inside("note"))
    story.note(cms.lead, story.cms("note"))
    letter = story.both("letter")
    draft_decision(actor=cms.lead, proposal=fresh(story.proposal), outcome=Outcome.READY, letter=letter, now=LATER)
    conclude(actor=cms.approver, proposal=fresh(story.proposal), drafted_at=LATER, now=LATER)
    story.packet(made.world.texas.editor, submission, Audience.STATE)
