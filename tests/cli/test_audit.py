"""`bongsu audit`: for people, as JSON, as SARIF; what is chosen; what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
import sarif_pydantic
from tests.audit.examples import EXAMPLES
from tests.audit.logs import AS_RECEIVED, CLEAN, SEED
from tests.cli.calling import call

from bongsu.audit import names, rule_of
from bongsu.audit.findings import Confidence

if TYPE_CHECKING:
    from pathlib import Path

LOG = "# Result\n\nSMS: 19/20 (100%)\nStarted 발송: 2026-01-14 (월)\n"
FINDING = {
    "type": "object",
    "additionalProperties": False,
    "required": ["rule", "severity", "file", "line", "also", "found", "why", "instead"],
    "properties": {
        "rule": {"enum": list(names())},
        "severity": {"enum": ["error", "warning", "note"]},
        "confidence": {"enum": ["high", "medium", "low"]},
        "file": {"type": "string", "minLength": 1},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 0},
        "also": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["file", "line"],
                "properties": {"file": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
            },
        },
        "found": {"type": "string"},
        "why": {"type": "string", "minLength": 1},
        "instead": {"type": "string", "minLength": 1},
    },
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.md"
    path.write_text(LOG, "utf-8")
    return path


def said_last(out: str, lines: int) -> list[str]:
    """The last lines of an audit of one log, where the line above them says how much was read."""
    *_, read = out.splitlines()[:-lines]
    assert read.startswith("read: ")
    return out.splitlines()[-lines:]


def test_a_finding_shows_its_line_the_piece_that_is_meant_and_what_to_write(log: Path) -> None:
    called = call("audit", log)
    assert called.code == 1
    assert called.out.splitlines()[:5] == [
        f"{log}:3:6: error: percent_of_count [high]",
        "    3 | SMS: 19/20 (100%)",
        "             ^^^^^^^^^^^",
        "  why:     19 of 20 is 95.00 %, not 100 %",
        "  instead: the count as it was measured; the percentage follows from it",
    ]
    assert called.out.splitlines()[-1] == "2 findings (2 error)"
    assert called.err == ""


def test_carets_stand_under_letters_that_take_two_cells(log: Path) -> None:
    lines = call("audit", log, "--rule", "impossible_time").out.splitlines()
    assert lines[1] == "    4 | Started 발송: 2026-01-14 (월)"
    assert lines[2] == " " * (8 + len("Started 발송: ") + 2) + "^" * (len("2026-01-14 (월)") + 1)


def test_a_clean_log_leaves_with_0() -> None:
    called = call("audit", *CLEAN[:1])
    assert (called.code, said_last(called.out, 1)) == (0, [f"nothing found in {CLEAN[0]}"])


def test_what_was_repaired_is_said_first() -> None:
    lines = call("audit", AS_RECEIVED).out.splitlines()
    assert lines[0].endswith("106 lines had been decoded wrongly and are shown repaired")
    assert lines[1].endswith("6 lines had lost bytes and are shown as they are")


def test_as_json_in_the_shape_that_verify_uses_too() -> None:
    called = call("audit", SEED, AS_RECEIVED, "--json")
    report = json.loads(called.out)
    assert called.code == 1
    assert [one["repaired"] for one in report["files"]] == [0, 106]
    assert len(report["findings"]) > 100
    jsonschema.Draft202012Validator({"type": "array", "items": FINDING}).validate(report["findings"])


def test_as_sarif_that_another_reader_takes() -> None:
    called = call("audit", SEED, "--sarif")
    report = json.loads(called.out)
    (run,) = sarif_pydantic.Sarif.model_validate(report).runs
    assert called.code == 1
    assert (report["version"], run.tool.driver.name) == ("2.1.0", "bongsu audit")
    assert [rule.id for rule in run.tool.driver.rules] == list(names())
    assert len(run.results) == len(json.loads(call("audit", SEED, "--json").out)["findings"])
    for result in report["runs"][0]["results"]:
        assert report["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith("seed.md.txt")
        assert place["region"]["startLine"] >= 1
        assert result["level"] in ("error", "warning", "note")


def test_sarif_without_findings_still_names_its_rules() -> None:
    called = call("audit", CLEAN[0], "--sarif")
    assert called.code == 0
    assert json.loads(called.out)["runs"][0]["results"] == []


def test_rules_can_be_chosen_and_left_out(log: Path) -> None:
    assert call("audit", log, "--rule", "sums").code == 0
    assert call("audit", log, "--rule", "percent-of-count").out.endswith("1 finding (1 error)\n")
    assert call("audit", log, "--ignore", "percent_of_count", "--ignore", "impossible_time").code == 0


def test_standard_input_is_read() -> None:
    program = "from bongsu.cli.main import main; main()"
    words = [sys.executable, "-c", program, "audit", "-"]
    done = subprocess.run(
        words, input=LOG.encode(), capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"<stdin>:3:6: error: percent_of_count")


@pytest.mark.parametrize(
    ("words", "said", "advice"),
    [
        (["--rule", "sumz"], "no such rule 'sumz'", "did you mean 'sums'?"),
        (["--rule", "quux"], "no such rule 'quux'", "docs/audit.md lists the rules"),
        (["--json", "--sarif"], "--json and --sarif are two forms of the same report", "choose one of them"),
    ],
)
def test_what_cannot_be_asked(log: Path, words: list[str], said: str, advice: str) -> None:
    called = call("audit", log, *words)
    assert (called.code, called.out) == (2, "")
    assert called.err == f"error: {said}\nhelp: {advice}\n"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    called = call("audit", tmp_path / "none.md")
    assert called.code == 2
    assert called.err.startswith(f"error: '{tmp_path / 'none.md'}' cannot be read\n  cause: No such file or directory")


def test_in_korean_with_the_rules_own_texts(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_LANG", "ko")
    lines = call("audit", log).out.splitlines()
    assert lines[0] == f"{log}:3:6: 오류: percent_of_count [높음]"
    assert lines[-1] == "지적 사항 2건 (오류 2건)"


def test_less_sure_findings_are_left_out_and_counted() -> None:
    everything = json.loads(call("audit", SEED, "--confidence", "low", "--json").out)["findings"]
    levels = {"high": {"high"}, "medium": {"high", "medium"}, "low": {"high", "medium", "low"}}
    for least, kept in levels.items():
        said = json.loads(call("audit", SEED, "--confidence", least, "--json").out)
        assert said["findings"] == [one for one in everything if one["confidence"] in kept]
        assert said["less_sure"] == len(everything) - len(said["findings"])
    sure = sum(one["confidence"] == "high" for one in everything)
    assert 0 < sure < len(everything)
    last = call("audit", SEED, "--confidence", "high").out.splitlines()[-1]
    assert last == f"{len(everything) - sure} more with less confidence (--confidence low shows all)"


def test_nothing_of_low_confidence_is_told_unless_it_is_asked_for(tmp_path: Path) -> None:
    """Whoever names a rule asks for it; whoever names none is told of what can be relied on."""
    unsure = "two_versions"
    assert rule_of(unsure).CONFIDENCE is Confidence.LOW
    path = tmp_path / "log.md"
    path.write_text(EXAMPLES[unsure][0], "utf-8")
    called = call("audit", path)
    assert (called.code, called.out.splitlines()[-1]) == (0, "1 more with less confidence (--confidence low shows all)")
    for asked in (("--rule", unsure), ("--confidence", "low")):
        assert call("audit", path, *asked).code == 1


def test_a_log_with_nothing_sure_in_it_leaves_with_0(tmp_path: Path) -> None:
    path = tmp_path / "log.md"
    path.write_text(EXAMPLES["sums"][0], "utf-8")
    assert call("audit", path).code == 1
    called = call("audit", path, "--confidence", "high")
    more = "1 more with less confidence (--confidence low shows all)"
    assert (called.code, said_last(called.out, 2)) == (0, [f"nothing found in {path}", more])


def test_what_somebody_accepted_is_left_out_until_it_is_written_otherwise(log: Path, tmp_path: Path) -> None:
    """The sum is known to be wrong and has to stay; lines above it move it, and its own words end the acceptance."""
    kept = tmp_path / "accepted.json"
    found = json.loads(call("audit", log, "--json").out)
    found["findings"] = [one for one in found["findings"] if one["rule"] == "percent_of_count"]
    kept.write_text(json.dumps(found), "utf-8")
    called = call("audit", log, "--accepted", kept)
    assert called.code == 1
    assert called.out.splitlines()[-2:] == ["1 finding (1 error)", "1 accepted"]
    log.write_text("\n\n" + LOG, "utf-8")
    alone = call("audit", log, "--accepted", kept, "--rule", "percent_of_count")
    assert (alone.code, said_last(alone.out, 2)) == (0, [f"nothing found in {log}", "1 accepted"])
    log.write_text(LOG.replace("19/20", "18/20"), "utf-8")
    called = call("audit", log, "--accepted", kept)
    assert called.out.splitlines()[-2:] == [
        "2 findings (2 error)",
        "note: 1 accepted, and not there any more",
    ]


def test_a_second_claim_in_the_same_words_needs_an_acceptance_of_its_own(log: Path, tmp_path: Path) -> None:
    kept = tmp_path / "accepted.json"
    kept.write_text(call("audit", log, "--json").out, "utf-8")
    log.write_text(LOG + "SMS: 19/20 (100%)\n", "utf-8")
    called = call("audit", log, "--accepted", kept)
    assert called.code == 1
    assert called.out.splitlines()[0].startswith(f"{log}:5:")
    assert called.out.splitlines()[-2:] == ["1 finding (1 error)", "2 accepted"]


def test_programs_see_accepted_findings_apart(log: Path, tmp_path: Path) -> None:
    """As a member of its own in JSON, suppressed in SARIF; and what leaves with 0 has none left."""
    kept = tmp_path / "accepted.json"
    kept.write_text(call("audit", log, "--json").out, "utf-8")
    called = call("audit", log, "--accepted", kept, "--json")
    report = json.loads(called.out)
    assert (called.code, report["findings"]) == (0, [])
    assert [one["rule"] for one in report["accepted"]] == ["percent_of_count", "impossible_time"]
    called = call("audit", log, "--accepted", kept, "--sarif")
    (run,) = sarif_pydantic.Sarif.model_validate(json.loads(called.out)).runs
    assert called.code == 0
    assert [len(one.suppressions or []) for one in run.results or []] == [1, 1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"findings:", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[]", "does not list findings"),
        (b'{"findings": [{"rule": "sums"}]}', "does not list findings"),
        (b'{"findings": [{"rule": "sums", "file": "a", "found": 3}]}', "does not list findings"),
    ],
)
def test_a_file_that_accepts_nothing_is_refused(log: Path, tmp_path: Path, content: bytes, said: str) -> None:
    kept = tmp_path / "accepted.json"
    kept.write_bytes(content)
    called = call("audit", log, "--accepted", kept)
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith(f"error: '{kept}' {said}\n")
    assert "help: a file as `bongsu audit --json` prints it" in called.err


def test_an_accepted_file_that_is_not_there_is_named(log: Path, tmp_path: Path) -> None:
    called = call("audit", log, "--accepted", tmp_path / "none.json")
    assert called.code == 2
    assert called.err.startswith(f"error: '{tmp_path / 'none.json'}' cannot be read\n  cause: No such file")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "비어 있습니다."), (b"a\0b", "텍스트가 아닙니다(0 바이트 포함).")],
)
def test_an_error_about_a_file_is_no_state_of_a_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, told: str
) -> None:
    """`'{}' is {}` is what a preflight says of a rule; a sentence with more words of its own comes before it."""
    path = tmp_path / "log.md"
    path.write_bytes(content)
    monkeypatch.setenv("BONGSU_LANG", "ko")
    assert call("audit", path).err.splitlines()[0] == f"오류: '{path}': {told}"
