"""Errors that people see, sorted from those that only operators see."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can mend: a sentence in their own terms and the field where it belongs.

    `msgid` is a gettext message with `{named}` places, said in the reader's language at the edge; `params` fill
    the places (dates, lists and numbers are written as the reader writes them). `field` is the block_id of the
    input it belongs to, or None for the whole.
    """

    def __init__(self, msgid: str, /, *, field: str | None = None, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.field = field
        self.params = params


class FieldErrors(Exception):
    """Several things to mend in one form, each at its own field."""

    def __init__(self, errors: list[UserError]) -> None:
        super().__init__()
        self.errors = errors


class AlreadySeenError(Exception):
    """This delivery was acted on before: Slack sent it again, and there is nothing left to do."""


class UnknownPersonError(Exception):
    """Slack names somebody whom Cairn has not met yet: fetch them and try again."""

    def __init__(self, slack_id: str) -> None:
        super().__init__("a person who is not synced yet")
        self.slack_id = slack_id


class OutcomeUnknownError(Exception):
    """It may or may not have been saved: the database took longer than anybody waits, or was lost at the commit."""


class SettingsError(Exception):
    """Mistakes in the settings, all of them at once; `str()` is one sentence a line."""
