"""What a log refers to is in it, or beside it: a numbered notification or step, a heading, the cited lines of a file.

Source: the log itself, and the folder that it lies in.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.audit.claims import told, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.log import HEADING
from bongsu.audit.numbering import enumerated
from bongsu.audit.past import beyond
from bongsu.audit.patterns import pattern
from bongsu.audit.pointed import pointed
from bongsu.audit.signs import past_signs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
KINDS = {
    "부록": "appendix",
    "별첨": "appendix",
    "별지": "appendix",
    "첨부": "attachment",
    "annex": "appendix",
    "그림": "figure",
    "사진": "figure",
    "도표": "figure",
    "fig": "figure",
    "표": "table",
    "단계": "step",
    "절차": "step",
    "절": "section",
    "장": "section",
    "chapter": "section",
    "알림": "notification",
    "메시지": "message",
    "항목": "item",
    "항": "item",
    "point": "item",
    "주석": "note",
    "각주": "footnote",
    "footnote": "footnote",
    "비고": "note",
    "점검": "check",
    "파동": "wave",
    "차수": "wave",
    "공지": "notice",
    "참고": "note",
    "글": "post",
    "카드": "card",
    "화면": "screenshot",
    "질문": "question",
    "제": "",
}
EN = "notification|message|step|section|phase|check|incident|appendix|annex|figure|fig|table|chapter|item|point|note|footnote|exhibit|wave|batch|screenshot|attachment|part|stage|card|notice|question|test|task|run"
KO = "부록|별첨|별지|첨부|그림|사진|도표|표|단계|절차|알림|메시지|항목|주석|각주|비고|글|카드|공지|차수"
SPELLED = {
    word: str(n)
    for n, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1)
}
LABEL = rf"(?:\d{{1,2}}(?:\.\d{{1,2}})?|(?:{'|'.join(SPELLED)})\b|[가나다라마바사](?![가-힣])|[A-Z]|(?-i:[IVX]{{1,4}}))"
_COUNTED = rf"\d{{1,2}}|{'|'.join(SPELLED)}"
RANGE = pattern(
    rf"\b(?P<kind>{EN})s (?P<first>{_COUNTED})(?: ?[-–] ?| to | through | until )(?P<last>{_COUNTED})\b", re.IGNORECASE
)
"""What a log says that it consists of: `end of capture (parts one to four)`."""
DEFINES = pattern(
    rf"(?:^|(?<=[\s(\[/*_|'\"#,]))(?P<noun>{EN}|{KO})s?\.? ?[#№]?(?P<n>{LABEL})(?![\w.]*\w)", re.IGNORECASE
)
ORDINAL = pattern(r"(?:제 ?)?(?P<n>\d{1,2}) ?(?P<noun>단계|절|장|항|차|번 ?(?:항목|단계|알림|그림|표))")
REFERS = pattern(
    rf"(?:\b(?:see|per|from|in|of|as in|as|after|before|by|cf\.?|refer to|under|follow(?:ing|ed|s)?|do|did|repeat(?:ed)?|use|used|with|back to|than|and|to|at|on|described in|shown in|listed in|until|run|skip(?:ped)?)"
    rf" (?:the )?\(?)(?P<noun>{EN})\.? ?[#№]?(?P<n>{LABEL})(?![\w.]*\w|:\d)"
    rf"|(?:^|(?<=[\s(\"']))(?P<ko>{KO}) ?#?(?P<k>{LABEL})(?=[^\w]{{0,2}}(?:[은는이가을를에의로와과도]|에서|까지|부터|으로)?[^\w]{{0,3}}(?:참조|참고|보라|볼 것|같이|따라|따른|나온|적은|적었|있|설명|기재|정리|수행|실행|되돌|대로|처럼|그대로))"
    rf"|(?<!\d)(?<!모두 )(?<!전부 )(?<!총 )(?<!합 )(?P<kn>\d{{1,2}}) ?(?P<knoun>단계|절|장|항|번 ?(?:항목|단계|알림|그림|표))(?=[^\w]{{0,2}}(?:[은는이가을를에의로와과도]|에서|까지|부터|으로)?[^\w]{{0,3}}(?:참조|참고|보라|볼 것|같이|따라|따른|나온|적은|적었|설명|기재|정리|수행|실행|되돌|대로|처럼|그대로))",
    re.IGNORECASE,
)
TITLED = pattern(
    r"\b(?:section|chapter|heading|paragraph|part|appendix|annex|table|list|block)s? (?:called |titled |named |on )?[\"“'](?P<en>[^\"”']{3,50})[\"”']"
    r"|\b(?:see|under|in) [\"“](?P<see>[^\"”]{3,50})[\"”] (?:above|below|further (?:up|down))"
    r"|[\"“'「](?P<ko>[^\"”'」]{2,40})[\"”'」] ?(?:절|장|항목|단락|부분|문단|표|부록)",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"^\W{0,3}(?:of|in|from|on)(?>(?: the| our| their| its| his| her| that| this| these)?) (?!(?:list|steps?|table|log|document|page|report|record|capture|transcript|export|form|diary|sheet|text|file|above|below|this|plan (?:above|below))\b)[\w`]"
    r"|의 (?:부록|매뉴얼|규정|문서|계약)",
    re.IGNORECASE,
)
OWNER_BEFORE = re.compile(
    r"(?:\b(?:manual|runbook|wiki|handbook|policy|contract|rfc|guide|playbook|standard|agreement|plan|ticket|doc|vendor|spec\w*|ISO|NIST)\b['’s]{0,2}|매뉴얼|런북|위키|규정|계약서?|지침|문서)[^\w.;!?]{0,3}(?:(?:\w+ ?){0,2}|(?:\w+ ){1,2}(?:in|as|at) its )$",
    re.IGNORECASE,
)
NUMBERED_LIST = re.compile(r"^\s*(?:[-*] )?(\d{1,2})[.)]\s+\S")
LABELLED = re.compile(
    r"\b[Ss]ee (?:also )?(?:the )?(?:[a-z]+ )?(?P<label>[A-Z]{1,2}-\d{1,2})\b|\b(?:deviation|finding|item|risk|test|case|measure) (?P<other>[A-Z]{1,2}-\d{1,2})\b(?=.*\b(?:below|above|table|list)\b)"
)
BY_NAME = pattern(
    r"\b(?:table|list|section|block|array|object|sheet|tab|column)\s+[`'\"]?(?P<id>[A-Za-z]\w*[_-]\w+)[`'\"]?[^.;]{0,24}?"
    r"\b(?:below|above|further (?:up|down)|in th(?:is|e same) (?:record|log|document|file|report|page|export))\b"
    r"|\b(?:see|in|under) (?:the )?(?:section|appendix|annex|block|part)\s+[`'\"]?(?P<sec>[A-Za-z]\w*_\w+)[`'\"]?(?! (?:of|in|on) )"
    r"|(?:아래|위|하단|상단)(?:에 있는|의)? ?[`'\"]?(?P<ko>[A-Za-z]\w*[_-]\w+)[`'\"]? ?(?:표|목록|항목|절|블록)",
    re.IGNORECASE,
)
"""A part that a reader is sent to by a made-up name: `the table declines_by_scheme further down`."""
HEADED = re.compile(r"[*_#=■□▶◆●○\[( -]{0,4}(?P<n>\d{1,2})(?:\.\d+)*[.)\]]{0,2}\s+\S.{0,70}")
HEADED_LEAST = 3
LISTED = frozenset(("step", "item"))
IN_TABLE = re.compile(r"(?:[Ii]n|[Ss]ee|[Pp]er) (?:the )?Table [1-9]\b")
"""A reference to a table as papers number theirs."""
ALWAYS = frozenset(("footnote", "appendix", "figure", "section", "exhibit"))
QUOTED = re.compile(
    rf"[\"“'「](?P<ko>부록|별첨|별지|붙임|표|그림) ?(?P<k>{LABEL})[\"”'」](?=에|의|을|를|은|는|대로|로|참조|참고)"
)
OF_THIS = re.compile(
    r"(?:\.|,)?\s+(?:of|in) (?:this|the present|that same) (?:file|log|document|record|page|note|sheet|report|capture)\b"
)
IN_A_LINE = re.compile(r"\W{0,3}(?:\S+ )?\W?\d{1,2}:\d\d(?::\d\d)?\W{1,3}(?:\S+\s+)?(?P<n>\d{1,2})\) \S")
"""An item of a list that is written into a chat: `11:04 Wren 3) phones`."""
ANCHOR = re.compile(r"\[[^\]]+\]\(#([^)\s]+)\)")
CITED = pattern(r"(?<![\w/:.-])((?:[\w.-]+/)*[\w-]+\.(?:md|txt|ya?ml|json|py|sh|log|ts|js|tf)):(\d+)(?:-(\d+))?\b")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield references to what is not there."""
    found = []
    for hit in _called(logs):
        found.append((hit.spot.file, hit.spot.line))
        yield hit
    for hit in beyond(logs, frozenset(found)):
        found.append((hit.spot.file, hit.spot.line))
        yield hit
    yield from _pointed(logs, frozenset(found))


def _pointed(logs: Sequence[Log], found: frozenset[tuple[str, int]]) -> Iterator[Hit]:
    for log in logs:
        for number, line in log.numbered():
            if (log.name, number) not in found and not withdrawn(log, number):
                for match, why in (*pointed(log, number, line), *past_signs(log, line)):
                    yield _hit(log, number, match, why)


def _called(logs: Sequence[Log]) -> Iterator[Hit]:
    everywhere = {kind: labels for log in logs for kind, labels in _defined(log).items()} if len(logs) > 1 else {}
    for log in logs:
        there = _defined(log)
        for kind in LISTED:
            there.setdefault(kind, set()).update(_listed(log))
        slugs = {_slug(section.title) for section in log.sections}
        for number, line in told(log):
            if not HEADING.fullmatch(line) and not withdrawn(log, number):
                yield from _numbered(log, number, line, (there, everywhere))
                yield from _titled(log, number, line)
                yield from _by_label(log, number, line)
                yield from _by_name(logs, log, number, line)
                yield from _quoted(log, number, line, there)
        for number, line in log.numbered():
            for match in ANCHOR.finditer(line):
                if match[1].lower() not in slugs and f'id="{match[1]}"' not in "\n".join(log.text.lines):
                    yield _hit(log, number, match, f"no heading here is #{match[1]}")
            for match in CITED.finditer("" if log.fenced(number) else line):
                if log.folder and match[0] not in log.known:
                    yield _hit(log, number, match, f"no {match[1]} with those lines is beside the log or above it")


def _label(text: str) -> str:
    return SPELLED.get(text.lower(), text.upper())


def _kind(noun: str) -> str:
    noun = re.sub(r"^번 ?", "", noun.lower())
    return KINDS.get(noun, noun)


def _numbered(
    log: Log, number: int, line: str, known: tuple[dict[str, set[str]], dict[str, set[str]]]
) -> Iterator[Hit]:
    there, everywhere = known
    for match in REFERS.finditer(line):
        kind, label = (
            _kind(match["noun"] or match["ko"] or match["knoun"]),
            _label(match["n"] or match["k"] or match["kn"]),
        )
        if ELSEWHERE.search(line[match.end() :]) or OWNER_BEFORE.search(
            line[: match.start("noun") if match["noun"] else match.start()]
        ):
            continue
        at = match.start("n" if match["n"] else "k" if match["k"] else "kn")
        if label.isalpha() and line[at - 1 : at + 1].isascii() and line[at - 1 : at].isalpha():
            continue  # The `s` of `sections`.
        labels = there.get(kind, set())
        if label in labels | everywhere.get(kind, set()) or label.partition(".")[0] in labels:
            continue
        if label.isalpha() and len(label) == 1 and not match["noun" if match["noun"] else "ko"]:
            continue
        alike = {one for one in labels if one[:1].isdigit() == label[:1].isdigit()}
        if len(alike) > 1:
            yield _hit(log, number, match, f"the log's {kind}s are {', '.join(sorted(alike, key=_order)[:12])}")
        elif (
            _of_this(log, number, line[match.end() :])
            or (kind in ALWAYS and (alike or kind in ("appendix", "footnote") or _has_numbers(log, kind)))
            or (not labels and IN_TABLE.match(match[0]))
        ):
            yield _hit(log, number, match, f"the log has no {kind} {label}")


def _of_this(log: Log, number: int, rest: str) -> bool:
    """Return whether a reference goes on, in the next line too, with "of this file"."""
    below = log.line(number + 1).strip() if number < len(log.text.lines) else ""
    return OF_THIS.match(rest if rest.strip() else f" {below}") is not None


def _order(label: str) -> tuple[int, str]:
    return (int(label.partition(".")[0]) if label[:1].isdigit() else 0, label)


def _has_numbers(log: Log, kind: str) -> bool:
    """Return whether headings stand in a log of some length, so that a section of it would have one."""
    return kind == "section" and len([one for one in log.sections if one.level]) >= 3


def _defined(log: Log) -> dict[str, set[str]]:
    """Return the numbers and letters that headings, captions, rows and the beginnings of lines give, by kind."""
    found: dict[str, set[str]] = {}
    for number, line in log.numbered():
        if log.fenced(number):
            continue
        heading = HEADING.fullmatch(line)
        own = line if heading else line.strip(" -*>•|[(_`")[:60]
        for match in [] if not heading and REFERS.match(own) else DEFINES.finditer(own):
            # In a heading anywhere; in another line at its beginning, in a table's first cell or after a time.
            if heading or not re.search(r"[A-Za-z가-힣]{2}", own[: match.start()]):
                found.setdefault(_kind(match["noun"]), set()).add(_label(match["n"]))
        for name, labels in enumerated(line):
            found.setdefault(name, set()).update(labels)
        for match in ORDINAL.finditer(own):
            if heading or match.start() < 3:
                found.setdefault(_kind(match["noun"]), set()).add(match["n"])
        if heading and (plain := re.match(r"(\d{1,2}|[A-Z])(?:\.\d+)*[.)]? ", heading[2])):
            found.setdefault("section", set()).add(plain[1])
            found.setdefault("step", set()).add(plain[1])
        if mark := re.match(r"\s*(?:\[\^?(\d{1,2})\]|\((\d{1,2})\)|(\d{1,2})\))\s*:? \S", line):
            found.setdefault("footnote", set()).add(mark[1] or mark[2] or mark[3])
    _commands(log, found)
    titles = _titles(log)
    if len(titles) >= HEADED_LEAST and titles == [str(n) for n in range(1, len(titles) + 1)]:
        found.setdefault("section", set()).update(titles)
    return found


def _titles(log: Log) -> list[str]:
    """Return the numbers of the lines that stand alone as titles do: short, between blank lines, without a full stop."""
    found = []
    for number, line in log.numbered():
        match = HEADED.fullmatch(line.strip())
        alone = match and not log.line(number - 1).strip() if number > 1 else match
        if match and alone and not log.fenced(number) and not re.search(r"[.;,:다요]\W*$", line):
            found.append(match["n"])
    return found


def _commands(log: Log, found: dict[str, set[str]]) -> None:
    """Add what is begun or done by its number anywhere: `/step 4`, `step 4 begun`, `(이하 '글 A')`."""
    done = re.compile(
        rf"/(?P<a>{EN}) (?P<an>\d{{1,2}})\b|\b(?P<b>{EN}) (?P<bn>{LABEL})\W{{1,3}}(?:begun|done|started|finished|starts|begins|ok\b|passed|failed|complete)|\b(?P<d>figure|fig|table|appendix|annex|exhibit) (?P<dn>{LABEL}) (?:shows?|lists?|gives?|is|has|contains|holds|has)\b|이하 ['\"「]?(?P<c>{KO}) ?(?P<cn>{LABEL})",
        re.IGNORECASE,
    )
    listed = re.compile(
        rf"\b(?P<kind>appendix|annex|exhibit|attachment|부록|별첨) ?(?P<n>{LABEL}) ?\((?=[^\W\d]{{2}})", re.IGNORECASE
    )
    for _, line in log.numbered():
        # `Annex A (commands), Annex B (chat)`: a list that says what each of them holds.
        named = list(listed.finditer(line))
        for match in named if len(named) > 1 else ():
            found.setdefault(_kind(match["kind"]), set()).add(match["n"].upper())
        for match in done.finditer(line):
            kind, label = next((match[one], match[f"{one}n"]) for one in "abdc" if match[one])
            found.setdefault(_kind(kind), set()).add(label.upper())
        for match in RANGE.finditer(line):
            first, last = (SPELLED.get(match[one].lower(), match[one]) for one in ("first", "last"))
            found.setdefault(_kind(match["kind"]), set()).update(str(n) for n in range(int(first), int(last) + 1))
    for table in log.tables:
        labels = {row[0].text.upper() for row in table.rows if re.fullmatch(LABEL, row[0].text)}
        if labels and (words := table.heads[0].split()):
            found.setdefault(_kind(words[-1]), set()).update(labels)
        if labels and len(table.heads) > 1 and (words := table.heads[1].lower().split()):
            found.setdefault(_kind(words[-1]), set()).update(labels)  # `| # | step |`: the first numbers the second.


def _listed(log: Log) -> set[str]:
    lines = [line for _, line in log.numbered()]
    found = {match[1] for line in lines if (match := NUMBERED_LIST.match(line) or IN_A_LINE.match(line))}
    return found if len(found) > 1 else set()


def _titled(log: Log, number: int, line: str) -> Iterator[Hit]:
    for match in TITLED.finditer(line):
        title = match["en"] or match["see"] or match["ko"]
        if (
            ELSEWHERE.search(line[match.end() :])
            or OWNER_BEFORE.search(line[: match.start()])
            or _there(log, number, title)
        ):
            continue
        if sum(bool(one.level) for one in log.sections) >= 1:
            # Words in quotes beside `part` or `section` are mostly words, and not what something is headed.
            yield replace(_hit(log, number, match, f"nothing here is headed {title!r}"), confidence=Confidence.LOW)


def _by_label(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield a label such as `D-3` that a line sends its reader to, in a log whose rows or items are D-1 and D-2."""
    for match in LABELLED.finditer(line):
        prefix, label = (match["label"] or match["other"]).partition("-")[0], match["label"] or match["other"]
        there = {
            found[1] for _, text in log.numbered() if (found := re.match(r"[\s|*\-`]*([A-Z]{1,2}-\d{1,2})\b", text))
        }
        alike = {one for one in there if one.partition("-")[0] == prefix}
        if len(alike) >= 2 and label not in alike:
            yield _hit(log, number, match, f"the log has {', '.join(sorted(alike)[:8])}")


def _quoted(log: Log, number: int, line: str, there: dict[str, set[str]]) -> Iterator[Hit]:
    """Yield an appendix, a table or a figure that a line names in quotation marks and that is nowhere."""
    for match in QUOTED.finditer(line):
        kind, label = _kind(match["ko"]), _label(match["k"])
        if label not in there.get(kind, set()) and not OWNER_BEFORE.search(line[: match.start()]):
            yield _hit(log, number, match, f"the log has no {kind} {label}")


def _by_name(logs: Sequence[Log], log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield a name that a line sends its reader to and that stands nowhere else."""
    for match in BY_NAME.finditer(line):
        name = (match["id"] or match["sec"] or match["ko"]).lower()
        if not any(
            name in text.lower() for one in logs for place, text in one.numbered() if (one, place) != (log, number)
        ):
            yield _hit(log, number, match, f"nothing here is called {name}")


def _there(log: Log, number: int, title: str) -> bool:
    plain = re.sub(r"\W+", "", title.lower())
    return any(plain in re.sub(r"\W+", "", line.lower()) for place, line in log.numbered() if place != number)


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


def _hit(log: Log, number: int, match: re.Match[str], why: str) -> Hit:
    return Hit(
        spot=log.spot(number, match),
        why=why,
        instead="what is meant, by a name that can be found, or with the cited lines",
    )
