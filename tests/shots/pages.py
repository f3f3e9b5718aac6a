"""Which pages are photographed, as whom, and which of the pictures belong to the documentation."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from proposals.models import EarlyLook, Proposal
from proposals.status import Status

STRANGER = ""
VIEWER = "viewer@northland.example"
ANALYST = "analyst@northland.example"
SIGNATORY = "signatory@northland.example"
TEAM_LEAD = "lead@northland.example"
ACTUARY = "actuary@consulting.example"
REVIEWER = "reviewer@cms.example"
CMS_LEAD = "lead@cms.example"
APPROVER = "approver@cms.example"
ADMINISTRATOR = "admin@portal.example"


@dataclass(frozen=True)
class Shot:
    """One page as one person sees it. With ``docs`` the wide picture is kept in `docs/images` under that name."""

    name: str
    person: str
    path: str
    docs: str = ""


def shots() -> list[Shot]:
    """Return all pages of the demo, in the order in which people meet them."""
    return [*_around(), *_state(), *_cms()]


def _around() -> list[Shot]:
    return [
        Shot("sign-in", STRANGER, reverse("account_login")),
        Shot("password-reset", STRANGER, reverse("account_reset_password")),
        Shot("glossary", ANALYST, reverse("proposals:glossary")),
        Shot("example", ANALYST, reverse("proposals:example", args=["pd.timeline.plan"])),
        Shot("account", ANALYST, reverse("accounts:account")),
        Shot("not-found", ANALYST, "/nowhere/"),
        Shot("mail", ANALYST, reverse("proposals:mail")),
        Shot("calendar", ANALYST, reverse("proposals:calendar")),
        Shot("target-days", TEAM_LEAD, reverse("accounts:target")),
        Shot("people", TEAM_LEAD, reverse("accounts:people"), docs="people"),
        Shot("invite", TEAM_LEAD, reverse("accounts:invite")),
        Shot("administration", ADMINISTRATOR, reverse("admin:index")),
    ]


def _state() -> list[Shot]:
    draft = Proposal.objects.get(agency__code="NL", status=Status.DRAFT)
    asked = Proposal.objects.get(agency__code="NL", status=Status.CHANGES_REQUESTED)
    answered = Proposal.objects.get(agency__code="NL", status=Status.IN_REVIEW)
    return [
        Shot("home-state", ANALYST, reverse("proposals:home"), docs="home"),
        Shot("list-state", ANALYST, reverse("proposals:list")),
        Shot("new", ANALYST, reverse("proposals:new")),
        Shot("summary", ANALYST, reverse("exports:summary", args=[draft.pk])),
        Shot("overview-draft", ANALYST, _of("overview", draft)),
        Shot("section", ANALYST, _of("section", draft, section="pd.participants"), docs="editor"),
        Shot("section-largest", ANALYST, _of("section", draft, section="pm.ss")),
        Shot("section-tables", ANALYST, _of("section", draft, section="pd.timeline")),
        Shot("readiness", ANALYST, _of("readiness", asked), docs="readiness"),
        Shot("readiness-empty", ANALYST, _of("readiness", draft)),
        Shot("sent-mail", ANALYST, _of("sent_mail", asked)),
        Shot("home-two-agencies", ACTUARY, reverse("proposals:home")),
        Shot("overview-asked", ANALYST, _of("overview", asked), docs="overview"),
        Shot("section-with-question", ANALYST, _of("section", asked, section="es.overview"), docs="question"),
        Shot("questions-state", ANALYST, _of("questions", asked)),
        Shot("submit", SIGNATORY, _of("submit", draft), docs="submit"),
        Shot("submit-blocked", SIGNATORY, _of("submit", asked)),
        Shot("withdraw", SIGNATORY, _of("transition", draft, name="withdraw")),
        Shot("receipt", SIGNATORY, _of("receipt", answered, round=2)),
        Shot("compare-state", ANALYST, _of("compare", answered)),
        Shot("packets-state", ANALYST, reverse("exports:packets", kwargs={"pk": answered.pk})),
        Shot("clearance", TEAM_LEAD, _of("clearance", asked), docs="clearance"),
        Shot("clearance-empty", TEAM_LEAD, _of("clearance", draft)),
        Shot("sign-off", VIEWER, _of("sign_off", asked, sign_off=asked.sign_offs.get(name="Tribal liaison").pk)),
        Shot("sign-off-new", TEAM_LEAD, _of("sign_off_new", asked)),
        Shot("history", ANALYST, _of("history", asked, section="pd.timeline")),
        Shot("section-with-file", ANALYST, _of("section", asked, section="pd.timeline")),
        Shot("attachments", ANALYST, _of("attachments", asked)),
        Shot("word-section", ANALYST, _of("word_section", draft, section="es.overview")),
        Shot("word-new", ANALYST, reverse("proposals:word_new")),
        Shot("note", ANALYST, _of("note", asked)),
        Shot("early-list", ANALYST, _of("early_looks", asked)),
        Shot("early-new", ANALYST, _of("early_new", asked)),
        Shot("early-state", ANALYST, reverse("proposals:early_look", args=[asked.early_looks.get().pk])),
        Shot("activity-state", ANALYST, _of("activity", answered)),
        Shot("feed-state", ANALYST, reverse("proposals:feed")),
        Shot("notices", ANALYST, reverse("proposals:notifications")),
    ]


def _cms() -> list[Shot]:
    answered = Proposal.objects.get(agency__code="NL", status=Status.IN_REVIEW)
    concluded = Proposal.objects.get(agency__code="NL", status=Status.CONCLUDED)
    look = EarlyLook.objects.get(proposal__agency__code="NL")
    return [
        Shot("home-cms", CMS_LEAD, reverse("proposals:home")),
        Shot("early-home", REVIEWER, reverse("proposals:home")),
        Shot("early-cms", REVIEWER, reverse("proposals:early_look", args=[look.pk])),
        Shot(
            "early-section",
            REVIEWER,
            reverse("proposals:early_section", args=[look.pk, "pd.timeline"]),
            docs="early-look",
        ),
        Shot("list-cms", CMS_LEAD, reverse("proposals:list")),
        Shot("overview-cms", CMS_LEAD, _of("overview", answered)),
        Shot("review", REVIEWER, _of("review", answered, section="pm.ss"), docs="review"),
        Shot("review-unchanged", REVIEWER, _of("review", answered, section="es.overview")),
        Shot("compare-cms", REVIEWER, _of("compare", answered), docs="compare"),
        Shot("questions-cms", REVIEWER, _of("questions", answered)),
        Shot("release", CMS_LEAD, _of("release", answered), docs="release"),
        Shot("verdicts", CMS_LEAD, _of("verdicts", answered)),
        Shot("pause", CMS_LEAD, _of("pause", answered)),
        Shot("letter", CMS_LEAD, _of("letter", answered, round=1)),
        Shot("administration-find", ADMINISTRATOR, reverse("proposals:administration")),
        Shot("correcting", ADMINISTRATOR, _of("correcting", answered)),
        Shot("correct-agency", ADMINISTRATOR, _of("correct_agency", answered)),
        Shot("announce", APPROVER, _of("announce", answered)),
        Shot("assign", CMS_LEAD, _of("assign", answered)),
        Shot("default-reviewers", CMS_LEAD, reverse("proposals:default_reviewers")),
        Shot("divisions", CMS_LEAD, reverse("proposals:divisions")),
        Shot("division", CMS_LEAD, reverse("proposals:division", args=["payment"])),
        Shot("default-reviewers-of", CMS_LEAD, reverse("proposals:default_reviewers_of", args=[answered.agency.code])),
        Shot("decision-draft", APPROVER, _of("decision", answered)),
        Shot("overview-concluded", APPROVER, _of("overview", concluded)),
        Shot("packets-cms", CMS_LEAD, reverse("exports:packets", kwargs={"pk": answered.pk})),
        Shot("activity-cms", CMS_LEAD, _of("activity", answered)),
    ]


def _of(page: str, proposal: Proposal, **more: object) -> str:
    return reverse(f"proposals:{page}", kwargs={"pk": proposal.pk, **more})
