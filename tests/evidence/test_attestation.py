"""Signed evidence: by whom the plan names, over these very files, for a stranger's tool as for ours."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as StrangersEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey
from tests.evidence import synthetic
from tests.evidence.alterations import the_small_one
from tests.evidence.forger import forge, payloads_of
from tests.evidence.synthetic import Player, plan_of, render, reread

from bongsu.checks import judge
from bongsu.core.chain import Head
from bongsu.core.decide import decide
from bongsu.errors import UsageError
from bongsu.evidence import verify_evidence
from bongsu.evidence.attestation import SUBJECTS, envelope_of, public_of
from bongsu.evidence.findings import Findings
from bongsu.evidence.folder import ATTESTATION, HEAD, LEDGER, Folder
from bongsu.evidence.signing import Key, key_of, new_key, sign_folder
from bongsu.evidence.steps_attested import signatures
from bongsu.evidence.verify import Report, verify
from bongsu.evidence.write import write_evidence

if TYPE_CHECKING:
    from bongsu.core.plan import Plan


class Case:
    """A closed run whose plan names two signers, with their keys."""

    def __init__(self, made: Path) -> None:
        self.james, self.on_call, self.stranger = (new_key(made / name) for name in ("james", "on_call", "stranger"))
        signers = {"james": self.james.fingerprint, "on_call": self.on_call.fingerprint}
        shown = "".join(f'    {name}: "{key}"\n' for name, key in signers.items())
        self.bytes = synthetic.bytes_of(1) + b"keys:\n  buttons: env:KEY\n  signers:\n" + shown.encode()
        self.plan = replace(plan_of(1), keys={"signers": signers}, digest=sha256(self.bytes).hexdigest())
        player = Player(plan=self.plan, plan_bytes=self.bytes).play()
        self.folder = made / "run"
        write_evidence(player.ledger, synthetic.RUN, self.folder, load_plan=self.load, render=render)

    def load(self, data: bytes) -> Plan:
        if data != self.bytes:
            raise ValueError("another plan")
        return self.plan

    def verify(self) -> Report:
        return verify(
            self.folder,
            load_plan=self.load,
            render=render,
            reread=reread,
            judge=judge,
            render_message=synthetic.render_message,
            decide=decide,
        )

    def sign(self, *keys: Key) -> None:
        report = self.verify()
        files = Folder(self.folder, Findings()).signed_files()
        for key in keys:
            sign_folder(self.folder, files, report.run_id, Head(report.seq, report.head), key=key)

    def codes(self) -> tuple[int, int]:
        """Return the exit codes of our verifier and of the one in the folder."""
        return self.verify().exit_code, verify_evidence.verify(self.folder)[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("signed"))


@pytest.fixture
def case(made: Case, tmp_path: Path) -> Case:
    shutil.copytree(made.folder, tmp_path / "run")
    own = object.__new__(Case)
    own.__dict__ |= made.__dict__ | {"folder": tmp_path / "run"}
    return own


def rules(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


def test_evidence_is_unknown_until_every_signer_of_the_plan_has_signed(case: Case) -> None:
    assert rules(case.verify()) == ["signature_missing"] * 2
    assert case.codes() == (3, 3)
    case.sign(case.james)
    (missing,) = case.verify().findings
    assert "on_call" in missing.found
    assert case.codes() == (3, 3)
    case.sign(case.on_call)
    assert case.verify().findings == ()
    assert case.verify().steps[-1].looked_at == 2
    assert case.codes() == (0, 0)


def test_signing_again_changes_nothing(case: Case) -> None:
    case.sign(case.james, case.on_call)
    before = (case.folder / ATTESTATION).read_bytes()
    case.sign(case.on_call, case.james)
    assert (case.folder / ATTESTATION).read_bytes() == before


def test_a_key_that_the_plan_does_not_name_fails(case: Case) -> None:
    case.sign(case.james, case.on_call, case.stranger)
    (finding,) = case.verify().findings
    assert (finding.rule, finding.found) == ("signature", case.stranger.fingerprint)
    assert case.codes() == (5, 5)


def test_a_signature_under_somebody_else_s_name_fails(case: Case) -> None:
    case.sign(case.james, replace(case.stranger, fingerprint=case.on_call.fingerprint))
    assert rules(case.verify()) == ["signature"]
    assert case.codes() == (5, 5)


def test_every_line_that_is_changed_and_signed_again_with_another_key_is_refused(case: Case) -> None:
    """Not a sample: each line altered in a word, the chain sealed anew, and signed by a stranger."""
    case.sign(case.james, case.on_call)
    whole = {name: (case.folder / name).read_bytes() for name in (LEDGER, HEAD, ATTESTATION)}
    count = len(whole[LEDGER].splitlines())
    assert count > 30
    last_quoting = max(payload["seq"] for payload in payloads_of(case.folder) if payload["kind"] == "send_intended")
    for number in range(count):
        forge(case.folder, lambda payloads, n=number: payloads[n].update(actor="somebody"))  # type: ignore[misc]
        (case.folder / ATTESTATION).unlink()
        files = Folder(case.folder, Findings()).signed_files()
        last = payloads_of(case.folder)[-1]
        head = Head(last["seq"], json.loads(files[HEAD])["hash"])
        sign_folder(case.folder, files, synthetic.RUN, head, key=case.stranger)
        assert verify_evidence.verify(case.folder)[0] == 5, number
        # Ours knows by whom a line is; the small one sees the links that the messages behind it quote, and the key.
        told = (case.verify().first_step, the_small_one(case.folder).step)
        assert told == (8, 11 if number + 1 < last_quoting else 12), number
        findings = Findings()
        signatures(Folder(case.folder, findings), case.plan, synthetic.RUN, head)
        assert "signature" in {finding.rule for finding in findings.items}, number
        for name, content in whole.items():
            (case.folder / name).write_bytes(content)
    assert case.codes() == (0, 0)


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name.startswith("report")])
def test_a_report_that_was_changed_after_signing_is_seen_even_without_rendering_it(case: Case, name: str) -> None:
    case.sign(case.james, case.on_call)
    (case.folder / name).write_bytes((case.folder / name).read_bytes() + b" ")
    assert case.codes() == (5, 5)
    assert any(f"other bytes of ['{name}']" in line for line in verify_evidence.verify(case.folder)[1])


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"payload": 1, "payloadType": "x"}', b"\xff" * 9])
def test_an_attestation_that_is_none_is_an_error_and_nothing_is_signed_over_it(case: Case, content: bytes) -> None:
    (case.folder / ATTESTATION).write_bytes(content)
    assert case.codes() == (5, 5)
    with pytest.raises(UsageError, match="nothing was signed"):
        case.sign(case.james)
    assert (case.folder / ATTESTATION).read_bytes() == content


def test_bytes_of_the_attestation_do_not_change_unnoticed(case: Case) -> None:
    """Sampled bytes: of the payload, the types, the names and the signatures alike."""
    case.sign(case.james, case.on_call)
    whole = (case.folder / ATTESTATION).read_bytes()
    for place in range(0, len(whole) - 1, 131):
        (case.folder / ATTESTATION).write_bytes(whole[:place] + bytes([whole[place] ^ 2]) + whole[place + 1 :])
        assert 0 not in case.codes(), place


def strangers_key(fingerprint: str) -> SSlibKey:
    return SSlibKey(fingerprint, "ed25519", "ed25519", {"public": public_of(fingerprint).hex()})


def test_a_stranger_s_tool_verifies_the_envelope(case: Case) -> None:
    case.sign(case.james, case.on_call)
    keys = [strangers_key(key.fingerprint) for key in (case.james, case.on_call)]
    envelope = StrangersEnvelope.from_dict(json.loads((case.folder / ATTESTATION).read_bytes()))
    assert set(envelope.verify(keys, threshold=2)) == {case.james.fingerprint, case.on_call.fingerprint}
    with pytest.raises(VerificationError):
        envelope.verify([strangers_key(case.stranger.fingerprint)], threshold=1)
    told = json.loads(envelope.payload)
    assert envelope.payload_type == "application/vnd.in-toto+json"
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    for subject in told["subject"]:
        file = (case.folder / subject["name"]).read_bytes()
        assert sha256(file).hexdigest() == subject["digest"]["sha256"]


def test_a_key_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    key = new_key(tmp_path / "key")
    pem = (tmp_path / "key").read_text()
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert pem not in repr(key)
    assert key_of(pem).fingerprint == key.fingerprint
    with pytest.raises(UsageError, match="never overwritten"):
        new_key(tmp_path / "key")
    assert (tmp_path / "key").read_text() == pem
    with pytest.raises(UsageError, match="no key can be written"):
        new_key(tmp_path / "nowhere" / "key")


def test_what_is_no_key_is_refused_without_being_shown() -> None:
    with pytest.raises(UsageError, match="no Ed25519 private key") as caught:
        key_of("my dear secret")
    assert "dear" not in f"{caught.value.text}{caught.value.hint}{caught.value.cause}"


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return what the reference algorithm says; no point of the curve is no signature."""
    try:
        return verify_evidence.holds(public, message, signature)
    except ValueError:
        return False


VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
"""RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc)."""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_hold_and_no_bit_more(public: str, message: str, signature: str) -> None:
    key, text, sig = (bytes.fromhex(one) for one in (public, message, signature))
    assert verify_evidence.holds(key, text, sig)
    assert not verify_evidence.holds(key, text + b"\0", sig)
    assert not holds(key, text, bytes([sig[0] ^ 1]) + sig[1:])
    longer = int.from_bytes(sig[32:], "little") + verify_evidence.ORDER
    assert not verify_evidence.holds(key, text, sig[:32] + longer.to_bytes(32, "little")), "one signature, one form"


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 95), st.integers(0, 255))
def test_the_reference_algorithm_agrees_with_the_library(message: bytes, place: int, flip: int) -> None:
    """Over signatures, and over ones with a byte of key or signature changed."""
    key = key_of(KEY)
    whole = bytearray(public_of(key.fingerprint) + key.sign(message))
    whole[place] ^= flip
    public, signature = bytes(whole[:32]), bytes(whole[32:])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        assert not holds(public, message, signature)
    else:
        assert holds(public, message, signature)


KEY = (
    "-----BEGIN "
    "PRIVATE KEY-----\n"
    + base64.b64encode(bytes.fromhex("302e020100300506032b657004220420") + b"a seed that everybody may read !").decode()
    + "\n-----END "
    + "PRIVATE KEY-----\n"
)


def test_an_envelope_keeps_what_it_holds(case: Case) -> None:
    case.sign(case.james)
    envelope = envelope_of((case.folder / ATTESTATION).read_bytes())
    assert [one.keyid for one in envelope.signatures] == [case.james.fingerprint]
