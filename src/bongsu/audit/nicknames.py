"""Other ways in which a log calls what it switches: a part of a name that is no other's, the words of what was switched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PARTS = re.compile(r"[-_]")
VERSION = re.compile(r"v\d+")
SIDE = re.compile(r"blue|green|old|legacy|primary|canary|alpha|beta|east|west|left|right")
"""Parts that tell two things of one name apart."""
ALONE = r"(?! (?!(?:is|was|are|has|had|one|off|out|now|and|took|takes|serves|answers|runs|ran|at|in|on|by)\b|[a-z]+ed\b)[a-z-]{2,})"
"""What does not follow such a part where it names a thing by itself: in `the old account` it names none."""
ROLE = re.compile(
    r"worker|consumer|service|svc|job|cron|timer|runner|sender|processor|sync|batch|function|deploy|deployment|daemon|agent|api|app|server|schedule|rule|trigger|task|relay|mapping"
)
"""Parts that tell what kind of thing it is; what is left is its name in short."""
COMMON = frozenset(
    [
        "data",
        "main",
        "prod",
        "test",
        "mail",
        "order",
        "orders",
        "user",
        "users",
        "event",
        "events",
        "time",
        "send",
        "stock",
        "sales",
        "shop",
        "store",
        "night",
        "nightly",
        "daily",
        "hourly",
        "weekly",
        "log",
        "logs",
        "report",
        "reports",
        "payment",
        "payments",
        "cache",
        "queue",
        "node",
        "host",
        "base",
        "pool",
        "cluster",
        "image",
        "file",
        "files",
        "price",
        "load",
        "read",
        "write",
        "search",
    ]
)
WORD = r"[A-Za-z][\w-]*"
HEAD = r"(?:workers?|consumers?|jobs?|feeds?|gates?|valves?|pumps?|lines?|belts?|conveyors?|printers?|kiosks?|terminals?|relays?|bots?|forms?|pages?|endpoints?|lanes?|scanners?|sweepers?|importers?|exporters?|senders?|mailers?|loaders?|crawlers?|pollers?|listeners?|watchers?|probes?|autoscalers?|balancers?|proxy|pooler|gateway|mirror|replica|standby|intake|checkout|sign-?ups?|uploads?|exports?|imports?|payouts?|refunds?|mode|processes|process|loops?|channel|scheduler|timers?|batch|generator|machines?|fans?|heaters?|boilers?|lifts?|elevators?|cameras?|sensors?|doors?)"
PHRASE = re.compile(
    rf"(?<![\w-])(?:(?:the|our|its|all|automatic|auto) )*(?P<phrase>{WORD} {HEAD})(?![\w-])", re.IGNORECASE
)
"""Two words for a thing that has no name with a hyphen: `jingle feed`, `checkout form`."""
PHRASE_KO = pattern(
    r"(?<![가-힣\w-])(?P<phrase>[가-힣A-Za-z0-9]+ ?(?:소비기|소비자|워커|배치|작업기|수집기|발송기|스케줄러|펌프|밸브|라인|단말|키오스크|프린터|접수|신청|결제|적재기|크롤러|감시기|서버|노드|컨슈머|중계기|게이트))"
)
LATIN = re.compile(r"(?<![\w.@#/-])[a-z]{4,15}(?=(?:은|는|이|가|을|를|도|만)?(?:[\s,.:]|$))(?!\.\w)")
AGENT = re.compile(r"[a-z]{3,}(?:er|or)")
"""The last part of a name that says what the thing does: `seatmap-warmer` is `the warmer`."""
NO_AGENT = frozenset(
    [
        "number",
        "order",
        "user",
        "member",
        "customer",
        "server",
        "worker",
        "consumer",
        "center",
        "monitor",
        "error",
        "mirror",
        "master",
        "cluster",
        "docker",
        "letter",
        "offer",
        "paper",
        "owner",
        "manager",
        "folder",
        "header",
        "power",
        "tower",
        "water",
        "winter",
        "summer",
        "other",
        "newer",
        "older",
        "never",
        "after",
        "under",
        "over",
        "later",
        "lower",
        "upper",
        "inner",
        "outer",
        "paper",
        "order",
        "counter",
        "computer",
        "router",
        "editor",
        "doctor",
        "vendor",
        "visitor",
        "author",
        "factor",
        "sector",
        "color",
        "floor",
        "door",
        "minor",
        "major",
        "operator",
        "administrator",
        "engineer",
        "writer",
        "reader",
        "leader",
        "sender",
    ]
)
THING = r"printers?|lanes?|lines?|pumps?|valves?|kiosks?|terminals?|tills?|gates?|belts?|conveyors?|scanners?|machines?|robots?|chargers?|wells?|fans?|boilers?|lifts?|elevators?|cameras?|sensors?|docks?|shards?|partitions?|batch|queues?|workers?|nodes?|servers?|hosts?|feeds?|relays?|turbines?|compressors?|units?|encoders?|readers?|routers?|transmitters?"
NUMBERED = pattern(
    rf"(?<![\w-])(?P<thing>{THING})(?:[ =]|\s?#|-)(?P<n>\d{{1,3}}|(?-i:[A-H]))(?![\w%/:-]|\.\d| of\b)", re.IGNORECASE
)
NUMBERED_KO = pattern(
    r"(?<![가-힣\w])(?P<thing>프린터|라인|레인|펌프|밸브|단말|키오스크|게이트|서버|노드|워커|샤드|배치|큐|장비|충전기|센서|카메라|엘리베이터|승강기) ?(?P<n>\d{1,3})(?:번|호기?)?(?![\d%:가-힣]|\.\d)"
    r"|(?<![\d.:-])(?P<unit>\d{1,2}호기)(?![가-힣]{3})|(?<![\d.:-])(?P<m>\d{1,3})(?:번|호) ?(?P<what>프린터|라인|레인|펌프|밸브|단말|키오스크|게이트|서버|노드|워커|샤드|배치|큐|장비|충전기|센서|카메라|엘리베이터|승강기)(?![가-힣]{3})"
)
"""A thing that is called by its kind and its number: `Printer 4`, `batch=3`, `3번 라인`."""
SPOKEN = re.compile(
    r"(?:\b(?:gateway|node|host|server|broker|worker|router|switch|replica|shard|machine|instance|cell|box|vm|relay|probe|member|peer)s? (?=[a-z]{1,3}-?\d{1,2}(?![\w.-]))"
    r"|\((?:its )?(?:name|named|called):? ?[`\"']?(?=[a-z]{5,20}[`\"')]))(?P<name>[a-z]+-?\d{0,2})(?![\w.-])"
)
"""A thing with a short name of small letters, which stands alone later on: `gateway g2`; or one that is given its name."""
NO_LATIN = re.compile(
    r"rules?|cron|slack|telegram|live|prod|test|page|drill|pods?|nodes?|jobs?|stop|start|down|true|false|null|none|state|status|enabled|disabled|active|ready|running|error|queue|worker|consumer|scheduler?|service|server|message|posted|from|with|then|done|sent|note|report|update|check|kubectl|docker|compose|lambda|alarm|alert|rollback|cutover|legacy|master|primary|standby|replica|https?|json|data|info|warn|command|result|output"
)
"""Words that a Korean log writes in letters of English and that name nothing."""
NO_PHRASE = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "each",
        "every",
        "all",
        "both",
        "no",
        "any",
        "one",
        "two",
        "three",
        "new",
        "old",
        "legacy",
        "former",
        "previous",
        "first",
        "second",
        "third",
        "last",
        "other",
        "another",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "by",
        "from",
        "is",
        "are",
        "was",
        "were",
        "be",
        "it",
        "its",
        "our",
        "their",
        "his",
        "her",
        "my",
        "your",
        "which",
        "what",
        "when",
        "then",
        "only",
        "still",
        "also",
        "not",
        "later",
        "spare",
        "새",
        "옛",
        "구",
        "신",
        "기존",
        "예전",
        "이전",
        "신규",
        "다른",
        "각",
        "두",
        "세",
        "모든",
        "이",
        "그",
        "첫",
    ]
)


def short(names: Iterable[str]) -> dict[str, str]:
    """Return the patterns of short names for which one of some names alone can be meant."""
    every = sorted(set(names))
    found: dict[str, set[str]] = {}
    for name in every:
        for token in _tokens(name, every):
            found.setdefault(token, set()).add(name)
    return {
        rf"(?<![\w.-]){re.escape(token)}(?![\w.-]){ALONE if SIDE.fullmatch(token) else ''}": next(iter(owners))
        for token, owners in found.items()
        if len(owners) == 1
    }


def _tokens(name: str, every: list[str]) -> Iterator[str]:
    tokens = PARTS.split(name)
    for token in tokens:
        if VERSION.fullmatch(token):
            yield token
    if SIDE.fullmatch(tokens[-1]) and any(PARTS.split(other)[:-1] == tokens[:-1] for other in every if other != name):
        yield tokens[-1]
    agent = tokens[-1]
    shared = any(agent in PARTS.split(other) for other in every if other != name)
    if len(tokens) > 1 and AGENT.fullmatch(agent) and not (shared or agent in NO_AGENT or ROLE.fullmatch(agent)):
        yield agent
    if len(tokens) > 1 and ROLE.fullmatch(tokens[-1]):
        stem = tokens[:-1]
        others = [other for other in every if other != name and set(stem) & set(PARTS.split(other))]
        if not others and not (len(stem) == 1 and (stem[0] in COMMON or len(stem[0]) < 4)):
            yield "-".join(stem)


def numbered(text: str) -> list[str]:
    """Return what a text calls by a kind of thing and a number, in lower case: `printer 4`."""
    found = [f"{match['thing'].lower().removesuffix('s')} {match['n']}" for match in NUMBERED.finditer(text)]
    return found + [
        f"호기 {match['unit'].removesuffix('호기')}"
        if match["unit"]
        else f"{match['thing'] or match['what']} {match['n'] or match['m']}"
        for match in NUMBERED_KO.finditer(text)
    ]


def phrases(text: str) -> list[str]:
    """Return what a text calls by two words, in lower case and without the mark of a plural."""
    found = [match["phrase"] for regex in (PHRASE, PHRASE_KO) for match in regex.finditer(text)]
    words = [one.lower().split() for one in found]
    return [
        " ".join([*one[:-1], one[-1].removesuffix("s") if len(one[-1]) > 4 else one[-1]])
        for one in words
        if len(one) == 2 and one[0] not in NO_PHRASE
    ]


def latin(text: str) -> list[str]:
    """Return the words in letters of English in a Korean text, by which it calls its things: `torque는 정지 유지`."""
    if not re.search("[가-힣]", text):
        return []
    return [match[0] for match in LATIN.finditer(text) if not NO_LATIN.fullmatch(match[0])]
