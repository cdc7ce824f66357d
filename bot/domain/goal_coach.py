"""What would make a goal more specific, measurable, aligned or time-bound: rules, in English and German."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FAR = timedelta(days=400)
"""A date further away than a year and a bit binds nobody."""
FEWEST_WORDS = 2
_VAGUE_UP_TO = 4  # words of a title beside which "improve" says nothing; a longer one says what


class About(StrEnum):
    """What a goal should be."""

    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    ALIGNED = "aligned"
    TIME_BOUND = "time_bound"


class Hint(StrEnum):
    """What is missing or vague; views have a sentence for each that says how to mend it."""

    SHORT = "short"
    VAGUE = "vague"
    SEVERAL = "several"
    NO_MEASURE = "no_measure"
    NUMBER_IN_TITLE = "number_in_title"
    NO_PARENT = "no_parent"
    NO_DATE = "no_date"
    DATE_IN_TITLE = "date_in_title"
    FAR_DATE = "far_date"


_ABOUT = {
    Hint.SHORT: About.SPECIFIC,
    Hint.VAGUE: About.SPECIFIC,
    Hint.SEVERAL: About.SPECIFIC,
    Hint.NO_MEASURE: About.MEASURABLE,
    Hint.NUMBER_IN_TITLE: About.MEASURABLE,
    Hint.NO_PARENT: About.ALIGNED,
    Hint.NO_DATE: About.TIME_BOUND,
    Hint.DATE_IN_TITLE: About.TIME_BOUND,
    Hint.FAR_DATE: About.TIME_BOUND,
}


@dataclass(frozen=True)
class Sketch:
    """A goal as far as it is written. `could_have_parent`: there is one above it to choose; the company's has none."""

    title: str
    starts_on: date
    due_on: date | None = None
    measures: int = 0
    has_parent: bool = False
    could_have_parent: bool = True


@dataclass(frozen=True)
class Advice:
    """One thing to mend; `quote` are the words of the title that it is about, empty where it is about none."""

    hint: Hint
    quote: str = ""

    @property
    def about(self) -> About:
        """Which of the four it is about."""
        return _ABOUT[self.hint]


def advise(sketch: Sketch) -> tuple[Advice, ...]:
    """What would make a goal better, at most one thing for each of the four."""
    found = (_specific(sketch.title), _measurable(sketch), _aligned(sketch), _time_bound(sketch))
    return tuple(advice for advice in found if advice is not None)


# Words that wish instead of saying, whatever stands beside them.
_WISHES = re.compile(
    r"\b(world[- ]class|(?:the )?best[- ]in\b|the best|synerg\w+|where possible|as needed|role model|by example"
    r"|take ownership|try to|work harder|keep the lights on|impact|excellence|(?:grow|develop) as|(?:grow|develop) my"
    r"|wo es geht|wo möglich|nach bedarf|vorbild|various|things|stuff|tbd|etc|mindset"
    r"|next level|learn more|great work)\b",
    re.IGNORECASE,
)
# Ways and traits: good wishes for a person, and nothing that one could see.
_TRAITS = re.compile(
    r"\b(be|become|get|sei|werden)\b.*\b(better|more|great|good|excellent|stronger|proactive|professional|besser)\b"
    r"|\b(besser|mehr|stärker)\b.*\b(werden|sein|zeigen)\b",
    re.IGNORECASE,
)
# Which direction, but not how far, and words for doing well.
_DIRECTIONS = re.compile(
    r"\b(improve\w*|optimi[sz]e\w*|enhance|strengthen|increase|boost|focus on|drive|support|help|work on"
    r"|better|faster|more|less|fewer|foster|leverage|streamline|first|verbessern|optimieren|stärken"
    r"|unterstützen|steigern|fördern|mehr|weniger|vorantreiben|fokus auf)\b",
    re.IGNORECASE,
)
# What everybody is for, and nobody can point at; German makes one word of several.
_ABSTRACT = re.compile(
    r"\b(quality|communicat\w+|collaborat\w+|teamwork|visibility|growth|business|revenue|process(?:es)?|relationships?"
    r"|satisfaction|performance|productivity|efficiency|culture|engagement|innovation|strateg\w+|roadmap|code|sales"
    r"|customers?|users?|leadership|leader|motivation|morale|alignment|ownership|awareness|value|development|operations"
    r"|thinking|initiative|attitude|skills?|knowledge|expertise|transparency|trust|well-?being|balance|network(?:ing)?"
    r"|presence|reputation|experience|potential|agility|flexibility|responsibility|accountability|commitment|success"
    r"|results|standards|stakeholders?|understanding|creativity|diversity|inclusion|service|execution|planning"
    r"|confidence|professionalism|reliability|player|listener|listening|time management|organi[sz]ation|organised"
    r"|\w*(?:qualität|kommunikation|zusammenarbeit|prozesse?|leistung|effizienz|produktivität|überstunden|initiative"
    r"|kultur|motivation|führung|beziehung(?:en)?|stimmung|zufriedenheit|entwicklung|bewusstsein|kompetenz(?:en)?"
    r"|fähigkeit(?:en)?|verantwortung|transparenz|vertrauen|image|projekte|themen|wissen|organisation|denken))\b",
    re.IGNORECASE,
)
# How to be, where a goal says what to bring about.
_BEING = re.compile(
    r"^(?:be|become|stay|remain|show|demonstrate|ensure|maintain|have)\b|\b(?:sein|zeigen|bleiben)$", re.IGNORECASE
)
_SMALL = re.compile(
    r"an?|the|our|my|your|their|its|of|to|in|at|on|for|and|or|we|us|with|by|as|der|die|das|den|dem|des|eine?|einen"
    r"|im|am|zu|und|mit|für|von|unsere?|unseren|meine?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d[\d.,' ]*(?:\s*%|\s*€|\b)|\b(?:half|halve|double|third|fifth|quarter of|twice|halbieren)\b", re.IGNORECASE
)
_AND = re.compile(r"\b(?:and|und)\b|[;&+]", re.IGNORECASE)
_MONTHS = r"jan\w*|feb\w*|mar\w*|mär\w*|apr\w*|may|mai|jun\w*|jul\w*|aug\w*|sep\w*|oct\w*|okt\w*|nov\w*|dec\w*|dez\w*"
_WHEN = re.compile(
    rf"\b(?:by|until|before|end of|bis|ende|vor)\s+(?:the\s+)?(?:end of\s+|ende\s+)?"
    rf"(?:{_MONTHS}|q[1-4]|h[12]|year|month|quarter|20\d\d|\d{{1,2}}[./]\d{{1,2}}\S*)"
    r"|\bthis (?:year|quarter|month)|\b(?:dieses jahr|dieses quartal)",
    re.IGNORECASE,
)


def _specific(title: str) -> Advice | None:
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", title)
    if len(words) < FEWEST_WORDS:
        return Advice(Hint.SHORT)
    vague = _WISHES.search(title) or _TRAITS.search(title) or _without_distance(title, words)
    if vague is not None:
        return Advice(Hint.VAGUE, vague[0])
    return Advice(Hint.SEVERAL) if len(_AND.findall(title)) > 1 else None


def _without_distance(title: str, words: Sequence[str]) -> re.Match[str] | None:
    """A direction without a distance, a way to be, or what nobody can point at; a number says enough, and so do many
    words, unless they are only "with" whom.
    """
    if _NUMBER.search(title) is not None:
        return None
    direction, abstract = _DIRECTIONS.search(title), _ABSTRACT.search(title)
    telling = sum(_SMALL.fullmatch(word) is None for word in words)
    if telling <= _VAGUE_UP_TO and _BEING.search(title) is not None:
        return abstract or _BEING.search(title)
    if direction is not None and (telling < _VAGUE_UP_TO - 1 or (abstract is not None and telling <= _VAGUE_UP_TO)):
        return direction
    if abstract is None:
        return None
    return abstract if telling < _VAGUE_UP_TO or (direction is not None and _WITH.search(title)) else None


_WITH = re.compile(r"\b(?:with|across|mit|für)\b", re.IGNORECASE)


def _measurable(sketch: Sketch) -> Advice | None:
    if sketch.measures:
        return None
    number = next(_amounts(sketch.title), None)
    return Advice(Hint.NO_MEASURE) if number is None else Advice(Hint.NUMBER_IN_TITLE, number)


def _amounts(title: str) -> Iterator[str]:
    """Numbers in a title that no date is made of."""
    without_dates = _WHEN.sub(" ", title)
    for found in re.finditer(r"\d+(?:[.,' ]\d+)*(?:\s*[%€$£])?", without_dates):
        yield found[0].strip()


def _aligned(sketch: Sketch) -> Advice | None:
    return None if sketch.has_parent or not sketch.could_have_parent else Advice(Hint.NO_PARENT)


def _time_bound(sketch: Sketch) -> Advice | None:
    if sketch.due_on is not None:
        return Advice(Hint.FAR_DATE) if sketch.due_on - sketch.starts_on > FAR else None
    when = _WHEN.search(sketch.title)
    return Advice(Hint.NO_DATE) if when is None else Advice(Hint.DATE_IN_TITLE, when[0])
