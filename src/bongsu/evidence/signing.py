"""Keys for signing evidence, and the signing of a folder: Ed25519 by `cryptography`, which is loaded here alone."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.errors import UsageError
from bongsu.evidence.attestation import fingerprint_of, signed_too, statement
from bongsu.evidence.folder import ATTESTATION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.core.chain import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private key, of which only its fingerprint can be read."""

    fingerprint: str
    sign: Callable[[bytes], bytes]


def new_key(path: Path) -> Key:
    """Make a key and write it to a new file that its owner alone can read; return it.

    Raises:
        UsageError: the file is there already, or cannot be written; nothing was overwritten.
    """
    crypto = _library()
    private = crypto.Ed25519PrivateKey.generate()
    pem = private.private_bytes(crypto.Encoding.PEM, crypto.PrivateFormat.PKCS8, crypto.NoEncryption())
    try:
        # Made with its mode, not changed to it: at no moment can others read it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            f'"{path}" is there already; a key is never overwritten', hint="name another file for the new key"
        ) from None
    except OSError as exc:
        raise UsageError(
            f'no key can be written to "{path}"',
            cause=exc.strerror,
            hint="name a file in a folder that is there and that you may write",
        ) from exc
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return key_of(pem.decode())


def key_of(text: str) -> Key:
    """Return the key in a PEM text.

    Raises:
        UsageError: it holds none, one of another kind, or one behind a passphrase; the text never shows what it holds.
    """
    crypto = _library()
    try:
        private = crypto.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, crypto.UnsupportedAlgorithm):
        private = None
    if not isinstance(private, crypto.Ed25519PrivateKey):
        raise UsageError(
            "this is no Ed25519 private key in PEM, or one behind a passphrase",
            hint="make one with `bongsu keygen FILE`, or take off its passphrase before you hand it over",
        )
    return Key(fingerprint=fingerprint_of(private.public_key().public_bytes_raw()), sign=private.sign)


def sign_folder(folder: Path, files: Mapping[str, bytes], run_id: str, head: Head, *, key: Key) -> None:
    """Put one more signature into the folder's attestation; those of other keys over the same files stay.

    Raises:
        UsageError: the attestation that is there cannot be read, or the new one cannot be written.
    """
    path = folder / ATTESTATION
    try:
        kept = path.read_bytes() if path.exists() else None
        content = signed_too(kept, statement(files, run_id, head), key.fingerprint, key.sign)
        with tempfile.NamedTemporaryFile(dir=folder.parent, prefix=f".{ATTESTATION}.", delete=False) as file:
            file.write(content)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except ValueError as exc:
        raise UsageError(
            f'"{path}" holds no signatures that can be read; nothing was signed',
            cause=str(exc),
            hint="look who put it there; without it you can sign anew",
        ) from exc
    except OSError as exc:
        raise UsageError(f'"{path}" cannot be written', cause=exc.strerror) from exc


class _Crypto:
    """What is used of `cryptography`."""

    def __init__(self) -> None:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            load_pem_private_key,
        )

        self.UnsupportedAlgorithm = UnsupportedAlgorithm
        self.Ed25519PrivateKey = Ed25519PrivateKey
        self.Encoding, self.NoEncryption, self.PrivateFormat = Encoding, NoEncryption, PrivateFormat
        self.load_pem_private_key = load_pem_private_key


def _library() -> _Crypto:
    try:
        return _Crypto()
    except ImportError:
        raise UsageError("cryptography is not installed", hint="install bongsu with its extra `sign`") from None
