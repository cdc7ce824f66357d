"""`/cairn why`: each prompt in its reader's own time, the reason in a sentence, and what can be done about it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.calendars import DayOff, Off, WorkCalendar
from bot.domain.checkins import PromptState, Reason
from bot.domain.schedules import Occurrence
from bot.domain.why import Asked, Coming, Halted, Why
from bot.i18n import Voice
from bot.views import actions, days_off
from bot.views.blocks import Block, Modal, button, context, divider, escape, header, section
from bot.views.blocks import actions as row


def why(voice: Voice, of: Why) -> Block:
    """The answer, as a form that nothing is sent with."""
    blocks = [context(voice.say("Only you see this. Times are on your own clock."))]
    if of.page == 0:
        blocks += [header(voice.say("What comes next")), *_to_come(voice, of), divider()]
    blocks += [header(voice.say("So far")), *_so_far(voice, of)]
    turning = []
    if of.page:
        turning.append(button(voice.say("Newer"), actions.WHY_NEWER, str(of.page - 1)))
    if of.older is not None:
        turning.append(button(voice.say("Older"), actions.WHY_OLDER, str(of.older)))
    if turning:
        blocks.append(row(*turning))
    return Modal(actions.WHY_FORM, voice.say("Why was I asked?"), blocks, close=voice.say("Close")).view()


def _to_come(voice: Voice, of: Why) -> list[Block]:
    lines = [_halted(voice, each) for each in of.halted] + [_coming(voice, each, of) for each in of.coming]
    if not lines:
        lines = [
            voice.say("Nothing in the next 14 days.")
            if of.is_in_team
            else voice.say("You are in no team, so nothing is asked of you. A lead adds you, if you should be in one.")
        ]
    return [section("\n".join(lines))]


def _halted(voice: Voice, of: Halted) -> str:
    name, leads = escape(of.checkin), list(map(escape, of.leads))
    if not leads:
        return voice.say("*{name}* is paused for everybody.", name=name)
    return voice.say_n(
        "*{name}* is paused for everybody; {names} can resume it.",
        "*{name}* is paused for everybody; {names} can resume it.",
        len(leads),
        name=name,
        names=leads,
    )


def _coming(voice: Voice, of: Coming, why: Why) -> str:
    each = of.expected
    moment = None if each.reason is Reason.DAY_OFF else each.at
    line = days_off.coming(voice, Occurrence(each.nominal, moment, each.off), why.calendar)
    title = f"*{escape(of.checkin)}*: {line}"
    if each.reason is None or each.reason is Reason.DAY_OFF:
        return title
    return f"{title}\n{_because(voice, each.reason, list(map(escape, why.admins)))}"


def _so_far(voice: Voice, of: Why) -> list[Block]:
    if not of.asked:
        return [section(voice.say("No check-in has asked you yet."))]
    return [section(f"{_title(voice, each)}\n{_what_became(voice, each, of)}") for each in of.asked]


def _title(voice: Voice, of: Asked) -> str:
    return voice.say("*{name}*, {day}", name=escape(of.checkin), day=of.nominal)


def _what_became(voice: Voice, of: Asked, why: Why) -> str:
    if of.state is PromptState.SKIPPED:
        return _skipped(voice, of, why)
    said = _said(voice, of)
    if of.off is None or of.off is Off.PAUSED:
        return said
    off = days_off.reason(voice, DayOff(of.nominal, of.off), why.calendar)
    return f"{said} " + voice.say("It came before {day} ({reason}).", day=of.nominal, reason=off)


def _said(voice: Voice, of: Asked) -> str:
    when = _when(voice, of.sent_at or of.due_at)
    answered = _when(voice, of.answered_at) if of.answered_at else ""
    match of.state:
        case PromptState.ANSWERED if of.sent_at is None:
            return voice.say("You answered {answered}, before you were asked.", answered=answered)
        case PromptState.ANSWERED:
            return voice.say("You were asked {when}, and answered {answered}.", when=when, answered=answered)
        case PromptState.LATE:
            return voice.say(
                "You were asked {when}, and answered {answered}. Late answers count too.", when=when, answered=answered
            )
        case PromptState.DUE:
            return voice.say("It is on its way to you.")
    until = _when(voice, of.closes_at)
    if of.state is PromptState.SENT:
        return voice.say("You were asked {when}. It is open until {until}: `/checkin`.", when=when, until=until)
    if of.is_closed:
        return voice.say(
            "You were asked {when}, and it was open until {until}. Nothing is expected of you any more.",
            when=when,
            until=until,
        )
    return voice.say(
        "You were asked {when}, and it was open until {until}. "
        "`/checkin` takes a late answer until the next round opens.",
        when=when,
        until=until,
    )


def _skipped(voice: Voice, of: Asked, why: Why) -> str:
    if of.reason is Reason.DAY_OFF:
        return _day_off(voice, of, why.calendar)
    if of.reason is Reason.NOT_THIS_TIME:
        return voice.say("You said: not this time. That's fine.")
    if of.reason is Reason.LEFT_TEAM:
        return voice.say("Not asked: you were in none of its teams any more. ") + _who_adds(voice, of)
    if of.reason is Reason.CHECKIN_DELETED:
        return voice.say("It was ended for everybody before its time was over. What was answered is kept.")
    return _because(voice, of.reason, list(map(escape, why.admins)))


def _who_adds(voice: Voice, of: Asked) -> str:
    if not of.leads:
        return voice.say("Whoever leads one of them can add you.")
    return voice.say("Ask {names} to add you.", names=list(map(escape, of.leads)))


def _day_off(voice: Voice, of: Asked, calendar: WorkCalendar) -> str:
    match of.off:
        case Off.HOLIDAY:
            reason = days_off.reason(voice, DayOff(of.nominal, Off.HOLIDAY), calendar)
            return voice.say("Not asked: {reason}. Nothing was expected of you.", reason=reason)
        case Off.AWAY if of.away_until is not None:
            return voice.say("Not asked: you were away until {day}. Nobody is asked while away.", day=of.away_until)
        case Off.AWAY:
            return voice.say("Not asked: you were away. Nobody is asked while away.")
        case Off.PAUSED:
            return voice.say("Not asked: you had paused Cairn for yourself.")
        case Off.NO_SUCH_DATE:
            return voice.say("Not asked: the clocks of your time zone skip that date.")
        case Off.ASKED:
            return voice.say("Not asked: you had been asked on that date already.")
    return voice.say("Not asked: it fell on a day on which you don't work. Nothing was expected of you.")


def _because(voice: Voice, reason: Reason | None, admins: list[str]) -> str:
    """What keeps Cairn from asking whatever the day is, and who can help; `admins` may be nobody."""
    match reason:
        case Reason.PAUSED_BY_PERSON:
            return voice.say("Not asked: you paused it for yourself. Cairn's Home has *Ask me again*.")
        case Reason.CAIRN_PAUSED:
            said = voice.say("Not asked: Cairn is or was paused for everybody.")
        case Reason.NOT_IN_PILOT:
            said = voice.say("Not asked: other teams try Cairn first, and yours may follow.")
        case Reason.UNDELIVERABLE:
            said = voice.say("Not asked: Slack wouldn't deliver it to you.")
        case Reason.DOWNTIME:
            return voice.say(
                "Not asked: Cairn was down at its time, and none of your working hours was left before it closed. "
                "Nothing was expected of you."
            )
        case Reason.LEFT_COMPANY:
            return voice.say("Not asked: your Slack account was deactivated at that time.")
        case _:
            return voice.say("Not asked. Nothing was expected of you.")
    return f"{said} " + voice.say("Ask {names} to learn more.", names=admins) if admins else said


def _when(voice: Voice, moment: datetime) -> str:
    return voice.say("{day}, {hour}", day=voice.local(moment).date(), hour=voice.hour(moment))
