"""What the coach knows of English."""

from __future__ import annotations

from bot.domain.coach.language import Language, patterns

_COMMON = """
a about after again all always am an and any are as asked at be because been before being best better but by call can
can't come could did didn't do does doesn't don't done each every everybody everyone everything for from get give go
good got great had has have he her here him his how i i'd i'll i'm i've if in into is isn't it it's its job just keep
know last like love made make many me meeting more most much my need never next nice nobody no not now of off on once
one only or other our out over people really said say see she should so some somebody someone still team than thank
thanks that that's the their them then there they they're thing things think this time to today told too two until up
us very was way we well went were what when where which while who why will with without won't work working would
yesterday you you're you've you'd your yours amazing awesome brilliant colleague excellent fab fantastic kudos
outstanding perfect person solid star super wonderful
"""

# Adjectives that judge a person. Those that may as well describe a tone or a manner (cold, harsh, passive) aren't here.
_TRAIT = (
    r"(?:lazy|arrogant|careless|unprofessional|rude|stupid|dumb|idiotic|selfish|childish|immature|stubborn"
    r"|incompetent"
    r"|negative|toxic|useless|hopeless|worthless|thoughtless|cowardly|disrespectful|inconsiderate|disorgani[sz]ed"
    r"|unorgani[sz]ed|unreliable|untrustworthy|sloppy|chaotic|clueless|ignorant|dishonest|manipulative|egoistic"
    r"|egocentric|narcissistic|aggressive|hostile|moody|hysterical|bossy|pushy|condescending|patroni[sz]ing"
    r"|mean|nasty"
    r"|weak|insecure|spineless|ungrateful|unfriendly|unmotivated|lame|pathetic|ridiculous|naive|slow-witted"
    r"|too (?:sensitive|emotional|soft|nice|slow|quiet|loud|shy|proud))"
)
_SOME = r"(?: [\w'-]+)"
_PERSONALITY = (
    rf"\byou(?:r|'re|'ve|'d)?{_SOME}{{0,8}}? (?P<found>{_TRAIT})(?![\w-])",
    rf"(?P<found>\b{_TRAIT}) (?:of|from) you\b",
    rf"\b(?:it|that|this)(?:'s| is| was|'d be){_SOME}{{0,3}}? (?P<found>{_TRAIT})(?![\w-])",
    rf"(?:^|[.!?,;:] )(?P<found>{_TRAIT})(?=[.!?,;]|$)",
    rf"\byou(?:'re| are| were|'ve been){_SOME}{{0,3}}? (?:an? )?(?P<found>idiot|liar|bully|jerk|snob|coward|loser"
    r"|control freak|know-it-all|micromanager|slacker|egoist|narcissist|diva|drama queen)\b",
    r"(?P<found>\b(?:not|no|never) (?:really )?(?:an? )?team player)\b",
    r"(?P<found>\battitude problem)\b",
    r"\byou (?P<found>micromanage)\b",
    r"\byou (?P<found>(?:act|behave)d? like an? (?:child|baby|kid|diva|teenager|dictator))\b",
    r"\byou (?P<found>(?:don't|do not|clearly don't|never) care)\b(?! for)",
    r"\byou (?P<found>(?:have|show|had) (?:no|zero) (?:empathy|respect|manners|discipline|ambition|backbone|clue))\b",
    r"\byou lack (?P<found>empathy|respect|manners|discipline|ambition|character|backbone)\b",
)

_PAST = (
    r"(?:(?!need|tend|us|suppos|seem|ne)\w{2,}ed|said|told|sent|gave|left|cut|took|taken|made|went|gone|came|wrote"
    r"|written|let|forgot|forgotten|hung|stood|found|got|kept|ran|saw|seen|shut|spoke|spoken|spent|threw|thrown"
    r"|brought"
    r"|broke|broken|began|chose|chosen|drew|drove|driven|held|led|lost|met|paid|sat|shown|sold|bought|stole|stolen"
    r"|hid|hit|lent|lit|rode|rang|rose|shot|slept|stuck|swore|taught|wore|built|caught|fought|knew|meant|overslept"
    r"|drank|ate|did(?! (?:really |so |very |quite )?(?:well|good|great|a great job|an? \w+ job)\b))"
)
_QUICK = r"(?: (?:\w+ly|also|just|then|never|still|only|even|already|first|twice|again|all|both))?"
_YOU_DID = (
    rf"\byou(?:'d| had|'ve| have)?{_QUICK} (?P<found>{_PAST})\b",
    r"\byou (?:didn't|did not|wouldn't|couldn't|weren't)\b",
    r"\b(?:and|but|then|or)(?: \w+ly)? (?:didn't|did not)\b",
    r"\bof you (?:not )?to\b",
)

_MEETING = (
    r"(?:meeting|call|review|retro|retrospective|stand-?up|daily|planning|workshop|interview|presentation|demo"
    r"|off-?site"
    r"|all-?hands|kick-?off|hand-?over|sprint|audit|pitch|triage|talk|evening|conference|training|lunch|dinner"
    r"|breakfast"
    r"|1:1|one-on-one|session|visit|fair|exam|shift|night|party|hearing|negotiation|debrief|brainstorming|town hall)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = r"(?:january|february|march|april|june|july|august|september|october|november|december)"
_PAPER = (
    r"(?:spec|specification|report|draft|deck|e-?mail|ticket|pull request|pr|script|function|contract|document"
    r"|proposal"
    r"|summary|article|offer|invoice|estimate|change|commit|release|design|slide|letter|post|roster|plan)"
)
_SETTING = (
    rf"\b{_WEEKDAY}(?:'s)?\b(?!s)",
    r"\b(?:yesterday|today|tonight|this (?:morning|afternoon|evening|week|month)|the other day|earlier)\b",
    r"\b(?:last|past) (?:night|week|month|summer|winter|spring|autumn|fall|weekend|time|\w+day|release)\b",
    rf"\b(?:last|past) (?:two|three|four|few) (?:days|weeks|months|\w+ings|sprints|releases|shifts|{_MEETING}s)\b",
    rf"\b(?:left|missed|skipped|attended|ran|led|interrupted|opened|closed|joined) (?:the|our|your"
    rf"|my)(?: [\w'-]+){{0,3}}?"
    rf" {_MEETING}\b",
    rf"\b(?:in|on|since|the|\d{{1,2}}\.?) {_MONTH}\b|\b{_MONTH} \d|\b(?:in|since) May\b|\bMay \d|\bthe May\b"
    rf"|\d May\b",
    r"\b(?:on|of|since) the \d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2}[./]\d{1,2}\b|\b\d{4}-\d\d-\d\d\b",
    rf"\b(?:in|at|during|on|after|before|for) (?:the|our|your|my|that|this|a|an)(?: [\w'-]+){{0,4}}? {_MEETING}\b",
    rf"\b(?:at|over|during) {_MEETING}\b|\bsprint \d|\bslide \d|\bin (?:design|code) reviews\b",
    r"\b(?:when|while) (?:we|the) (?:\w+ ){0,3}?\w+ed\b",
    rf"\b(?:your|the) (?:\w+ )?{_PAPER} (?:for|about|on|to|of|in|you|from)\b",
    r"\bon the night of\b|\bat the (?:client|customer|airport|office|counter|site|station)\b",
)

_CAN = r"(?:can't|cannot|couldn't|could not|won't|don't want|didn't dare|don't dare|no longer|can hardly)"
_IMPACT = (
    r"\bso (?:now |that |then )?(?:i|we|he|she|they|it|nobody|no one|everyone|everybody|my|our|the|two|three|four)\b",
    r"[,;] so (?!far|long|much|to)\w+",
    r"\b(?:which|that|this|it) (?:\w+ )?(?:led|leads|costs?|made|makes|meant|means|leaves|left|hurts?|keeps"
    r"|kept|delays?)\b",
    r"\b(?:led to|cost (?:us|me|them|him|her|the|you|our)|could cost|as a result|because of (?:it|this|that|you))\b",
    r"\b(?:made|makes|make|keeps|kept|keep|hurts?) (?:me|us|them|him|her|all of us|the|people|everyone"
    r"|everybody|others)\b",
    r"\b(?:leaves|left|leave|gets|got|reached) (?:me|us|them|him|her|people|everyone|everybody|others)\b",
    r"\bi(?:'d| would) have (?:needed|liked|wanted|preferred)\b|\bwe (?:now )?(?:go|end up|start)\b",
    rf"\b(?:i|we|he|she|they|nobody|who|it|team) (?:now |just |still )?{_CAN}\b",
    r"\b(?:i|we)(?:'ve| have| had|'d)? (?:now |nearly |almost |then |only |just )?(?:have to|had to|need to"
    r"|needed|felt|feel"
    r"|lost|lose|waited|wait|spent|spend|missed|miss|redid|redo|guessed|stopped|wasted|waste|worried|nearly|almost"
    r"|found out|find it|kept quiet|was (?:not|n't|home|embarrassed|hurt|upset|late|stuck|standing|already|left"
    r"|alone)"
    r"|were (?:down|late|stuck|both|left|without|told)|build|launch|get pulled|looked like)\b",
    r"\bi(?:'m| am| was|'ve been) (?:\w+ )?(?:disappointed|hurt|angry|sad|upset|annoyed|worried|afraid|embarrassed"
    r"|frustrated|shocked|confused|lost|stuck|alone|ashamed)\b",
    r"\b(?:and|but) (?:now )?(?:can't|couldn't|won't|cannot) (?!you)\w+",
    r"\b(?:embarrass(?:ed|ing)|frustrat(?:ed|ing)|had to be|are missing|is missing|were missing|was (?:broken"
    r"|late|lost))\b",
)
# How others took it. Names are told by their capital.
_REACTION = (
    r"\b(?i:client|customer|supplier|patient|guest|team|boss|bank|candidate|\w+ners|\w+ents|\w+mers|she|he|they"
    r"|it(?! was)|two"
    r"|four|three|\d+|nobody|somebody|people|which|(?!you|it|in|at|on|when|while|(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day)"
    r"(?-i:[A-Z])[a-z]+)(?: of (?:them|us))?(?:'ve|'s)? (?:then |now |since |just |also )?"
    r"(?:has|have|had|stopped|asked|won't|went|left|missed|lost|failed|broke|were|was|cancelled|called|wrote"
    r"|complained"
    r"|got|spent|expects?|wants?|needs?|started|sends?|sent|began|didn't|don't|doesn't)\b(?! still| you\b)",
)
# What was the case meanwhile isn't what it led to.
_ASIDE = (
    r"\b(?:while|when|whenever|though|although|before|after|whether|until|as if) [\w'-]+"
    r"(?: (?!(?:i|we|you|he|she|they|it|nobody|that)\b)[\w'-]+){0,8}",
)

_OTHERS = (
    r"(?:everybody|everyone|people|(?:the )?others|colleagues|(?:the |your |my |our )?(?:whole "
    r"|entire )?(?:team|office"
    r"|group|department|class|floor|crew)|management|leadership|(?:several|some|many|a few|most) (?:people"
    r"|colleagues|of us"
    r"|others)|they(?: all)?|the rest|we all|nobody|no one)"
)
_HEARSAY = (
    rf"(?P<found>\b(?i:{_OTHERS})(?: \w+){{0,2}}? (?i:thinks?|thought|says?|said|feels?|finds?|complain(?:s"
    rf"|ed)?|agrees?"
    r"|believes?|notices?|noticed|mentioned|hates?|likes?|trusts?))\b(?! (?:anything|nothing|sorry|a word))",
    rf"(?P<found>\b(?i:{_OTHERS}) (?i:is|are|'s|'re) (?i:\w+ ){{0,2}}?(?i:annoyed|unhappy|happy|tired|fed up"
    rf"|frustrated"
    r"|worried|talking|disappointed|afraid|scared|angry|sick))\b",
    r"(?P<found>\b(?:[A-Z][a-z]+|[Hh]e|[Ss]he|[Tt]hey|[Ss]omebody|[Ss]omeone|(?:my|your|our) \w+) (?i:told me"
    r"|mentioned|"
    r"complained|said (?:that )?you|says (?:that )?you|thinks (?:that )?you|reckons|let me know|confided))\b",
    r"(?P<found>\b(?i:I(?:'ve)? (?:heard|hear|was told|am told|been told)|I've been told|word is|rumou?r has it"
    r"|rumou?rs"
    r"|they say|it is said|I'm not the only one|I am not the only one|not just me))\b",
    r"(?P<found>\b[A-Z][a-z]+ and (?:I|me)(?: both| all)? (?i:think|feel|find|agree|believe))\b",
    r"(?P<found>\b[A-Z][a-z]+ is (?:really )?(?:the|a) (?:real |main )?(?i:problem|issue|bottleneck))\b",
)

_NOT_ONCE = rf"(?!{_QUICK} {_PAST}\b)"
_ABSOLUTES = (
    r"\byou(?:'re| are|'ve| have|'ll| will)?(?: (?!i\b|we\b|they\b|he\b|she\b)[\w']+){0,2}? (?P<found>always)\b(?!-)",
    rf"\byou(?:'re| are|'ve| have|'ll| will)?(?: (?!i\b|we\b|they\b|he\b"
    rf"|she\b)[\w']+){{0,2}}? (?P<found>never)\b(?!-)"
    rf"(?! (?:know|mind)\b){_NOT_ONCE}",
    r"\byou(?:'re| are)? (?:\w+ )?(?P<found>constantly|forever|continually|permanently|invariably)\b",
    r"\byou (?P<found>(?:don't|do not|didn't|can't|only) ever)\b",
    r"(?:^|[.!?,;] )(?P<found>always|never) (?:have|has|had|been|late|on time|again|ready|there)\b",
    r"(?P<found>\bit's always the same) with you\b",
    r"(?P<found>\bevery (?:single )?time|all the time|each time|every single (?:day|week|meeting)"
    r"|without exception)\b",
    r"(?P<found>\bwhenever)\b.{0,80}\byou\b",
    r"(?P<found>\b(?:nobody|no one) ever)\b.{0,60}\byou\b",
)

_REASON = (
    *_YOU_DID,
    *_SETTING,
    r"\b(?:for|by) (?!being|everything|always|having)(?:\w+ly )?\w+ing\b",
    r"\b(?:because|so that|which meant|meant that|that saved|saved|helped|since you|halved|instead of)\b",
    r"\bso \w+ that\b",
    r"\byour \w+(?: \w+){0,4}? (?:caught|got|made|found|helped|gave|showed|kept|turned|saved|convinced|brought)\b",
    r"\w: \w+(?: [\w'-]+){7,}",
)

LANGUAGE = Language(
    common=frozenset(_COMMON.split()),
    personality=patterns(*_PERSONALITY),
    absolutes=patterns(*_ABSOLUTES),
    hearsay=patterns(*_HEARSAY, flags=0),
    happened=patterns(*_YOU_DID),
    setting=patterns(*_SETTING),
    impact=patterns(*_IMPACT) + patterns(*_REACTION, flags=0),
    aside=patterns(*_ASIDE),
    reason=patterns(*_REASON),
)
