"""Two lines of help for words that Cairn didn't ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.notices.registry import Exempt, Message, Notice, Reader, register
from bot.views.blocks import section
from bot.views.help import small_talk


@register("talk", Exempt.ACT)
@dataclass(frozen=True)
class SmallTalk(Notice):
    """To somebody who wrote to Cairn."""

    person_id: int

    def render(self, session: Session, reader: Reader, now: datetime) -> Message | None:  # noqa: ARG002
        text = small_talk(reader.voice)
        return Message(text, [section(text)])
