"""Keys and signatures on the command line: made once, named in the plan, never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import Called, call
from tests.cli.conftest import EXAMPLE, RUN

from bongsu.core.chain import START
from bongsu.core.events import RunOpened
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.planfile import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The evidence of a run that has just been opened, by a plan that names James as its signer."""
    fingerprint = call("keygen", tmp_path / "james.pem").out.strip()
    plan_file = tmp_path / "plan.yaml"
    text = EXAMPLE.read_text("utf-8")
    keys = "  buttons: env:BONGSU_BUTTON_KEY"
    plan_file.write_text(text.replace(keys, f'  signers: {{james: "{fingerprint}"}}\n{keys}'), "utf-8")
    plan = load(plan_file)
    opened = RunOpened(
        plan_sha256=plan.digest, cutover=plan.cutover, program="bongsu", endpoints={}, clock="system", go_by="james"
    )
    ledger = open_ledger(tmp_path / "state")
    ledger.create(RUN, plan.window.start)
    entry = Entry(at=plan.window.start, actor="captain:james", event=opened, blobs={"plan": plan_file.read_bytes()})
    ledger.append(RUN, START, [entry])
    ledger.close()
    call("evidence", RUN, "--state", tmp_path / "state", "--out", tmp_path / "evidence")
    return tmp_path / "evidence"


def sign(folder: Path, *more: object, name: str = "james", key: str = "james.pem") -> Called:
    return call("sign", folder, "--as", name, "--key", f"file:{folder.parent / key}", *more)


def test_keygen_prints_the_fingerprint_alone_and_says_where_it_goes(tmp_path: Path) -> None:
    made = call("keygen", tmp_path / "key.pem")
    assert made.code == 0
    assert made.out.startswith("ed25519:") and len(made.out.splitlines()) == 1
    assert "keys.signers" in made.err
    secret = (tmp_path / "key.pem").read_text().splitlines()[1]
    assert secret not in made.out + made.err
    again = call("keygen", tmp_path / "key.pem")
    assert (again.code, "never overwritten" in again.err) == (2, True)


def test_the_signer_that_the_plan_names_signs_what_verifies(folder: Path) -> None:
    before = call("verify", folder)
    assert before.code == 3 and "no signature of james" in before.out
    signed = sign(folder)
    assert signed.code == 0, signed.err
    assert signed.out.startswith(f"signed by james: {RUN}, 1 events, head ")
    after = call("verify", folder)
    assert after.code == 3, "the run is still open"
    assert "1 finding;" in after.out and "(1 looked at)" in after.out


def test_nobody_else_signs_and_no_other_key(folder: Path) -> None:
    call("keygen", folder.parent / "other.pem")
    assert "this is not the key that the plan names for james" in sign(folder, key="other.pem").err
    assert 'the plan names no signer "bob"' in sign(folder, name="bob").err
    assert '"env:BONGSU_SIGNING_KEY" leads to nothing' in call("sign", folder, "--as", "james").err
    assert sign(folder / "nowhere").code == 2
    assert not (folder / "attestation.json").exists()


def test_what_does_not_verify_is_not_signed(folder: Path) -> None:
    (folder / "report.md").write_text("all went well")
    refused = sign(folder)
    assert refused.code == 5
    assert "does not verify, so it was not signed" in refused.err
    assert not (folder / "attestation.json").exists()
