"""`/checkin status`: how many answered, who for leads, and where one stands oneself."""

from __future__ import annotations

from bot.domain.participation import OwnStatus, RoundStatus, Standing, Status
from bot.i18n import Voice
from bot.views.blocks import cut, escape

SHOWN = 40
"""Names after one another; more are counted."""
TEXT = 3_900


def status(voice: Voice, of: Status) -> str:
    """All of it, in mrkdwn."""
    parts = [_led(voice, each) for each in of.led] + [_own(voice, each) for each in of.own]
    if not parts:
        return voice.say("No check-in has asked you or anybody whom you lead yet.")
    if of.led:
        parts.append(voice.say("Only you see this, since you lead them."))
    return cut("\n\n".join(parts), TEXT)


def _led(voice: Voice, of: RoundStatus) -> str:
    first = f"{_title(voice, of)}: {_counted(voice, of)}"
    if of.closes_at is not None:
        first += ", " + voice.say("open until {until}", until=of.closes_at)
    return "\n".join([first, *(_names(voice, each, of.names[each]) for each in _LINES if of.names.get(each))])


def _counted(voice: Voice, of: RoundStatus) -> str:
    if of.is_sealed:
        return voice.say("fewer than {k} answered", k=of.k)
    said = voice.say_n("{n} of {asked} answered", "{n} of {asked} answered", of.answered, asked=of.asked)
    away = of.counts.get(Standing.AWAY, 0)
    return said + (", " + voice.say_n("{n} away", "{n} away", away) if away else "")


_LINES = (
    Standing.ANSWERED,
    Standing.OPEN,
    Standing.NO_ANSWER,
    Standing.NOT_THIS_TIME,
    Standing.COMING,
    Standing.AWAY,
    Standing.NOT_ASKED,
)


def _names(voice: Voice, each: Standing, people: list[str]) -> str:
    label = {
        Standing.ANSWERED: voice.say("Answered"),
        Standing.OPEN: voice.say("Still open"),
        Standing.NO_ANSWER: voice.say("No answer"),
        Standing.NOT_THIS_TIME: voice.say("Not this time"),
        Standing.COMING: voice.say("Asked later, on their own clock"),
        Standing.AWAY: voice.say("Away"),
        Standing.NOT_ASKED: voice.say("Not asked"),
    }[each]
    shown = [escape(name) for name in people[:SHOWN]]
    more = len(people) - len(shown)
    if more:
        shown.append(voice.say_n("{n} more", "{n} more", more))
    return f"{label}: {voice.names(shown)}"


def _own(voice: Voice, of: OwnStatus) -> str:
    return f"{_title(voice, of)}: {_where_you_stand(voice, of)}"


def _where_you_stand(voice: Voice, of: OwnStatus) -> str:
    match of.standing:
        case Standing.ANSWERED:
            return voice.say("you have answered. Thank you.")
        case Standing.OPEN:
            return voice.say("open for you until {until}. `/checkin` opens it.", until=of.closes_at)
        case Standing.NO_ANSWER:
            return voice.say("over. `/checkin` still takes a late answer until the next round opens.")
        case Standing.NOT_THIS_TIME:
            return voice.say("not this time. That's fine.")
        case Standing.COMING:
            return voice.say("it comes to you {when}.", when=of.due_at)
    return voice.say("you aren't asked this time.")


def _title(voice: Voice, of: RoundStatus | OwnStatus) -> str:
    return voice.say("*{checkin}*, {team}, {day}", checkin=escape(of.checkin), team=escape(of.team), day=of.nominal)
