"""A timestamp by RFC 3161: an authority that knows nothing of us has seen where the chain ends, and says when.

The port to the library that reads such answers, loaded when there is one to read. Trusted is one certificate alone: the
authority's root that lies in the folder, if it is the one whose fingerprint stands in the plan.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Certificate

SCHEME = "sha256:"
LARGEST = 100_000
"""Bytes of an answer; real ones have a few thousand."""
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class NotWitnessed(Exception):
    """The answer is no timestamp of these bytes by that authority; the text says why."""


class NotInstalled(Exception):
    """What reads timestamps is not installed."""


def witnessed(answer: bytes, message: bytes, *, certificates: bytes, fingerprint: str) -> datetime:
    """Return when the authority with that root says that it saw the message.

    Raises:
        NotWitnessed: it says no such thing.
        NotInstalled: nobody here can tell.
    """
    if not fingerprint:  # wrong whoever it is by, also where nothing is installed that reads it
        raise NotWitnessed("the plan names no authority")
    try:
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError as exc:
        raise NotInstalled("the extra `timestamp` is not installed") from exc
    root = _root(certificates, fingerprint)
    if len(answer) > LARGEST:
        raise NotWitnessed(f"an answer of {len(answer)} bytes")
    try:
        response = decode_timestamp_response(answer)
        VerifierBuilder().add_root_certificate(root).build().verify_message(response, message)
        at: datetime = response.tst_info.gen_time
    except (VerificationError, ValueError, TypeError, KeyError, OverflowError) as exc:
        raise NotWitnessed(str(exc) or type(exc).__name__) from exc
    return at


def _root(certificates: bytes, fingerprint: str) -> Certificate:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    there: list[str] = []
    for text in _PEM.findall(certificates):
        try:
            one = load_pem_x509_certificate(text)
        except ValueError:
            continue
        there.append(SCHEME + sha256(one.public_bytes(Encoding.DER)).hexdigest())
        if there[-1] == fingerprint:
            return one
    raise NotWitnessed(
        f"no certificate with the plan's fingerprint: there {'are ' + ', '.join(there) if there else 'is none'}"
    )


def fingerprints(certificates: bytes) -> list[str]:
    """Return the fingerprint of every certificate in a PEM file, as a plan names it."""
    import base64

    bodies = (b"".join(text.split(b"\n")[1:-1]) for text in _PEM.findall(certificates))
    return [SCHEME + sha256(base64.b64decode(body)).hexdigest() for body in bodies]
