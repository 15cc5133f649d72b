"""Words for a run that a schedule starts, and those that tie such words to a time, or make it the time of something else."""

from __future__ import annotations

import re

from bongsu.audit.patterns import pattern

_NTH = r"(?:first|second|third|fourth|fifth|next|following)"
_KIND = (
    r"(?:scheduled|automatic|regular|planned|real|live|production|nightly|daily|hourly|weekly|own|such|normal|usual)"
)
_NOUN = r"(?:run|invocation|execution|firing|fire|tick)"
_WHO = r"(?:schedule|rule|cron|timer|scheduler|eventbridge)"
_KO_NTH = r"(?:첫|최초|둘째|두 ?번째|셋째|세 ?번째|네 ?번째|다음|\d{1,2} ?번째)"
_KO_KIND = r"(?:자동|예약|정기|스케줄|정시|정규|본|실제)"
_KO_NOUN = r"(?:실행|호출|회차|기동|구동|발동|트리거)"
_KO_WHO = r"(?:규칙|룰|스케줄러?|크론|타이머|이벤트브리지|EventBridge|Scheduler)"
NAMED = rf"{_NTH}[ _-](?:{_KIND}[ _-])*{_NOUN}\b(?:[ _-](?:at|time|utc|kst)\b)?|(?:scheduled|automatic) {_NOUN}s?\b(?: #?\d{{1,3}}\b(?!:))?|(?:starts|runs|invocations|executions) (?:by|from) the {_WHO}\b|{_KO_NTH} ?(?:번 ?)?(?:{_KO_KIND} ?)*{_KO_NOUN}|{_KO_KIND} ?(?:실행|호출|기동)"
"""A run, called one: `the second scheduled run`, `첫 자동 실행`."""
DONE = (
    rf"(?:invoked|started|triggered|fired|run|ran|called) by (?:the |its )?(?:new )?{_WHO}\b(?: rule\b)?"
    rf"|the (?:new )?{_WHO} (?:fired|ran|kicked in|triggered|started)\b(?: it\b)?|(?:cron|timer|rule|schedule) (?:fired|kicked in)\b"
    rf"|(?:ran|fired|invoked|started) (?:right |exactly |dead )?(?:on (?:its )?schedule|as scheduled|of its own accord)\b"
    rf"|{_KO_WHO}(?:이|가|에 ?의해|에 ?의한) ?(?:\S{{1,8}} )?(?:깨웠|깨운|불렀|부른|호출|실행|기동|띄웠|돌렸|트리거)\S{{0,4}}"
)
"""What a schedule did: `invoked by the rule`, `규칙이 기동`."""
RUN = pattern(rf"(?<![\w-])(?:{NAMED}|{DONE})", re.IGNORECASE)
AS_SET = re.compile(
    rf"(?:예약|스케줄|규칙|룰)(?:된 ?)? ?대로|{_KO_WHO}(?: ?스케줄)?에 ?(?:따라|의해|맞춰)|{_KO_WHO}[이가]"
)
"""`스케줄대로`, `규칙이`, before a time at which something was run."""
TIES = re.compile(
    r"(?:[\s:=|\"'`*_(（{\[–—-]|,(?= ?(?:started|fired|invoked|triggered) by)|,(?=\s*:)|,(?= (?:on|at|due) )"
    r"|\b(?:is|was|will be|are|due|expected|planned|scheduled|set|for|at|on|started|starts|starting|start|began|begins|fired|fires|ran|runs|came|comes|went|invoked|triggered|then|itself)\b"
    rf"|\b(?:started|fired|invoked|triggered) by the (?:new )?{_WHO}\b|\b(?:as|on) scheduled?\b|\bby (?:the|its) (?:new )?{_WHO}\b"
    r"|\bafter (?:the |its |our )?(?:enabl\w+|switch\w*|cut ?over|change|move|go-?live|activation)\b"
    r"|\b(?:of|on|by|with) the new (?:\w+)(?: \w+)?\b"
    r"|\b(?:today|tomorrow|tonight|this|the|same|next|morning|afternoon|evening|night|day|utc|kst|time)\b"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b\.?,?|\b\d{1,2}(?:st|nd|rd|th)?\b(?!:),?|\b20\d\d-\d\d-\d\d\b,?"
    rf"|은|는|이|가|시작|기동|시각|예정|일정|오늘|내일|모레|다음 ?날|익일|새벽|오전|오후|아침|저녁|밤|\d{{1,4}}[년월일]|\d{{1,2}}/\d{{1,2}}|[월화수목금토일]요일|\([월화수목금토일]\)|{AS_SET.pattern}|정시에?)*",
    re.IGNORECASE,
)
"""What may stand between a run and its time."""
OF_ITS_END = re.compile(
    r"\s?\)?(?:\s?\(?(?:KST|UTC)\)?)?\s?(?:에|쯤|경)? ?(?:끝|종료|완료|마[쳤침]|확인|보고|게시|공지|까지|이후|이전)|,? ?(?:finish|end|done|complete|check|confirm|read back|report|look|seen|saw)",
    re.IGNORECASE,
)
"""Behind a time that is not a run's start, whatever stands before it."""
SET_OFF = re.compile(
    r"\bstart(?:s|ed|ing)?\b|\bbegan\b|\bbegins\b|\bfired\b|\binvoked\b|\btriggered\b|\bdue\b|\bnext\b|\bexpected\b|시작|기동|트리거|다음|예정|호출됨",
    re.IGNORECASE,
)
"""What says that a time is that of the start itself, or of a run to come, and not that of a line which tells of it."""
BARE = re.compile(
    r"(?:\W*$|[\s,:;(–—-]*(?:just |right |now |was |has |이|가|은|는|(?:잡|작업|태스크|함수)(?:이|가|을|를)? ?)?(?:start(?:s|ed)?|began|begins|fired|invoked|triggered|시작|기동|호출|트리거|제출|들어|돌기)"
    rf"|[\s,:;(–—-]*(?:by|started by|fired by) (?:the )?(?:new )?{_WHO}|,? the {_WHO}'s own|[\s,:;–—-]*(?:[a-z_]+=\S|\d[\d,]* ?[\w가-힣]{{1,10}}\W*$|\d[\d,]* ?[\w가-힣]{{1,10}}, ))",
    re.IGNORECASE,
)
"""What may stand behind a run in an entry whose time is its start: nothing, its beginning, or its figures alone."""
LED = re.compile(
    rf"(?:the |a |an |another |우리 |{_KO_WHO}(?:에 ?의한|의)? )?(?P<run>{NAMED}|{DONE})(?P<rest>.*)", re.IGNORECASE
)
RAN_AT = re.compile(r"\b(?:ran|started|fired|began|was invoked|was triggered)(?: \w+)? (?:at )?$", re.IGNORECASE)
BY_ITSELF = re.compile(
    rf"(?: ?\(?(?:KST|UTC)\)?)?,? ?(?:as scheduled\b|by (?:the|its) (?:new )?{_WHO}\b|on schedule\b|of its own accord\b)",
    re.IGNORECASE,
)
KO_RAN = re.compile(
    r"(?:\s?\(?(?:KST|UTC)\)?)?\s?(?:에(?:는|도)?|건(?:도|은|이)?|분에)\s(?:[^.,\d]{0,8}?)"
    rf"(?:정시 ?(?:에 ?)?(?:실행|시작|기동|호출|트리거)|{DONE}|(?:{NAMED})(?:이|가|을)? ?(?:시작|들어|호출|기동|트리거|됐|되었|돌))"
)
"""Behind a time: `03:50 건도 정시 실행됐고`, `10:00 에 룰이 람다를 깨웠다`."""
KO_SET = re.compile(
    rf"(?:\s?\(?(?:KST|UTC)\)?)?\s?에 (?!켜|활성|생성|수정|등록|바뀌)[^.,\d]{{0,20}}?(?:실행|기동|트리거|호출|깨웠|돌았|돌렸|들어왔|수행|{_KO_WHO}[이가])"
)
AND = re.compile(r"\s?(?:,|·|/|;)\s?(?:and )?|\s(?:and|및)\s|(?:과|와)\s", re.IGNORECASE)
"""Between the times of a list of runs."""
SPAN = re.compile(r"(?: ?(?:KST|UTC))? ?(?:-|–|—|~|→|to|부터|에서) ?\d")
"""Behind a time at which something begins that ends at the next."""
SOMEWHERE = re.compile(
    r" (?!in\b|at\b|on\b|this\b|that\b|the\b|first\b|last\b|next\b)[a-z]{2,12}(?:'s)? time\b| (?:local|there)\b",
    re.IGNORECASE,
)
"""Behind a time by a clock whose zone has no name: `9:15 desk time`."""
RUN_KEY = re.compile(
    r"(?:next|first|latest)_(?:scheduled_)?(?:run|fire|invocation|execution|tick|start)(?:_(?:at|time|utc|kst|on))?"
)
"""The name of a member that holds the time of a run."""
STAMP_KEY = re.compile(r"at|time|ts|when|clock|timestamp|utc|kst|시각")
