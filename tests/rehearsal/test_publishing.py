"""A copy for publication: nobody's name or number is in any file of it, and everything in it still follows."""

from __future__ import annotations

import html
import json
import re
import shutil
from urllib.parse import unquote

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import bongsu

from bongsu.evidence import verify_evidence

KEY = "5" * 64
CANARIES = [
    *("james", "James", "on_call", "On-Call Engineer", "ops_manager", "Operations Manager"),
    *("100000001", "100000002", "1000000000001"),
    *("U00000001", "U00000002", "U00000003", "C00000001", "000000000000:"),
    *("user/captain", "AIDAEXAMPLEUSER000001", "bongsu_rehearsal_bot", "stores-ops"),
]
"""Contacts, their names and ids, chats, account and caller of AWS, and what the services call the bot and the team."""


@pytest.fixture(scope="module")
def copy(short, tmp_path_factory):
    """The copy of the short rehearsal's evidence, and the key that made it."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "publish.key").write_text(KEY)
    words = ("evidence", short.evidence, "--publish", folder / "copy", "--key", f"file:{folder / 'publish.key'}")
    ended = bongsu(*words, cwd=folder)
    assert ended.code == 0, ended.err
    return folder / "copy"


@pytest.fixture
def spoilt(copy, tmp_path):
    """A copy of the copy that may be changed."""
    return shutil.copytree(copy, tmp_path / "copy")


def escaped(text):
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def findings(folder, *more):
    ended = bongsu("verify", folder, "--json", *more, cwd=folder.parent)
    return ended.code, {one["rule"] for one in json.loads(ended.out)["findings"]}


def test_nobody_is_named_in_any_file(copy, short):
    there = "\n".join(
        path.read_bytes().decode("utf-8", "replace") for path in short.evidence.rglob("*") if path.is_file()
    )
    assert [canary for canary in CANARIES if canary not in there] == [], "each of them is in the original"
    for path in copy.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            for form in (text, html.unescape(text), unquote(text), escaped(text)):
                assert [canary for canary in CANARIES if canary in form] == [], path.name
    assert not (copy / "attestation.json").exists()
    assert "#" not in (copy / "plan.yaml").read_text("utf-8").replace("slack#bot_token", "").replace(
        "#dash", ""
    ).replace("#logsV2", ""), "no comment of a person's is in the plan"


def test_an_audit_finds_nothing_in_its_reports(copy):
    """Pseudonyms are ids, numbers and names like others."""
    assert contradictions(copy) == []


def test_everything_in_it_follows_and_both_verifiers_say_what_it_cannot_show(copy):
    assert findings(copy) == (3, {"published_copy"})
    code, said = verify_evidence.verify(copy)
    assert code == 3
    assert [line for line in said if line.startswith(("error", "unknown"))] == [
        "unknown: step 2: a published copy with pseudonyms: that it is of this run, its original alone shows"
    ]


def test_its_reports_say_that_its_names_are_pseudonyms_and_of_which_run_it_is(copy, short, spoilt):
    head = json.loads((short.evidence / "head.json").read_text("utf-8"))
    told = json.loads((copy / "report.json").read_text("utf-8"))
    assert told["published"]["original"] == head["hash"] and "people" in told["published"]["pseudonyms"]
    for name in ("report.md", "report.html"):
        report = (copy / name).read_text("utf-8")
        assert "A copy for publication." in report and head["hash"] in report
        assert "A copy for publication." not in (short.evidence / name).read_text("utf-8")
    (spoilt / "published.json").unlink()
    assert findings(spoilt)[1] >= {"report"}, "without saying so it is refused: its reports are a copy's"


def test_beside_its_original_it_is_as_good_as_that(copy, short, tmp_path):
    original = ("--original", short.evidence, "--key", f"file:{copy.parent / 'publish.key'}")
    assert findings(copy, *original) == (0, set())
    (tmp_path / "other.key").write_text("6" * 64)
    assert findings(copy, *original[:3], f"file:{tmp_path / 'other.key'}") == (5, {"published"})


def test_a_changed_copy_is_refused_like_any_evidence(spoilt):
    lines = (spoilt / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (spoilt / "ledger.jsonl").write_bytes(b"".join([*lines[:20], *lines[21:]]))
    code, _ = findings(spoilt)
    assert (code, verify_evidence.verify(spoilt)[0]) == (5, 5)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["copy"].update(hash="0" * 64),
        lambda told: told["lines"].pop(),
        lambda told: told["original"].update(seq=told["original"]["seq"] + 1),
        lambda told: told.update(format=2),
        lambda told: told.update(why="all is well"),
        lambda told: told.clear(),
    ],
)
def test_what_it_says_it_is_a_copy_of_must_fit(spoilt, change):
    told = json.loads((spoilt / "published.json").read_text("utf-8"))
    change(told)
    (spoilt / "published.json").write_text(json.dumps(told), "utf-8")
    code, rules = findings(spoilt)
    assert code == 5 and "published" in rules


def test_what_it_is_a_copy_of_is_written_beside_it_with_a_commitment_to_every_line(copy, short):
    told = json.loads((copy / "published.json").read_text("utf-8"))
    head = json.loads((short.evidence / "head.json").read_text("utf-8"))
    assert (told["original"]["hash"], told["original"]["seq"]) == (head["hash"], head["seq"])
    assert len(set(told["lines"])) == head["seq"]


def test_without_a_key_or_into_a_folder_in_use_nothing_is_written(short, tmp_path):
    assert bongsu("evidence", short.evidence, "--publish", tmp_path / "copy", cwd=tmp_path).code == 2
    assert not (tmp_path / "copy").exists()
    (tmp_path / "publish.key").write_text(KEY)
    words = ("evidence", short.evidence, "--publish", short.evidence, "--key", f"file:{tmp_path / 'publish.key'}")
    assert bongsu(*words, cwd=tmp_path).code == 2
