"""A line of a log does not tell of what happens later, and nothing is used before it is there.

Source: causality, and the log's own times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import late, withdrawn, written
from bongsu.audit.events import events, timeline
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import effect_before_cause, steps_in_order
from bongsu.audit.states import names_in
from bongsu.audit.words import plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
PAST = re.compile(
    r"\b(?:after|since|once|following|because|when|as soon as|thanks to|now that)\b[^.;]{0,70}\b(?:took|went|came|was|were|had|has|did|got|turned|switched|started|began|stopped|opened|closed|ended|finished|answered|ran|fell|rose|moved|\w+ed)\b[^.;]{0,24}$|"
    r"(?:이후|뒤에?|후에?|된 뒤|하고 나서)[^.]{0,20}$",
    re.IGNORECASE,
)
SAID_PAST = re.compile(
    r"\b(?:was|were|had been|has been|have been|got|took|went|came|happened|arrived|answered|finished|started|ended|closed|opened|stopped|\w+ed)(?: \w+){0,3} (?:at|since|by) $",
    re.IGNORECASE,
)
CHAT = re.compile(r"^\W{0,3}\[?\d{1,2}:\d{2}(?::\d{2})?\]? ?<?[\w.@-]{1,20}>?:\s")
AFTER_KO = re.compile(r"^(?:에|의)? ?[^.,]{0,30}(?:이후|뒤에?|후에?|한 다음|하고 나서)(?![가-힣]*(?:예정|까지))")
COMING = re.compile(
    r"\b(?:until|till|will|next|due|by|before|at the latest|plan\w*|scheduled?|expect\w*|expires?|window|deadline|starts at|ends at|opens at|closes at|should|again at|tomorrow|from|eta|call (?:is|at)|meet\w*|see you|back at|retry at|limit|agreed|set (?:for|to))\b|"
    r"예정|까지|다음|내일|마감|부터|약속|계획|창",
    re.IGNORECASE,
)
WENT_ON = re.compile(
    r"\b(?:repeated|again|retried|once more|second (?:try|attempt|time)|later|then)\b[^.;]{0,12}$|(?:다시|재시도|두 ?번째|나중|그 ?뒤)[^.;]{0,12}$",
    re.IGNORECASE,
)
"""An entry that was gone on with later: `failed on the first try, ok when repeated at 09:12`."""
NOTHING = pattern(
    r"\b(?:nothing|nobody|no one|none|no \w+(?: \w+)?|not (?:a single|one) \w+)\b(?P<what>[^.;]{0,70}?)\b(?:before|until|earlier than|prior to) (?P<when>this (?:moment|point|line|time|minute)|now|then|that|\d{1,2}:\d{2}(?::\d{2})?|the (?:start|switch|enable|enabling))|"
    r"(?P<kowhen>\d{1,2}:\d{2}(?::\d{2})?|이 ?시각|지금|이때) ?(?:이전|전)(?:에는?|까지는?)? ?(?P<kowhat>[^.]{0,40}?)(?:없|않)",
    re.IGNORECASE,
)
EFFECT = re.compile(
    r"\b(?:first|rendered|processed|served|received|delivered|answered|consumed|printed|reconnected|connected|written|recorded|arrived|handled|landed|sold|ran|executed|read|picked up|booked|loaded)\b|첫|최초|처리|수신|기록|접속|연결|응답|도착|발송",
    re.IGNORECASE,
)
BEGINS = pattern(
    r"\b(?:powered (?:up|on)|answers? as|becomes?|became|promoted to|takes? over|took over|comes? up|came up|is up|goes live|went live|is live|created|provisioned|brought up|booted|first started|opened for|begun: traffic|started|starting|enabled|switched on|turned on|deployed|installed|registered|mounted|published|pushed)\b|"
    r"승격|기동|생성|개통|시작|활성화|켬|배포|설치|등록|넘겨받",
    re.IGNORECASE,
)
USES = re.compile(
    r"\b(?:reconnected|connected|attached|moved|switched|failed over|talk(?:s|ing)|sent|writ(?:es|ing|ten)|read(?:s|ing)?|rendered|processed|served|answered|handled|received|booked|printed|recorded|ran|running|first \w+|logged in|routed|pointed|subscribed|consumed|delivered|loaded)\b"
    r"[^.;]{0,40}\b(?:to|by|on|from|through|via|in|into|at|with|of)\b|새 ?[^ ]+(?:에서|으로|에|로|이|가)|(?:에|에서|로|으로) ?(?:접속|연결|기록|처리|수신|저장|발송)",
    re.IGNORECASE,
)
NOT_FIRST = re.compile(
    r"\b(?:again|re-?started|re-?enabled|restart|back|old|resumed|test|manual\w*|by hand|rehears\w*|not|no|never|still|dry|trial)\b|다시|재|기존|옛|시험|수동|리허설|않|없",
    re.IGNORECASE,
)
FIRST = pattern(r"\b(?:new|first)\b|새 |첫|최초")
PAIRS = tuple(
    (pattern(first, re.IGNORECASE), pattern(second, re.IGNORECASE))
    for first, second in (
        (
            r"\bbuil(?:d|t|ds|ding)\b(?! ?#?\d)|\bpush(?:ed)?\b|\bpublish\w*|빌드|업로드",
            r"\bdeploy\w*|\broll(?:ed|ing)? out\b|\binstall\w*|\bpulled\b|배포|설치",
        ),
        (
            r"\bapprov\w+|\bgo given\b|\bsaid go\b|\bgo from\b|\bgreen light\b|승인",
            r"\bexecut\w+|\bswitch(?:ed)?\b|\bappl(?:y|ied)\b|\bcut ?over (?:began|started)|실행|전환|적용",
        ),
        (
            r"\b(?:dump|export|backup|snapshot)\b.{0,30}\b(?:start|beg[ia]n|taken|done|ends?|finish)\w*|(?:덤프|내보내기|백업|추출)\S* ?(?:시작|완료|끝)",
            r"\b(?:restor|import)\w*\b.{0,30}\b(?:done|ends?|finish\w*|complete\w*|begins?|start\w*)|(?:복원|가져오기|적재)\S* ?(?:시작|완료|끝)",
        ),
        (
            r"\b(?:incident|ticket|case|call|room)\b.{0,20}\bopened|(?:장애|티켓|건) ?(?:등록|접수|개설)",
            r"\b(?:incident|ticket|case|call|room)\b.{0,20}\b(?:closed|resolved)|(?:장애|티켓|건) ?(?:종료|해결)",
        ),
        (
            r"\b(?:alarm|alert)\b.{0,20}\b(?:fired|triggered|raised|went off|rang)|(?:경보|알람)\S* ?(?:발생|울림)",
            r"\b(?:alarm|alert)\b.{0,20}\b(?:cleared|resolved|acknowledged|closed|silenced)|(?:경보|알람)\S* ?(?:해제|확인)",
        ),
        (
            r"\b(?:page|message|mail|question|request|call|notice)\b.{0,30}\b(?:sent|posted|went out|placed|asked)|(?:호출|문자|메시지|질문|요청|공지)\S* ?(?:발송|전송|게시|보냄)",
            r"\b(?:answered|replied|acknowledged|acked|picked up|confirmed|reply|answer)\b|응답|회신|답장|확인(?:함|했)",
        ),
    )
)
OF_WHAT = re.compile(r"\b(?:from|to|by|on|via|through|with|into) ((?:[\w-]+ ){0,2}[\w-]+)")
NAMES = re.compile(r"[A-Za-z][\w.]*-[\w.-]*\w|[a-z]+_\w+|\b[a-z]{2,}\d{1,3}\b")
NIGHT_S = 43_200


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what a line tells of a later time, what is told before there could be any, and uses of what was not there yet."""
    for log in filter(written, logs):
        listed = [one for one in events(log) if one.kind != "inline" or _alone(log, one)]
        seen = {hit.spot.line for rule in (effect_before_cause, steps_in_order) for hit in hits(rule, log)}
        for hit in (*_ahead(log), *_nothing_before(log), *_used(listed), *_paired(listed)):
            if hit.spot.line not in seen and not withdrawn(log, hit.spot.line):
                seen.add(hit.spot.line)
                yield hit


def _hit(log: Log, places: tuple[tuple[int, Moment], tuple[int, Moment]], why: str) -> Hit:
    (number, moment), (other, cause) = places
    return Hit(
        spot=log.moment_spot(number, moment),
        also=(log.moment_spot(other, cause),),
        why=why,
        instead="the recorded time of each",
    )


def _alone(log: Log, event: Event) -> bool:
    """Return whether an inline time is the only one of its sentence, in a line that does not begin with a time."""
    others = [one for one in events(log) if one.number == event.number and one is not event]
    return all(one.kind == "inline" and one.text != event.text for one in others)


def _far(one: Moment, other: Moment) -> bool:
    return abs((one.at - other.at).total_seconds()) > NIGHT_S and not (one.own_date and other.own_date)


def _ahead(log: Log) -> Iterator[Hit]:
    """Yield lines that tell, as past, of a time after the one that they begin with."""
    for event in timeline(log):
        if event.kind not in ("leading", "mark"):
            continue
        line = plain(log.line(event.number))
        for moment in log.moments(event.number):
            if moment.column <= event.moment.column or not late(moment, event.moment) or _far(moment, event.moment):
                continue
            before, after = line[event.moment.end - 1 : moment.column - 1], line[moment.end - 1 : moment.end + 40]
            said = CHAT.search(line) and SAID_PAST.search(before)
            if (
                (PAST.search(before) or AFTER_KO.search(after) or said)
                and not COMING.search(before[-40:])
                and not WENT_ON.search(before)
                and not COMING.search(after[:14])
            ):
                yield _hit(
                    log,
                    ((event.number, moment), (event.number, event.moment)),
                    f"a line of {event.moment.text} tells of {moment.text} as past",
                )
                break


def _nothing_before(log: Log) -> Iterator[Hit]:
    for number, line in log.numbered():
        match = NOTHING.search(line)
        found = log.moments(number)
        if match is None or not found:
            continue
        limit = found[-1] if re.match(r"\d", match["when"] or match["kowhen"] or "") else found[0]
        about = stems(line[match.start() : match.end()]) - {"noth", "befor", "moment", "gone", "gon"}
        for place, text in log.numbered():
            told = [one for one in log.moments(place) if place != number and late(limit, one) and not _far(limit, one)]
            if (
                told
                and EFFECT.search(text)
                and len(about & stems(text)) >= min(2, len(about))
                and about
                and not NOTHING.search(text)
            ):
                yield _hit(
                    log,
                    ((place, told[-1]), (number, limit)),
                    f"{told[-1].text} is before {limit.text}, before which there was none",
                )
                break


def _used(listed: list[Event]) -> Iterator[Hit]:
    """Yield uses of a thing before the one step in which it came to be."""
    for cause in listed:
        if not BEGINS.search(cause.text) or NOT_FIRST.search(cause.text):
            continue
        names = {one.lower() for one in NAMES.findall(cause.text)}
        subject = stems(" ".join(BEGINS.split(cause.text)[0].split()[-4:])) - {"itself", "only", "new"}
        alone = sum(bool(subject & one.stems and BEGINS.search(one.text)) for one in listed) == 1
        for effect in listed:
            if not late(cause.moment, effect.moment) or _far(cause.moment, effect.moment):
                continue
            text = effect.text.lower()
            if not FIRST.search(text):
                continue
            noun = sorted(subject & stems(" ".join(OF_WHAT.findall(text)))) if alone and "first" in text else []
            shared = [one for one in names if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)] or noun
            if shared and USES.search(text) and not BEGINS.search(text) and not NOT_FIRST.search(text):
                yield _hit(
                    cause.log,
                    ((effect.number, effect.moment), (cause.number, cause.moment)),
                    f"{shared[0]} is used at {effect.moment.text}, and came to be at {cause.moment.text}",
                )


def _paired(listed: list[Event]) -> Iterator[Hit]:
    """Yield effects before the one cause of their kind, where both speak of the same thing."""
    for first, second in PAIRS:
        causes = [one for one in listed if first.search(one.text) and not NOT_FIRST.search(one.text)]
        effects = [one for one in listed if second.search(one.text) and not NOT_FIRST.search(one.text)]
        causes = [one for one in causes if one not in effects]
        for effect in effects:
            alike = [
                one
                for one in causes
                if one.number != effect.number and _alike(_about(one, first), _about(effect, second), one, effect)
            ]
            earlier = [one for one in causes if not late(one.moment, effect.moment)]
            if (
                len(alike) == 1
                and not earlier
                and late(alike[0].moment, effect.moment)
                and not _far(alike[0].moment, effect.moment)
            ):
                yield _hit(
                    effect.log,
                    ((effect.number, effect.moment), (alike[0].number, alike[0].moment)),
                    f"{effect.moment.text} is before {alike[0].moment.text}, which it follows from",
                )


def _alike(cause: frozenset[str], effect: frozenset[str], one: Event, other: Event) -> bool:
    names, others = set(names_in(one.text)), set(names_in(other.text))
    return bool(cause & effect) and not (names and others and not names & others)


def _about(event: Event, words: re.Pattern[str]) -> frozenset[str]:
    return stems(words.sub(" ", event.text)) | stems(
        " ".join(re.findall(r"incident|ticket|case|room|alarm|alert|page|message|question", event.text))
    )
