"""README.md shows what the program prints: word for word where that is quick, by its shape where a run is needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.blocks import LEFT_OUT, README, ROOT, blocks, excerpt, shape
from tests.docs.regenerate import Desk, quick

from bongsu.cli.progress import LABEL_WIDTH
from bongsu.evidence.verify import PROVES

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = blocks(README.read_text("utf-8"))
PROGRESS = re.compile(rf"T[+-]\d{{2}}:\d{{2}}:\d{{2}}  +#\d+  .{{{LABEL_WIDTH}}}  \S.*")
QUICK = {"help", "check", "error", "preview", "audit"}
ONE_REHEARSAL = {"rehearse", "status", "evidence", "verify"}
ONE_RUN = {"start", "hold", "status_run", "resume", "rollback", "resolve"}
PAGED = {"drill", "page", "ack"}
HINT = "python -m tests.docs.regenerate"


def test_the_readme_has_every_block() -> None:
    assert set(SHOWN) == QUICK | ONE_REHEARSAL | ONE_RUN | PAGED | {"sandbox"}


def test_what_is_quick_to_run_is_shown_word_for_word(tmp_path: Path) -> None:
    for name, lines in quick(Desk(tmp_path)):
        assert SHOWN[name].splitlines() == lines, HINT


@pytest.mark.parametrize("name", ["rehearse", "start", "hold", "resume", "rollback", "drill", "page"])
def test_the_lines_of_a_run_have_the_columns_that_progress_gives_them(name: str) -> None:
    """Between the run's opening, where it has one, and how it was left."""
    lines = [line for line in SHOWN[name].splitlines()[1:] if line != LEFT_OUT]
    facts = [line for line in lines if PROGRESS.fullmatch(line)]
    others = [line for line in lines if line not in facts]
    known = (
        r"\S+   (?:drill|page: .*)   captain: James   clock: http://127\.0\.0\.1:\d+/clock",
        r"\S+   window .* KST \(.* UTC\)   captain: James   clock: http://127\.0\.0\.1:\d+/clock",
        r"(?:closed: (?:pass|fail)|open)   evidence/\S+/report\.html   \d+ events, newest link [0-9a-f]{12}",
        r"bongsu resume \S+(?: --go-on --by NAME)? goes on; bongsu rollback \S+ --by NAME undoes",
    )
    assert len(facts) >= 2, HINT
    assert [line for line in others if not any(re.fullmatch(pattern, line) for pattern in known)] == [], HINT
    assert SHOWN[name].splitlines()[-1] in others, HINT


def test_the_commands_shown_one_after_another_are_about_one_run() -> None:
    run = SHOWN["start"].splitlines()[1].split()[0]
    assert [name for name in sorted(ONE_RUN - {"start"}) if f" {run}" not in SHOWN[name].splitlines()[0]] == []
    assert f"bongsu resume {run} --go-on --by NAME goes on" in SHOWN["hold"], "a held run goes on when it is told to"
    assert SHOWN["rollback"].splitlines()[-1].startswith(f"closed: fail   evidence/{run}/report.html")


def test_the_verification_shown_has_the_steps_of_today() -> None:
    _, *steps, end = SHOWN["verify"].splitlines()
    assert [line[5:].partition("  (")[0] for line in steps] == list(PROVES), HINT
    assert re.fullmatch(r"verified: \S+, \d+ events, head [0-9a-f]{64}; the run's verdict: pass", end), HINT


def test_all_that_is_shown_of_one_rehearsal_belongs_to_it() -> None:
    """Run, number of events and newest link are the same wherever they stand."""
    end = SHOWN["rehearse"].splitlines()[-1]
    found = re.fullmatch(r"closed: pass   evidence/(\S+)/report\.html   (\d+) events, newest link (\w+)", end)
    assert found
    run, events, link = found.groups()
    assert SHOWN["status"].splitlines()[2].split()[0] == run
    assert SHOWN["status"].splitlines()[2].split() == [
        run,
        *SHOWN["status"].splitlines()[2].split()[1:3],
        "pass",
        events,
    ]
    assert SHOWN["evidence"].splitlines() == [
        f"$ bongsu evidence {run}",
        f"evidence/{run}/report.html   {events} events, newest link {link}",
    ]
    assert f"verified: {run}, {events} events, head {link}" in SHOWN["verify"]


def test_the_commands_of_the_first_screen_are_make_targets() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    first_screen = README.read_text("utf-8").partition("\n## ")[0]
    named = re.findall(r"^\$ make (\w+)", first_screen, re.MULTILINE)
    assert named == ["rehearse", "test"]
    assert set(named) <= set(targets)


def test_shapes_are_alike_when_only_ids_times_and_numbers_differ() -> None:
    one = "T-00:09:22     #27  go         approved\nclosed: pass   615 events, newest link b3ab8480217a"
    two = "T-00:09:41      #9  go         approved\nclosed: pass   7 events, newest link 0123456789ab"
    assert shape(one) == shape(two)
    assert shape(one) != shape(two.replace("approved", "refused"))


def test_an_excerpt_marks_what_it_leaves_out_once() -> None:
    assert excerpt(["a", "b", "c", "a"], "a") == ["a", LEFT_OUT, "a"]
