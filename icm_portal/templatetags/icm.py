"""Tags and filters of the portal's look: icons, status, dates, numbers, breadcrumbs.

Load with ``{% load icm %}``. Everything here is pure drawing: no query, no rule. Text
that comes in is escaped, so any value may be passed.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from icm_portal.accounts.kept import person_mark as mark_of
from icm_portal.accounts.sessions import seconds_left
from icm_portal.accounts.zones import ZONES
from toolkit.loading import CURRENT_VERSION

register = template.Library()


class Look(NamedTuple):
    """How a status is drawn: the modifier of ``tag``, an icon of the sprite, a word."""

    modifier: str
    icon: str
    word: str


# One table for every kind of status, so that a colour, an icon and a word always travel together.
LOOKS = {
    "draft": Look("draft", "edit", "Draft"),
    "submitted": Look("review", "send", "Submitted"),
    "in_review": Look("review", "visibility", "In review"),
    "changes_requested": Look("changes", "flag", "Changes requested"),
    "concluded": Look("done", "check_circle", "Concluded"),
    "withdrawn": Look("plain", "remove_circle", "Withdrawn"),
    "open": Look("changes", "chat", "Open"),
    "answered": Look("review", "check", "Answered"),
    "resolved": Look("done", "check_circle", "Resolved"),
    "queued": Look("draft", "schedule", "Waiting"),
    "running": Look("review", "autorenew", "In work"),
    "done": Look("done", "check_circle", "Ready"),
    "failed": Look("late", "error", "Failed"),
    "na": Look("plain", "remove_circle", "Not applicable"),
    "nyk": Look("changes", "schedule", "Not yet known"),
    "blank": Look("plain", "radio_button_unchecked", "Blank"),
    "addresses": Look("done", "check_circle", "Addresses it"),
    "clarity": Look("changes", "flag", "Needs clarity"),
    "missing": Look("late", "error", "Not addressed"),
}

# Signs in the navigation: here the modifier is the colour of the icon.
MARKS = {
    "ready": Look("ok", "check_circle", "Ready"),
    "answered": Look("ok", "check", "Answered"),
    "in_progress": Look("", "edit", "In progress"),
    "not_started": Look("", "radio_button_unchecked", "Not started"),
    "blank": Look("", "radio_button_unchecked", "Not started"),
    "locked": Look("", "lock", "Locked in this round"),
    "na": Look("", "remove_circle", "Not applicable"),
    "not_applicable": Look("", "remove_circle", "Not applicable"),
    "nyk": Look("wait", "schedule", "Not yet known"),
    "question": Look("wait", "chat", "Open question"),
    "error": Look("bad", "error", "Must be fixed"),
    "changed": Look("wait", "edit", "Changed"),
    "unchanged": Look("", "check", "Unchanged"),
    "viewed": Look("ok", "check_circle", "Viewed"),
    "unseen": Look("wait", "edit", "Changed since you viewed it"),
}

# "Central Time (Chicago)" is for choosing a zone; a footer needs the words only.
ZONE_NAMES = {name: label.partition(" (")[0] for name, label in ZONES}

NO_DATE = "No date"


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw one icon of the USWDS sprite, hidden from screen readers: words stand beside it."""
    return _icon(name, css)


# A page draws a hundred icons out of forty.
@lru_cache(maxsize=256)
def _icon(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="usa-icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        static("uswds/img/sprite.svg"),
        name,
    )


@register.simple_tag
def status_tag(status: str, word: str = "") -> SafeString:
    """Draw the tag of a status with its icon; ``word`` replaces the usual word.

    An unknown status is drawn plainly with its own name, so new kinds never break a page.
    """
    return _status_tag(str(status), word)


# A list draws fifty tags out of six.
@lru_cache(maxsize=256)
def _status_tag(status: str, word: str) -> SafeString:
    known = LOOKS.get(status, Look("plain", "", status.replace("_", " ").capitalize()))
    mark = icon(known.icon) if known.icon else ""
    return format_html(
        '<span class="tag tag--{}">{}{}</span>',
        known.modifier,
        mark,
        word or known.word,
    )


@register.simple_tag
def mark(status: str) -> SafeString:
    """Draw the small sign of a section or prompt in a list, with its word for screen readers only."""
    return _mark(str(status))


@lru_cache(maxsize=64)
def _mark(status: str) -> SafeString:
    sign = MARKS.get(status, MARKS["not_started"])
    return format_html(
        '{}<span class="usa-sr-only">{}: </span>',
        icon(sign.icon, sign.modifier),
        sign.word,
    )


@register.simple_tag
def meter(done: int, total: int, label: str, name: str = "") -> SafeString:
    """Draw "4 of 9 questions" with a bar; only the words once all is done.

    ``label`` is the plural noun on the page, ``name`` what a screen reader adds ("questions,
    Perinatal Care Pathways").
    """
    text = format_html('<span class="num">{} of {} {}</span>', done, total, label)
    if total <= 0:
        return format_html('<span class="meter">{}</span>', f"No {label}")
    if done >= total:
        return format_html('<span class="meter">{}{}</span>', icon("check_circle", "ok"), text)
    bar = format_html(
        '<progress value="{}" max="{}" aria-label="{}"></progress>',
        done,
        total,
        name or label,
    )
    return format_html('<span class="meter">{}{}</span>', bar, text)


@register.simple_tag
def passage(block: Any, side: str = "") -> SafeString:
    """Draw one block of ``proposals.diff``: whole, or as it read "before" or "after".

    Added and removed words are told apart by a spoken word, a line and a tint.
    """
    hidden = {"before": "added", "after": "removed"}.get(side, "")
    return format_html_join(
        "",
        "{}{}{}",
        (_edge(segment.op, segment.text) for segment in block.segments if str(segment.op) != hidden),
    )


def _edge(op: str, text: str) -> tuple[SafeString, str, SafeString]:
    tag, word = {"added": ("ins", "added: "), "removed": ("del", "removed: ")}.get(str(op), ("", ""))
    if not tag:
        return SafeString(""), text, SafeString("")
    opening = format_html('<{}><span class="usa-sr-only">{}</span>', tag, word)
    return opening, text, format_html("</{}>", tag)


@register.simple_block_tag
def breadcrumbs(content: str) -> SafeString:
    """Wrap ``{% crumb %}`` tags into the breadcrumb landmark."""
    return format_html(
        '<nav class="usa-breadcrumb usa-breadcrumb--wrap" aria-label="Breadcrumbs">'
        '<ol class="usa-breadcrumb__list">{}</ol></nav>',
        content,
    )


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumbs; without ``url`` it is the page itself."""
    if not url:
        return format_html(
            '<li class="usa-breadcrumb__list-item usa-current" aria-current="page"><span>{}</span></li>',
            label,
        )
    return format_html(
        '<li class="usa-breadcrumb__list-item"><a href="{}" class="usa-breadcrumb__link"><span>{}</span></a></li>',
        url,
        label,
    )


@register.simple_tag(takes_context=True)
def nav_place(context: Context) -> str:
    """Which entry of the main menu the page belongs to: "home", "list", "feed", "notifications" or none of them."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None or match.namespace not in ("proposals", "exports"):
        return ""
    if match.url_name in ("home", "feed", "notifications", "glossary"):
        return str(match.url_name)
    return "list"


@register.simple_tag(takes_context=True)
def session_seconds(context: Context) -> int:
    """Seconds until the reader's session ends, 0 when nobody is signed in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return 0
    return seconds_left(request.session)


@register.simple_tag(takes_context=True)
def person_mark(context: Context) -> str:
    """A text that tells the signed-in person from others in one browser, and tells nothing about them."""
    return mark_of(context["request"].user)


@register.simple_tag(takes_context=True)
def person_field(context: Context) -> SafeString:
    """What a form says of the person it is drawn for; every form whose view is marked by `carries_words` has it."""
    return format_html('<input type="hidden" name="person" value="{}">', person_mark(context))


@register.simple_tag
def zone_name() -> str:
    """The reader's time zone in words ("Central Time"), else its plain name."""
    name = timezone.get_current_timezone_name()
    return ZONE_NAMES.get(name, name.rpartition("/")[2].replace("_", " "))


@register.simple_tag
def toolkit_version() -> str:
    """The toolkit version new proposals are written in."""
    return CURRENT_VERSION


def _local_date(value: Any) -> dt.date | None:
    """Turn a date, a datetime or ISO text into a date in the reader's time zone."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value[:10])
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, dt.date) else None


# A list writes a hundred dates out of a few dozen, and formatting a month asks the system's language each time.
@lru_cache(maxsize=4096)
def _written(day_: dt.date) -> str:
    return f"{day_.day} {day_:%B} {day_.year}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


@register.filter
def breakable(text: str) -> SafeString:
    """A title whose slashes may end a line: "Participants/Beneficiary" is wider than a navigation."""
    return format_html_join(SafeString("/<wbr>"), "{}", ((piece,) for piece in str(text).split("/")))


@register.filter
def day(value: Any) -> str:
    """A date written out: "14 March 2026"; "No date" when there is none."""
    found = _local_date(value)
    return _written(found) if found else NO_DATE


@register.filter
def day_short(value: Any) -> str:
    """A date without the year when it is this year: "14 March"."""
    found = _local_date(value)
    if found is None:
        return NO_DATE
    return f"{found.day} {found:%B}" if found.year == timezone.localdate().year else _written(found)


@register.filter
def moment(value: Any) -> str:
    """A point in time written out in the reader's zone: "14 March 2026, 10:42"."""
    if not isinstance(value, dt.datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{_written(local.date())}, {local.hour}:{local:%M}"


@register.filter
def ago(value: Any) -> str:
    """A point in time for feeds: "Today, 9:12", "Yesterday, 16:40", else the date."""
    if not isinstance(value, dt.datetime):
        return day(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    gone = (timezone.localdate() - local.date()).days
    word = {0: "Today", 1: "Yesterday"}.get(gone)
    return f"{word}, {local.hour}:{local:%M}" if word else _written(local.date())


@register.filter
def days_since(value: Any) -> str:
    """How long ago in days: "today", "1 day", "13 days"; empty without a date."""
    found = _local_date(value)
    if found is None:
        return ""
    gone = max((timezone.localdate() - found).days, 0)
    return _days(gone) if gone else "today"


@register.filter
def days_left(value: Any) -> str:
    """What a due date means today: "15 days left", "due today", "2 days late"; empty without a date."""
    found = _local_date(value)
    return _until(found, timezone.localdate()) if found else ""


@register.simple_tag
def left(due: dt.date) -> SafeString:
    """What a due date means today, for a list: quiet while there is time, marked once it has passed."""
    return _left(due, timezone.localdate())


# A list draws fifty of them, and most share a few days.
@lru_cache(maxsize=1024)
def _left(due: dt.date, today: dt.date) -> SafeString:
    if due < today:
        return format_html('<strong class="bad nowrap">{} {}</strong>', icon("error"), _until(due, today))
    return format_html('<span class="quiet nowrap">{}</span>', _until(due, today))


def _until(due: dt.date, today: dt.date) -> str:
    count = (due - today).days
    if count == 0:
        return "due today"
    return f"{_days(count)} left" if count > 0 else f"{_days(-count)} late"


@register.filter
def is_late(value: Any) -> bool:
    """Whether a due date has passed."""
    found = _local_date(value)
    return found is not None and found < timezone.localdate()


def _decimal(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number_ = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return number_ if number_.is_finite() else None


def _grouped(value: Decimal) -> str:
    return f"{value:,f}"


@register.filter
def number(value: Any) -> str:
    """A number with thousands separators; anything else as it is."""
    found = _decimal(value)
    return str(value if value is not None else "") if found is None else _grouped(found)


@register.filter
def count_of(value: Any, words: str) -> str:
    """A count with its noun: ``{{ n|count_of:"question,questions" }}`` gives "1 question"."""
    one, _, many = words.partition(",")
    size = value if isinstance(value, int) else len(value)
    return f"{size:,} {one if size == 1 else many}"
