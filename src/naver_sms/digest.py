"""What the owner reads after a run: one digest, and at most one alert for each cause in six hours. Pure.

Nobody is named: numbers are masked, a booking is its id, a text is its template's name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from naver_sms.intent import Outcome, Skipped
from naver_sms.masking import masked_phone
from naver_sms.record import NOT_SENT
from sens.codes import CodeClass, class_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from naver_sms.intent import Intent

FAILURES_MAX = 10
AGE_WARNING_S = 14 * 24 * 3600
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "{function}: {result}, {at}",
        "sent": "{accepted} accepted by SENS (confirm {confirm}, guide {guide}, event {event}{extra}), "
        "{delivered} delivered, {failed} failed, {pending} pending",
        "extra": ", extra {extra}",
        "seen": "{new} new bookings, {ok} of {enabled} stores read",
        "stores": "stores not read: {stores}",
        "failure": "{kind} of {booking} to {to}: {why}",
        "earlier": "{why}, begun by an earlier run",
        "more": "and {count} more",
        "age": "cookies {days} d {hours} h old",
        "age_unknown": "age of the cookies unknown",
        "auth_expired": "Naver has signed out: nothing was read or sent. Sign in again: naver-sms login",
        "config_error": "the settings cannot be used: nothing was read or sent ({problem})",
        "failed": "the run broke off ({problem})",
        "store": "store {store} cannot be read: {why}",
        "signed_out": "Naver has signed out, sign in again: naver-sms login",
        "no_access_to_store": "this account may not see the store ({detail}): ask its owner, or correct the store's id",
        "store_gone": "Naver knows no such store ({detail}): correct its id, or set 'enabled: false'",
        "bad_window": "Naver refused the span of dates ({detail}): report this as a fault of the program",
        "contract": "Naver answered something else than bookings ({detail}): its site may be down or have changed",
        "transient": "Naver did not answer properly, three times ({detail}): the next run tries again",
        "deadline": "the time of the run was up: the next run goes on",
        "state": "the records cannot be read or written ({detail}): look after the state store",
        "caller_id": "SENS or a carrier refuses a caller id ({codes}): register the number, or correct it",
        "quota": "SENS says that its quota is used up: nothing more goes out",
        "sens_key": "SENS refuses the key, the service, or a clock over five minutes off ({code}): nothing goes out",
        "lost": "{count} texts of earlier runs did not arrive, or nobody can say that they did: {bookings}; see the "
        "digest, and naver-sms resend if one is still of use",
        "held": "{count} texts wait: a short while ago their sender's number was refused, or the quota was used up",
        "optout_unknown": "{count} advertising texts wait: SENS did not show who refuses advertising",
        "left": "{count} texts are left for the next run: the time was up",
        "refused": "SENS refused {count} texts ({codes}): the next run tries them again",
        "not_sent": "SENS could not be reached for {count} texts: the next run tries them again",
        "given_up": "{count} texts are given up, refused three times ({codes}): correct what is wrong with them, then "
        "naver-sms resend",
        "unmade": "{count} texts cannot be made, a value is missing or they grow too long: see the report's 'problems'",
        "unwritten": "{count} texts wait: their records could not be written; the next run tries again",
        "undecided": "{count} bookings wait: their records cannot be read, or lack a flag; look after the state store",
        "set_aside": "{count} bookings cannot be read and got nothing: look at them at Naver",
        "unknown": "{count} texts of which nobody knows yet whether they went out; later runs look them up",
    },
    "ko": {
        "head": "{function}: {result}, {at}",
        "sent": "SENS 접수 {accepted}건 (확정 {confirm}, 안내 {guide}, 이벤트 {event}{extra}), "
        "전달 {delivered}, 실패 {failed}, 대기 {pending}",
        "extra": ", 추가 {extra}",
        "seen": "새 예약 {new}건, 매장 {enabled}곳 중 {ok}곳 확인",
        "stores": "확인하지 못한 매장: {stores}",
        "failure": "{booking} {kind} → {to}: {why}",
        "earlier": "{why}, 앞선 실행에서 시작한 문자",
        "more": "외 {count}건",
        "age": "로그인 쿠키 {days}일 {hours}시간 경과",
        "age_unknown": "로그인 쿠키 경과 시간을 알 수 없음",
        "auth_expired": "네이버 로그인이 풀렸습니다. 아무것도 읽거나 보내지 않았습니다. 다시 로그인: naver-sms login",
        "config_error": "설정을 쓸 수 없습니다. 아무것도 읽거나 보내지 않았습니다 ({problem})",
        "failed": "실행이 중단되었습니다 ({problem})",
        "store": "매장 {store}을(를) 읽을 수 없습니다: {why}",
        "signed_out": "네이버 로그인이 풀렸습니다. 다시 로그인: naver-sms login",
        "no_access_to_store": "이 계정에는 매장 권한이 없습니다 ({detail}). 매장 번호를 확인하거나 권한을 요청하세요",
        "store_gone": "네이버에 없는 매장입니다 ({detail}). 매장 번호를 고치거나 'enabled: false'로 두세요",
        "bad_window": "네이버가 날짜 범위를 거부했습니다 ({detail}). 프로그램 오류이니 알려 주세요",
        "contract": "네이버가 예약 목록이 아닌 응답을 보냈습니다 ({detail}). 사이트 장애나 변경일 수 있습니다",
        "transient": "네이버가 세 번 제대로 응답하지 않았습니다 ({detail}). 다음 실행에서 다시 시도합니다",
        "deadline": "실행 시간이 다 되었습니다. 다음 실행에서 이어집니다",
        "state": "기록을 읽거나 쓸 수 없습니다 ({detail}). 저장소를 확인하세요",
        "caller_id": "발신번호가 거부되었습니다 ({codes}): 번호를 등록하거나 고쳐 주세요",
        "quota": "SENS 발송 한도가 소진되었습니다. 더 이상 발송되지 않습니다",
        "sens_key": "SENS가 키나 서비스, 또는 5분 넘게 틀린 시계를 거부합니다 ({code}): 발송되지 않습니다",
        "lost": "앞선 실행의 문자 {count}건이 도착하지 않았거나 도착을 확인할 수 없습니다: {bookings}. 필요하면 "
        "naver-sms resend",
        "held": "문자 {count}건 보류: 조금 전 발신번호가 거부되었거나 한도가 소진되었습니다",
        "optout_unknown": "광고 문자 {count}건 보류: SENS가 수신거부 목록을 보여 주지 않습니다",
        "left": "시간이 다 되어 문자 {count}건은 다음 실행에서 보냅니다",
        "refused": "SENS가 문자 {count}건을 거부했습니다 ({codes}). 다음 실행에서 다시 시도합니다",
        "not_sent": "문자 {count}건: SENS에 연결하지 못했습니다. 다음 실행에서 다시 시도합니다",
        "given_up": "문자 {count}건은 세 번 거부되어 더 보내지 않습니다 ({codes}). 원인을 고친 뒤 naver-sms resend",
        "unmade": "문자 {count}건을 만들 수 없습니다. 값이 없거나 너무 깁니다: 보고서의 'problems'를 보세요",
        "unwritten": "문자 {count}건 보류: 기록을 쓸 수 없었습니다. 다음 실행에서 다시 시도합니다",
        "undecided": "예약 {count}건 보류: 기록을 읽을 수 없거나 표시가 빠져 있습니다. 저장소를 확인하세요",
        "set_aside": "읽을 수 없는 예약 {count}건은 보내지 않았습니다. 네이버에서 확인하세요",
        "unknown": "발송 여부를 아직 알 수 없는 문자 {count}건, 다음 실행에서 확인합니다",
    },
}
HALTING = frozenset({"http 401", "http 403", "http 404"})
BROKEN = ("auth_expired", "config_error", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something for a person to do; `cause` is the same as long as it is the same trouble."""

    cause: str
    text: str


def digest(report: Mapping[str, Any], intents: Sequence[Intent], *, language: str) -> str:
    """Return the digest of one run."""
    words, bookings, sms, stores = WORDS[language], report["bookings"], report["sms"], report["stores"]
    accepted = {kind: found["accepted"] for kind, found in report["intents"].items()}
    extra = words["extra"].format(extra=accepted["extra"]) if "extra" in accepted else ""
    lines = [
        words["head"].format(function=report["function"], result=report["result"], at=report["started_at"][:16]),
        words["sent"].format(**sms, **(accepted | {"extra": extra})),
        words["seen"].format(new=bookings["new"], ok=stores["ok"], enabled=stores["enabled"]),
    ]
    if stores["failed"]:
        lines.append(
            words["stores"].format(stores=", ".join(f"{one['id']} ({one['class']})" for one in stores["failed"]))
        )
    lines += _failures(intents, report["evidence"]["lost"], words)
    lines += report["problems"][:FAILURES_MAX]
    return "\n".join([*lines, _age(report["cookies"]["age_s"], words)])


def worth_telling(report: Mapping[str, Any]) -> bool:
    """Whether a text was due in this run, or something is not as it should be."""
    return report["result"] != "ok" or any(found["due"] for found in report["intents"].values())


def advice(report: Mapping[str, Any], intents: Sequence[Intent], *, language: str) -> list[str]:
    """Return what a person at the terminal should know of a run: the alerts, and what is left or was set aside."""
    words = WORDS[language]
    skipped = Counter(one.skipped for one in intents)
    held = skipped[Skipped.CALLER_ID] + skipped[Skipped.QUOTA]
    refused = [one for one in intents if one.outcome is Outcome.REFUSED and one.code not in HALTING]
    again = [one for one in refused if not one.given_up and one.code != NOT_SENT]
    given_up = [one for one in refused if one.given_up]
    lost = report["evidence"]["lost"]
    counts = (
        ("lost", len(lost), ()),
        ("held", held, ()),
        ("optout_unknown", skipped[Skipped.OPTOUT_UNKNOWN], ()),
        ("left", skipped[Skipped.DEADLINE], ()),
        ("not_sent", sum(one.code == NOT_SENT for one in refused), ()),
        ("refused", len(again), again),
        ("given_up", len(given_up), given_up),
        ("unmade", skipped[Skipped.TEXT], ()),
        ("unwritten", skipped[Skipped.STATE], ()),
        ("undecided", report["bookings"]["undecided"], ()),
        ("set_aside", report["bookings"]["quarantined"], ()),
    )
    bookings = ", ".join([one["booking"] for one in lost[:FAILURES_MAX]] + ["…"][: len(lost) > FAILURES_MAX])
    more = [
        words[name].format(count=count, codes=_codes(those), bookings=bookings)
        for name, count, those in counts
        if count
    ]
    return [*(one.text for one in alerts(report, intents, language=language)), *more]


def _codes(intents: Sequence[Intent]) -> str:
    return ", ".join(sorted({one.code or "-" for one in intents}))


def _failures(intents: Sequence[Intent], lost: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> list[str]:
    lines = [
        words["failure"].format(
            kind="extra" if one.extra else one.kind.value,
            booking=one.booking.booking_num,
            to=masked_phone(one.booking.phone),
            why=why,
        )
        for one in intents
        if (why := _why(one)) is not None
    ]
    lines += [words["failure"].format(**one, why=words["earlier"].format(why=_fate(one))) for one in lost]
    more = len(lines) - FAILURES_MAX
    return [*lines[:FAILURES_MAX], words["more"].format(count=more)] if more > 0 else lines


def _fate(lost: Mapping[str, Any]) -> str:
    code = lost["code"]
    return f"{lost['ended']} ({code})" if lost["ended"] == "abandoned" else f"{class_of(code or '').value} ({code})"


def _why(one: Intent) -> str | None:
    if one.outcome is Outcome.ACCEPTED:
        return None if one.delivery != "failed" else f"{class_of(one.code or '').value} ({one.code})"
    if one.outcome is Outcome.SKIPPED:
        return None if one.skipped is None else one.skipped.value
    if one.outcome in {Outcome.REFUSED, Outcome.UNKNOWN}:
        return f"{one.outcome.value} ({one.code or 'no answer'})"
    return None


def _age(age_s: int | None, words: Mapping[str, str]) -> str:
    if age_s is None:
        return words["age_unknown"]
    return words["age"].format(days=age_s // 86400, hours=age_s % 86400 // 3600)


def alerts(report: Mapping[str, Any], intents: Sequence[Intent], *, language: str) -> list[Alert]:
    """Return what a person must do something about."""
    words, result = WORDS[language], report["result"]
    if result in BROKEN and not (result == "failed" and report["stores"]["failed"] and not report["problems"]):
        problem = next(iter(report["problems"]), "-")
        return [Alert(cause=result, text=words[result].format(problem=problem))]
    found = [
        Alert(
            cause=f"store#{one['id']}#{one['class']}",
            text=words["store"].format(store=one["id"], why=words[one["class"]].format(detail=one["detail"])),
        )
        for one in report["stores"]["failed"]
    ]
    codes = {class_of(code): code for code in report["earlier"]["by_code"]}
    codes |= {class_of(one.code): one.code for one in intents if one.code is not None and one.delivery == "failed"}
    if CodeClass.CALLER_ID in codes:
        text = words["caller_id"].format(codes=codes[CodeClass.CALLER_ID])
        found.append(Alert(cause="caller_id", text=text))
    if CodeClass.QUOTA in codes:
        found.append(Alert(cause="quota", text=words["quota"]))
    refused = {one.code for one in intents if one.outcome is Outcome.REFUSED}
    halting = sorted(code for code in refused if code in HALTING)
    found += [Alert(cause="sens_key", text=words["sens_key"].format(code=code)) for code in halting[:1]]
    unknown = sum(kind["unknown"] for kind in report["intents"].values())
    if unknown:
        found.append(Alert(cause="unknown", text=words["unknown"].format(count=unknown)))
    return found
