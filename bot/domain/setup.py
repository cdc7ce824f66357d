"""What somebody asks for when they set up a team, a check-in or the workspace: parsed, not yet checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from bot.domain.checkins import QuestionKind
from bot.domain.public_holidays import Region
from bot.domain.rhythms import Rhythm
from bot.i18n import Voice, mark


@dataclass(frozen=True)
class TeamRequest:
    """A team to be made. People are Slack ids; `zone` is IANA, None for the maker's own."""

    name: str
    members: tuple[str, ...]
    leads: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    home_channel: str | None = None
    zone: str | None = None


@dataclass(frozen=True)
class ConditionRequest:
    """Asked only after one of these answers to an earlier question.

    `position` is that question's in the list, from 0 on; `values` are steps of a mood or scale, or numbers of options,
    from 1 on.
    """

    position: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class QuestionRequest:
    """A question to be asked, in the words of whoever sets it up.

    `options` for a choice; `unit` for a number; `is_plan` for a long text whose lines are items that the next round
    brings back.
    """

    kind: QuestionKind
    wording: str
    required: bool = True
    options: tuple[str, ...] = ()
    unit: str | None = None
    condition: ConditionRequest | None = None
    is_plan: bool = False

    def said_by(self, voice: Voice) -> QuestionRequest:
        """A template's question in somebody's language."""
        return replace(
            self,
            wording=voice.say(self.wording),
            options=tuple(map(voice.say, self.options)),
            unit=self.unit and voice.say(self.unit),
        )


@dataclass(frozen=True)
class CheckInRequest:
    """A check-in to be made. `team_ids`: whom it asks; `readers`: team, leads or channel.

    `zone_kind`: each person's own zone or the team's; `reminders`: light, standard or active; `digest_when`: at close
    or as answers arrive (arrival).
    """

    team_ids: tuple[int, ...]
    name: str
    questions: tuple[QuestionRequest, ...]
    rhythm: Rhythm
    at: time
    window_minutes: int
    readers: str
    home_channel: str | None
    zone_kind: str = "own"
    reminders: str = "standard"
    digest_when: str = "close"
    names_hidden: bool = False


USUAL_VOICES = 5
VOICES = range(3, 21)
"""How many voices a question needs with names hidden: as a workspace begins, and what it can choose."""


USUAL_DMS = 10
DMS = range(1, 51)
"""How many new DMs a week Cairn sends somebody by itself: as a workspace begins, and what it can choose."""


@dataclass(frozen=True)
class SettingsRequest:
    """The workspace's settings, as they stand or as an admin wants them; `version` is the one they looked at.

    `k`: how many voices it takes with names hidden. `kudos_emoji`, without colons, gives kudos as a reaction;
    `kudos_a_day`: the most that one person may give, None for any number. `dms_a_week`: the
    attention budget.
    """

    anyone_makes_teams: bool
    guests_take_part: bool
    working_days: frozenset[int]
    hours_from: time
    hours_to: time
    region: Region | None
    version: int
    pilot_teams: frozenset[int] = frozenset()
    k: int = USUAL_VOICES
    kudos_values: tuple[str, ...] = ()
    kudos_emoji: str | None = None
    kudos_a_day: int | None = None
    dms_a_week: int = USUAL_DMS


WINDOWS: dict[int, str] = {
    120: mark("2 hours"),
    240: mark("4 hours"),
    480: mark("8 hours"),
    1440: mark("a day"),
    1620: mark("until noon the day after (27 hours)"),
    2880: mark("two days"),
    4320: mark("three days"),
    10080: mark("a week"),
}
"""How long a check-in can stay open, in minutes."""

MAX_NAME = 80
MAX_WORDING = 300
MAX_PEOPLE = 300
MAX_QUESTIONS = 20
OPTIONS = range(2, 11)
"""How many options a choice has. Slack: ten at most in radio buttons and checkboxes."""
MAX_OPTION = 75
"""Characters of an option. Slack: docs, "option object"."""
MAX_UNIT = 20
