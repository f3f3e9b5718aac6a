"""What people write in the journey of three rounds, and what they write about."""

from __future__ import annotations

# Two sections, and a prompt of each.
OVERVIEW, MODEL = "Overview", "1. The model in brief"
PAYMENT, RATES = "Overview of Payment Methodology", "4. How rates were set and kept current"

# What both sides read.
ASKED_CHANGE = "Name the profession of the person who answers for the plan of care."
ASKED_ROW = "Why does one community health worker care for 180 members?"
ASKED_AGAIN = "Please put the two data lines together, and show the yearly review as a line."
COVER = "Two points of round 1 remain."
COVER_AGAIN = "One point of round 2 remains."
NEW_WORDS = "A registered nurse answers for each plan of care."
REPLY_CHANGE = "A registered nurse; the summary now says so."
REPLY_ROW = "The caseload follows the time study of spring 2026."
NO_CHANGE = "The time study stands beside the rates."
REPLY_AGAIN = "The data line stands second now, and the yearly review is a line of its own."
PAUSED = "The actuary of CMS waits for the wage survey."
LETTER = "The proposal may go on to a state plan amendment."

# What stays inside CMS.
NOTE = "The quokka office doubts the caseload."
REASON_QUALITY = "The numbat measure needs a name behind it."
REASON_POLICY = "The goals follow the wombat memo."
REASON_QUALITY_AGAIN = "A nurse is what the bilby rule asks for."
REASON_PAYMENT = "The table adds up for the dunnart office."
DROPPED = "Could the model be called after a bandicoot?"
WHY_DROPPED = "We name no quolls in a round."
WHY_RESOLVED = "The potoroo team agrees with the nurse."
WHY_RESOLVED_AGAIN = "The build-up passed the kowari test."
INSIDE = (
    NOTE, REASON_QUALITY, REASON_POLICY, REASON_QUALITY_AGAIN, REASON_PAYMENT, DROPPED, WHY_DROPPED, WHY_RESOLVED,
    WHY_RESOLVED_AGAIN,
)  # fmt: skip
