"""What docs/extending.md has a reader write works as it stands: in a plan, in messages, under the ports' tests."""

from __future__ import annotations

import json
import os
import re
import shutil
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
ASKED = (
    *("tests/checks/test_registry.py", "tests/language/test_reasons.py", "tests/language/test_command_line.py"),
    *("tests/language/test_audit_rules.py", "tests/planfile/test_generated.py", "tests/planfile/test_channels.py"),
    *("tests/audit/test_rules.py", "tests/rules/test_sizes.py"),
)
OURS = (
    "kinds or preflight or catalogue or generated or test_the_document or size or longer or table"
    " or every_rule or port or function or flag or folder or address or MB"
)
"""What would have something to say of the page's files; the others of those tests are of the project's own."""
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


def ran(program: Path, *words: str, exits: int = 0) -> str:
    environment = {**os.environ, "PYTHONPATH": str(program / "src"), "NO_COLOR": "1", "BONGSU_LANG": "en"}
    command = python(program, *words)
    done = subprocess.run(command, cwd=program, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == exits, done.stdout + done.stderr
    return done.stdout


def with_plan(program: Path, document: dict[str, object]) -> Path:
    path = program / "plan.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def rehearsed(program: Path, document: dict[str, object], *words: str, exits: int) -> str:
    """Rehearse a plan and return the first of its reports."""
    out = program / "evidence"
    shutil.rmtree(out, ignore_errors=True)
    plan = with_plan(program, document)
    ran(
        program,
        BONGSU,
        "rehearse",
        str(plan),
        *words,
        "--out",
        str(out),
        "--state",
        str(program / "state"),
        exits=exits,
    )
    return (out / "report.md").read_text("utf-8")


def own_plan() -> dict[str, object]:
    """Return the plan that the tutorial has a reader write."""
    (text,) = (text for mark, name, text in examples(TUTORIAL) if (mark, name) == ("plan", "own"))
    return dict(yaml.safe_load(text))


def test_the_check_can_be_written_into_a_plan_and_is_told_in_messages(program: Path) -> None:
    plan = with_plan(program, whole(part("checks")))
    assert "alarms, function_size\n" in ran(program, BONGSU, "check", str(plan))
    assert "Function's memory: ‹baseline.function_size.memory_mb›" in ran(
        program, BONGSU, "preview", str(plan), "start"
    )


def test_the_check_is_measured_in_a_rehearsal_and_keeps_the_target_off(program: Path) -> None:
    told = rehearsed(program, whole(part("checks").replace("512", "513")), exits=6)
    assert "function_size: the function is given 512 MB, the limit is at least 513 MB" in told


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


def test_the_channel_has_its_messages_in_a_rehearsal(program: Path) -> None:
    """Up to the go that nobody gives: the request for it is the one message."""
    document = whole(part("channels"))
    paper = program / "messages.jsonl"
    document["channels"]["paper"]["path"] = str(paper)
    told = rehearsed(program, document, "--scenario", "no-go", exits=6)
    assert "paper" in told
    titles = [json.loads(line)["title"] for line in paper.read_text("utf-8").splitlines()]
    assert len(titles) == 2
    assert "GO" in titles[0]


def test_the_target_can_be_written_into_a_plan_and_switches_a_file(program: Path) -> None:
    plan = with_plan(program, {**own_plan(), **yaml.safe_load(part("target"))})
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


def test_the_workload_is_cut_over_in_a_rehearsal_and_taken_back_when_its_report_says_so(program: Path) -> None:
    """By its run report alone the share of operations that failed is known."""
    jobs = program / "jobs"
    world = jobs / "here.json"
    world.write_text((jobs / "world.json").read_text("utf-8").replace("/srv/bongsu/jobs", str(jobs)), "utf-8")
    plan = {**own_plan(), **yaml.safe_load(part("workload"))}
    told = rehearsed(program, plan, "--world", str(world), exits=0)
    assert "0 of 3 operations (0 %) and 0 of 1 invocation failed" in told
    assert " MB of 256 MB used" in told
    code = jobs / "reminders.py"
    code.write_text(code.read_text("utf-8").replace("return len(due), 0", "return len(due), 1"), "utf-8")
    assert "1 of 1 invocation failed" in rehearsed(program, plan, "--world", str(world), exits=1)


def test_the_rule_finds_its_example_in_a_log(program: Path) -> None:
    log = program / "log.md"
    log.write_text("# Move\n\n14:00 KST proxy listens at 10.0.3.7:70123\n", "utf-8")
    told = ran(program, BONGSU, "audit", str(log), exits=1)
    assert "log.md:3:28: error: port_range [high]" in told
    assert "70123 is no port: the highest is 65535" in told


def test_all_that_the_project_asks_of_such_files_holds(program: Path) -> None:
    """With the three documents made anew as the page says, and nothing else touched."""
    (commands,) = re.findall(r"they are made anew:\n\n```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for line in commands.splitlines():
        words, _, into = line.removeprefix("python -m ").partition(" > ")
        told = ran(program, f"import runpy; runpy.run_module({words!r}, run_name='__main__')")
        if into:
            (program / into).write_text(told, "utf-8")
    told = ran(program, PYTEST, "-q", "-p", "no:cacheprovider", "-k", OURS, *ASKED)
    found = re.search(r"(\d+) passed", told)
    assert found is not None
    assert int(found[1]) > 40


def test_nothing_on_the_page_is_left_untried() -> None:
    fenced = re.findall(r"^```(?:python|yaml|json)$", PAGE.read_text("utf-8"), re.MULTILINE)
    (row,) = (block for block in blocks() if block.where == "docs/channels.md")
    assert row.text.startswith("| `diary` |")
    assert len(fenced) == len(blocks()) - 1 == 22
