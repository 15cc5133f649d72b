"""What a rehearsal and a sandbox lack or cannot take: the world, its people, its pace and what it is played by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRIES: Mapping[str, str] = {
    "the world in {} cannot be read": "모의 환경 파일 {0:을} 읽을 수 없습니다.",
    "the world in {} is no JSON object": "모의 환경 파일 {0:이} JSON 객체가 아닙니다.",
    'for example {"workload": {"never_runs": true}}': '예: {"workload": {"never_runs": true}}',
    "--pace goes with --interactive": "--pace는 --interactive와 함께 사용합니다.",
    "--pace {} is no pace": "--pace에 사용할 수 없는 값입니다: {0}",
    "{}, or whole seconds a second from 1 to {}": "{0} 또는 초당 흐를 초(1부터 {1}까지의 정수)",
    "the plan has no contact {} to play": "계획에 {0} 담당자가 없습니다.",
    "the plan's contacts: {}": "계획의 담당자: {0}",
    "without a person there is nothing to wait for": "응답할 사람이 없으면 기다릴 것도 없습니다.",
    "no such scenario {}": "없는 시나리오입니다: {0}",
    "bongsu rehearse --list-scenarios lists them": "시나리오 목록은 bongsu rehearse --list-scenarios",
    "a rehearsal does not write {}": "리허설에서는 {0}에 쓰지 않습니다.",
    "name the secret by a path relative to the plan": "시크릿을 계획 파일 기준의 상대 경로로 지정하십시오.",
    "channel {} is of kind {}, which has no imitation yet": "채널 {0}: {1} 종류의 모의 서비스가 아직 없습니다.",
    "rehearse with telegram and slack channels": "telegram과 slack 채널로 리허설하십시오.",
    "the world cannot be used": "모의 환경을 사용할 수 없습니다.",
    "correct what `--world` or `--scenario` lays over it; docs/rehearsal.md says what may stand there": (
        "`--world`나 `--scenario`가 덮어쓰는 내용을 고치십시오. 쓸 수 있는 내용은 docs/rehearsal.md에 있습니다."
    ),
    "the run has ended here: its imitated services go with this command; `bongsu rehearse` begins another": (
        "모의 서비스가 이 명령과 함께 종료되어 실행은 여기서 끝났습니다. `bongsu rehearse`로 새로 시작하십시오."
    ),
    "the imitated services did not start": "모의 서비스가 시작되지 않았습니다.",
    "its whole output is in {}": "전체 출력은 {0}에 있습니다.",
    "no word from it": "출력 없음",
    "it said nothing": "출력 없음",
    "packages of the imitated services are not installed: {}": "모의 서비스에 필요한 패키지가 설치되어 있지 않습니다: {0}",
    "install bongsu with its extras: pip install 'bongsu[aws,slack,sandbox]', or run `make rehearse`": (
        "추가 구성 요소와 함께 설치하거나(pip install 'bongsu[aws,slack,sandbox]') `make rehearse`를 실행하십시오."
    ),
    "a process may have {} files open here, and the imitated services need {}": (
        "이곳에서는 프로세스 하나가 파일을 {0}개까지만 열 수 있으나, 모의 서비스에는 {1}개가 필요합니다."
    ),
    "`ulimit -n {}` in another shell; where that is refused, whoever set the limit raises it": (
        "다른 셸에서 `ulimit -n {0}` 명령을 실행하십시오. 거부되면 제한을 정한 담당자가 높여야 합니다."
    ),
    "the workload made no parity file": "워크로드가 일치율 파일을 만들지 않았습니다.",
}
