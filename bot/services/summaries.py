"""A round's part in summaries, counted as it closes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.domain.checkins import thaw
from bot.domain.results import COUNTED
from bot.domain.summary import cells
from storage import checkins, summaries, workspaces
from storage.checkins import CheckIn
from storage.rounds import Round


def close(session: Session, checkin: CheckIn, round_: Round) -> None:
    """A round has just been closed: count it team by team, and keep that.

    Not the whole company's, which has results of its own; nor, with names hidden, by team what all read as one whole.
    """
    asking = checkins.teams(session, checkin.key)
    is_read_whole = bool(round_.k) and checkin.readers == "channel" and len(asking) > 1
    if is_read_whole or any(team.is_company for team in asking):
        return
    questions = [question.id for question in map(thaw, round_.questions) if question.kind in COUNTED]
    k = round_.k or workspaces.settings(session).k
    found = cells(summaries.parts(session, round_.key, questions), k, names_hidden=bool(round_.k))
    summaries.keep(session, round_, found, k)
