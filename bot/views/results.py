"""The results of a check-in over several teams: who took part, means and shares."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.checkins import Question, QuestionKind
from bot.domain.results import Line, Result, Results, Tally
from bot.i18n import Voice
from bot.views.blocks import Block, cut, escape, section

SHOWN_TEAMS = 40
WORDING = 150
RESULT_TEXT = 400
"""Characters of one question's results: twenty of them fit into a message."""
TEXT = 3_900


def results(voice: Voice, of: Results) -> tuple[str, list[Block]]:
    """The message to one reader."""
    parts = [_took_part(voice, of), *(cut(_result(voice, of, each), RESULT_TEXT) for each in of.results)]
    return cut("\n".join(parts), TEXT), [section(part) for part in parts]


def listed(voice: Voice, found: Sequence[Results]) -> str:
    """Several of them, in mrkdwn."""
    return cut("\n\n".join(results(voice, each)[0] for each in found), TEXT)


def _took_part(voice: Voice, of: Results) -> str:
    title = voice.say(
        "*Results of {checkin}, {team}, {day}*", checkin=escape(of.checkin), team=escape(of.team), day=of.nominal
    )
    everybody, *others = of.lines
    lines = [f"{title}: {_counted(voice, everybody)}", _who_sees(voice, of)]
    lines += [f"{_name(voice, each.name)}: {_counted(voice, each)}" for each in others[:SHOWN_TEAMS]]
    if len(others) > SHOWN_TEAMS:
        lines.append(voice.say_n("{n} more team", "{n} more teams", len(others) - SHOWN_TEAMS))
    if of.withheld:
        lines.append(
            voice.say_n(
                "{n} team isn't shown by itself: it has too few people.",
                "{n} teams aren't shown by themselves: some have too few people.",
                of.withheld,
            )
        )
    if of.names_hidden:
        lines.append(voice.say("Names are hidden: teams of which fewer than {k} answered aren't counted here.", k=of.k))
    if of.minutes is not None:
        lines.append(_minutes(voice, of.minutes, everybody))
    return "\n".join(lines)


def _who_sees(voice: Voice, of: Results) -> str:
    if of.is_lead:
        return voice.say("Only you see this: counts and means of {k} answers or more, never words.", k=of.k)
    return voice.say("Only you see this: how many took part, never what anybody said.")


def _counted(voice: Voice, of: Line) -> str:
    group = of.group
    said = voice.say_n("{n} of {asked} answered", "{n} of {asked} answered", group.answered, asked=group.asked)
    away = ", " + voice.say_n("{n} away", "{n} away", group.away) if group.away else ""
    return said + away


def _minutes(voice: Voice, each: int, everybody: Line) -> str:
    total = each * everybody.group.asked
    return voice.say_n(
        "It asks about {n} minute of each, {total} minutes in all.",
        "It asks about {n} minutes of each, {total} minutes in all.",
        each,
        total=total,
    )


def _name(voice: Voice, name: str | None) -> str:
    if name is None:
        return voice.say("All together")
    return escape(name) or voice.say("In no team")


def _result(voice: Voice, of: Results, result: Result) -> str:
    lines = [f"*{escape(cut(result.question.wording, WORDING))}*"]
    lines += [f"{_name(voice, name)}: {_said(voice, result.question, tally)}" for name, tally in result.tallies]
    if not result.tallies:
        lines.append(voice.say("Not shown: it takes {k} answers, so that nobody can be told apart.", k=of.k))
    return "\n".join(lines)


def _said(voice: Voice, question: Question, tally: Tally) -> str:
    answers = voice.say_n("{n} answer", "{n} answers", tally.voices)
    if question.kind.has_options:
        shares = (f"{escape(voice.say(option))} {tally.counts.get(n, 0)}" for n, option in _options(question))
        return f"{', '.join(shares)} ({answers})"
    mean = voice.write(tally.mean)
    if question.kind is QuestionKind.NUMBER:
        unit = f" {escape(voice.say(question.unit))}" if question.unit else ""
        return voice.say("{mean} on average ({answers})", mean=mean + unit, answers=answers)
    return voice.say("{mean}/5 on average ({answers})", mean=mean, answers=answers)


def _options(question: Question) -> Sequence[tuple[int, str]]:
    return list(enumerate(question.options, start=1))
