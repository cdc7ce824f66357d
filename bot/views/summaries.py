"""A team's summary: the preview that one person sees, the post, and the full copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.domain.blockers import LedBlocker
from bot.domain.checkins import Question, QuestionKind
from bot.domain.goal_status import Status
from bot.domain.periods import Period
from bot.domain.summary import Figures, GoalFigure, Summary, Votes
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import Block, button, context, cut, escape, section, select
from bot.views.blocks import actions as row
from bot.views.digests import pack

Said = tuple[str, list[Block]]
TEXT = 3_900
WORDING, WORDS, TITLE, NAMES = 150, 300, 120, 60
BAR = 10
TEAMS = 20
IN_PREVIEW = 2_800
PERIODS = {
    "this week": mark("This week"),
    "last week": mark("Last week"),
    "last 30 days": mark("Last 30 days"),
    "last month": mark("Last month"),
    "last quarter": mark("Last quarter"),
}
STATUS = {
    Status.BEHIND: mark("behind"),
    Status.AT_RISK: mark("at risk"),
    Status.ON_PACE: mark("on pace"),
    Status.REACHED: mark("reached"),
    Status.UNKNOWN: mark("without a verdict"),
}


def preview(voice: Voice, of: Summary, team_id: int, *, may_post: bool) -> Said:
    """What somebody sees alone before they post it, with what isn't in it and why."""
    heading = _title(voice, of) + " " + voice.say("(only you see this)")
    lines = [heading, _in_short(voice, of), *_left_out(voice, of)]
    if of.channel is not None and not may_post:
        lines.append(
            voice.say(
                "Cairn can't post here: it isn't in this channel, or that is archived or shared with another company."
            )
        )
    value = f"{team_id} {of.period}"
    buttons = [button(voice.say("DM me the full copy"), actions.COPY_SUMMARY, value)]
    if of.channel is not None and may_post:
        post = voice.say("Post to #{channel}", channel=cut(of.channel, 40))
        buttons.insert(0, button(post, actions.POST_SUMMARY, value, style="primary"))
    chosen = {f"{team_id} {typed}": voice.say(name) for typed, name in PERIODS.items()}
    periods = select(actions.SUMMARY_PERIOD, chosen) | {
        "placeholder": {"type": "plain_text", "text": voice.say("Change period")}
    }
    text = cut("\n".join(lines), IN_PREVIEW)
    return text, [section(text), row(*buttons, periods)]


def posted(voice: Voice, of: Summary, asker: str) -> list[Said]:
    """The pages of the post."""
    by = voice.say("{name} asked for this. It says how things were as it was posted.", name=escape(cut(asker, NAMES)))
    return _pages([*_all(voice, of), f"_{by}_"])


def copy(voice: Voice, of: Summary) -> list[Said]:
    """The pages of the copy for one person."""
    only = voice.say("Only you see this: it has what you may read, and isn't for a channel as it is.")
    return _pages([*_all(voice, of), f"_{only}_"])


def _pages(parts: Sequence[str]) -> list[Said]:
    pages = []
    for blocks in pack([[section(part)] for part in parts]):
        text = "\n\n".join(block["text"]["text"] for block in blocks)
        pages.append((text, blocks))
    return pages


def _all(voice: Voice, of: Summary) -> list[str]:
    questions = [_question(voice, of, each) for each in of.questions]
    parts = [
        f"{_title(voice, of)}\n{_in_short(voice, of)}",
        _trend(voice, of),
        _changed(voice, of),
        *(each for each in questions if each),
        *_list(voice.say("*Open blockers*"), [_blocker(voice, of, each) for each in of.blockers]),
        *_list(voice.say("*Goals*"), [_goal(voice, each) for each in of.goals]),
        _replied(voice, of),
    ]
    return [cut(part, 2_900) for part in parts if part]


def _title(voice: Voice, of: Summary) -> str:
    return f"*{escape(cut(of.team, NAMES))}, {voice.days(of.period.first, of.period.last)}*"


def _in_short(voice: Voice, of: Summary) -> str:
    parts = [
        _took_part(voice, of),
        _mood(voice, of),
        _blocked(voice, of),
        _goals_in_short(voice, of),
        _kudos(voice, of),
    ]
    lines = [" · ".join(part for part in parts if part)]
    if of.open_rounds:
        lines.append(
            voice.say_n(
                "{n} check-in is still open and isn't counted yet.",
                "{n} check-ins are still open and aren't counted yet.",
                of.open_rounds,
            )
        )
    return "\n".join(lines)


def _took_part(voice: Voice, of: Summary) -> str:
    now, then = of.figures, of.before
    if not of.has_checkins:
        return voice.say("No check-in asks this team yet")
    if not now.asked and not now.away:
        return voice.say("No check-in closed in these days")
    said = voice.say_n("{n} of {asked} answered", "{n} of {asked} answered", now.answered, asked=now.asked)
    if now.away:
        said += ", " + voice.say_n("{n} away", "{n} away", now.away)
    if now.no_answer:
        said += ", " + voice.say_n("{n} without an answer", "{n} without an answer", now.no_answer)
    if now.rate is not None and then.rate is not None:
        said += " " + voice.say("({rate} %, was {before} %)", rate=now.rate, before=then.rate)
    return said


def _mood(voice: Voice, of: Summary) -> str:
    if not of.moods:
        return ""
    if not of.mood.voices:
        return voice.say("mood not shown: it takes {k} answers that all may see", k=of.k)
    mean = voice.write(of.mood.mean)
    if of.mood_before.voices:
        return voice.say("mood *{mean}*, was {before}", mean=mean, before=voice.write(of.mood_before.mean))
    return voice.say("mood *{mean}*", mean=mean)


def _blocked(voice: Voice, of: Summary) -> str:
    if not of.blockers:
        return ""
    said = voice.say_n("{n} open blocker", "{n} open blockers", len(of.blockers))
    return voice.say("{blockers}, oldest {age}", blockers=said, age=_age(voice, of, of.blockers[0]))


def _age(voice: Voice, of: Summary, blocker: LedBlocker) -> str:
    return voice.say_n("{n} day", "{n} days", max(0, (of.now - blocker.opened_at).days))


def _goals_in_short(voice: Voice, of: Summary) -> str:
    counts = Counter(each.status for each in of.goals)
    said = [f"{counts[status]} {voice.say(STATUS[status])}" for status in reversed(STATUS) if counts[status]]
    return voice.say("goals: {statuses}", statuses=", ".join(said)) if said else ""


def _kudos(voice: Voice, of: Summary) -> str:
    if not of.kudos:
        return ""
    said = voice.say_n("{n} kudos", "{n} kudos", of.kudos)
    values = ", ".join(f"#{escape(cut(value, NAMES))} {n}" for value, n in list(of.values.items())[:5])
    return f"{said} ({values})" if values else said


def _left_out(voice: Voice, of: Summary) -> list[str]:
    out = of.left_out
    if not out or of.channel is None:
        return []
    parts = [voice.say("the answers of {checkin}", checkin=escape(cut(each, NAMES))) for each in out.checkins[:5]]
    if more := len(out.checkins) - 5 if len(out.checkins) > 5 else 0:
        parts.append(voice.say_n("those of {n} more check-in", "those of {n} more check-ins", more))
    if out.blockers:
        parts.append(voice.say_n("{n} blocker", "{n} blockers", out.blockers))
    if out.goals:
        parts.append(voice.say_n("{n} goal", "{n} goals", out.goals))
    if out.kudos:
        parts.append(voice.say_n("{n} kudos", "{n} kudos", out.kudos))
    channel = escape(of.channel)
    why = (
        voice.say(
            "Left out, because everyone at {workspace} can read #{channel}:",
            workspace=escape(of.everybody),
            channel=channel,
        )
        if of.everybody
        else voice.say("Left out, because not everybody in #{channel} may read it:", channel=channel)
    )
    return [f"_{why}_ {voice.names(parts)}"]


def _trend(voice: Voice, of: Summary) -> str:
    points = [(period, figures) for period, figures in of.trend if figures.asked]
    if len(points) < 2:
        return ""
    lines = [voice.say("*Over time*")]
    lines += [_point(voice, of, period, figures) for period, figures in points]
    return "\n".join(lines)


def _point(voice: Voice, of: Summary, period: Period, figures: Figures) -> str:
    mood = figures.mood(of.moods)
    line = f"{voice.days(period.first, period.last)}: " + voice.say("{rate} % answered", rate=figures.rate)
    return line + (", " + voice.say("mood {mean}", mean=voice.write(mood.mean)) if mood.voices else "")


def _changed(voice: Voice, of: Summary) -> str:
    if of.changed_most is None:
        return ""
    question, then, now = of.changed_most
    return voice.say(
        "*What changed most*: {question}, from {before} to {now}",
        question=escape(cut(voice.say(question.wording), WORDING)),
        before=voice.write(then),
        now=voice.write(now),
    )


def _question(voice: Voice, of: Summary, question: Question) -> str:
    votes = of.figures.questions.get(question.id)
    if votes is None or not votes.voices:
        return ""
    answers = voice.say_n("{n} answer", "{n} answers", votes.voices)
    heading = f"*{escape(cut(voice.say(question.wording), WORDING))}* ({answers})"
    if question.kind is QuestionKind.NUMBER:
        # What was said lowest and highest is one person's own number: for where everybody may read each answer.
        return f"{heading}\n{_numbers(voice, question, votes, with_range=of.channel is not None)}"
    names = {n: escape(voice.say(option)) for n, option in enumerate(question.options, start=1)}
    steps = names or {n: f"{n}/5" for n in reversed(question.kind.numbers or ())}
    return "\n".join([heading, *_bars(steps, votes.tally.counts)])


def _numbers(voice: Voice, question: Question, votes: Votes, *, with_range: bool) -> str:
    unit = f" {escape(voice.say(question.unit))}" if question.unit else ""
    middle = voice.write(votes.middle.normalize() + Decimal(0))
    if not with_range:
        return voice.say("Half are above {middle}{unit}, half below", middle=middle, unit=unit)
    return voice.say(
        "Half are above {middle}{unit}, half below; from {low} to {high}",
        middle=middle,
        unit=unit,
        low=voice.write(votes.amounts[0]),
        high=voice.write(votes.amounts[-1]),
    )


def _bars(steps: Mapping[int, str], counts: Mapping[int, int]) -> list[str]:
    most = max(counts.values(), default=0) or 1
    return [f"{'▇' * -(-BAR * counts.get(n, 0) // most) or '·'} {counts.get(n, 0)} {name}" for n, name in steps.items()]


def _list(heading: str, lines: Sequence[str]) -> list[str]:
    """A list in parts that each fit into a block."""
    parts, room = list[str](), 0
    for line in lines:
        if not parts or len(line) > room:
            parts.append(heading if not parts else "")
            room = 2_800
        parts[-1] += f"\n{line}" if parts[-1] else line
        room -= len(line) + 1
    return parts


def _blocker(voice: Voice, of: Summary, blocker: LedBlocker) -> str:
    words = " ".join((blocker.words or "").split())
    return f"• {escape(cut(blocker.name, NAMES))}, {_age(voice, of, blocker)}: {escape(cut(words, WORDS))}"


def _goal(voice: Voice, goal: GoalFigure) -> str:
    share = "" if goal.share is None else f", {round(goal.share * 100)} %"
    due = "" if goal.due_on is None else ", " + voice.say("due {day}", day=goal.due_on)
    title, owner = escape(cut(goal.title, TITLE)), escape(cut(goal.owner, NAMES))
    return f"• {title} ({owner}): {voice.say(STATUS[goal.status])}{share}{due}"


def _replied(voice: Voice, of: Summary) -> str:
    done, answers = of.replied
    if not answers:
        return ""
    return voice.say(
        "*Both ways*: the team gave {answers} answers with names; its leads replied to {done}.",
        answers=answers,
        done=done,
    )


def choose_team(voice: Voice, teams: Sequence[tuple[int, str]], period: str) -> Said:
    """Several teams could be meant."""
    text = voice.say("Which team? Nothing was posted. You can also type its name: `/team-summary Platform last week`.")
    buttons = [
        button(cut(name, 70), f"{actions.SUMMARY_OF_TEAM}.{n}", f"{team_id} {period}".strip())
        for n, (team_id, name) in enumerate(teams[:TEAMS])
    ]
    return text, [section(text), row(*buttons)]


def posting(voice: Voice, channel: str) -> str:
    """Somebody had it posted."""
    return voice.say("It is on its way to <#{channel}>. What is posted isn't changed afterwards.", channel=channel)


def copying(voice: Voice) -> str:
    """Somebody asked for the full copy."""
    return voice.say("The full copy is on its way to you by DM. Nothing was posted.")


def asked_before(voice: Voice, value: str, channel: str, name: str, moment: str) -> Said:
    """It stands there already."""
    text = voice.say(
        "{name} had this summary posted to <#{channel}> on {moment}. Post it again? Nothing was posted just now.",
        name=escape(name),
        channel=channel,
        moment=moment,
    )
    return text, [section(text), row(button(voice.say("Post again"), actions.POST_SUMMARY_AGAIN, value))]


def not_posted(voice: Voice, channel: str) -> Said:
    """To whoever wanted it posted, where Slack refused it."""
    text = voice.say(
        "The summary isn't in <#{channel}>: Cairn can't post there. Type `/invite @Cairn` in that channel, then "
        "`/team-summary` again. Nothing was posted.",
        channel=channel,
    )
    return text, [section(text), context(voice.say("Only you see this."))]
