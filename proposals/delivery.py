"""What a mail server said when it did not take a mail, in a sentence without addresses. A leaf: imports nothing of ours."""

from __future__ import annotations

import re
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPResponseException
from typing import Final

#: The longest sentence that is kept.
LONGEST: Final = 200
UNREACHED: Final = "The mail server could not be reached."
#: Whom or what a server may name beside its reason: addresses of people, of pages and of machines.
_NAMED: Final = re.compile(
    r"<[^>]*>|\S*@\S*|\w+://\S+|\[[^\]]*\]|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[\w-]+\.){2,}[a-z]{2,}\b", re.IGNORECASE
)
#: What a server says of its own trade with us, and nothing that people can act on.
_OURS: Final = (SMTPAuthenticationError,)


def said_by_server(error: OSError) -> str:
    """Return why a mail was not taken."""
    if isinstance(error, SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
        return _sentence("refused the address", code, words)
    if isinstance(error, SMTPResponseException) and not isinstance(error, _OURS):
        return _sentence("refused the mail", error.smtp_code, error.smtp_error)
    return UNREACHED


def _sentence(did: str, code: int, words: bytes | str) -> str:
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    readable = "".join(letter if letter.isprintable() else " " for letter in text)
    reason = " ".join(_NAMED.sub(" ", readable).split()).replace(" :", ":").strip(" .:;,")
    start = f"The mail server {did} ({code})"
    return f"{start}: {reason}"[: LONGEST - 1] + "." if reason else f"{start}."
