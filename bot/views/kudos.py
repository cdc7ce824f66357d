"""Kudos as they are read: the card in a channel, the DM to whoever is thanked, what their giver hears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.kudos import Given, NoCard, Shown
from bot.i18n import Voice
from bot.views import actions
from bot.views.blocks import Block, Element, Modal, button, confirm, context, cut, escape, quoted, section
from bot.views.blocks import actions as row

FALLBACK_TEXT = 3_900
NAMED = 20
"""Names on a card, and of those who joined."""
Said = tuple[str, list[Block]]


def card(voice: Voice, shown: Shown) -> Said:
    """In the channel where they were given."""
    blocks = [section(heading(voice, shown)), *_words(voice, shown), *_joined(voice, shown)]
    blocks.append(row(button("+1", actions.JOIN_KUDOS, str(shown.kudos_id))))
    return _text(voice, shown), blocks


def received(voice: Voice, shown: Shown, *, in_private: bool) -> Said:
    """By DM to somebody who is thanked; `in_private`: no card names them."""
    blocks = [section(heading(voice, shown)), *_words(voice, shown), *_joined(voice, shown)]
    blocks.append(context(_who_reads(voice, shown, in_private=in_private)))
    return _text(voice, shown), blocks


def _text(voice: Voice, shown: Shown) -> str:
    return cut(f"{heading(voice, shown)}: {escape(shown.words)}", FALLBACK_TEXT)


def heading(voice: Voice, shown: Shown) -> str:
    """Who thanks whom, and with which values."""
    giver, names = f"*{escape(shown.giver)}*", list(some(voice, shown.names, bold=True))
    if not shown.to_you:
        said = voice.say(":raised_hands: {giver} thanks {names}", giver=giver, names=names)
    elif names:
        said = voice.say(":raised_hands: {giver} thanks you, with {names}", giver=giver, names=names)
    else:
        said = voice.say(":raised_hands: {giver} thanks you", giver=giver)
    edited = ["_" + voice.say("edited") + "_"] if shown.is_edited else []
    return " · ".join([said, *map(escape, shown.values), *edited])


def some(voice: Voice, names: Sequence[str], *, bold: bool = False) -> Iterable[str]:
    """Names, escaped; of very many the first."""
    shown = names if len(names) <= NAMED else names[: NAMED - 1]
    yield from (f"*{escape(name)}*" if bold else escape(name) for name in shown)
    if len(shown) < len(names):
        left_out = len(names) - len(shown)
        yield voice.say_n("{n} other", "{n} others", left_out)


def _words(voice: Voice, shown: Shown) -> list[Block]:
    blocks = [quoted(shown.words)] if shown.words else []
    source = shown.source
    if source is None:
        return blocks
    about = voice.say("About <{link}|a message> in <#{channel}>", link=source.link, channel=source.channel)
    return [*blocks, context(about), *([quoted(source.quote)] if source.quote else [])]


def _joined(voice: Voice, shown: Shown) -> list[Block]:
    if not shown.joined:
        return []
    return [context(voice.say("+1 from {names}", names=list(some(voice, shown.joined))))]


def _who_reads(voice: Voice, shown: Shown, *, in_private: bool) -> str:
    giver = escape(shown.giver)
    if shown.channel is not None and in_private:
        return voice.say(
            "You like thanks in private, so the card in <#{channel}> doesn't name you.", channel=shown.channel
        )
    if shown.channel is not None:
        return voice.say("There is a card in <#{channel}>, for whoever reads there.", channel=shown.channel)
    if shown.names:
        return voice.say("Only {giver} and those who are thanked can read this in Cairn.", giver=giver)
    return voice.say("Only you and {giver} can read this in Cairn.", giver=giver)


def receipt(voice: Voice, given: Given) -> Said:
    """To the giver, at once and for them alone: whom it reaches and where, and how to undo it."""
    text = " ".join([_reaches(voice, given), *_but(voice, given)])
    may_post = given.channel is None and given.no_card is not NoCard.ALL_IN_PRIVATE
    return text, [section(text), row(*own_buttons(voice, given.kudos_id, may_post=may_post))]


def _reaches(voice: Voice, given: Given) -> str:
    names = list(some(voice, given.names))
    if given.channel is not None:
        return voice.say("Your thanks reach {names} in <#{channel}> and by DM.", names=names, channel=given.channel)
    return voice.say("Your thanks reach {names} by DM.", names=names)


def _but(voice: Voice, given: Given) -> Iterable[str]:
    if given.in_private:
        names = list(some(voice, given.in_private))
        yield voice.say("By DM alone, as they like it: {names}.", names=names)
    if given.no_card is NoCard.CANNOT_POST:
        yield voice.say("Cairn can't post in this channel: type `/invite @Cairn`, then press Post in a channel.")
    elif given.no_card is NoCard.NOT_A_CHANNEL:
        yield voice.say("Nobody else reads them unless you post them in a channel.")
    yield voice.say("You can change them and take them back for 24 hours.")


def own_buttons(voice: Voice, kudos_id: int, *, may_post: bool = False) -> list[Element]:
    """What the giver of kudos can do with them."""
    sure = confirm(
        voice.say("Take these thanks back?"),
        voice.say("They are deleted wherever Cairn posted them. Nobody is told."),
        yes=voice.say("Take them back"),
        no=voice.say("Keep them"),
    )
    change = voice.say("Post in a channel") if may_post else voice.say("Change")
    return [
        button(change, actions.CHANGE_KUDOS, str(kudos_id)),
        button(voice.say("Take back"), actions.TAKE_KUDOS_BACK, str(kudos_id), confirm=sure),
    ]


def receipt_form(voice: Voice, given: Given) -> Block:
    """The receipt in place of the form that gave them."""
    _, blocks = receipt(voice, given)
    return Modal("notice", voice.say("Kudos"), blocks, close=voice.say("Close")).view()


def taken_back(voice: Voice) -> str:
    """To the giver, once they are gone."""
    return voice.say("Your thanks are taken back, wherever Cairn posted them. Nobody is told.")


def joined_before(voice: Voice, kudos_id: int) -> Block:
    """To somebody who pressed +1 once more."""
    undo = button(voice.say("Take my +1 back"), actions.UNJOIN_KUDOS, str(kudos_id))
    said = section(voice.say("You have joined these thanks; your name is on the card."))
    return Modal("notice", voice.say("Kudos"), [said, row(undo)], close=voice.say("Close")).view()


def unjoined(voice: Voice) -> Block:
    """In its place, once the +1 is gone."""
    said = section(voice.say("Your +1 is gone from the card."))
    return Modal("notice", voice.say("Kudos"), [said], close=voice.say("Close")).view()


def not_posted(voice: Voice, kudos_id: int, channel: str, names: Sequence[str]) -> Said:
    """To the giver, where Slack refused the card."""
    text = voice.say(
        "Your thanks reach {names} by DM alone: Cairn can't post in <#{channel}>. "
        "Type `/invite @Cairn` there, or choose another channel.",
        names=list(some(voice, names)),
        channel=channel,
    )
    post = button(voice.say("Post in a channel"), actions.CHANGE_KUDOS, str(kudos_id))
    return text, [section(text), row(post)]


def not_received(voice: Voice, name: str) -> Said:
    """To the giver, where Slack takes no DM of Cairn's to somebody."""
    text = voice.say(
        "Your thanks couldn't reach {name} by DM: Slack takes no message of Cairn's there. "
        "They see them in `/kudos mine`; a word of your own reaches them too.",
        name=escape(name),
    )
    return text, [section(text)]


def reactions(voice: Voice, emoji: str, thanks: Sequence[tuple[str, str]]) -> Said:
    """One DM a day to somebody about messages of theirs that were reacted to: givers with the links."""
    heading = voice.say_n(
        ":{emoji}: {n} thanks for your messages", ":{emoji}: {n} thanks for your messages", len(thanks), emoji=emoji
    )
    lines = [f"<{link}|{escape(name)}>" for name, link in thanks[:NAMED]]
    if len(thanks) > NAMED:
        lines.append(voice.say_n("{n} other", "{n} others", len(thanks) - NAMED))
    text = voice.say("{heading}: {names}", heading=heading, names=lines)
    note = voice.say("Who sees those messages sees the reactions. More of today come with the next working day's.")
    return text, [section(text), context(note)]


def enough_for_today(voice: Voice, a_day: int) -> Said:
    """To somebody whose reaction would have been one too many."""
    text = voice.say_n(
        "You have given your {n} kudos of today, so your reaction gives none. Your reaction stays as it is.",
        "You have given your {n} kudos of today, so your reaction gives none. Your reaction stays as it is.",
        a_day,
    )
    return text, [section(text)]
