"""Evidence that is whole verifies; evidence that was touched anywhere does not, and says where."""

from __future__ import annotations

import ast
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.evidence.forger import Payloads, first, forge, payloads_of, replace_blob
from tests.evidence.synthetic import RUN, Player, plan_of, render, verify_it

from bongsu.evidence import findings
from bongsu.evidence.folder import LEDGER
from bongsu.evidence.verify import PROVES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.evidence.findings import Report
    from bongsu.evidence.folder import Story


def found(report: Report) -> set[tuple[str, str, int]]:
    return {(finding.rule, finding.file, finding.line) for finding in report.findings}


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_a_complete_untouched_run_passes_every_step(whole: Path) -> None:
    report = verify_it(whole)
    assert report.findings == ()
    assert (report.exit_code, report.verdict) == (0, "pass")
    assert [step.number for step in report.steps] == list(range(1, 13))
    assert all(step.looked_at for step in report.steps[:-1]), "the plan names no signer"
    assert report.as_dict() == {"findings": []}


def test_a_run_that_is_not_closed_is_unknown_wherever_it_stopped(tmp_path: Path) -> None:
    for lines in (1, 5, 20, 40):
        folder = Player(plan=plan_of()).play(until=lines).write(tmp_path / str(lines))
        report = verify_it(folder)
        assert rules(report) == {"run_open"}
        assert (report.exit_code, report.verdict) == (3, "")


def test_findings_have_the_shape_that_audit_and_reports_share(folder: Path) -> None:
    (folder / "plan.yaml").write_bytes(b"cutover: Another\n")
    (finding,) = verify_it(folder).as_dict()["findings"]
    assert finding["rule"] == "plan_hash"
    assert (finding["file"], finding["line"], finding["severity"]) == ("plan.yaml", 0, "error")
    assert finding["also"] == [{"file": "ledger.jsonl", "line": 1}]
    assert finding["step"] == 3
    assert set(finding) == {"step", "rule", "severity", "file", "line", "also", "found", "why", "instead"}
    assert json.dumps(finding)


def rules_of(source: Path) -> Iterator[str]:
    """Yield every rule that a module names where it notes a finding."""
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Call) and {"why", "instead"} <= {keyword.arg for keyword in node.keywords}:
            yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant))


def test_every_finding_is_of_one_of_the_steps() -> None:
    named = {rule for path in Path(findings.__file__).parent.glob("*.py") for rule in rules_of(path)}
    assert len(named) > 30
    assert named - findings.STEP_OF.keys() == {"blob_not_cited"}, "which says itself whose it is"
    assert set(findings.STEP_OF.values()) == set(range(1, len(PROVES) + 1))


# One touched file.


def test_a_tail_that_was_cut_off_shows_at_the_head(folder: Path) -> None:
    lines = (folder / LEDGER).read_bytes().splitlines(keepends=True)
    (folder / LEDGER).write_bytes(b"".join(lines[:-3]))
    report = verify_it(folder)
    assert ("head", "head.json", 1) in found(report)
    assert f"the ledger ends before line {len(lines)}" in {f.why for f in report.findings}
    assert report.exit_code == 5


def test_a_cut_tail_with_a_head_to_match_is_at_best_unknown(folder: Path) -> None:
    forge(folder, lambda payloads: payloads.pop())
    report = verify_it(folder)
    assert ("run_open", LEDGER, report.seq) in found(report)
    assert report.exit_code == 5, "the report still tells of the line that was cut"


def test_a_line_that_was_changed_is_named(folder: Path) -> None:
    text = (folder / LEDGER).read_bytes()
    (folder / LEDGER).write_bytes(text.replace(b'"duration_ms":"1093.77"', b'"duration_ms":"0093.77"', 1))
    changed = 1 + text[: text.index(b'"duration_ms":"1093.77"')].count(b"\n")
    report = verify_it(folder)
    assert ("line_hash", LEDGER, changed) in found(report)
    assert report.seq == changed - 1


def test_swapped_lines_are_named(folder: Path) -> None:
    lines = (folder / LEDGER).read_bytes().splitlines(keepends=True)
    lines[10], lines[11] = lines[11], lines[10]
    (folder / LEDGER).write_bytes(b"".join(lines))
    assert ("prev_hash", LEDGER, 11) in found(verify_it(folder))


def test_a_touched_missing_or_idle_blob_is_named(folder: Path) -> None:
    one, other, *_ = sorted((folder / "blobs").iterdir())
    one.write_bytes(one.read_bytes() + b" ")
    other.unlink()
    (folder / "blobs" / ("0" * 64)).write_bytes(b"0" * 32 + b"\nnobody cites me")
    report = verify_it(folder)
    assert ("blob_hash", f"blobs/{one.name}", 0) in found(report)
    assert {f.also[0].file for f in report.findings if f.rule == "blob_missing"} == {f"blobs/{other.name}"}
    assert ("blob_uncited", f"blobs/{'0' * 64}", 0) in found(report)


def test_a_report_that_needs_a_missing_blob_says_which(folder: Path) -> None:
    answer = first(payloads_of(folder), "observed")["blobs"]["response.0"]
    (folder / "blobs" / answer).unlink()
    report = verify_it(folder, rendering=lambda story: {"report.md": story.blob(answer)})
    assert f"it needs the blob {answer}" in [f.found.partition(",")[0] for f in report.findings if f.rule == "report"]


def test_a_report_that_was_edited_is_named_with_its_line(folder: Path) -> None:
    text = (folder / "report.md").read_text().splitlines(keepends=True)
    text[6] = text[6].replace("2025", "2024")
    (folder / "report.md").write_text("".join(text))
    report = verify_it(folder)
    assert found(report) == {("report", "report.md", 7)}
    assert "2024" in report.findings[0].found and "2025" in report.findings[0].instead


def test_a_file_that_the_ledger_does_not_speak_for_is_named(folder: Path) -> None:
    (folder / "notes.txt").write_text("all went well")

    def without_page(story: Story) -> dict[str, bytes]:
        return {name: report for name, report in render(story).items() if name != "report.html"}

    report = verify_it(folder, rendering=without_page)
    assert found(report) == {
        ("file_unexpected", "notes.txt", 0),
        ("report", "report.html", 0),
    }


def test_a_folder_that_is_empty_or_not_there_has_findings_and_no_traceback(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        report = verify_it(folder)
        assert "file_missing" in rules(report)
        assert report.exit_code == 5


# A forger who seals the chain anew: only what follows from the recorded answers stands.


def _pressed_first(payloads: Payloads) -> None:
    """Move a press before the answer to its message, and its service's time with it."""
    press = first(payloads, "button_pressed")
    ended = first(payloads, "send_ended", key=press["body"]["message_key"])
    payloads.remove(press)
    press["at"] = ended["at"]
    press["body"]["service_at"] = "2025-10-22T04:59:00.000000Z"
    payloads.insert(payloads.index(ended), press)


FORGERIES: list[tuple[str, Any]] = [
    ("values", lambda p: first(p, "observed", reading="invocations")["body"]["values"].update(count=7)),
    ("values", lambda p: first(p, "observed", reading="alarms")["body"]["values"].update(extra="NOMINAL")),
    ("values", lambda p: first(p, "observed")["body"].update(exchanges=[])),
    ("figures", lambda p: first(p, "judged")["body"]["figures"][0].update(value="9")),
    ("figures", lambda p: first(p, "judged")["body"]["figures"].pop()),
    ("figure_source", lambda p: first(p, "judged")["body"]["figures"][0].update(seq=1)),
    ("source_later", lambda p: first(p, "judged")["body"]["sources"].append(40)),
    ("verdict", lambda p: first(p, "judged")["body"].update(verdict="fail")),
    ("verdict", lambda p: first(p, "judged")["body"].update(why="all is well")),
    ("not_decided", lambda p: first(p, "judged", key="drill")["body"]["figures"][0].update(value="3")),
    ("not_decided", lambda p: first(p, "judged")["body"]["sources"].insert(0, 1)),
    ("not_decided", lambda p: first(p, "judged")["body"].update(key="baseline/other")),
    ("not_decided", lambda p: first(p, "phase_entered", phase="enabled")["body"].update(why="approved")),
    ("not_decided", lambda p: first(p, "run_closed")["body"].update(why="no_watch")),
    ("moved_to", lambda p: first(p, "send_ended")["body"].update(moved_to="-1000000000009")),
    ("not_decided", lambda p: first(p, "send_intended", message="success")["body"].update(to="C00000009")),
    ("not_decided", lambda p: p.remove(first(p, "observed", reading="target_rule"))),
    ("no_intention", lambda p: p.remove(first(p, "send_intended", message="success"))),
    ("no_intention", lambda p: first(p, "switch_ended")["body"].update(attempt=2)),
    ("no_intention", lambda p: p.insert(20, dict(first(p, "send_ended")))),
    ("switched_blindly", lambda p: p.insert(10, dict(first(p, "switch_intended")))),
    ("time_back", lambda p: p[30].update(at="2025-10-22T04:00:00.000000Z")),
    ("run_id", lambda p: p[30].update(run="another-run")),
    ("run_opened", lambda p: p.insert(5, p[0] | {"at": p[5]["at"]})),
    ("run_opened", lambda p: p.pop(0)),
    ("after_close", lambda p: p.append(dict(p[-1]))),
    ("service_time", lambda p: first(p, "send_ended")["body"].update(service_at="2024-10-22T05:00:00.000000Z")),
    ("message_reference", lambda p: first(p, "send_ended")["body"]["ref"].update(ts="1761109200.000001")),
    ("accepted_nothing", lambda p: first(p, "send_ended")["body"].update(exchanges=[])),
    (
        "pressed_before_sent",
        lambda p: first(p, "button_pressed")["body"].update(service_at="2025-10-22T04:00:00.000000Z"),
    ),
    ("pressed_before_sent", lambda p: first(p, "button_pressed")["body"].update(message_key="page/9//x")),
    ("pressed_before_sent", _pressed_first),
    ("time_back", lambda p: first(p, "send_ended").update(at="9999-12-31T23:59:59.999999Z")),
    ("line_unusable", lambda p: first(p, "send_ended").update(at="9999-12-31T23:59:59.999999Z")),
    ("message_figures", lambda p: first(p, "send_intended", message="success")["body"].update(figures={"a": 1})),
    ("blob_not_cited", lambda p: first(p, "send_intended")["blobs"].clear()),
    ("blob_hash", lambda p: first(p, "send_intended")["blobs"].update(payload="../../plan.yaml")),
    ("plan_blob", lambda p: p[0]["blobs"].clear()),
    ("plan_hash", lambda p: p[0]["body"].update(plan_sha256="0" * 64)),
]


@pytest.mark.parametrize(("rule", "change"), FORGERIES)
def test_a_forged_line_is_found_out_although_the_chain_was_sealed_anew(folder: Path, rule: str, change: Any) -> None:
    forge(folder, change)
    report = verify_it(folder)
    assert rule in rules(report)
    assert not rules(report) & {"line_hash", "prev_hash", "line_shape"}
    assert report.exit_code == 5


@pytest.mark.parametrize(("told", "agrees"), [("-1000000000009", True), ("-1000000000008", False), ("", False)])
def test_where_a_chat_moved_to_is_what_the_service_answered(folder: Path, told: str, agrees: bool) -> None:
    answer = b'{"ok":false,"parameters":{"migrate_to_chat_id":-1000000000009}}'

    def change(payloads: Payloads) -> None:
        ended = first(payloads, "send_ended")
        ended["body"].update(moved_to=told, outcome="refused", ref={})
        replace_blob(folder, ended, "response.0", answer)

    forge(folder, change)
    assert ("moved_to" not in rules(verify_it(folder))) is agrees


def test_a_message_with_other_words_is_found_out(folder: Path) -> None:
    def change(payloads: Payloads) -> None:
        success = first(payloads, "send_intended", message="success")
        replace_blob(folder, success, "payload", b'{"text":"20 of 20 delivered","unfurl_links":false}')

    forge(folder, change)
    report = verify_it(folder)
    assert {"message", "message_sent"} <= rules(report)


@pytest.mark.parametrize(
    "left",
    [
        {"text": "another text"},
        {"text": None, "attachments": [{"text": "smuggled"}]},
        {"text": None, "value": "99.ack." + "A" * 22},
        {"text": None, "value": "{code:ack}"},
        {"text": None, "button": {"url": "https://example.com/"}},
        {"text": None, "metadata": {"event_type": "bongsu_message", "event_payload": {"seq": 1, "sha256": "0"}}},
    ],
)
def test_a_request_that_carried_something_else_is_found_out(folder: Path, left: dict[str, Any]) -> None:
    payloads = payloads_of(folder)
    intended = first(payloads, "send_intended", message="drill")
    file = folder / "blobs" / intended["blobs"]["payload"]
    payload = json.loads(file.read_bytes().partition(b"\n")[2])
    seq = intended["seq"]
    sent = payload | {"channel": "C00000001"} | {name: value for name, value in left.items() if value is not None}
    value, more = sent.pop("value", f"{seq}.ack.{'A' * 22}"), sent.pop("button", {})
    sent["blocks"][0]["elements"][0] |= {"value": value, **more}

    def change(payloads: Payloads) -> None:
        ended = first(payloads, "send_ended", key=intended["body"]["key"])
        replace_blob(folder, ended, "request.0", json.dumps(sent).encode())

    forge(folder, change)
    assert "message_sent" in rules(verify_it(folder))


def test_a_message_that_went_to_another_channel_is_found_out(folder: Path) -> None:
    def change(payloads: Payloads) -> None:
        for key, other in (("success//alerts", "C00000666"), ("close//drill//alerts", "C00000666")):
            ended = first(payloads, "send_ended", key=key)
            file = folder / "blobs" / ended["blobs"]["request.0"]
            sent = json.loads(file.read_bytes().partition(b"\n")[2]) | {"channel": other}
            replace_blob(folder, ended, "request.0", json.dumps(sent).encode())

    forge(folder, change)
    assert [finding.rule for finding in verify_it(folder).findings].count("message_address") == 2


def test_a_pipe_in_the_place_of_a_report_does_not_hold_the_verification_up(folder: Path) -> None:
    (folder / "report.md").unlink()
    os.mkfifo(folder / "report.md")
    assert found(verify_it(folder)) == {("file_missing", "report.md", 0)}


@pytest.mark.parametrize("depth", [100, 400, 900, 100_000])
def test_a_bottomless_answer_is_a_finding_at_its_line(folder: Path, depth: int) -> None:
    places: list[int] = []

    def change(payloads: Payloads) -> None:
        ended = first(payloads, "send_ended")
        places.append(ended["seq"])
        replace_blob(folder, ended, "response.0", b'{"a":' + b"[" * depth + b"1" + b"]" * depth + b"}")

    forge(folder, change)
    lines = {(finding.file, finding.line) for finding in verify_it(folder).findings}
    assert (LEDGER, places[0]) in lines


# Properties.


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_byte_of_any_file_can_change_unnoticed(whole: Path, data: st.DataObject) -> None:
    names = sorted(str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file())
    blobs = [name for name in names if name.startswith("blobs/")]
    name = data.draw(st.sampled_from([name for name in names if name not in blobs] * 4 + blobs))
    before = (whole / name).read_bytes()
    place = data.draw(st.integers(0, max(0, len(before) - 1)))
    touch = data.draw(st.sampled_from(["flip", "delete", "insert", "cut", "remove", "swap", "drop", "replace"]))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(whole, Path(made) / "run"))
        after = _touched(touch, before, place, data)
        assume(after != before)
        if after is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(after)
        report = verify_it(folder)
    assert report.exit_code == 5
    assert any(name in (finding.file, *(place.file for place in finding.also)) for finding in report.findings)
    assert all(finding.found and finding.why and finding.instead for finding in report.findings)


def _touched(touch: str, before: bytes, place: int, data: st.DataObject) -> bytes | None:
    lines = before.splitlines(keepends=True)
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    match touch:
        case "flip":
            return before[:place] + bytes([before[place] ^ data.draw(st.integers(1, 255))]) + before[place + 1 :]
        case "delete":
            return before[:place] + before[place + 1 :]
        case "insert":
            return before[:place] + data.draw(st.binary(min_size=1, max_size=3)) + before[place:]
        case "cut":
            return before[:place]
        case "swap":
            lines[one], lines[other] = lines[other], lines[one]
            return b"".join(lines)
        case "drop":
            return b"".join(lines[:one] + lines[one + 1 :])
        case "replace":
            return data.draw(st.binary(max_size=40))
        case _:
            return None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_forged_member_of_any_line_ends_the_verification_itself(whole: Path, data: st.DataObject) -> None:
    """Whatever a member of a sealed line is changed to, the result is a report, never a traceback."""

    def change(payloads: Payloads) -> None:
        payload = data.draw(st.sampled_from(payloads))
        inside = data.draw(st.sampled_from([payload, payload["body"], payload["blobs"]]))
        name = data.draw(st.sampled_from(sorted(inside) or ["new"]))
        same_kind = [other["body"][name] for other in payloads if name in other["body"]]
        inside[name] = data.draw(st.sampled_from(same_kind) | anything if same_kind else anything)

    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(whole, Path(made) / "run"))
        try:
            forge(folder, change)
        except Exception:  # noqa: BLE001 - the forger may fail at head.json, after the ledger has been written
            assume((folder / LEDGER).read_bytes() != (whole / LEDGER).read_bytes())
        assert verify_it(folder).exit_code in (0, 3, 5)


def test_a_change_deep_in_a_long_line_of_a_report_is_shown_where_it_is(tmp_path: Path) -> None:
    """A page's lines are long: the finding quotes the place, not the beginning that is the same in both."""
    folder = Player(plan=plan_of()).play().write(tmp_path / "run")
    told = (folder / "report.json").read_text()

    def padded(story: Story) -> dict[str, bytes]:
        return {**render(story), "report.json": b"x" * 500 + told.encode()}

    (folder / "report.json").write_bytes(b"x" * 500 + told.replace(RUN, "another").encode())
    report = verify_it(folder, rendering=padded)
    (finding,) = report.findings
    assert finding.found.startswith("byte 5") and "another" in finding.found and RUN in finding.instead
