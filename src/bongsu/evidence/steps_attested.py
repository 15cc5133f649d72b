"""Steps 11 and 12: what messages quote of the chain is the chain's own, and the signers have signed these files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Method, SendIntended
from bongsu.evidence.attestation import envelope_of, public_of, signed_bytes, statement
from bongsu.evidence.findings import Place, Severity, first_difference
from bongsu.evidence.folder import ATTESTATION, PLAN, PUBLISHED
from bongsu.evidence.verify_evidence import LINK, holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.chain import Head
    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.evidence.attestation import Signature
    from bongsu.evidence.folder import Folder
    from bongsu.evidence.walk import Walk


def links(walk: Walk, line: Recorded) -> None:
    """Step 11. Find what a message, or the request that carried it, quotes of the chain, and compare."""
    quoted: set[int] = set()
    for digest in line.blobs.values():
        for number, short in LINK.findall(walk.folder.blob(digest, line.seq) or b""):
            walk.looked[11] += 1
            seq = int(number)
            quoted.add(seq)
            known = walk.hashes[seq - 1][:12] if 0 < seq <= len(walk.hashes) else "no link that is not there yet"
            if short.decode() != known:
                walk.wrong(
                    "quoted_link",
                    line,
                    found=f"#{seq} {short.decode()}",
                    why="the message quotes a link that the chain does not have there",
                    instead=known,
                    also=(seq,) if 0 < seq <= len(walk.hashes) else (),
                )
    event = line.event
    if isinstance(event, SendIntended) and event.method is Method.POST and line.seq - 1 not in quoted:
        walk.wrong(
            "quoted_link",
            line,
            found=", ".join(f"#{seq}" for seq in sorted(quoted)) or "no link",
            why="a new message quotes the newest link, so that the service's clock witnesses the chain",
            instead=f"#{line.seq - 1}",
        )


def signatures(folder: Folder, plan: Plan, run_id: str, head: Head) -> int:
    """Step 12. Return how many signatures were looked at; without one of a named signer the evidence is unknown."""
    signers = {str(key): name for name, key in _signers(plan).items()}
    signed: set[str] = set()
    count = 0
    if ATTESTATION in folder.names():
        stored = folder.file(ATTESTATION) or b""
        try:
            envelope = envelope_of(stored)
        except ValueError as exc:
            _wrong(
                folder,
                found=stored,
                why=f"the signatures cannot be read: {exc}",
                instead="a DSSE envelope over an in-toto statement",
            )
            return 1
        expected = statement(folder.signed_files(), run_id, head)
        if envelope.payload != expected:
            _wrong(
                folder,
                found=first_difference(envelope.payload, expected),
                why="what was signed are not these files",
                instead=first_difference(expected, envelope.payload),
            )
        count = len(envelope.signatures)
        signed = {one.keyid for one in envelope.signatures}
        for one in envelope.signatures:
            _one(folder, envelope.payload, one, signers)
    if PUBLISHED not in folder.names():  # who signed the original is a pseudonym in its copy
        _missing(folder, {key: name for key, name in signers.items() if key not in signed})
    return count


def _one(folder: Folder, payload: bytes, one: Signature, signers: Mapping[str, str]) -> None:
    if one.keyid not in signers:
        _wrong(
            folder,
            found=one.keyid,
            why="the plan names no signer with this key",
            instead=" or ".join(sorted(signers)) or "no signature: the plan names no signer",
        )
    elif not _holds(one.keyid, payload, one.sig):
        _wrong(
            folder,
            found=f"a signature of {signers[one.keyid]}",
            why="the signature is not this key's over this statement",
            instead="a signature that holds",
        )


def _signers(plan: Plan) -> Mapping[str, object]:
    named = plan.keys.get("signers")
    return named if isinstance(named, dict) else {}


def _holds(fingerprint: str, payload: bytes, sig: bytes) -> bool:
    try:
        return holds(public_of(fingerprint), signed_bytes(payload), sig)
    except ValueError:
        return False


def _wrong(folder: Folder, *, found: object, why: str, instead: str) -> None:
    folder.findings.add("signature", Place(file=ATTESTATION), found=found, why=why, instead=instead)


def _missing(folder: Folder, signers: Mapping[str, str]) -> None:
    for key, name in signers.items():
        folder.findings.add(
            "signature_missing",
            Place(file=ATTESTATION),
            found=f"no signature of {name}",
            why="the plan names this signer, who has not signed",
            instead=f"a signature with the key {key}",
            also=(Place(file=PLAN),),
            severity=Severity.UNKNOWN,
        )
