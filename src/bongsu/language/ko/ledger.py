"""What a ledger refuses, wherever it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRIES: Mapping[str, str] = {
    "ledger line {} holds a time that is not in UTC": "원장 {0}번째 줄의 시각이 UTC가 아닙니다.",
    'a "{}" event cannot be written as JSON': '"{0}" 이벤트를 JSON으로 기록할 수 없습니다.',
    'the time "{}" has no zone; give an aware UTC time': '시각 "{0}"에 시간대가 없습니다. UTC 시각이 필요합니다.',
    "{} has a key that is not text: {}": "{0}에 문자열이 아닌 키가 있습니다: {1}",
    "{} is a {}; a ledger line holds text, integers, booleans, times, mappings and lists, and any other number as a decimal string": (
        "{0}: {1} 값입니다. 원장에는 문자열, 정수, 참/거짓, 시각, 매핑, 목록만 기록하며 그 밖의 숫자는 십진 문자열로 기록합니다."
    ),
    'the run "{}" exists already': '실행 "{0}"{0!이} 이미 있습니다.',
    '"{}" from "{}" stands in the run "{}" at line {}': '"{1}"에서 받은 "{0}"{0!은} 실행 "{2}"의 {3}번째 줄에 이미 있습니다.',
    "nothing is left to do: the first time counts": "더 할 일은 없습니다. 처음 받은 것만 셉니다.",
    'another process holds "{}" since the hold of this one ran out': (
        '이 프로세스의 점유 기한이 지난 뒤 다른 프로세스가 "{0}"{0!을} 점유했습니다.'
    ),
    'the run "{}" was let go; this process drives it no longer': (
        '실행 "{0}"{0!을} 놓았으므로 이 프로세스는 더 이상 진행하지 않습니다.'
    ),
    'the run "{}" was taken over by another process after the lease of this one had run out': (
        '이 프로세스의 진행 권한 기한이 지난 뒤 다른 프로세스가 실행 "{0}"{0!을} 넘겨받았습니다.'
    ),
    "this process holds epoch {} of the run, the ledger is at epoch {}": (
        "이 프로세스는 실행의 에포크 {0}에 있고 원장은 에포크 {1}에 있습니다."
    ),
    "this process has stopped; `bongsu status RUN` shows where the run stands, the other process drives it": (
        "이 프로세스는 멈췄습니다. 실행이 어디까지 왔는지는 `bongsu status RUN`으로 볼 수 있으며, 진행은 다른 프로세스가 합니다."
    ),
    'the run "{}" stands at line {}, not at line {} with this hash': (
        '실행 "{0}"의 현재 위치는 {1}번째 줄이며, 이 해시의 {2}번째 줄이 아닙니다.'
    ),
    'the run "{}" is closed; only what a call came to late is stored behind that line': (
        '실행 "{0}"{0!은} 종료되었습니다. 그 줄 뒤에는 호출이 남긴 늦은 결과만 저장합니다.'
    ),
    "no run was ever kept in that folder": "그 폴더에는 실행을 보관한 적이 없습니다.",
    "there is no such folder": "그런 폴더가 없습니다.",
    "name the folder that the run was started with, with `--state` or BONGSU_STATE": (
        "실행을 시작할 때 쓴 폴더를 `--state`나 BONGSU_STATE로 지정하십시오."
    ),
    'there is no folder "{}"': '폴더 "{0}"{0!이} 존재하지 않습니다.',
    "name the folder that runs are kept in, with `--state` or BONGSU_STATE": (
        "실행을 보관한 폴더를 `--state`나 BONGSU_STATE로 지정하십시오."
    ),
    'there is no run "{}" in "{}"': '"{1}"에서 실행 "{0}"{0!을} 찾을 수 없습니다.',
    '"{}" could not be opened': '"{0}"{0!을} 열 수 없습니다.',
    '"{}" has schema version {}, this program knows up to {}': (
        '"{0}"의 스키마 버전은 {1}이며, 이 프로그램은 {2}까지 지원합니다.'
    ),
    '"{}" has schema version {}, and may not be brought to {}': (
        '"{0}"의 스키마 버전은 {1}이며, 쓸 수 없는 파일이라 버전 {2}까지 갱신하지 못합니다.'
    ),
    "beside it lies a write-ahead log without its index": "파일 옆에 색인(-shm)이 없는 미리 쓰기 로그(-wal)가 있음",
    "it is being written": "다른 프로세스가 쓰는 중",
    "somebody began to write it meanwhile": "읽는 동안 다른 프로세스가 쓰기 시작함",
    "try again: from now on it is read beside whoever writes it": (
        "다시 실행하십시오. 이제부터는 쓰는 프로세스와 함께 읽습니다."
    ),
    "copy the whole folder to a place that you may write, and name the copy with `--state`": (
        "폴더 전체를 쓸 수 있는 위치로 복사하고, 복사본을 `--state`로 지정하십시오."
    ),
    "name a folder that you may read with `--state`, or set BONGSU_STATE": (
        "`--state`로 읽을 수 있는 폴더를 지정하거나 BONGSU_STATE를 설정하십시오."
    ),
    '"{}" is an SQLite file of another program (application_id {}, {} tables)': (
        '"{0}"{0!은} 다른 프로그램의 SQLite 파일입니다(application_id {1}, 테이블 {2}개).'
    ),
    '"{}" is not an SQLite file': '"{0}"{0!은} SQLite 파일이 아닙니다.',
    'the ledger "{}" could not be read': '원장 "{0}"{0!을} 읽을 수 없습니다.',
    'the ledger "{}" could not be prepared': '원장 "{0}"{0!을} 준비할 수 없습니다.',
    'the ledger "{}" could not be written': '원장 "{0}"에 기록할 수 없습니다.',
    'the state folder "{}" cannot be used': '상태 폴더 "{0}"{0!을} 사용할 수 없습니다.',
    "the state folder {} cannot be used": "상태 폴더 {0:을} 사용할 수 없습니다.",
    'the run id "{}" may only hold letters, digits, ".", "_" and "-", up to 100': (
        '실행 ID "{0}"에는 영문자, 숫자, ".", "_", "-"만 100자까지 사용할 수 있습니다.'
    ),
    "it was left as it is; name another folder with `--state`, or set BONGSU_STATE": (
        "파일은 변경하지 않았습니다. `--state`로 다른 폴더를 지정하거나 BONGSU_STATE를 설정하십시오."
    ),
    "it was left as it is; use the program version that wrote it, or a newer one": (
        "파일은 변경하지 않았습니다. 파일을 작성한 버전 이상의 프로그램을 사용하십시오."
    ),
    "runs are kept in a folder or in PostgreSQL, and '{}' is neither": (
        "실행은 폴더나 PostgreSQL에 보관되며 '{0}'{0!은} 둘 다 아닙니다."
    ),
    "name a folder, or postgresql://USER@HOST/DATABASE, with `--state` or BONGSU_STATE": (
        "`--state`나 BONGSU_STATE에 폴더 또는 postgresql://USER@HOST/DATABASE를 지정하십시오."
    ),
    "name a folder that you may write with `--state`, or set BONGSU_STATE": (
        "`--state`로 쓰기 가능한 폴더를 지정하거나 BONGSU_STATE를 설정하십시오."
    ),
    'the database "{}" cannot be reached': '데이터베이스 "{0}"에 연결할 수 없습니다.',
    "see that the server runs, and listens at the host and port of the address": (
        "서버가 실행 중인지, 주소의 호스트와 포트에서 연결을 받는지 확인하십시오."
    ),
    'the database "{}" wants a password for this role, and none was given': (
        '데이터베이스 "{0}"에 접속하려면 이 역할의 비밀번호가 필요하지만 제공되지 않았습니다.'
    ),
    "add the line HOST:PORT:DATABASE:USER:PASSWORD to ~/.pgpass, which nobody else may read (chmod 600),"
    " or name another such file with PGPASSFILE": (
        "다른 사용자가 읽을 수 없는(chmod 600) ~/.pgpass에 HOST:PORT:DATABASE:USER:PASSWORD 줄을 추가하거나,"
        " PGPASSFILE로 다른 파일을 지정하십시오."
    ),
    'the server has no database "{}"': '서버에 데이터베이스 "{0}"이(가) 없습니다.',
    "have its administrator make it with CREATE DATABASE; docs/fleet.md has every step": (
        "서버 관리자에게 CREATE DATABASE로 만들어 달라고 하십시오. 전체 절차는 docs/fleet.md에 있습니다."
    ),
    'the database "{}" did not let this role in': '데이터베이스 "{0}"이(가) 이 역할의 접속을 거부했습니다.',
    "the password comes from ~/.pgpass, the file that PGPASSFILE names, or PGPASSWORD; who may come in and"
    " how stands in pg_hba.conf on the server": (
        "비밀번호는 ~/.pgpass, PGPASSFILE이 가리키는 파일, 또는 PGPASSWORD에서 읽습니다. 접속 허용 대상과 방식은"
        " 서버의 pg_hba.conf에 있습니다."
    ),
    "look at the server and try again; nothing was changed": (
        "서버를 확인하고 다시 시도하십시오. 변경된 내용은 없습니다."
    ),
    "nothing was begun after the last recorded line; mend the database, then `bongsu resume RUN`": (
        "마지막 기록 이후 시작한 작업은 없습니다. 데이터베이스를 조치한 뒤 `bongsu resume RUN`을 실행하십시오."
    ),
    'the database "{}" does not let this role see its ledgers': (
        '데이터베이스 "{0}"에서 이 역할은 원장을 볼 수 없습니다.'
    ),
    'the database "{}" is not prepared for ledgers': '데이터베이스 "{0}"에 원장을 둘 준비가 되어 있지 않습니다.',
    "have its owner run what `bongsu database ROLE` prints, with the name of this role": (
        "이 역할의 이름으로 `bongsu database ROLE`이 출력하는 SQL을 데이터베이스 소유자가 실행해야 합니다."
    ),
    'the database "{}" has schema version {}, this program knows {}': (
        '데이터베이스 "{0}"의 스키마 버전은 {1}이며, 이 프로그램은 {2}만 지원합니다.'
    ),
    "it was left as it is; use the program version that made it, or a newer one": (
        "변경하지 않았습니다. 스키마를 만든 버전 이상의 프로그램을 사용하십시오."
    ),
    "the address of the database cannot be read": "데이터베이스 주소를 읽을 수 없습니다.",
    "its form is postgresql://USER@HOST:PORT/DATABASE; the password is not part of it": (
        "형식은 postgresql://USER@HOST:PORT/DATABASE이며 비밀번호는 넣지 않습니다."
    ),
    'the address "{}" was given with a password': '주소 "{0}"에 비밀번호가 들어 있습니다.',
    "other users of this machine can read it there: leave it out, and set PGPASSFILE or PGPASSWORD": (
        "이 장비의 다른 사용자가 볼 수 있습니다. 주소에서 빼고 PGPASSFILE이나 PGPASSWORD를 설정하십시오."
    ),
    "{} cannot be the name of a role": "{0:은} 역할 이름으로 쓸 수 없습니다.",
    'letters, digits, "_", "-" and "$", up to 63, beginning with a letter': (
        '영문자로 시작하고 영문자, 숫자, "_", "-", "$"만 63자까지 사용할 수 있습니다.'
    ),
    "a ledger in PostgreSQL needs the package {}": "PostgreSQL 원장에는 패키지 {0:이} 필요합니다.",
    "the process was interrupted": "프로세스가 중단되었습니다.",
    "list the runs with `bongsu status`": "실행 목록은 `bongsu status`로 확인하십시오.",
    "no run was opened and nothing was done; free the disk or fix the folder, then start again": (
        "실행은 시작되지 않았고 아무 일도 하지 않았습니다. 디스크나 폴더를 조치한 뒤 다시 시작하십시오."
    ),
    "nothing was begun after the last recorded line; free the disk or fix the folder, then `bongsu resume RUN`": (
        "마지막 기록 이후 시작한 작업은 없습니다. 디스크나 폴더를 조치한 뒤 `bongsu resume RUN`을 실행하십시오."
    ),
    "`bongsu status RUN` shows where it stands; whoever appended drives it": (
        "현재 상태는 `bongsu status RUN`으로 확인하십시오. 기록한 쪽이 실행을 맡고 있습니다."
    ),
    "use the program version that wrote it, or another copy of the state folder; nothing was changed": (
        "작성한 버전의 프로그램을 사용하거나 상태 폴더의 다른 사본을 사용하십시오. 변경된 내용은 없습니다."
    ),
}
