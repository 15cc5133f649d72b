"""References past the last: to a step, section, appendix, note or entry with a number that the log does not reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.findings import Hit
from bongsu.audit.inner_parts import inner
from bongsu.audit.log import HEADING
from bongsu.audit.numbering import (
    LABEL,
    SUPERSCRIPT,
    WORDS,
    captions,
    counters,
    kind,
    last_title,
    lists,
    marks,
    run,
    steps_done,
)
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bongsu.audit.log import Log

_EN = "|".join(words for words in WORDS.values())
BEFORE = pattern(rf"(?<![\w/-])(?P<word>{_EN}) ?[#№\[(]?(?P<label>{LABEL})(?![A-Za-z0-9%/-]|\.\d|:\d)", re.IGNORECASE)
"""`step 9`, `Appendix C`, `부록 C`, `각주 [4]`."""
BEHIND = pattern(
    r"(?<![\d.,:/-])(?:제 ?)?(?P<n>\d{1,2})(?:\.\d{1,2})? ?(?P<word>절|단계|장(?= ?(?:참조|참고|대로|처럼)|[의에을를](?![가-힣])))"
)
POINTED = re.compile(
    r"(?:(?<![가-힣])(?:위|아래|앞|뒤|상기|본문|윗글)(?:의|에|쪽|서|에서)?|참고:|참조:|체크 ?리스트(?:의)?|점검표(?:의)?) ?(?P<n>\d{1,2}) ?번(?! ?(?:째|서버|노드|호기|레인|회선|포트))(?: ?(?:항목|항|글|단락))?"
)
"""`위 7번 참고`: an entry of the log's own list."""
OTHERS = re.compile(
    r"^[\])\"'”’]?(?:'s)? ?(?:of|in|from) (?:the |our |their |its |a |an |your |this )*(?P<owner>[\w-]+)|^의 (?P<ko>[가-힣A-Za-z]+)",
    re.IGNORECASE,
)
OWNER_BEFORE = re.compile(
    r"(?P<owner>\b(?:manual|wiki|handbook|policy|contract|rfc|guide|playbook|standard|agreement|vendor|spec\w*|iso|nist|book|regulation)s?\b|\b(?:plan|runbook|ticket) (?:says|said|has|had|asks|wants|calls)\b|매뉴얼|위키|규정|계약서?|지침|(?<![가-힣])법|약관|규격)"
    r"(?:(?!\. )[\w .,'’()-]){0,20}$",
    re.IGNORECASE,
)
LIST_BEFORE = re.compile(
    r"\b(?P<owner>check-? ?list|runbook|playbook|procedure|template)s?\b(?:(?!\. )[\w .,'’()-]){0,12}$|(?P<ko>체크 ?리스트|점검표|절차서|런북|양식)(?:의|에|에서)? ?$",
    re.IGNORECASE,
)
"""A list that is the log's own when the log has one that is called so, and another document's when not."""
OWN = frozenset(
    [
        "list",
        "steps",
        "table",
        "log",
        "document",
        "page",
        "report",
        "record",
        "sheet",
        "text",
        "file",
        "above",
        "below",
        "review",
        "note",
        "notes",
        "form",
        "문서",
        "보고서",
        "기록",
        "표",
        "목록",
        "글",
    ]
)
COUNTED = re.compile(r"^ ?(?:of|/) ?\d|^ ?(?:개|장의|가지|곳|명|건|회|차례)", re.IGNORECASE)
FOOTNOTE = re.compile(r"(?<=[\w.,)”\"'가-힣 ])\[\^?(?P<n>\d{1,2})\](?![(\w])")
MARK = re.compile(r"(?<![\w/.:`#-])(?P<prefix>[A-Z]{1,3})-?(?P<n>\d{1,2})(?![\w.-]|:\d)")
LEAST = 3
FAR = 30


def beyond(logs: Sequence[Log], found: Collection[tuple[str, int]]) -> Iterator[Hit]:
    """Yield references to parts past the last one, outside the lines in which a reference was found to lead nowhere."""
    known: dict[str, set[str]] = {}
    for log in logs:
        for name, labels in captions(log).items():
            known.setdefault(name, set()).update(labels)
    for log in logs:
        for number, line in log.numbered():
            if (log.name, number) in found or withdrawn(log, number):
                continue
            # A heading begins with its own name; a comment of a shell, which begins like one, does not.
            head = re.match(r"[#\s*_]*", line).end() if HEADING.fullmatch(line) else -1  # type: ignore[union-attr]
            for match in BEFORE.finditer(line, head + 1):
                yield from _called(log, number, match, known)
            for match in BEHIND.finditer(line):
                yield from _numbered(log, (number, match), kind(match["word"]), int(match["n"]))
            for match in POINTED.finditer(line):
                yield from _numbered(log, (number, match), "item", int(match["n"]))
            for match, why in inner(log, number, line):
                if not (OWNER_BEFORE.search(line[: match.start()]) or _elsewhere(log, number, match)):
                    yield _hit(log, number, match, why)
            yield from _marked(log, number, line, known.get("footnote", set()))


def _called(log: Log, number: int, match: re.Match[str], known: dict[str, set[str]]) -> Iterator[Hit]:
    name, label = kind(match["word"]), match["label"].upper()
    whole = label.partition(".")[0]
    line = log.line(number)
    if COUNTED.search(line[match.end() :]) or OWNER_BEFORE.search(line[: match.start()]):
        return
    if name in ("step", "section", "item"):
        if whole.isdigit():
            yield from _numbered(log, (number, match), name, int(whole))
        return
    labels = known.get(name, set())
    alike = {one for one in labels if one.isdigit() == whole.isdigit()}
    least = 1 if name in ("appendix", "attachment", "figure") else 2
    if len(alike) < least or whole in {one.partition(".")[0] for one in labels} or _elsewhere(log, number, match):
        return
    if whole.isdigit() and int(whole) <= max(int(one.partition(".")[0]) for one in alike):
        return
    if label == "A" and line[match.start("label")] == "a":
        return
    yield _hit(log, number, match, f"the log has {', '.join(sorted(alike)[:12])} and no {match['word']} {label}")


def _numbered(log: Log, place: tuple[int, re.Match[str]], name: str, label: int) -> Iterator[Hit]:
    """Yield a step or section past the last of every list and heading of the log."""
    number, match = place
    line = log.line(number)
    heads = last_title(log)
    if OWNER_BEFORE.search(line[: match.start()]) or _elsewhere(log, number, match):
        return
    named = run({int(label) for label in captions(log).get(name, ()) if label.isdigit()})
    if name == "section":
        last = many = max(heads, named)
    else:
        counted = [one for _, one in lists(log)]
        last, many = (
            max([*counted, heads, named, steps_done(log) if not _own_step(line, match) else 0], default=0),
            max([*counted, named]),
        )
    if many >= LEAST and last < label <= last + FAR and not _begun(log, name, label):
        yield _hit(log, number, match, f"the last {name} here is {last}")


def _begun(log: Log, name: str, label: int) -> bool:
    """Return whether a line, or one of its columns, begins with a part's number and says what it is."""
    word = rf"(?:{name}\s+{label}|{label}\s?단계)"
    begins = re.compile(rf"[\W_]*{word}(?:\s?[:.)—–|-]|\s{{2,}})\s*\S|.*\s{{3,}}{word}\s{{2,}}\S", re.IGNORECASE)
    return any(begins.match(line) for _, line in log.numbered())


def _own_step(line: str, match: re.Match[str]) -> bool:
    return not line[: match.start()].strip(" \t-*#>|0123456789:.[]")


def _elsewhere(log: Log, number: int, match: re.Match[str]) -> bool:
    """Return whether what is behind a reference says that it is in another document."""
    line = log.line(number)
    start = match.start("n" if match.re is POINTED else 0)
    if (listed := LIST_BEFORE.search(line[:start])) and not _named(log, (listed["owner"] or listed["ko"]).lower()):
        return True
    found = OTHERS.match(line[match.end() :])
    owner = (found["owner"] or found["ko"] or "").lower() if found else ""
    if (
        found
        and found["ko"]
        and "word" in match.re.groupindex
        and kind(match["word"]) in ("appendix", "attachment", "section")
    ):
        return False  # `붙임 3의 절차서`, `7장의 절차`, is what lies in it.
    if not owner or owner in OWN or re.match(r"\d", owner):
        return False
    if re.search(r"\b(?:above|below)\b|위|아래", line[match.end() : match.end() + 40]):
        return False
    return not (_named(log, owner) or owner in ("annex", "appendix"))


def _named(log: Log, owner: str) -> bool:
    """Return whether a section or a list of the log is called so."""
    stem = re.sub(r"[ -]", "", owner.rstrip("s"))
    named = any(stem in re.sub(r"[ -]", "", one.title.lower()) for one in log.sections if one.level)
    # `THE PLAN AS AGREED`, `# --- plan as pasted ---`: a line that heads a list without a mark of Markdown.
    above = (log.line(n).lower() for start, _ in lists(log) for n in range(max(1, start - 3), start))
    return named or any(stem in re.sub(r"[ -]", "", line) for line in above)


def _marked(log: Log, number: int, line: str, notes: set[str]) -> Iterator[Hit]:
    for word, count in counters(log).items():
        for match in re.finditer(rf"(?<![\w\"]){re.escape(word)} ?#?(\d{{1,2}})(?![\w.:-])", line, re.IGNORECASE):
            if count < int(match[1]) <= count + FAR and not COUNTED.search(line[match.end() :]):
                yield _hit(log, number, match, f"the last {word} here is {count}")
    machine = bool(log.fenced(number)) or line.lstrip().startswith(("{", '"', "$"))
    yield from _past_marks(log, number, line, machine=machine)
    if machine:
        return
    last = max((int(one) for one in notes if one.isdigit()), default=0)
    if len(notes) >= 2 and last == len(notes):
        for match in FOOTNOTE.finditer(line):
            if int(match["n"]) > last:
                yield _hit(log, number, match, f"the last note here is [{last}]")
        for match in re.finditer(f"[{SUPERSCRIPT[1:]}]", line):
            if SUPERSCRIPT.index(match[0]) > last and not re.match(r"[mckM]", line[match.start() - 1 : match.start()]):
                yield _hit(log, number, match, f"the last note here is {last}")


def _past_marks(log: Log, number: int, line: str, *, machine: bool) -> Iterator[Hit]:
    """Yield the marks past the last of their kind; in a JSON text only where a sentence speaks of one."""
    for match in MARK.finditer(line):
        seen = marks(log).get(match["prefix"], frozenset())
        paper = match[0] == "A4" and re.search(r"\bpapers?\b|용지", line, re.IGNORECASE)
        spoken = not machine or (
            not log.fenced(number) and re.match(r" \w", line[match.end() :]) and line.lstrip()[:1] != "$"
        )
        # Whoever speaks of one again knows it: it was left out of the list, and is no slip of a figure.
        again = [one for one in MARK.finditer(line) if one[0] == match[0]]
        if seen and spoken and max(seen) < int(match["n"]) <= max(seen) + FAR and not paper and len(again) < 2:
            yield _hit(log, number, match, f"the last of its kind here is {match['prefix']}{max(seen)}")


def _hit(log: Log, number: int, match: re.Match[str], why: str) -> Hit:
    return Hit(
        spot=log.spot(number, match),
        why=why,
        instead="what is meant, by a number or a name that can be found",
    )
