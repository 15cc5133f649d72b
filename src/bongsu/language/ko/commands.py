"""The help of the commands: groups, what each does, its options, and click's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAM = {
    "Usage:": "사용법:",
    "Run a production cutover and prove it.": "운영 컷오버를 실행하고 증명합니다.",
    "bongsu COMMAND --help shows a command's options; bongsu --version the version": (
        "명령의 옵션은 bongsu COMMAND --help, 버전은 bongsu --version"
    ),
    "Exit codes: 0 pass  1 failed and rolled back, drill or page missed, or findings of an audit\n2 plan or usage  3 unknown, in doubt, held or left running  4 rollback failed\n5 evidence does not verify  6 no-go, nothing was changed": (
        "종료 코드: 0 통과  1 실패 후 롤백, 훈련 미통과, 긴급 알림 무응답 또는 감사 지적\n2 계획 또는 사용법 오류  3 판정 불가, 결과 불명, 보류 또는 실행 중  4 롤백 실패\n5 증적 검증 실패  6 진행 중단, 변경 사항 없음"
    ),
    "Prepare": "준비",
    "Cut over": "컷오버",
    "Prove": "증명",
    "Serve": "서비스",
    "Validate the plan; with --online ask every channel, contact and target too": (
        "계획 검사, --online이면 채널·담당자·대상에도 조회"
    ),
    "Show every message exactly as each channel would get it": "모든 메시지를 채널별로 발송될 그대로 표시",
    "Run the whole plan on this machine against imitated services": "모의 서비스로 이 장비에서 계획 전체를 리허설",
    "Announce, enable, verify, drill and watch": "공지, 활성화, 검증, 훈련, 모니터링",
    "Go on with a run from its ledger": "원장에서 실행을 이어서 진행",
    "Leave a run as it is until somebody has it go on": "재개 지시가 있을 때까지 실행을 보류",
    "Disable the target, read it back, and announce why": "대상을 비활성화하고 재조회로 확인한 뒤 사유를 공지",
    "Where runs stand, and what is in doubt": "실행의 현재 상태와 결과 불명 항목",
    "Record what became of an effect in doubt": "결과 불명 항목의 확인 결과를 기록",
    "Write a run's evidence folder again": "실행의 증적 폴더를 다시 작성",
    "Prove an evidence folder, offline": "증적 폴더를 오프라인으로 검증",
    "Sign an evidence folder as one of the plan's signers": "계획의 서명자로서 증적 폴더에 서명",
    "Make a key to sign evidence with": "증적 서명용 키 생성",
    "Find what cannot be so in a cutover log that people wrote": "사람이 쓴 컷오버 기록에서 성립할 수 없는 내용을 찾음",
    "Print the SQL that prepares a PostgreSQL database for ledgers": "PostgreSQL 데이터베이스에 원장을 둘 준비를 하는 SQL 출력",
    "Start the imitated services alone, with a plan that uses them": "모의 서비스만 시작하고 이를 사용할 계획을 작성",
}

_CLICK = {
    "Options": "옵션",
    "Examples:": "예:",
    "Commands": "명령",
    "Show this message and exit.": "도움말을 표시하고 종료합니다.",
    "Show the version and exit.": "버전을 표시하고 종료합니다.",
    "required": "필수",
    "default: {}": "기본값: {0~}",
    "no such option '{}'": "없는 옵션입니다: '{0}'",
    "option '{}' requires an argument": "옵션 '{0}'에는 값이 필요합니다.",
    "option '{}' does not take a value": "옵션 '{0}'에는 값을 줄 수 없습니다.",
    "the argument '{}' is missing": "인자 '{0}'{0!이} 없습니다.",
    "the option '{}' is missing": "옵션 '{0}'{0!이} 없습니다.",
    "choose one of {}": "다음 중에서 선택하십시오: {0}",
    "got unexpected extra argument ({})": "불필요한 인자가 있습니다({0}).",
    "got unexpected extra arguments ({})": "불필요한 인자가 있습니다({0}).",
    "invalid value for '{}': {}": "'{0}' 값이 잘못되었습니다: {1~}",
    "{} is not a whole number": "{0}: 정수가 아닙니다.",
    "{} is not in the range {}": "{0}: {1} 범위 안이 아닙니다.",
    "{} is not one of {}": "{0}: 다음 중 하나여야 합니다: {1}",
    "directory '{}' does not exist": "디렉터리가 없습니다: '{0}'",
    "directory '{}' is a file": "디렉터리가 아니라 파일입니다: '{0}'",
    "file '{}' is a directory": "파일이 아니라 디렉터리입니다: '{0}'",
    "{} --help shows what it takes": "사용법은 {0} --help",
    "interrupted": "중단되었습니다.",
}

_HELP = {
    "Validate PLAN: every error at once, each with its place. Changes nothing.": (
        "PLAN을 검사하여 모든 오류를 위치와 함께 한 번에 표시합니다. 아무것도 변경하지 않습니다."
    ),
    "Exits with 0 when the plan can be used, 2 when it cannot or when something asked online refuses.": (
        "계획을 사용할 수 있으면 0, 사용할 수 없거나 온라인 조회가 거부되면 2로 종료합니다."
    ),
    "Also ask each channel, contact, secret and the target; sends nothing.": (
        "채널, 담당자, 시크릿, 대상에도 조회합니다. 아무것도 발송하지 않습니다."
    ),
    "Report as JSON.": "JSON으로 출력합니다.",
    "Report where the run stands as JSON.": "실행의 현재 상태를 JSON으로 출력합니다.",
    "Make an Ed25519 key in FILE, which must not be there yet, and print its fingerprint for the plan.": (
        "아직 없는 파일 FILE에 Ed25519 키를 만들고 계획에 넣을 지문을 출력합니다."
    ),
    "The key itself is never shown. FILE is readable by its owner alone; whoever has it can sign as you. Exits with 0, or with 2 when FILE is there already.": (
        "키 자체는 표시하지 않습니다. FILE은 소유자만 읽을 수 있으며, 이 파일을 가진 사람은 대신 서명할 수 있습니다. 만들면 0, 이미 있으면 2로 종료합니다."
    ),
    "Verify the evidence at PATH, then sign it; whoever else has signed the same files stays beside you.": (
        "PATH의 증적을 검증한 뒤 서명합니다. 같은 파일에 대한 다른 사람의 서명은 그대로 남습니다."
    ),
    "Exits with 0 when it is signed, 5 when it does not verify: then nothing is signed.": (
        "서명하면 0, 검증되지 않아 서명하지 않으면 5로 종료합니다."
    ),
    "Who signs: one of keys.signers in the plan.": "서명자: 계획의 keys.signers 중 하나.",
    "Where the private key is found: env:NAME or file:PATH.": "개인 키의 위치: env:NAME 또는 file:PATH.",
    "Show the messages of PLAN word for word, or only MESSAGE; figures not measured yet stand as ‹name›.": (
        "PLAN의 메시지 전체 또는 MESSAGE만 발송될 그대로 표시합니다. 아직 측정하지 않은 수치는 ‹이름›으로 표시합니다."
    ),
    "Below them, how long each message needs to leave for everybody who gets it, under the services' documented limits. "
    "With --json the exact payload that would be handed to each channel.": (
        "마지막에는 서비스의 공개 발송 한도에서 메시지마다 모두에게 발송하는 데 걸리는 시간을 표시합니다. "
        "--json이면 각 채널에 전달될 페이로드를 그대로 출력합니다."
    ),
    "Exits with 0; 2 when the plan cannot be used or the name is not one of its messages or channels.": (
        "0으로 종료하며, 계획을 사용할 수 없거나 계획에 없는 메시지 또는 채널 이름이면 2로 종료합니다."
    ),
    "Only as this channel of the plan would get it.": "계획의 해당 채널에 발송될 메시지만 표시합니다.",
    "Run PLAN (default: the Naver SMS cutover) from baseline to the end of its watch, in about a minute.": (
        "PLAN(기본값: Naver SMS 컷오버)을 사전 점검부터 모니터링 종료까지 약 1분 만에 실행합니다."
    ),
    "It is the same program as `start`; only the addresses, the people and the clock are imitated. A night passes at once, a request takes as long as it takes. Exits as `start` does, in every scenario.": (
        "`start`와 같은 프로그램이며 주소, 담당자, 시계만 모의입니다. 하룻밤은 바로 지나가고 요청에는 실제 시간이 걸립니다. 모든 시나리오에서 `start`와 같은 코드로 종료합니다."
    ),
    "Evidence folder (default: evidence/<run>).": "증적 폴더(기본값: evidence/<run>).",
    "Seed of the imitated world's chances.": "모의 환경의 난수 시드.",
    "Keep the world's own record here.": "모의 환경의 자체 기록을 보관할 폴더.",
    "JSON laid over the imitated world: what goes otherwise than well.": "모의 환경에 덮어쓸 JSON(정상과 다르게 동작할 내용).",
    "A story that goes otherwise than well; --list-scenarios has them.": "비정상 상황 시나리오. 목록은 --list-scenarios.",
    "List the scenarios with the exit codes that they must end with.": "시나리오와 각각의 예상 종료 코드를 표시합니다.",
    "Folder that holds the ledger, or postgresql://USER@HOST/DATABASE.": "원장을 보관하는 폴더 또는 postgresql://USER@HOST/DATABASE.",
    "Print the SQL that lets ROLE, and the program with it, keep ledgers in a PostgreSQL database.": (
        "ROLE과 그 역할로 접속하는 프로그램이 PostgreSQL 데이터베이스에 원장을 둘 수 있게 하는 SQL을 출력합니다."
    ),
    "Nothing is connected to: the database's owner reads it and runs it, once, and again for another role. ROLE may add lines and read them, and change or delete none; triggers refuse that to the owner too.": (
        "아무 데도 접속하지 않습니다. 데이터베이스 소유자가 읽고 한 번 실행하며, 역할을 더할 때 다시 실행합니다. "
        "ROLE은 줄을 추가하고 읽을 수만 있고 변경하거나 삭제할 수 없으며, 소유자에게도 트리거가 이를 막습니다."
    ),
    "Exits with 0.": "0으로 종료합니다.",
    "the platform's state folder, or BONGSU_STATE": "플랫폼의 상태 폴더 또는 BONGSU_STATE",
    "(the platform's state folder, or BONGSU_STATE)": "플랫폼의 상태 폴더 또는 BONGSU_STATE",
    "Run PLAN: baseline, go, announce, enable, verify, drill, watch, and leave the evidence.": (
        "PLAN을 실행합니다: 사전 점검, 승인, 공지, 활성화, 검증, 훈련, 모니터링, 증적 작성."
    ),
    "Exits as documented in `bongsu --help`.": "종료 코드는 `bongsu --help`에 있습니다.",
    "Who gives the word: a contact of the plan.": "진행을 지시하는 사람(계획의 담당자).",
    "Go on with RUN from its ledger, after a crash, a Ctrl-C, or (with --go-on --by NAME) after a hold.": (
        "비정상 종료나 Ctrl-C 후, 또는 보류 후(--go-on --by NAME) 원장에서 RUN을 이어서 진행합니다."
    ),
    "What had begun without an outcome is in doubt: it is looked for or read back before anything is done again. Exits as `start` does.": (
        "시작했으나 결과가 없는 작업은 결과 불명이며, 다시 수행하기 전에 찾아보거나 재조회합니다. `start`와 같은 코드로 종료합니다."
    ),
    "Have a held run go on.": "보류된 실행을 재개합니다.",
    "Who has it go on: a contact of the plan.": "재개를 지시하는 사람(계획의 담당자).",
    "Hold RUN where it stands: nothing is switched or announced until `resume RUN --go-on` or `rollback RUN`.": (
        "RUN을 현재 상태에서 보류합니다. `resume RUN --go-on` 또는 `rollback RUN` 전까지 전환도 공지도 하지 않습니다."
    ),
    "Exits with 3: the run is open.": "실행이 끝나지 않았으므로 3으로 종료합니다.",
    "Who gives the order: a contact of the plan.": "지시하는 사람(계획의 담당자).",
    "Why, for the ledger.": "원장에 남길 사유.",
    "Disable the target of RUN, read it back, put the legacy back if the plan says so, and say so.": (
        "RUN의 대상을 비활성화하고 재조회로 확인한 뒤, 계획에 따라 기존 시스템을 되돌리고 공지합니다."
    ),
    "Works whether or not a process drives the run. Before the switch it is a no-go: there is nothing to undo. Exits with 1 when rolled back, 4 when it could not be, 6 for a no-go, 3 when handed to a running process.": (
        "실행 중인 프로세스가 있어도 동작합니다. 전환 전이면 되돌릴 것이 없으므로 진행 중단입니다. 롤백하면 1, 롤백하지 못하면 4, 진행 중단이면 6, 실행 중인 프로세스에 전달하면 3으로 종료합니다."
    ),
    "How many runs to list.": "목록에 표시할 실행의 수.",
    "List what stands behind that run in the list.": "목록에서 그 실행 다음에 오는 것부터 표시합니다.",
    "List every run, however many there are.": "몇 개든 모든 실행을 표시합니다.",
    "List the newest runs, or show where RUN stands, what is in doubt and when it looks again.": (
        "최근 실행을 나열하거나, RUN의 현재 상태, 결과 불명 항목, 다음 점검 시각을 표시합니다."
    ),
    "Exits with 0; 3 when the named run is open or something in it is in doubt.": (
        "0으로 종료하며, 지정한 실행이 끝나지 않았거나 결과 불명 항목이 있으면 3으로 종료합니다."
    ),
    "Record in RUN what became of the message or switch KEY, whose outcome nobody could read.": (
        "결과를 조회할 수 없었던 메시지 또는 전환 KEY의 확인 결과를 RUN에 기록합니다."
    ),
    "`bongsu status RUN` lists what is in doubt. Only what is in doubt can be resolved; a person's finding stands in the evidence under their name.": (
        "결과 불명 항목은 `bongsu status RUN`에 나옵니다. 결과 불명 항목만 기록할 수 있으며, 확인한 사람의 이름으로 증적에 남습니다."
    ),
    "Exits with 0 when it was recorded, 2 when nothing of that name is in doubt.": (
        "기록하면 0, 그 이름의 결과 불명 항목이 없으면 2로 종료합니다."
    ),
    "What you found.": "확인한 결과.",
    "Who looked: a contact of the plan.": "확인한 사람(계획의 담당자).",
    "Where you looked and what you saw, for the ledger.": "원장에 남길 확인 방법과 내용.",
    "Write the ledger, plan, recorded answers and reports of RUN to one folder that `verify` can check.": (
        "RUN의 원장, 계획, 기록된 응답, 보고서를 `verify`로 검증할 수 있는 폴더 하나에 작성합니다."
    ),
    "The same ledger gives the same bytes. Exits with 0 for a closed run, 3 for one that is still open.": (
        "같은 원장에서는 항상 같은 바이트가 나옵니다. 종료된 실행이면 0, 끝나지 않은 실행이면 3으로 종료합니다."
    ),
    "Walk the chain at PATH, recompute every figure and render every message and report again.": (
        "PATH의 체인을 따라가며 모든 수치를 다시 계산하고 모든 메시지와 보고서를 다시 작성해 비교합니다."
    ),
    "Exits with 0 when everything follows from the recorded answers, 3 when the evidence does not say enough (a run that is not closed), 5 when anything does not hold; each finding names the step that does not hold, its file and its line.": (
        "모든 내용이 기록된 응답과 일치하면 0, 증적이 불충분하면(끝나지 않은 실행) 3, 하나라도 맞지 않으면 5로 종료합니다. 지적 사항마다 맞지 않는 단계와 파일, 줄을 표시합니다."
    ),
    "Start the services that PLAN (default: the Naver SMS cutover) talks to, on this machine, until Ctrl-C.": (
        "PLAN(기본값: Naver SMS 컷오버)이 사용하는 서비스의 모의판을 이 장비에서 Ctrl-C까지 실행합니다."
    ),
    "Then, in another terminal: `. DIR/env.sh && bongsu start DIR/plan.yaml --go NAME`.": (
        "그런 다음 다른 터미널에서: `. DIR/env.sh && bongsu start DIR/plan.yaml --go NAME`."
    ),
    "Exits with 0 after Ctrl-C, 2 when the plan or the world cannot be used.": (
        "Ctrl-C로 끝내면 0, 계획이나 모의 환경을 사용할 수 없으면 2로 종료합니다."
    ),
    "Gets plan.yaml, env.sh and the world's own record.": "plan.yaml, env.sh, 모의 환경의 자체 기록이 저장될 폴더.",
}

_PAGE = {
    "The world, plan and people of a story of `rehearse`.": "`rehearse` 시나리오의 모의 환경, 계획, 담당자를 사용합니다.",
    "Play this contact alone (may be given again); the others answer by themselves.": (
        "이 담당자만 직접 맡습니다(여러 번 지정 가능). 나머지는 자동으로 응답합니다."
    ),
    "Press the buttons yourself, for everybody, on a page in your browser.": (
        "브라우저 페이지에서 모든 담당자의 버튼을 직접 누릅니다."
    ),
    "Then, in another terminal: `. DIR/env.sh && bongsu start DIR/plan.yaml --go NAME`. The page at the printed address shows the chats and the services; without --interactive or --play the people press by themselves.": (
        "그런 다음 다른 터미널에서: `. DIR/env.sh && bongsu start DIR/plan.yaml --go NAME`. 출력된 주소의 페이지에서 대화방과 서비스를 볼 수 있으며, --interactive나 --play가 없으면 담당자들이 자동으로 버튼을 누릅니다."
    ),
    "While nothing is in flight, time goes at wall speed (wall), to the next deadline (jump), not at all (still), or at so many seconds a second. Default: wall with --interactive, else jump.": (
        "진행 중인 요청이 없을 때 시간의 흐름: 실제 속도(wall), 다음 기한까지 건너뛰기(jump), 정지(still), 또는 초당 흐를 초. 기본값: --interactive이면 wall, 아니면 jump."
    ),
    "With --interactive you answer for the people in it, at a page that shows the chats, the services and the clock.": (
        "--interactive이면 대화방, 서비스, 시계가 보이는 페이지에서 담당자 대신 직접 응답합니다."
    ),
}

_SCENARIOS = {
    "scenario": "시나리오",
    "exit": "코드",
    "story": "내용",
    "all goes well, and the day after it": "모두 정상, 이후 하루도 정상",
    "the carrier refuses 3 of the first run's 20 SMS; the operations manager presses Roll back": (
        "통신사가 첫 호출의 SMS 20건 중 3건을 거부하고, 운영 책임자가 롤백을 누름"
    ),
    "the first run ends in an error before it has sent anything": "최초 호출이 아무것도 발송하기 전에 오류로 종료",
    "the first run stands still until Lambda ends it at its time limit (3 s in this world)": (
        "최초 호출이 멈춰 있다가 Lambda 제한 시간(이 모의 환경에서 3초)에 종료"
    ),
    "the first run does its work, with 480 of its 512 MB where the plan allows 90 %": (
        "최초 호출은 정상이나 계획이 90%까지 허용하는 메모리 512 MB 중 480 MB 사용"
    ),
    "the schedule fires, and the Lambda never runs; nobody decides, so the plan's rule does": (
        "스케줄은 동작하나 Lambda가 실행되지 않고, 아무도 결정하지 않아 계획에 따라 처리"
    ),
    "the first run fails and nobody acknowledges the pages, on no level; the plan's rule decides": (
        "최초 호출이 실패하고 모든 단계에서 아무도 확인하지 않아 계획에 따라 처리"
    ),
    "the cutover goes well, and nobody acknowledges the drill": "컷오버는 성공하나 아무도 훈련을 확인하지 않음",
    "James presses every button first, though none was for him; he is told so, and nothing moves": (
        "James가 대상자가 아닌 버튼을 모두 먼저 누르나, 안내만 받고 아무것도 바뀌지 않음"
    ),
    "the operations manager presses No-go, in spite of the other's Go": "다른 사람이 승인했으나 운영 책임자가 진행 중단을 누름",
    "Slack answers 429 to the success message twice, with a time to wait": "Slack이 성공 안내에 두 번 429와 대기 시간으로 응답",
    "Telegram takes no message from the success on; everybody is reached on Slack": (
        "성공 안내부터 Telegram이 메시지를 받지 않아 모두 Slack으로 연락"
    ),
    "Slack's answer to the success message is lost; it is found in the channel, not sent again": (
        "성공 안내에 대한 Slack의 응답이 유실되나, 채널에서 찾아내어 다시 보내지 않음"
    ),
    "Telegram's answers to success and drill are lost: pages go out again, marked, the success does not": (
        "성공 안내와 훈련에 대한 Telegram의 응답이 유실되어, 훈련 알림은 표시와 함께 다시 보내고 성공 안내는 보내지 않음"
    ),
    "the first run fails, and the rule refuses to be disabled; everybody is paged until somebody answers": (
        "최초 호출이 실패하고 규칙이 비활성화되지 않아, 누군가 응답할 때까지 모두에게 긴급 알림"
    ),
    "old job and new decide differently on three recorded bookings, so nothing is switched": (
        "기록된 예약 3건에서 기존과 신규의 판단이 달라 전환하지 않음"
    ),
    "a run in the watch ends in an error after the success was announced; the cutover is taken back": (
        "성공 안내 후 모니터링 중의 호출이 오류로 종료되어 롤백"
    ),
    "an alarm fires in the watch and is quiet again before the next look; people are paged all the same": (
        "모니터링 중 경보가 울렸다가 다음 회차 전에 해소되나, 그래도 담당자에게 긴급 알림"
    ),
    "the process is killed between the enabling and the first run, and the run is resumed": (
        "활성화와 최초 호출 사이에 프로세스가 강제 종료되고 실행을 재개"
    ),
    "the old schedule reads back as ENABLED, so the new one stays off": "기존 스케줄이 ENABLED로 조회되어 새 스케줄을 켜지 않음",
}

ENTRIES: Mapping[str, str] = {**_PROGRAM, **_CLICK, **_HELP, **_PAGE, **_SCENARIOS}
