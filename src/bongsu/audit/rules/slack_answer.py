"""Slack answers `ok` with a ts and ids, or an `error`, never both; its ids tell by their first letter what they are of.

Source: Slack API, "Using the Slack Web API" (`ok`, `error`) and chat.postMessage: `channel` is the conversation's id, `ts`
is never empty; ids: C, G, D conversations, U, W users, B bots, T, E workspaces, A apps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.answers import NEVER, caption
from bongsu.audit.facts import Facts, facts
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.log import WEBHOOK
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
RIGHT = re.compile(r"\d{10}\.\d{6}")
ERROR = re.compile(r"[a-z]+(?:_[a-z]+)+|[a-z]{6,}")
"""Slack's errors are one word of small letters: `not_in_channel`."""
ANSWER = frozenset(
    [
        "ok",
        "channel",
        "ts",
        "message",
        "error",
        "errors",
        "warning",
        "needed",
        "provided",
        "response_metadata",
        "message_timestamp",
        "thread_ts",
        "permalink",
        "text",
    ]
)
"""The members of an answer; an object with others is a log's own summary, which may leave out and rename."""
POSTED = re.compile(r"chat\.postMessage|^\s+[\"']?text[\"']?\s*[:=]", re.IGNORECASE)
CALL = re.compile(r"chat\.postMessage")
OTHER_CALL = re.compile(
    r"\b(?:chat\.(?!postMessage)|reactions\.|conversations\.|pins\.|files\.|users\.|auth\.|views\.|api\.test)|webhook|웹훅|health|/ok\b|send[A-Z]",
    re.IGNORECASE,
)
"""Another call whose answer may be `ok` and nothing else."""
NO_WORDS = re.compile(r"[\"']?text[\"']?\s*:\s*(?:\"\"|'')")
ABOVE_MOST, ALONE_MOST, DEEP_MOST = 3, 5, 12
BLOCKS = frozenset(["blocks", "attachments", "files", "upload"])
OF_TELEGRAM = frozenset(["result", "error_code", "description", "message_id", "chat", "chat_id"])
SHAPES = {
    "channel": ("CGD", "a conversation's id begins with C, G or D"),
    "channel_id": ("CGD", "a conversation's id begins with C, G or D"),
    "user": ("UW", "a user's id begins with U or W"),
    "user_id": ("UW", "a user's id begins with U or W"),
    "parent_user_id": ("UW", "a user's id begins with U or W"),
    "bot_id": ("B", "a bot's id begins with B"),
    "team": ("TE", "a workspace's id begins with T or E"),
    "team_id": ("TE", "a workspace's id begins with T or E"),
    "app_id": ("A", "an app's id begins with A"),
}
ID = re.compile(r"[A-Z][0-9A-Z]{7,11}")
DIGIT = re.compile(r"\d")
SAID = pattern(
    r"(?<![\w#/])(?P<what>channel|conversation|bot|user|app|team|workspace|채널|봇|사용자|앱|워크스페이스)[ _-]?(?:id|ID|아이디)(?:는|은|가)?\W{1,4}(?P<id>[A-Z]0[0-9A-Z]{6,10})(?![\w/])"
)
WORDS = {
    "channel": "channel",
    "conversation": "channel",
    "채널": "channel",
    "bot": "bot_id",
    "봇": "bot_id",
    "user": "user",
    "사용자": "user",
    "app": "app_id",
    "앱": "app_id",
    "team": "team",
    "workspace": "team",
    "워크스페이스": "team",
}
EMPTY = re.compile(r"\W*(?:empty|none|null|blank|nothing|없음|빈 ?값|비어 ?있음|공백)?\W*", re.IGNORECASE)
EMPTY_TS = pattern(
    r"\b(?:ok|posted|accepted|taken)\b[^.;\n]{0,60}\b(?:empty|blank) [`\"']?ts\b|\bts[`\"']? (?:was |is |came back |field |being )+(?:empty|blank|null)\b|\bts\S{0,3} ?(?:는|가|값이|필드가)? ?(?:비어 ?있|빈 ?값|공백|빈 ?문자열)",
    re.IGNORECASE,
)
BOTH = pattern(
    r"\bok[`\"']?\s*(?:[:=]|was|is)?\s*[`\"']?true\b[^.;{}\n]{0,40}?\berror[`\"']?\s*(?:[:=]|was|is)?\s*[`\"']?(?P<error>[a-z]+(?:_[a-z]+)+)",
    re.IGNORECASE,
)
INSTEAD = "the answer exactly as Slack gave it"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield answers of Slack that contradict themselves, and ids of another kind than they are called."""
    for log in logs:
        found: dict[Spot, Hit] = {}
        for group in facts(log):
            for hit in (*_answer(group), *_ids(group)):
                found.setdefault(hit.spot, hit)
        lines = {spot.line for spot in found}
        for hit in (*_both(log), *_empty(log), *_said(log)):
            if hit.spot.line not in lines:
                found.setdefault(hit.spot, hit)
        yield from found.values()


def _answer(group: Facts) -> Iterator[Hit]:
    ok, error, ts = group.of.get("ok"), group.of.get("error"), group.of.get("ts")
    if ok is None or not isinstance(ok.value, bool) or _never(group) or OF_TELEGRAM & group.of.keys():
        return
    if ok.value and error and isinstance(error.value, str) and ERROR.fullmatch(error.value):
        yield _hit(
            error.spot,
            (ok.spot,),
            f"`ok` is true beside `error` {error.value!r}; Slack gives an error with `ok` false alone",
        )
    raw = group.of.keys() <= ANSWER
    message = _value(group, "message")
    if ok.value and raw and isinstance(message, dict) and _wordless(message) and not BLOCKS & message.keys():
        yield _hit(
            _words_at(group),
            (group.of["message"].spot, ok.spot),
            "Slack refuses a message without words and blocks (`no_text`); this answer shows one",
        )
    if ts is None and ok.value and raw and (group.of.keys() == {"ok"} or isinstance(_value(group, "channel"), str)):
        bare = group.of.keys() <= {"ok", "channel"} and (_posted(group) or _beside_full_ones(group))
        if isinstance(message, dict) or bare:
            yield _hit(ok.spot, (), "chat.postMessage's answer has a ts beside channel and message; this one has none")
        return
    if ts is None or not raw:
        return
    told = "" if ts.value is None else str(ts.value)
    if ok.value and not RIGHT.fullmatch(told):
        said = "an empty `ts`" if EMPTY.fullmatch(told) else f"the `ts` {told!r}"
        yield _hit(
            ts.spot,
            (ok.spot,),
            f"{said} beside `ok` true; a message that was posted has a ts of ten digits, a dot and six",
        )
    elif ok.value and ts.typed and not isinstance(ts.value, str):
        yield _hit(ts.spot, (ok.spot,), "Slack's ts is a text in quotes, not a number")
    elif not ok.value and RIGHT.fullmatch(told):
        yield _hit(ts.spot, (ok.spot,), "a ts beside `ok` false; what was not posted has none")
    channel = group.of.get("channel")
    if ok.value and channel and isinstance(channel.value, str) and re.match(r"[#@a-z가-힣]", channel.value):
        yield _hit(channel.spot, (ok.spot,), f"{channel.value!r} is a channel's name; the answer has its id")


def _wordless(message: dict[str, object]) -> bool:
    """Return whether a message that was posted has no words: an empty text, or nothing at all."""
    return not message or message.get("text") == ""


def _words_at(group: Facts) -> Spot:
    """Return where a message's empty text stands, which may be lines below its beginning."""
    spot = group.of["message"].spot
    inner = group.log.numbered(spot.line, spot.line + DEEP_MOST)
    return next((group.log.spot(number, found) for number, line in inner if (found := NO_WORDS.search(line))), spot)


def _posted(group: Facts) -> bool:
    """Return whether the call, or the words of the message, stand just above its answer, or the call just below."""
    log, start, alone = group.log, group.start, group.of.keys() == {"ok"}
    above = [line for _, line in log.numbered(max(1, start - (ALONE_MOST if alone else ABOVE_MOST)), start)]
    below = [line for _, line in log.numbered(start + 1, start + ABOVE_MOST + 1)] if alone else []
    if alone:
        near = " ".join([*above, *below])
        return CALL.search(near) is not None and OTHER_CALL.search(near) is None
    return any(POSTED.search(line) for line in above)


def _beside_full_ones(group: Facts) -> bool:
    """Return whether the log shows other answers of the same conversation with their ts, and this one without."""
    channel = _value(group, "channel")
    return any(
        one.of.keys() >= {"ok", "channel", "ts"} and one.of.keys() <= ANSWER and _value(one, "channel") == channel
        for one in facts(group.log)
    )


def _value(group: Facts, name: str) -> object:
    one = group.of.get(name)
    return one.value if one else None


def _ids(group: Facts) -> Iterator[Hit]:
    """Yield ids in Slack's own objects that are of another kind than their member says."""
    own = {"ts", "bot_id", "thread_ts", "team", "subtype", "app_id"} & group.of.keys()
    if not own or OF_TELEGRAM & group.of.keys():
        return
    for name, (letters, what) in SHAPES.items():
        one = group.of.get(name)
        named = name.endswith("_id") and str(one.value if one else "").startswith("#")
        if one and isinstance(one.value, str) and (named or _other(one.value, letters)):
            yield _hit(one.spot, (), f"{one.value} as `{name}`: {what}")


def _other(text: str, letters: str) -> bool:
    return bool(ID.fullmatch(text) and DIGIT.search(text) and text[0] not in letters)


def _both(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        for match in BOTH.finditer(line):
            why = f"`ok` is true beside the error {match['error']!r}; Slack gives an error with `ok` false alone"
            yield _hit(log.spot(number, match), (), why)


def _empty(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        match = EMPTY_TS.search(line)
        if match and re.search(r"\bok\b|posted|accepted|성공|게시", line, re.IGNORECASE) and not WEBHOOK.search(line):
            yield _hit(log.spot(number, match), (), "a message that was posted has a ts of ten digits, a dot and six")


def _said(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        for match in SAID.finditer(line):
            letters, what = SHAPES[WORDS[match["what"]]]
            if match["id"][0] not in letters:
                yield _hit(log.spot(number, match, "id"), (), f"{match['id']}: {what}")


def _never(group: Facts) -> bool:
    """Return whether what stands here is said not to have happened: an example, a draft."""
    return any(NEVER.search(line) for _, line in caption(group.log, group.start)) or bool(NEVER.search(group.within))


def _hit(spot: Spot, also: tuple[Spot, ...], why: str) -> Hit:
    return Hit(spot=spot, also=tuple(one for one in also if one.line != spot.line), why=why, instead=INSTEAD)
