"""A folder comes from anywhere: whatever lies in it, a verification ends with a finding and says it in plain text."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from tests.evidence.alterations import Answer, signed_by_nobody, the_small_one
from tests.evidence.forger import first, forge, leave_out, payloads_of, respell
from tests.evidence.synthetic import verify_it

from bongsu.cli.verify_command import command
from bongsu.evidence import verify_evidence
from bongsu.evidence.folder import ATTESTATION, AUTHORITY, LARGEST, PUBLISHED, REPORTS, TIMESTAMP
from bongsu.evidence.picture_axis import Part

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKS = 1


def _pipe(short: Path) -> None:
    (short / "head.json").unlink()
    os.mkfifo(short / "head.json")


def _deep(short: Path) -> None:
    (short / "head.json").write_text('{"program":' * 100_000)


def _endless(short: Path) -> None:
    (short / "head.json").unlink()
    (short / "head.json").symlink_to("/dev/zero")


@pytest.mark.parametrize("strange", [_pipe, _deep, _endless])
def test_whatever_stands_in_place_of_the_head_the_command_ends(short: Path, strange: Callable[[Path], None]) -> None:
    strange(short)
    ended = CliRunner().invoke(command, [str(short)], standalone_mode=False)
    assert (ended.exception, ended.return_value) == (None, 5)
    assert "head.json" in ended.output
    assert the_small_one(short).code == 5


@pytest.mark.parametrize("strange", ["pipe", "zeros", "nothing", "folder"])
@pytest.mark.parametrize(
    ("name", "step"),
    [
        *((name, 1) for name in ("ledger.jsonl", "head.json", "plan.yaml", "verify_evidence.py", *REPORTS)),
        *((name, 1) for name in (ATTESTATION, PUBLISHED, TIMESTAMP)),
        ("blobs", 4),
    ],
)
def test_what_is_no_file_in_the_place_of_one_is_the_same_to_both(
    short: Path, name: str, step: int, strange: str
) -> None:
    """For each file of the folder and one blob: a pipe, two devices, a folder. It is not there."""
    path = next((short / name).iterdir()) if name == "blobs" else short / name
    path.unlink(missing_ok=True)
    match strange:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case device:
            path.symlink_to({"zeros": "/dev/zero", "nothing": "/dev/null"}[device])
    ours = verify_it(short, 1)
    assert ((ours.exit_code, ours.first_step), the_small_one(short)) == ((5, step), (5, step))


def test_a_name_that_steers_the_terminal_is_shown_as_text(short: Path) -> None:
    (short / "\x1b[2J\nexit code 0").write_text("")
    shown = CliRunner().invoke(command, [str(short)], standalone_mode=False, color=True).output
    assert "\\x1b[2J\\nexit code 0" in shown
    assert "exit code 0" not in shown.splitlines()
    code, said = verify_evidence.verify(short)
    assert code == 5
    assert all(line.isprintable() for line in said)


class Strange(NamedTuple):
    """Something strange in a folder, and what both verifiers make of it."""

    done: Callable[[Path], object]
    code: int
    step: int
    """The first step that refuses it, in both; 0 for none."""


def put(name: str, content: bytes = b"junk") -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def made(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).mkdir()


def instead(name: str) -> Callable[[Path], object]:
    """A folder in the place of a file."""

    def done(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return done


def rewritten(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def last(**members: object) -> Callable[[Path], object]:
    """The last line, which no message quotes, says something else, and the chain is sealed anew."""
    return lambda folder: forge(folder, lambda payloads: payloads[-1].update(members))


def body(kind: str, **members: object) -> Callable[[Path], object]:
    return lambda folder: forge(folder, lambda payloads: first(payloads, kind)["body"].update(members))


def respelled(change: Callable[[str], str]) -> Callable[[Path], object]:
    """The time of the last line, spelled otherwise."""
    return lambda folder: forge(folder, lambda payloads: payloads[-1].update(at=change(payloads[-1]["at"])))


def replaced(old: bytes, new: bytes) -> Callable[[Path], object]:
    """The last line, which reads the same, or the same to some, in other bytes."""

    def done(folder: Path) -> None:
        before = (folder / "ledger.jsonl").read_bytes()
        respell(folder, lambda line: line.replace(old, new, 1))
        assert before != (folder / "ledger.jsonl").read_bytes()

    return done


def published(change: Callable[[dict[str, Any]], object] = lambda told: None) -> Callable[[Path], object]:
    """The folder says of itself that it is a copy."""

    def done(folder: Path) -> None:
        end = json.loads((folder / "head.json").read_bytes())
        told = {
            "copy": {"hash": end["hash"], "seq": end["seq"]},
            "format": 1,
            "lines": ["a" * 64] * end["seq"],
            "original": {"hash": "b" * 64, "first": "c" * 64, "seq": end["seq"]},
        }
        change(told)
        (folder / PUBLISHED).write_text(json.dumps(told))

    return done


def signed(**members: object) -> Callable[[Path], object]:
    """Somebody whom the plan does not name has signed, in an envelope with other members."""

    def done(folder: Path) -> None:
        envelope = json.loads(signed_by_nobody(folder)) | members
        (folder / ATTESTATION).write_text(json.dumps(envelope))

    return done


STRANGE: dict[str, Strange] = {
    "nothing": Strange(lambda _: None, 0, 0),
    "a timestamp that nobody asked for": Strange(lambda f: (put(TIMESTAMP)(f), put(AUTHORITY)(f)), 5, 12),
    "a timestamp without its certificate": Strange(put(TIMESTAMP), 5, 1),
    "an empty one": Strange(put(TIMESTAMP, b""), 5, 1),
    "a folder called so": Strange(made(TIMESTAMP), 5, 1),
    "a certificate alone": Strange(put(AUTHORITY), 5, 1),
    "a folder called like a certificate": Strange(made(AUTHORITY), 5, 1),
    "a copy": Strange(published(), 3, 0),
    "a copy that says nothing": Strange(put(PUBLISHED, b""), 5, 2),
    "a copy that says nonsense": Strange(put(PUBLISHED), 5, 2),
    "a copy that says too little": Strange(put(PUBLISHED, b"{}"), 5, 2),
    "a copy of a list": Strange(put(PUBLISHED, b"[]"), 5, 2),
    "a copy of another end": Strange(published(lambda told: told["copy"].update(hash="d" * 64)), 5, 2),
    "a copy of another length": Strange(published(lambda told: told["original"].update(seq=7)), 5, 2),
    "a copy that says more": Strange(published(lambda told: told.update(more=1)), 5, 2),
    "a copy that says more of its original": Strange(published(lambda told: told["original"].update(more=1)), 5, 2),
    "a copy in another format": Strange(published(lambda told: told.update(format=2)), 5, 2),
    "a copy whose format is true": Strange(published(lambda told: told.update(format=True)), 5, 2),
    "a copy without a commitment": Strange(published(lambda told: told["lines"].pop()), 5, 2),
    "a copy with a commitment in capitals": Strange(published(lambda told: told["lines"].append("A" * 64)), 5, 2),
    "a copy with no text": Strange(published(lambda told: told["original"].update(hash="\ud800")), 5, 2),
    "a folder called like a copy": Strange(made(PUBLISHED), 5, 1),
    "signatures that are none": Strange(put(ATTESTATION), 5, 12),
    "signatures by nobody": Strange(signed(signatures=[]), 0, 0),
    "a stranger's signature": Strange(signed(), 5, 12),
    "no text beside signatures": Strange(signed(signatures=[], more="\ud800"), 5, 12),
    "another type of payload": Strange(signed(signatures=[], payloadType="text/plain"), 5, 12),
    "a folder called like signatures": Strange(made(ATTESTATION), 5, 1),
    "a time in the other spelling of UTC": Strange(respelled(lambda at: at.replace("Z", "+00:00")), 5, 2),
    "a time in small letters": Strange(respelled(str.lower), 5, 2),
    "a time to the second": Strange(last(at="2025-10-22T06:00:00Z"), 5, 2),
    "a time to the tenth of a second": Strange(last(at="2025-10-22T06:00:00.0Z"), 5, 2),
    "a time with a space": Strange(respelled(lambda at: at.replace("T", " ")), 5, 2),
    "a time elsewhere": Strange(respelled(lambda at: at.replace("Z", "+09:00")), 5, 2),
    "no time": Strange(last(at=None), 5, 2),
    "a day that is none": Strange(last(at="2025-13-45T06:00:00.000000Z"), 5, 2),
    "an answer's time in another spelling": Strange(body("send_ended", service_at="2025-10-22T05:00:00.5Z"), 5, 2),
    "a press's time in another spelling": Strange(body("button_pressed", service_at="2025-10-22T05:00:16+00:00"), 5, 2),
    "an exchange's time in another spelling": Strange(
        lambda f: forge(f, lambda p: p[1]["body"]["exchanges"][0].update(sent_at="2025-10-22T04:50:00Z")), 5, 2
    ),
    "no text in a line": Strange(last(actor="\ud800"), 5, 2),
    "a space in a line": Strange(replaced(b',"v":', b', "v":'), 5, 2),
    "a space at its end": Strange(replaced(b'"v":1}', b'"v":1 }'), 5, 2),
    "a key twice, first with another value": Strange(replaced(b'"why":', b'"why":"no_watch","why":'), 5, 2),
    "a key twice with the same value": Strange(replaced(b'"v":1', b'"v":1,"v":1'), 5, 2),
    "a key twice, the other escaped": Strange(replaced(b'"v":1', b'"v":1,"r\\u0075n":"synthetic-20251022-1400"'), 5, 2),
    "a hash twice": Strange(replaced(b'"kind"', b'"hash":"0","kind"'), 5, 2),
    "a hash twice, the other escaped": Strange(replaced(b'"kind"', b'"h\\u0061sh":"0","kind"'), 5, 2),
    "another link, escaped": Strange(replaced(b'"v":1', b'"v":1,"pr\\u0065v":"0"'), 5, 2),
    "an escape that need not be": Strange(replaced(b"watch_over", b"watch\\u005fover"), 5, 2),
    "nothing with a sign": Strange(replaced(b'"exit_code":0', b'"exit_code":-0'), 5, 2),
    "keys in another order": Strange(
        lambda f: respell(f, lambda line: b'{"v":1,' + line[1:].removesuffix(b',"v":1}') + b"}"), 5, 2
    ),
    "a kind that no run has": Strange(last(kind="run_ended"), 5, 2),
    "a kind that is none": Strange(last(kind=["run_closed"]), 5, 2),
    "a run without a name": Strange(lambda f: forge(f, lambda lines: [line.update(run="") for line in lines]), 5, 2),
    "a run whose name is no text": Strange(replaced(b'"run":"synthetic-20251022-1400"', b'"run":7'), 5, 2),
    "a newer format": Strange(last(v=2), 5, 2),
    "a format that is true": Strange(last(v=True), 5, 2),
    "a member more": Strange(last(more=1), 5, 2),
    "a body that is none": Strange(last(body=[]), 5, 2),
    "blobs that are none": Strange(last(blobs=[]), 5, 2),
    "a blob's name that leads elsewhere": Strange(last(blobs={"payload": "../head.json"}), 5, 4),
    "a head with a byte order mark": Strange(rewritten("head.json", lambda head: b"\xef\xbb\xbf" + head), 5, 2),
    "a head with spaces": Strange(rewritten("head.json", lambda head: head.replace(b":", b": ")), 5, 2),
    "a plan with a byte order mark": Strange(rewritten("plan.yaml", lambda plan: b"\xef\xbb\xbf" + plan), 5, 3),
    "a ledger of another system": Strange(rewritten("ledger.jsonl", lambda all_: all_.replace(b"\n", b"\r\n")), 5, 2),
    "an empty line": Strange(rewritten("ledger.jsonl", lambda ledger: ledger + b"\n"), 5, 2),
    "a ledger without its end": Strange(rewritten("ledger.jsonl", lambda ledger: ledger[:-1]), 5, 2),
    "an empty ledger": Strange(put("ledger.jsonl", b""), 5, 2),
    "no ledger": Strange(lambda f: (f / "ledger.jsonl").unlink(), 5, 1),
    "no blobs": Strange(lambda f: shutil.rmtree(f / "blobs"), 5, 3),
    "a blob by somebody else": Strange(put("blobs/.DS_Store"), 5, 4),
    "a folder among the blobs": Strange(made("blobs/more"), 5, 4),
    "a file by somebody else": Strange(put(".DS_Store"), 5, 1),
    "a folder by somebody else": Strange(made("__pycache__"), 5, 1),
    "a way out": Strange(lambda f: (f / "more").symlink_to("/"), 5, 1),
    "a way to nowhere": Strange(lambda f: (f / PUBLISHED).symlink_to("nowhere"), 5, 1),
    "a report that is a folder": Strange(instead("report.md"), 5, 1),
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
def test_both_verifiers_make_the_same_of_it(short: Path, strange: Strange) -> None:
    strange.done(short)
    report = verify_it(short, LOOKS)
    assert Answer(report.exit_code, report.first_step) == Answer(strange.code, strange.step)
    assert the_small_one(short) == Answer(strange.code, strange.step)


def test_both_refuse_a_run_of_which_a_look_was_left_out(folder: Path) -> None:
    """However well: every citation, quoted link and button's code is the one of the chain without it."""
    told = payloads_of(folder)
    assert [the_small_one(folder).code, verify_it(folder).exit_code] == [0, 0]
    looks = [line for line in told if line["body"].get("key", "").startswith("watch/")]
    judged = [{line["seq"]} for line in looks if line["kind"] == "judged"]
    whole = [{one["seq"] for one in looks if one["body"]["key"][:10] == f"watch/000{n}"} for n in (1, 2, 3)]
    assert len(judged) == 6
    for gone in (*whole, *judged):
        shutil.copytree(folder, copy := folder.parent / str(sorted(gone)))
        leave_out(copy, gone)
        report = verify_it(copy)
        assert (report.exit_code, report.first_step) == (5, 8), gone
        assert the_small_one(copy) == Answer(5, 8), gone


def test_a_look_that_was_left_out_is_named(folder: Path) -> None:
    looks = {line["seq"] for line in payloads_of(folder) if line["body"].get("key", "").startswith("watch/0002")}
    leave_out(folder, looks)
    assert any("the looks [2] of the watch" in line for line in verify_evidence.verify(folder)[1])


@pytest.mark.parametrize("name", ["attestation.json", "report.md"])
def test_a_file_too_long_for_any_run_is_a_finding(short: Path, name: str) -> None:
    with (short / name).open("wb") as file:
        file.truncate(LARGEST + 1)
    report = verify_it(short, LOOKS)
    assert ("file_missing", name) in {(one.rule, one.file) for one in report.findings}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (
            verify_evidence.LINE,
            b'{"hash":"' + b"0" * 64 + b'","actor":"' + b'","at":"x","blobs":{},"body":{}' * 300 + b"!",
        ),
        (verify_evidence.KEY, "a" * 200_000),
        (verify_evidence.MAYBE, " #" * 100_000 + '"'),
    ],
)
def test_no_text_that_somebody_wrote_for_it_holds_the_small_verifier_up(pattern: re.Pattern[Any], text: Any) -> None:
    """What a pattern tries grows with the text, not with its square: these took minutes, and a folder can hold them."""
    began = process_time()
    pattern.findall(text)
    assert process_time() - began < 5


def test_a_certificate_without_a_timestamp_belongs_to_nothing(short: Path) -> None:
    (short / "timestamp.pem").write_text("whatever")
    (finding,) = verify_it(short, LOOKS).findings
    assert (finding.rule, finding.file) == ("file_unexpected", "timestamp.pem")


def test_the_small_verifier_knows_a_rehearsal_by_the_plans_clock_too(short: Path) -> None:
    forge(short, lambda lines: lines[0]["body"].update(clock="http://127.0.0.1:8080/clock"))
    assert (the_small_one(short).code, the_small_one(short).step) == (5, 3)


def test_a_picture_of_thousands_of_years_has_no_ticks() -> None:
    ages = Part(
        name="ages", start=datetime(2025, 1, 1, tzinfo=UTC), end=datetime(9999, 1, 1, tzinfo=UTC), left=0, right=900
    )
    assert list(ages.ticks(ZoneInfo("Asia/Seoul"), 60)) == []
