"""Addresses of this room. Names are short verbs or nouns; a test lists who may open each."""

from __future__ import annotations

from django.urls import path

from proposals import file_urls
from proposals.views import (
    calendar,
    clearance,
    comparing,
    deciding,
    default_reviewers,
    discussing,
    drafting,
    gathering,
    guidance,
    letters,
    lists,
    notes,
    overview,
    pausing,
    readiness,
    records,
    releasing,
    response,
    review_findings,
    reviewing,
    section_history,
    standing,
    submitting,
    taking,
    together,
    verdicts,
    wordings,
)

app_name = "proposals"

PROPOSAL = "proposals/<uuid:pk>/"

urlpatterns = [
    path("", lists.home, name="home"),
    path("proposals/", lists.proposal_list, name="list"),
    path("proposals/new/", drafting.new, name="new"),
    path(PROPOSAL, overview.overview, name="overview"),
    # the state writes
    path(f"{PROPOSAL}details/", drafting.details, name="details"),
    path(f"{PROPOSAL}sections/<str:section>/", drafting.section, name="section"),
    path(f"{PROPOSAL}sections/<str:section>/findings/", readiness.section_findings, name="findings"),
    path(f"{PROPOSAL}readiness/", readiness.readiness_page, name="readiness"),
    path(f"{PROPOSAL}sections/<str:section>/here/", together.here, name="here"),
    path(f"{PROPOSAL}sections/<str:section>/prompts/", together.prompts, name="prompts"),
    path(f"{PROPOSAL}sections/<str:section>/history/", section_history.history, name="history"),
    path(f"{PROPOSAL}sections/<str:section>/bring-back/", section_history.bring_back, name="bring_back"),
    path(f"{PROPOSAL}clearance/", clearance.clearance, name="clearance"),
    path(f"{PROPOSAL}clearance/new/", clearance.sign_off_new, name="sign_off_new"),
    path(f"{PROPOSAL}clearance/<uuid:sign_off>/", clearance.sign_off, name="sign_off"),
    path(f"{PROPOSAL}clearance/<uuid:sign_off>/change/", clearance.sign_off_change, name="sign_off_change"),
    path(f"{PROPOSAL}sections/<str:section>/take/", taking.take, name="take"),
    path(f"{PROPOSAL}submit/", submitting.submit, name="submit"),
    path(f"{PROPOSAL}rounds/<int:round>/receipt/", submitting.receipt, name="receipt"),
    path(f"{PROPOSAL}do/<str:name>/", submitting.transition, name="transition"),
    *file_urls.urlpatterns,
    # CMS reviews
    path(f"{PROPOSAL}review/", reviewing.review_start, name="review_start"),
    path(f"{PROPOSAL}review/<str:section>/", reviewing.review, name="review"),
    path(f"{PROPOSAL}review/<str:section>/findings/", review_findings.review_findings, name="review_findings"),
    path(f"{PROPOSAL}review/<str:section>/verdict/", verdicts.verdict, name="verdict"),
    path(f"{PROPOSAL}review/<str:section>/viewed/", verdicts.viewed, name="viewed"),
    path(f"{PROPOSAL}verdicts/", verdicts.matrix, name="verdicts"),
    path("reviewers/", default_reviewers.default_reviewers, name="default_reviewers"),
    path("reviewers/<str:code>/", default_reviewers.default_reviewers_of, name="default_reviewers_of"),
    path(f"{PROPOSAL}assign/", reviewing.assigning, name="assign"),
    path(f"{PROPOSAL}release/", releasing.release, name="release"),
    path(f"{PROPOSAL}release/merge/", gathering.merge, name="merge_drafts"),
    path(f"{PROPOSAL}release/preview/", releasing.release_preview, name="release_preview"),
    path(f"{PROPOSAL}decision/", deciding.decision, name="decision"),
    path(f"{PROPOSAL}decision/announce/", deciding.announce, name="announce"),
    path(f"{PROPOSAL}pause/", pausing.pause, name="pause"),
    path(f"{PROPOSAL}reopen/", deciding.reopening, name="reopen"),
    # both sides talk
    path(f"{PROPOSAL}notes/", discussing.note, name="note"),
    path(f"{PROPOSAL}notes/<int:note>/", notes.note_change, name="note_change"),
    path(f"{PROPOSAL}notes/<int:note>/ask/", notes.note_ask, name="note_ask"),
    path(f"{PROPOSAL}notes/<int:note>/wordings/", wordings.of_note, name="note_wordings"),
    path(f"{PROPOSAL}comments/", discussing.comment, name="comment"),
    path(f"{PROPOSAL}drafts/<uuid:draft>/", discussing.draft_comment, name="draft_comment"),
    path(f"{PROPOSAL}drafts/<uuid:draft>/drop/", gathering.drop_draft, name="drop_draft"),
    path(f"{PROPOSAL}drafts/<uuid:draft>/wordings/", wordings.of_draft, name="draft_wordings"),
    path(f"{PROPOSAL}threads/<uuid:thread>/reply/", discussing.reply, name="reply"),
    path(f"{PROPOSAL}threads/<uuid:thread>/status/", standing.thread_status, name="thread_status"),
    path(f"{PROPOSAL}letters/<int:round>/", letters.letter, name="letter"),
    path(f"{PROPOSAL}questions/", response.questions, name="questions"),
    path(f"{PROPOSAL}compare/", comparing.compare, name="compare"),
    # the record
    path(f"{PROPOSAL}activity/", records.activity, name="activity"),
    path("activity/", records.feed, name="feed"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("notices/", records.notifications, name="notifications"),
    path("glossary/", guidance.glossary, name="glossary"),
    path("examples/<str:prompt>/", guidance.example, name="example"),
]
