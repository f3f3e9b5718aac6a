"""Every address that takes a POST, with somebody who may send it and a body that would be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Invitation, Role, Side, User
from icm_portal.accounts.tokens import token_hash
from proposals.actions.deciding import draft_decision
from proposals.actions.discussing import Place, write_note
from proposals.actions.reviewing import begin_review
from proposals.models import Comment, Proposal, Thread
from proposals.status import Outcome, Verb
from tests.proposals.clearance.scenes import asked, files_of
from tests.proposals.early.scenes import advice, share
from tests.proposals.files.samples import put
from tests.proposals.word.files import begun, read
from tests.worlds import NOW, PASSWORD, World, answer, fresh, make_team, narrative_answer, signed_in

TOKEN = "a-token-that-was-in-a-mail-0123456789abcdef"
#: Typed by a person; must come back when something else on the page is refused.
TYPED = "kept words of a person"
NEW_PASSWORD = "73 zebras, 19 quick foxes"
FUTURE = "2099-01-31"
MAIL: dict[str, str | list[str]] = {"step": "daily", "decision": "now", "reminder": "never", "other": "daily"}


@dataclass(frozen=True)
class Post:
    """One address: who sends, where, what, and which of its fields take nothing but values that the page offers.

    ``bare`` says that the deed needs no field, so an odd body is taken for the bare one; ``needs_file`` that nothing
    is taken without a file, which `tests/proposals/files` sends.
    """

    name: str
    who: Actor | User | None
    address: str
    body: dict[str, str | list[str]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    bare: bool = False
    needs_file: bool = False

    def client(self) -> Client:
        """A fresh browser of the sender."""
        found = signed_in(self.who) if self.who else Client()
        found.raise_request_exception = False
        return found


class Desk:
    """A world in which each POST of the portal could be sent."""

    def __init__(self) -> None:
        self.world = World()
        self.draft = self.world.complete_draft(title="Drafted")
        self.submitted = self.world.submitted(title="Submitted")
        self.withdrawn = self._withdrawn()
        self.changes = self.world.questioned(title="Questioned")
        answer(self.changes, self.world.ohio.editor, "es.overview.model", narrative_answer("Newer."))
        asked(self.world, self.draft, self.world.ohio.viewer, "Legal")
        self.by_mistake = self.world.questioned(title="Sent by mistake")
        self.stuck = self.world.draft(make_team("NV", "Nevada", Side.STATE, (Role.EDITOR,)), "Nobody can sign it")
        self.admin = User.objects.create_user(email="admin@example.org", password=PASSWORD, name="Admin", is_staff=True)
        self.note = write_note(
            actor=self.world.ohio.editor, proposal=self.draft, place=Place(), body="Between us.", now=NOW
        )
        self.look = share(self.world, self.world.draft(title="Shared early"))
        self.advice = advice(self.world.cms.reviewer, self.look, "Think of section 1932.")
        self.reviewed = self._reviewed()
        self.concluded = self.world.concluded(title="Concluded")
        self.twice = self.world.in_review(title="Asked twice")
        for words in ("Why?", "Since when?"):
            self.world.ask(self.twice, "es.overview.model", words)
        self.word_file = read(self.world.ohio.editor, "# Program goals", "Better care.")
        self.begun = begun(self.world.ohio.editor, "Begun", "Kept aside.")
        self.attachment = put(self.draft, self.world.ohio.editor).attachment
        self.mailed = self.changes.events.get(verb=Verb.CHANGES_REQUESTED)
        self.mailed.notifications.update(sent_at=NOW)
        now = timezone.now()
        self.invitation = Invitation.objects.create(
            agency=self.world.ohio.agency, email="new@oh.example", role=Role.EDITOR, token_hash=token_hash(TOKEN),
            invited_by=self.world.ohio.team_lead.user, created_at=now, valid_until=now + timedelta(days=7), sent_at=now,
        )  # fmt: skip

    def _withdrawn(self) -> Proposal:
        proposal = self.world.submitted(title="Withdrawn")
        signed_in(self.world.ohio.signatory).post(
            reverse("proposals:transition", args=[proposal.pk, "withdraw"]), {"reason": "For now."}
        )
        return fresh(proposal)

    def _reviewed(self) -> Proposal:
        proposal = self.world.answered(title="Reviewed")
        cms = self.world.cms
        begin_review(actor=cms.lead, proposal=proposal, now=NOW)
        self.world.ask(fresh(proposal), "es.overview.model", "And how many people?")
        self.inside = write_note(actor=cms.reviewer, proposal=proposal, place=Place(), body="Ask the actuary.", now=NOW)
        draft_decision(actor=cms.lead, proposal=fresh(proposal), outcome=Outcome.READY, letter="Please file.", now=NOW)
        return fresh(proposal)

    def _at(self, name: str, proposal: Proposal, *more: object) -> str:
        return reverse(f"proposals:{name}", args=[proposal.pk, *more])


class Posts(Desk):
    """What could be sent in that world."""

    def all(self) -> list[Post]:
        """Every POST there is."""
        return [
            *self._of_sections(),
            *self._of_the_state(),
            *self._of_cms(),
            *self._of_both(),
            *self._of_early_looks(),
            *self._of_administrators(),
            *self._of_accounts(),
        ]

    def _of_sections(self) -> list[Post]:
        ohio, model = self.world.ohio, "es-overview-model-"
        section: dict[str, str | list[str]] = {
            "base_revision": "1", f"{model}_shown": "1", f"{model}_disposition": "answered",
            f"{model}model_types": ["health_home"], f"{model}narrative": TYPED,
        }  # fmt: skip
        plan, row = "pd-timeline-plan-", "pd-timeline-plan-milestones-0a1b2c3d-"
        table: dict[str, str | list[str]] = {
            "base_revision": "1", f"{plan}_shown": "1", f"{plan}_disposition": "answered",
            f"{plan}milestones-order": "0a1b2c3d", f"{row}title": TYPED, f"{row}phase": "", f"{row}start": "2027-01-01",
            f"{plan}narrative": TYPED,
        }  # fmt: skip
        later = {"base_revision": "1", f"{model}_shown": "1", f"{model}_disposition": "nyk"}
        later |= {f"{model}_nyk_{key}": TYPED for key in ("owner", "plan")}
        later |= {f"{model}_nyk_reason": "", f"{model}_nyk_expected": "2027-05-01"}
        thread = Thread.objects.get(proposal=self.changes)
        return [
            Post("proposals:section", ohio.editor, self._at("section", self.draft, "es.overview"), section,
                 frozenset({"base_revision", f"{model}_disposition", f"{model}model_types"})),
            Post("proposals:section", ohio.editor, self._at("section", self.draft, "pd.timeline"), table,
                 frozenset({"base_revision", f"{plan}_disposition", f"{row}phase", f"{row}start"})),
            Post("proposals:section", ohio.editor, self._at("section", self.draft, "es.overview"), dict(later),
                 frozenset({f"{model}_nyk_reason", f"{model}_nyk_expected"})),
            Post("proposals:section", ohio.editor, self._at("section", self.changes, "es.overview"),
                 {f"reply-{thread.pk}": TYPED}),
            Post("proposals:take", ohio.editor, self._at("take", self.draft, "es.overview"),
                 {**section, "take": "es.overview.model"},
                 frozenset({"base_revision", f"{model}_disposition", f"{model}model_types"})),
            Post("proposals:here", ohio.editor, self._at("here", self.draft, "es.overview"), {"revision": "1"},
                 frozenset({"revision"}), bare=True),
        ]  # fmt: skip

    def _of_the_state(self) -> list[Post]:
        ohio, thread = self.world.ohio, Thread.objects.get(proposal=self.changes)
        return [
            Post("proposals:new", ohio.editor, reverse("proposals:new"),
                 {"title": TYPED, "model_type": "health_home", "copy_of": "", "sections": ["pr"]},
                 frozenset({"model_type", "copy_of", "sections"})),
            Post("proposals:details", ohio.editor, self._at("details", self.draft),
                 {"title": TYPED, "model_type": "health_home"}, frozenset({"model_type"})),
            *self._of_clearance(),
            *self._of_word_files(),
            Post("proposals:attachments", ohio.editor, self._at("attachments", self.draft), {"about": ""},
                 frozenset({"about"}), needs_file=True),
            Post("proposals:attachment_remove", ohio.editor,
                 reverse("proposals:attachment_remove", args=[self.attachment.pk]), bare=True),
            Post("proposals:submit", ohio.signatory, self._at("submit", self.draft),
                 {"signatory_name": TYPED, "attested": "on"}),
            Post("proposals:transition", ohio.signatory, self._at("transition", self.submitted, "recall"),
                 {"reason": TYPED}),
            Post("proposals:transition", ohio.signatory, self._at("transition", self.submitted, "withdraw"),
                 {"reason": TYPED}),
            Post("proposals:transition", ohio.signatory, self._at("transition", self.withdrawn, "restore"),
                 {"reason": TYPED}),
            Post("proposals:reply", ohio.editor, self._at("reply", self.changes, thread.pk),
                 {"body": TYPED, "claims": "yes", "no_change": TYPED}),
        ]  # fmt: skip

    def _of_word_files(self) -> list[Post]:
        ohio = self.world.ohio
        return [
            Post("proposals:word_new", ohio.editor, reverse("proposals:word_new"), needs_file=True),
            Post("proposals:word_match", ohio.editor, reverse("proposals:word_match", args=[self.word_file.pk]),
                 {"title": TYPED, "model_type": "health_home", "piece-0": "qs.goals"},
                 frozenset({"model_type", "piece-0"})),
            Post("proposals:aside", ohio.editor, self._at("aside", self.begun), {"piece": "0", "place": "qs.goals"},
                 frozenset({"piece", "place"})),
            Post("proposals:word_section", ohio.editor, self._at("word_section", self.draft, "es.overview"),
                 needs_file=True),
        ]  # fmt: skip

    def _of_clearance(self) -> list[Post]:
        ohio, key = self.world.ohio, "es.overview"
        wanted: dict[str, str | list[str]] = {
            "name": "Finance", "signer": str(ohio.viewer.user.pk), "section_keys": [key, "qs"],
        }  # fmt: skip
        sign_off = self.draft.sign_offs.get()
        said: dict[str, str | list[str]] = {
            f"decision-{key}": "changes", f"reason-{key}": TYPED, f"seen-{key}": "1",
            f"files-{key}": files_of(self.draft, key),
        }  # fmt: skip
        back: dict[str, str | list[str]] = {"prompt": f"{key}.model", "revision": "2", "base_revision": "2"}
        return [
            Post("proposals:sign_off_new", ohio.team_lead, self._at("sign_off_new", self.draft), wanted,
                 frozenset({"signer", "section_keys"})),
            Post("proposals:sign_off_new", ohio.team_lead, self._at("sign_off_new", self.changes),
                 {"take": str(self.draft.pk)}, frozenset({"take"})),
            Post("proposals:sign_off_change", ohio.team_lead, self._at("sign_off_change", self.draft, sign_off.pk), wanted,
                 frozenset({"signer", "section_keys"})),
            Post("proposals:sign_off", ohio.viewer, self._at("sign_off", self.draft, sign_off.pk), said,
                 frozenset({f"decision-{key}", f"seen-{key}", f"files-{key}"})),
            Post("proposals:bring_back", ohio.editor, self._at("bring_back", self.changes, key), back,
                 frozenset(back)),
        ]  # fmt: skip

    def _of_cms(self) -> list[Post]:
        cms, reviewed = self.world.cms, self.reviewed
        draft, thread = reviewed.draft_comments.get(), Thread.objects.get(proposal=reviewed)
        seen = reviewed.decisions.get().drafted_at.isoformat()
        people: dict[str, str | list[str]] = {
            "lead": str(cms.lead.user.pk), "reviewers": [str(cms.reviewer.user.pk)],
            "division-quality": [str(cms.reviewer.user.pk), str(cms.approver.user.pk)],
        }  # fmt: skip
        read = {"fingerprint": reviewed.submissions.get(round=2).fingerprint}
        return [
            Post("proposals:transition", cms.lead, self._at("transition", self.submitted, "begin_review"), bare=True),
            Post("proposals:transition", cms.lead, self._at("transition", self.by_mistake, "undo_release"),
                 {"reason": TYPED}),
            Post("proposals:default_reviewers_of", cms.lead, reverse("proposals:default_reviewers_of", args=["OH"]),
                 {"division-quality": [str(cms.reviewer.user.pk)]}, frozenset({"division-quality"})),
            Post("proposals:divisions", cms.lead, reverse("proposals:divisions"), {"name": TYPED, "looks_at": TYPED}),
            Post("proposals:division", cms.lead, reverse("proposals:division", args=["payment"]),
                 {"name": TYPED, "looks_at": TYPED, "place": "1"}, frozenset({"place"})),
            Post("proposals:division", cms.lead, reverse("proposals:division", args=["payment"]), {"do": "retire"},
                 frozenset({"do"})),
            Post("proposals:assign", cms.lead, self._at("assign", reviewed), people, frozenset(people)),
            Post("proposals:verdict", cms.lead, self._at("verdict", reviewed, "es.overview"),
                 {"verdict": "clarity", "reason": TYPED, "seen": "", **read}, frozenset({"verdict", *read})),
            Post("proposals:viewed", cms.reviewer, self._at("viewed", reviewed, "es.overview"), dict(read),
                 frozenset(read)),
            Post("proposals:release", cms.lead, self._at("release", reviewed),
                 {"include": [str(draft.pk)], "known": [str(draft.pk)], "sections": ["es.overview"], "due_on": FUTURE,
                  "cover_text": TYPED}, frozenset({"include", "known", "sections", "due_on"})),
            Post("proposals:release_preview", cms.lead, self._at("release_preview", reviewed), {"seen": "0" * 64}),
            Post("proposals:decision", cms.lead, self._at("decision", reviewed),
                 {"outcome": "ready", "letter": TYPED, "seen": seen}, frozenset({"outcome"})),
            Post("proposals:announce", cms.approver, self._at("announce", reviewed), {"seen": seen},
                 frozenset({"seen"})),
            Post("proposals:pause", cms.lead, self._at("pause", reviewed), {"reason": TYPED}),
            Post("proposals:reopen", cms.approver, self._at("reopen", self.concluded),
                 {"reason": TYPED, "sections": ["es.overview"], "due_on": FUTURE}, frozenset({"sections", "due_on"})),
            Post("proposals:comment", cms.reviewer, self._at("comment", reviewed),
                 {"section": "es.overview", "about": "es.overview.model", "kind": "question", "quote": "A health home",
                  "body": TYPED}, frozenset({"section", "about", "kind"})),
            Post("proposals:draft_comment", cms.reviewer, self._at("draft_comment", reviewed, draft.pk),
                 {"kind": "remark", "body": TYPED}, frozenset({"kind"})),
            Post("proposals:drop_draft", cms.lead, self._at("drop_draft", reviewed, draft.pk), {"body": TYPED}),
            Post("proposals:merge_drafts", cms.lead,
                 self._at("merge_drafts", self.twice),
                 {"drafts": [str(pk) for pk in self.twice.draft_comments.values_list("pk", flat=True)],
                  "kind": "question", "body": TYPED, "section": "es.overview", "prompt": "es.overview.model"}, frozenset({"drafts", "kind", "section", "prompt"})),
            Post("proposals:reply", cms.reviewer, self._at("reply", reviewed, thread.pk), {"body": TYPED}),
            Post("proposals:thread_status", cms.reviewer, self._at("thread_status", reviewed, thread.pk),
                 {"status": "resolved", "body": TYPED}, frozenset({"status"})),
            Post("proposals:note_ask", cms.reviewer, self._at("note_ask", reviewed, self.inside.pk),
                 {"kind": "question", "body": TYPED}, frozenset({"kind"})),
        ]  # fmt: skip

    def _of_both(self) -> list[Post]:
        ohio, cms = self.world.ohio, self.world.cms
        return [
            Post("proposals:note", ohio.editor, self._at("note", self.draft),
                 {"section": "es.overview", "about": "es.overview", "body": TYPED}, frozenset({"section", "about"})),
            Post("proposals:note_change", ohio.editor, self._at("note_change", self.draft, self.note.pk), {"body": TYPED}),
            Post("proposals:note", cms.reviewer, self._at("note", self.reviewed),
                 {"body": TYPED, "tell": [str(cms.lead.user.pk)]}, frozenset({"tell"})),
            Post("proposals:sent_mail", cms.lead, self._at("sent_mail", self.changes),
                 {"step": str(self.mailed.pk), "which": "all"}, frozenset({"step", "which"})),
            Post("proposals:mail", cms.reviewer, reverse("proposals:mail"), dict(MAIL), frozenset(MAIL)),
            Post("proposals:calendar", cms.reviewer, reverse("proposals:calendar"), {"do": "make"}, frozenset({"do"})),
            Post("proposals:notifications", cms.reviewer, reverse("proposals:notifications"), bare=True),
            Post("exports:packets", ohio.editor, reverse("exports:packets", args=[self.draft.pk]),
                 {"what": "draft:state"}, frozenset({"what"})),
        ]  # fmt: skip

    def _of_early_looks(self) -> list[Post]:
        ohio, cms = self.world.ohio, self.world.cms
        look, here = (reverse(f"proposals:{name}", args=[self.look.pk, *more])
                      for name, more in (("early_look", ()), ("early_section", ("es.overview",))))  # fmt: skip
        last_day = (timezone.localdate() + timedelta(days=10)).isoformat()
        wish: dict[str, str | list[str]] = {
            "sections": ["es.overview", "qs"], "reviewers": cms.lead.user.email, "ends_on": last_day, "wanted": TYPED,
        }  # fmt: skip
        thread = str(self.advice.pk)
        return [
            Post("proposals:early_new", ohio.editor, self._at("early_new", self.draft), wish,
                 frozenset({"sections", "reviewers", "ends_on"})),
            Post("proposals:early_look", ohio.editor, look, bare=True),
            Post("proposals:early_look", ohio.editor, look, {"end": "yes"}, bare=True),
            Post("proposals:early_section", cms.reviewer, here, {"about": "es.overview.model", "body": TYPED},
                 frozenset({"about"})),
            Post("proposals:early_section", ohio.editor, here, {"thread": thread, "body": TYPED},
                 frozenset({"thread"})),
        ]  # fmt: skip

    def _of_administrators(self) -> list[Post]:
        comment = Comment.objects.get(thread__proposal=self.by_mistake)
        return [
            Post("proposals:correct_comment", self.admin, self._at("correct_comment", self.by_mistake, comment.pk),
                 {"reason": TYPED}),
            Post("proposals:correct_agency", self.admin, self._at("correct_agency", self.submitted),
                 {"agency": "TX", "reason": TYPED}, frozenset({"agency"})),
            Post("proposals:correct_step", self.admin, self._at("correct_step", self.stuck, "withdraw"),
                 {"seen": "draft", "reason": TYPED}, frozenset({"seen"})),
        ]  # fmt: skip

    def _of_accounts(self) -> list[Post]:
        lead, editor, pk = self.world.ohio.team_lead, self.world.ohio.editor, self.world.ohio.editor.membership.pk
        terms: dict[str, str | list[str]] = {"role": "viewer", "section_ids": ["pr"], "expires_on": FUTURE}
        rate: dict[str, str | list[str]] = {"tribes": "yes", "fmap": "64.85", "fmap_year": "2027"}
        new: Callable[[str, str], dict[str, str | list[str]]] = lambda a, b: {a: NEW_PASSWORD, b: NEW_PASSWORD}  # noqa: E731
        return [
            Post("accounts:invite", lead, reverse("accounts:invite"), {"email": "a@oh.example", **terms},
                 frozenset({"email", *terms})),
            Post("accounts:membership", lead, reverse("accounts:membership", args=[pk]), terms, frozenset(terms)),
            Post("accounts:end_membership", lead, reverse("accounts:end_membership", args=[pk]), bare=True),
            Post("accounts:resend_invitation", lead,
                 reverse("accounts:resend_invitation", args=[self.invitation.pk]), bare=True),
            Post("accounts:withdraw_invitation", lead,
                 reverse("accounts:withdraw_invitation", args=[self.invitation.pk]), bare=True),
            Post("accounts:accept_invitation", None, reverse("accounts:accept_invitation", args=[TOKEN]),
                 {"name": TYPED, **new("password", "again")}, frozenset({"password", "again"})),
            Post("accounts:facts", lead, reverse("accounts:facts"), rate, frozenset(rate)),
            Post("accounts:target", lead, reverse("accounts:target"), {"days": "45"}),
            Post("accounts:clearance", lead, reverse("accounts:clearance"), {"required": "yes"}, frozenset({"required"})),
            Post("accounts:account", editor, reverse("accounts:account"),
                 {"name": TYPED, "time_zone": "America/Chicago"}, frozenset({"time_zone"})),
            Post("accounts:switch", editor, reverse("accounts:switch"), {"agency": str(editor.agency.pk)},
                 frozenset({"agency"})),
            Post("accounts:keepalive", editor, reverse("accounts:keepalive"), bare=True),
            Post("account_login", None, reverse("account_login"), {"login": editor.user.email, "password": PASSWORD},
                 frozenset({"login", "password"})),
            Post("account_logout", editor, reverse("account_logout"), bare=True),
            Post("account_reset_password", None, reverse("account_reset_password"), {"email": editor.user.email}),
            Post("account_change_password", editor, reverse("account_change_password"),
                 {"oldpassword": PASSWORD, **new("password1", "password2")},
                 frozenset({"oldpassword", "password1", "password2"})),
            Post("account_reauthenticate", editor, reverse("account_reauthenticate"), {"password": PASSWORD},
                 frozenset({"password"})),
        ]  # fmt: skip
