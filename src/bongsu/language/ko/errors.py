"""Errors as people meet them: what, why, what to do next; and what a preflight finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUNS = {
    "another process drives the run {} already": "다른 프로세스가 이미 실행 {0:을} 진행하고 있습니다.",
    "another run drives the same target already": "다른 실행이 이미 같은 대상을 진행하고 있습니다.",
    "the run {} is open and has the same target": "끝나지 않은 실행 {0:이} 같은 대상을 가지고 있습니다.",
    "`bongsu resume {}` goes on with it, `bongsu rollback {} --by NAME` ends it": (
        "이어서 진행하려면 `bongsu resume {0}`, 종료하려면 `bongsu rollback {1} --by NAME`을 실행하십시오."
    ),
    "`bongsu hold RUN` and `bongsu rollback RUN` reach it; `bongsu status RUN` shows where it stands": (
        "`bongsu hold RUN`과 `bongsu rollback RUN`으로 지시를 전달할 수 있으며, 현재 상태는 `bongsu status RUN`으로 확인하십시오."
    ),
    "`bongsu status` lists the runs; one cutover at a time": "실행 목록은 `bongsu status`로 확인하십시오. 컷오버는 한 번에 하나만 진행합니다.",
    "the run {} is closed": "실행 {0:은} 이미 종료되었습니다.",
    "`bongsu status RUN` shows how it ended": "종료 결과는 `bongsu status RUN`으로 확인하십시오.",
    "the window of this plan ended at {}": "이 계획의 작업 시간이 {0}에 끝났습니다.",
    "set a new window in the plan, and have it signed off again": "계획에 새 작업 시간을 정하고 다시 승인받으십시오.",
    "the run was not opened: {} of {} answers refuse the plan": "실행을 시작하지 않았습니다. 응답 {1}건 중 {0}건이 계획을 거부했습니다.",
    "the run was not opened: {} of {} answers refuses the plan": "실행을 시작하지 않았습니다. 응답 {1}건 중 {0}건이 계획을 거부했습니다.",
    "correct it and look again with `bongsu check PLAN --online`": "수정한 뒤 `bongsu check PLAN --online`으로 다시 확인하십시오.",
    "the plan's clock {} answers with status {}": "계획의 시계 {0:이} 상태 {1:으로} 응답했습니다.",
    "the plan's clock {} does not answer": "계획의 시계 {0:이} 응답하지 않습니다.",
    "start the sandbox again with `bongsu sandbox`, and use the plan that it writes": (
        "`bongsu sandbox`로 모의 서비스를 다시 시작하고, 새로 작성된 계획을 사용하십시오."
    ),
    "this machine's clock was set forward by {} s; the run's time went with it": (
        "이 장비의 시계가 {0}초 앞으로 변경되어 실행의 시각도 함께 변경되었습니다."
    ),
    "this machine's clock was set back by {} s; the run's time went with it": (
        "이 장비의 시계가 {0}초 뒤로 변경되어 실행의 시각도 함께 변경되었습니다."
    ),
    "this machine's clock was set forward by {} s; the run's time goes on without it": (
        "이 장비의 시계가 {0}초 앞으로 변경되었습니다. 실행의 시각은 그대로 이어집니다."
    ),
    "this machine's clock was set back by {} s; the run's time goes on without it": (
        "이 장비의 시계가 {0}초 뒤로 변경되었습니다. 실행의 시각은 그대로 이어집니다."
    ),
    "`bongsu resume RUN` alone goes on with it": "`bongsu resume RUN`만으로 이어서 진행됩니다.",
    "the run {} is not held": "실행 {0:은} 보류 상태가 아닙니다.",
    "bongsu itself failed: {}: {}": "bongsu 자체 오류: {0}: {1}",
    "this is a mistake in the program, please report it with the lines above; what had begun is in the ledger, and `bongsu status` shows where every run stands": (
        "프로그램의 결함입니다. 위 내용과 함께 신고해 주십시오. 시작한 작업은 원장에 있으며 모든 실행의 상태는 `bongsu status`로 확인할 수 있습니다."
    ),
    "name the folder that a run, or `bongsu evidence RUN`, wrote": "실행 또는 `bongsu evidence RUN`으로 작성된 폴더를 지정하십시오.",
    "{} is no evidence folder: it holds neither ledger.jsonl nor head.json": (
        "{0:은} 증적 폴더가 아닙니다. ledger.jsonl도 head.json도 없습니다."
    ),
    '"{}" needs the judgement "drill", and there is none': '"{0}" 메시지에 필요한 "drill" 판정이 없습니다.',
    '"{}" needs {}, and not all of it was measured': '"{0}" 메시지에 필요한 {1} 중 측정되지 않은 것이 있습니다.',
    "nobody in the plan is called {}": "계획에 {0} 담당자가 없습니다.",
    "the contacts are {}": "계획의 담당자: {0}",
    "--go-on needs a name": "--go-on에는 이름이 필요합니다.",
    "say who has it go on: --by NAME": "재개를 지시하는 사람을 지정하십시오: --by NAME",
    "nothing called {} is in doubt": "결과 불명 항목 중에 {0:이} 없습니다.",
    "in doubt: nothing": "결과 불명 항목: 없음",
    "in doubt: {}": "결과 불명 항목: {0}",
    "`bongsu evidence {} --out DIR` writes it again; the run itself is in the ledger": (
        "`bongsu evidence {0} --out DIR`로 다시 작성할 수 있습니다. 실행 자체는 원장에 있습니다."
    ),
    "{} is there already and is not empty": "{0:이} 이미 있으며 비어 있지 않습니다.",
    "name another folder with `--out`": "`--out`으로 다른 폴더를 지정하십시오.",
    'the ledger of the run "{}" cites bytes that it does not hold': '실행 "{0}"의 원장이 인용한 데이터가 원장에 없습니다.',
    '"{}" holds evidence of another run; nothing was written; name another folder': (
        '"{0}"에 다른 실행의 증적이 있습니다. 아무것도 작성하지 않았습니다. 다른 폴더를 지정하십시오.'
    ),
    '"{}" holds {}; nothing was written; name another folder': (
        '"{0}"에 {1:이} 있습니다. 아무것도 작성하지 않았습니다. 다른 폴더를 지정하십시오.'
    ),
    '"{}" is a file; name a folder for the evidence': '"{0}"{0!은} 파일입니다. 증적을 작성할 폴더를 지정하십시오.',
    'the evidence could not be written to "{}"': '"{0}"에 증적을 작성할 수 없습니다.',
    "free the disk or name another folder; the ledger itself is untouched": (
        "디스크 공간을 확보하거나 다른 폴더를 지정하십시오. 원장은 그대로입니다."
    ),
    'the evidence in "{}" is signed and the run has gone on since; nothing was written; name another folder': (
        '"{0}"의 증적은 서명되었고 이후 실행이 더 진행되었습니다. 아무것도 작성하지 않았습니다. 다른 폴더를 지정하십시오.'
    ),
    'the evidence in "{}" is signed, and writing it again would change {}; nothing was written; name another folder': (
        '"{0}"의 증적은 서명되어 있으며 다시 작성하면 {1:이} 바뀝니다. 아무것도 작성하지 않았습니다. 다른 폴더를 지정하십시오.'
    ),
    'the run "{}" has no line yet; there is nothing to show': '실행 "{0}"에 아직 기록이 없습니다.',
}

_COMMANDS = {
    "no such command {}": "없는 명령입니다: {0}",
    "did you mean {}?": "{0:을} 찾으셨습니까?",
    "bongsu --help lists the commands": "명령 목록은 bongsu --help",
    "there is no message {}": "메시지 {0:이} 없습니다.",
    "the messages are {}": "메시지 목록: {0}",
    "the plan announces nothing through {}": "계획에서 {0} 채널로는 공지하지 않습니다.",
    "it announces to {}": "공지 채널: {0}",
    "{} cannot be used": "{0:을} 사용할 수 없습니다.",
    "interrupted while the evidence was written": "증적을 쓰는 중에 중단되었습니다.",
    "a file cannot be used": "파일을 사용할 수 없습니다.",
    "mend that, or name another place; what had begun is in the ledger, which `bongsu status` reads": (
        "원인을 조치하거나 다른 위치를 지정하십시오. 시작한 작업은 원장에 있으며 `bongsu status`로 볼 수 있습니다."
    ),
    "name a folder that you may write with `--out`": "쓸 수 있는 폴더를 `--out`으로 지정하십시오.",
    "what was to be shown could not be written": "출력할 내용을 쓸 수 없었습니다.",
    "what the command did is done; free the disk, or have it shown somewhere else": (
        "명령은 이미 실행되었습니다. 디스크를 정리하거나 다른 곳에 출력하십시오."
    ),
    "receiving presses on {} needs the package {}": "{0}에서 응답을 받으려면 패키지 {1:이} 필요합니다.",
    "install it with `pip install 'bongsu[{}]'`": "`pip install 'bongsu[{0}]'`로 설치하십시오.",
    "the channel {} has no option {}, it has {}": "채널 {0}에 옵션 {1:이} 없습니다. 사용할 수 있는 옵션: {2}",
    "there is no channel of kind {}, the kinds are {}": "채널 종류 {0:이} 없습니다. 사용할 수 있는 종류: {1}",
}

_SECRETS = {
    '"{}" leads to nothing{}': '"{0}"{0!이} 가리키는 값이 없습니다{1~}',
    '"{}" leads to nothing, at plan key "{}": {}': '"{0}"{0!이} 가리키는 값이 없습니다(계획 키 "{1}"): {2~}',
    "{} secrets cannot be found": "시크릿 {0}개를 찾을 수 없습니다.",
    "not a reference to a secret{}": "시크릿 참조가 아닙니다{0~}",
    ', at plan key "{}"': '(계획 키 "{0}")',
    'write "env:NAME", "file:path" or "secret:name#field"': '"env:NAME", "file:path", "secret:name#field" 중 하나로 작성하십시오.',
    "the environment variable is empty": "환경 변수가 비어 있습니다.",
    "the environment variable is not set": "환경 변수가 설정되어 있지 않습니다.",
    "export {} before the command": "명령을 실행하기 전에 {0:을} export하십시오.",
    "put it at {}, from the plan's folder": "계획 폴더 기준으로 {0}에 두십시오.",
    "the file cannot be read: {}": "파일을 읽을 수 없습니다: {0~}",
    "the file is empty": "파일이 비어 있습니다.",
    "the file is larger than {} bytes": "파일이 {0}바이트보다 큽니다.",
    "the file is not UTF-8 text": "파일이 UTF-8 텍스트가 아닙니다.",
    "name the file that holds only the secret": "시크릿만 담은 파일을 지정하십시오.",
    "put the secret there as text": "시크릿을 텍스트로 저장하십시오.",
    "write the secret into it": "파일에 시크릿을 저장하십시오.",
    "Secrets Manager answered {}": "Secrets Manager 응답: {0}",
    "Secrets Manager could not be asked: {}": "Secrets Manager에 조회할 수 없습니다: {0}",
    "create the secret in that account and region, or correct its name": "해당 계정과 리전에 시크릿을 만들거나 이름을 수정하십시오.",
    "the secret is scheduled for deletion; restore it, or name another": "시크릿이 삭제 예정입니다. 복원하거나 다른 시크릿을 지정하십시오.",
    "allow secretsmanager:GetSecretValue on it to the credentials in use": (
        "사용 중인 자격 증명에 secretsmanager:GetSecretValue를 허용하십시오."
    ),
    "sign in to AWS again": "AWS에 다시 로그인하십시오.",
    "sign in to AWS again, or look at secrets.region in the plan": "AWS에 다시 로그인하거나 계획의 secrets.region을 확인하십시오.",
    "sign in to AWS, or set AWS_PROFILE": "AWS에 로그인하거나 AWS_PROFILE을 설정하십시오.",
    "write secrets.region into the plan": "계획에 secrets.region을 지정하십시오.",
    "look at the network, or at secrets.endpoint_url in the plan": "네트워크 또는 계획의 secrets.endpoint_url을 확인하십시오.",
    "try `aws secretsmanager get-secret-value` with the same credentials": (
        "같은 자격 증명으로 `aws secretsmanager get-secret-value`를 실행해 보십시오."
    ),
    "boto3 is not installed": "boto3가 설치되어 있지 않습니다.",
    "install bongsu with its extra `aws`": "bongsu를 추가 구성 요소 `aws`와 함께 설치하십시오.",
    'the field "{}" holds no text': '필드 "{0}"에 문자열이 없습니다.',
    'the secret has no field "{}"': '시크릿에 필드 "{0}"{0!이} 없습니다.',
    "the secret holds no text": "시크릿에 문자열이 없습니다.",
    "the secret is not a JSON object, so it has no fields": "시크릿이 JSON 객체가 아니어서 필드가 없습니다.",
    "add the field, or correct its name": "필드를 추가하거나 이름을 수정하십시오.",
    "store it as text, not as binary": "바이너리가 아닌 텍스트로 저장하십시오.",
    "store the value as text": "값을 문자열로 저장하십시오.",
    "take the #field away": "#field를 제거하십시오.",
    "the secret {} does not hold a token": "시크릿 {0}의 값이 토큰이 아닙니다.",
    "a token is one line of letters, digits and signs without spaces": "토큰은 공백 없이 영문자, 숫자, 기호로 된 한 줄입니다.",
    "the secret {} has fewer than {} characters": "시크릿 {0}의 값이 {1}자보다 짧습니다.",
    "a value this short cannot be told from ordinary text in the evidence; use a longer one": (
        "이렇게 짧은 값은 증적의 일반 텍스트와 구별할 수 없습니다. 더 긴 값을 사용하십시오."
    ),
}

_SUBJECTS = {
    "account": "계정",
    "alarms": "경보",
    "function": "함수",
    "function log level": "함수 로그 수준",
    "legacy rule": "기존 규칙",
    "log group": "로그 그룹",
    "permission": "권한",
    "retries": "재시도",
    "rule": "규칙",
    "rule region": "규칙 리전",
    "rule target": "규칙 대상",
    "state table": "상태 테이블",
    "{} file": "{0} 파일",
    "{} clock": "{0} 시계",
    "this machine's clock is {} s behind the service's, and a run's evidence holds up to {} s": (
        "이 장비의 시계가 서비스보다 {0}초 늦습니다. 실행 증적이 허용하는 차이는 {1}초입니다."
    ),
    "this machine's clock is {} s ahead of the service's, and a run's evidence holds up to {} s": (
        "이 장비의 시계가 서비스보다 {0}초 빠릅니다. 실행 증적이 허용하는 차이는 {1}초입니다."
    ),
    "have a time server set this machine's clock (`timedatectl`), then look again": (
        "시간 서버로 이 장비의 시계를 맞춘 뒤(`timedatectl`) 다시 확인하십시오."
    ),
    "'{}' can be read": "'{0}' 읽을 수 있음",
    "have the file that the baseline's {} names written, beside the plan": (
        "사전 점검의 {0:이} 가리키는 파일을 계획 옆에 작성하십시오."
    ),
    "{} group": "{0} 대화방",
    "{} inbound": "{0} 응답 수신",
    "{} token": "{0} 토큰",
}

_WAYS = {
    "Apprise knows the address; only a message can show whether it works": (
        "Apprise가 아는 주소임, 동작 여부는 메시지를 보내야만 확인 가능"
    ),
    "Telegram takes 1 to 256 letters, digits, _ and -": "Telegram은 영문자, 숫자, _, - 1~256자를 허용합니다.",
    "a rehearsal cannot keep the address of {} in Secrets Manager: its port is not known yet": (
        "리허설에서는 {0}의 주소를 Secrets Manager에 둘 수 없습니다. 포트가 아직 정해지지 않았습니다."
    ),
    "another webhook is set for this bot": "이 봇에 다른 웹훅이 설정되어 있음",
    "channel {} is of kind {}, which has no imitation": "채널 {0}: {1} 종류의 모의 서비스가 없습니다.",
    "copy it whole from the Slack app's page, Incoming Webhooks: …/services/T…/B…/…": (
        "Slack 앱의 Incoming Webhooks 페이지에서 주소 전체를 복사하십시오: …/services/T…/B…/…"
    ),
    "end what listens there, or write another `listen`": "해당 주소에서 수신 중인 프로그램을 종료하거나 다른 `listen`을 지정하십시오.",
    "give it an address on this machine, or take the clock out of the plan": (
        "이 장비의 주소를 지정하거나 계획에서 clock을 제거하십시오."
    ),
    "install what Apprise's documentation names for this service": "Apprise 문서에서 이 서비스에 필요하다고 한 것을 설치하십시오.",
    "it begins with https://hooks.slack.com/services/; copy it whole from the Slack app's page": (
        "https://hooks.slack.com/services/로 시작합니다. Slack 앱 페이지에서 주소 전체를 복사하십시오."
    ),
    "messages are written to {}": "메시지를 {0}에 출력함",
    "neither app_token nor signing_secret: presses on Slack cannot be received": (
        "app_token과 signing_secret이 모두 없어 Slack 응답을 받을 수 없음"
    ),
    "nothing can listen at {}: {}": "{0}에서 수신할 수 없음: {1}",
    "presses can arrive at {}": "{0}에서 응답을 받을 수 있음",
    "put an app_token (xapp-…, scope connections:write) into the plan, or signing_secret and listen": (
        "계획에 app_token(xapp-…, 권한 connections:write)을 지정하거나 signing_secret과 listen을 지정하십시오."
    ),
    "rehearse with an `env:` or `file:` reference": "`env:` 또는 `file:` 참조로 리허설하십시오.",
    "rehearse with channels of other kinds": "다른 종류의 채널로 리허설하십시오.",
    "rehearse with one of them": "그중 하나로 리허설하십시오.",
    "remove it with deleteWebhook, or use a bot of its own: this run would take its presses away": (
        "deleteWebhook으로 제거하거나 전용 봇을 사용하십시오. 이 실행이 그 웹훅의 응답을 가로채게 됩니다."
    ),
    "run it where its output goes somewhere, or take the channel out of the plan": (
        "출력이 남는 곳에서 실행하거나 계획에서 이 채널을 제거하십시오."
    ),
    "the address has not the form of a webhook's": "웹훅 주소의 형식이 아님",
    "the address has the form of one; only a message can show whether it works": (
        "웹훅 주소의 형식임, 동작 여부는 메시지를 보내야만 확인 가능"
    ),
    "the channel {} needs the package 'apprise'": "채널 {0}에는 패키지 'apprise'가 필요합니다.",
    "the plan has a clock, and its channel {} leads beyond this machine": (
        "clock이 있는 계획인데 채널 {0:이} 이 장비 밖을 가리킵니다."
    ),
    "the plan has two channels of kind {}, and a rehearsal imitates one {} app": (
        "계획에 {0} 종류의 채널이 두 개인데, 리허설에서는 {1} 앱 하나만 모의합니다."
    ),
    "the secret of the channel {} is no address that Apprise knows": "채널 {0}의 시크릿이 Apprise가 아는 주소가 아닙니다.",
    "the secret of the channel {} is not the address of a webhook": "채널 {0}의 시크릿이 웹훅 주소가 아닙니다.",
    "the webhook_secret of the channel {} cannot be one": "채널 {0}의 webhook_secret으로 사용할 수 없는 값입니다.",
    "try again; without its answer nobody knows whether presses can come in": (
        "다시 시도하십시오. 응답이 없으면 버튼 응답을 받을 수 있는지 알 수 없습니다."
    ),
    "try it with `apprise -b test ADDRESS`; the form of each is in Apprise's documentation": (
        "`apprise -b test ADDRESS`로 확인하십시오. 주소 형식은 Apprise 문서에 있습니다."
    ),
    "write another `listen` into the plan": "계획에 다른 `listen`을 지정하십시오.",
    "SENS says {}": "SENS 응답: {0}",
    "SENS takes the key; only a message can show whether it takes the sender": (
        "SENS가 키를 받아들임, 발신 번호의 사용 가능 여부는 메시지를 보내야만 확인 가능"
    ),
    "check service, access_key, secret_key and api_url of the channel, and this machine's clock": (
        "채널의 service, access_key, secret_key, api_url과 이 컴퓨터의 시각을 확인하십시오."
    ),
    "put {}'s number where the reference leads: digits, with hyphens or without": (
        "참조가 가리키는 곳에 {0}의 번호를 숫자로 넣으십시오(하이픈은 있어도 됩니다)."
    ),
    "there is a phone number": "전화번호 있음",
    "there is no phone number": "전화번호 없음",
    "{} sens": "{0} 문자 서비스(SENS)",
    "{} apprise": "{0} Apprise 주소",
    "{} terminal": "{0} 터미널",
    "{} webhook": "{0} 웹훅",
}

_FINDINGS = {
    "{} of account {}": "계정 {1}의 {0}",
    "the plan is for account {}; use that account's credentials": "계획은 계정 {0} 대상입니다. 해당 계정의 자격 증명을 사용하십시오.",
    "there is no rule '{}'": "규칙 '{0}' 없음",
    "there is no rule '{}' in {}": "{1}에 규칙 '{0}' 없음",
    "'{}' is {}": "'{0}' 상태 {1}",
    "'{}' is {}, {}": "'{0}' 상태 {1}, {2}",
    "'{}' is in {}": "'{0}' 위치 {1}",
    "'{}' starts {}": "'{0}'{0!이} {1} 호출",
    "the rule must be off before a cutover turns it on": "컷오버에서 켤 규칙은 미리 꺼져 있어야 합니다.",
    "the plan is for {}; name the rule of that region": "계획은 {0} 대상입니다. 해당 리전의 규칙을 지정하십시오.",
    "make '{}' a target of the rule": "'{0}'{0!을} 규칙의 대상으로 지정하십시오.",
    "there is no function '{}' in {}": "{1}에 함수 '{0}' 없음",
    "'{}' is {} with {} MB and {} s": "'{0}' 상태 {1}, {2} MB, {3}초",
    "wait until its last update has succeeded": "마지막 업데이트가 성공할 때까지 기다리십시오.",
    "the log is {} at system level {}": "로그 형식 {0}, 시스템 로그 수준 {1}",
    "set the system log level to INFO; without its REPORT lines nothing can be measured": (
        "시스템 로그 수준을 INFO로 설정하십시오. REPORT 로그가 없으면 측정할 수 없습니다."
    ),
    "the function writes to '{}'": "함수의 로그 그룹은 '{0}'",
    "the plan reads '{}'; correct target.log_group": "계획은 '{0}'{0!을} 조회합니다. target.log_group을 수정하십시오.",
    "'{}' has no resource policy: allow events.amazonaws.com to invoke it for {}": (
        "'{0}'에 리소스 정책 없음: events.amazonaws.com의 호출을 {1}에 대해 허용하십시오."
    ),
    "allow events.amazonaws.com to invoke it for {}": "events.amazonaws.com의 호출을 {0}에 대해 허용하십시오.",
    "EventBridge may invoke it for the rule": "EventBridge가 규칙에 따라 호출할 수 있음",
    "EventBridge may not invoke it for the rule": "EventBridge가 규칙에 따라 호출할 수 없음",
    "asynchronous retries are the default of 2: a failed run would be run again; set MaximumRetryAttempts to 0": (
        "비동기 재시도가 기본값 2회이므로 실패한 호출이 다시 실행됩니다. MaximumRetryAttempts를 0으로 설정하십시오."
    ),
    "asynchronous retries: {}": "비동기 재시도: {0}회",
    "set MaximumRetryAttempts to 0": "MaximumRetryAttempts를 0으로 설정하십시오.",
    "'{}' exists": "'{0}' 있음",
    "there is no log group '{}'": "로그 그룹 '{0}' 없음",
    "create it, or correct target.log_group in the plan": "로그 그룹을 만들거나 계획의 target.log_group을 수정하십시오.",
    "there is no alarm {}": "경보 {0} 없음",
    "{} exist": "{0} 있음",
    "make it, or correct `named` in the plan: the check cannot pass without it": (
        "경보를 만들거나 계획의 `named`를 수정하십시오. 경보가 없으면 이 검사는 통과하지 못합니다."
    ),
    "there is no table '{}'": "테이블 '{0}' 없음",
    "'{}' is {}, keyed by {}": "'{0}' 상태 {1}, 키 {2}",
    "the workload's table is keyed by booking_num": "워크로드의 테이블 키는 booking_num입니다.",
    "turn it off before the cutover, or both will send": "컷오버 전에 끄십시오. 끄지 않으면 양쪽에서 발송됩니다.",
    "check the token and api_url of the channel in the plan": "계획에서 채널의 token과 api_url을 확인하십시오.",
    "try again; while this machine does not reach the service, nothing can be said of the token": (
        "다시 시도하십시오. 이 장비에서 서비스에 연결되지 않는 동안에는 토큰이 맞는지 알 수 없습니다."
    ),
    "add the bot to the group, and put the group's own numeric id into the plan": (
        "봇을 대화방에 추가하고, 대화방의 숫자 ID를 계획에 지정하십시오."
    ),
    "ask {} to open @{} and press Start": "{0} 담당자에게 @{1} 봇을 열고 시작을 누르도록 요청하십시오.",
    "a webhook is set for this bot": "이 봇에 웹훅이 설정되어 있음",
    "no webhook is set, presses can be fetched": "웹훅이 없어 응답을 받을 수 있음",
    "remove it with deleteWebhook, or use a bot of its own: while it is set no press can be fetched": (
        "deleteWebhook으로 제거하거나 전용 봇을 사용하십시오. 웹훅이 있는 동안에는 응답을 받을 수 없습니다."
    ),
    "try again; presses come by polling": "다시 시도하십시오. 응답은 폴링으로 받습니다.",
    "the bot can read this {}": "봇이 이 대화방({0})을 조회할 수 있음",
    "the bot is @{}": "봇 @{0}",
    "the app is {} in {}": "앱 {0}, 워크스페이스 {1}",
    "the app is a member": "앱이 참여 중",
    "the app is not a member": "앱이 참여하지 않음",
    "it is archived": "보관된 채널",
    "unarchive it or name another": "보관을 해제하거나 다른 채널을 지정하십시오.",
    "invite the app: without membership a lost answer cannot be looked up in the history": (
        "앱을 초대하십시오. 참여하지 않으면 응답이 유실되었을 때 기록에서 찾을 수 없습니다."
    ),
    "check the channel's id, the scope channels:read (groups:read), and invite the app": (
        "채널 ID와 channels:read(groups:read) 권한을 확인하고 앱을 초대하십시오."
    ),
    "no app_token: presses on Slack cannot be received": "app_token이 없어 Slack 응답을 받을 수 없음",
    "put an app_token (xapp-…, scope connections:write) into the plan": (
        "계획에 app_token(xapp-…, 권한 connections:write)을 지정하십시오."
    ),
    "the app_token has not the form of one": "app_token의 형식이 아님",
    "app_token is the app-level token (xapp-…, scope connections:write), not the bot's": (
        "app_token은 봇 토큰이 아니라 앱 수준 토큰(xapp-…, 권한 connections:write)입니다."
    ),
    "the account is active": "활성 계정",
    "the account is a bot": "봇 계정",
    "the account is deactivated": "비활성화된 계정",
    "put {}'s member id (U…) into the plan, and give the app the scope users:read": (
        "계획에 {0} 담당자의 멤버 ID(U…)를 지정하고, 앱에 users:read 권한을 부여하십시오."
    ),
    "put another id for {} into the plan": "계획에 {0} 담당자의 다른 ID를 지정하십시오.",
}

ENTRIES: Mapping[str, str] = {**_RUNS, **_COMMANDS, **_SECRETS, **_SUBJECTS, **_WAYS, **_FINDINGS}
