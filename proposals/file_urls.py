"""Addresses of files: those attached to a proposal, and Word files that are read in and given out."""

from __future__ import annotations

from django.urls import path

from proposals.views import attaching, word_import, word_section

PROPOSAL = "proposals/<uuid:pk>/"

urlpatterns = [
    path("proposals/new/word/", word_import.word_new, name="word_new"),
    path("proposals/new/word/<uuid:pk>/", word_import.word_match, name="word_match"),
    path(f"{PROPOSAL}aside/", word_import.aside, name="aside"),
    path(f"{PROPOSAL}attachments/", attaching.attachment_list, name="attachments"),
    path(f"{PROPOSAL}sections/<str:section>/word/", word_section.word_section, name="word_section"),
    path(f"{PROPOSAL}sections/<str:section>/word/file/", word_section.word_file, name="word_file"),
    path("attachments/<uuid:pk>/file/", attaching.attachment_file, name="attachment_file"),
    path("attachments/<uuid:pk>/remove/", attaching.attachment_remove, name="attachment_remove"),
]
