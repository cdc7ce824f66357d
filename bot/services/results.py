"""Results of check-ins over several teams: counted as a round closes, told to who may know, looked up later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from bot.domain.checkins import thaw
from bot.domain.results import COUNTED, Results, unsealed
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.digests import PersonDigest
from bot.notices.results import ResultsNotice, for_reader
from storage import checkins, outbox, people, results, teams, workspaces
from storage.checkins import CheckIn
from storage.outbox import NewPost
from storage.people import Person
from storage.rounds import Round
from storage.teams import LEAD

MOST = 5
NONE_YET = mark(
    "There are results where a check-in asks several teams, once one of its rounds has closed: for their leads, who is "
    "above them, and who set it up. There are none for you yet."
)


def close(session: Session, checkin: CheckIn, round_: Round, now: datetime) -> None:
    """A round has just been closed: where it asked several teams, or the company, count it.

    With names hidden nothing is counted that digests keep sealed; and nothing by team where all read the whole in the
    home channel.
    """
    asking = checkins.teams(session, checkin.key)
    is_companys = any(team.is_company for team in asking)
    is_read_whole = bool(round_.k) and checkin.readers == "channel"
    if (len(asking) < 2 and not is_companys) or is_read_whole:
        return
    questions = [question.id for question in map(thaw, round_.questions) if question.kind in COUNTED]
    counted = results.count(session, round_.key, questions)
    if round_.k:
        counted = unsealed(counted, round_.k)
    results.keep(session, round_.key, counted, round_.k or workspaces.settings(session).k, now)


def tell(session: Session, checkin: CheckIn, round_: Round) -> None:
    """Tell who may know of a round's results, once its digest is owed: in the thread of their copy, if they have one.

    Leads hear how their own team and all together answered; who set it up, and where the company was asked the admins
    too, how many took part. Nobody hears of a round in which nobody did.
    """
    kept = results.of_round(session, round_.key)
    if kept is None or not any(group.answered for group in kept.groups.values()):
        return
    told = {checkin.created_by, *_leads(session, kept.groups)}
    if any(team.is_company for team in checkins.teams(session, checkin.key)):
        told |= {person.key for person in people.admins(session)}
    posts = []
    for person_id in sorted(told):
        notice = ResultsNotice(round_.key, person_id)
        posts.append(NewPost(notice, notice.key, person_id, thread_of=PersonDigest(round_.key, 0, person_id).key))
    outbox.post_many(session, posts)


def _leads(session: Session, team_ids: Collection[int]) -> set[int]:
    return {person_id for person_id, _ in teams.keys(session, [*team_ids], LEAD)}


def newest(session: Session, actor: Person, _now: datetime) -> list[Results]:
    """The latest results of the check-ins that somebody may know of, the newest first, some of them.

    Raises UserError where there are none.
    """
    shown = (for_reader(session, kept, round_, actor) for kept, round_ in results.newest(session))
    found = list(islice(filter(None, shown), MOST))
    if not found:
        raise UserError(NONE_YET)
    return found
