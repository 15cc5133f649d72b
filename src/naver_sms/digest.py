"""What the owner reads after a run: one digest, and at most one alert for each cause in six hours. Pure.

Nobody is named: numbers are masked, a booking is its id, a text is its template's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from naver_sms.intent import Outcome
from naver_sms.masking import masked_phone
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
        "more": "and {count} more",
        "age": "cookies {days} d {hours} h old",
        "age_unknown": "age of the cookies unknown",
        "auth_expired": "Naver has signed out: nothing was read or sent. Sign in again: naver-sms login",
        "config_error": "the settings cannot be used: nothing was read or sent ({problem})",
        "failed": "the run broke off ({problem})",
        "store": "store {store} cannot be read ({why})",
        "caller_id": "SENS or a carrier refuses a caller id ({codes}): register the number, or correct it",
        "quota": "SENS says that its quota is used up: nothing more goes out",
        "sens_key": "SENS refuses the key or the service ({code}): nothing goes out",
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
        "more": "외 {count}건",
        "age": "로그인 쿠키 {days}일 {hours}시간 경과",
        "age_unknown": "로그인 쿠키 경과 시간을 알 수 없음",
        "auth_expired": "네이버 로그인이 풀렸습니다. 아무것도 읽거나 보내지 않았습니다. 다시 로그인: naver-sms login",
        "config_error": "설정을 쓸 수 없습니다. 아무것도 읽거나 보내지 않았습니다 ({problem})",
        "failed": "실행이 중단되었습니다 ({problem})",
        "store": "매장 {store}을(를) 읽을 수 없습니다 ({why})",
        "caller_id": "발신번호가 거부되었습니다 ({codes}): 번호를 등록하거나 고쳐 주세요",
        "quota": "SENS 발송 한도가 소진되었습니다. 더 이상 발송되지 않습니다",
        "sens_key": "SENS가 키나 서비스를 거부합니다 ({code}): 발송되지 않습니다",
        "unknown": "발송 여부를 아직 알 수 없는 문자 {count}건, 다음 실행에서 확인합니다",
    },
}
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
    lines += _failures(intents, words)
    lines += report["problems"][:FAILURES_MAX]
    return "\n".join([*lines, _age(report["cookies"]["age_s"], words)])


def worth_telling(report: Mapping[str, Any]) -> bool:
    """Whether a text was due in this run, or something is not as it should be."""
    return report["result"] != "ok" or any(found["due"] for found in report["intents"].values())


def _failures(intents: Sequence[Intent], words: Mapping[str, str]) -> list[str]:
    failed = [(one, why) for one in intents if (why := _why(one)) is not None]
    lines = [
        words["failure"].format(
            kind="extra" if one.extra else one.kind.value,
            booking=one.booking.booking_num,
            to=masked_phone(one.booking.phone),
            why=why,
        )
        for one, why in failed[:FAILURES_MAX]
    ]
    more = len(failed) - FAILURES_MAX
    return [*lines, words["more"].format(count=more)] if more > 0 else lines


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
    if result in BROKEN:
        problem = next(iter(report["problems"]), "-")
        return [Alert(cause=result, text=words[result].format(problem=problem))]
    found = [
        Alert(cause=f"store#{one['id']}#{one['class']}", text=words["store"].format(store=one["id"], why=one["class"]))
        for one in report["stores"]["failed"]
    ]
    codes = {class_of(one.code): one.code for one in intents if one.code is not None and one.delivery == "failed"}
    if CodeClass.CALLER_ID in codes:
        text = words["caller_id"].format(codes=codes[CodeClass.CALLER_ID])
        found.append(Alert(cause="caller_id", text=text))
    if CodeClass.QUOTA in codes:
        found.append(Alert(cause="quota", text=words["quota"]))
    refused = {one.code for one in intents if one.outcome is Outcome.REFUSED}
    halting = sorted(code for code in refused if code in {"http 401", "http 403", "http 404"})
    found += [Alert(cause="sens_key", text=words["sens_key"].format(code=code)) for code in halting[:1]]
    unknown = sum(kind["unknown"] for kind in report["intents"].values())
    if unknown:
        found.append(Alert(cause="unknown", text=words["unknown"].format(count=unknown)))
    return found
