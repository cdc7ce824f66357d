"""Feedback in Slack: the neutral notice, the words in its thread, and what each of the two sees of their side.

No `text` of these messages holds words of feedback: lock screens show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.checkins import MAX_WORDS
from bot.domain.feedback import Flaw, Kind, Name
from bot.i18n import Voice, mark
from bot.views import actions
from bot.views.blocks import (
    Block,
    Element,
    Field,
    Modal,
    button,
    confirm,
    context,
    escape,
    field,
    quoted,
    section,
    text_input,
)
from bot.views.blocks import actions as row
from bot.views.feedback_form import VALUE, WORDS

Said = tuple[str, list[Block]]
FLAWS = {
    Flaw.NO_WORDS: mark("Cairn passes on words, no files. Nothing was passed on."),
    Flaw.TOO_LONG: mark(
        "That is longer than the 3,000 characters that fit, so it wasn't passed on. Please shorten it."
    ),
    Flaw.CLOSED: mark(
        "This thread is closed, so that wasn't passed on; your words stand here still. "
        "`/give-feedback` begins another one."
    ),
    Flaw.EARLY: mark(
        "{name} doesn't have your feedback yet, so that wasn't passed on. Undo it to change it; your words stand here "
        "still."
    ),
    Flaw.LEFT: mark("{name} has left, so that didn't reach them. Your words stand here still."),
    Flaw.NOT_YOURS: mark("Only the two whose thread it is write in it, so that wasn't passed on."),
    Flaw.REFUSED: mark(
        "{name} takes no confidential feedback that they didn't ask for, so it didn't reach them. "
        "Your words are a draft again, to be signed if you like."
    ),
    Flaw.UNDELIVERABLE: mark("Slack takes no messages for {name}, so your words didn't reach them."),
}


@dataclass(frozen=True)
class Talk:
    """A thread as one of the two sees it: `name` is the other one's."""

    ref: str
    name: Name
    is_confidential: bool = False
    is_author: bool = False
    is_closed: bool = False
    is_helpful: bool = False


@dataclass(frozen=True)
class Arrived:
    """The notice of feedback: `shared_with` names who reads it too; `asked_for`: what its reader asked; `about` whom.

    `again_at`: when it comes again, in UTC. `later_at`: until when it can be put off from here, tomorrow or on the next
    working day; None where it can't.
    """

    talk: Talk
    shared_with: Sequence[str] = ()
    is_read: bool = False
    asked_for: str | None = None
    about: str | None = None
    again_at: datetime | None = None
    later_at: datetime | None = None
    is_tomorrow: bool = True


@dataclass(frozen=True)
class SentCard:
    """Somebody's own feedback; `arrives_at` in UTC where it hasn't yet, `words` None where they were taken back.

    `waits`: for answers of others, with which it comes together.
    """

    talk: Talk
    receiver_id: int
    kind: Kind
    words: str | None
    readers: Sequence[str]
    arrives_at: datetime | None = None
    waits: bool = False
    flaw: Flaw | None = None


def named(voice: Voice, name: Name) -> str:
    """What somebody is called within a sentence, escaped."""
    if name.is_former:
        return voice.say("a former colleague")
    return voice.say("a colleague") if name.name is None else escape(name.name)


def _starting(voice: Voice, name: Name) -> str:
    """What somebody is called where a sentence begins with them."""
    if name.is_former:
        return voice.say("A former colleague")
    return voice.say("A colleague") if name.name is None else escape(name.name)


def notice(voice: Voice, arrived: Arrived) -> Said:
    """That there is feedback, and who reads it; nothing of what it says."""
    talk, name = arrived.talk, _starting(voice, arrived.talk.name)
    if arrived.is_read:
        text = voice.say("You opened feedback from *{name}*: it is in this thread.", name=named(voice, talk.name))
        closed = [context(_closed(voice))] if talk.is_closed else []
        return text.replace("*", ""), [section(text), *closed]
    first = voice.say("{name} has feedback for you.", name=f"*{name}*")
    blocks = [section(first), context(_who_reads(voice, talk, arrived.shared_with))]
    if arrived.asked_for is not None:
        blocks.append(context(_asked_for(voice, arrived.asked_for, arrived.about)))
    if arrived.again_at is not None:
        blocks.append(context(voice.say("This comes again {when}.", when=arrived.again_at)))
    buttons = [button(voice.say("Read"), actions.READ_FEEDBACK, talk.ref)]
    if arrived.later_at is not None:
        hour = voice.hour(arrived.later_at)
        label = voice.say("Tomorrow {hour}", hour=hour) if arrived.is_tomorrow else voice.moment(arrived.later_at)
        buttons.append(button(label, actions.SNOOZE_FEEDBACK, talk.ref))
    return first.replace("*", ""), [*blocks, row(*buttons)]


def _asked_for(voice: Voice, topic: str, about: str | None) -> str:
    if about is None:
        return voice.say("You asked for it: {topic}", topic=escape(topic))
    return voice.say("You asked for it, about {about}: {topic}", about=escape(about), topic=escape(topic))


def _who_reads(voice: Voice, talk: Talk, shared_with: Sequence[str]) -> str:
    if talk.name.name is None and not talk.name.is_former:
        if shared_with:
            return voice.say(
                "You and {names} can read it in Cairn, and whoever wrote it, whom Cairn doesn't name.",
                names=[escape(each) for each in shared_with],
            )
        return voice.say("Only you and whoever wrote it can read it in Cairn, which doesn't name them.")
    if shared_with:
        readers = [*map(escape, shared_with), named(voice, talk.name)]
        return voice.say("Only you, {names} can read it in Cairn.", names=readers)
    return voice.say("Only you and {name} can read it in Cairn.", name=named(voice, talk.name))


def _closed(voice: Voice) -> str:
    return voice.say("This thread is closed: what is written in it isn't passed on.")


def to_receiver(voice: Voice, talk: Talk, words: str, *, is_first: bool, goal: str | None = None) -> Said:
    """The other one's words, for whoever got the feedback; `goal`: the title of the one that they belong to."""
    text = voice.say("{name} wrote to you: it is in this thread.", name=_starting(voice, talk.name))
    about = [] if goal is None else [context(voice.say("It belongs to the goal *{goal}*.", goal=escape(goal)))]
    blocks = [quoted(words), *about, context(_goes_to(voice, talk))]
    buttons: list[Element] = []
    if not talk.is_closed:
        buttons.append(button(voice.say("Reply"), actions.ANSWER_FEEDBACK, talk.ref))
    if is_first and not talk.is_helpful:
        buttons.append(button(voice.say("Helpful"), actions.HELPFUL_FEEDBACK, talk.ref))
    if is_first:
        buttons.append(button(voice.say("More"), actions.MORE_FEEDBACK, talk.ref))
    if is_first and talk.is_helpful:
        blocks.append(context(voice.say("You marked this as helpful.")))
    return text, [*blocks, row(*buttons)] if buttons else blocks


def to_author(voice: Voice, talk: Talk, words: str) -> Said:
    """The receiver's words, for whoever gave the feedback."""
    text = voice.say("{name} answered you: it is in this thread.", name=_starting(voice, talk.name))
    blocks = [section(voice.say("*{name}* answered you:", name=_starting(voice, talk.name))), quoted(words)]
    blocks.append(context(_goes_to(voice, talk)))
    if not talk.is_closed:
        blocks.append(row(button(voice.say("Reply"), actions.ANSWER_FEEDBACK, talk.ref)))
    return text, blocks


def _goes_to(voice: Voice, talk: Talk) -> str:
    if talk.is_closed:
        return _closed(voice)
    if not talk.is_confidential:
        name = named(voice, talk.name)
        return voice.say("No need to answer now. What you write in this thread goes to {name}.", name=name)
    if talk.is_author:
        return voice.say(
            "What you write in this thread goes to {name} without your name, at 11:00 or 15:00 on their clock. "
            "The way you write may still give you away.",
            name=named(voice, talk.name),
        )
    return voice.say(
        "No need to answer now. What you write in this thread is passed on twice a day, at fixed times. "
        "Cairn can't tell you whether it was read."
    )


def closed(voice: Voice, talk: Talk) -> Said:
    """That the other one closed the thread."""
    text = voice.say("{name} closed this thread.", name=_starting(voice, talk.name))
    more = voice.say("What stands in it stays; what is written in it now isn't passed on.")
    return text, [section(text), context(more)]


def own(voice: Voice, talk: Talk, words: str) -> Said:
    """One's own words from a form, in one's own thread."""
    text = voice.say("You to {name}:", name=named(voice, talk.name))
    return text, [section(text), quoted(words)]


def sent(voice: Voice, card: SentCard) -> Said:
    """Somebody's own feedback: its words, what became of it, and who reads it."""
    name = named(voice, card.talk.name)
    text = voice.say("Your feedback for {name}.", name=f"*{name}*")
    if card.words is None:
        gone = voice.say("You took it back before it arrived: nobody has read it, and your words are a draft again.")
        again = button(voice.say("Open the draft"), actions.GIVE_FEEDBACK, str(card.receiver_id))
        return text.replace("*", ""), [section(text), context(gone), row(again)]
    blocks = [section(text), quoted(card.words), context(_became(voice, card)), context(_read_by(voice, card))]
    buttons = _own_buttons(voice, card)
    return text.replace("*", ""), [*blocks, row(*buttons)] if buttons else blocks


def _became(voice: Voice, card: SentCard) -> str:
    name = named(voice, card.talk.name)
    if card.flaw is not None:
        return flaw(voice, card.flaw, name)
    if card.waits:
        return voice.say(
            "{name} gets it together with others, once three are in; until then you can undo it.", name=name
        )
    if card.arrives_at is not None:
        return voice.say("{name} gets it *{when}*; until then you can undo it.", name=name, when=card.arrives_at)
    helped = " " + voice.say("They found it helpful.") if card.talk.is_helpful else ""
    closed_too = " " + _closed(voice) if card.talk.is_closed else ""
    return voice.say("{name} has it.", name=name) + helped + closed_too


def _read_by(voice: Voice, card: SentCard) -> str:
    names = [escape(each) for each in card.readers]
    if card.talk.is_confidential:
        return voice.say("Read by {names}, who aren't told that it is from you.", names=names)
    return voice.say("Read by {names}, signed with your name.", names=names)


def _own_buttons(voice: Voice, card: SentCard) -> list[Element]:
    talk = card.talk
    if card.flaw is not None or talk.is_closed:
        return []
    if card.waits or card.arrives_at is not None:
        return [button(voice.say("Undo"), actions.UNDO_FEEDBACK, talk.ref)]
    return [
        button(voice.say("Write to {name}", name=talk.name.name or ""), actions.ANSWER_FEEDBACK, talk.ref),
        button(voice.say("Close the thread"), actions.CLOSE_FEEDBACK, talk.ref, confirm=sure_to_close(voice)),
    ]


def sure_to_close(voice: Voice) -> Block:
    """Asked before a thread is closed."""
    return confirm(
        voice.say("Close this thread?"),
        voice.say("What stands in it stays. What either of you writes in it afterwards isn't passed on."),
        yes=voice.say("Close the thread"),
        no=voice.say("Leave it open"),
    )


def shown(voice: Voice, words: str, *, is_edited: bool) -> str:
    """Words as the other one sees them."""
    return f"{words} ({voice.say('edited')})" if is_edited else words


def copy_notice(voice: Voice, name: Name, receiver: str, ref: str, *, is_read: bool) -> Said:
    """To the receiver's manager, where the author chose that: that there is feedback which they may read."""
    said = {"name": f"*{_starting(voice, name)}*", "receiver": f"*{escape(receiver)}*"}
    text = voice.say("{name} has feedback for {receiver} that you can read too.", **said)
    if is_read:
        return text.replace("*", ""), [section(text), context(voice.say("It is in this thread."))]
    between = voice.say("What the two answer each other stays between them.")
    return text.replace("*", ""), [
        section(text),
        context(between),
        row(button(voice.say("Read"), actions.READ_FEEDBACK, ref)),
    ]


def copy_words(voice: Voice, name: Name, receiver: str, words: str) -> Said:
    """The words, for the receiver's manager."""
    text = voice.say(
        "{name} wrote to {receiver}: it is in this thread.", name=_starting(voice, name), receiver=receiver
    )
    note = voice.say(
        "{receiver} reads this too. Only the two of them write in their thread.", receiver=escape(receiver)
    )
    return text, [quoted(words), context(note)]


def flaw(voice: Voice, why: Flaw, name: str) -> str:
    """Why words went nowhere; `name` is escaped."""
    return voice.say(FLAWS[why], name=name)


def not_passed_on(voice: Voice, why: Flaw, name: Name) -> Said:
    """To somebody whose words went nowhere."""
    text = flaw(voice, why, named(voice, name))
    return text, [section(text)]


def answer_form(voice: Voice, talk: Talk) -> Block:
    """The form in which either of the two writes to the other."""
    name = voice.say("a colleague") if talk.name.name is None else talk.name.name
    return Modal(
        actions.ANSWER_FEEDBACK_FORM,
        voice.say("Write to {name}", name=name),
        [
            context(_goes_to_form(voice, talk)),
            field(Field(WORDS, voice.say("Your words")), text_input(VALUE, MAX_WORDS, multiline=True)),
        ],
        submit=voice.say("Send"),
        close=voice.say("Close"),
        metadata=talk.ref,
    ).view()


def _goes_to_form(voice: Voice, talk: Talk) -> str:
    if not talk.is_confidential:
        return voice.say("Only you and {name} can read it in Cairn.", name=named(voice, talk.name))
    if talk.is_author:
        return voice.say(
            "{name} gets it without your name, at 11:00 or 15:00 on their clock. "
            "The way you write may still give you away.",
            name=named(voice, talk.name),
        )
    return voice.say(
        "Only you and whoever wrote to you can read it in Cairn. It is passed on twice a day, at fixed times."
    )


def parse(view: Mapping[str, Any]) -> tuple[str, str]:
    """Which thread the form is for, and the words in it."""
    return str(view["private_metadata"]), view["state"]["values"][WORDS][VALUE].get("value") or ""
