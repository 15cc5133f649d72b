"""What `audit` says: its help, what it reports, what it cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELP = {
    "Find what cannot be so in cutover logs that people wrote: Markdown, text, JSON, transcripts of commands.": (
        "사람이 쓴 컷오버 기록에서 성립할 수 없는 내용을 찾습니다. Markdown, 텍스트, JSON, 명령 실행 기록을 읽습니다."
    ),
    "FILE may be `-` for standard input; several files are also compared with each other. Exits with 0 when nothing was found, 1 when something was. docs/audit.md lists the rules and where each of their facts is from.": (
        "FILE에 `-`를 쓰면 표준 입력을 읽고, 파일이 여럿이면 서로도 비교합니다. 지적 사항이 없으면 0, 있으면 1로 종료합니다. 규칙과 그 근거는 docs/audit.md에 있습니다."
    ),
    "Look for this alone; may be given again.": "이 규칙만 적용합니다. 여러 번 쓸 수 있습니다.",
    "Do not look for this; may be given again.": "이 규칙을 적용하지 않습니다. 여러 번 쓸 수 있습니다.",
    "Only what is found with at least this confidence; medium unless given, everything for a --rule.": (
        "확신이 이 정도 이상인 것만 표시합니다. 기본값은 medium이고, --rule을 주면 전부입니다."
    ),
    "Findings that somebody looked at and accepted, as --json prints them: left out, and counted.": (
        "검토하여 수용한 지적 사항(--json 출력 형식)입니다. 표시하지 않고 건수만 밝힙니다."
    ),
    "Instead: list what the logs say, as the rules read it, each with its place.": (
        "지적 대신, 규칙이 기록에서 읽은 내용을 위치와 함께 나열합니다."
    ),
    "Report as SARIF 2.1.0, for code review.": "코드 리뷰용 SARIF 2.1.0으로 출력합니다.",
}

_READ = {
    "{} message": "메시지 {0}건",
    "{} messages": "메시지 {0}건",
    "{} answer": "응답 {0}건",
    "{} answers": "응답 {0}건",
    "{} time": "시각 {0}개",
    "{} times": "시각 {0}개",
    "{} window": "작업 시간 {0}개",
    "{} windows": "작업 시간 {0}개",
    "{} schedule": "스케줄 {0}개",
    "{} schedules": "스케줄 {0}개",
    "{} length": "소요 시간 {0}개",
    "{} lengths": "소요 시간 {0}개",
    "{} count": "건수 {0}개",
    "{} counts": "건수 {0}개",
    "{} percentage": "비율 {0}개",
    "{} percentages": "비율 {0}개",
    "{} name": "이름 {0}개",
    "{} names": "이름 {0}개",
    "message": "메시지",
    "answer": "응답",
    "time": "시각",
    "schedule": "스케줄",
    "length": "소요 시간",
    "count": "건수",
    "percent": "비율",
    "name": "이름",
}
_SUMMARY = {
    "note:": "참고:",
    "{} error": "오류 {0}건",
    "{} warning": "경고 {0}건",
    "{} note": "참고 {0}건",
    "high": "높음",
    "medium": "중간",
    "low": "낮음",
    "note: {}: {} lines had been decoded wrongly and are shown repaired": (
        "참고: {0}: 잘못 디코딩된 {1}줄을 복구하여 표시합니다."
    ),
    "note: {}: {} lines had lost bytes and are shown as they are": (
        "참고: {0}: 바이트가 유실된 {1}줄은 있는 그대로 표시합니다."
    ),
    "{} accepted": "수용된 것 {0}건은 표시하지 않았습니다.",
    "note: {} accepted, and not there any more": "참고: 수용된 지적 사항 중 {0}건은 더 이상 없습니다.",
    "{} more with less confidence (--confidence low shows all)": (
        "확신이 더 낮은 것 {0}건은 표시하지 않았습니다(--confidence low: 모두 표시)."
    ),
    "read: {}": "읽은 내용: {0}",
    "nothing that a rule could look at": "규칙으로 살펴볼 내용 없음",
    **_READ,
    "auditing: {} of {} rules": "감사 중: 규칙 {1}개 중 {0}개",
    "nothing found in {}": "지적 사항 없음: {0}",
}

_ERRORS = {
    "{} is a folder": "{0}: 폴더입니다.",
    "name the log files in it": "폴더 안의 기록 파일을 지정하십시오.",
    "{} has {} bytes; an audit reads at most {}": "{0}: {1}바이트입니다. 감사는 {2}바이트까지 읽습니다.",
    "{} has more than {} bytes": "{0}: {1}바이트를 넘습니다.",
    "a cutover log of that size is a machine's: give the part that people wrote": (
        "이 크기의 기록은 기계가 남긴 것입니다. 사람이 쓴 부분만 지정하십시오."
    ),
    "{} cannot be read": "{0}: 읽을 수 없습니다.",
    "name a log file": "기록 파일을 지정하십시오.",
    "{} is empty": "{0}: 비어 있습니다.",
    "there is nothing in it to audit": "감사할 내용이 없습니다.",
    "{} is not text: it holds a zero byte": "{0}: 텍스트가 아닙니다(0 바이트 포함).",
    "{} is neither UTF-8 nor Korean (cp949): byte {} does not fit": (
        "{0}: UTF-8도 한국어(cp949)도 아닙니다. {1}번째 바이트가 맞지 않습니다."
    ),
    "give the log as text: Markdown, plain text, JSON or the transcript of commands": (
        "기록을 Markdown, 일반 텍스트, JSON 또는 명령 실행 기록으로 지정하십시오."
    ),
    "--json and --sarif are two forms of the same report": "--json과 --sarif는 같은 보고의 두 가지 형식입니다.",
    "choose one of them": "하나를 선택하십시오.",
    "--sarif reports findings, and claims are none": "--sarif는 지적 사항의 형식이며, 읽은 내용은 지적 사항이 아닙니다.",
    "ask for --claims with --json, or alone": "--claims만 쓰거나 --json과 함께 쓰십시오.",
    "{} is not JSON": "{0}: JSON이 아닙니다.",
    "{} does not list findings": "{0}: 지적 사항 목록이 없습니다.",
    "a file as `bongsu audit --json` prints it, with the findings that are accepted": (
        "`bongsu audit --json`이 출력하는 형식의 파일에 수용할 지적 사항만 남겨 지정하십시오."
    ),
    "no such rule {}": "없는 규칙입니다: {0}",
    "docs/audit.md lists the rules": "규칙 목록은 docs/audit.md에 있습니다.",
}

ENTRIES: Mapping[str, str] = {**_HELP, **_ERRORS}
SAID: Mapping[str, str] = _SUMMARY
