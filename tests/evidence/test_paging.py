"""What a page and a drill by themselves leave: evidence that verifies, and reports that tell of nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.evidence.audited import contradictions
from tests.evidence.paged import MATTER, Night

from bongsu.cli import publishing
from bongsu.cli.proving import prove, write
from bongsu.core.kinds import RunKind
from bongsu.evidence.collect import collect
from bongsu.evidence.compare import compare
from bongsu.evidence.compare_page import as_page
from bongsu.evidence.folder import VERIFIER
from bongsu.evidence.pseudonyms import Pseudonyms
from bongsu.evidence.source import story_of_run
from bongsu.planfile import load_bytes

MINUTE = timedelta(minutes=1)
DRILLED = {"on_call": 2 * MINUTE, "james": 4 * MINUTE}
"""As in the seed log: the on-call engineer answers first, the other a while later."""
NIGHTS = {
    "acknowledged": lambda: Night(RunKind.PAGE, people={"on_call": 2 * MINUTE}),
    "typed": lambda: Night(RunKind.PAGE, typed={"james": 7 * MINUTE}),
    "unanswered": lambda: Night(RunKind.PAGE),
    "asked twice": lambda: Night(RunKind.PAGE, people={"on_call": 2 * MINUTE}, unanswered=("on_call",)),
    "cleared": lambda: Night(RunKind.PAGE, clears=3 * MINUTE),
    "drill": lambda: Night(RunKind.DRILL, people=dict(DRILLED)),
    "drill typed": lambda: Night(RunKind.DRILL, people={"on_call": MINUTE}, typed={"james": 3 * MINUTE}),
    "drill missed": lambda: Night(RunKind.DRILL, people={"on_call": MINUTE}),
    "acknowledged in Korean": lambda: Night(RunKind.PAGE, language="ko", people={"on_call": 2 * MINUTE}),
    "drill, asked twice": lambda: Night(RunKind.DRILL, people=dict(DRILLED), unanswered=("on_call", "james")),
    "drill in Korean": lambda: Night(RunKind.DRILL, language="ko", people=dict(DRILLED)),
}


@pytest.fixture(scope="module", params=list(NIGHTS))
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Night, Path]:
    played = NIGHTS[request.param]().play()
    folder = tmp_path_factory.mktemp("evidence") / "run"
    write(played.ledger, played.run, folder)
    return request.param, played, folder


def test_it_verifies_with_the_program_and_with_nothing(night: tuple[str, Night, Path]) -> None:
    name, _, folder = night
    report = prove(folder)
    assert (name, report.findings) == (name, ())
    command = [sys.executable, "-I", "-S", str(folder / VERIFIER)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (name, done.returncode) == (name, 0), done.stdout


def test_an_audit_finds_nothing_in_its_reports(night: tuple[str, Night, Path]) -> None:
    name, _, folder = night
    assert (name, contradictions(folder)) == (name, [])


@pytest.mark.parametrize("letter", "abcd")
def test_it_can_be_published_under_any_key(letter: str, night: tuple[str, Night, Path], tmp_path: Path) -> None:
    """Nothing rests on how a person is called: neither what was asked for nor when it was asked for again."""
    name, _, folder = night
    copy = tmp_path / "copy"
    publishing.write(copy, publishing.copied(folder, Pseudonyms(letter * 32)))
    assert (name, [one.rule for one in prove(copy).findings]) == (name, ["published_copy"])


def test_its_tables_have_no_window_and_no_target(night: tuple[str, Night, Path]) -> None:
    name, played, folder = night
    tables = json.loads((folder / "report.json").read_text("utf-8"))
    assert (tables["window"], tables["target"], tables["rollback"]) == (None, {}, None)
    assert tables["kind"] == played.kind
    phase = "paging" if played.kind is RunKind.PAGE else "drilling"
    assert [span["phase"] for span in tables["phases"]] == [phase, "closed"]
    matter = {"summary": MATTER.summary, "policy": "critical", "dedup": "db-1-disk", "by": "james"}
    assert tables.get("raised") == (matter if played.kind is RunKind.PAGE else None)
    for page in ("report.md", "report.html"):
        told = (folder / page).read_text("utf-8")
        assert "Rollback readiness" not in told and "9999-12-31" not in told and "0001-01-01" not in told, name


ENDS = {
    "acknowledged": ("Acknowledged", 0),
    "typed": ("Acknowledged", 0),
    "asked twice": ("Acknowledged", 0),
    "unanswered": ("Nobody answered", 1),
    "cleared": ("Over before anybody took it", 0),
    "drill": ("Drill passed", 0),
    "drill typed": ("Drill passed", 0),
    "drill missed": ("Drill missed", 1),
    "drill, asked twice": ("Drill passed", 0),
    "acknowledged in Korean": ("확인됨", 0),
    "drill in Korean": ("훈련 통과", 0),
}


def test_the_first_screen_says_how_it_ended(night: tuple[str, Night, Path]) -> None:
    name, played, folder = night
    title, code = ENDS[name]
    assert played.state.closed is not None and played.state.closed.exit_code == code
    assert f'class="verdict">{title}</h2>' in (folder / "report.html").read_text("utf-8")


def test_the_page_is_called_what_the_run_was_and_has_no_part_without_anything(night: tuple[str, Night, Path]) -> None:
    """A page measures nothing, so there are no figures; nothing comes before the run of a drill or a page."""
    name, played, folder = night
    told = (folder / "report.html").read_text("utf-8")
    titles = {"page": ("Evidence of a page", "긴급 알림 증적"), "drill": ("Evidence of a drill", "훈련 증적")}
    assert f'<p class="eyebrow">{titles[played.kind][name.endswith("Korean")]} ' in told
    matter = "the disk of db-1 is full &lt;&amp;&gt; *now*"
    assert f"<h1>{matter if played.kind is RunKind.PAGE else 'Booking service'}</h1>" in told
    assert ('href="#figures"' in told) is ('id="figures"' in told) is (played.kind is RunKind.DRILL)
    assert (">The whole run" in told) is not name.endswith("Korean") and ">Before" not in told


def test_a_page_and_a_drill_side_by_side_show_what_either_has() -> None:
    sides = [NIGHTS[name]().play() for name in ("acknowledged", "drill")]
    page, drill = (collect(story_of_run(one.ledger, one.run, lambda data: load_bytes(data, Path()))) for one in sides)
    told = as_page(compare(page, drill), page, drill).decode("utf-8")
    for said in ("Acknowledged", "Drill passed"):
        assert f'<span class="pill pass">{said}</span>' in told
    assert 'id="messages"' in told and 'id="effects"' not in told and "#effects" not in told
    assert "Drill on_call elapsed" in told, "a figure is called by its check, and its unit stands beside it"


def test_every_message_is_whole_and_escaped(night: tuple[str, Night, Path]) -> None:
    """The summary stands as it was written, in each form; nobody's text becomes markup."""
    name, played, _ = night
    posts = [payload["text"] for key, payload in played.payloads.items() if key.startswith("page/")]
    assert bool(posts) is (played.kind is RunKind.PAGE), name
    for text in posts:
        assert "the disk of db-1 is full &lt;&amp;&gt; *now*" in text
        assert f"bongsu ack {played.run} --by NAME" in text
        assert text.count("<b>") == text.count("</b>")


CLOSINGS = {
    "acknowledged": "<b>Acknowledged by On-Call Engineer (Technical Lead) 14:02:00 KST</b>",
    "typed": "<b>Acknowledged by James (Release Captain) 14:07:00 KST, on console</b>",
    "asked twice": "<b>Acknowledged by On-Call Engineer (Technical Lead) 14:02:05 KST</b>",
    "unanswered": "<b>Closed: no answer that counts was recorded</b>",
    "cleared": "<b>Closed: over since 14:03:00 KST</b>",
    "acknowledged in Korean": "<b>On-Call Engineer (Technical Lead) 님 확인, 14:02:00 KST</b>",
}


def test_who_took_it_stands_under_every_message(night: tuple[str, Night, Path]) -> None:
    name, played, _ = night
    closed = [payload for key, payload in played.payloads.items() if key.startswith("close//page/")]
    assert bool(closed) is (name in CLOSINGS)
    for payload in closed:
        assert payload["text"].endswith(CLOSINGS[name])
        assert "reply_markup" not in payload


ASKED = {
    "unanswered": {
        "James": ["page/critical: asked 14:05:00 ", "no answer"],
        "On-Call Engineer": ["page/critical: asked 14:00:00 ", "no answer"],
    },
    "acknowledged": {"James": ["was asked nothing"], "On-Call Engineer": ["page/critical: ack 14:02:00 on ops_chat"]},
    "drill missed": {"James": ["drill: asked 14:00:00 ", "no answer"], "On-Call Engineer": ["drill: ack 14:01:00"]},
}


def test_who_was_asked_and_did_not_answer_stands_among_the_contacts(night: tuple[str, Night, Path]) -> None:
    """Nobody who was paged may look as if nothing had been asked of them."""
    name, _, folder = night
    report, page = ((folder / file).read_text("utf-8") for file in ("report.md", "report.html"))
    section = report.partition("\n## Escalation contact verification\n")[2].partition("\n## ")[0]
    for who, parts in ASKED.get(name, {}).items():
        (row,) = [line for line in section.splitlines() if line.startswith(f"| {who} |")]
        assert [part for part in parts if part not in row] == [], row
        contacts = page.partition('id="contacts"')[2]
        assert ("no answer" in contacts) is ("no answer" in section), contacts


def test_the_drill_is_measured_as_in_the_seed_log(night: tuple[str, Night, Path]) -> None:
    """Two minutes and four, within fifteen; a word on the command line is measured like a press."""
    name, _, folder = night
    drill = json.loads((folder / "report.json").read_text("utf-8"))["drill"]
    within = None if drill is None else [time["within_s"] for time in drill["times"]]
    measured = {
        "drill": [121, 241],
        "drill, asked twice": [121, 241],
        "drill in Korean": [121, 241],
        "drill typed": [61, 180],
        "drill missed": [61, None],
    }
    assert within == measured.get(name)
