"""Something to see on every page: proposals full of answers at every step, a busy record, people and invitations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from exports.models import Packet
from exports.status import Audience
from exports.status import Status as PacketStatus
from icm_portal.accounts.models import Invitation, Membership, Role, Side, User
from icm_portal.accounts.tokens import new_token, token_hash
from proposals.actions.deciding import draft_decision
from proposals.actions.discussing import Place, change_note, draft_reply, write_note
from proposals.actions.reviewing import assign, begin_review
from proposals.actions.submitting import withdraw
from proposals.actions.verdicts import give_verdict, mark_viewed
from proposals.models import Attachment, DraftComment, Note, Proposal, SectionRevision, SignOff, Thread
from proposals.status import Outcome, ScanStatus, Verdict
from tests.journey.people import load_sample
from tests.proposals.clearance.scenes import asked, say
from tests.proposals.early.scenes import advice, reply, share
from tests.proposals.files.samples import put
from tests.proposals.word.files import begun, read
from tests.worlds import (
    MODEL_CHANGED,
    NOT_CHANGED,
    NOW,
    World,
    answer,
    fresh,
    hand_over,
    make_actor,
    make_team,
    narrative_answer,
)
from toolkit.loading import load


@dataclass
class Scene:
    """Ohio's proposals and what hangs on them. Texas has nothing at all."""

    world: World
    invitation_token: str = field(default_factory=new_token)
    note: Note = field(init=False)

    def __post_init__(self) -> None:
        ohio = self.world.ohio
        self.draft = load_sample(ohio, "sample-2")
        self.asked = self._asked(load_sample(ohio))
        self.submitted = self.world.submitted(title="Waiting for CMS")
        self.review = self._in_second_review(load_sample(ohio))
        self.concluded = self.world.concluded(title="Concluded")
        self.withdrawn = self.world.draft(title="Withdrawn")
        withdraw(actor=ohio.signatory, proposal=self.withdrawn, reason="The budget changed.", now=NOW)
        self.stuck = self.world.draft(make_team("NV", "Nevada", Side.STATE, (Role.EDITOR,)), "Nobody can sign it")
        self.texas_draft = self.world.draft(self.world.texas, "Lone Star Homes")
        self.sign_off = self._cleared()
        self.look = share(self.world, self.draft, self.world.cms.lead, keys=("es.overview", "pd.timeline"))
        self.advice = advice(self.world.cms.lead, self.look, "Say which authority you have in mind.")
        reply(ohio.editor, self.advice, "A state plan amendment under section 1905(t).")
        self.packets = {status: self._packet(status) for status in PacketStatus.values}
        self.attachment = put(fresh(self.draft), ohio.editor, name="Letter of support.pdf").attachment
        self.word_file = read(ohio.editor, "# Program goals", "Better care.", "# Zebras", "Nothing to do with it.")
        self.begun = begun(ohio.editor, "From a paper", "# Program goals", "Better care.", "# Rebasing", "Later.")
        self.infected = put(fresh(self.draft), ohio.editor, name="Rates.pdf", prompt_id="").attachment
        Attachment.objects.filter(pk=self.infected.pk).update(scan=ScanStatus.INFECTED, virus="Test-Virus")
        self.admin = User.objects.create_user("admin@example.org", name="Site administrator", is_staff=True)
        make_actor(ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss", "pm.ss.baseline"])
        Membership.objects.create(user=ohio.editor.user, agency=self.world.texas.agency, role=Role.VIEWER)
        self._invite()

    @property
    def thread(self) -> Thread:
        """An open question of the proposal that is back with the state."""
        return Thread.objects.get(proposal=self.asked, section_key="es.overview")

    @property
    def answered(self) -> Thread:
        """A question that the state has answered, with CMS again."""
        return Thread.objects.get(proposal=self.review, section_key="es.overview")

    @property
    def earlier(self) -> str:
        """What the page for bringing a text back is told in its address."""
        newest = SectionRevision.objects.filter(section__proposal=self.draft, section__key="es.overview").latest("pk")
        return f"prompt=es.overview.model&revision={newest.revision}"

    @property
    def comment(self) -> DraftComment:
        """A question that CMS has drafted and not released."""
        return DraftComment.objects.filter(proposal=self.review, thread=None).earliest("pk")

    def _asked(self, proposal: Proposal) -> Proposal:
        world = self.world
        hand_over(proposal, world.ohio.signatory)
        begin_review(actor=world.cms.lead, proposal=fresh(proposal), now=NOW)
        world.ask(fresh(proposal), "es.overview.model", "Which model is it exactly, and who runs it?")
        world.ask(fresh(proposal), "pd.participants.geography", "Which counties come first?")
        world.release(fresh(proposal), ["es.overview", "pd.timeline"])
        return fresh(proposal)

    def _in_second_review(self, proposal: Proposal) -> Proposal:
        proposal, world = self._asked(proposal), self.world
        thread = Thread.objects.get(proposal=proposal, section_key="es.overview")
        draft_reply(actor=world.ohio.editor, thread=thread, body="It is a health home.", now=NOW, claimed=MODEL_CHANGED)
        other = Thread.objects.get(proposal=proposal, section_key="pd.participants")
        draft_reply(actor=world.ohio.editor, thread=other, body="Those in the south.", now=NOW, claimed=NOT_CHANGED)
        answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("A health home for adults."))
        hand_over(proposal, world.ohio.signatory, summary="We named the model.")
        begin_review(actor=world.cms.lead, proposal=fresh(proposal), now=NOW)
        proposal = fresh(proposal)
        world.ask(proposal, "es.overview.goals", "Why these goals?")
        world.ask(proposal, "es.overview.goals", "Who chose these goals, and when?")
        place = Place("es.overview", "es.overview.model")
        cms = world.cms.reviewer
        self.inside = write_note(
            actor=cms, proposal=proposal, place=place, body="Ask first.", quote="home for adults", now=NOW
        )
        change_note(actor=cms, note=self.inside, body="Ask the actuary first.", now=NOW)
        self._judge(proposal)
        draft_decision(
            actor=world.cms.lead,
            proposal=proposal,
            outcome=Outcome.READY,
            letter="Please file your amendment.",
            now=NOW,
        )
        return proposal

    def _judge(self, proposal: Proposal) -> None:
        """Two divisions disagree on one section; the lead has read some."""
        world, submission = self.world, proposal.submissions.get(round=2)
        for division, verdict in (("quality", Verdict.ADDRESSES), ("payment", Verdict.MISSING)):
            give_verdict(
                actor=world.cms.lead, proposal=proposal, submission=submission, section=load().section("es.overview"),
                division=division, verdict=verdict, reason="Compare it with the benchmark in the appendix.", seen="",
                now=NOW,
            )  # fmt: skip
        for key in ("es.overview", "pd.timeline"):
            mark_viewed(
                actor=world.cms.lead, proposal=proposal, submission=submission, section=load().section(key), now=NOW
            )
        assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW, division="quality")

    def _cleared(self) -> SignOff:
        """Ohio's draft is signed off in part, changed since in part, and refused in part; it is annotated as well."""
        world, model = self.world, "es.overview.model"
        viewer = world.ohio.viewer
        finance = asked(world, self.draft, viewer, "Finance")
        asked(world, self.draft, world.ohio.editor, "Tribal liaison", ["es.overview", "pd.stakeholders"])
        say(viewer, finance, "es.overview", "es.program", "qs")
        say(viewer, finance, "pd.timeline", reason="The second milestone comes before the budget is voted.")
        place = Place("es.overview", model)
        self.note = write_note(
            actor=world.ohio.editor, proposal=fresh(self.draft), place=place, body="Ask finance.", now=NOW
        )
        for words in ("A health home for adults.", "A health home for adults with diabetes."):
            answer(self.draft, world.ohio.editor, model, narrative_answer(words))
        return finance

    def _packet(self, status: str) -> Packet:
        packet = Packet.objects.create(
            proposal=self.draft,
            audience=Audience.STATE,
            status=status,
            requested_by=self.world.ohio.editor.user,
            created_at=timezone.now(),
            heartbeat_at=timezone.now(),
            progress=40,
            step="Drawing page 12",
            fingerprint="0123456789abcdef" * 4,
            error="The packet could not be made. Ask for it again.",
            pages=48 if status == PacketStatus.DONE else 0,
            content_key=status,
            finished_at=timezone.now(),
        )
        packet.file.save("packet.pdf", ContentFile(b"%PDF-1.7"))
        return packet

    def _invite(self) -> None:
        Invitation.objects.create(
            agency=self.world.ohio.agency,
            email="new.colleague@oh.example",
            role=Role.EDITOR,
            invited_by=self.world.ohio.team_lead.user,
            created_at=timezone.now(),
            valid_until=timezone.now() + timedelta(days=3),
            token_hash=token_hash(self.invitation_token),
        )
