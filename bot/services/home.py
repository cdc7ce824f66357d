"""Home, when somebody opens it, and the words they type to Cairn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.blockers import LedBlocker
from bot.notices.blockers import log_reading
from bot.notices.home import HomeNotice
from bot.notices.talk import SmallTalk
from bot.views.blockers import SHOWN
from storage import blockers, outbox
from storage.people import Person


def opened(session: Session, actor: Person, now: datetime) -> None:
    """Bring their Home up to date; whose words stand there can find out who looked."""
    led = blockers.open_led_by(session, actor)
    log_reading(session, actor.key, [each for each in led[:SHOWN] if isinstance(each, LedBlocker)], "home", now)
    outbox.publish(session, HomeNotice(actor.key), person_id=actor.key)


def talked(session: Session, actor: Person, now: datetime) -> bool:
    """Words by DM that nobody asked for: two lines of help, once a day; says whether they are owed."""
    day = actor.voice.local(now).date()
    return outbox.post(session, SmallTalk(actor.key), key=f"talk:{actor.key}:{day:%Y%m%d}", to=actor.key)
