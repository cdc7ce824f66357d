"""What a receiver can do with feedback beside answering it, and what admins see of what they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Modal, button, confirm, context, cut, escape, quoted, section, select
from bot.views.blocks import actions as row
from bot.views.feedback import Said, Talk, sure_to_close

MOST = 100


@dataclass(frozen=True)
class MoreCard:
    """A thread as its receiver has it; `admins`: to whom it can be shown, by primary key and name."""

    talk: Talk
    admins: Sequence[tuple[int, str]]
    is_blocked: bool = False
    refuses: bool = False
    shown_to: str | None = None


@dataclass(frozen=True)
class ReportCard:
    """Feedback as an admin sees it to whom it was shown; `author`: once they may know, or where it was signed.

    `enough`: whether there is a second admin.
    """

    report_id: int
    receiver: str
    words: str
    asked_by: str | None = None
    agreed_by: str | None = None
    author: str | None = None
    may_ask: bool = False
    may_agree: bool = False
    enough: bool = True


def more(voice: Voice, card: MoreCard) -> Block:
    """The form with what can be done."""
    blocks = [_close(voice, card.talk)]
    if card.talk.is_confidential:
        blocks += [_block(voice, card), _refuse(voice, card)]
    blocks += _show(voice, card)
    return Modal(actions.MORE_FEEDBACK_FORM, voice.say("Feedback"), blocks, close=voice.say("Close")).view()


def _close(voice: Voice, talk: Talk) -> Block:
    if talk.is_closed:
        return section(voice.say("*This thread is closed*: what is written in it isn't passed on."))
    text = voice.say("*Close the thread*: what stands in it stays, and nothing more is passed on.")
    return section(
        text, button(voice.say("Close the thread"), actions.CLOSE_FEEDBACK, talk.ref, confirm=sure_to_close(voice))
    )


def _block(voice: Voice, card: MoreCard) -> Block:
    if card.is_blocked:
        return section(voice.say("*Blocked*: nothing confidential comes to you any more from whoever wrote this."))
    text = voice.say(
        "*Take nothing more from whoever wrote this*, as far as it is confidential. You don't learn who it is, and "
        "this thread is closed."
    )
    asked = confirm(
        voice.say("Block whoever wrote this?"),
        voice.say("Nothing confidential comes to you from them any more. It can't be taken back here."),
        yes=voice.say("Block"),
        no=voice.say("Don't block"),
    )
    return section(text, button(voice.say("Block"), actions.BLOCK_FEEDBACK, card.talk.ref, confirm=asked))


def _refuse(voice: Voice, card: MoreCard) -> Block:
    if card.refuses:
        return section(
            voice.say("*You take no confidential feedback that you didn't ask for.* `/cairn preferences` changes that.")
        )
    text = voice.say(
        "*Take no confidential feedback that I didn't ask for*, from anybody. Whoever writes to you is told, and can "
        "sign it; this thread is closed. `/cairn preferences` changes it back."
    )
    return section(text, button(voice.say("Refuse"), actions.REFUSE_FEEDBACK, card.talk.ref))


def _show(voice: Voice, card: MoreCard) -> list[Block]:
    if card.shown_to is not None:
        return [section(voice.say("*Shown to {name}.*", name=escape(card.shown_to)))]
    if not card.admins:
        return [context(voice.say("There is no admin to whom you could show this."))]
    text = _what_is_shown(voice, card.talk)
    choices = {f"{card.talk.ref}:{key}": name for key, name in card.admins[:MOST]}
    asked = confirm(
        voice.say("Show it to this admin?"),
        voice.say("They can read the words from then on."),
        yes=voice.say("Show it"),
        no=voice.say("Don't show it"),
    )
    return [section(text, select(actions.REPORT_FEEDBACK, choices) | {"confirm": asked})]


def _what_is_shown(voice: Voice, talk: Talk) -> str:
    if not talk.is_confidential:
        return voice.say(
            "*Show it to an admin*, where it is abusive: they get its first words, your name and its author's."
        )
    return voice.say(
        "*Show it to an admin*, where it is abusive: they get its first words and your name, and aren't told who wrote "
        "it. Two admins together can learn that; its author is told when they do."
    )


def reported(chosen: str) -> tuple[str, int]:
    """Which thread is shown to which admin, by primary key."""
    ref, _, admin = chosen.partition(":")
    return ref, int(admin)


def report(voice: Voice, card: ReportCard) -> Said:
    """Feedback, as an admin sees it. Its text holds none of the words."""
    receiver = escape(card.receiver)
    text = voice.say("{name} shows you feedback that they find abusive.", name=receiver)
    blocks = [section(text), quoted(card.words), context(_who(voice, card))]
    if card.may_ask and card.enough:
        label = voice.say("Ask a second admin to name the author")
        blocks.append(row(button(cut(label, 75), actions.ASK_UNMASK, str(card.report_id))))
    if card.may_agree:
        blocks.append(row(button(voice.say("Agree: name the author"), actions.AGREE_UNMASK, str(card.report_id))))
    return text, blocks


def _who(voice: Voice, card: ReportCard) -> str:
    if card.author is not None and card.agreed_by is None:
        return voice.say("Written by {author}, who signed it.", author=escape(card.author))
    if card.agreed_by is not None and card.asked_by is not None:
        both = [escape(card.asked_by), escape(card.agreed_by)]
        if card.author is None:
            return voice.say("{names} have learnt who wrote it. Its author was told.", names=both)
        return voice.say(
            "Written by {author}. {names} have learnt it, which is logged, and {author} was told.",
            author=escape(card.author),
            names=both,
        )
    if card.asked_by is not None:
        return voice.say(
            "{name} asks to learn who wrote it. Where another admin agrees, the two are told, and so is its author.",
            name=escape(card.asked_by),
        )
    if not card.enough:
        return voice.say("Cairn doesn't say who wrote it: that takes two admins, and there is one.")
    return voice.say("Cairn doesn't say who wrote it, unless a second admin agrees. Then its author is told.")


def unmasked(voice: Voice, receiver: str, names: Sequence[str]) -> Said:
    """To its author."""
    text = voice.say(
        "{names} have learnt that confidential feedback for {receiver} is from you: {receiver} showed it to an admin, "
        "and a second one agreed. {receiver} isn't told.",
        names=[escape(each) for each in names],
        receiver=escape(receiver),
    )
    return text, [section(text)]
