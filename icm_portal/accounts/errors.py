"""The one kind of error that account actions raise for people to read."""

from __future__ import annotations


class AccountError(Exception):
    """A refusal in one clear sentence; `field` names the form field it belongs to, or is empty."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
