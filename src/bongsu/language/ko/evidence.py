"""What the commands say that show a run beside another, at a moment, under other limits, or for publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELPS = {
    "Show RUN beside another run instead; --out then names a folder for comparison.html and comparison.json.": (
        "RUN을 다른 실행과 나란히 표시. --out은 comparison.html과 comparison.json을 쓸 폴더"
    ),
    "With --compare and --what-if, a run may be one in the ledger or an evidence folder; exits with 0, and writes nothing unless --out names a folder of its own.": (
        "--compare와 --what-if에서는 실행이 원장에 있거나 증적 폴더일 수 있습니다. 종료 코드는 0이며, --out으로 별도의 폴더를 지정하지 않으면 아무것도 쓰지 않습니다."
    ),
    "Replay RUN under another limit of its plan, like ack_sla=3m, and show what would have been decided; may be given again.": (
        "계획의 다른 기준(예: ack_sla=3m)으로 RUN을 다시 적용해 무엇이 달리 결정되었을지 표시. 여러 번 지정 가능"
    ),
    "Show what was known and decided in RUN, or in an evidence folder, at a time: 14:07 in the plan's zone, or a day with it.": (
        "RUN 또는 증적 폴더에서 그 시각에 알려지고 결정된 내용을 표시: 계획의 시간대로 14:07, 또는 날짜까지"
    ),
    "Exits with 0; 2 when the named run or folder is not there; 3 when the named run is open or something in it is in "
    "doubt; with --at when something was then.": (
        "종료 코드는 0이며, 지정한 실행이나 폴더가 없으면 2, 지정한 실행이 진행 중이거나 결과 불명인 것이 있으면 3입니다. --at에서는 "
        "그때 결과 불명이던 것이 있으면 3입니다."
    ),
}
_PUBLISHED_HELPS = {
    "Have the plan's authority say when it saw where the chain ends (RFC 3161).": (
        "계획의 인증 기관에 체인의 끝을 언제 보았는지 확인받음(RFC 3161)"
    ),
    "The authority's root certificate as PEM (default: the one that is in PATH already).": (
        "인증 기관의 루트 인증서 PEM(기본: PATH에 이미 있는 것)"
    ),
    "With --timestamp an authority is asked, too, or alone; it learns nothing but a digest.": (
        "--timestamp를 쓰면 인증 기관에도(또는 그곳에만) 요청합니다. 기관이 아는 것은 해시뿐입니다."
    ),
    "Exits with 0 when it is signed, 3 when the authority gives no timestamp, 5 when the evidence does not verify: then nothing is signed.": (
        "서명되면 종료 코드 0, 인증 기관이 타임스탬프를 주지 않으면 3, 증적이 검증되지 않으면 5이며 아무것도 서명하지 않습니다."
    ),
    "Write a copy for publication to this folder, with pseudonyms for people, numbers and ids at services.": (
        "사람·번호·서비스 ID를 가명으로 바꾼 공개용 사본을 이 폴더에 작성"
    ),
    "Where the key of the pseudonyms is found: env:NAME or file:PATH, of 32 characters.": (
        "가명의 키가 있는 곳: env:NAME 또는 file:PATH, 32자"
    ),
    "With --publish, a copy is written of a run or of an evidence folder, and only if it verifies; exits with 0 then, and with 5 when it does not.": (
        "--publish에서는 실행 또는 증적 폴더의 사본을 작성하며, 사본이 검증될 때만 씁니다. 그때 종료 코드는 0, 아니면 5입니다."
    ),
    "The evidence folder that PATH is a published copy of: the copy is made again and compared byte for byte.": (
        "PATH의 원본 증적 폴더. 사본을 다시 만들어 바이트 단위로 비교"
    ),
    "Where the key of the copy's pseudonyms is found: env:NAME or file:PATH.": "사본 가명의 키가 있는 곳: env:NAME 또는 file:PATH",
}
_PUBLISHED = {
    '"{}" is there already and is not empty': '"{0}"이(가) 이미 있고 비어 있지 않습니다.',
    "name another folder for the copy": "사본을 둘 다른 폴더를 지정하십시오.",
    "the copy would not verify, so it was not written": "사본이 검증되지 않아 쓰지 않았습니다.",
    "a name or id of the plan may be a word that messages use too: such a run cannot be published": (
        "계획의 이름이나 ID가 메시지에서도 쓰이는 단어일 수 있습니다. 그런 실행은 공개할 수 없습니다."
    ),
    '"{}" would still stand in {}, so nothing was written': '{1}에 "{0}"이(가) 남게 되어 아무것도 쓰지 않았습니다.',
    'the evidence in "{}" does not verify': '"{0}"의 증적이 검증되지 않습니다.',
    "`bongsu verify` shows each place": "`bongsu verify`로 각 위치를 확인하십시오.",
    "--publish and --original need --key": "--publish와 --original에는 --key가 필요합니다.",
    "make one with `openssl rand -hex 32 > publish.key` and name it: --key file:publish.key": (
        "`openssl rand -hex 32 > publish.key`로 만들어 지정하십시오: --key file:publish.key"
    ),
    "the key of the pseudonyms has fewer than {} characters": "가명의 키가 {0}자보다 짧습니다.",
    "make one with `openssl rand -hex 32`, and keep it: only who has it can prove the copy": (
        "`openssl rand -hex 32`로 만들어 보관하십시오. 키가 있어야 사본을 증명할 수 있습니다."
    ),
    "nothing was written; the evidence itself is as it was": "아무것도 쓰지 않았으며 증적은 그대로입니다.",
    "timestamp": "타임스탬프",
    "timestamp missing": "타임스탬프 없음",
    "timestamp unread": "타임스탬프 확인 안 함",
    "no timestamp": "타임스탬프 없음",
    "the plan names an authority, and nothing here shows when it saw the end of this chain": (
        "계획에 인증 기관이 있지만, 그 기관이 이 체인의 끝을 언제 보았는지 나타내는 것이 없습니다."
    ),
    "a timestamp by the authority with {}": "{0} 인증 기관의 타임스탬프",
    "this is no timestamp of head.json by the authority that the plan names": (
        "계획의 인증 기관이 head.json에 부여한 타임스탬프가 아닙니다."
    ),
    "one that holds, by the authority with {}": "{0} 인증 기관의 유효한 타임스탬프",
    "what reads timestamps is not installed here, so this one was not looked at": (
        "타임스탬프를 읽는 패키지가 설치되어 있지 않아 확인하지 않았습니다."
    ),
    "pip install 'bongsu[timestamp]', or openssl ts -verify": "pip install 'bongsu[timestamp]' 또는 openssl ts -verify",
    "the authority has seen the end of the chain before its last line was written": (
        "인증 기관이 체인의 끝을 본 시각이 마지막 줄을 쓴 시각보다 앞섭니다."
    ),
    "{} or later": "{0} 이후",
    "the extra `timestamp` is not installed": "추가 패키지 `timestamp`가 설치되어 있지 않습니다.",
    "pip install 'bongsu[timestamp]'": "pip install 'bongsu[timestamp]'로 설치하십시오.",
    "nothing was written; ask again later, or look at the address and the certificate": (
        "아무것도 쓰지 않았습니다. 나중에 다시 요청하거나 주소와 인증서를 확인하십시오."
    ),
    "the plan names no authority for timestamps": "계획에 타임스탬프 인증 기관이 없습니다.",
    "keys.timestamps of the plan does, before the run": "실행 전에 계획의 keys.timestamps에 지정합니다.",
    'the answer of "{}" is no timestamp that holds': '"{0}"의 응답은 유효한 타임스탬프가 아닙니다.',
    "name the authority's root certificate as PEM: --authority FILE": (
        "인증 기관의 루트 인증서를 PEM으로 지정하십시오: --authority FILE"
    ),
    "the authority's certificate cannot be read": "인증 기관의 인증서를 읽을 수 없습니다.",
    "this is not the certificate that the plan names": "계획에 있는 인증서가 아닙니다.",
    "a plan is signed off before the run; which authority is believed stands in it": (
        "계획은 실행 전에 승인되며, 어느 인증 기관을 믿을지는 계획에 있습니다."
    ),
    'the authority at "{}" does not answer': '"{0}"의 인증 기관이 응답하지 않습니다.',
    'the authority at "{}" answered with {}': '"{0}"의 인증 기관이 {1:으로} 응답했습니다.',
    "nobody is named who signs": "서명할 사람이 지정되지 않았습니다.",
    "--as NAME, --timestamp URL, or both": "--as NAME, --timestamp URL 또는 둘 다 지정하십시오.",
    "not the fingerprint of a certificate": "인증서의 지문이 아닙니다.",
    "write sha256: and 64 hex digits, of the root certificate in DER: `openssl x509 -outform DER | sha256sum`": (
        "루트 인증서(DER)의 sha256:과 16진수 64자리를 쓰십시오: `openssl x509 -outform DER | sha256sum`"
    ),
    "certificate fingerprint": "인증서 지문",
    "moved to": "바뀐 대화방 ID",
    "the service's answer gives the chat another id, or none": "서비스의 응답에는 대화방 ID가 다르거나 없습니다.",
    "published": "공개",
    "published copy": "공개용 사본",
    "it does not speak of this copy": "이 사본에 관한 내용이 아닙니다.",
    "the end of the copy, the end of the original, and a commitment to each line": (
        "사본의 끝, 원본의 끝, 줄마다의 확약값"
    ),
    "a copy that ends in {}": "{0}에서 끝나는 사본",
    "{} lines, ending in {}": "{1}에서 끝나는 {0}줄",
    "a copy of evidence that ends in {}": "{0}에서 끝나는 증적의 사본",
    "people, numbers and ids in it are pseudonyms and its chain is sealed anew: all of it follows from what it holds, but that it is a copy of that run, and who signed it, is not shown by the copy itself": (
        "사람·번호·ID는 가명이고 체인은 새로 봉인되었습니다. 내용은 모두 담긴 것에서 도출되지만, 그 실행의 사본이라는 것과 누가 서명했는지는 사본만으로 알 수 없습니다."
    ),
    "the same bytes made from the original: `bongsu verify COPY --original FOLDER --key REF`": (
        "원본에서 만든 같은 바이트: `bongsu verify COPY --original FOLDER --key REF`"
    ),
    "other bytes, or none": "다른 바이트 또는 없음",
    "the copy is not the one that the original and this key give": "원본과 이 키에서 나오는 사본이 아닙니다.",
    "the bytes that they give": "거기서 나오는 바이트",
}
_SAID = {
    "seen by the authority at {}": "인증 기관이 확인한 시각 {0}",
    "{} people, rooms, numbers and ids have pseudonyms": "사람·대화방·번호·ID {0}개를 가명으로 바꿈",
    "written: {}": "저장: {0}",
}
_ERRORS = {
    "--compare and --what-if are two questions": "--compare와 --what-if는 서로 다른 질문입니다.",
    "ask one of them at a time": "한 번에 하나씩 사용하십시오.",
    '"{}" changes no limit': '"{0}"은(는) 기준을 바꾸지 않습니다.',
    'write KEY=VALUE, like "ack_sla=3m"': 'KEY=VALUE 형식으로 쓰십시오. 예: "ack_sla=3m"',
    'the limit "{}" is given twice': '기준 "{0}"이(가) 두 번 지정되었습니다.',
    'the plan states no limit "{}"': '계획에 기준 "{0}"이(가) 없습니다.',
    "this plan's limits are {}": "이 계획의 기준: {0}",
    'did you mean "{}"?\nthis plan\'s limits are {}': '"{0}"을(를) 말씀하신 것입니까?\n이 계획의 기준: {1}',
    "--at needs a run": "--at에는 실행이 필요합니다.",
    "name a run, as `bongsu status` lists them, or an evidence folder": (
        "`bongsu status`에 나오는 실행 또는 증적 폴더를 지정하십시오."
    ),
    "the run was not opened yet at {}": "{0}에는 실행이 아직 시작되지 않았습니다.",
    "its lines are from {} to {}": "원장의 줄은 {0}부터 {1}까지입니다.",
    "the run went on at {} of {} days": "실행은 {1}일에 걸쳐 {0:을} 지났습니다.",
    "name the day with it: {}": "날짜까지 지정하십시오: {0}",
    "the run did not go on at {} of any day": "어느 날의 {0}에도 실행은 진행 중이 아니었습니다.",
    "--at names no time": "--at이 시각을 가리키지 않습니다.",
    'a time of day in the plan\'s zone like "14:07", or a day as well: "2025-10-22T14:07", or "…T14:07+09:00"': (
        '계획의 시간대로 "14:07", 또는 날짜까지 "2025-10-22T14:07", "…T14:07+09:00"'
    ),
    '"{}" holds something else; nothing was written': '"{0}"에 다른 파일이 있어 아무것도 쓰지 않았습니다.',
    "name a folder of its own: an evidence folder holds what follows from one ledger, and nothing else": (
        "별도의 폴더를 지정하십시오. 증적 폴더에는 하나의 원장에서 나온 것만 있어야 합니다."
    ),
    'the chain in "{}" is not whole': '"{0}"의 체인이 온전하지 않습니다.',
    'the plan or the head in "{}" is not the one of its ledger': (
        '"{0}"의 계획 또는 head.json이 그 원장의 것이 아닙니다.'
    ),
    'no run can be followed in "{}"': '"{0}"에서 실행을 따라갈 수 없습니다.',
    '"{}" does not hold the blob {} as it was': '"{0}"에 블롭 {1:이} 원래대로 있지 않습니다.',
    "`bongsu verify` shows each place that does not hold": "`bongsu verify`로 성립하지 않는 위치를 확인하십시오.",
    "name a run, as `bongsu status` lists them, or a folder that holds a ledger.jsonl": (
        "`bongsu status`에 나오는 실행 또는 ledger.jsonl이 있는 폴더를 지정하십시오."
    ),
}

ENTRIES: Mapping[str, str] = {**_HELPS, **_PUBLISHED_HELPS, **_ERRORS, **_PUBLISHED}
SAID: Mapping[str, str] = _SAID
