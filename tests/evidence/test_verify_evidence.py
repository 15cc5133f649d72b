"""The verifier that lies in every folder: one file, no packages, and the same answer as ours wherever it can see."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.evidence.alterations import (
    altered,
    answers,
    at_random,
    both_accept,
    both_refuse,
    single_records,
    the_small_one,
)
from tests.evidence.forger import Payloads, first, forge, payloads_of, replace_blob
from tests.evidence.synthetic import Player, plan_of, verify_it
from tests.evidence.test_verify import FORGERIES

from bongsu.core.event_kinds import KINDS
from bongsu.evidence import verify_evidence
from bongsu.evidence.folder import LEDGER, VERIFIER, verifier
from bongsu.messages.words import words_of

TAKEN = (1, 2, 3, 4, 6, 7, 8, 8, 8, 11, 12)
"""The steps that it takes, by their numbers in `bongsu verify`."""
SOURCE = Path(verify_evidence.__file__)


def test_it_knows_the_kinds_of_lines_that_a_run_writes_and_no_others():
    assert sorted(verify_evidence.KINDS.split()) == sorted(KINDS)


def run_alone(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the folder's own copy as a stranger would: no installed packages, no environment, from anywhere."""
    command = [sys.executable, "-I", "-S", str(folder / VERIFIER)]
    return subprocess.run(command, cwd="/", env={}, capture_output=True, text=True, check=False)


def test_the_folder_verifies_itself_with_nothing_installed(folder: Path) -> None:
    done = run_alone(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line[:3] for line in done.stdout.splitlines()[: len(TAKEN)]] == [f"{n:>3}" for n in TAKEN]
    assert "only `bongsu verify` proves" in done.stdout
    assert verify_it(folder).exit_code == 0, "running it leaves nothing behind"


def test_it_is_one_file_of_the_standard_library_with_fewer_than_300_lines() -> None:
    assert len(SOURCE.read_text("utf-8").splitlines()) < 300
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE.read_bytes()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert imported <= sys.stdlib_module_names
    assert verifier() == SOURCE.read_bytes()


def test_a_finding_names_step_line_found_and_expected(folder: Path) -> None:
    lines = (folder / LEDGER).read_bytes().splitlines(keepends=True)
    (folder / LEDGER).write_bytes(b"".join([*lines[:9], lines[10], lines[9], *lines[11:]]))
    done = run_alone(folder)
    assert done.returncode == 5
    (error, *_) = (line for line in done.stdout.splitlines() if line.startswith("error: step 2"))
    assert "ledger.jsonl:10: found " in error and "; expected " in error


def test_our_verifier_knows_the_one_in_the_folder_by_its_bytes(folder: Path) -> None:
    (folder / VERIFIER).write_bytes(verifier() + b"# all is well\n")
    (finding,) = verify_it(folder).findings
    assert (finding.rule, finding.file) == ("verifier", VERIFIER)
    (folder / VERIFIER).unlink()
    assert {finding.rule for finding in verify_it(folder).findings} == {"file_missing"}


def test_a_run_that_is_not_closed_is_unknown_to_both(tmp_path: Path) -> None:
    for lines in (1, 5, 20, 40):
        folder = Player(plan=plan_of()).play(until=lines).write(tmp_path / str(lines))
        assert (verify_evidence.verify(folder)[0], verify_it(folder).exit_code) == (3, 3)


def test_both_refuse_every_mutant_of_a_single_record_in_the_same_step(short: Path) -> None:
    """Not a sample: every line, every byte of the head, every blob."""
    mutants = list(single_records(short))
    assert len(mutants) > 500
    told = [(done, name, altered(short, name, content)) for done, name, content in mutants]
    assert [one for one in told if not both_refuse(one[2])] == []
    assert both_accept(answers(short)), "everything was put back"


def test_both_refuse_an_alteration_at_random_in_the_same_step(short: Path) -> None:
    """A hundred here; `python -m tests.evidence.alterations` takes ten thousand."""
    random = Random(20251022)
    for _ in range(100):
        name, content = at_random(short, random)
        assert both_refuse(told := altered(short, name, content)), (name, told)


DIFFERENT_STEPS = {
    (5, 11): "values are parsed again by ours alone; the links that were announced behind them no longer fit",
    (6, 11): "the same of verdicts, which ours alone judges again",
    (8, 11): "the same of what the rules asked for",
    (9, 11): "the same of messages, which ours alone renders again",
    (8, 0): "behind the last message no link was announced",
    (9, 8): "the small one looks at the times of messages and of presses in one step",
    (
        8,
        6,
    ): "ours derives a verdict over people's answers in step 8; the small one sees that its figure cites no answer",
}
"""The first step that ours names and the one that the small one names, where they may differ, and why."""


@pytest.mark.parametrize(("rule", "change"), FORGERIES)
def test_a_chain_sealed_anew_no_longer_fits_what_the_messages_quoted(folder: Path, rule: str, change: Any) -> None:
    """A forger can seal lines again; the links that were announced are in the chat services, and in the blobs.

    Behind the last message nothing was announced: why the run closed is for `bongsu verify`, which knows the rules.
    """
    told = payloads_of(folder)
    last = max(payload["seq"] for payload in told if payload["kind"] == "send_intended")
    forge(folder, change)
    pairs = enumerate(zip(told, payloads_of(folder), strict=False), 1)
    changed = next((n for n, (was, now) in pairs if (was["body"], was["at"]) != (now["body"], now["at"])), 0)
    theirs, ours = the_small_one(folder), verify_it(folder)
    assert theirs.code == (5 if changed <= last or rule == "after_close" else 0), rule
    assert ours.exit_code == 5
    assert theirs.step == ours.first_step or (ours.first_step, theirs.step) in DIFFERENT_STEPS


@pytest.mark.parametrize(
    ("step", "change"),
    [
        (7, lambda p: p.insert(p.index(first(p, "switch_intended")) + 1, dict(first(p, "switch_intended")))),
        (7, lambda p: first(p, "switch_ended")["body"].update(attempt=2)),
        (8, lambda p: first(p, "send_ended")["body"].update(service_at="2024-10-22T05:00:00.000000Z")),
        (8, lambda p: first(p, "button_pressed")["body"].update(service_at="2025-10-22T04:00:00.000000Z")),
        (8, lambda p: first(p, "button_pressed")["body"].update(message_key="page/9//x")),
    ],
)
def test_the_small_one_finds_what_it_looks_for_by_itself(folder: Path, step: int, change: Any) -> None:
    """Not only by the links that no longer fit: each step says what is wrong in its own part."""
    forge(folder, change)
    _, output = verify_evidence.verify(folder)
    assert any(line.startswith(f"error: step {step}, {LEDGER}:") for line in output), output


def test_a_message_that_quotes_another_link_is_refused_by_both(folder: Path) -> None:
    def change(payloads: Payloads) -> None:
        last = [p for p in payloads if p["kind"] == "send_intended" and p["body"]["method"] == "post"][-1]
        file = (folder / "blobs" / last["blobs"]["payload"]).read_bytes().partition(b"\n")[2]
        place = file.index(b"link #") + len(b"link #00 ")
        replace_blob(folder, last, "payload", file[:place] + b"0123456789ab" + file[place + 12 :])

    forge(folder, change)
    assert "quoted_link" in {finding.rule for finding in verify_it(folder).findings}
    code, output = verify_evidence.verify(folder)
    assert code == 5
    assert any("step 11" in line and "0123456789ab" in line for line in output)


def test_every_language_quotes_the_link_so_that_it_is_found() -> None:
    for language in ("en", "ko"):
        footer = words_of(language)["footer.link"].format(seq="7", hash="0123456789ab")
        assert verify_evidence.LINK.findall(footer.encode()) == [(b"7", b"0123456789ab")]


def test_an_answer_by_somebody_who_is_no_contact_is_refused(folder: Path) -> None:
    forge(folder, lambda payloads: first(payloads, "button_pressed")["body"].update(service_user="U00000009"))
    _, output = verify_evidence.verify(folder)
    assert any("step 8" in line and "U00000009" in line for line in output)


def test_a_folder_with_nothing_in_it_has_errors_and_no_traceback(tmp_path: Path) -> None:
    code, output = verify_evidence.verify(tmp_path)
    assert code == 5
    assert not any("Traceback" in line for line in output)
