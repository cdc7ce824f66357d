"""What becomes of kudos that were given: changed, posted, taken back and joined, on every copy in Slack."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.kudos import KudosRequest, Shown, is_changeable
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.kudos import KudosCard, card_key, received_key, say_again, shown_to
from bot.services.kudos import CANNOT_POST, NotMetError, read_words
from storage import audience, kudos, outbox
from storage.kudos import REACTION, Kudos
from storage.people import Person

GONE = mark("These thanks were taken back. Nothing was changed.")
NOT_YOURS = mark("{name} gave these thanks, and can change them or take them back. Nothing was changed.")
TOO_LATE = mark("Thanks can be changed and taken back for 24 hours, and these are older. Nothing was changed.")
BY_REACTION = mark("These thanks are a reaction: take that back in Slack, and they are gone. Nothing was changed.")
OWN_THANKS = mark("These are your own thanks already. Nothing was changed.")
TO_YOU = mark("These thanks are for you: enjoy them. Nothing was changed.")
ALL_IN_PRIVATE = mark("Whoever you thank likes that in private, so there is no card. Nothing was changed.")


def editable(session: Session, actor: Person, kudos_id: int, now: datetime) -> tuple[Shown, tuple[str, ...]]:
    """One's own kudos for their form, and the company's values; raises UserError where they can't be changed."""
    given = _own(session.get(Kudos, kudos_id), session, actor, now)
    ground = kudos.ground(session, (), None)
    return shown_to(session, given, actor.key, kudos.receivers(session, given.key), now), ground.values


def change(session: Session, actor: Person, kudos_id: int, wanted: KudosRequest, is_met: bool, now: datetime) -> Kudos:
    """Change one's own kudos, and have a card posted where `wanted` names a channel and there is none yet.

    Raises NotMetError for a channel that Cairn doesn't know, unless `is_met`.
    """
    given = _own(kudos.held(session, kudos_id), session, actor, now)
    ground = kudos.ground(session, (), wanted.channel)
    if wanted.channel is not None and ground.may_post is None and not is_met:
        raise NotMetError((), wanted.channel)
    before = tuple(given.company_values or ())
    kept = tuple(value for value in wanted.values or () if value in before and value not in ground.values)
    words, values = read_words(ground, _but(wanted, kept))
    values = tuple(value for value in wanted.values or () if value in (*values, *kept))
    if (words, values) != (given.words, before):
        given.words, given.company_values, given.edited_at = words, list(values) or None, now
    if wanted.channel is not None and given.channel is None:
        if not ground.may_post:
            raise UserError(CANNOT_POST, field="channel")
        _post(session, given, wanted.channel)
    session.flush()
    say_again(session, given)
    return given


def _but(wanted: KudosRequest, kept: tuple[str, ...]) -> KudosRequest:
    return KudosRequest((), wanted.words, tuple(value for value in wanted.values or () if value not in kept))


def _post(session: Session, given: Kudos, channel: str) -> None:
    """Only the click makes it so: more people can read them from now on."""
    if all(in_private for _, in_private in kudos.receivers(session, given.key)):
        raise UserError(ALL_IN_PRIVATE, field="channel")
    given.channel, given.posts = channel, given.posts + 1
    given.audience_id = audience.of_channel(session, channel)
    session.flush()
    notice = KudosCard(given.key, given.posts)
    outbox.post(session, notice, key=card_key(given.key, given.posts), to=channel, owner=given.giver_id)


def take_back(session: Session, actor: Person, kudos_id: int, now: datetime) -> bool:
    """Take one's own kudos back, wherever they stand; their words are gone. Twice is once."""
    given = kudos.held(session, kudos_id)
    if given is not None and given.giver_id == actor.key and given.taken_back_at is not None:
        return False
    let_go(session, _own(given, session, actor, now), now)
    return True


def let_go(session: Session, given: Kudos, now: datetime) -> None:
    """Every copy in Slack is deleted, and the words are gone."""
    given.words, given.quote, given.taken_back_at = None, None, now
    session.flush()
    for person, _ in kudos.receivers(session, given.key):
        outbox.delete(session, of=received_key(given.key, person.key))
    for nth in range(1, given.posts + 1):
        outbox.delete(session, of=card_key(given.key, nth))


def join(session: Session, actor: Person, kudos_id: int, now: datetime) -> bool:
    """+1: join somebody's thanks; False where they had."""
    given = _standing(kudos.held(session, kudos_id))
    if given.giver_id == actor.key:
        raise UserError(OWN_THANKS)
    if any(person.key == actor.key for person, _ in kudos.receivers(session, given.key)):
        raise UserError(TO_YOU)
    is_new = kudos.join(session, given.key, actor.key, now)
    if is_new:
        say_again(session, given)
    return is_new


def unjoin(session: Session, actor: Person, kudos_id: int, _now: datetime) -> bool:
    """Take one's +1 back; False where there was none."""
    given = _standing(kudos.held(session, kudos_id))
    if not kudos.unjoin(session, given.key, actor.key):
        return False
    say_again(session, given)
    return True


def _standing(given: Kudos | None) -> Kudos:
    if given is None or given.taken_back_at is not None:
        raise UserError(GONE)
    return given


def _own(given: Kudos | None, session: Session, actor: Person, now: datetime) -> Kudos:
    given = _standing(given)
    if given.giver_id != actor.key:
        raise UserError(NOT_YOURS, name=session.get_one(Person, given.giver_id).name)
    if given.kind == REACTION:
        raise UserError(BY_REACTION)
    if not is_changeable(given.at, now):
        raise UserError(TOO_LATE)
    return given
