"""Deeds: what somebody does to a thing, by concept, in English and Korean, whatever form the word has."""

from __future__ import annotations

import re
from functools import lru_cache

from bongsu.audit.patterns import pattern

DEEDS = {
    "swap": (
        r"swap(?:ped|s|ping)?(?! (?:is|was|on|space))|replac\w*|exchang\w*|new (?:plug|cable|disk|battery|fuse|lamp|bulb|part|unit|module|card|switch|router)",
        r"교체|갈아|갈았|갈고|갈음|갊|바[꾸꿨꿈꾼꿔]",
    ),
    "change": (
        r"chang\w*|edit\w*|modif\w*|alter\w*|adjust\w*|correct\w*|amend\w*|tun(?:ed|ing|es)",
        r"변경|수정|조정|정정",
    ),
    "upload": (r"upload\w*", r"업로드|올려 ?[주줬둔둠]"),
    "load": (r"(?:re)?load(?:ed|s|ing)?|import\w*|backfill\w*", r"적재|가져오기|불러[오들]"),
    "replay": (r"replay\w*|redriv\w*|reprocess\w*|re-?r[au]n\w*", r"재처리|재실행|다시 ?돌[리렸림린]"),
    "retry": (r"retr(?:y|ies|ied|ying)", r"재시도"),
    "resend": (r"re-?sen[dt]\w*", r"재발송|재전송|다시 ?보[내냈냄낸]"),
    "purge": (
        r"purg\w*|flush\w*|empt(?:y|ied|ying)|clean(?:ed|ing|s|-?up)?|wip(?:ed|es|ing)",
        r"비[우움웠운워]|비워|초기화|청소|정리",
    ),
    "drain": (r"drain\w*", r"드레인"),
    "cordon": (r"cordon\w*", r"코든"),
    "restart": (
        r"re-?start\w*|re-?boot\w*|bounc(?:ed|ing)|power[- ]?cycl\w*",
        r"재시작|재기동|재부팅|리부트|껐다 ?[켜켰켬]",
    ),
    "reset": (r"re-?set(?:s|ting)?", r"리셋|재설정"),
    "switch": (
        r"switch(?:ed|es|ing|over)?|cut ?-?over|flip\w*|fail(?:ed|s|ing)? ?-?over",
        r"전환|절체|넘[기김겼긴겨]|넘어[가간갔감]",
    ),
    "move": (
        r"mov(?:e|ed|es|ing)|migrat\w*|shift(?:ed|s|ing)?|re-?point\w*|point(?:ed|s|ing)|re-?rout\w*",
        r"이관|이전(?! ?[에의])|옮[기김겼긴겨]",
    ),
    "deploy": (
        r"(?:re-?)?deploy\w*|roll(?:ed|s|ing)? ?-?out|releas\w*|push(?:ed|es|ing)?|ship(?:ped|s|ping)?",
        r"배포|릴리스|내려 ?보[내냈냄낸]",
    ),
    "install": (
        r"install\w*|put in|puts in|putting in|fit(?:ted|s|ting)?|mount\w*",
        r"설치|장착|끼[우웠움운워]|달[았음고]",
    ),
    "apply": (r"appl(?:y|ied|ies|ying)", r"적용|반영"),
    "activate": (
        r"activat\w*|enabl\w*|switch(?:ed|es|ing)? (?:\w+ )?on|turn(?:ed|s|ing)? (?:\w+ )?on",
        r"활성화|켜[고자니기서둔]|켰|켬|켠|켜 ?[두둔둠줬]",
    ),
    "stop": (
        r"disabl\w*|stopp?(?:ed|s|ing)?|paus(?:e|ed|es|ing)|switch(?:ed|es|ing)? (?:\w+ )?off|turn(?:ed|s|ing)? (?:\w+ )?off|shut(?:s|ting)? ?-?down|suspend\w*",
        r"중지|정지|비활성화|껐|끔(?![가-힣])|끄[고자니기]|끈 |꺼[서 ]",
    ),
    "raise": (
        r"rais(?:e|ed|es|ing)|increas\w*|bigger|larger|scal(?:e|ed|es|ing)|doubl(?:ed|ing)",
        r"늘[리렸림린려]|높[이였임인여]|증설|확장|키[우웠움운워]",
    ),
    "lower": (r"lower(?:ed|s|ing)?|reduc\w*|cut (?:to|from|down)|throttl\w*", r"줄[이였임인여]|낮[추췄춤춘춰]"),
    "fix": (r"fix(?:ed|es|ing)?|patch\w*|repair\w*|mend\w*|cur(?:e|ed|ing)|hotfix\w*", r"고[치쳤침친쳐]|수리|패치"),
    "promote": (r"promot\w*", r"승격"),
    "index": (r"(?:re-?)?index\w*|vacuum\w*|analy[sz](?:e|ed|ing)", r"색인|인덱스"),
    "delete": (
        r"delet\w*|remov\w*|drop(?:ped|s|ping)?|(?:took|taken|takes|pull(?:ed|s)?) (?:\w+ ){0,2}(?:out|away)",
        r"삭제|제거|지[우웠움운워]|[뺐뺌]|빼[고내냈낸]",
    ),
    "add": (r"add(?:ed|s|ing)?|append\w*|insert\w*", r"추가|넣[었음은고어]|등록"),
    "connect": (
        r"connect\w*|plug(?:ged|s|ging)?(?: \w+)? in|re-?attach\w*|attach\w*|join(?:ed|s|ing)?",
        r"연결|꽂[았음은고아]|붙[이였임인여]",
    ),
    "pull": (r"unplug\w*|pull(?:ed|s|ing)?|disconnect\w*|detach\w*", r"뽑[았음은고아]|끊[었음은고어]|분리"),
    "open": (
        r"open(?:ed|s|ing)|unlock\w*|unblock\w*|lift(?:ed|s|ing)?|unfreez\w*",
        r"개방|해제|열[었어고]|풀[었음고어]|푼 ",
    ),
    "close": (
        r"clos(?:e|ed|es|ing)|lock(?:ed|s|ing)?|block(?:ed|s|ing)?|freez\w*|froze|isolat\w*|fenc(?:ed|ing)",
        r"차단|폐쇄|닫[았음고아]|막[았음고아]|잠[그갔금근]|격리",
    ),
    "turn": (r"turn(?:ed|s|ing)?(?! (?:on|off|out|up|down|green|red))|rotat\w*|align\w*", r"돌[리렸림린려]"),
    "update": (r"updat\w*|upgrad\w*|refresh\w*|renew\w*", r"갱신|업데이트|업그레이드"),
    "restore": (
        r"restor\w*|recover\w*|put(?:s|ting)? (?:[\w.]+ ){0,5}back|roll(?:ed|s|ing)? ?-?back|rollback|revert\w*",
        r"복원|복구|롤백|원복|되돌[리렸림린려]",
    ),
    "copy": (r"cop(?:y|ied|ies|ying)|sync(?:ed|s|ing|hroni\w+)?", r"복사|동기화"),
    "build": (r"(?:re-?)?build(?:s|ing)?|(?:re-?)?built|creat\w*|generat\w*", r"생성|만[들든듦]"),
    "issue": (r"issu(?:ed|es|ing)|revok\w*", r"발급|폐기"),
    "cut": (r"cut(?:s|ting)?(?: off)?|sever\w*", r"잘[랐라]"),
    "send": (r"sent|sends?|sending|went out|mail(?:ed|ing)", r"발송|전송|보[내냈냄낸]|나[갔감간]"),
    "start": (r"start(?:ed|s|ing)?|beg[aiu]n(?:s|ning)?|launch\w*|kick(?:ed|s)? off", r"시작|개시|가동|투입"),
    "supply": (
        r"suppl(?:y|ied|ies)|deliver(?:ed|s|ing)|brought|bring(?:s|ing)?|hand(?:ed|s|ing) (?:over|in)",
        r"납품|가져[다온왔옴]|전달",
    ),
    "bend": (r"ben(?:d|ds|t|ding)|straighten\w*", r"구부|펴[고서]|폈"),
    "press": (r"press(?:ed|es|ing)?|push(?:ed|es|ing) the button", r"누르|눌[러렀]"),
    "warm": (r"warm(?:ed|s|ing)?(?: ?-?up)?|pre-?heat\w*", r"예열|데[우웠워]"),
    "feed": (r"fill(?:ed|s|ing)?|refill\w*|top(?:ped|ping) up", r"채[우웠움운워]|보충"),
}
"""Each deed with its English and its Korean words."""
DEED = {
    name: pattern(rf"(?<![A-Za-z])(?:{english})(?![A-Za-z])|{korean}", re.IGNORECASE)
    for name, (english, korean) in DEEDS.items()
}


@lru_cache(maxsize=20_000)
def deeds(text: str) -> frozenset[str]:
    """Return what a text tells of being done."""
    return frozenset(name for name, words in DEED.items() if words.search(text))


ALIKE = (
    frozenset(["switch", "move", "change", "swap", "turn", "promote"]),
    frozenset(["deploy", "install", "apply", "upload", "load", "update", "supply", "add", "connect", "press"]),
    frozenset(["activate", "start", "open", "connect", "press"]),
    frozenset(["restart", "reset"]),
    frozenset(["stop", "close", "cut", "pull"]),
    frozenset(["purge", "delete"]),
    frozenset(["raise", "change"]),
    frozenset(["lower", "change"]),
    frozenset(["replay", "retry", "resend"]),
    frozenset(["restore", "fix"]),
)
"""Deeds that one log may call by either word."""


@lru_cache(maxsize=2_000)
def related(told: frozenset[str]) -> frozenset[str]:
    """Return some deeds with those that may be the same by another word."""
    return told.union(*(group for group in ALIKE if group & told))
