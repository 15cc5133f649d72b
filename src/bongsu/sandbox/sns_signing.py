"""Keys, certificates and signatures of the imitated SNS: made when the world is, trusted by nobody else.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Mapping

SignatureVersion = Literal["1", "2"]
# Members in the order in which they are signed; Subject only where there is one.
NOTIFICATION_KEYS = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION_KEYS = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
VALID_FOR = timedelta(days=365)
HOSTS = ("localhost",)
ADDRESSES = (ipaddress.ip_address("127.0.0.1"),)


def string_to_sign(message: Mapping[str, str]) -> str:
    """Return the text that a message's signature is made over."""
    keys = NOTIFICATION_KEYS if message["Type"] == "Notification" else CONFIRMATION_KEYS
    return "".join(f"{key}\n{message[key]}\n" for key in keys if key in message)


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key and its self-signed certificate."""

    key: rsa.RSAPrivateKey
    certificate_pem: bytes

    @property
    def file_name(self) -> str:
        """The certificate's file name, as the service forms it."""
        return f"SimpleNotificationService-{hashlib.sha256(self.certificate_pem).hexdigest()[:32]}.pem"

    def sign(self, message: Mapping[str, str], version: SignatureVersion) -> str:
        """Return a message's signature in base64: RSA PKCS #1 v1.5 with SHA-1 (version 1) or SHA-256 (version 2)."""
        # SHA-1 is what the service documents for version 1, not a choice made here.
        digest = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303
        signature = self.key.sign(string_to_sign(message).encode(), padding.PKCS1v15(), digest)
        return base64.b64encode(signature).decode()


def new_signer(common_name: str, *, around: datetime) -> Signer:
    """Return a new key of 2048 bits with a certificate that is valid now and in the world's time."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return Signer(key, _certificate(key, common_name, around=around))


@dataclass(frozen=True, slots=True)
class LoopbackTls:
    """A TLS context for loopback, and the certificate by which a client may trust it."""

    context: ssl.SSLContext
    certificate_pem: bytes


def loopback_tls(*, around: datetime) -> LoopbackTls:
    """Return TLS for https://localhost and https://127.0.0.1 under a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate_pem = _certificate(key, "localhost", around=around)
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The standard library reads keys from files only.
    with TemporaryDirectory() as folder:
        together = Path(folder) / "loopback.pem"
        together.touch(mode=0o600)
        together.write_bytes(key_pem + certificate_pem)
        context.load_cert_chain(together)
    return LoopbackTls(context, certificate_pem)


def _certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, common_name: str, *, around: datetime) -> bytes:
    # A verifier may take either clock: this machine's, which TLS uses, or the world's.
    times = (around, datetime.now(UTC))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    names = [*map(x509.DNSName, HOSTS), *map(x509.IPAddress, ADDRESSES)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(times) - timedelta(days=1))
        .not_valid_after(max(times) + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)
