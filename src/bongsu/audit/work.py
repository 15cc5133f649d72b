"""Which events of a log are work on what it is about: a change, a command that changes, the declared end of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from bongsu.audit.events import Event

CHANGES = pattern(
    r"\b(?:delet|drop|add|remov|replac|deploy|shift|rout|publish|launch|releas|convert|cordon|attach|detach|connect|renam|truncat|creat|turn(?:ed|ing)? (?:on|off)|roll(?:ed|ing)? (?:out|back)|enabl|disabl|switch|restart|reboot|reload|migrat|mov(?:ed|ing)|cut ?over|flip|appl(?:y|ied)|updat|upgrad|chang|scal|promot|"
    r"fail(?:ed|ing)? over|repoint|swap|patch|install|drain|import|restor|rotat|edit|push|merg|w(?:rote|ritten) |stopp|start|shut|power|open|took (?:out|away|off|down)|taken (?:out|away|off|down)|put (?:in|on|back)|lower|rais|purg|flush|tun(?:ed|ing)|register|suspend|unsuspend|clos(?:ed|ing) (?:the )?(?:valve|gate|port|listener))\w*\b|"
    r"교체|재기동|배포|전환|삭제|제거|변경|적용|활성화|비활성화|이전|재시작|중지|기동|패치|설치|갱신|반영|이관|수정|추가|등록|해제|조정|올림|내림|뺌|뺐|바꿨|바꿈|지웠|지움|껐|켰|끔|켬|리로드|"
    r"[\w%]+ ?(?:->|→|=>) ?[\w%]+",
    re.IGNORECASE,
)
COMMANDS = pattern(
    r"\b(?:sudo )?(?:rm|mv|cp|ln|sed -i|chmod|chown|systemctl (?:re)?(?:load|start|stop|enable|disable|mask)\w*|systemctl \w+ing|service \S+ (?:re)?(?:start|stop|load)|"
    r"nginx -s reload|kubectl (?:-\S+ \S+ )*(?:apply|delete|create|patch|scale|set|replace|edit|drain|cordon|uncordon|rollout (?:restart|undo)|label|annotate)|helm (?:upgrade|install|rollback|uninstall)|terraform (?:apply|destroy)|"
    r"aws (?:--\S+ \S+ )*[a-z0-9-]+ (?:put|update|delete|create|enable|disable|modify|change|start|stop|reboot|register|deregister|run|remove|add|attach|detach|set|tag|failover|promote|restore|publish|import)-?[a-z-]*|"
    r"nsupdate|docker (?:run|stop|rm|restart)|(?:alter|drop|create|truncate) (?:table|role|index|database|user)|(?:update|delete from|insert into) \w+)\b",
    re.IGNORECASE,
)
_WORK = r"(?:work|changes?|job|move|migration|switch(?:over)?|cut ?over|maintenance|roll-?back|back-?out|rehearsal|freeze|hold|outage|batch|wave|step|deploy\w*|rollout|upgrade|restart|reload)"
ENDS = pattern(
    rf"\b{_WORK}\b[^.;]{{0,40}}\b(?:over|done|finished|ended|completed?|closed|off|lifted|declared|released|concluded|called)\b|"
    rf"\b(?:end|close|completion) of (?:the )?{_WORK}\b|\b(?:finished|completed|ended|declared|closed|lifted) (?:the )?(?:\w+ )?{_WORK}\b|\b(?:re-?open(?:ed|s)?|last (?:of the )?(?:messages?|batch|change|step|touch|record|wave|one)\b)|"
    r"(?:작업|변경|이관|전환|복귀|복구|롤백|발송|배치|동결|리허설|배포|교체)[^.;]{0,24}(?:종료|완료|끝|마침|마쳤|해제|재개|선언|나갔|나감)|마지막 ?(?:건|배치|묶음|변경|단계|한 ?통|항목)",
    re.IGNORECASE,
)
NO_END = re.compile(
    r"\b(?:watch\w*|monitor\w*|soak|drill|report\w*|review|meeting|minutes|summary|closing|wrap\w*|handover|hand-over|ticket|mail|room|call|shift|observation)\b|관찰|모니터링|훈련|보고|회고|회의|인수인계|당직|감시",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:notice|notif\w+|message|posted?|announc\w+|mail(?:ed)?|phon\w+|call(?:ed)?|report|ticket|sign(?:ed)?(?:-| )?off|sign(?:ed)?|log(?:ged)? (?:in|out)|left|home|hand(?:ed)?-?over|review|watch\w*|monitor\w*|"
    r"check(?:ed|s)?|look(?:ed)?|verif\w+|compar\w+|counts?|equal|empty|still|observ\w+|quiet|read|seen|saw|measured|tested|met|arriv\w+|room|line|screens?|shared|briefing|backup|snapshot|before|prepared|planned|next|tomorrow|"
    r"export(?:ed)?|copied|ack\w*|answer\w*|press\w*|coffee|ttl|closed(?! (?:the )?(?:valve|gate|port))|query|first|healthy)\b|공지|알림|메시지|게시|보고|확인|점검|관찰|모니터링|연락|통화|회의|종료|퇴근|인수인계|백업|예정|대조|발송",
    re.IGNORECASE,
)
ROW_HEAD = re.compile(
    r"교체|재기동|배포|전환|적용|\bend|done|finished|changed|replaced|deployed|reload|restart|종료|완료|끝|마침",
    re.IGNORECASE,
)
TIME_HEAD = re.compile(r"end|done|until|\bto\b|time|at|when|종료|끝|시각|완료", re.IGNORECASE)


def is_work(event: Event) -> bool:
    """Return whether an event changes something, or ends the work."""
    words = f"{event.head} {event.text}" if event.kind == "row" else event.text
    if PLANNED.search(words):
        return False
    if COMMANDS.search(words) or (ENDS.search(words) and not NO_END.search(words)):
        return True
    if event.kind == "row" and ROW_HEAD.search(event.head):
        return not re.search(r"왔|role|from|who", event.head, re.IGNORECASE) and not _person(event)
    return bool(CHANGES.search(words)) and not OTHER.search(words)


def in_table(event: Event) -> bool:
    """Return whether an event is the time of a row that tells of no notice and no person."""
    return (
        event.kind == "row"
        and bool(TIME_HEAD.search(event.head))
        and not OTHER.search(event.text)
        and not _person(event)
    )


def _person(event: Event) -> bool:
    """Return whether a row is of a person: from when to when somebody was there is no work."""
    table = next((one for one in event.log.tables if any(row[0].spot.line == event.number for row in one.rows)), None)
    return table is not None and bool(
        re.search(r"who|person|people|name|role|이름|담당|역할|사람", " ".join(table.heads[:1]))
        or (
            re.search(r"who|person|people|name|role|이름|담당|역할|사람", " ".join(table.heads))
            and re.search(r"ack|answer|press|came|arriv|응답|확인|답", " ".join(table.heads))
        )
    )
