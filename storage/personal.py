"""What each table holds of a person: whose its rows are, whom else they name, and what erasing takes from them.

A test holds this against the schema, so that no table with people or their words in it is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, or_, select

from storage.schema import metadata


class Erased(Enum):
    """What goes when a person has their words erased."""

    ROW = "row"
    WORDS = "words"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Personal:
    """What one table says of people.

    `whose` are the columns that name the person whose row it is, or `through` the column by which it belongs to a row
    of another table, and so to whose that is. `others` name people whom a record of that person doesn't give away.
    """

    erased: Erased
    whose: tuple[str, ...] = ()
    through: str | None = None
    others: tuple[str, ...] = ()


def _own(erased: Erased, whose: str = "person_id", *others: str) -> Personal:
    return Personal(erased, (whose,), None, others)


PERSONAL = {
    "absence": _own(Erased.ROW),
    "access": _own(Erased.NOTHING, "owner_id", "reader_id"),
    "answer": Personal(Erased.WORDS, through="prompt_id"),
    "api_token": _own(Erased.NOTHING, "made_by_id", "revoked_by_id"),
    "audience_person": _own(Erased.NOTHING),
    "blocker": _own(Erased.NOTHING, "reporter_id"),
    "blocker_watch": _own(Erased.NOTHING),
    "channel_member": _own(Erased.NOTHING),
    "checkin": _own(Erased.NOTHING, "created_by", "changed_by"),
    "checkin_pause": _own(Erased.ROW),
    "draft": _own(Erased.ROW),
    "feedback": _own(Erased.NOTHING, "author_id", "receiver_id"),
    "feedback_ask": _own(Erased.WORDS),
    "feedback_block": _own(Erased.NOTHING, "receiver_id", "author_id"),
    "feedback_draft": _own(Erased.ROW, "author_id", "receiver_id"),
    "feedback_message": _own(Erased.WORDS, "writer_id"),
    "feedback_report": Personal(Erased.NOTHING, others=("admin_id", "asked_by", "agreed_by")),
    "feedback_request": _own(Erased.WORDS, "asker_id", "about_id"),
    "goal": _own(Erased.WORDS, "owner_id", "asked_id", "agreed_id", "closed_id"),
    "goal_remark": _own(Erased.WORDS, "author_id", "to_id"),
    "goal_update": _own(Erased.WORDS),
    "hidden_group": Personal(Erased.NOTHING),
    "jotting": _own(Erased.ROW),
    "keep": _own(Erased.ROW, "lead_id"),
    "kudos": _own(Erased.WORDS, "giver_id"),
    "kudos_joiner": _own(Erased.NOTHING),
    "kudos_receiver": _own(Erased.NOTHING),
    "measure": Personal(Erased.WORDS, through="goal_id"),
    "membership": _own(Erased.NOTHING),
    "outbox": Personal(Erased.NOTHING, others=("person_id", "owner_id")),
    "person": _own(Erased.NOTHING, "id", "manager_id"),
    "posted_summary": _own(Erased.NOTHING, "asked_by"),
    "preference": _own(Erased.ROW),
    "prompt": _own(Erased.NOTHING),
    "question": Personal(Erased.NOTHING),
    "reading": _own(Erased.NOTHING),
    "readers_change": _own(Erased.NOTHING, "by_id"),
    "reply": _own(Erased.WORDS, "author_id", "lead_id"),
    "round": Personal(Erased.NOTHING),
    "setup_draft": _own(Erased.ROW),
    "team": _own(Erased.NOTHING, "created_by"),
    "workspace": Personal(Erased.NOTHING),
}
"""By table. Those with words and nobody whose they are hold what a whole team is asked, what was mixed so that nobody's
words can be told apart, or a token."""


def table(name: str) -> Table:
    """The table of this name."""
    return metadata.tables[name]


def owned_by(name: str, person_id: int) -> Select[Any]:
    """Every row of a table that is this person's, without the columns that name others, by primary key.

    Raises ValueError for a table whose rows are nobody's in particular.
    """
    said, rows = PERSONAL[name], table(name)
    columns = [each for each in rows.c if each.name not in said.others]
    return select(*columns).where(_is_of(name, person_id)).order_by(*rows.primary_key)


def _is_of(name: str, person_id: int) -> ColumnElement[bool]:
    said, rows = PERSONAL[name], table(name)
    if said.through:
        (key,) = rows.c[said.through].foreign_keys
        parent = key.column.table
        return rows.c[said.through].in_(select(key.column).where(_is_of(parent.name, person_id)))
    if not said.whose:
        raise ValueError(f"the rows of {name} are nobody's in particular")
    return or_(*(rows.c[each] == person_id for each in said.whose))
