"""How notices are told what became of them, and what they look up before they are rendered: many at once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.services import delivery
from storage import outbox
from storage.settling import Ended
from tests.runtime.office import TEAM, Note, Office


async def test_one_notice_that_cannot_take_its_outcome_leaves_the_others_theirs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_two(note: Note, session: Session, *_: object) -> None:
        if note.number < 10:
            outbox.post(session, Note(note.number + 10), key=f"n{note.number + 10}", to=office.ids["UANA"])
        if note.number == 2:
            raise LookupError("a mistake in a notice")

    monkeypatch.setattr(Note, "settled", fails_for_two)
    with office.database.session(TEAM) as session:
        ended = [Ended(n, Note.kind, {"number": n}, "sent") for n in (1, 2, 3)]
        delivery.tell(session, ended, office.clock.now())

    await office.delivery().drain()
    assert sorted(office.texts()) == ["note 11", "note 13"]
    assert [line["row"] for line in office.logs if line["event"] == "delivery.notice_not_told"] == [2]
