"""The command line in Korean: chosen by the environment, aligned by terminal cells, without an English sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from tests.cli.calling import call
from tests.cli.conftest import EXAMPLE, RUN
from tests.core.world import World
from tests.rules.tree import ROOT
from wcwidth import wcswidth

from bongsu.cli.main import GROUPS
from bongsu.cli.progress import LABEL_WIDTH, Progress
from bongsu.cli.speech import chosen, pad

if TYPE_CHECKING:
    from pathlib import Path

KOREAN_PLAN = ROOT / "plans" / "naver-sms.ko.yaml"
COMMANDS = [name for group in GROUPS.values() for name in group]
ENGLISH = re.compile(r"\b(?!bongsu )[a-z]{2,}(?: [a-z]{2,}){2,}\b")
TEXT_AT = 20 + LABEL_WIDTH + 2


@pytest.fixture(params=["en", "ko"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BONGSU_LANG", request.param)
    return str(request.param)


@pytest.fixture
def korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_LANG", "ko")


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "C", "BONGSU_LANG": "ko"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "BONGSU_LANG": "en"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses(environment: dict[str, str], wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BONGSU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert chosen() == wanted


def test_english_loads_no_catalogue() -> None:
    look = "import sys; from bongsu.cli.main import run; run(['--help']); print([m for m in sys.modules if '.language.' in m])"
    environment = {**os.environ, "BONGSU_LANG": "en", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == "[]"


def columns(lines: list[str]) -> set[int]:
    """Return the cells at which the second column of two-column lines begins."""
    rows = [found for line in lines if (found := re.fullmatch(r"(  \S+(?: [A-Z]+)?\s{1,})(\S.*)", line))]
    assert len(rows) > 1
    return {wcswidth(found[1]) for found in rows}


def test_the_help_stands_in_columns(language: str) -> None:
    assert columns([line for line in call("--help").out.splitlines() if line.startswith("  ")]) == {13}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_stands_in_columns_and_fits_a_terminal(command: str, language: str) -> None:
    text = call(command, "--help").out
    assert all(wcswidth(line) <= 80 for line in text.splitlines())
    options = text[text.index("\n옵션:" if language == "ko" else "\nOptions:") :].splitlines()
    starts = [found for line in options if (found := re.match(r"  --\S+(?: [A-Z]+|  ?\[[^\]]+\])?  +", line))]
    assert len({wcswidth(found[0]) for found in starts}) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_korean(command: str, korean: None) -> None:
    text = call(command, "--help").out
    assert ENGLISH.findall(re.sub(r"`[^`]*`", "", text)) == []
    assert "사용법: " in text and "도움말을 표시하고 종료합니다." in text


def test_progress_stands_in_columns(language: str) -> None:
    world = World().run()
    lines: list[str] = []
    progress = Progress(world.plan, "invented", write=lambda line: lines.append(click.unstyle(line)))
    for recorded, state in zip(world.lines, [*world.states[1:], world.state], strict=True):
        progress(recorded, state)
    assert len(lines) > 30
    for line in lines[1:]:
        head, text = cut(line, TEXT_AT)
        assert head.endswith("  ") and text[:1] != " ", line
        if language == "ko":
            assert not ENGLISH.search(text.replace("as scripted", "")), line


def cut(line: str, cells: int) -> tuple[str, str]:
    """Return a line in two, where so many terminal cells are full."""
    for place in range(len(line) + 1):
        if wcswidth(line[:place]) == cells:
            return line[:place], line[place:]
    raise AssertionError(f"a letter stands across cell {cells}: {line}")


def test_where_a_run_stands_is_told_in_columns(state: Path, language: str) -> None:
    lines = call("status", RUN, "--state", state).out.splitlines()
    label = "단계" if language == "ko" else "phase"
    assert lines[1].startswith("  " + pad(label, 10))
    if language == "ko":
        assert [line for line in lines[1:] if ENGLISH.search(line)] == []
        assert "  결과 불명 진행 승인 요청(ops_chat) (go_request//ops_chat, #2)" in lines


def test_a_plan_that_can_be_used_is_told_in_columns(language: str) -> None:
    lines = call("check", EXAMPLE).out.splitlines()
    for line in lines[1:7]:
        head, text = cut(line, 12)
        assert head.startswith("  ") and head.endswith(" ") and text[:1] != " "


def test_the_system_s_own_words_are_told_in_korean(korean: None, tmp_path: Path) -> None:
    """They begin with a capital letter."""
    (tmp_path / "file").write_text("in the way", "utf-8")
    found = call("start", EXAMPLE, "--go", "james", "--state", tmp_path / "file" / "state")
    assert "  원인: 폴더가 아님" in found.err.splitlines()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("chek",), ["오류: 없는 명령입니다: 'chek'", "조치: 'check'을(를) 찾으셨습니까?"]),
        (
            ("check", "--frob"),
            ["오류: 없는 옵션입니다: '--frob'", "조치: 사용법은 bongsu check --help"],
        ),
        (("check",), ["오류: 인자 'PLAN'이(가) 없습니다.", "조치: 사용법은 bongsu check --help"]),
        (("start", EXAMPLE), ["오류: 옵션 '--go'이(가) 없습니다.", "조치: 사용법은 bongsu start --help"]),
        (
            ("hold", "run-1", "--by", "james", "--state", "{state}"),
            [
                '오류: "{state}"에서 실행 "run-1"을 찾을 수 없습니다.',
                "  원인: 그 폴더에는 실행을 보관한 적이 없습니다.",
                "조치: 실행을 시작할 때 쓴 폴더를 `--state`나 BONGSU_STATE로 지정하십시오.",
            ],
        ),
    ],
)
def test_an_error_is_told_in_korean(words: tuple[str, ...], wanted: list[str], korean: None, tmp_path: Path) -> None:
    found = call(*(str(word).replace("{state}", str(tmp_path)) for word in words))
    assert found.code == 2
    assert found.err.splitlines() == [line.replace("{state}", str(tmp_path)) for line in wanted]


def test_what_is_wrong_with_a_plan_is_told_in_korean_at_its_place(korean: None, tmp_path: Path) -> None:
    bad = tmp_path / "plan.yaml"
    bad.write_text(EXAMPLE.read_text("utf-8").replace("approvals: 2", "approvals: 9"), "utf-8")
    lines = call("check", bad).err.splitlines()
    assert re.fullmatch(rf"오류: {re.escape(str(bad))}:\d+:\d+: 2명 중 9명의 승인은 불가능합니다\.", lines[0])
    assert lines[-3] == "조치: 1부터 2까지의 숫자로 작성하십시오."
    assert lines[-1] == f"{bad}: 문제 1건"


def test_the_korean_plan_can_be_used_and_previews_without_an_english_sentence(korean: None) -> None:
    """Every message in it, on every channel: names of figures that are not measured yet stand as ‹name›."""
    checked = call("check", KOREAN_PLAN)
    assert checked.code == 0 and checked.out.splitlines()[-1] == "사용할 수 있는 계획입니다. 서비스 조회는 `--online`"
    shown = call("preview", KOREAN_PLAN)
    assert shown.code == 0 and shown.out.count("발송 내용 ─") == 20
    assert ENGLISH.findall(re.sub("‹[^›]*›", "", shown.out)) == []
    assert {wcswidth(line) for line in shown.out.splitlines() if line.startswith("──")} == {80}


def test_json_is_for_programs_and_stays_as_it_is(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = call("status", RUN, "--state", state, "--json").out
    monkeypatch.setenv("BONGSU_LANG", "ko")
    assert call("status", RUN, "--state", state, "--json").out == english
