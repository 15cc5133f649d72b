"""The attestation: an in-toto Statement over an evidence folder, in a DSSE envelope, signed by whom the plan names.

The statement names every file of the folder but the blobs, each with its SHA-256 (the blobs are named by the ledger, by
their own hashes), and the end of the chain. It follows from the folder alone, so that every signer signs the same bytes
and each signature stands beside the others. A key is named by its fingerprint: `ed25519:` and the public key itself in
base64, which is no longer than its hash would be.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from bongsu.evidence.folder import HEAD, LEDGER, PLAN, REPORTS, VERIFIER
from bongsu.evidence.verify_evidence import PAYLOAD, STATEMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bongsu.core.chain import Head

SUBJECTS = tuple(sorted((LEDGER, HEAD, PLAN, VERIFIER, *REPORTS)))
"""The files that a statement names."""
PREDICATE = "urn:bongsu:evidence:v1"
SCHEME = "ed25519:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature of an envelope."""

    keyid: str
    """The fingerprint of the key."""
    sig: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A DSSE envelope: what was signed, and by which keys."""

    payload: bytes
    signatures: tuple[Signature, ...]


def statement(files: Mapping[str, bytes], run_id: str, head: Head) -> bytes:
    """Return the statement over these files; a file that is not there stands with the hash of nothing."""
    return msgspec.json.encode(
        {
            "_type": STATEMENT,
            "predicate": {"hash": head.hash, "run": run_id, "seq": head.seq},
            "predicateType": PREDICATE,
            "subject": [
                {"digest": {"sha256": sha256(files.get(name, b"")).hexdigest()}, "name": name} for name in SUBJECTS
            ],
        },
        order="sorted",
    )


def signed_bytes(payload: bytes) -> bytes:
    """Return the bytes that a signature is over: the payload with its type in front (DSSE's PAE)."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def envelope_json(envelope: Envelope) -> bytes:
    """Return attestation.json."""
    body = {
        "payload": base64.b64encode(envelope.payload).decode(),
        "payloadType": PAYLOAD,
        "signatures": [
            {"keyid": one.keyid, "sig": base64.b64encode(one.sig).decode()}
            for one in sorted(envelope.signatures, key=lambda one: one.keyid)
        ],
    }
    return msgspec.json.encode(body, order="sorted") + b"\n"


def envelope_of(data: bytes) -> Envelope:
    """Return the envelope that attestation.json holds.

    Raises:
        ValueError: it holds none, or one over something else than a statement.
    """
    try:
        told: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
        if told["payloadType"] != PAYLOAD:
            raise ValueError(f"its payload is {told['payloadType']!r}, not {PAYLOAD!r}")
        return Envelope(
            payload=base64.b64decode(told["payload"], validate=True),
            signatures=tuple(
                Signature(keyid=str(one["keyid"]), sig=base64.b64decode(one["sig"], validate=True))
                for one in told["signatures"]
            ),
        )
    except (msgspec.MsgspecError, RecursionError, KeyError, TypeError) as exc:
        raise ValueError(f"it is no DSSE envelope: {exc}") from exc


def signed_too(kept: bytes | None, payload: bytes, keyid: str, sign: Callable[[bytes], bytes]) -> bytes:
    """Return attestation.json with one more signature; those over the same statement stay, others are left behind."""
    others: Sequence[Signature] = ()
    if kept is not None:
        envelope = envelope_of(kept)
        others = [one for one in envelope.signatures if one.keyid != keyid] if envelope.payload == payload else ()
    own = Signature(keyid=keyid, sig=sign(signed_bytes(payload)))
    return envelope_json(Envelope(payload=payload, signatures=(*others, own)))


def fingerprint_of(public: bytes) -> str:
    """Return the fingerprint of a public key's 32 bytes."""
    return SCHEME + base64.b64encode(public).decode()


def public_of(fingerprint: str) -> bytes:
    """Return the public key of a fingerprint; ValueError when it is none."""
    if not fingerprint.startswith(SCHEME):
        raise ValueError(f"it does not begin with {SCHEME!r}")
    public = base64.b64decode(fingerprint.removeprefix(SCHEME), validate=True)
    if len(public) != 32:
        raise ValueError(f"it has {len(public)} bytes, not 32")
    return public
