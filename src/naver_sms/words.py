"""What the commands say to an owner, in the language of the settings; what a report says is in `naver_sms.digest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "how_to": """\
1. In your own browser sign in at https://nid.naver.com and open the partner centre's booking list once.
2. Export the cookies of naver.com: an extension's JSON, a cookies.txt, or the 'cookie:' line of a request that the
   developer tools show.
3. Paste it here and end with Ctrl-D, or name the file: naver-sms login --from FILE. Delete the file afterwards.
""",
        "kept": "Naver takes these cookies; they are kept in {where}",
        "usable": "settings can be used: {enabled} of {stores} stores enabled",
        "would_send": "{sends} texts would be sent, {others} could not be; nothing was sent or written",
        "as_of": "as of {at} Korean time; nothing was sent or written",
        "no_rule": "no rule holds",
        "not_signed_in": "not signed in yet: naver-sms login ({why})",
        "refuses": "{number} refuses advertising: kept here and at SENS",
        "off": "{number} is off both lists",
        "withdrawn": "{number} has withdrawn: no advertising any more",
        "agreed": "{number} agreed to advertising on {on}",
        "by hand": "by hand",
        "by call": "by call",
        "tell_by": "tell them by {day}",
        "told": "told by now",
        "refusal": "{count} number refuses advertising",
        "refusals": "{count} numbers refuse advertising",
        "consent": "{number}  {on}  {how}, text {text}  {left}",
        "remind": "remind them now",
        "remind_from": "remind them from {day}",
        "consented": "{count} number agreed to advertising; to be reminded of it: {due}",
        "consents": "{count} numbers agreed to advertising; to be reminded of it: {due}",
        "synced": "{missing} numbers were new to SENS, {new} to this program; {all} in all",
        "first_run": "nothing is recorded yet: a live run would text everybody who has a booking. Who has had their"
        " texts already: naver-sms run --mode adopt",
    },
    "ko": {
        "how_to": """\
1. 브라우저에서 https://nid.naver.com 에 로그인하고 파트너센터의 예약 목록을 한 번 여세요.
2. naver.com 쿠키를 내보내세요: 확장 프로그램의 JSON, cookies.txt, 또는 개발자 도구에 보이는 요청의 'cookie:' 줄.
3. 여기에 붙여 넣고 Ctrl-D로 끝내거나 파일을 지정하세요: naver-sms login --from FILE. 끝나면 파일을 지우세요.
""",
        "kept": "네이버 로그인이 확인되었습니다. 쿠키는 {where}에 보관됩니다",
        "usable": "설정을 쓸 수 있습니다: 매장 {stores}곳 중 {enabled}곳 사용",
        "would_send": "보낼 문자 {sends}건, 보낼 수 없는 문자 {others}건. 보내거나 기록한 것은 없습니다",
        "as_of": "한국 시간 {at} 기준. 보내거나 기록한 것은 없습니다",
        "no_rule": "해당하는 규칙이 없습니다",
        "not_signed_in": "아직 로그인하지 않았습니다: naver-sms login ({why})",
        "refuses": "{number} 수신거부: 여기와 SENS에 보관했습니다",
        "off": "{number}: 두 목록에서 지웠습니다",
        "withdrawn": "{number} 동의 철회: 이제 광고 문자가 나가지 않습니다",
        "agreed": "{number} 광고 수신 동의 ({on})",
        "by hand": "직접 등록",
        "by call": "080 전화",
        "tell_by": "{day}까지 처리 결과 안내",
        "told": "안내 기한 지남",
        "refusal": "수신거부 {count}건",
        "refusals": "수신거부 {count}건",
        "consent": "{number}  {on}  {how}, 문구 {text}  {left}",
        "remind": "지금 재확인 안내",
        "remind_from": "{day}부터 재확인 안내",
        "consented": "광고 수신 동의 {count}건, 재확인 안내 대상 {due}건",
        "consents": "광고 수신 동의 {count}건, 재확인 안내 대상 {due}건",
        "synced": "SENS에 새로 등록 {missing}건, 여기에 새로 등록 {new}건, 모두 {all}건",
        "first_run": "아직 기록이 없어 실제로 실행하면 예약이 있는 모든 고객에게 문자가 나갑니다."
        " 이미 안내받은 고객이라면: naver-sms run --mode adopt",
    },
}


def said(language: str, name: str, **values: object) -> str:
    """Return one sentence."""
    return WORDS[language][name].format(**values)
