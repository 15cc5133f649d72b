"""What `verify` and `sign` say: the steps, what does not hold, and what cannot be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEPS = {
    "the folder is complete": "폴더가 완전함",
    "the chain is whole and ends where head.json says": "체인이 온전하며 head.json의 위치에서 끝남",
    "the plan is the one that the run was opened with": "계획이 실행을 시작할 때의 계획과 같음",
    "every cited blob is there, unchanged": "인용된 모든 블롭이 변경 없이 있음",
    "every value follows from the recorded answers": "모든 값이 기록된 응답과 일치함",
    "every verdict follows from the values": "모든 판정이 값과 일치함",
    "every outcome was intended first": "모든 결과에 앞서 의도가 기록됨",
    "every step was asked for by the rules, and no press came before its message": (
        "모든 단계가 규칙에 따른 것이며 메시지보다 앞선 응답이 없음"
    ),
    "every message says what the ledger says, and left as it was rendered": (
        "모든 메시지가 원장과 일치하며 작성된 그대로 발송됨"
    ),
    "the reports follow from the ledger": "보고서가 원장과 일치함",
    "every link that a message quotes is the chain's own": "메시지에 인용된 모든 링크가 체인과 같음",
    "the signers that the plan names have signed these files": "계획에 있는 서명자가 이 파일에 서명함",
}

_SUMMARY = {
    "({} looked at)": "({0}건 확인)",
    "step {}": "{0}단계",
    "unknown:": "불충분:",
    "found:": "발견:",
    "instead:": "정상:",
    "… and {} more; --json gives them all": "… 외 {0}건, 전체는 --json으로 확인하십시오.",
    "{} finding": "지적 사항 {0}건",
    "{} findings": "지적 사항 {0}건",
    "this evidence does not say enough yet": "이 증적은 아직 불충분합니다.",
    "this evidence does not stand as it is": "이 증적은 성립하지 않습니다.",
    "note: this folder was written by {}, and this is {}: another version words its": (
        "참고: 이 폴더는 {0}에서 작성되었고 이 프로그램은 {1}입니다. 버전이 다르면 메시지"
    ),
    "messages differently, so verify with the version that wrote it before you think of forgery": (
        "문구가 다르므로, 위조를 의심하기 전에 작성한 버전으로 검증하십시오."
    ),
    "verified: {}, {} events, head {}": "검증 완료: {0}, 이벤트 {1}건, 끝 {2}",
    "the run's verdict: {}": "실행의 판정: {0}",
    "signed by {}: {}, {} events, head {}": "{0}{0!이} 서명함: {1}, 이벤트 {2}건, 끝 {3}",
    "the key is in {}; in the plan, below keys.signers, it stands as": "키 파일: {0}. 계획의 keys.signers에 넣을 내용:",
}

_RULES = {
    "file missing": "파일 없음",
    "file unexpected": "예상하지 않은 파일",
    "blob missing": "블롭 없음",
    "blob hash": "블롭 해시",
    "blob uncited": "인용되지 않은 블롭",
    "blob not cited": "블롭 인용 없음",
    "switched blindly": "확인 없는 재전환",
    "no intention": "의도 기록 없음",
    "not decided": "규칙에 없는 단계",
    "pressed before sent": "메시지보다 앞선 응답",
    "ledger cut": "잘린 원장",
    "line unreadable": "읽을 수 없는 줄",
    "line unusable": "사용할 수 없는 줄",
    "line shape": "줄 형식",
    "line hash": "줄 해시",
    "prev hash": "앞줄 해시",
    "seq": "줄 번호",
    "run id": "실행 ID",
    "time back": "시각 역행",
    "run opened": "실행 시작",
    "run open": "끝나지 않은 실행",
    "after close": "종료 후 기록",
    "head": "원장 끝",
    "plan hash": "계획 해시",
    "plan blob": "계획 블롭",
    "plan unusable": "사용할 수 없는 계획",
    "values": "값",
    "verdict": "판정",
    "figures": "수치",
    "figure source": "수치의 출처",
    "source later": "이후의 출처",
    "message": "메시지",
    "message figures": "메시지의 수치",
    "message sent": "발송된 메시지",
    "message address": "메시지의 수신처",
    "message reference": "메시지 참조",
    "accepted nothing": "접수 근거 없음",
    "opened otherwise": "계획과 다른 시작",
    "exchange time": "요청·응답 시각",
    "exchange address": "요청 주소",
    "pressed otherwise": "다른 버튼 입력",
    "answered otherwise": "다른 서비스 응답",
    "service time": "서비스 시각",
    "report": "보고서",
    "no state": "상태 없음",
    "quoted link": "인용된 링크",
    "signature": "서명",
    "signature missing": "서명 없음",
    "verifier": "검증 프로그램",
}

_WHYS = {
    "the folder is not complete without it": "이 파일이 없으면 폴더가 완전하지 않습니다.",
    "the line rests on bytes that are not there": "이 줄이 근거로 삼는 데이터가 없습니다.",
    "the blob is not the one that the line cites": "이 줄이 인용한 블롭이 아닙니다.",
    "nothing shows what its `{}` was": "`{0}` 내용을 보여 주는 것이 없습니다.",
    "the outcome of the first was not read back before the second": "두 번째 전환 전에 첫 번째 결과를 재조회하지 않았습니다.",
    "what came of an effect was learned that was never intended": "의도된 적이 없는 작업의 결과가 늦게 기록되었습니다.",
    "an effect ended that was never intended, or had ended already": "의도된 적이 없거나 이미 끝난 작업의 결과입니다.",
    "the rules did not ask for this in the state before it, at this time": (
        "직전 상태와 이 시각에서 규칙이 요구하지 않은 단계입니다."
    ),
    "the rules cannot be put to the state before this line: {}": "이 줄 직전의 상태에 규칙을 적용할 수 없습니다: {0}",
    "no message of that key had been sent": "해당 키의 메시지가 발송된 적이 없습니다.",
    "the press came before the service had the message": "서비스가 메시지를 받기 전의 응답입니다.",
    "nothing in the ledger speaks for it, so it proves nothing and may mislead": (
        "원장에 근거가 없으므로 아무것도 증명하지 못하며 오해를 부를 수 있습니다."
    ),
    "the last line has no end": "마지막 줄이 끝나지 않았습니다.",
    "it is not a stored ledger line": "저장된 원장의 줄이 아닙니다.",
    "no run writes a line like that, and not every reader of JSON takes it for the same": (
        "실행은 이렇게 기록하지 않으며, JSON을 읽는 프로그램마다 다르게 읽을 수 있는 줄입니다."
    ),
    "the line's bytes are not the ones that were hashed": "줄의 바이트가 해시된 바이트와 다릅니다.",
    "it does not follow the line before it: lines were cut out, swapped or put in": (
        "앞줄에 이어지지 않습니다. 줄이 삭제, 교체 또는 삽입되었습니다."
    ),
    "lines are numbered without a gap": "줄 번호는 빠짐없이 이어져야 합니다.",
    "a ledger holds one run": "원장 하나에는 실행 하나만 있어야 합니다.",
    "time does not go back": "시각은 되돌아가지 않습니다.",
    "a run is opened once, by its first line": "실행은 첫 줄에서 한 번만 시작합니다.",
    "an earlier line has closed the run": "앞선 줄에서 실행이 이미 종료되었습니다.",
    "the run is not closed: what comes next is unknown, and so is its verdict": (
        "실행이 끝나지 않아 이후 내용과 판정을 알 수 없습니다."
    ),
    "head.json names another end than the ledger has": "head.json의 끝이 원장의 끝과 다릅니다.",
    "the ledger ends before line {}": "원장이 {0}번째 줄 전에 끝납니다.",
    "this is not the plan that the run was opened with": "실행을 시작할 때의 계획이 아닙니다.",
    "the ledger keeps the plan itself, and plan.yaml is not it": "원장에 보관된 계획과 plan.yaml이 다릅니다.",
    "the plan cannot be read": "계획을 읽을 수 없습니다.",
    "no line cites it, so nothing says what it is": "인용하는 줄이 없어 무엇인지 알 수 없습니다.",
    "the values in the line have no source": "이 줄의 값에 출처가 없습니다.",
    "the recorded answers to `{}` show something else": "기록된 `{0}` 응답의 내용이 다릅니다.",
    "the check cannot be put to its sources: {}": "출처에 점검을 적용할 수 없습니다: {0}",
    "a figure comes from one of the judgement's sources": "수치는 판정의 출처 중 하나에서 나와야 합니다.",
    "a verdict rests on lines before it": "판정은 앞선 줄에 근거해야 합니다.",
    "the check comes to something else over the same observations": "같은 조회 결과로 다시 점검하면 결과가 다릅니다.",
    "the observations show other figures": "조회 결과의 수치가 다릅니다.",
    "the lines before it give another message": "앞선 줄로 작성하면 메시지가 다릅니다.",
    "the message shows other figures, or from other lines": "메시지의 수치 또는 그 출처가 다릅니다.",
    "the message cannot be rendered from the lines before it: {}": "앞선 줄로 메시지를 작성할 수 없습니다: {0}",
    "what left is not what was rendered": "발송된 내용이 작성된 내용과 다릅니다.",
    "the plan that was signed off says something else": "승인된 계획의 내용과 다릅니다.",
    "a question is asked in the run, answered after that, and told of after that": (
        "요청은 실행 중에 보내고, 응답은 그 뒤에 오며, 기록은 그다음에 남습니다."
    ),
    "a run asks either the services themselves or those of a rehearsal, as its plan says": (
        "실행은 계획에 따라 실제 서비스 또는 리허설 서비스 중 한쪽에만 요청합니다."
    ),
    "what the service delivered says something else of this press": "서비스가 전달한 버튼 입력의 내용과 다릅니다.",
    "the service's recorded answer says something else of the message": "기록된 서비스 응답의 내용이 메시지 결과와 다릅니다.",
    "actor": "작성 주체",
    "what the line tells was done by somebody else": "이 줄이 말하는 일을 한 주체가 다릅니다.",
    "it is no file": "파일이 아님",
    "times in their order": "순서에 맞는 시각",
    "a code that left with that message": "그 메시지와 함께 나간 코드",
    "no press": "버튼 입력 없음",
    "not accepted": "접수되지 않음",
    "an address on this machine": "이 컴퓨터의 주소",
    "the service's own address": "서비스의 실제 주소",
    "the message went somewhere else": "메시지가 다른 곳으로 발송되었습니다.",
    "a message that never left cannot have been accepted": "발송되지 않은 메시지는 접수될 수 없습니다.",
    "the service's answer does not name the message so": "서비스 응답의 메시지 정보와 다릅니다.",
    "the service's own time of the message lies outside the time in which it was sent": (
        "서비스가 기록한 메시지 시각이 발송 시간 범위를 벗어납니다."
    ),
    "the services' own times of these messages lie outside the times in which they were sent, all as far": (
        "서비스가 기록한 메시지 시각이 모두 같은 만큼 발송 시간 범위를 벗어납니다."
    ),
    "a clock within {} s of theirs, as a time server keeps it": "시각 서버로 맞춰 서비스와 {0}초 이내인 시계",
    "this machine's clock {} s behind the services', by {} messages from #{} to #{}": (
        "이 컴퓨터의 시계가 서비스보다 {0}초 늦음, #{2}~#{3}의 메시지 {1}건"
    ),
    "this machine's clock {} s ahead of the services', by {} messages from #{} to #{}": (
        "이 컴퓨터의 시계가 서비스보다 {0}초 빠름, #{2}~#{3}의 메시지 {1}건"
    ),
    "this program renders no such report, so it cannot be compared": "이 프로그램이 작성하지 않는 보고서라 비교할 수 없습니다.",
    "the report cannot be rendered from the lines": "원장의 줄로 보고서를 작성할 수 없습니다.",
    "the lines give another report; this is the first line that differs": (
        "원장의 줄로 작성하면 보고서가 다릅니다. 처음 달라지는 줄입니다."
    ),
    "the line, or what it cites, cannot be followed: {}": "줄 또는 줄이 인용한 내용을 따라갈 수 없습니다: {0}",
    "a new message quotes the newest link, so that the service's clock witnesses the chain": (
        "새 메시지는 최신 링크를 인용해야 서비스의 시계가 체인의 증인이 됩니다."
    ),
    "the message quotes a link that the chain does not have there": "메시지에 인용된 링크가 체인의 해당 위치와 다릅니다.",
    "the plan names no signer with this key": "계획에 이 키의 서명자가 없습니다.",
    "the plan names this signer, who has not signed": "계획에 있는 서명자가 아직 서명하지 않았습니다.",
    "the signature is not this key's over this statement": "이 진술에 대한 이 키의 서명이 아닙니다.",
    "the signatures cannot be read: {}": "서명을 읽을 수 없습니다: {0}",
    "this is not the verifier that the program puts into a folder": "프로그램이 폴더에 넣는 검증 프로그램이 아닙니다.",
    "what was signed are not these files": "서명된 것은 이 파일들이 아닙니다.",
    "no state follows from this line: {}": "이 줄에서 이어지는 상태가 없습니다: {0}",
}

_FOUND = {
    "nothing": "없음",
    "nothing, or what a call came to late (`ended_late`)": "없음, 또는 늦게 알게 된 호출 결과(`ended_late`)",
    "no line": "줄 없음",
    "no figure": "수치 없음",
    "another plan, or none": "다른 계획 또는 없음",
    "an empty file": "빈 파일",
    "the {} switched to {} again": "{0~:을} 다시 {1~}",
    "{}, attempt {}": "{0}, 시도 {1}회차",
    "`{}` cannot be read from the recorded answers: {}": "기록된 응답에서 `{0}`{0!을} 읽을 수 없음: {1}",
    "{} from line {}": "{1}번째 줄의 {0}",
    "{} exchanges, none with the message": "통신 {0}건, 메시지를 담은 것은 없음",
    "the end of the file": "파일 끝",
    "a signature of {}": "{0}의 서명",
    "no signature of {}": "{0}의 서명 없음",
    "no link": "링크 없음",
}

_INSTEAD = {
    "write the evidence again from the ledger; `{}` belongs in it": "원장에서 증적을 다시 작성하십시오. `{0}`{0!이} 있어야 합니다.",
    "64 lower-case hex digits": "소문자 16진수 64자리",
    "the blob {}": "블롭 {0}",
    "a salt line, then the content": "솔트 줄과 그 뒤의 내용",
    "an observation `{}_rule` between the two": "둘 사이에 `{0}_rule` 조회",
    "an intention with the same key and attempt before it": "같은 키와 시도 회차의 선행 의도",
    "a state that a run can be in": "실행이 있을 수 있는 상태",
    "a press after the message": "메시지 이후의 응답",
    "{} or later": "{0} 이후",
    "keep it somewhere else": "다른 곳에 보관하십시오.",
    "a line feed behind every line": "모든 줄 끝의 줄바꿈",
    "a line of a known kind": "알려진 종류의 줄",
    "`run_opened` as line 1 and nowhere else": "첫 줄에만 있는 `run_opened`",
    "`run_closed`, with nothing but late ends behind it": "`run_closed`. 그 뒤에는 늦게 알게 된 결과만 올 수 있습니다.",
    "a blob `plan` equal to plan.yaml": "plan.yaml과 같은 블롭 `plan`",
    "a valid plan": "올바른 계획",
    "only blobs that the ledger cites": "원장이 인용하는 블롭만",
    "answers that show the values": "값을 보여 주는 응답",
    "sources that the check can judge": "점검이 판정할 수 있는 출처",
    "one of the lines {}": "다음 줄 중 하나: {0}",
    "a line before {}": "{0}번째 줄 이전",
    "a message that the program renders": "프로그램이 작성하는 메시지",
    "the message of {}": "{0}의 메시지",
    "the request that carried the message": "메시지를 담은 요청",
    "the reference from the recorded answer": "기록된 응답의 참조",
    "{} to {}, give or take {} s": "{0}부터 {1}까지, 오차 {2}초",
    "only reports that follow from the lines": "원장의 줄에서 나오는 보고서만",
    "lines that a report can be rendered from": "보고서를 작성할 수 있는 줄",
    "a line as a run records it": "실행이 기록하는 형식의 줄",
    "a line that can follow the ones before it": "앞줄에 이어질 수 있는 줄",
    "a blob `{}`": "블롭 `{0}`",
    "a DSSE envelope over an in-toto statement": "in-toto 진술을 담은 DSSE 봉투",
    "a signature that holds": "유효한 서명",
    "a signature with the key {}": "키 {0}의 서명",
    "no link that is not there yet": "아직 없는 링크는 인용하지 않음",
    "no signature: the plan names no signer": "서명 없음: 계획에 서명자가 없음",
}

_SIGNING = {
    '"{}" cannot be written': '"{0}"{0!을} 쓸 수 없습니다.',
    '"{}" holds no signatures that can be read; nothing was signed': (
        '"{0}"에 읽을 수 있는 서명이 없습니다. 서명하지 않았습니다.'
    ),
    '"{}" is there already; a key is never overwritten': '"{0}"{0!이} 이미 있습니다. 키는 덮어쓰지 않습니다.',
    "`bongsu verify` shows each with its place": "`bongsu verify`로 위치를 확인하십시오.",
    "a plan is signed off before the run; who signs and with which key stands in it": (
        "계획은 실행 전에 확정되며 서명자와 키도 계획에 있습니다."
    ),
    "cryptography is not installed": "cryptography가 설치되어 있지 않습니다.",
    "install bongsu with its extra `sign`": "bongsu를 `sign` 추가 구성으로 설치하십시오.",
    "it names {}": "계획의 서명자: {0}",
    "keys.signers of the plan says who may sign, with which key": "계획의 keys.signers에 서명자와 키가 있습니다.",
    "look who put it there; without it you can sign anew": "누가 넣었는지 확인하십시오. 없애면 새로 서명할 수 있습니다.",
    "make one with `bongsu keygen FILE`, or take off its passphrase before you hand it over": (
        "`bongsu keygen FILE`로 만들거나 암호를 해제한 키를 지정하십시오."
    ),
    "name a file in a folder that is there and that you may write": "쓰기 가능한 폴더 안의 파일을 지정하십시오.",
    "name another file for the new key": "새 키를 저장할 다른 파일을 지정하십시오.",
    'no key can be written to "{}"': '"{0}"에 키를 쓸 수 없습니다.',
    'the plan names no signer "{}"': '계획에 서명자 "{0}"{0!이} 없습니다.',
    "this is no Ed25519 private key in PEM, or one behind a passphrase": (
        "PEM 형식의 Ed25519 개인 키가 아니거나 암호로 보호되어 있습니다."
    ),
    "this is not the key that the plan names for {}": "계획에 있는 {0}의 키가 아닙니다.",
    "it is {}, the plan has {}": "이 키는 {0}, 계획의 키는 {1}",
    "{} does not verify, so it was not signed: {} findings": (
        "{0:이} 검증되지 않아 서명하지 않았습니다. 지적 사항 {1}건"
    ),
}

ENTRIES: Mapping[str, str] = {**_STEPS, **_RULES, **_WHYS, **_FOUND, **_INSTEAD, **_SIGNING}
SAID: Mapping[str, str] = _SUMMARY
