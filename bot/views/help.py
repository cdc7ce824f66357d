"""`/cairn help`, and the two lines that other words get."""

from __future__ import annotations

from bot.i18n import Voice
from bot.views.blocks import as_typed, cut, escape

SHOWN = 50
"""Characters of an unknown word that are shown again."""


def help_text(voice: Voice) -> str:
    """What can be typed."""
    lines = [
        voice.say("*What you can type*"),
        voice.say("`/checkin`: answer or edit a check-in that is open, or start the next one early"),
        voice.say("`/checkin status`: who has answered, for leads; your own part for everybody"),
        voice.say("`/checkin results`: what check-ins over several teams came to, for who leads one or set it up"),
        voice.say("`/checkin new`: set up a check-in for a team that you lead"),
        voice.say("`/checkin edit`: change one, pause it, ask at once"),
        voice.say(
            "`/give-feedback`: what you got, gave and owe; with `@name`, praise or criticism, "
            "and who reads it before you send it"
        ),
        voice.say("`/kudos`: thank somebody, at once (`/kudos @bo for the launch #craft`) or in a form"),
        voice.say("`/kudos mine`: the thanks that you got and gave, to change and take back"),
        voice.say("`/kudos team`: who in the teams that you lead had no thanks for 30 days, for your eyes only"),
        voice.say("`/goals`: your goals, how far they are and whether they keep pace"),
        voice.say("`/goals new`: set a goal of your own, of a team that you lead, or, for admins, of the company"),
        voice.say("`/goals team`: your team's goals, as far as you may read them; `/goals @name`: somebody's"),
        voice.say("`/goals company`: what the company is after"),
        voice.say("`/give-feedback ask`: and `@name @name`, ask colleagues for feedback, with up to three questions"),
        voice.say("`/goals tree`: how goals belong together, and how far they are with what is below them"),
        voice.say("`/team-summary`: for leads, what their team's week comes to, as far as a channel may read it"),
        voice.say("`/cairn why`: why you were or weren't asked, and what comes next"),
        voice.say("`/cairn access`: who looked at your data in Cairn, when and where"),
        voice.say("`/cairn team`: your teams, and to change those that you lead"),
        voice.say("`/cairn team new`: make a team"),
        voice.say("`/cairn away until 4 December`, `/cairn away`: days on which nothing is asked of you"),
        voice.say("`/cairn days`: your working days, country and reminders"),
        voice.say("`/cairn preferences`: how and when you like praise and criticism"),
        voice.say("`/cairn settings`: the workspace's settings, for admins"),
        voice.say("`/cairn tokens`: let programs tell Cairn readings of measures, for admins"),
        voice.say("`/cairn help`: this"),
        voice.say("Say in a check-in what is in your way: your leads hear of it at once, and only you close it."),
        voice.say("Type to me while a check-in is open, and I offer to put your words in it."),
        voice.say("Cairn's Home tab shows what waits for you. Cairn reads only what is sent to it."),
    ]
    return "\n".join(lines)


def unknown(voice: Voice, typed: str) -> str:
    """A word that Cairn doesn't know after a command; `typed` as Slack sends a command's text."""
    shown = escape(cut(as_typed(typed), SHOWN))
    return voice.say("Cairn doesn't know “{typed}”.", typed=shown) + "\n" + help_text(voice)


def small_talk(voice: Voice) -> str:
    """What other words by DM get."""
    return voice.say(
        "I can't answer that, but nothing you wrote was passed on.\n"
        "Type `/checkin` to answer a check-in, or `/cairn help` for everything else."
    )
