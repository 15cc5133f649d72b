"""Somebody changes evidence afterwards: whatever it was, `verify` exits 5 and names the place."""

from __future__ import annotations

import json
import random
import re
import shutil

import pytest
from tests.rehearsal.world import bongsu

from bongsu.cli.proving import prove
from bongsu.core.chain import seal
from bongsu.evidence.folder import head_json
from bongsu.ledger.codec import decode

REPORTS_AND_MORE = ["report.md", "report.json", "report.html", "plan.yaml", "head.json"]
FLIPS_IN_THE_LEDGER, FLIPS_IN_REPORTS, FLIPS_IN_BLOBS = 60, 30, 80


@pytest.fixture
def copy(short, tmp_path):
    """A copy of real evidence that may be spoilt."""
    assert short.code == 0, short.ended.err
    return shutil.copytree(short.evidence, tmp_path / "evidence")


@pytest.fixture(scope="module")
def spoilable(short, tmp_path_factory):
    """One copy for many small changes, each of them taken back."""
    return shutil.copytree(short.evidence, tmp_path_factory.mktemp("spoilable") / "evidence")


def verdict(folder):
    """What `bongsu verify` says: its exit code, and every place that it names."""
    ended = bongsu("verify", folder, "--json", cwd=folder.parent)
    findings = json.loads(ended.out)["findings"]
    places = {(one["file"], one["line"]) for one in findings}
    places |= {(also["file"], also["line"]) for one in findings for also in one["also"]}
    return ended.code, places, {one["rule"] for one in findings}


def lines_of(folder):
    return (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def put(folder, lines):
    (folder / "ledger.jsonl").write_bytes(b"".join(lines))


def test_untouched_evidence_verifies(copy):
    """The copy itself is whole: what the other stories find, they have done."""
    assert verdict(copy) == (0, set(), set())


@pytest.mark.parametrize("number", [1, 2, 40, 70, -1])
def test_a_changed_line(copy, number):
    """One letter in one line: its hash no longer fits, at that very line."""
    lines = lines_of(copy)
    index = number - 1 if number > 0 else len(lines) - 1
    assert b'"actor":"' in lines[index]
    lines[index] = lines[index].replace(b'"actor":"', b'"actor":"x', 1)
    put(copy, lines)
    code, places, rules = verdict(copy)
    assert code == 5 and ("ledger.jsonl", index + 1) in places and "line_hash" in rules


@pytest.mark.parametrize("number", [1, 2, 40, 70])
def test_a_deleted_line(copy, number):
    """A line is gone: the one behind it does not follow the one before it."""
    lines = lines_of(copy)
    del lines[number - 1]
    put(copy, lines)
    code, places, rules = verdict(copy)
    assert code == 5 and ("ledger.jsonl", number) in places and "prev_hash" in rules


@pytest.mark.parametrize("number", [1, 40, 70])
def test_two_lines_swapped(copy, number):
    """Order is part of the chain."""
    lines = lines_of(copy)
    lines[number - 1], lines[number] = lines[number], lines[number - 1]
    put(copy, lines)
    code, places, rules = verdict(copy)
    assert code == 5 and ("ledger.jsonl", number) in places and "prev_hash" in rules


def test_a_line_put_in_twice(copy):
    """A repeated line is as foreign as a new one."""
    lines = lines_of(copy)
    put(copy, [*lines[:50], lines[49], *lines[50:]])
    code, places, _ = verdict(copy)
    assert code == 5 and ("ledger.jsonl", 51) in places


@pytest.mark.parametrize("kept", [1, 60, -1])
def test_a_cut_tail_shows_against_the_head(copy, kept):
    """The rest of the chain is whole, but head.json knows where it ended."""
    put(copy, lines_of(copy)[:kept])
    code, places, rules = verdict(copy)
    assert code == 5 and {"head", "run_open"} <= rules
    assert ("head.json", 1) in places and ("ledger.jsonl", len(lines_of(copy))) in places


def test_a_cut_tail_without_the_head(copy):
    """Whoever takes head.json away as well leaves a folder that is not complete."""
    put(copy, lines_of(copy)[:-1])
    (copy / "head.json").unlink()
    code, places, rules = verdict(copy)
    assert code == 5 and ("head.json", 0) in places
    assert {"file_missing", "run_open"} <= rules


def test_a_cut_tail_with_a_forged_head(copy):
    """Whoever forges head.json too still has blobs that nothing cites, and reports that tell of more."""
    put(copy, lines_of(copy)[:-3])
    told = [decode(line.rstrip(b"\n")) for line in lines_of(copy)]
    run = json.loads((copy / "head.json").read_bytes())["run"]
    (copy / "head.json").write_bytes(head_json(run, told))
    code, places, _ = verdict(copy)
    assert code == 5 and {file for file, _ in places} >= {"report.md", "report.json", "report.html"}


def test_a_line_cut_in_its_middle(copy):
    """A torn last line is no line."""
    whole = (copy / "ledger.jsonl").read_bytes()
    (copy / "ledger.jsonl").write_bytes(whole[:-30])
    code, places, rules = verdict(copy)
    assert code == 5 and "ledger_cut" in rules
    assert ("ledger.jsonl", whole.count(b"\n")) in places


@pytest.mark.parametrize("name", ["report.md", "report.json", "report.html", "plan.yaml", "head.json"])
def test_a_changed_byte_in_a_file(copy, name):
    """Reports, plan and head follow from the ledger byte for byte; the one that does not is named."""
    path = copy / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    code, places, _ = verdict(copy)
    assert code == 5 and name in {file for file, _ in places}


@pytest.mark.parametrize("name", ["report.md", "report.json", "report.html", "plan.yaml", "ledger.jsonl", "head.json"])
def test_a_file_taken_away(copy, name):
    """Nothing may be missing."""
    (copy / name).unlink()
    code, places, rules = verdict(copy)
    assert code == 5 and name in {file for file, _ in places} and "file_missing" in rules


def test_a_file_put_in(copy):
    """What the ledger does not speak for may mislead."""
    (copy / "summary.txt").write_text("all went well\n", "utf-8")
    code, places, rules = verdict(copy)
    assert code == 5 and "summary.txt" in {file for file, _ in places} and rules == {"file_unexpected"}


def test_a_changed_answer(copy, short):
    """The recorded answer of the gateway is replaced: the blob is named, and the line that cites it."""
    seen = short.told("observed", key="verify/gateway")[-1]
    digest = seen["blobs"]["response.0"]
    path = copy / "blobs" / digest
    changed, times = re.subn(rb'("statusCode": ?)"0"', rb'\1"9"', path.read_bytes(), count=1)
    assert times == 1
    path.write_bytes(changed)
    code, places, rules = verdict(copy)
    assert code == 5 and "blob_hash" in rules
    assert f"blobs/{digest}" in {file for file, _ in places}
    cited = {line for file, line in places if file == "ledger.jsonl"}
    assert any(digest in short.line(number)["blobs"].values() for number in cited)


@pytest.mark.parametrize("how", ["missing", "added"])
def test_a_blob_taken_away_or_put_in(copy, short, how):
    """Exactly the blobs that the ledger cites, no fewer and no more."""
    seen = short.told("observed", key="verify/gateway")[-1]
    digest = seen["blobs"]["response.0"] if how == "missing" else "0" * 64
    if how == "missing":
        (copy / "blobs" / digest).unlink()
    else:
        (copy / "blobs" / digest).write_bytes(b"0" * 32 + b"\nnothing")
    code, places, rules = verdict(copy)
    assert code == 5 and f"blobs/{digest}" in {file for file, _ in places}
    assert rules & {"blob_missing", "blob_uncited"}


def test_a_forger_who_seals_the_chain_anew_is_caught_by_the_recorded_answers(copy):
    """19 becomes 20 is a lie that hashes well: judged again from the answers, the line does not follow."""
    lines, prev, told = lines_of(copy), "0" * 64, []
    for line in lines:
        payload = json.loads(line)
        del payload["hash"]
        if payload["kind"] == "judged" and payload["body"]["key"] == "verify/sms_delivery":
            for figure in payload["body"]["figures"]:
                figure["value"] = figure["value"].replace("20", "21")
            forged_at = payload["seq"]
        text = json.dumps(payload | {"prev": prev}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sealed, prev = seal(text.encode())
        told.append(sealed)
    put(copy, [line + b"\n" for line in told])
    run = json.loads(lines[0])["run"]
    (copy / "head.json").write_bytes(head_json(run, [decode(line) for line in told]))
    code, places, _ = verdict(copy)
    assert code == 5 and ("ledger.jsonl", forged_at) in places


def flips(short, seed):
    """Single bits to flip: in the ledger, in every other file, and in a sample of the blobs."""
    chance = random.Random(seed)
    whole = ["ledger.jsonl"] * FLIPS_IN_THE_LEDGER + REPORTS_AND_MORE * (FLIPS_IN_REPORTS // len(REPORTS_AND_MORE))
    blobs = sorted(path.name for path in (short.evidence / "blobs").iterdir())
    whole += [f"blobs/{name}" for name in chance.sample(blobs, min(FLIPS_IN_BLOBS, len(blobs)))]
    return [(name, chance.random(), 1 << chance.randrange(8)) for name in whole]


def test_any_flipped_bit_anywhere_is_found_and_its_file_named(short, spoilable):
    """A seeded sample of single bits over all files: none passes, and the file is named; in the ledger the line too."""
    assert prove(spoilable).exit_code == 0
    for name, share, mask in flips(short, seed=20251022):
        path = spoilable / name
        before = path.read_bytes()
        offset = int(share * len(before))
        path.write_bytes(before[:offset] + bytes([before[offset] ^ mask]) + before[offset + 1 :])
        report = prove(spoilable)
        path.write_bytes(before)
        where = f"{name} byte {offset} bit {mask:#x}"
        assert report.exit_code == 5, where
        places = {(place.file, place.line) for one in report.findings for place in (one, *one.also)}
        assert name in {file for file, _ in places}, where
        if name == "ledger.jsonl":
            line = before[:offset].count(b"\n") + 1
            assert {(name, line), (name, line + 1)} & places, where
    assert prove(spoilable).exit_code == 0
