"""Numbers of goals as people read them: values with their units, bars, colours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from bot.domain.goal_status import Standing, Status
from bot.domain.goals import Colour, Direction, MeasureKind, Milestone, Terms, colour, progress
from bot.i18n import Voice
from bot.views.blocks import escape

STEPS = 10


@dataclass(frozen=True)
class MeasureLine:
    """A measure and its value by now, None before anybody said one. `name` is None where the goal's title says it."""

    measure_id: int
    terms: Terms
    name: str | None = None
    unit: str | None = None
    currency: str | None = None
    value: Decimal | None = None
    decimals: int = 0
    milestones: tuple[Milestone, ...] = ()

    @property
    def progress(self) -> Decimal | None:
        """How far it is, 0 to 1; None before there is a value."""
        return progress(self.terms, self.value)


def bar(share: Decimal | None) -> str:
    """How far something is, as a bar of ten steps that is full at the end alone."""
    full = 0 if share is None else int((share * STEPS).to_integral_value(ROUND_FLOOR))
    return "▰" * full + "▱" * (STEPS - full)


def percent(voice: Voice, share: Decimal) -> str:
    """A share of 1 in whole percent, never 100 before the end."""
    return voice.say("{n} %", n=int((share * 100).to_integral_value(ROUND_FLOOR)))


def bar_with_number(voice: Voice, share: Decimal | None) -> str:
    """The bar and its number."""
    return f"{bar(share)} {percent(voice, share)}" if share is not None else f"{bar(share)} –"


def value(voice: Voice, of: MeasureLine, amount: Decimal) -> str:
    """A value with its unit, as mrkdwn."""
    if of.terms.kind is MeasureKind.DONE:
        return voice.say("done") if amount >= 1 else voice.say("not done")
    written = voice.write(amount)
    match of.terms.kind:
        case MeasureKind.PERCENT:
            return f"{written} %"
        case MeasureKind.MONEY:
            return f"{written} {of.currency}"
    return f"{written} {escape(of.unit)}" if of.unit else written


def plain_value(voice: Voice, of: MeasureLine, amount: Decimal) -> str:
    """A value with its unit, for hints and other plain text."""
    return value(voice, replace(of, unit=None), amount) + (f" {of.unit}" if of.unit else "")


def plainly(voice: Voice, of: MeasureLine) -> str:
    """Where a measure should go, in plain text."""
    return wanted(voice, replace(of, unit=None))


def wanted(voice: Voice, of: MeasureLine) -> str:
    """Where a measure should go, as mrkdwn."""
    terms = of.terms
    if terms.kind is MeasureKind.DONE:
        return voice.say("done or not done")
    if terms.direction is Direction.WITHIN and terms.low is not None and terms.high is not None:
        low, high = voice.write(terms.low), value(voice, of, terms.high)
        return voice.say("between {low} and {high}", low=low, high=high)
    if terms.baseline is None or terms.target is None:
        return ""
    return voice.say(
        "from {start} to {target}", start=voice.write(terms.baseline), target=value(voice, of, terms.target)
    )


def line(voice: Voice, of: MeasureLine) -> str:
    """A measure in one line of mrkdwn: its name, its bar, where it is and where it should go."""
    name = f"{escape(of.name)}: " if of.name else ""
    now = value(voice, of, of.value) if of.value is not None else voice.say("no value yet")
    if of.terms.kind is MeasureKind.DONE:
        return f"{bar(of.progress)} {name}{now}"
    return f"{bar(of.progress)} {name}*{now}* · {wanted(voice, of)}"


def pace(voice: Voice, status: Status) -> list[str]:
    """What the numbers say, in words; nothing where they say nothing."""
    match status:
        case Status.BEHIND:
            return [voice.say("behind")]
        case Status.AT_RISK:
            return [voice.say("at risk")]
        case Status.ON_PACE:
            return [voice.say("on pace")]
        case Status.REACHED:
            return [voice.say("reached")]
    return []


def confidence(voice: Voice, of: int | None) -> str:
    """How confident an owner is, in words that need no colour to be understood."""
    if of is None:
        return ""
    match colour(of):
        case Colour.RED:
            return voice.say("confidence {n} of 10, low", n=of)
        case Colour.AMBER:
            return voice.say("confidence {n} of 10, middling", n=of)
    return voice.say("confidence {n} of 10, high", n=of)


def ahead(voice: Voice, of: MeasureLine, standing: Standing) -> str:
    """Where a measure should be today, and where it will end; empty where that can't be said."""
    said = []
    if standing.expected is not None:
        said.append(voice.say("should be at {value} today", value=_rounded(voice, of, standing.expected)))
    forecast = standing.forecast
    if forecast is not None:
        low, high = _rounded(voice, of, forecast.low), _rounded(voice, of, forecast.high)
        said.append(voice.say("will end between {low} and {high}", low=low, high=high))
    return "\n" + " · ".join(said) if said else ""


def _rounded(voice: Voice, of: MeasureLine, amount: Decimal) -> str:
    """What was computed, no more exactly than what was typed."""
    return value(voice, of, round(amount, of.decimals) if of.decimals else Decimal(round(amount)))
