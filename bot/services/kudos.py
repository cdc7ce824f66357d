"""Kudos given: by a command, a form or a message's menu, each once, to whom and where their giver said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.audience import Listed
from bot.domain.calendars import local_moment
from bot.domain.kudos import (
    MAX_RECEIVERS,
    MAX_WORDS,
    Given,
    KudosRequest,
    NoCard,
    Source,
    named,
    tagged,
    without,
)
from bot.errors import UserError
from bot.i18n import mark
from bot.notices.kudos import KudosCard, KudosReceived, card_key, received_key
from storage import audience, kudos, outbox
from storage.kudos import Ground, Receiver
from storage.outbox import NewPost
from storage.people import Person

NOBODY = mark("Whom do you thank? Name at least one person. Nothing was given yet.")
YOURSELF = mark("Thanks are for others: you can't give kudos to yourself. Nothing was given yet.")
A_BOT = mark(
    "Kudos are for the people of this workspace; apps, and people of other companies, get none. Nothing was given yet."
)
LEFT = mark("{name} has left, so nothing would reach them. Nothing was given yet.")
TOO_MANY = mark("Kudos go to at most {most} people at once, and these are {n}. Nothing was given yet.")
NO_WORDS = mark("What are your thanks for? A few words are enough. Nothing was given yet.")
TOO_LONG = mark(
    "That is longer than the 3,000 characters that fit here. Nothing was given; shorten it and send it again."
)
NO_SUCH_VALUE = mark(
    "“{value}” isn't one of the company's values: {values}. Choose below, or leave it. Nothing was given yet."
)
NOT_A_VALUE = mark("“{value}” isn't one of the company's values any more. Nothing was given yet.")
ENOUGH = mark("You have given your {n} kudos of today. Tomorrow there are new ones; nothing was given.")
CANNOT_POST = mark(
    "Cairn can't post in that channel. Type `/invite @Cairn` there, then send this again; "
    "channels shared with other companies get no kudos."
)


class NotMetError(Exception):
    """People, or a channel, that Cairn hasn't met yet: look them up, and give with `is_met`."""

    def __init__(self, slack_ids: Sequence[str], channel: str | None) -> None:
        super().__init__()
        self.slack_ids = slack_ids
        self.channel = channel


def offered(session: Session, _actor: Person, channel: str | None, slack_ids: Sequence[str], _now: datetime) -> Ground:
    """What a form offers: the company's values, whether a card can stand in the channel, names of people."""
    return kudos.ground(session, slack_ids, channel)


def give(session: Session, actor: Person, request: KudosRequest, is_met: bool, now: datetime) -> Given:
    """Give kudos: the row, whom they thank, the card and the DMs, in one transaction.

    Raises UserError, with nothing written, for what can't be given, and NotMetError unless `is_met`.
    """
    asked = {*request.people, *request.from_groups, *request.mentioned}
    ground = kudos.ground(session, asked, request.channel)
    if not is_met:
        _need(ground, asked, request.channel)
    receivers = _receivers(actor, request, ground)
    words, values = read_words(ground, request)
    channel, no_card = _place(ground, request, receivers)
    _check_limit(session, actor, ground.a_day, now)
    listed = [Listed(actor.key), *(Listed(each.id) for each in receivers)]
    audience_id = audience.of_people(session, listed) if channel is None else audience.of_channel(session, channel)
    columns = {
        **_columns(actor, words, values, request.source, channel),
        "channel": channel,
        "posts": 0 if channel is None else 1,
        "audience_id": audience_id,
        "at": now,
    }
    kudos_id = kudos.add(session, columns, receivers)
    _owe(session, actor, kudos_id, channel, receivers)
    return Given(
        kudos_id,
        names=tuple(each.name for each in receivers),
        in_private=tuple(each.name for each in receivers if each.in_private) if channel else (),
        channel=channel,
        no_card=no_card,
    )


def _need(ground: Ground, asked: set[str], channel: str | None) -> None:
    strangers = [slack_id for slack_id in asked if slack_id not in ground.people]
    unknown = channel if channel is not None and ground.may_post is None else None
    if strangers or unknown is not None:
        raise NotMetError(strangers, unknown)


def _receivers(actor: Person, request: KudosRequest, ground: Ground) -> list[Receiver]:
    """Those whom kudos thank. Who is named has to be somebody to thank; of a group's members those who are."""
    found = []
    for slack_id in dict.fromkeys(request.people):
        if slack_id == actor.slack_id:
            raise UserError(YOURSELF, field="people")
        person = ground.people.get(slack_id)
        if person is None:
            raise UserError(A_BOT, field="people")
        if person.status == "left":
            raise UserError(LEFT, field="people", name=person.name)
        found.append(person)
    members = without(request.from_groups, [actor.slack_id, *request.people])
    found += [each for slack_id in members if (each := ground.people.get(slack_id)) and each.status != "left"]
    if not found:
        raise UserError(NOBODY, field="people")
    if len(found) > MAX_RECEIVERS:
        raise UserError(TOO_MANY, field="people", most=MAX_RECEIVERS, n=len(found))
    return found


def read_words(ground: Ground, request: KudosRequest) -> tuple[str, tuple[str, ...]]:
    """The words and the values of kudos; raises UserError for what can't be."""
    words, values = request.words.strip(), request.values
    if request.mentioned:
        words = named(words, {each: ground.people[each].name for each in request.mentioned if each in ground.people})
    if values is None:
        found = tagged(words, ground.values)
        if found.unknown is not None:
            raise UserError(NO_SUCH_VALUE, field="values", value=found.unknown, values=list(ground.values))
        words, values = found.words, found.values
    elif gone := [value for value in values if value not in ground.values]:
        raise UserError(NOT_A_VALUE, field="values", value=gone[0])
    if not words:
        raise UserError(NO_WORDS, field="words")
    if len(words) > MAX_WORDS:
        raise UserError(TOO_LONG, field="words")
    return words, values


def _place(ground: Ground, request: KudosRequest, receivers: Sequence[Receiver]) -> tuple[str | None, NoCard | None]:
    """The channel in which a card is to stand; why there is none where nobody wanted it so."""
    if request.channel is None:
        return None, NoCard.NOT_A_CHANNEL if request.is_typed_there else None
    if not ground.may_post:
        if not request.is_typed_there:
            raise UserError(CANNOT_POST, field="channel")
        return None, NoCard.CANNOT_POST
    if all(each.in_private for each in receivers):
        return None, NoCard.ALL_IN_PRIVATE
    return request.channel, None


def _check_limit(session: Session, actor: Person, a_day: int | None, now: datetime) -> None:
    if has_given_enough(session, actor, a_day, now):
        raise UserError(ENOUGH, n=a_day)


def has_given_enough(session: Session, actor: Person, a_day: int | None, now: datetime) -> bool:
    """Whether somebody has given as many kudos on this day of theirs as the workspace lets them."""
    if a_day is None:
        return False
    midnight = local_moment(actor.voice.local(now).date(), time(), ZoneInfo(actor.zone))
    return kudos.given_since(session, actor.key, midnight) >= a_day


def _columns(
    actor: Person, words: str, values: Sequence[str], source: Source | None, channel: str | None
) -> Mapping[str, Any]:
    columns: dict[str, Any] = {
        "giver_id": actor.key,
        "kind": kudos.THANKS,
        "words": words,
        "company_values": list(values) or None,
        "reacted_ts": "",
    }
    if source is not None:
        # Words that won't be shown, since they stay in their channel, aren't kept either.
        quote = source.quote if channel == source.channel else ""
        columns |= {"quote": quote or None, "source_channel": source.channel}
        columns |= {"source_ts": source.ts, "source_link": source.link}
    return columns


def _owe(session: Session, actor: Person, kudos_id: int, channel: str | None, receivers: Sequence[Receiver]) -> None:
    posts = [NewPost(KudosReceived(kudos_id), received_key(kudos_id, each.id), each.id) for each in receivers]
    if channel is not None:
        posts.append(NewPost(KudosCard(kudos_id, 1), card_key(kudos_id, 1), channel, owner=actor.key))
    outbox.post_many(session, posts)
