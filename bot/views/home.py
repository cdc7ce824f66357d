"""App Home: what waits, drafts, teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.calendars import Away
from bot.domain.feedback_inbox import Inbox
from bot.domain.forms import Waiting
from bot.domain.kudos import Shown
from bot.domain.streaks import Streak
from bot.i18n import Voice, mark
from bot.views import actions, feedback_inbox, goal_home, kudos_lists
from bot.views.blockers import BlockersOnHome, on_home
from bot.views.blocks import Block, Element, button, context, divider, escape, header, section
from bot.views.blocks import actions as row
from bot.views.goal_home import GoalsOnHome
from bot.views.goals import Scope

SHOWN = 10


@dataclass(frozen=True)
class KeptLine:
    """Answers that a lead keeps for a 1:1 with their author."""

    prompt_id: int
    name: str
    checkin: str
    nominal: date


@dataclass(frozen=True)
class TeamLine:
    """One of somebody's teams; `checkins` say when each comes. `is_run`: they run those, though they lead nobody."""

    name: str
    checkins: tuple[str, ...]
    is_lead: bool
    is_run: bool = False


QUIET = mark("Nothing. Check-ins come to you by DM.")


@dataclass(frozen=True)
class HomeCard:
    """What Home shows: check-ins that can be answered, those with drafts, those sent already, and teams."""

    waiting: Sequence[Waiting]
    drafts: Sequence[Waiting]
    sent: Sequence[Waiting]
    teams: Sequence[TeamLine]
    paused: Sequence[tuple[int, str]]
    is_admin: bool
    may_make_teams: bool
    blockers: BlockersOnHome | None = None
    kept: Sequence[KeptLine] = ()
    goals: GoalsOnHome | None = None
    feedback: Inbox | None = None
    away: Away | None = None
    streak: Streak | None = None
    kudos: Sequence[Shown] = ()


def home(voice: Voice, card: HomeCard) -> Block:
    """The Home of one person, as `views.publish` takes it."""
    blocks = _away(voice, card) + _waiting(voice, card)
    if card.drafts:
        blocks += [header(voice.say("Your drafts")), context(voice.say("Only you can open them."))]
        blocks += [_line(voice, each, _draft_label(voice, each)) for each in card.drafts[:SHOWN]]
    if card.sent:
        blocks += [header(voice.say("Sent"))]
        blocks += [_line(voice, each, voice.say("Edit your answers")) for each in card.sent[:SHOWN]]
    if card.blockers is not None:
        blocks += on_home(voice, card.blockers)
    blocks += goal_home.on_home(voice, card.goals) if card.goals is not None else []
    blocks += _kept(voice, card.kept)
    blocks += feedback_inbox.on_home(voice, card.feedback) if card.feedback is not None else []
    blocks += kudos_lists.on_home(voice, card.kudos)
    blocks += [divider(), header(voice.say("Your teams")), *_teams(voice, card)]
    buttons = _buttons(voice, card)
    if buttons:
        blocks.append(row(*buttons))
    blocks.append(
        row(
            button(voice.say("Your goals"), f"{actions.GOALS}.{Scope.MINE}", f"{Scope.MINE} 0"),
            button(voice.say("Away"), actions.AWAY),
            button(voice.say("Your days"), actions.DAYS),
            button(voice.say("How you like feedback"), actions.PREFERENCES),
            button(voice.say("Your feedback"), actions.FEEDBACK_INBOX),
            button(voice.say("Give kudos"), actions.GIVE_KUDOS),
        )
    )
    return {"type": "home", "blocks": blocks}


def _away(voice: Voice, card: HomeCard) -> list[Block]:
    if card.away is None:
        return []
    return [
        section(voice.say("You're away until *{last}*: no check-in asks you before you are back.", last=card.away.last))
    ]


def _kept(voice: Voice, kept: Sequence[KeptLine]) -> list[Block]:
    if not kept:
        return []
    lines = [
        section(
            voice.say(
                "*{name}*: {checkin}, {day}", name=escape(each.name), checkin=escape(each.checkin), day=each.nominal
            ),
            accessory=button(voice.say("Done"), actions.KEEP_DONE, str(each.prompt_id)),
        )
        for each in kept[:SHOWN]
    ]
    more = len(kept) - SHOWN
    note = [context(voice.say_n("and {n} more", "and {n} more", more))] if more > 0 else []
    return [header(voice.say("Kept for your 1:1s")), *lines, *note]


def _waiting(voice: Voice, card: HomeCard) -> list[Block]:
    drafted = {each.prompt_id for each in card.drafts}
    waiting = [each for each in card.waiting if each.prompt_id not in drafted]
    lines = [_line(voice, each, voice.say("Answer")) for each in waiting[:SHOWN]]
    if not lines and any(not each.is_over for each in card.drafts):
        return []  # a draft waits, and is next
    told = [context(_streak(voice, card.streak))] if card.streak else []
    return [header(voice.say("What waits for you")), *(lines or [section(voice.say(QUIET))]), *told]


def _streak(voice: Voice, streak: Streak) -> str:
    return voice.say(
        "You answered {answered} of your last {asked} check-ins. Only you see this.",
        answered=streak.answered,
        asked=streak.asked,
    )


def _draft_label(voice: Voice, each: Waiting) -> str:
    return voice.say("Read your draft") if each.is_over else voice.say("Continue your draft")


def _line(voice: Voice, each: Waiting, label: str) -> Block:
    name, day = escape(each.checkin), each.nominal
    if each.is_over:
        text = voice.say("*{name}*, {day}: takes no more answers; your words are kept to read", name=name, day=day)
    elif each.is_answered:
        text = voice.say("*{name}*, {day}", name=name, day=day)
    elif each.is_late:
        text = voice.say("*{name}*, {day}: a late answer is still taken", name=name, day=day)
    else:
        text = voice.say("*{name}*, {day}: open until {until}", name=name, day=day, until=each.closes_at)
    return section(text, accessory=button(label, actions.ANSWER, str(each.prompt_id)))


def _teams(voice: Voice, card: HomeCard) -> list[Block]:
    if not card.teams:
        text = (
            voice.say("You are in no team yet. A lead adds you, or you make one with `/cairn team new`.")
            if card.may_make_teams
            else voice.say("You are in no team yet: a lead adds you.")
        )
        return [section(text)]
    blocks = []
    for team in card.teams[:SHOWN]:
        name = f"*{escape(team.name)}*" + (" · " + voice.say("you lead it") if team.is_lead else "")
        lines = [escape(line) for line in team.checkins] or [voice.say("No check-ins yet.")]
        blocks.append(section(name + "\n" + "\n".join(lines)))
    more = len(card.teams) - SHOWN
    if more > 0:
        blocks.append(context(voice.say_n("and {n} more team", "and {n} more teams", more)))
    for checkin_id, name in card.paused[:SHOWN]:
        blocks.append(
            section(
                voice.say("*{name}* is paused for you.", name=escape(name)),
                accessory=button(voice.say("Ask me again"), actions.RESUME, str(checkin_id)),
            )
        )
    return blocks


def _buttons(voice: Voice, card: HomeCard) -> list[Element]:
    buttons: list[Element] = []
    if card.is_admin or any(team.is_lead for team in card.teams):
        buttons.append(button(voice.say("New check-in"), actions.NEW_CHECKIN))
    if any((team.is_lead or team.is_run) and team.checkins for team in card.teams):
        buttons.append(button(voice.say("Check-ins you lead"), actions.MANAGE_CHECKINS))
    if card.may_make_teams:
        buttons.append(button(voice.say("New team"), actions.NEW_TEAM))
    if card.is_admin:
        buttons.append(button(voice.say("Settings"), actions.SETTINGS))
    return buttons
