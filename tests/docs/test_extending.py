"""What docs/extending.md has a reader write works as it stands: in a plan, in messages, under the ports' tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.docs.extending import PAGE, blocks, extended, part, python
from tests.docs.plans_in_docs import examples, whole
from tests.docs.tutorial import TUTORIAL

if TYPE_CHECKING:
    from pathlib import Path

BONGSU = "from bongsu.cli.main import main; main(sys.argv[1:])"
PYTEST = "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
JUDGE = """
import json
from datetime import UTC, datetime
from bongsu.checks import judge
from bongsu.core.plan import CheckSpec
from bongsu.core.state import Observation
spec = CheckSpec(name="function_size", kind="function_size", options={"at_least_mb": 512}, reads=())
for values in (None, {}, {"memory_mb": 511}, {"memory_mb": 512}):
    seen = {} if values is None else {"function": Observation(
        key="baseline/function", reading="function", seq=7, at=datetime.now(UTC), args={}, values=values)}
    found = judge(spec, seen)
    print(json.dumps([found.verdict, found.why, [[one.value, one.seq] for one in found.figures]]))
"""
SWITCH = """
import json
from pathlib import Path
from types import SimpleNamespace
from bongsu.core.events import SwitchState as To
from bongsu.targets.flag import open_target
options = {"path": sys.argv[1], "account": "000000000000", "region": "ap-northeast-2"}
flag = open_target(SimpleNamespace(target=SimpleNamespace(options=options)), redactor=None)
there = lambda: Path(sys.argv[1]).exists()
for which, to in (("target", To.ENABLED), ("target", To.ENABLED), ("target", To.DISABLED), ("target", To.DISABLED),
                  ("legacy", To.ENABLED), ("workload", To.SETTLED)):
    print(json.dumps([type(flag.switch(which, to)).__name__, there()]))
print(json.dumps([flag.kind, [finding.ok for finding in flag.preflight()]]))
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with every file of the page in it."""
    return extended(tmp_path_factory.mktemp("extended"))


def ran(program: Path, *words: str) -> str:
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"NO_COLOR": "1", "BONGSU_LANG": "en"}
    command = python(program, *words)
    done = subprocess.run(command, cwd=program, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_plan(program: Path, document: dict[str, object]) -> Path:
    path = program / "plan.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def test_the_check_can_be_written_into_a_plan_and_is_told_in_messages(program: Path) -> None:
    plan = with_plan(program, whole(part("checks")))
    assert "alarms, function_size\n" in ran(program, BONGSU, "check", str(plan))
    assert "Function's memory: ‹baseline.function_size.memory_mb›" in ran(
        program, BONGSU, "preview", str(plan), "start"
    )


def test_the_check_passes_fails_and_knows_nothing(program: Path) -> None:
    assert [json.loads(line) for line in ran(program, JUDGE).splitlines()] == [
        ["unknown", "not measured: no observation of function", []],
        ["unknown", "the function's configuration shows no memory", []],
        ["fail", "the function is given 511 MB, the limit is at least 512 MB", [["511", 7]]],
        ["pass", "the function is given 512 MB, the limit is at least 512 MB", [["512", 7]]],
    ]


def test_the_channel_can_be_written_into_a_plan_and_passes_the_shared_tests(program: Path) -> None:
    plan = with_plan(program, whole(part("channels")))
    assert "paper (diary)" in ran(program, BONGSU, "check", str(plan))
    told = ran(program, PYTEST, "-q", "-p", "no:cacheprovider", "-k", "diary", "tests/ports/test_channel.py")
    found = re.search(r"(\d+) passed", told)
    assert found is not None
    assert int(found[1]) >= 10
    assert "failed" not in told


def test_the_target_can_be_written_into_a_plan_and_switches_a_file(program: Path) -> None:
    own = next(text for mark, name, text in examples(TUTORIAL) if (mark, name) == ("plan", "own"))
    plan = with_plan(program, {**yaml.safe_load(own), **yaml.safe_load(part("target"))})
    assert "Account 000000000000" in ran(program, BONGSU, "check", str(plan))
    told = [json.loads(line) for line in ran(program, SWITCH, str(program / "mailer.on")).splitlines()]
    on, off = ["SwitchDone", True], ["SwitchDone", False]
    assert told == [on, on, off, off, ["SwitchNotDone", False], ["SwitchNotDone", False], ["flag", [True]]]


def test_the_reference_has_the_new_kinds_with_the_meaning_of_their_keys(program: Path) -> None:
    told = ran(program, "from bongsu.planfile.reference import reference_text; print(reference_text())")
    for title, meaning in (
        ("## Check of kind `function_size`", "The smallest memory that the function may be given, in MB"),
        ("## Channel of kind `diary`", "The file that each message is added to"),
        ("## Target of kind `flag`", "The file whose presence means that it is on"),
    ):
        assert meaning in told.partition(title)[2].partition("\n## ")[0]


def test_nothing_on_the_page_is_left_untried() -> None:
    fenced = re.findall(r"^```(?:python|yaml)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(fenced) == len(blocks()) == 10
